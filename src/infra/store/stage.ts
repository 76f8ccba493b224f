// Lays out the next batch of the writer: which jobs share it, their entries with index and bytes, the
// nodes they complete, and what the log is once it is committed. Changes nothing but the queue.
import * as Result from 'effect/Result'
import { type Draft, encodeEntry, type Entry } from '../../domain/event/envelope.ts'
import type { WitnessEvent } from '../../domain/event/event.ts'
import { appendLeaf, type Frontier } from '../../domain/merkle/frontier.ts'
import { leafHash } from '../../domain/merkle/hash.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { FOLDS, type States } from './fold.ts'
import type { HeadRecord } from './head.ts'
import { entryKey, nodeKey } from './keys.ts'
import { snapshotRound, type SnapshotSizes } from './snapshots.ts'
import type { StoreOp } from './storeDb.ts'
import type { Committed } from './WitnessLog.ts'

type Settle<A> = {
  readonly resolve: (value: A) => void
  readonly reject: (error: unknown) => void
}
export type AppendJob = Settle<Committed> & {
  readonly kind: 'append'
  readonly drafts: ReadonlyArray<Draft>
  readonly durable: boolean
  /** Epoch milliseconds, a safe integer. */
  readonly time: number
}
/** Wants the note of a checkpoint of everything before it. */
export type CheckpointJob = Settle<string> & { readonly kind: 'checkpoint' }
/** Wants a snapshot round, unless the last one is the last thing in the log. */
export type SnapshotJob = Settle<void> & { readonly kind: 'snapshot' }
export type Job = AppendJob | CheckpointJob | SnapshotJob

/** The log as it is committed, in memory. */
export interface LogNow {
  readonly head: HeadRecord
  readonly states: States
  readonly snapshots: SnapshotSizes
  /** Size of the last snapshot round, 0 for none. */
  readonly snapshotAt: number
}

export interface Stage {
  frontier: Frontier
  readonly ops: Array<StoreOp>
  readonly entries: Array<Entry<WitnessEvent>>
  readonly appends: Array<{ readonly job: AppendJob; readonly committed: Committed }>
  readonly checkpoints: Array<CheckpointJob>
  readonly snapshotJobs: Array<SnapshotJob>
  snapshots: SnapshotSizes
  snapshotAt: number
  sync: boolean
  /** Of the entries. */
  bytes: number
}

/** A batch takes no further job beyond this. Bounds its latency and memory. Bytes. */
const ENOUGH_FOR_A_BATCH = 1024 * 1024

/**
 * Takes jobs off the queue. An append that cannot be encoded is rejected and leaves no trace; the
 * others go on without it.
 */
export const stageBatch = (
  queue: Array<Job>,
  log: LogNow,
  options: {
    readonly sync: boolean
    readonly snapshotEvery: number
    readonly now: () => number
  },
): Stage => {
  const { frontier } = log.head
  const stage: Stage = {
    frontier,
    ops: [],
    entries: [],
    appends: [],
    checkpoints: [],
    snapshotJobs: [],
    snapshots: log.snapshots,
    snapshotAt: log.snapshotAt,
    sync: options.sync,
    bytes: 0,
  }
  const sinceSnapshot = frontier.size - (log.snapshotAt === 0 ? 0 : log.snapshotAt + FOLDS.length)
  let taken = 0
  for (const job of queue) {
    if (stage.bytes >= ENOUGH_FOR_A_BATCH) break
    // States are those of the committed head: a round can only be the first thing in a batch.
    const first = stage.entries.length === 0
    if (job.kind === 'snapshot' && !first) break
    taken++
    if (job.kind === 'append') {
      if (first && sinceSnapshot >= options.snapshotEvery) stageSnapshots(stage, log, options.now())
      stageAppend(stage, job)
    } else if (job.kind === 'snapshot') {
      if (sinceSnapshot > 0) stageSnapshots(stage, log, options.now())
      stage.snapshotJobs.push(job)
    } else {
      stage.checkpoints.push(job)
      if (log.head.checkpoints.last !== stage.frontier.size) stage.sync = true
    }
  }
  queue.splice(0, taken)
  return stage
}

const stageAppend = (stage: Stage, job: AppendJob): void => {
  const first = stage.frontier.size
  const encoded: Array<readonly [Entry<WitnessEvent>, Uint8Array]> = []
  try {
    for (const { session, event } of job.drafts) {
      const entry = { index: first + encoded.length, time: job.time, session, event }
      const bytes = encodeEntry(entry)
      if (Result.isFailure(bytes)) throw bytes.failure
      encoded.push([entry, bytes.success])
    }
  } catch (error) {
    job.reject(error)
    return
  }
  for (const [entry, bytes] of encoded) stageEntry(stage, entry, bytes)
  stage.sync ||= job.durable
  stage.appends.push({ job, committed: { first, size: stage.frontier.size } })
}

const stageEntry = (stage: Stage, entry: Entry<WitnessEvent>, bytes: Uint8Array): void => {
  const { frontier, nodes } = appendLeaf(sha256, stage.frontier, leafHash(sha256, bytes))
  stage.ops.push({ key: entryKey(entry.index), value: bytes })
  for (const { level, index, hash } of nodes)
    stage.ops.push({ key: nodeKey(level, index), value: hash })
  stage.entries.push(entry)
  stage.frontier = frontier
  stage.bytes += bytes.length
}

const stageSnapshots = (stage: Stage, { states, snapshots }: LogNow, time: number): void => {
  const { size } = stage.frontier
  const round = snapshotRound(states, size, snapshots)
  for (const [i, event] of round.events.entries()) {
    const entry = { index: size + i, time, session: null, event }
    stageEntry(stage, entry, Result.getOrThrow(encodeEntry(entry)))
  }
  stage.ops.push(...round.ops)
  stage.snapshots = round.sizes
  stage.snapshotAt = size
}
