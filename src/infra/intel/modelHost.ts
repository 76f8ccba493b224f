// One model in its worker, from outside. States:
//
//   idle ──ask──▶ loading ──ready──▶ ready ──idle for long──▶ idle
//                    │                 │
//                    └──refused, dead, silent──▶ down ──back-off over, ask──▶ loading
//
// A question is always settled: with an answer, or with why there is none, and by its deadline. Of what
// waits there is a bound in number and in size, and one question at a time is with the worker.
import { availableParallelism } from 'node:os'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Fault } from '../../domain/control/methods.ts'
import type { Found } from './loadModel.ts'
import type { WorkerAsk, WorkerSays, WorkerStart } from './workerMessages.ts'

export type Answer =
  | { readonly kind: 'found'; readonly found: ReadonlyArray<Found> }
  | { readonly kind: 'none'; readonly why: 'failing' | 'late' | 'busy'; readonly fault: Fault }

export interface HostStatus {
  readonly state: 'idle' | 'loading' | 'ready' | 'down'
  readonly sessionMs: number | null
  readonly calls: number
  /** Median of the latest calls' milliseconds. */
  readonly p50: number | null
  readonly lastFailure: (Fault & { readonly time: number }) | null
}

export interface ModelHost {
  /** `deadline`: `performance.now()` milliseconds. Never rejects. */
  readonly ask: (texts: ReadonlyArray<string>, deadline: number) => Promise<Answer>
  readonly status: () => HostStatus
  readonly close: () => Promise<void>
}

export interface HostLimits {
  readonly loadMs: number
  /** How long after its deadline a worker that says nothing counts as hung. */
  readonly graceMs: number
  /** The first wait after a failure; each further one doubles it, to `mostBackoffMs`. */
  readonly backoffMs: number
  readonly mostBackoffMs: number
  /** Ended when nothing was asked for this long: a model holds memory. */
  readonly idleMs: number
  readonly mostWaiting: number
  /** UTF-16 units, all that waits together. */
  readonly mostUnits: number
}

export const HOST_LIMITS: HostLimits = {
  loadMs: 60_000,
  graceMs: 5000,
  backoffMs: 1000,
  mostBackoffMs: 600_000,
  idleMs: 600_000,
  mostWaiting: 32,
  mostUnits: 32 * 1024 * 1024,
}

/** More threads than these help little, and the developer has other work for the cores. */
const MOST_THREADS = 4
/** Calls whose times are kept. */
const MOST_TIMES = 64
/** What a tokenizer's tables may take. The weights are outside of it. MB. */
const MOST_HEAP_MB = 1024

export interface HostOptions extends Omit<WorkerStart, 'threads'> {
  readonly limits?: Partial<HostLimits>
  /** Epoch milliseconds. */
  readonly now: () => number
  /** Another program than the worker's own: for tests of workers that die or hang. */
  readonly program?: URL | string
}

interface Waiting {
  readonly texts: ReadonlyArray<string>
  readonly units: number
  readonly deadline: number
  readonly settle: (answer: Answer) => void
}

