// Forensic query over the live or the offline log: newest first until enough is found, handed out
// oldest first, then on with what is appended, for as long as the caller listens.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { canonicalJson } from '../../domain/canonical.ts'
import type { QueryItem, QueryParams } from '../../domain/control/methods.ts'
import { fromUtf8 } from '../../domain/bytes.ts'
import { decodeEntry, type Entry } from '../../domain/event/envelope.ts'
import { matchesFacts, matchesText } from '../../domain/event/query.ts'
import { unpackPayload } from '../../domain/event/payloadParts.ts'
import type { Sealed } from '../../domain/event/sealed.ts'
import { openSealed } from '../store/openSealed.ts'
import type { StoredEntry } from '../store/WitnessLog.ts'
import { storeFailure } from '../store/storeFailure.ts'
import type { ControlContext } from './context.ts'
import { controlFailureOf } from './failures.ts'
import type { SendItem } from './send.ts'

const DEFAULT_LIMIT = 50
const MOST = 100_000
/** Entries scanned between two progress reports. */
const PROGRESS_EVERY = 20_000

export const query = Effect.fn('query')(function* (
  params: QueryParams,
  send: SendItem,
  context: ControlContext,
) {
  const { log, paths } = context
  const attempt = <A>(work: (signal: AbortSignal) => Promise<A>) =>
    Effect.tryPromise({
      try: work,
      catch: (error) => controlFailureOf(storeFailure(paths.witnessDir, error)),
    })
  const { size } = log.head()
  const counts = yield* attempt((signal) => past(params, size, send, context, signal))
  if (params.follow !== true) return counts
  return yield* attempt((signal) => follow(params, size, send, context, signal))
})

/** The latest matches before `size`, oldest first. Ends early when the caller hangs up. */
const past = async (
  params: QueryParams,
  size: number,
  send: SendItem,
  context: ControlContext,
  signal: AbortSignal,
) => {
  const limit = Math.max(0, Math.min(params.limit ?? DEFAULT_LIMIT, MOST))
  // Only where they are: opened payloads of a long answer would not fit into the memory. So they are
  // opened here for a text alone, and handed out below.
  const found: Array<number> = []
  const searched = { ...params, payloads: false }
  let scanned = 0
  const range =
    params.index === undefined ? { to: size } : { from: params.index, to: params.index + 1 }
  if (limit > 0 && (params.index === undefined || isIn(params.index, size)))
    for await (const slice of context.log.scan({ ...range, reverse: true })) {
      for (const stored of slice) {
        if (signal.aborted) return { matched: 0, scanned }
        if ((await itemOf(stored, searched, context)) !== undefined) found.push(stored.index)
        if (found.length >= limit) break
      }
      scanned += slice.length
      if (scanned % PROGRESS_EVERY < slice.length)
        await send({ progress: { done: scanned, total: size, what: 'entries searched' } })
      if (found.length >= limit || allOlder(slice, params.since)) break
    }
  for (const index of found.toReversed())
    await sendMatches(params, { from: index, to: index + 1 }, send, context, signal)
  return { matched: found.length, scanned }
}

const isIn = (index: number, size: number): boolean => index >= 0 && index < size

/**
 * What matches from `size` on, as it comes, until the caller hangs up. It is read back from the log
 * at the caller's own pace: one that does not read holds nothing up and makes nothing pile up.
 */
const follow = async (
  params: QueryParams,
  size: number,
  send: SendItem,
  context: ControlContext,
  signal: AbortSignal,
): Promise<never> => {
  const { log } = context
  let wake = (): void => {}
  const unsubscribe = log.subscribe(() => wake())
  signal.addEventListener('abort', () => wake())
  try {
    for (let from = size; ;) {
      signal.throwIfAborted()
      const more = new Promise<void>((resolve) => {
        wake = resolve
      })
      const to = log.head().size
      if (to > from) await sendMatches(params, { from, to }, send, context, signal)
      else await more
      from = to
    }
  } finally {
    unsubscribe()
  }
}

const sendMatches = async (
  params: QueryParams,
  range: { readonly from: number; readonly to: number },
  send: SendItem,
  context: ControlContext,
  signal: AbortSignal,
): Promise<void> => {
  for await (const slice of context.log.scan(range))
    for (const stored of slice) {
      if (signal.aborted) return
      const item = await itemOf(stored, params, context)
      if (item !== undefined) await send({ item })
    }
}

const readEntry = (stored: StoredEntry): Entry | undefined => {
  const entry = decodeEntry(stored.bytes)
  return Result.isSuccess(entry) ? entry.success : undefined
}

/** Times go with indexes but for clock changes: a whole slice older than asked for ends the scan. */
const allOlder = (slice: ReadonlyArray<StoredEntry>, since: number | undefined): boolean =>
  since !== undefined && slice.every((stored) => (readEntry(stored)?.time ?? 0) < since)

/** Undefined when it is not asked for. */
const itemOf = async (
  stored: StoredEntry,
  params: QueryParams,
  context: ControlContext,
): Promise<QueryItem | undefined> => {
  const entry = readEntry(stored)
  if (entry === undefined || !matchesFacts(entry, params)) return undefined
  const { index, time, session, event } = entry
  const shown = event._tag === 'Unknown' ? { _tag: event.kind, ...event.fields } : { ...event }
  const item = { index, time, session, event: shown as QueryItem['event'] }
  if (params.payloads !== true && params.text === undefined) return item
  const sealed = 'payload' in event ? (event.payload as Sealed | undefined) : undefined
  const opened = sealed === undefined ? undefined : await openPayload(entry, sealed, context)
  const text = opened instanceof Uint8Array ? (fromUtf8(opened) ?? '') : ''
  if (!matchesText(params, canonicalJson(shown), text)) return undefined
  if (params.payloads !== true || opened === undefined) return item
  return opened instanceof Uint8Array
    ? { ...item, payload: jsonOrText(text) }
    : { ...item, sealed: opened }
}

const jsonOrText = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const openPayload = async (
  entry: Entry,
  sealed: Sealed,
  { log, keys }: ControlContext,
): Promise<Uint8Array | 'no-key' | 'damaged'> => {
  const opened = await openSealed(entry, sealed, { log, keys })
  // With the client's payload lie the files that were read for the decision.
  return opened instanceof Uint8Array && entry.event._tag === 'HookReceived'
    ? (unpackPayload(opened)?.payload ?? 'damaged')
    : opened
}
