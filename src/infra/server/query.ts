// Forensic query over the live or the offline log: newest first until enough is found, handed out
// oldest first, then on with what is appended, for as long as the caller listens.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { canonicalJson } from '../../domain/canonical.ts'
import type { ControlItem, QueryItem, QueryParams } from '../../domain/control/methods.ts'
import { fromUtf8 } from '../../domain/bytes.ts'
import { decodeEntry, type Entry } from '../../domain/event/envelope.ts'
import { matchesFacts, matchesText } from '../../domain/event/query.ts'
import type { Sealed } from '../../domain/event/sealed.ts'
import type { Digest } from '../../domain/hash.ts'
import type { StoredEntry } from '../store/WitnessLog.ts'
import type { ControlContext } from './context.ts'

const DEFAULT_LIMIT = 50
const MOST = 100_000
/** Entries scanned between two progress reports. */
const PROGRESS_EVERY = 20_000

export const query = Effect.fn('query')(function* (
  params: QueryParams,
  send: (item: ControlItem) => void,
  context: ControlContext,
) {
  const limit = Math.max(0, Math.min(params.limit ?? DEFAULT_LIMIT, MOST))
  // Listening starts before the scan, and what arrives meanwhile waits: nothing is missed or doubled.
  const waiting: Array<Entry> = []
  let live = false
  const unsubscribe =
    params.follow === true
      ? context.log.subscribe((entry) => {
          if (!live) waiting.push(entry)
          else void emit(entry)
        })
      : () => {}

  const emit = async (entry: Entry): Promise<boolean> => {
    const item = matchesFacts(entry, params) ? await itemOf(entry, params, context) : undefined
    if (item !== undefined) send({ item })
    return item !== undefined
  }

  const scan = Effect.promise(async () => {
    const size = context.log.head().size
    const found: Array<QueryItem> = []
    let scanned = 0
    if (limit > 0)
      for await (const slice of context.log.scan({ to: size, reverse: true })) {
        for (const stored of slice) {
          const entry = readEntry(stored)
          if (entry === undefined || !matchesFacts(entry, params)) continue
          const item = await itemOf(entry, params, context)
          if (item !== undefined) found.push(item)
          if (found.length >= limit) break
        }
        scanned += slice.length
        if (scanned % PROGRESS_EVERY < slice.length)
          send({ progress: { done: scanned, total: size, what: 'entries searched' } })
        if (found.length >= limit || allOlder(slice, params.since)) break
      }
    for (const item of found.toReversed()) send({ item })
    return { matched: found.length, scanned }
  })

  return yield* Effect.ensuring(
    Effect.gen(function* () {
      const counts = yield* scan
      if (params.follow !== true) return counts
      for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift())
        yield* Effect.promise(() => emit(entry))
      live = true
      return yield* Effect.never
    }),
    Effect.sync(unsubscribe),
  )
})

const readEntry = (stored: StoredEntry): Entry | undefined => {
  const entry = decodeEntry(stored.bytes)
  return Result.isSuccess(entry) ? entry.success : undefined
}

/** Times go with indexes but for clock changes: a whole slice older than asked for ends the scan. */
const allOlder = (slice: ReadonlyArray<StoredEntry>, since: number | undefined): boolean =>
  since !== undefined && slice.every((stored) => (readEntry(stored)?.time ?? 0) < since)

const itemOf = async (
  entry: Entry,
  params: QueryParams,
  context: ControlContext,
): Promise<QueryItem | undefined> => {
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

/** Opens a payload; its chunks are the entries directly before the one that names them. */
const openPayload = async (
  entry: Entry,
  sealed: Sealed,
  { log, keys }: ControlContext,
): Promise<Uint8Array | 'no-key' | 'damaged'> => {
  const parts = new Map<Digest, Uint8Array>()
  const count = sealed.chunks?.length ?? 0
  if (count > 0)
    for await (const slice of log.scan({ from: entry.index - count, to: entry.index }))
      for (const stored of slice) {
        const chunk = readEntry(stored)
        if (chunk?.event._tag === 'Chunk')
          parts.set(chunk.event.digest, Buffer.from(chunk.event.data, 'base64'))
      }
  return keys.open(entry.session, kindOf(entry), sealed, (digest) => parts.get(digest))
}

const kindOf = ({ event }: Entry): string => (event._tag === 'Unknown' ? event.kind : event._tag)