export const modelHost = (options: HostOptions): ModelHost => {
  const { installed, dir, now } = options
  const limits = { ...HOST_LIMITS, ...options.limits }
  const remedy = 'isonapse hook intel status'
  const waiting: Array<Waiting> = []
  const times: Array<number> = []
  let units = 0
  let calls = 0
  let state: HostStatus['state'] = 'idle'
  let worker: Worker | undefined
  let sessionMs: number | null = null
  let current: { readonly asked: Waiting; readonly begun: number } | undefined
  let lastFailure: HostStatus['lastFailure'] = null
  let failures = 0
  let downUntil = 0
  let watch: NodeJS.Timeout | undefined
  let closed = false

  const none = (why: 'failing' | 'late' | 'busy', fault: Fault): Answer => ({
    kind: 'none',
    why,
    fault,
  })

  /** One timer at a time: loading, answering and being idle follow each other. */
  const watchFor = (milliseconds: number, then: () => void): void => {
    clearTimeout(watch)
    watch = setTimeout(then, milliseconds)
    watch.unref()
  }

  const end = (): Promise<unknown> => {
    const ended = worker
    worker = undefined
    sessionMs = null
    clearTimeout(watch)
    if (ended === undefined) return Promise.resolve()
    ended.removeAllListeners()
    // What it still says or dies of is of no interest any more, but must not be thrown.
    ended.on('error', () => {})
    return ended.terminate()
  }

  const settled = (answer: Answer): void => {
    const all = current === undefined ? waiting : [current.asked, ...waiting]
    const settling = [...all]
    current = undefined
    waiting.length = 0
    units = 0
    for (const one of settling) one.settle(answer)
  }

  const fail = (fault: Fault): void => {
    void end()
    failures++
    lastFailure = { ...fault, time: now() }
    downUntil =
      performance.now() +
      Math.min(limits.mostBackoffMs, limits.backoffMs * 2 ** Math.min(20, failures - 1))
    state = 'down'
    settled(none('failing', fault))
  }
  const died = (how: string): void =>
    fail({ message: `${installed.id}: its worker ${how}`, remedy })

  const heard = (message: WorkerSays): void => {
    switch (message.kind) {
      case 'ready':
        state = 'ready'
        sessionMs = message.sessionMs
        rest()
        return pump()
      case 'refused':
        return fail(message.fault)
      case 'failed':
        return fail({ message: `${installed.id}: ${message.message}`, remedy })
      case 'found': {
        const done = current
        if (done === undefined) return
        current = undefined
        failures = 0
        calls++
        times.push(performance.now() - done.begun)
        if (times.length > MOST_TIMES) times.shift()
        done.asked.settle({ kind: 'found', found: message.found })
        rest()
        return pump()
      }
    }
  }

  const rest = (): void =>
    watchFor(limits.idleMs, () => {
      state = 'idle'
      void end()
    })

  const load = (): void => {
    state = 'loading'
    const start: WorkerStart = {
      dir,
      installed,
      threads: Math.max(1, Math.min(MOST_THREADS, availableParallelism())),
    }
    try {
      worker = new Worker(options.program ?? workerProgram(), {
        workerData: start,
        // Nothing of our environment and flags is meant for it.
        env: {},
        execArgv: [],
        stdin: false,
        stdout: true,
        stderr: true,
        resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
      })
    } catch (error) {
      return died(`cannot be started: ${error instanceof Error ? error.message : String(error)}`)
    }
    // It answers for as long as somebody waits, and is no reason for the process to stay.
    worker.unref()
    worker.stdout.resume()
    worker.stderr.resume()
    worker.on('message', heard)
    worker.on('error', (error: Error) => died(`died: ${error.message.split('\n')[0]!}`))
    worker.on('exit', (code) => died(`ended by itself (exit ${code})`))
    watchFor(limits.loadMs, () => died(`was not ready after ${limits.loadMs / 1000} s`))
  }

  const pump = (): void => {
    if (state !== 'ready' || current !== undefined || worker === undefined) return
    const asked = waiting.shift()
    if (asked === undefined) return
    units -= asked.units
    const begun = performance.now()
    const within = asked.deadline - begun
    current = { asked, begun }
    watchFor(within + limits.graceMs, () => died('did not answer and was ended'))
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    worker.postMessage({ texts: asked.texts, within } satisfies WorkerAsk)
  }

  const ask = (texts: ReadonlyArray<string>, deadline: number): Promise<Answer> => {
    const left = deadline - performance.now()
    const late = (): Answer =>
      none('late', {
        message: `${installed.id}: ${state === 'loading' ? 'was still loading' : 'had no time to answer'}`,
        remedy,
      })
    if (closed || left <= 0) return Promise.resolve(late())
    if (state === 'down' && performance.now() < downUntil)
      return Promise.resolve(none('failing', lastFailure!))
    const size = texts.reduce((sum, text) => sum + text.length, 0)
    if (waiting.length >= limits.mostWaiting || units + size > limits.mostUnits)
      return Promise.resolve(
        none('busy', { message: `${installed.id}: too much waits for it already`, remedy }),
      )
    return new Promise((resolve) => {
      const entry: Waiting = {
        texts,
        units: size,
        deadline,
        settle: (answer) => {
          clearTimeout(timeout)
          resolve(answer)
        },
      }
      const timeout = setTimeout(() => {
        const at = waiting.indexOf(entry)
        if (at !== -1) {
          waiting.splice(at, 1)
          units -= size
        }
        resolve(late())
      }, left)
      waiting.push(entry)
      units += size
      if (worker === undefined) load()
      pump()
    })
  }

  return {
    ask,
    status: () => ({
      state,
      sessionMs,
      calls,
      p50: median(times),
      lastFailure,
    }),
    close: async () => {
      closed = true
      state = 'idle'
      settled(none('late', { message: `${installed.id}: was closed`, remedy }))
      await end()
    },
  }
}

const median = (times: ReadonlyArray<number>): number | null =>
  times.length === 0 ? null : [...times].sort((a, b) => a - b)[times.length >> 1]!

/** Beside this file, once bundled and when run from source. */
const workerProgram = (): string => {
  const bundled = path.join(import.meta.dirname, 'modelWorker.js')
  return fs.existsSync(bundled) ? bundled : path.join(import.meta.dirname, 'modelWorker.ts')
}
