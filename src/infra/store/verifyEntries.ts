// The pass over all entries: hashes them into a tree of their own, compares every stored node with
// it, and folds them into states of their own. It stops at the first entry or node that is wrong.
import * as Result from 'effect/Result'
import { equalBytes } from '../../domain/bytes.ts'
import { decodeEntry, type Entry } from '../../domain/event/envelope.ts'
import type { ParentLog } from '../../domain/event/event.ts'
import {
  appendLeaf,
  EMPTY_FRONTIER,
  type Frontier,
  rootOfFrontier,
} from '../../domain/merkle/frontier.ts'
import { leafHash } from '../../domain/merkle/hash.ts'
import { buildInclusion, verifyInclusion } from '../../domain/merkle/proof.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { checkIdentity, type Pin } from '../keys/identity.ts'
import { StoreFailure, TamperFound } from './errors.ts'
import { foldInto, initialStates } from './fold.ts'
import type { HeadRecord } from './head.ts'
import { indexOfKey, rangeOf } from './keys.ts'
import { nodesOf } from './nodes.ts'
import { readAhead } from './readAhead.ts'
import { slices } from './slices.ts'
import { storedSnapshots } from './snapshots.ts'
import type { StorePair, StoreReader } from './storeDb.ts'
import { snapshotCheck, type SnapshotCheck } from './verifySnapshots.ts'
import { nodeCheck } from './verifyTree.ts'

export interface EntryPass {
  readonly frontier: Frontier
  /** Roots of the sizes that were asked for, of those the log has reached. */
  readonly roots: ReadonlyMap<number, Uint8Array>
  /** Loosenings that the fold did not accept for want of a valid signature. */
  readonly unsigned: number
  readonly snapshots: SnapshotCheck
  /** What entry 0 says this log goes on from. */
  readonly parent: ParentLog | undefined
  /** Origin of the log that goes on from this one: where it ends with its closing, as it may. */
  readonly successor: string | undefined
}

export interface EntryPassOptions {
  readonly head: HeadRecord
  /** Without it, entry 0 is believed. */
  readonly identity: Pin | undefined
  /** Sizes whose roots are wanted. */
  readonly sizes: ReadonlyArray<number>
  readonly onProgress: (done: number) => void
  readonly signal: AbortSignal | undefined
}

const ENTRIES_PER_SLICE = 128

const badEntry = (
  index: number,
  what: string,
  where: TamperFound['where'] = 'entry',
): TamperFound => new TamperFound({ index, where, detail: `entry ${index} ${what}` })

