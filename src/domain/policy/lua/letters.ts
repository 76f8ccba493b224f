// Lower case as this engine's own `toLowerCase` has it, in tables for Lua, which knows ASCII alone.
// Where a rule restricts, both sides are compared in lower case, so only letters that a pattern of
// the policy can name make a difference, and only those are listed.
import { luaValue } from './literal.ts'
import { layersOf, type Policy } from '../policy.ts'

/** Case mappings lie in the first two planes of Unicode. */
const LAST = 0x1ffff
/** Small sigma and its form at the end of a word: which one a capital becomes hangs on its neighbours. */
const SIGMAS = ['\u03c3', '\u03c2']

/** Lua source of `LETTERS`, and of the ranges that tell the end of a word where the policy needs them. */
export const lettersTable = (policy: Policy): string => {
  const named = namedLetters(policy)
  const letters = mappings().filter(
    ([upper, lower]) => lower.length !== upper.length || hasAny(lower, named),
  )
  const ranges = SIGMAS.some((sigma) => named.has(sigma)) ? endsOfWords() : undefined
  return [
    'local LETTERS = {',
    ...letters.map(([upper, lower]) => `  [${spelt(upper)}] = ${spelt(lower)},`),
    '}',
    `local SIGMA = ${ranges === undefined ? 'nil' : luaValue(ranges)}`,
  ].join('\n')
}

/** Escaped, because many of them look like another letter. */
const spelt = (text: string): string =>
  `"${Array.from(text, (char) =>
    char < '\x80' ? char : `\\u{${char.codePointAt(0)!.toString(16)}}`,
  ).join('')}"`

/** Everything that a lower-cased pattern of the policy may hold beside what the engine's own tables do. */
const namedLetters = (policy: Policy): ReadonlySet<string> => {
  const texts = layersOf(policy).flatMap(({ rules, monitored = [] }) => [
    ...rules.flatMap(({ match, unless }) => textsIn([match, unless])),
    ...textsIn(monitored),
  ])
  const named = new Set(texts.flatMap((text) => [...text.toLowerCase()]))
  // Whole texts are lower-cased here and segments there: a sigma may come out in its other form.
  if (SIGMAS.some((sigma) => named.has(sigma))) for (const sigma of SIGMAS) named.add(sigma)
  for (let code = 0; code < 0x80; code++) named.add(String.fromCharCode(code))
  return named
}

const textsIn = (value: unknown): ReadonlyArray<string> => {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

const hasAny = (text: string, letters: ReadonlySet<string>): boolean => {
  for (const letter of text) if (letters.has(letter)) return true
  return false
}

let known: ReadonlyArray<readonly [upper: string, lower: string]> | undefined

/** Every character beyond ASCII that is another one in lower case. Some 1,400; worked out once. */
const mappings = (): ReadonlyArray<readonly [string, string]> => {
  if (known !== undefined) return known
  const found: Array<readonly [string, string]> = []
  for (let code = 0x80; code <= LAST; code++) {
    const upper = String.fromCodePoint(code)
    const lower = upper.toLowerCase()
    if (lower !== upper) found.push([upper, lower])
  }
  return (known = found)
}

let ends: Readonly<Record<'cased' | 'ignorable', ReadonlyArray<number>>> | undefined

/** What tells where a word ends. Looks at every character there is, so it is worked out once. */
const endsOfWords = (): Readonly<Record<'cased' | 'ignorable', ReadonlyArray<number>>> =>
  (ends ??= { cased: rangesOf(/^\p{Cased}$/u), ignorable: rangesOf(/^\p{Case_Ignorable}$/u) })

/** First and last code points, one after the other, of the runs of characters that `what` matches. */
const rangesOf = (what: RegExp): ReadonlyArray<number> => {
  const ranges: Array<number> = []
  let inside = false
  for (let code = 0; code <= 0x10ffff; code++) {
    const is = what.test(String.fromCodePoint(code))
    if (is !== inside) ranges.push(is ? code : code - 1)
    inside = is
  }
  return inside ? [...ranges, 0x10ffff] : ranges
}
