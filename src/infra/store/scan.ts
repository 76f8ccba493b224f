// Entries of the log in order or newest first, in slices: each slice is read on another thread, so
// that a scan of a long log leaves the event loop to those who wait for an answer.
import { entryKey, indexOfKey } from './keys.ts'
import type { StorePair, StoreReader } from './storeDb.ts'
import type { StoredEntry } from './WitnessLog.ts'

const ENTRIES_PER_SLICE = 256

export interface ScanRange {
  readonly from?: number
  /** Exclusive. */
  readonly to?: number
  readonly reverse?: boolean
}

/** Entries from..to of a log of `size`. Rejects with StoreFailure. */
export async function* scanEntries(
  db: StoreReader,
  size: number,
  { from = 0, to = size, reverse = false }: ScanRange,
): AsyncGenerator<ReadonlyArray<StoredEntry>> {
  const start = Math.max(0, Math.min(from, size))
  const end = Math.max(start, Math.min(to, size))
  if (start === end) return
  const cursor = db.cursor({ gte: entryKey(start), lt: entryKey(end), reverse })
  // The next slice is read while this one is worked on.
  const ask = (): Promise<ReadonlyArray<StorePair>> => {
    const asked = cursor.next(ENTRIES_PER_SLICE)
    // Awaited when it is needed; a failure until then must not count as unhandled.
    asked.catch(() => undefined)
    return asked
  }
  let ahead = ask()
  try {
    for (;;) {
      const pairs = await ahead
      if (pairs.length === 0) return
      ahead = ask()
      const slice: Array<StoredEntry> = []
      for (const [key, bytes] of pairs) {
        const index = indexOfKey(key)
        if (index !== undefined) slice.push({ index, bytes })
      }
      yield slice
    }
  } finally {
    await ahead.catch(() => undefined)
    await cursor.close()
  }
}
