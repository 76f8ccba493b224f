// A store's keys and values in memory: for tests that change them in many ways and read them back.
import type { Cursor, CursorRange, StoreDb, StorePair } from '../../../src/infra/store/storeDb.ts'
import { openStoreDb } from '../../../src/infra/store/storeDb.ts'

/** Every pair of a store that nobody has open. */
export const dump = async (dir: string): Promise<ReadonlyArray<StorePair>> => {
  const db = await openStoreDb(dir, { create: false })
  const cursor = db.cursor({ gte: Uint8Array.of(0), lt: Uint8Array.of(0xff) })
  const all: Array<StorePair> = []
  for (;;) {
    const pairs = await cursor.next(1000)
    if (pairs.length === 0) break
    all.push(...pairs)
  }
  await cursor.close()
  await db.close()
  return all
}

/** What reads a store, over these pairs; of two under one key the later counts. */
export const memoryDb = (
  pairs: ReadonlyArray<StorePair>,
): Pick<StoreDb, 'view' | 'path' | 'get' | 'cursor'> => {
  const byKey = new Map(pairs.map((pair) => [Buffer.from(pair[0]).toString('hex'), pair]))
  const sorted = [...byKey.values()].toSorted(([a], [b]) => Buffer.compare(a, b))
  const get = (key: Uint8Array): Uint8Array | undefined =>
    byKey.get(Buffer.from(key).toString('hex'))?.[1]
  const cursor = ({ gte, lt, reverse }: CursorRange): Cursor => {
    const inside = sorted.filter(
      ([key]) => Buffer.compare(key, gte) >= 0 && Buffer.compare(key, lt) < 0,
    )
    const ordered = reverse === true ? inside.toReversed() : inside
    let at = 0
    return {
      next: async (count) => ordered.slice(at, (at += count)),
      close: async () => undefined,
    }
  }
  return {
    path: 'memory',
    get,
    cursor,
    view: () => ({ get, cursor, close: async () => undefined }),
  }
}
