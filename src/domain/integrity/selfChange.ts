// What is sealed with a change of a file that instructs the agent or is monitored: what it replaced, so
// that a human can look at it and take it back.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { fromUtf8, utf8 } from '../bytes.ts'

export const SelfChange = Schema.Struct({
  v: Schema.Literal(1),
  /** Where it really lay when it was looked at before, links followed: there it is put back. */
  real: Schema.optionalKey(Schema.String),
  /** What it held, with tokens; null: there was no file. Absent: it was not kept. */
  before: Schema.optionalKey(Schema.NullOr(Schema.String)),
  /** SHA-256 of what it held before, as it was: what is put together of `before` must have it. */
  was: Schema.optionalKey(Schema.String),
  /** Tokens in `before` that stand for what they were made of. */
  tokens: Schema.optionalKey(Schema.Array(Schema.String)),
  /** Some of `before` cannot be put back: values of stored secrets, what nobody looked at. */
  lossy: Schema.optionalKey(Schema.Literal(true)),
  /** The file's permissions before, such as 0o644. */
  mode: Schema.optionalKey(Schema.Int),
  /** SHA-256 of what it held then, as it was; null: there was no file any longer. */
  after: Schema.optionalKey(Schema.NullOr(Schema.String)),
  /** Unified diff, with tokens; cut where it is long. */
  diff: Schema.optionalKey(Schema.String),
})
export type SelfChange = typeof SelfChange.Type

export const packSelfChange = (change: SelfChange): Uint8Array => utf8(JSON.stringify(change))

const decode = Schema.decodeUnknownResult(SelfChange)

/** Undefined for bytes that are of another version. */
export const unpackSelfChange = (bytes: Uint8Array): SelfChange | undefined => {
  try {
    return Result.getOrUndefined(decode(JSON.parse(fromUtf8(bytes) ?? '')))
  } catch {
    return undefined
  }
}
