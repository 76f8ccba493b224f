// What validators find wrong with a file that was written. Total and bounded, whatever stands in it.
import * as Result from 'effect/Result'
import { pathMatches, compilePath, type PathPattern, segmentsOf } from '../policy/pattern.ts'
import type { PathRef } from '../action/place.ts'
import { fromUtf8 } from '../bytes.ts'
import { type Finding, findingAt, MOST_FINDINGS } from './finding.ts'
import { type JsonFault, readJson } from './json.ts'
import { shapeFaults } from './jsonShape.ts'
import type { Compiled, Readers, Steps } from './readers.ts'
import type { Validator } from './validator.ts'

/** Of all validators that look at one file: half a second at the very worst. */
export const MOST_STEPS = 80_000_000
/** What reading a byte costs. */
const READING = 8

export interface ReadyValidator {
  readonly validator: Validator
  readonly isFor: (names: ReadonlyArray<PathRef>) => boolean
  /** Empty: it passes. `steps` is used up by it. */
  readonly check: (bytes: Uint8Array, steps: Steps) => ReadonlyArray<Finding>
}

/** A validator made ready for many files. Its patterns are compiled when they are first needed. */
export const readyValidator = (validator: Validator, readers: Readers): ReadyValidator => {
  const paths = validator.paths.map(compilePath)
  const compiled = new Map<string, Compiled>()
  const compile = (source: string): Compiled => {
    const known = compiled.get(source)
    if (known !== undefined) return known
    const made = Result.getOrElse(readers.pattern(source), () => NEVER_READ)
    compiled.set(source, made)
    return made
  }
  return {
    validator,
    isFor: (names) => names.some((name) => matchesAny(paths, name)),
    check: (bytes, steps) => {
      const { kind } = validator
      if (kind === 'size') return tooLarge(validator, bytes)
      steps.left -= READING * bytes.length
      if (steps.left < 0) return [TOO_MUCH]
      const text = fromUtf8(bytes)
      if (text === undefined)
        return [{ code: 'not-utf8', ...firstBadLine(bytes), says: 'not UTF-8 text' }]
      switch (kind) {
        case 'encoding':
          return encoding(validator, bytes, text)
        case 'json':
          return ofFault(text, asJson(text))
        case 'jsonl':
          return jsonLines(text)
        case 'toml': {
          if (text.length > MOST_TOML) return [TOML_TOO_LONG]
          const fault = readers.toml(text)
          return fault === undefined ? [] : [{ code: 'not-toml', ...fault, says: 'not TOML' }]
        }
        case 'yaml':
          return ofFault(text, faultOf(readers.yaml(text, steps)))
        case 'schema': {
          const read =
            validator.format === 'yaml'
              ? readers.yaml(text, steps)
              : Result.map(readJson(text), (root) => [root])
          if (Result.isFailure(read)) return ofFault(text, read.failure)
          const options = { most: MOST_FINDINGS, compile, steps }
          return read.success
            .flatMap((root) => shapeFaults(root, validator.schema!, options))
            .slice(0, MOST_FINDINGS)
            .map(({ at, says }) => findingAt(text, at, 'schema', says))
        }
        case 'forbidden':
          return forbidden(validator, text, compile, steps)
      }
    },
  }
}

const TOO_MUCH: Finding = {
  code: 'unchecked',
  says: 'too long to be looked at by all the validators that are for it',
}

/** Its reader is not known to be linear. UTF-16 units. */
const MOST_TOML = 524_288
const TOML_TOO_LONG: Finding = { code: 'unchecked', says: 'too long to be read as TOML' }

/** No policy with such a pattern was accepted; whoever wrote one into the log finds it held back. */
const NEVER_READ: Compiled = { find: () => 'unseen' }

/** Read generously, as all that restricts is: each of its names, in any case. */
const matchesAny = (paths: ReadonlyArray<PathPattern>, name: PathRef): boolean => {
  const segments = segmentsOf(name).map((segment) => segment.toLowerCase())
  return paths.some(({ lower }) => pathMatches(lower, segments))
}

