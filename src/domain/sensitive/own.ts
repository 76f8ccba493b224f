// The user's own patterns, as the text of one setting: `NAME = regex ; NAME = regex`, in RE2's syntax. A
// semicolon in a regex is written `\;`, a space at its edge `[ ]`; `(?P<value>…)` says which part of a
// match is the value. They see the folded text, like every recogniser.
//
// One match takes time linear in the text; finding all of them need not (`a.*z|a` looks to the end from
// every `a`), and whoever writes the text can bring that about. So they look through windows, each look
// is paid for by what it may cost at worst, and where that is used up the rest of the text goes unseen,
// which is said.
import * as Result from 'effect/Result'
import { RE2JS } from 're2js'
import type { Folded } from './fold.ts'
import type { Span } from './span.ts'

export interface OwnFound {
  /** In order of place within each pattern; may overlap. Offsets of the text as given. */
  readonly spans: ReadonlyArray<Span>
  /** UTF-16 units at the text's end, as it was given, that not every pattern saw. */
  readonly cut: number
}

export interface OwnPatterns {
  readonly names: ReadonlyArray<string>
  readonly find: (folded: Folded) => OwnFound
}

interface OwnPattern {
  readonly name: string
  readonly regex: RE2JS
  /** The value is the group of that name, not the whole match. */
  readonly grouped: boolean
}

export const MOST_PATTERNS = 32
/** Of all patterns together, as text. UTF-16 units. */
export const MOST_PATTERNS_TEXT = 4096
/** Longest value that is found. UTF-16 units. */
export const LONGEST_OWN = 256
/** Instructions of one compiled pattern: what a unit of text may cost. */
const MOST_INSTRUCTIONS = 400
/** Matches may begin within it; it is looked `LONGEST_OWN` further. */
const WINDOW = 1024
/** Instructions times units, all patterns and looks of one text: half a second at the very worst. */
const MOST_STEPS = 100_000_000
/** What a unit costs besides the instructions. */
const BASE_STEPS = 8

const OWN_SCORE = 0.9
const NAME = /^[A-Z][A-Z0-9_]{0,31}$/
const VALUE = 'value'

/** Failure is what is wrong, as a sentence's end. */
export const ownPatterns = (text: string): Result.Result<OwnPatterns, string> => {
  if (text.length > MOST_PATTERNS_TEXT)
    return Result.fail(`is longer than ${MOST_PATTERNS_TEXT} characters`)
  if (/\p{Cc}/u.test(text) || !text.isWellFormed())
    return Result.fail('must be one line without control characters')
  const patterns: Array<OwnPattern> = []
  for (const part of partsOf(text)) {
    const parsed = patternOf(part)
    if (Result.isFailure(parsed)) return Result.fail(parsed.failure)
    const { name } = parsed.success
    if (patterns.some((other) => other.name === name)) return Result.fail(`names ${name} twice`)
    if (patterns.push(parsed.success) > MOST_PATTERNS)
      return Result.fail(`has more than ${MOST_PATTERNS} patterns`)
  }
  return Result.succeed({
    names: patterns.map(({ name }) => name),
    find: (folded) => findAll(patterns, folded),
  })
}

/** Between semicolons that no backslash escapes; empty ones are none. */
const partsOf = (text: string): ReadonlyArray<string> =>
  (text.match(/(?:[^;\\]|\\.|\\$)+/gu) ?? []).map((part) => part.trim()).filter(Boolean)

const patternOf = (part: string): Result.Result<OwnPattern, string> => {
  const at = part.indexOf('=')
  const name = part.slice(0, Math.max(0, at)).trim()
  if (!NAME.test(name))
    return Result.fail(
      'must be NAME = regex; …, a name of capital letters, digits and _, such as EMPLOYEE_ID',
    )
  const source = part.slice(at + 1).trim()
  if (source === '') return Result.fail(`has no regex after ${name} =`)
  const compiled = Result.try({
    try: () => RE2JS.compile(source),
    catch: (error) => `cannot use the regex of ${name}: ${reasonOf(error)}`,
  })
  return Result.flatMap(compiled, (regex) => {
    if (regex.programSize() > MOST_INSTRUCTIONS)
      return Result.fail(`has a regex that is too large (${name}): repeat less, or fewer classes`)
    const grouped = Object.hasOwn(regex.namedGroups(), VALUE)
    const pattern = { name, regex, grouped }
    const wrong = tooBroad(pattern)
    return wrong === undefined ? Result.succeed(pattern) : Result.fail(`${wrong} (${name})`)
  })
}

