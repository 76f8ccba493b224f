// A file's text with values where tokens and secrets' names stood, and back. The file is taken as bytes,
// one UTF-16 unit each, so that any file keeps every byte that is not part of one of these.
import { needlesOf } from '../sensitive/needles.ts'

/** What stands in a text, and what it stands for. */
export interface StandIn {
  readonly standIn: string
  readonly value: string
}

/** Values in place of what stands for them. */
export const withValues = (text: string, pairs: ReadonlyArray<StandIn>): string =>
  replaced(
    text,
    pairs.map(({ standIn, value }) => [standIn, value]),
  )

/** What stands for them in place of values. Empty values stand nowhere. */
export const withStandIns = (text: string, pairs: ReadonlyArray<StandIn>): string =>
  replaced(
    text,
    pairs.map(({ standIn, value }) => [value, standIn]),
  )

/** One pass, at each place the longest; what is put in is not looked at again. */
const replaced = (
  text: string,
  pairs: ReadonlyArray<readonly [find: string, by: string]>,
): string => {
  const parts: Array<string> = []
  let from = 0
  for (const { start, end, needle } of needlesOf(pairs.map(([find]) => find)).in(text)) {
    parts.push(text.slice(from, start), pairs[needle]![1])
    from = end
  }
  return from === 0 ? text : `${parts.join('')}${text.slice(from)}`
}