const tooLarge = (
  { max_bytes: bytes = Infinity, max_lines: lines = Infinity }: Validator,
  content: Uint8Array,
): ReadonlyArray<Finding> => {
  const findings: Array<Finding> = []
  if (content.length > bytes)
    findings.push({
      code: 'too-large',
      says: `${content.length} bytes, where at most ${bytes} are allowed`,
    })
  let count = content.length > 0 && content.at(-1) !== NEWLINE ? 1 : 0
  for (const byte of content) if (byte === NEWLINE) count++
  if (count > lines)
    findings.push({
      code: 'too-many-lines',
      line: lines + 1,
      says: `${count} lines, where at most ${lines} are allowed`,
    })
  return findings
}

const NEWLINE = 0x0a
const BOM = [0xef, 0xbb, 0xbf]

const encoding = (
  { allow = [] }: Validator,
  bytes: Uint8Array,
  text: string,
): ReadonlyArray<Finding> => {
  const findings: Array<Finding> = []
  if (BOM.every((byte, i) => bytes[i] === byte) && !allow.includes('bom'))
    findings.push({ code: 'bom', line: 1, column: 1, says: 'it begins with a byte order mark' })
  const at = text.indexOf('\r\n')
  if (at >= 0 && !allow.includes('crlf'))
    findings.push(findingAt(text, at, 'crlf', 'a line that ends in CRLF'))
  return findings
}

const asJson = (text: string): JsonFault | undefined => faultOf(readJson(text))

const faultOf = (read: Result.Result<unknown, JsonFault>): JsonFault | undefined =>
  Result.isFailure(read) ? read.failure : undefined

const ofFault = (text: string, fault: JsonFault | undefined): ReadonlyArray<Finding> =>
  fault === undefined ? [] : [findingAt(text, fault.at, fault.code, fault.says)]

/** Each line one JSON value; the last may end without a line end, and no other may be empty. */
const jsonLines = (text: string): ReadonlyArray<Finding> => {
  const findings: Array<Finding> = []
  let start = 0
  for (let line = 1; start < text.length && findings.length < MOST_FINDINGS; line++) {
    const end = text.indexOf('\n', start)
    const own = text.slice(start, end < 0 ? undefined : end)
    const fault = asJson(own)
    if (fault !== undefined)
      findings.push({ code: fault.code, line, column: fault.at + 1, says: fault.says })
    start = end < 0 ? text.length : end + 1
  }
  return findings
}

const forbidden = (
  { patterns = [] }: Validator,
  text: string,
  compile: (source: string) => Compiled,
  steps: Steps,
): ReadonlyArray<Finding> => {
  const findings: Array<Finding> = []
  let unseen = 0
  for (const [i, source] of patterns.entries()) {
    const found = compile(source).find(text, steps)
    if (found === 'unseen') unseen++
    else if (found !== undefined && findings.length < MOST_FINDINGS)
      findings.push(findingAt(text, found, 'forbidden', `what pattern ${i + 1} forbids`))
  }
  if (unseen > 0)
    findings.push({
      code: 'unchecked',
      says: `too long to be looked at whole by ${unseen} of its patterns`,
    })
  return findings
}

/** The first line that is no UTF-8, by halving: a line's end is never within a character. */
const firstBadLine = (bytes: Uint8Array): { readonly line: number } => {
  let good = 0
  let bad = bytes.length
  for (;;) {
    const middle = bytes.indexOf(NEWLINE, good + Math.floor((bad - good) / 2))
    const cut = middle < 0 || middle + 1 >= bad ? bytes.indexOf(NEWLINE, good) : middle
    if (cut < 0 || cut + 1 >= bad) break
    if (fromUtf8(bytes.subarray(good, cut + 1)) === undefined) bad = cut + 1
    else good = cut + 1
  }
  let line = 1
  for (let i = 0; i < good; i++) if (bytes[i] === NEWLINE) line++
  return { line }
}
