// Snapshots of the projections' states, so that opening need not fold the whole log. A state's bytes
// are used only when a SnapshotTaken entry of the log, proven to be in its tree, carries their hash.
//
// A round at size S stores every projection's state after exactly the entries 0..S-1, and appends
// one SnapshotTaken entry for each at S, S+1, … naming that size: the states hashed do not count the
// round's own entries. Bytes, entries and the removal of older snapshots are one atomic batch, so a
// crash leaves a whole round or none of it.
import * as Result from 'effect/Result'
import { fromUtf8, toHex } from '../../domain/bytes.ts'
import { decodeEntry } from '../../domain/event/envelope.ts'
import { SnapshotTaken } from '../../domain/event/event.ts'
import type { Digest } from '../../domain/hash.ts'
import { leafHash } from '../../domain/merkle/hash.ts'
import { buildInclusion, type ReadNode, verifyInclusion } from '../../domain/merkle/proof.ts'
import { encodeState, type Projection } from '../../projections/projection.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { FOLDS, type States } from './fold.ts'
import { entryKey, parseSnapshotKey, rangeOf, snapshotKey } from './keys.ts'
import type { StoreOp, StoreReader } from './storeDb.ts'

/** Snapshots kept of each projection: the last, and the one before it to fall back to. */
export const SNAPSHOTS_KEPT = 2

/** Sizes at which the stored snapshots of each projection were taken, rising. */
export type SnapshotSizes = ReadonlyMap<string, ReadonlyArray<number>>

export interface SnapshotRound {
  readonly ops: ReadonlyArray<StoreOp>
  readonly events: ReadonlyArray<SnapshotTaken>
  /** What is stored once the round is. */
  readonly sizes: SnapshotSizes
}

/** A round at this size. `before`: what is stored now. */
export const snapshotRound = (
  states: States,
  size: number,
  before: SnapshotSizes,
): SnapshotRound => {
  const ops: Array<StoreOp> = []
  const events: Array<SnapshotTaken> = []
  const sizes = new Map(before)
  for (const [name, { id, version }] of FOLDS) {
    const { bytes, hash } = encodeState(states[name], sha256)
    ops.push({ key: snapshotKey(id, size), value: bytes })
    events.push(new SnapshotTaken({ projection: id, version, size, hash }))
    const all = [...(before.get(id) ?? []), size]
    for (const old of all.slice(0, -SNAPSHOTS_KEPT))
      ops.push({ key: snapshotKey(id, old), value: undefined })
    sizes.set(id, all.slice(-SNAPSHOTS_KEPT))
  }
  return { ops, events, sizes }
}

/** What is stored, by its keys; keys of another form are left to verify. */
export const storedSnapshots = async (db: StoreReader): Promise<SnapshotSizes> => {
  const sizes = new Map<string, Array<number>>()
  const cursor = db.cursor({ ...rangeOf('snapshot'), values: false })
  try {
    for (;;) {
      const pairs = await cursor.next(256)
      if (pairs.length === 0) return sizes
      for (const [key] of pairs) {
        const parsed = parseSnapshotKey(key)
        if (parsed === undefined) continue
        const known = sizes.get(parsed.projection)
        if (known === undefined) sizes.set(parsed.projection, [parsed.size])
        else known.push(parsed.size)
      }
    }
  } finally {
    await cursor.close()
  }
}

/** Why a stored snapshot is not used. `version`: taken by other code, no sign of tampering. */
export type Unusable = 'version' | 'unvouched' | 'hash' | 'shape'

interface LogTree {
  readonly size: number
  readonly root: Uint8Array
  readonly node: ReadNode
}

/** Reads one snapshot's state, if an entry of the log vouches for its bytes. */
export const readSnapshot = (
  db: StoreReader,
  tree: LogTree,
  projection: Projection<unknown>,
  size: number,
): Result.Result<unknown, Unusable> => {
  const taken = vouchedBy(db, tree, projection.id, size)
  if (taken === undefined) return Result.fail('unvouched')
  if (taken.version !== projection.version) return Result.fail('version')
  const bytes = db.get(snapshotKey(projection.id, size))
  if (bytes === undefined || toHex(sha256(bytes)) !== taken.hash) return Result.fail('hash')
  const state = parseJson(bytes)
  return projection.isState(state) ? Result.succeed(state) : Result.fail('shape')
}

/** The round's entry for the projection, once its inclusion in the tree is checked. */
const vouchedBy = (
  db: StoreReader,
  tree: LogTree,
  projection: string,
  size: number,
): { readonly version: number; readonly hash: Digest } | undefined => {
  for (let index = size; index < tree.size; index++) {
    const bytes = db.get(entryKey(index))
    const entry = bytes === undefined ? undefined : decodeEntry(bytes)
    if (bytes === undefined || entry === undefined || Result.isFailure(entry)) return undefined
    const { event } = entry.success
    if (event._tag !== 'SnapshotTaken' || event.size !== size) return undefined
    if (event.projection !== projection) continue
    const claim = {
      index,
      size: tree.size,
      leafHash: leafHash(sha256, bytes),
      proof: buildInclusion(sha256, index, tree.size, tree.node),
      root: tree.root,
    }
    return verifyInclusion(sha256, claim) ? event : undefined
  }
  return undefined
}

const parseJson = (bytes: Uint8Array): unknown => {
  const text = fromUtf8(bytes)
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
