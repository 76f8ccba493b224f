// Beginning and ending a control plane, as the commands need it: each waits until it is so.
import * as path from 'node:path'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { type Initialised, initialise } from '../../infra/control/initialise.ts'
import { connectControl } from '../../infra/control/socketControl.ts'
import { holderOf, startDaemon } from '../../infra/control/startDaemon.ts'
import { onlyRootStarts } from '../../infra/harden/onlyRoot.ts'
import { readHardened } from '../../infra/harden/record.ts'
import type { AppPaths, HardenedPlaces } from '../../infra/paths.ts'
import { CommandFailure } from '../terminal/failure.ts'
import { progressOn } from '../terminal/progress.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { ownPosture } from './ownPosture.ts'
import { commandFailureOf, runEffect } from './runEffect.ts'
import { withControlPlane } from './withControlPlane.ts'

interface Place {
  readonly paths: AppPaths
  readonly home: string
}

const isRunning = (paths: AppPaths): Promise<boolean> =>
  runEffect(
    Effect.map(connectControl(paths.controlSocket), (socket) => {
      socket?.destroy()
      return socket !== undefined
    }),
  )

/** Creates what is missing. While a control plane runs there is nothing to create. */
export const initialised = async (
  { paths }: Place,
  passphrase: string | undefined,
  terminal: Terminal,
): Promise<Initialised> => {
  if (!(await isRunning(paths))) {
    const progress = progressOn(terminal)
    const made = initialise({
      paths,
      onRefold: progress.update,
      ...(passphrase === undefined ? {} : { passphrase }),
    })
    return runEffect(made).finally(progress.end)
  }
  const { level, log } = await withControlPlane((control) => control.call('status', {}))
  if (passphrase !== undefined && level === 'open')
    throw new CommandFailure({
      kind: 'level-fixed',
      message: 'this log was created at assurance level open; that is fixed in its first entry',
      remedy:
        'isonapse hook witness export DIR, isonapse hook uninstall, isonapse hook init --passphrase',
      exit: 2,
    })
  return {
    created: false,
    origin: log.origin,
    verifierKey: '',
    level: level === 'open' ? 'open' : 'authority',
  }
}

export const started = async (
  { paths, home }: Place,
  terminal: Terminal,
): Promise<{ readonly pid: number | null; readonly started: boolean }> => {
  if (paths.hardened !== undefined) return startedHardened(paths, paths.hardened)
  const { update, end } = progressOn(terminal)
  const start = startDaemon({ paths, home, onProgress: update, ...ownPosture(process.env) })
  return runEffect(start).finally(end)
}

const startedHardened = async (paths: AppPaths, places: HardenedPlaces) => {
  if (await isRunning(paths)) return { pid: null, started: false }
  const { startHardened } = await import('../../infra/harden/plane.ts')
  const record = Result.getOrUndefined(readHardened({ program: path.dirname(places.recordFile) }))
  if (process.getuid?.() !== 0 || record === undefined)
    throw commandFailureOf(onlyRootStarts(places))
  return { pid: null, started: await runEffect(startHardened(record, paths)) }
}

const stoppedHardened = async (paths: AppPaths, places: HardenedPlaces): Promise<boolean> => {
  const { stopHardened } = await import('../../infra/harden/plane.ts')
  if (process.getuid?.() !== 0) throw commandFailureOf(onlyRootStarts(places))
  return runEffect(stopHardened(paths, process.pid))
}

const ENDS_WITHIN_MS = 15_000
const POLL_MS = 20

/** False where none was running. Resolves when it has let its socket go, and then the log. */
export const stopped = async ({ paths }: Place): Promise<boolean> => {
  if (!(await isRunning(paths))) return false
  if (paths.hardened !== undefined) return stoppedHardened(paths, paths.hardened)
  const holder = holderOf(paths)
  await withControlPlane((control) => control.call('stop', { pid: process.pid }))
  const holds = () => holder !== undefined && holderOf(paths) === holder
  const until = performance.now() + ENDS_WITHIN_MS
  while ((await isRunning(paths)) || holds()) {
    if (performance.now() > until)
      throw new CommandFailure({
        kind: 'not-stopped',
        message: `the control plane was asked to stop and has not ended after ${ENDS_WITHIN_MS / 1000} s`,
        remedy: 'isonapse hook status',
        exit: 1,
      })
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  return true
}
