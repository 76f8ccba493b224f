// Entries of the log in order or newest first, in slices: each slice is read on another thread, so
// that a scan of a long log leaves the event loop to those who wait for an answer.
import { entryKey, indexOfKey } from './keys.ts'
import { readAhead } from './readAhead.ts'
import type { StoreReader } from './storeDb.ts'
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
  const pairs = readAhead(cursor, ENTRIES_PER_SLICE)
  try {
    for (;;) {
      await pairs.ensure(1)
      if (pairs.buffered() === 0) return
      const slice: Array<StoredEntry> = []
      for (let pair = pairs.take(); pair !== undefined; pair = pairs.take()) {
        const [key, bytes] = pair
        const index = indexOfKey(key)
        if (index !== undefined) slice.push({ index, bytes })
      }
      yield slice
    }
  } finally {
    await pairs.close()
  }
}
