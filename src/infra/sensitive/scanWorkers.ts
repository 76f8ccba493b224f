// At most two threads that scan, started when there is something to scan and ended when there was nothing
// for a while. A thread that dies, or that does not heed the deadline, takes its job's rest with it and
// nothing else: what it sent counts, the rest is cut, and the next job gets a new one.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { type Begin, type Findings, lookedIn, partsOf, sharedNow } from './scanMessages.ts'
import { type Looked, notLookedAt } from './steps.ts'

export interface ScanWorkersOptions {
  readonly most?: number
  /** Without a job for so long, a thread is ended. Milliseconds. */
  readonly idle?: number
  /** What may wait, together with what is being scanned. UTF-16 units. */
  readonly mostUnits?: number
  /** The program of a thread; for tests. */
  readonly program?: URL | string
}

export interface ScanWorkers {
  /** One for each text, in order. Never rejects. */
  readonly scan: (
    texts: ReadonlyArray<string>,
    options: { readonly injection: boolean; readonly deadline: number; readonly own?: string },
  ) => Promise<ReadonlyArray<Looked>>
  /** How many threads there are now. */
  readonly size: () => number
  /** Ends them; what is being scanned is cut. */
  readonly close: () => Promise<void>
}

const MOST_THREADS = 2
const IDLE_MS = 30_000
const MOST_UNITS = 64 * 1024 * 1024
const MOST_WAITING = 256
/** Beyond the deadline: for the step that is under way, and for the way back. Milliseconds. */
const GRACE_MS = 750
/** A text of 20 MB of two bytes a unit is held several times, folded too. */
const MOST_MEMORY_MB = 768

interface Job {
  readonly id: number
  readonly texts: ReadonlyArray<string>
  readonly units: number
  readonly injection: boolean
  readonly own: string
  readonly deadline: number
  readonly looked: Array<Looked>
  readonly done: (looked: ReadonlyArray<Looked>) => void
  timer: NodeJS.Timeout | undefined
}

interface Thread {
  readonly worker: Worker
  job: Job | undefined
  idle: NodeJS.Timeout | undefined
}

/** Beside this file once bundled; its source otherwise. */
const programOfThreads = (): string => {
  const bundled = path.join(import.meta.dirname, 'scanWorker.js')
  return fs.existsSync(bundled) ? bundled : path.join(import.meta.dirname, 'scanWorker.ts')
}

export const scanWorkers = ({
  most = MOST_THREADS,
  idle = IDLE_MS,
  mostUnits = MOST_UNITS,
  program,
}: ScanWorkersOptions = {}): ScanWorkers => {
  const threads = new Set<Thread>()
  const waiting: Array<Job> = []
  let units = 0
  let jobs = 0
  let closed = false

  /** Answers a job, whatever was looked at of it; later answers to it change nothing. */
  const settle = (job: Job): void => {
    clearTimeout(job.timer)
    units -= job.units
    const rest = job.texts.slice(job.looked.length).map(({ length }) => notLookedAt(length))
    job.done([...job.looked, ...rest])
  }

  const drop = (thread: Thread): void => {
    if (!threads.delete(thread)) return
    clearTimeout(thread.idle)
    void thread.worker.terminate()
    const { job } = thread
    thread.job = undefined
    if (job !== undefined) settle(job)
    dispatch()
  }

  const start = (): Thread => {
    const worker = new Worker(program ?? programOfThreads(), {
      // Nothing of what the daemon was started with is the thread's business.
      execArgv: [],
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
    })
    const thread: Thread = { worker, job: undefined, idle: undefined }
    threads.add(thread)
    worker.on('message', (findings: Findings) => {
      const { job } = thread
      if (job === undefined || job.id !== findings.job) return
      for (const looked of lookedIn(findings)) job.looked.push(looked)
      if (!findings.isLast) return
      thread.job = undefined
      settle(job)
      worker.unref()
      thread.idle = setTimeout(() => drop(thread), idle).unref()
      dispatch()
    })
    // An error is followed by the thread's end; without a listener it would be the daemon's.
    worker.on('error', () => drop(thread))
    worker.on('messageerror', () => drop(thread))
    worker.on('exit', () => drop(thread))
    return thread
  }

  const run = async (thread: Thread, job: Job): Promise<void> => {
    thread.job = job
    clearTimeout(thread.idle)
    thread.worker.ref()
    clearTimeout(job.timer)
    const left = job.deadline - performance.now()
    job.timer = setTimeout(() => drop(thread), Math.max(0, left) + GRACE_MS)
    const begin: Begin = {
      kind: 'begin',
      job: job.id,
      injection: job.injection,
      own: job.own,
      deadline: sharedNow() + left,
    }
    thread.worker.postMessage(begin, [])
    for (const part of partsOf(job.texts)) {
      // Ended meanwhile: the thread may have another job, or none be there.
      if (thread.job !== job) return
      thread.worker.postMessage(part, [part.lengths.buffer])
      await turn()
    }
  }

  const dispatch = (): void => {
    if (closed) return
    while (waiting.length > 0) {
      let thread = [...threads].find(({ job }) => job === undefined)
      if (thread === undefined) {
        if (threads.size >= most) return
        try {
          thread = start()
        } catch {
          // No thread to be had (out of memory, out of threads): cut, and tried again by the next job.
          settle(waiting.shift()!)
          continue
        }
      }
      const found = thread
      run(found, waiting.shift()!).catch(() => drop(found))
    }
  }

  return {
    scan: (texts, { injection, deadline, own = '' }) =>
      new Promise((done) => {
        const all = texts.reduce((sum, { length }) => sum + length, 0)
        const left = deadline - performance.now()
        const job: Job = {
          id: ++jobs,
          texts,
          units: all,
          injection,
          own,
          deadline,
          looked: [],
          done,
          timer: undefined,
        }
        units += all
        const isTooMuch = units > mostUnits && units > all
        if (closed || left <= 0 || isTooMuch || waiting.length >= MOST_WAITING) {
          settle(job)
          return
        }
        job.timer = setTimeout(() => {
          const place = waiting.indexOf(job)
          if (place === -1) return
          waiting.splice(place, 1)
          settle(job)
        }, left)
        waiting.push(job)
        dispatch()
      }),
    size: () => threads.size,
    close: async () => {
      closed = true
      for (const job of waiting.splice(0)) settle(job)
      const ending = [...threads].map(({ worker }) => worker.terminate())
      for (const thread of threads) drop(thread)
      await Promise.allSettled(ending)
    },
  }
}
