// The stored perfect nodes of the tree, read back. They are claims until a root was computed from
// them and compared, so a node that is missing or of the wrong length is tampering, not a crash.
import { HASH_BYTES } from '../../domain/merkle/hash.ts'
import type { Frontier } from '../../domain/merkle/frontier.ts'
import type { ReadNode } from '../../domain/merkle/proof.ts'
import { TamperFound } from './errors.ts'
import { nodeKey } from './keys.ts'
import type { StoreReader } from './storeDb.ts'

/** First leaf below a node. */
export const firstLeaf = (level: number, index: number): number => index * 2 ** level

/** Throws TamperFound where a node is missing or malformed, StoreFailure where it cannot be read. */
export const nodesOf =
  (db: StoreReader): ReadNode =>
  (level, index) => {
    const hash = db.get(nodeKey(level, index))
    if (hash === undefined || hash.length !== HASH_BYTES)
      throw new TamperFound({
        index: firstLeaf(level, index),
        where: 'node',
        detail: `the tree's node ${level}/${index} is ${hash === undefined ? 'missing' : 'malformed'}`,
      })
    return hash
  }

/** Perfect nodes of one level in a tree of `size`. */
export const nodesAtLevel = (level: number, size: number): number => Math.floor(size / 2 ** level)

/** The frontier that a tree had when it held `size` entries, from its stored nodes. */
export const frontierAt = (size: number, node: ReadNode): Frontier => {
  const peaks: Array<Uint8Array> = []
  let start = 0
  for (let level = 52; level >= 0; level--) {
    const width = 2 ** level
    if (Math.floor(size / width) % 2 === 0) continue
    peaks.push(node(level, start / width))
    start += width
  }
  return { size, peaks }
}
