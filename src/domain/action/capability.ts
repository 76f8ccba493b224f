// Names of what is learned and permitted, such as `tool:Bash:git:push`. Segments come from text that
// the model or a server controls, so each is cut and cleaned: no segment can forge another level.
import type { Capability } from './action.ts'

const SEGMENT_LIMIT = 64
const CAPABILITY_LIMIT = 64

/** One level: blanks, control and invisible characters and colons become `_`; at most 64 UTF-16 units. */
export const segment = (text: string): string => {
  const cut = text.length > SEGMENT_LIMIT ? text.slice(0, SEGMENT_LIMIT) : text
  const clean = cut.toWellFormed().replace(/[\s:\p{Cc}\p{Cf}]/gu, '_')
  return clean === '' ? '_' : clean
}

export const capability = (...segments: ReadonlyArray<string>): Capability =>
  `tool:${segments.map(segment).join(':')}` as Capability

/** De-duplicated, in order of first use. Beyond 64 the rest is one capability that says so. */
export const distinct = (
  capabilities: ReadonlyArray<Capability>,
  tool: string,
): ReadonlyArray<Capability> => {
  const all = [...new Set(capabilities)]
  if (all.length <= CAPABILITY_LIMIT) return all
  return [...all.slice(0, CAPABILITY_LIMIT - 1), capability(tool, 'and-more')]
}
