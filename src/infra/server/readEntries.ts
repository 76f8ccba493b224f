// Entries of the log, decoded and in order, in slices that yield to whoever waits for an answer.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { decodeEntry, type Entry } from '../../domain/event/envelope.ts'
import type { StoreFailure } from '../store/errors.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import type { SendItem } from './send.ts'

/** Entries between two progress reports. */
const PROGRESS_EVERY = 20_000

export interface EntriesRead {
  readonly from: number
  /** Exclusive. */
  readonly to: number
  readonly send: SendItem
  /** As in `entries searched`. */
  readonly what: string
  readonly signal: AbortSignal
}

/**
 * Hands each entry to `see`; one that cannot be read is passed over, as `verify` is there to find it.
 * Rejects with StoreFailure, or when the signal aborts.
 */
export const readEntries = async (
  log: Pick<WitnessLog['Service'], 'scan'>,
  { from, to, send, what, signal }: EntriesRead,
  see: (entry: Entry) => void,
): Promise<number> => {
  let read = 0
  for await (const slice of log.scan({ from, to })) {
    signal.throwIfAborted()
    for (const { bytes } of slice) {
      const entry = decodeEntry(bytes)
      if (Result.isSuccess(entry)) see(entry.success)
    }
    read += slice.length
    if (read % PROGRESS_EVERY < slice.length)
      await send({ progress: { done: read, total: to - from, what } })
  }
  return read
}

/**
 * Index of the first entry that is not before `since`, found by halving. Times go with indexes but for
 * changes of the clock, so that a few entries beside the border may be on the wrong side of it.
 */
export const firstSince = Effect.fnUntraced(function* (
  log: Pick<WitnessLog['Service'], 'entry' | 'head'>,
  since: number,
): Effect.fn.Return<number, StoreFailure> {
  let low = 0
  let high = log.head().size
  while (low < high) {
    const middle = (low + high) >>> 1
    const stored = yield* log.entry(middle)
    const entry =
      stored === undefined ? undefined : Result.getOrUndefined(decodeEntry(stored.bytes))
    if (entry !== undefined && entry.time < since) low = middle + 1
    else high = middle
  }
  return low
})
