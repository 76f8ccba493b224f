// Inclusion proofs from the stored nodes. A proof is checked before it is handed out: a damaged node
// is found here, not by whoever the proof was meant for.
import { leafHash } from '../../domain/merkle/hash.ts'
import { buildInclusion, rootFromNodes, verifyInclusion } from '../../domain/merkle/proof.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { TamperFound } from './errors.ts'
import { entryKey } from './keys.ts'
import { nodesOf } from './nodes.ts'
import type { StoreReader } from './storeDb.ts'

/**
 * Proof of entry `index` in the tree of its first `size` entries, 0 ≤ index < size ≤ the log's; else
 * throws RangeError. Throws TamperFound when the entry or a node is not what the tree holds.
 */
export const inclusionIn = (
  db: StoreReader,
  index: number,
  size: number,
): ReadonlyArray<Uint8Array> => {
  const node = nodesOf(db)
  const proof = buildInclusion(sha256, index, size, node)
  const bytes = db.get(entryKey(index))
  const root = rootFromNodes(sha256, size, node)
  const holds =
    bytes !== undefined &&
    verifyInclusion(sha256, { index, size, leafHash: leafHash(sha256, bytes), proof, root })
  if (!holds)
    throw new TamperFound({ index, where: 'entry', detail: `entry ${index} is not in its tree` })
  return proof
}
