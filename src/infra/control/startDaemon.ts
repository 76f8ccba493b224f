// Starting a control plane in the background, and waiting until it answers. Two starters at once:
// the store's lock lets one through, and both then find it answering.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import type { ChildProcess } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { ControlFailure } from '../../domain/control/methods.ts'
import type { Posture } from '../../domain/policy/verdict.ts'
import { failureOf, type FileFailure } from '../files/failure.ts'
import { prepareDirs } from '../files/prepareDirs.ts'
import type { AppPaths } from '../paths.ts'
import { type DaemonEnd, endIn, HELD_EXIT } from '../server/daemonEnd.ts'
import { type DaemonProgress, progressIn } from '../server/daemonProgress.ts'
import { daemonEnvironment } from '../server/environment.ts'
import { controlFailureOf } from '../server/failures.ts'
import { onlyRootStarts } from '../harden/onlyRoot.ts'
import { launch } from '../server/launch.ts'
import { readHolder } from '../store/holder.ts'
import { type Patience, patience } from './patience.ts'
import { connectControl } from './socketControl.ts'

/** What it is started with; what the hook script starts it with too. */
export { daemonEnvironment }

/** Without an answer and without progress for this long, something is wrong. Milliseconds. */
const READY_MS = 60_000
const POLL_MS = 15
/** How often its log is looked into for progress. Milliseconds. */
const LOOK_MS = 150
/** For how long a store that another process has is tried again, and how often. Milliseconds. */
const HELD_MS = 5000
const RETRY_MS = 150
/** Another that is still opening the log will be the one. Milliseconds. */
const RETRY_WHILE_OPENING_MS = 1000
/** The log file begins anew beyond this: it is for the operator, the witness is the record. Bytes. */
const MOST_LOG_BYTES = 1_048_576

/**
 * Under load V8's young generation would take as much memory as all the rest, and without a bound
 * near what is needed its old generation grows twice as large before it is collected (measured by
 * bench/memory.ts). MB; the largest payload takes a small part of the second.
 */
export const DAEMON_FLAGS = ['--max-semi-space-size=4', '--max-old-space-size=512']

/** The daemon's command line, with absolute paths alone. */
const daemonCommand = (paths: AppPaths, home: string, posture?: Posture): ReadonlyArray<string> => [
  process.execPath,
  ...DAEMON_FLAGS,
  programOf('daemon'),
  paths.configDir,
  paths.dataDir,
  paths.runDir,
  home,
  ...(posture === undefined ? [] : [posture]),
]

/** What the hook script runs to start it: returns at once and leaves the daemon on its own. */
export const launchCommand = (paths: AppPaths, home: string): ReadonlyArray<string> => [
  process.execPath,
  programOf('launcher'),
  paths.logFile,
  ...daemonCommand(paths, home),
]

/** Beside this file once bundled, in its layer when run from source. */
const programOf = (name: 'daemon' | 'launcher'): string => {
  const bundled = path.join(import.meta.dirname, `${name}.js`)
  return fs.existsSync(bundled)
    ? bundled
    : path.resolve(import.meta.dirname, `../server/${name}.ts`)
}

/** The process that has the log open, as far as it could say so. */
export const holderOf = (paths: AppPaths): number | undefined => readHolder(paths.witnessDir)?.pid

/**
 * `started` is false when one was running already. Another process may have the store for a moment:
 * a second starter, a control plane that is just ending, a command that reads. Then it is tried again.
 */
