// The one writer of the log. It drains a queue; each drain is one atomic batch of entries, the nodes
// they complete and the new head, and only what is on the store is folded, told and acknowledged.
//
//   append ─▶ queue ─▶ stage (index, encode, hash) ─▶ one batch ─▶ fold ─▶ subscribers ─▶ resolve
//
// In memory, head and states change together and only after a batch is committed: a batch that fails
// leaves them as they were. A process killed at any point leaves a store that holds whole batches,
// so every entry that was acknowledged is there, and nothing of one that was cut off.
import * as Result from 'effect/Result'
import { equalBytes, utf8 } from '../../domain/bytes.ts'
import type { Draft, Entry } from '../../domain/event/envelope.ts'
import { rootOfFrontier } from '../../domain/merkle/frontier.ts'
import { type Ed25519Signer, sha256 } from '../crypto/nodeCrypto.ts'
import { signCheckpoint } from './checkpointNote.ts'
import { StoreFailure, TamperFound } from './errors.ts'
import { foldInto, type States } from './fold.ts'
import { encodeHead, extendChain, type HeadRecord } from './head.ts'
import { checkpointKey, HEAD_KEY } from './keys.ts'
import { type CheckpointJob, type Job, type LogNow, type Stage, stageBatch } from './stage.ts'
import type { StoreDb, StoreOp } from './storeDb.ts'
import { storeFailure } from './storeFailure.ts'
import type { Committed, Durability } from './WitnessLog.ts'

export interface WriterOptions {
  readonly db: StoreDb
  readonly signer: Ed25519Signer
  readonly origin: string
  readonly durability: () => Durability
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Entries after which a snapshot round is due. */
  readonly snapshotEvery: number
  /** Entries that are committed and folded, in order. Must not throw. */
  readonly onCommit: (entries: ReadonlyArray<Entry>) => void
  /** A checkpoint that is stored. Must not throw. */
  readonly onCheckpoint: (note: string) => void
  /** A write failed and LevelDB was opened again, or could not be. Must not throw. */
  readonly onRenewal: (failure: StoreFailure, renewed: boolean) => void
}

/** What the log is when the writer takes it over, from recover() or empty. */
export interface WriterStart extends LogNow {
  /** Note of the last checkpoint. */
  readonly checkpoint: string | undefined
}

/** While the store cannot be opened again, it is tried this often. Milliseconds. */
const RETRY_MS = 1000

export class LogWriter {
  readonly #options: WriterOptions
  readonly #queue: Array<Job> = []
  #log: LogNow
  #note: string | undefined
  #running: Promise<void> | undefined
  #active = false
  /** A batch that failed, of which it is not known yet whether it is on the store. */
  #doubt:
    { readonly head: HeadRecord; readonly land: () => void; readonly why: StoreFailure } | undefined
  /** Why nothing can be written until the log is opened anew. */
  #failed: StoreFailure | TamperFound | undefined
  #retry: NodeJS.Timeout | undefined

  constructor(options: WriterOptions, start: WriterStart) {
    this.#options = options
    this.#log = start
    this.#note = start.checkpoint
  }

  get head(): HeadRecord {
    return this.#log.head
  }

  get states(): States {
    return this.#log.states
  }

  /** Note of the last checkpoint. */
  get note(): string | undefined {
    return this.#note
  }

  append(drafts: ReadonlyArray<Draft>, durable: boolean): Promise<Committed> {
    // What #now throws rejects the promise.
    return new Promise((resolve, reject) => {
      this.#push({ kind: 'append', drafts, durable, time: this.#now(), resolve, reject })
    })
  }

