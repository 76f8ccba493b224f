// Starting a control plane in the background, and waiting until it answers. Two starters at once:
// the store's lock lets one through, and both then find it answering.
import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { ControlFailure } from '../../domain/control/methods.ts'
import type { Posture } from '../../domain/policy/verdict.ts'
import { prepareDirs } from '../files/prepareDirs.ts'
import type { AppPaths } from '../paths.ts'
import { daemonEnvironment } from '../server/environment.ts'
import { controlFailureOf } from '../server/failures.ts'
import { launch } from '../server/launch.ts'
import { connectControl } from './socketControl.ts'

/** What it is started with; what the hook script starts it with too. */
export { daemonEnvironment }

/** Opening a large log after a crash may take a while; beyond this something is wrong. Milliseconds. */
const READY_MS = 15_000
const POLL_MS = 15
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

/** `started` is false when one was running already. */
export const startDaemon = (options: {
  readonly paths: AppPaths
  readonly home: string
  readonly posture?: Posture
}): Effect.Effect<{ readonly pid: number | null; readonly started: boolean }, ControlFailure> =>
  Effect.gen(function* () {
    const { paths, home, posture } = options
    if (yield* answers(paths)) return { pid: null, started: false }
    yield* Effect.mapError(Effect.fromResult(prepareDirs(paths)), controlFailureOf)
    const began = beginLog(paths.logFile)
    const child = launch(daemonCommand(paths, home, posture), paths.logFile, {
      ...process.env,
      HOME: home,
    })
    const until = performance.now() + READY_MS
    while (performance.now() < until) {
      if (yield* answers(paths)) {
        child.unref()
        return { pid: child.pid ?? null, started: true }
      }
      if (child.exitCode !== null || child.signalCode !== null)
        return yield* failed(paths, lastLine(paths.logFile, began))
      yield* Effect.sleep(POLL_MS)
    }
    child.unref()
    return yield* failed(paths, `it does not answer after ${READY_MS / 1000} s`)
  })

const answers = (paths: AppPaths): Effect.Effect<boolean, ControlFailure> =>
  Effect.map(connectControl(paths.controlSocket), (socket) => {
    socket?.destroy()
    return socket !== undefined
  })

/** Size of the operator's log before the start, after beginning it anew when it has grown large. */
const beginLog = (logFile: string): number => {
  const size = fs.statSync(logFile, { throwIfNoEntry: false })?.size ?? 0
  if (size <= MOST_LOG_BYTES) return size
  fs.renameSync(logFile, `${logFile}.1`)
  return 0
}

const lastLine = (logFile: string, from: number): string => {
  const text = fs.readFileSync(logFile).subarray(from).toString('utf8').trim()
  const line = text.split('\n').at(-1) ?? ''
  return line.replace(/^\S+Z (failed: )?/, '') || 'it ended without a word'
}

const failed = (paths: AppPaths, detail: string): ControlFailure =>
  new ControlFailure({
    kind: 'not-started',
    message: `the control plane did not start: ${detail}`,
    remedy: `isonapse hook serve   (shows why at once; its log: ${paths.logFile})`,
    exit: 1,
  })
