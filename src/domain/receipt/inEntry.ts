// The decision that an entry of a log records, if it records one: with the receipt as it was made,
// checked against the digest that stands beside it.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { fromUtf8, utf8 } from '../bytes.ts'
import { canonicalJson } from '../canonical.ts'
import { decodeEntry, type Entry, kindOf } from '../event/envelope.ts'
import type { DecisionMade } from '../event/event.ts'
import { digestOf, type Sha256 } from '../hash.ts'
import { isLater } from './readReceipt.ts'

export class DecisionUnreadable extends Schema.TaggedError<DecisionUnreadable>()(
  'DecisionUnreadable',
  { index: Schema.Int, detail: Schema.String },
) {
  override get message(): string {
    return `entry ${this.index} ${this.detail}`
  }
}

/** Canonical JSON writes the kind of every decision so. */
const DECISION = Array.from('"DecisionMade"', (char) => char.charCodeAt(0))

/** Most entries are no decisions, and need not be parsed to know it. */
const mayBeDecision = (bytes: Uint8Array): boolean => {
  for (let at = bytes.indexOf(DECISION[0]!); at >= 0; at = bytes.indexOf(DECISION[0]!, at + 1))
    if (DECISION.every((byte, i) => bytes[at + i] === byte)) return true
  return false
}

/** Undefined for an entry of another kind. `index`: where the entry was found. */
export const decisionIn = (
  bytes: Uint8Array,
  index: number,
  sha256: Sha256,
): Result.Result<Entry<DecisionMade> | undefined, DecisionUnreadable> => {
  if (!mayBeDecision(bytes)) return Result.succeed(undefined)
  const fail = (detail: string) => Result.fail(new DecisionUnreadable({ index, detail }))
  const decoded = decodeEntry(bytes)
  if (Result.isFailure(decoded)) return fail(`cannot be read (${decoded.failure.reason})`)
  const { event, ...envelope } = decoded.success
  if (kindOf(decoded.success) !== 'DecisionMade') return Result.succeed(undefined)
  if (event._tag !== 'DecisionMade')
    return fail(
      event._tag === 'Unknown' && isLater(event.fields['receipt'])
        ? 'holds a receipt of a later version of isonapse'
        : 'holds a decision that this version of isonapse cannot read',
    )
  const text = canonicalJson(event.receipt)
  // Reading leaves out fields that are not known here, and an entry is canonical JSON as a whole.
  if (fromUtf8(bytes)?.includes(`"receipt":${text}`) !== true)
    return fail('holds a receipt with fields that this version of isonapse does not know')
  if (digestOf(sha256, utf8(text)) !== event.receiptDigest)
    return fail('holds a receipt that does not have the digest beside it')
  return Result.succeed({ ...envelope, event })
}