/** The library's own words, without what they all begin with. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .replace(/^error parsing regexp: /, '')
    .slice(0, 200)

/** Ordinary text of three kinds: what covers much of one of them is no value's pattern. */
const ORDINARY = [
  'The team met on Tuesday to look at the plan for the next release. Nobody had found the time to write the notes down, so we went through the open questions one by one and agreed on what to try first.',
  'export const total = (items) => items.reduce((sum, item) => sum + item.price * item.count, 0)\nif (total(cart) > limit) throw new Error(`over ${limit}`)\n',
  '2024-03-01 10:42:17.031 INFO  pool-3 served 200 in 12 ms (17 kB)\n2024-03-01 10:42:17.518 WARN  pool-1 retry 2 of 5 after 400 ms\n',
]
const MOST_COVERED = 0.2

const tooBroad = (pattern: OwnPattern): string | undefined => {
  for (const text of ['', ...ORDINARY]) {
    const matcher = pattern.regex.matcher(text)
    let covered = 0
    while (matcher.find()) {
      if (matcher.end() === matcher.start()) return 'has a regex that matches nothing at all'
      covered += matcher.end() - matcher.start()
    }
    if (covered > text.length * MOST_COVERED)
      return 'has a regex that matches much of any ordinary text'
  }
  return undefined
}

const findAll = (patterns: ReadonlyArray<OwnPattern>, folded: Folded): OwnFound => {
  const { text } = folded
  const spans: Array<Span> = []
  let seen = text.length
  for (const pattern of patterns) {
    const steps = Math.floor(MOST_STEPS / patterns.length)
    const to = findIn(pattern, text, steps, (start, end) => {
      const [from, until] = folded.original(start, end)
      const { name } = pattern
      spans.push({
        start: from,
        end: until,
        type: `OWN_${name}`,
        score: OWN_SCORE,
        detector: `own:${name}`,
      })
    })
    seen = Math.min(seen, to)
  }
  if (seen >= text.length) return { spans, cut: 0 }
  const [from, to] = folded.original(seen, text.length)
  return { spans, cut: to - from }
}

/** How far it got: the text's end, or where its steps were used up. */
const findIn = (
  { regex, grouped }: OwnPattern,
  text: string,
  steps: number,
  report: (start: number, end: number) => void,
): number => {
  const price = regex.programSize() + BASE_STEPS
  let left = steps
  let at = 0
  while (at < text.length) {
    const core = wholeAt(text, Math.min(text.length, at + WINDOW))
    const stop = Math.min(text.length, core + LONGEST_OWN)
    // One unit before, so that ^ and \b see what stands there.
    const base = Math.max(0, at - 1)
    const matcher = regex.matcher(text.slice(base, stop))
    let next = core
    let found = matcher.find(at - base)
    left -= (stop - at) * price
    while (found) {
      const start = base + matcher.start()
      const end = base + matcher.end()
      if (start >= core) break
      // At the window's edge it may go on beyond: then it is longer than what is found.
      if (end - start <= LONGEST_OWN && end > start) {
        if (!grouped) report(start, end)
        else if (matcher.start(VALUE) < matcher.end(VALUE))
          report(base + matcher.start(VALUE), base + matcher.end(VALUE))
      }
      next = Math.max(core, end)
      if (left <= 0) return end
      left -= (stop - end) * price
      found = matcher.find()
    }
    at = next
    if (left <= 0) return at
  }
  return text.length
}

/** Not between the two units of one character. */
const wholeAt = (text: string, at: number): number =>
  (text.codePointAt(at - 1) ?? 0) > 0xffff ? at + 1 : at
