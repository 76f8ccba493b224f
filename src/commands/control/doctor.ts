// What `hook doctor` looks at, from the client's files to a call through the real transport. It changes
// nothing but the log, where its canary is told; where something fails, the rest is still looked at.
import { homedir } from 'node:os'
import * as Result from 'effect/Result'
import { bad, type Check, warn } from '../../domain/control/doctor.ts'
import { clientDirOf } from '../../infra/client/clientFiles.ts'
import { readLayers } from '../../infra/client/settingsLayers.ts'
import { type WiringStatus, wiringStatus } from '../../infra/client/wiring.ts'
import { readWiringRecord } from '../../infra/client/wiringRecord.ts'
import { clientChecks } from '../../infra/doctor/clientChecks.ts'
import { hardenedChecks } from '../../infra/doctor/hardenedChecks.ts'
import { fireCanary } from '../../infra/doctor/fireCanary.ts'
import { machineChecks } from '../../infra/doctor/machineChecks.ts'
import { planeChecks, signedIn } from '../../infra/doctor/planeChecks.ts'
import type { AppPaths, HardenedPlaces } from '../../infra/paths.ts'
import { CommandFailure } from '../terminal/failure.ts'
import { currentDirIfAny } from '../terminal/currentDir.ts'
import { ownPlace } from './ownPlace.ts'
import { runEffect } from './runEffect.ts'
import { type Control, withControlPlane } from './withControlPlane.ts'

export const examined = async (): Promise<ReadonlyArray<Check>> => {
  const { paths, home } = ownPlace()
  if (paths.hardened !== undefined) return examinedHardened(paths, paths.hardened)
  const project = currentDirIfAny()
  const wiring = await runEffect(
    wiringStatus({ home, paths, ...(project === undefined ? {} : { projectDir: project }) }),
  )
  const record = Result.getOrUndefined(readWiringRecord(paths))
  const layers = readLayers({
    clientDir: record?.clientDir ?? clientDirOf(home, process.env),
    platform: process.platform,
    ...(project === undefined ? {} : { projectDir: project }),
  })
  const { checks, ...here } = await planeSays(paths, wiring)
  return [
    ...checks,
    ...clientChecks({ layers, wiring, installed: record !== undefined }),
    ...machineChecks({ paths, ...here }),
  ]
}

/** Folders, sockets and keys are another uid's, the hooks root's: one check looks at them all. */
const examinedHardened = async (
  paths: AppPaths,
  hardened: HardenedPlaces,
): Promise<ReadonlyArray<Check>> => {
  const { checks, running } = await planeSays(paths, { drift: [] })
  return [...checks, ...hardenedChecks(hardened, running)]
}

interface Plane {
  readonly checks: ReadonlyArray<Check>
  readonly initialised: boolean
  readonly running: boolean
}

/** The control plane's own checks and the canary; what keeps it from being asked is one itself. */
const planeSays = async (paths: AppPaths, wiring: Pick<WiringStatus, 'drift'>): Promise<Plane> => {
  try {
    return await withControlPlane(async (control) => {
      const [status, stats, intel] = await Promise.all([
        control.call('status', {}),
        control.call('witness.stats', {}),
        control.call('intel.status', {}),
      ])
      // Where the note is not ours to read, what the log says of it.
      const signed = paths.hardened === undefined ? signedIn(paths) : stats.checkpoint?.size
      const checks = planeChecks({ status, stats, intel, signed, now: Date.now() })
      return {
        checks: [...checks, await canaryOf(control, paths, wiring)],
        initialised: true,
        running: control.running,
      }
    })
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error
    const { kind, message, remedy } = error
    const initialised = kind !== 'not-initialised'
    const check = initialised
      ? bad('log', message, remedy ?? 'isonapse hook status --debug')
      : bad('log', message, 'isonapse hook up')
    return { checks: [check], initialised, running: false }
  }
}

const canaryOf = async (
  control: Control,
  paths: AppPaths,
  wiring: Pick<WiringStatus, 'drift'>,
): Promise<Check> => {
  if (!control.running)
    return warn(
      'canary',
      'not fired: no control plane runs',
      'isonapse hook start, then isonapse hook doctor',
    )
  // What stands there is run, as the client would: not when it is not known to be ours.
  if (wiring.drift.length > 0)
    return warn(
      'canary',
      'not fired: the plugin’s files are not what was installed',
      'isonapse hook install',
    )
  return fireCanary(
    paths,
    {
      begin: () => control.call('canary.begin', {}),
      end: (toolUseId) => control.call('canary.end', { toolUseId }),
    },
    { cwd: currentDirIfAny() ?? homedir(), env: process.env },
  )
}