  /** Makes everything before it durable, then signs and stores the head. Returns the note. */
  checkpoint(): Promise<string> {
    return new Promise((resolve, reject) => this.#push({ kind: 'checkpoint', resolve, reject }))
  }

  /** Takes a snapshot round, unless the last one is the last thing in the log. */
  snapshot(): Promise<void> {
    return new Promise((resolve, reject) => this.#push({ kind: 'snapshot', resolve, reject }))
  }

  /** Waits for what is queued, and stops; the caller queues nothing more. */
  async drained(): Promise<void> {
    while (this.#active) await this.#running
    clearTimeout(this.#retry)
  }

  #push(job: Job): void {
    this.#queue.push(job)
    this.#start()
  }

  #start(): void {
    if (this.#active) return
    this.#active = true
    // On a microtask, so that what is appended in one go shares a batch.
    this.#running = Promise.resolve().then(() => this.#run())
  }

  async #run(): Promise<void> {
    try {
      while (this.#queue.length > 0 || (this.#doubt !== undefined && this.#retry === undefined)) {
        if (this.#failed !== undefined) throw this.#failed
        if (this.#doubt !== undefined) await this.#settle()
        await this.#drain()
      }
    } catch (error) {
      for (const job of this.#queue.splice(0)) job.reject(error)
    } finally {
      // In one step with the last look at the queue: a job that comes next starts a new run.
      this.#active = false
    }
  }

  async #drain(): Promise<void> {
    const { durability, snapshotEvery } = this.#options
    const stage = stageBatch(this.#queue, this.#log, {
      sync: durability() === 'fsync',
      snapshotEvery,
      now: () => this.#now(),
    })
    const { frontier, ops } = stage
    try {
      if (stage.entries.length > 0 || stage.sync) {
        const root = rootOfFrontier(sha256, frontier)
        const head: HeadRecord = { ...this.#log.head, frontier, root }
        await this.#write(ops, head, stage.sync, () => this.#commit(stage, head))
      }
    } catch (error) {
      for (const { job } of stage.appends) job.reject(error)
      for (const job of [...stage.snapshotJobs, ...stage.checkpoints]) job.reject(error)
      return
    }
    for (const { job, committed } of stage.appends) job.resolve(committed)
    for (const job of stage.snapshotJobs) job.resolve()
    if (stage.checkpoints.length > 0) await this.#checkpoint(stage.checkpoints)
  }

  /** What a committed batch changes in memory. */
  #commit({ entries, snapshots, snapshotAt }: Stage, head: HeadRecord): void {
    try {
      for (const entry of entries) foldInto(this.#log.states, entry)
    } catch (error) {
      // A projection's defect. The states are of no size any more, so nothing may be decided on them.
      this.#failed = this.#io(`folding entries failed: ${String(error)}`)
      throw this.#failed
    }
    this.#log = { head, states: this.#log.states, snapshots, snapshotAt }
    if (entries.length > 0) this.#options.onCommit(entries)
  }

  async #checkpoint(jobs: ReadonlyArray<CheckpointJob>): Promise<void> {
    const before = this.#log.head
    const { size } = before.frontier
    try {
      if (this.#note === undefined || before.checkpoints.last !== size) {
        const { origin, signer } = this.#options
        const signed = signCheckpoint(signer, { origin, size, root: before.root })
        if (Result.isFailure(signed)) throw this.#io(`signing failed: ${signed.failure}`)
        const note = signed.success
        const bytes = utf8(note)
        const checkpoints = extendChain(before.checkpoints, size, bytes)
        const head: HeadRecord = { ...before, checkpoints }
        // A crash before this leaves a durable log without the checkpoint: the next one covers it.
        await this.#write([{ key: checkpointKey(size), value: bytes }], head, true, () => {
          this.#log = { ...this.#log, head }
          this.#note = note
          this.#options.onCheckpoint(note)
        })
      }
    } catch (error) {
      for (const job of jobs) job.reject(error)
      return
    }
    for (const job of jobs) job.resolve(this.#note!)
  }

  /** Writes a batch with its head; `land` runs once it is known to be on the store. */
  async #write(
    ops: ReadonlyArray<StoreOp>,
    head: HeadRecord,
    sync: boolean,
    land: () => void,
  ): Promise<void> {
    const { db } = this.#options
    try {
      await db.write([...ops, { key: HEAD_KEY, value: encodeHead(head) }], sync)
    } catch (error) {
      this.#doubt = { head, land, why: storeFailure(db.path, error) }
      const landed = await this.#settle().catch(() => false)
      if (!landed) throw error
      return
    }
    land()
  }

  /**
   * After a write that failed: opens LevelDB again (see StoreDb.reopen) and finds out from the head
   * whether the batch is there. It may be, when all of it was written and only the report of it
   * failed; then it is part of the log, whatever its appender was told.
   */
  async #settle(): Promise<boolean> {
    const { db, onRenewal } = this.#options
    const doubt = this.#doubt!
    try {
      await db.reopen()
      const stored = db.get(HEAD_KEY)
      const is = (head: HeadRecord): boolean =>
        stored === undefined ? head.frontier.size === 0 : equalBytes(stored, encodeHead(head))
      const landed = is(doubt.head)
      if (!landed && !is(this.#log.head))
        this.#failed = new TamperFound({
          where: 'head',
          detail: 'the store changed while it was opened again',
        })
      this.#doubt = undefined
      this.#retry = undefined
      if (this.#failed !== undefined) throw this.#failed
      if (landed) doubt.land()
      onRenewal(doubt.why, true)
      return landed
    } catch (error) {
      if (error instanceof StoreFailure) onRenewal(error, false)
      this.#retryLater()
      throw error
    }
  }

  #retryLater(): void {
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      if (this.#failed === undefined) this.#start()
    }, RETRY_MS)
    this.#retry.unref()
  }

  #now(): number {
    const time = this.#options.now()
    if (Number.isSafeInteger(time)) return time
    throw new RangeError(`the clock says ${time}, which is no entry's time`)
  }

  #io(detail: string): StoreFailure {
    return new StoreFailure({ reason: 'io', path: this.#options.db.path, detail })
  }
}
