// Opening a log that is there: from the stored head, nodes, checkpoint and snapshots to the states
// in force. It repairs nothing and trusts nothing it did not check: what does not fit is TamperFound.
import * as Result from 'effect/Result'
import { equalBytes } from '../../domain/bytes.ts'
import { decodeEntry } from '../../domain/event/envelope.ts'
import { appendLeaf, rootOfFrontier } from '../../domain/merkle/frontier.ts'
import { leafHash } from '../../domain/merkle/hash.ts'
import {
  buildConsistency,
  buildInclusion,
  type ReadNode,
  rootFromNodes,
  verifyConsistency,
  verifyInclusion,
} from '../../domain/merkle/proof.ts'
import type { Projections } from '../../projections/all.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { checkIdentity, type Pin } from '../keys/identity.ts'
import { readCheckpoint } from './checkpointNote.ts'
import { StoreFailure, TamperFound } from './errors.ts'
import { FOLDS, foldInto, initialStates, type States } from './fold.ts'
import { decodeHead, type HeadRecord } from './head.ts'
import { entryKey, HEAD_KEY, indexOfKey, nodeKey, rangeOf } from './keys.ts'
import { firstLeaf, frontierAt, nodesAtLevel, nodesOf } from './nodes.ts'
import { REFOLD_REPORTED_EVERY, type Refolding } from './refolding.ts'
import { readSnapshot, type SnapshotSizes, storedSnapshots, type Unusable } from './snapshots.ts'
import type { CursorRange, StoreReader } from './storeDb.ts'

export interface Recovered {
  readonly head: HeadRecord
  readonly states: States
  readonly snapshots: SnapshotSizes
  /** The last checkpoint's note. */
  readonly checkpoint: string | undefined
  /** Snapshots that were passed over: all but `version` are damage that verify will name. */
  readonly passedOver: ReadonlyArray<{
    readonly projection: string
    readonly size: number
    readonly why: Unusable
  }>
  /** Size of the oldest snapshot used, 0 for none: entries from here on were folded. */
  readonly snapshotAt: number
}

const tampered = (where: TamperFound['where'], detail: string, index?: number): TamperFound =>
  new TamperFound({ where, detail, ...(index === undefined ? {} : { index }) })

/**
 * Rejects with TamperFound, or StoreFailure: `missing` when the store holds no log at all. `onRefold`
 * is called now and then while projections are folded from entry 0 over a long log.
 */
export const recover = async (
  db: StoreReader & { readonly path: string },
  identity: Pin,
  onRefold: (refolding: Refolding) => void = () => {},
): Promise<Recovered> => {
  const head = await readHead(db)
  const node = nodesOf(db)
  checkRightEdge(head, node)
  await checkNothingBeyond(db, head.frontier.size)
  checkEntryZero(db, head, node, identity)
  const checkpoint = await checkLastCheckpoint(db, head, node, identity)
  const snapshots = await storedSnapshots(db)
  return { head, snapshots, checkpoint, ...(await refold(db, head, node, snapshots, onRefold)) }
}

const readHead = async (db: StoreReader & { readonly path: string }): Promise<HeadRecord> => {
  const bytes = db.get(HEAD_KEY)
  if (bytes === undefined) {
    for (const prefix of ['entry', 'node', 'checkpoint', 'snapshot'] as const)
      if (await anyKey(db, rangeOf(prefix))) throw tampered('head', 'the head record is missing')
    throw new StoreFailure({ reason: 'missing', path: db.path, detail: 'the store holds no log' })
  }
  const head = decodeHead(bytes)
  if (head === undefined) throw tampered('head', 'the head record is damaged')
  // The first batch of a log holds entry 0 and its head, so a head of nothing is never written.
  if (head.frontier.size === 0) throw tampered('head', 'the head record says the log is empty')
  return head
}

const anyKey = async (db: StoreReader, range: CursorRange): Promise<boolean> => {
  const cursor = db.cursor({ ...range, values: false })
  try {
    return (await cursor.next(1)).length > 0
  } finally {
    await cursor.close()
  }
}

const checkRightEdge = ({ frontier }: HeadRecord, node: ReadNode): void => {
  const stored = frontierAt(frontier.size, node)
  const wrong = frontier.peaks.findIndex((peak, i) => !equalBytes(peak, stored.peaks[i]!))
  if (wrong >= 0) throw tampered('head', 'the head record is not that of the stored tree')
}

const checkNothingBeyond = async (db: StoreReader, size: number): Promise<void> => {
  if (await anyKey(db, { gte: entryKey(size), lt: rangeOf('entry').lt }))
    throw tampered('entry', `there are entries beyond the head's ${size}`, size)
  let level = 0
  for (let count = size; count > 0; count = nodesAtLevel(++level, size))
    if (await anyKey(db, { gte: nodeKey(level, count), lt: nodeKey(level + 1, 0) }))
      throw tampered('node', `there are nodes beyond the head's ${size} entries`)
  if (await anyKey(db, { gte: nodeKey(level, 0), lt: rangeOf('node').lt }))
    throw tampered('node', `there are nodes beyond the head's ${size} entries`)
}

