// An entry of the log: one event in its envelope. The leaf bytes are its canonical JSON; they are
// what is hashed, so an entry is never re-encoded once it is written.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { fromUtf8, utf8 } from '../bytes.ts'
import { canonicalJson, NotCanonical } from '../canonical.ts'
import { MAX_BUNDLE_ENTRY } from '../merkle/tile.ts'
import { WitnessEvent } from './event.ts'

/** What is exported must fit a bundle. */
export const MAX_ENTRY_BYTES = MAX_BUNDLE_ENTRY

/** A kind this version does not know (a later one wrote it): kept as it is, skipped by folds. */
export interface UnknownEvent {
  readonly _tag: 'Unknown'
  readonly kind: string
  readonly fields: Readonly<Record<string, unknown>>
}

export interface Entry<E = WitnessEvent | UnknownEvent> {
  readonly index: number
  /** Epoch milliseconds. */
  readonly time: number
  /** The client's session; null for the control plane's own events. */
  readonly session: string | null
  readonly event: E
}

/** The kind as the log holds it, whether this version knows it or not. */
export const kindOf = ({ event }: Entry): string =>
  event._tag === 'Unknown' ? event.kind : event._tag

/** What is handed to the log: index and time are given when it is written. */
export interface Draft {
  readonly session: string | null
  readonly event: WitnessEvent
}

export class EntryTooLarge extends Schema.TaggedError<EntryTooLarge>()('EntryTooLarge', {
  kind: Schema.String,
  bytes: Schema.Int,
}) {}

export class EntryUnreadable extends Schema.TaggedError<EntryUnreadable>()('EntryUnreadable', {
  reason: Schema.String,
}) {}

/**
 * Leaf bytes of an entry. Fails when they exceed MAX_ENTRY_BYTES; throws NotCanonical for an event
 * whose fields have no canonical form, which is its maker's defect.
 */
export const encodeEntry = (
  entry: Entry<WitnessEvent>,
): Result.Result<Uint8Array, EntryTooLarge> => {
  const { index, time, session, event } = entry
  const bytes = utf8(canonicalJson({ v: 1, index, time, session, event }))
  return bytes.length > MAX_ENTRY_BYTES
    ? Result.fail(new EntryTooLarge({ kind: event._tag, bytes: bytes.length }))
    : Result.succeed(bytes)
}

const isCanonical = (value: unknown, text: string): boolean => {
  try {
    return canonicalJson(value) === text
  } catch (error) {
    if (error instanceof NotCanonical) return false
    throw error
  }
}

const Envelope = Schema.Struct({
  v: Schema.Int,
  index: Schema.Int,
  time: Schema.Finite,
  session: Schema.NullOr(Schema.String),
  event: Schema.Struct({ _tag: Schema.String }),
})
const isEnvelope = Schema.is(Envelope)

/** By the kind's name: to try the union's members costs as much again as decoding the right one. */
const DECODERS: ReadonlyMap<
  string,
  (event: unknown) => Result.Result<WitnessEvent, Schema.SchemaError>
> = new Map(
  WitnessEvent.members.map((kind) => [
    kind.identifier,
    Schema.decodeUnknownResult(kind as Schema.Codec<WitnessEvent>),
  ]),
)

/** Reads leaf bytes back. Bytes of a known envelope whose event is of no known kind are Unknown. */
export const decodeEntry = (bytes: Uint8Array): Result.Result<Entry, EntryUnreadable> => {
  const unreadable = (reason: string) => Result.fail(new EntryUnreadable({ reason }))
  const text = fromUtf8(bytes)
  if (text === undefined) return unreadable('not UTF-8')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return unreadable('not JSON')
  }
  // Canonical JSON escapes control characters alone. Any other escape is none of ours, and may hold
  // what has no canonical form: a fold that signs or hashes it again would throw.
  if (text.includes('\\u') && !isCanonical(value, text)) return unreadable('not canonical')
  if (!isEnvelope(value)) return unreadable('not an entry envelope')
  const { index, time, session } = value
  const event = DECODERS.get(value.event._tag)?.(value.event)
  if (event !== undefined && Result.isSuccess(event))
    return Result.succeed({ index, time, session, event: event.success })
  const { _tag: kind, ...fields } = value.event
  return Result.succeed({ index, time, session, event: { _tag: 'Unknown', kind, fields } })
}