/** Rejects with TamperFound at the first thing that is wrong, and with StoreFailure. */
export const passOverEntries = async (
  db: StoreReader,
  { head, identity, sizes, onProgress, signal }: EntryPassOptions,
): Promise<EntryPass> => {
  const { size } = head.frontier
  const nodes = nodeCheck(db, size)
  const stream = readAhead(db.cursor(rangeOf('entry')), ENTRIES_PER_SLICE)
  const breath = slices()
  const wanted = [...new Set(sizes)].filter((one) => one > 0).sort((a, b) => a - b)
  const roots = new Map<number, Uint8Array>()
  const states = initialStates()
  const snapshots = snapshotCheck(states, await storedSnapshots(db))
  let frontier = EMPTY_FRONTIER
  let unsigned = 0
  let next = 0
  let parent: ParentLog | undefined
  let successor: string | undefined

  const step = (pair: StorePair): void => {
    const index = frontier.size
    const leaf = leafHash(sha256, pair[1])
    const grown = appendLeaf(sha256, frontier, leaf)
    const entry = readEntry(pair, index, identity)
    for (const node of grown.nodes) compareNode(node)
    snapshots.before(entry)
    const { unsigned: known } = states.gate
    foldInto(states, entry)
    const ignored = states.gate.unsigned !== known
    if (ignored) unsigned++
    const { event } = entry
    if (index === 0 && event._tag === 'LogCreated') ({ parent } = event)
    if (event._tag !== 'SnapshotTaken')
      successor = event._tag === 'LogClosed' && !ignored ? event.successor.origin : undefined
    frontier = grown.frontier
    while (wanted[next] === frontier.size) {
      roots.set(frontier.size, rootOfFrontier(sha256, frontier))
      next++
    }
  }
  const compareNode = (node: Parameters<typeof nodes.compare>[0]): void => {
    try {
      nodes.compare(node)
    } catch (error) {
      throw node.level === 0 ? blame(db, head, node.index, node.hash, error) : error
    }
  }

  try {
    while (frontier.size < size) {
      signal?.throwIfAborted()
      await stream.ensure(1)
      const ready = Math.min(stream.buffered(), size - frontier.size)
      if (ready === 0) throw badEntry(frontier.size, 'is missing')
      await nodes.prepare(frontier.size, frontier.size + ready)
      for (let i = 0; i < ready; i++) {
        step(stream.take()!)
        if (breath.spent()) await breath.rest()
      }
      onProgress(frontier.size)
    }
    await stream.ensure(1)
    if (stream.take() !== undefined) throw badEntry(size, `and more are beyond the head's ${size}`)
    await nodes.finish()
  } catch (error) {
    // LevelDB cannot read a table of its own: what was in it, and not yet passed over, is gone.
    if (error instanceof StoreFailure && error.reason === 'corrupt')
      throw badEntry(frontier.size, `or a node beside it cannot be read: ${error.detail}`)
    throw error
  } finally {
    await stream.close()
    await nodes.close()
  }
  return { frontier, roots, unsigned, snapshots, parent, successor }
}

const readEntry = ([key, bytes]: StorePair, index: number, identity: Pin | undefined): Entry => {
  const at = indexOfKey(key)
  if (at === undefined || at < index)
    throw new TamperFound({ where: 'entry', detail: 'there is an entry under a malformed key' })
  if (at !== index) throw badEntry(index, 'is missing')
  const decoded = decodeEntry(bytes)
  if (Result.isFailure(decoded)) throw badEntry(index, `is unreadable: ${decoded.failure.reason}`)
  const entry = decoded.success
  if (entry.index !== index) throw badEntry(index, `says that it is entry ${entry.index}`)
  if (index === 0) {
    if (entry.event._tag !== 'LogCreated') throw badEntry(0, 'does not name the log', 'identity')
    const same = identity === undefined ? undefined : checkIdentity(identity, entry.event)
    if (same !== undefined && Result.isFailure(same)) throw same.failure
  }
  return entry
}

/**
 * An entry and its stored leaf hash differ: which of the two was changed? Its inclusion proof holds
 * neither of them, so if the entry's hash leads to the head's root, the stored hash is the bad one.
 */
const blame = (
  db: StoreReader,
  { frontier: { size }, root }: HeadRecord,
  index: number,
  leaf: Uint8Array,
  error: unknown,
): unknown => {
  try {
    const proof = buildInclusion(sha256, index, size, nodesOf(db))
    if (verifyInclusion(sha256, { index, size, leafHash: leaf, proof, root })) return error
  } catch {
    // Another node on the way is damaged too: then nothing speaks for the entry.
  }
  return error instanceof TamperFound && error.where === 'node'
    ? badEntry(index, 'is not what the tree holds')
    : error
}

/** Whether the recomputed tree is the one the head record states. */
export const checkHead = ({ frontier, root }: HeadRecord, recomputed: Frontier): void => {
  const same =
    equalBytes(root, rootOfFrontier(sha256, recomputed)) &&
    frontier.peaks.every((peak, i) => equalBytes(peak, recomputed.peaks[i]!))
  if (!same)
    throw new TamperFound({
      where: 'head',
      detail: 'the head record is not that of the entries',
    })
}