/** Entry 0 says who the log is; the pin outside the data directory says who it must be. */
const checkEntryZero = (
  db: StoreReader,
  { frontier, root }: HeadRecord,
  node: ReadNode,
  identity: Pin,
): void => {
  const bytes = db.get(entryKey(0))
  if (bytes === undefined) throw tampered('entry', 'entry 0 is missing', 0)
  const entry = decodeEntry(bytes)
  const included = verifyInclusion(sha256, {
    index: 0,
    size: frontier.size,
    leafHash: leafHash(sha256, bytes),
    proof: buildInclusion(sha256, 0, frontier.size, node),
    root,
  })
  if (!included || Result.isFailure(entry))
    throw tampered('entry', 'entry 0 is not what the tree holds', 0)
  const { event } = entry.success
  if (event._tag !== 'LogCreated') throw tampered('identity', 'entry 0 does not name the log', 0)
  const same = checkIdentity(identity, event)
  if (Result.isFailure(same)) throw same.failure
}

const checkLastCheckpoint = async (
  db: StoreReader,
  head: HeadRecord,
  node: ReadNode,
  identity: Pin,
): Promise<string | undefined> => {
  const cursor = db.cursor({ ...rangeOf('checkpoint'), reverse: true })
  const last = await cursor.next(1).finally(() => cursor.close())
  const { checkpoints, frontier, root } = head
  if (last.length === 0) {
    if (checkpoints.count === 0) return undefined
    throw tampered('checkpoint', `${checkpoints.count} checkpoints are missing`)
  }
  const [key, note] = last[0]!
  const size = indexOfKey(key)
  if (size !== checkpoints.last || checkpoints.count === 0)
    throw tampered('checkpoint', 'the last checkpoint is not the one the head record names')
  const read = readCheckpoint(note, identity)
  if (Result.isFailure(read) || read.success.size !== size)
    throw tampered('checkpoint', `the checkpoint of size ${size} is not ours`)
  if (size === 0 || size > frontier.size)
    throw tampered('checkpoint', `entries ${frontier.size} to ${size} were signed and are gone`)
  const consistent =
    equalBytes(rootFromNodes(sha256, size, node), read.success.root) &&
    verifyConsistency(sha256, {
      size1: size,
      size2: frontier.size,
      proof: buildConsistency(sha256, size, frontier.size, node),
      root1: read.success.root,
      root2: root,
    })
  if (!consistent) throw tampered('checkpoint', `the log is not the one signed at size ${size}`)
  return read.success.text
}

/**
 * Folds from each projection's last usable snapshot. The entries folded are hashed onto the tree as
 * it was at the first of them, so the tail is checked even where no checkpoint covers it yet.
 */
const refold = async (
  db: StoreReader,
  { frontier: edge, root }: HeadRecord,
  node: ReadNode,
  snapshots: SnapshotSizes,
  onRefold: (refolding: Refolding) => void,
): Promise<Pick<Recovered, 'states' | 'passedOver' | 'snapshotAt'>> => {
  const states = initialStates()
  const starts = new Map<keyof Projections, number>()
  const passedOver: Array<Recovered['passedOver'][number]> = []
  const tree = { size: edge.size, root, node }
  for (const [name, projection] of FOLDS) {
    starts.set(name, 0)
    for (const size of (snapshots.get(projection.id) ?? []).toReversed()) {
      if (size >= edge.size)
        throw tampered('snapshot', `there is a snapshot beyond the head's ${edge.size} entries`)
      const state = readSnapshot(db, tree, projection, size)
      if (Result.isSuccess(state)) {
        ;(states as Record<string, unknown>)[name] = state.success
        starts.set(name, size)
        break
      }
      passedOver.push({ projection: projection.id, size, why: state.failure })
    }
  }

  const from = Math.min(...starts.values())
  const anew = FOLDS.flatMap(([name, { id }]) => (starts.get(name) === 0 ? [id] : []))
  let frontier = frontierAt(from, node)
  const cursor = db.cursor({ gte: entryKey(from), lt: entryKey(edge.size) })
  try {
    for (;;) {
      const pairs = await cursor.next(512)
      if (pairs.length === 0) break
      for (const [key, bytes] of pairs) {
        const index = frontier.size
        if (indexOfKey(key) !== index) throw tampered('entry', `entry ${index} is missing`, index)
        const entry = decodeEntry(bytes)
        if (Result.isFailure(entry) || entry.success.index !== index)
          throw tampered('entry', `entry ${index} is not an entry of this place`, index)
        frontier = appendLeaf(sha256, frontier, leafHash(sha256, bytes)).frontier
        foldInto(states, entry.success, (name) => starts.get(name)! <= index)
        if (anew.length > 0 && frontier.size % REFOLD_REPORTED_EVERY === 0)
          onRefold({ projections: anew, done: frontier.size, total: edge.size })
      }
    }
  } finally {
    await cursor.close()
  }
  if (frontier.size !== edge.size)
    throw tampered('entry', `entry ${frontier.size} is missing`, frontier.size)
  if (!equalBytes(rootOfFrontier(sha256, frontier), root))
    throw firstDifference(db, from, edge.size)
  return { states, passedOver, snapshotAt: from }
}

/** Names the first entry that its stored leaf hash does not match. */
const firstDifference = (db: StoreReader, from: number, size: number): TamperFound => {
  const node = nodesOf(db)
  for (let index = from; index < size; index++) {
    const bytes = db.get(entryKey(index))
    if (bytes === undefined || !equalBytes(leafHash(sha256, bytes), node(0, index)))
      return tampered('entry', `entry ${index} is not what the tree holds`, index)
  }
  return tampered(
    'node',
    `the tree over entries ${from} to ${size} is not theirs`,
    firstLeaf(0, from),
  )
}