export const startDaemon = (options: {
  readonly paths: AppPaths
  readonly home: string
  readonly posture?: Posture
  /** Told how far it has come, where it must fold the whole log first. Must not throw. */
  readonly onProgress?: (done: number, total: number, what: string) => void
}): Effect.Effect<{ readonly pid: number | null; readonly started: boolean }, ControlFailure> =>
  Effect.gen(function* () {
    const { paths, home, posture, onProgress = () => {} } = options
    if (paths.hardened !== undefined) return yield* onlyRootStarts(paths.hardened)
    if (yield* answers(paths)) return { pid: null, started: false }
    yield* lower(prepareDirs(paths))
    const begun = performance.now()
    const ready = patience(READY_MS, begun)
    const held = patience(HELD_MS, begun)
    for (;;) {
      const from = yield* lower(beginLog(paths.logFile))
      const watch = watchOf(paths.logFile, from, ({ done, total, what }) => {
        const now = performance.now()
        held.told(done, now)
        if (ready.told(done, now)) onProgress(done, total, what)
      })
      const command = daemonCommand(paths, home, posture)
      const child = yield* lower(launch(command, paths.logFile, { ...process.env, HOME: home }))
      const outcome = yield* outcomeOf(child, paths, ready, watch)
      child.unref()
      if (outcome === 'answers') {
        // It may be another's: then ours, which has yet to find that out, is not what was started.
        const pid = holderOf(paths) ?? child.pid ?? null
        return { pid, started: pid === child.pid }
      }
      if (outcome === 'late')
        return yield* notStarted(paths, {
          message: `it does not answer after ${READY_MS / 1000} s`,
          remedy: undefined,
        })
      if (child.exitCode !== HELD_EXIT || held.isOver(performance.now()))
        return yield* notStarted(paths, endIn(yield* lower(textFrom(paths.logFile, from))))
      yield* Effect.sleep(watch() ? RETRY_WHILE_OPENING_MS : RETRY_MS)
      if (yield* answers(paths)) return { pid: holderOf(paths) ?? null, started: false }
    }
  })

const lower = <A>(result: Result.Result<A, FileFailure>): Effect.Effect<A, ControlFailure> =>
  Effect.mapError(Effect.fromResult(result), controlFailureOf)

const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null

/** `ended` only where nobody else answers either: then another starter came first. */
const outcomeOf = Effect.fnUntraced(function* (
  child: ChildProcess,
  paths: AppPaths,
  ready: Patience,
  watch: () => boolean,
): Effect.fn.Return<'answers' | 'ended' | 'late', ControlFailure> {
  let looked = performance.now()
  while (!ready.isOver(performance.now())) {
    const ended = hasEnded(child) || child.pid === undefined
    if (yield* answers(paths)) return 'answers'
    if (ended) return 'ended'
    if (performance.now() - looked > LOOK_MS) {
      watch()
      looked = performance.now()
    }
    yield* Effect.sleep(POLL_MS)
  }
  return 'late'
})

/** The last lines of the log are looked at; more may have come than one look needs. Bytes. */
const LOOKED_AT = 4096

/**
 * Looks for progress in what the log has got since `from`; true where there was any, by whichever of
 * several daemons. A log that cannot be read says nothing: then the wait is as long as without one.
 */
const watchOf =
  (logFile: string, from: number, onProgress: (progress: DaemonProgress) => void) =>
  (): boolean => {
    const tail = tailOf(logFile, from)
    const progress = progressIn(tail)
    if (progress !== undefined) onProgress(progress)
    return progress !== undefined
  }

const tailOf = (logFile: string, from: number): string => {
  let fd: number | undefined
  try {
    fd = fs.openSync(logFile, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW)
    const { size } = fs.fstatSync(fd)
    const at = Math.max(from, size - LOOKED_AT)
    const bytes = Buffer.alloc(Math.max(0, size - at))
    return bytes.subarray(0, fs.readSync(fd, bytes, 0, bytes.length, at)).toString('utf8')
  } catch {
    return ''
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}

const answers = (paths: AppPaths): Effect.Effect<boolean, ControlFailure> =>
  Effect.map(connectControl(paths.controlSocket), (socket) => {
    socket?.destroy()
    return socket !== undefined
  })

/** Size of the operator's log before the start, after beginning it anew when it has grown large. */
export const beginLog = (logFile: string): Result.Result<number, FileFailure> =>
  Result.try({
    try: () => {
      const size = fs.lstatSync(logFile, { throwIfNoEntry: false })?.size ?? 0
      if (size <= MOST_LOG_BYTES) return size
      fs.renameSync(logFile, `${logFile}.1`)
      return 0
    },
    catch: (error) => failureOf(logFile, 'begin it anew', error),
  })

const textFrom = (logFile: string, from: number): Result.Result<string, FileFailure> =>
  Result.try({
    try: () => fs.readFileSync(logFile).subarray(from).toString('utf8'),
    catch: (error) => failureOf(logFile, 'read it', error),
  })

const notStarted = (paths: AppPaths, { message, remedy }: DaemonEnd): ControlFailure =>
  new ControlFailure({
    kind: 'not-started',
    message: `the control plane did not start: ${message}`,
    remedy: remedy ?? `isonapse hook serve   (shows why at once; its log: ${paths.logFile})`,
    exit: 1,
  })
