// Starting and stopping the control plane of level `hardened`, which only root can: a process of the
// user's cannot start one of another uid.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import { ControlFailure } from '../../domain/control/methods.ts'
import { connectControl, socketControl } from '../control/socketControl.ts'
import { beginLog } from '../control/startDaemon.ts'
import { isAlive } from '../files/isAlive.ts'
import type { AppPaths } from '../paths.ts'
import { endIn } from '../server/daemonEnd.ts'
import { controlFailureOf } from '../server/failures.ts'
import { launch } from '../server/launch.ts'
import { placesOf } from './places.ts'
import type { HardenedRecord } from './record.ts'
import { runAs } from './runAs.ts'

const SYSTEMCTL = '/usr/bin/systemctl'
const READY_MS = 60_000
const ENDS_WITHIN_MS = 15_000
const POLL_MS = 20

export const isSystemd = (): boolean =>
  fs.existsSync('/run/systemd/system') && fs.existsSync(SYSTEMCTL)

const answers = ({ controlSocket }: Pick<AppPaths, 'controlSocket'>) =>
  Effect.map(connectControl(controlSocket), (socket) => {
    socket?.destroy()
    return socket !== undefined
  })

/** Waits until it answers; false where one did already. `paths`: root's. */
export const startHardened = Effect.fn('startHardened')(function* (
  record: HardenedRecord,
  paths: AppPaths,
): Effect.fn.Return<boolean, ControlFailure> {
  if (yield* answers(paths)) return false
  const places = placesOf(record.roots, record.user.name)
  const from = yield* Effect.mapError(Effect.fromResult(beginLog(places.logFile)), controlFailureOf)
  let ended = (): boolean => false
  if (record.systemd)
    yield* Effect.fromResult(runAs('root', SYSTEMCTL, ['start', '--', places.unit]))
  else {
    const launched = launch([places.serve], places.logFile, {})
    const child = yield* Effect.mapError(Effect.fromResult(launched), controlFailureOf)
    ended = () => child.exitCode !== null || child.signalCode !== null
    child.unref()
  }
  const until = performance.now() + READY_MS
  for (;;) {
    const over = ended() || performance.now() > until
    if (yield* answers(paths)) return true
    if (over) break
    yield* Effect.sleep(POLL_MS)
  }
  const { message, remedy } = record.systemd
    ? { message: 'it does not answer', remedy: `journalctl -u ${places.unit}` }
    : endIn(textFrom(places.logFile, from))
  return yield* new ControlFailure({
    kind: 'not-started',
    message: `the control plane did not start: ${message}`,
    remedy: remedy ?? `see ${places.logFile}`,
    exit: 1,
  })
})

const textFrom = (file: string, from: number): string => {
  try {
    return fs.readFileSync(file).subarray(from).toString('utf8')
  } catch {
    return ''
  }
}

/** Waits until its process is gone, and with it its hold on the log; false where none ran. */
export const stopHardened = Effect.fn('stopHardened')(function* (
  paths: AppPaths,
  pid: number,
): Effect.fn.Return<boolean, ControlFailure> {
  const socket = yield* connectControl(paths.controlSocket)
  if (socket === undefined) return false
  const control = socketControl(paths.controlSocket, socket)
  const status = yield* control.call('status', {})
  yield* control.call('stop', { pid })
  const until = performance.now() + ENDS_WITHIN_MS
  while ((status.pid !== null && isAlive(status.pid)) || (yield* answers(paths))) {
    if (performance.now() > until)
      return yield* new ControlFailure({
        kind: 'not-stopped',
        message: `the control plane was asked to stop and has not ended after ${ENDS_WITHIN_MS / 1000} s`,
        remedy: 'run the same command again',
        exit: 1,
      })
    yield* Effect.sleep(POLL_MS)
  }
  return true
})

/** `isonapse hook …` by the user himself, on what is his. */
const byUser = (
  { user }: HardenedRecord,
  [program, ...args]: ReadonlyArray<string>,
  allowed: ReadonlyArray<number>,
  env: Readonly<Record<string, string>>,
) =>
  runAs(user, program!, args, allowed, {
    HOME: user.home,
    NODE_DISABLE_COMPILE_CACHE: '1',
    ...env,
  })

const laidDownProgram = ({ roots, user }: HardenedRecord): ReadonlyArray<string> => {
  const { node, app } = placesOf(roots, user.name)
  return [node, `${app}/bin/isonapse.cjs`]
}

export const stopUsers = (
  record: HardenedRecord,
  env: Readonly<Record<string, string>>,
): Result.Result<boolean, ControlFailure> =>
  Result.map(
    byUser(record, [...laidDownProgram(record), 'hook', 'stop', '--json'], [0], env),
    ({ stdout }) => /"stopped": true/.test(stdout),
  )

/** Takes his own hooks out of his settings: only what root laid down runs, and only that is looked at. */
export const unwireUser = (
  record: HardenedRecord,
  env: Readonly<Record<string, string>>,
): Result.Result<void, ControlFailure> =>
  Result.map(
    byUser(record, [...laidDownProgram(record), 'hook', 'disable', '--json'], [0], env),
    () => undefined,
  )

/** Wires him as he was, by the program that he had; false where that cannot be done any more. */
export const rewireUser = (record: HardenedRecord): boolean =>
  Result.isSuccess(byUser(record, [...record.source, 'hook', 'enable', '--json'], [0], record.env))

export const enableUnit = (record: HardenedRecord): Result.Result<void, ControlFailure> => {
  const { unit } = placesOf(record.roots, record.user.name)
  return Result.map(
    Result.flatMap(runAs('root', SYSTEMCTL, ['daemon-reload']), () =>
      runAs('root', SYSTEMCTL, ['enable', '--', unit]),
    ),
    () => undefined,
  )
}

/** One that is not known, or not enabled, is no failure: it is to be gone. */
export const disableUnit = (record: HardenedRecord): void => {
  const { unit } = placesOf(record.roots, record.user.name)
  runAs('root', SYSTEMCTL, ['disable', '--now', '--', unit], [0, 1, 5])
}
