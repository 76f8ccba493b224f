// What a setting is: how its text is read and which values it may have. Knowledge about particular
// settings is in the table, settings.ts.
import * as Result from 'effect/Result'
import * as path from 'node:path'
import { parseOwnPrices } from '../../domain/cost/ownPrices.ts'
import { MOST_PATTERNS_TEXT, ownPatterns } from '../../domain/sensitive/own.ts'
import { parseTypeActions } from '../../domain/sensitive/piiActions.ts'

/** When a change of a setting takes effect. */
export type Applies = 'live' | 'restart'

export interface Setting<V extends string | number> {
  readonly default: V
  readonly about: string
  readonly applies: Applies
  /** How the value is written and what it may be, as a person reads it. */
  readonly type: string
  /** A value from JSON or TOML; failure is what is wrong with it, as a sentence's end. */
  readonly check: (value: unknown) => Result.Result<V, string>
  /** The same from a command line's text. */
  readonly parse: (text: string) => Result.Result<V, string>
}

type About<V> = { readonly default: V; readonly about: string; readonly applies: Applies }

/** A whole number from min to max, in the unit named. */
export const wholeNumber = ({
  min,
  max,
  unit,
  ...about
}: About<number> & {
  readonly min: number
  readonly max: number
  readonly unit: string
}): Setting<number> => {
  const type = `a whole number of ${unit}, ${min} to ${max}`
  const check = (value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? Result.succeed(value)
      : Result.fail(`must be ${type}`)
  return {
    ...about,
    type,
    check,
    parse: (text) => check(/^\d{1,15}$/.test(text) ? Number(text) : undefined),
  }
}

/** An amount of US dollars, to a hundredth of a cent; 0 is none. */
export const dollars = (about: About<number>): Setting<number> => {
  const type = 'US dollars, such as 5 or 2.50, 0 for none, at most 1000000'
  const check = (value: unknown) =>
    typeof value === 'number' && value >= 0 && value <= 1_000_000 && isToTenThousandth(value)
      ? Result.succeed(value + 0)
      : Result.fail(`must be ${type}`)
  return {
    ...about,
    type,
    check,
    parse: (text) =>
      check(/^\$?\d{1,7}(?:\.\d{1,4})?$/.test(text) ? Number(text.replace('$', '')) : NaN),
  }
}

const isToTenThousandth = (value: number): boolean =>
  Math.abs(value * 10_000 - Math.round(value * 10_000)) < 1e-6

/** A text of one line that a parser of the domain reads; failure is what is wrong with it. */
const lineReadBy =
  (read: (text: string) => Result.Result<unknown, string>, type: string) =>
  (about: About<string>): Setting<string> => {
    const check = (value: unknown) => {
      if (typeof value !== 'string') return Result.fail(`must be ${type}`)
      if (value.length > MOST_TEXT) return Result.fail(`is longer than ${MOST_TEXT} characters`)
      if (!/^[\x20-\x7e]*$/.test(value)) return Result.fail('must be one line of plain characters')
      const parsed = read(value)
      return Result.isSuccess(parsed) ? Result.succeed(value) : Result.fail(parsed.failure)
    }
    return { ...about, type, check, parse: check }
  }

/** Prices of models in one line; domain/cost/ownPrices.ts reads it. */
export const prices = lineReadBy(
  parseOwnPrices,
  '"model input output; …" in US dollars per million tokens, or "" for none',
)

/** What is done about each type of value; domain/sensitive/piiActions.ts reads it. */
export const typeActions = lineReadBy(
  parseTypeActions,
  '"TYPE=off|report|tokenize …", such as "EMAIL_ADDRESS=report", or ""',
)

/** The user's own patterns in one line; domain/sensitive/own.ts reads it. */
export const patterns = (about: About<string>): Setting<string> => {
  const type = `"NAME = regex ; …" in RE2's syntax, at most ${MOST_PATTERNS_TEXT} characters, or "" for none`
  const check = (value: unknown) => {
    if (typeof value !== 'string') return Result.fail(`must be ${type}`)
    return Result.map(ownPatterns(value), () => value)
  }
  return { ...about, type, check, parse: check }
}

/** A file of the user's, by an absolute path or one below the home directory. */
export const ownFile = (about: About<string>): Setting<string> => {
  const type = '"" for none, "/absolute/file" or "~/file"'
  const check = (value: unknown) => {
    if (typeof value !== 'string') return Result.fail(`must be ${type}`)
    if (value.length > MOST_TEXT) return Result.fail(`is longer than ${MOST_TEXT} characters`)
    if (/\p{Cc}/u.test(value) || !value.isWellFormed())
      return Result.fail('must be one line without control characters')
    return value === '' || path.isAbsolute(value) || /^~\/./.test(value)
      ? Result.succeed(value)
      : Result.fail(`must be ${type}`)
  }
  return { ...about, type, check, parse: check }
}

/** One of a few words. */
export const choice = <const V extends string>({
  values,
  ...about
}: About<NoInfer<V>> & { readonly values: ReadonlyArray<V> }): Setting<V> => {
  const type = values.map((value) => `"${value}"`).join(' or ')
  const check = (value: unknown) => {
    const found = values.find((one) => one === value)
    return found === undefined ? Result.fail(`must be ${type}`) : Result.succeed(found)
  }
  return { ...about, type, check, parse: check }
}

/** Longest text of a setting, UTF-16 units: a setting is one entry of the log. */
const MOST_TEXT = 4096

/**
 * Where checkpoints go: nowhere, a file that they are appended to, or a command that gets them on
 * standard input. The bar tells a command from a file, whatever either is called.
 */
export const anchor = (about: About<string>): Setting<string> => {
  const type = '"" for none, "/absolute/file", or "| command"'
  const check = (value: unknown) => {
    if (typeof value !== 'string') return Result.fail(`must be ${type}`)
    if (value.length > MOST_TEXT) return Result.fail(`is longer than ${MOST_TEXT} characters`)
    if (/\p{Cc}/u.test(value) || !value.isWellFormed())
      return Result.fail('must be one line without control characters')
    return parseAnchor(value) === undefined ? Result.fail(`must be ${type}`) : Result.succeed(value)
  }
  return { ...about, type, check, parse: check }
}

export type Anchor =
  | { readonly kind: 'none' }
  | { readonly kind: 'file'; readonly path: string }
  /** A command line for `/bin/sh -c`. */
  | { readonly kind: 'command'; readonly command: string }

/** Reads the value of witness.anchor; undefined for a text that is none. */
export const parseAnchor = (value: string): Anchor | undefined => {
  if (value === '') return { kind: 'none' }
  if (path.isAbsolute(value)) return { kind: 'file', path: path.normalize(value) }
  const command = value.startsWith('|') ? value.slice(1).trim() : ''
  return command === '' ? undefined : { kind: 'command', command }
}
