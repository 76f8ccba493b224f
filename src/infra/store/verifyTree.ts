// The stored nodes, compared with those recomputed from the entries: every one must be there, be
// right, and be the only one. Part of verify; it trusts no stored hash.
import { equalBytes } from '../../domain/bytes.ts'
import type { PerfectNode } from '../../domain/merkle/frontier.ts'
import { TamperFound } from './errors.ts'
import { nodeKey, placeOfNodeKey, rangeOf } from './keys.ts'
import { firstLeaf, nodesAtLevel } from './nodes.ts'
import { readAhead, type ReadAhead } from './readAhead.ts'
import type { StorePair, StoreReader } from './storeDb.ts'

const NODES_PER_SLICE = 256

export interface NodeCheck {
  /** Reads the stored nodes that entries `from`..`to` complete. */
  readonly prepare: (from: number, to: number) => Promise<void>
  /** Compares one recomputed node, in the order in which they are completed. Throws TamperFound. */
  readonly compare: (node: PerfectNode) => void
  /** After the last entry: nothing more may be stored. Rejects with TamperFound. */
  readonly finish: () => Promise<void>
  readonly close: () => Promise<void>
}

const bad = (level: number, index: number, what: string): TamperFound =>
  new TamperFound({
    index: firstLeaf(level, index),
    where: 'node',
    detail: `the tree's node ${level}/${index} ${what}`,
  })

const surplus = (key: Uint8Array, size: number): TamperFound => {
  const place = placeOfNodeKey(key)
  return new TamperFound({
    where: 'node',
    detail:
      place === undefined
        ? 'there is a node under a malformed key'
        : `there is a node ${place.level}/${place.index}, beyond the log's ${size} entries`,
  })
}

export const nodeCheck = (db: StoreReader, size: number): NodeCheck => {
  let levels = 0
  while (nodesAtLevel(levels, size) > 0) levels++
  const { gte: first, lt: end } = rangeOf('node')
  // The first level's range begins, and the last one's ends, with the prefix's: together they leave
  // no key under it unread, well formed or not.
  const streams: ReadonlyArray<ReadAhead> = Array.from({ length: levels + 1 }, (_, level) =>
    readAhead(
      db.cursor({
        gte: level === 0 ? first : nodeKey(level, 0),
        lt: level === levels ? end : nodeKey(level + 1, 0),
      }),
      NODES_PER_SLICE,
    ),
  )

  const expectPair = (pair: StorePair | undefined, level: number, index: number): Uint8Array => {
    if (pair === undefined) throw bad(level, index, 'is missing')
    const place = placeOfNodeKey(pair[0])
    if (place === undefined) throw surplus(pair[0], size)
    if (place.level !== level || place.index !== index) throw bad(level, index, 'is missing')
    return pair[1]
  }

  return {
    prepare: async (from, to) => {
      for (let level = 0; level < levels; level++) {
        const count = nodesAtLevel(level, to) - nodesAtLevel(level, from)
        if (count === 0) break
        if (streams[level]!.buffered() < count) await streams[level]!.ensure(count)
      }
    },
    compare: ({ level, index, hash }) => {
      const stored = expectPair(streams[level]!.take(), level, index)
      if (!equalBytes(stored, hash)) throw bad(level, index, 'is not the hash of what is below it')
    },
    finish: async () => {
      for (const stream of streams) {
        await stream.ensure(1)
        const pair = stream.take()
        if (pair !== undefined) throw surplus(pair[0], size)
      }
    },
    close: async () => {
      for (const stream of streams) await stream.close()
    },
  }
}
