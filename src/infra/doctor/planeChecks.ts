// What the control plane, or the log where none runs, says of itself: whether it runs, whether the log is
// at least as long as it was when it was last signed, what has drifted from it, what is degraded.
import * as Result from 'effect/Result'
import type { IntelStatus } from '../../domain/control/intel.ts'
import type { StatusReport, WitnessStats } from '../../domain/control/methods.ts'
import { bad, type Check, ok, warn } from '../../domain/control/doctor.ts'
import { degradedOf } from '../intel/models.ts'
import { readPin } from '../keys/identity.ts'
import type { AppPaths } from '../paths.ts'
import { readSignedHead } from '../server/signedHead.ts'

export interface PlaneSays {
  readonly status: StatusReport
  readonly stats: Pick<WitnessStats, 'newest' | 'oldest'>
  readonly intel: Omit<IntelStatus, 'running'>
  /** Entries that the kept signature covers; undefined where nothing was signed yet. */
  readonly signed: number | undefined
  /** Epoch milliseconds. */
  readonly now: number
}

/** Entries may be so much ahead of this clock: it is set a little now and then. Milliseconds. */
const CLOCK_MS = 120_000
/** A new log is signed by itself long before. Milliseconds. */
const FIRST_SIGNED_MS = 600_000

export const planeChecks = (says: PlaneSays): ReadonlyArray<Check> => {
  const { status } = says
  return [
    runningCheck(status),
    logCheck(says),
    clockCheck(says),
    modeCheck(status),
    markerCheck(status),
    ...driftChecks(status),
    ...modelChecks(says.intel),
    ...faultChecks(says),
    gapCheck(status),
  ]
}

const runningCheck = ({ running, pid, mode }: StatusReport): Check =>
  running
    ? ok('control plane', `runs, pid ${pid ?? '?'}`)
    : bad(
        'control plane',
        mode === 'profile'
          ? 'does not run: calls proceed and are not seen'
          : 'does not run: calls are blocked until it does',
        'isonapse hook start',
      )

const logCheck = ({ status: { log }, stats: { oldest }, signed, now }: PlaneSays): Check => {
  const entries = `${log.size.toLocaleString('en')} entries`
  if (signed === undefined)
    return oldest !== null && now - oldest > FIRST_SIGNED_MS
      ? warn('log', `${entries}, none of them signed yet`, 'isonapse hook witness checkpoint')
      : ok('log', `${entries}, soon to be signed for the first time`)
  return signed > log.size
    ? bad(
        'log',
        `holds ${entries}, and ${signed.toLocaleString('en')} were signed`,
        'isonapse hook witness verify',
      )
    : ok('log', `${entries}, ${signed.toLocaleString('en')} of them signed`)
}

const clockCheck = ({ stats: { newest }, now }: PlaneSays): Check =>
  newest !== null && newest - now > CLOCK_MS
    ? warn(
        'clock',
        `the newest entry is ${Math.round((newest - now) / 60_000)} minutes ahead of this clock`,
        'set the clock: rates, budgets and times in the log go by it',
      )
    : ok('clock', 'goes on from the newest entry of the log')

const modeCheck = ({ mode, posture, suspended, policy }: StatusReport): Check => {
  if (policy === null) return bad('policy', 'there is none in force', 'isonapse hook init')
  if (suspended)
    return warn('mode', `${mode}, suspended: everything is denied`, 'isonapse hook resume')
  return ok(
    'mode',
    `${mode}${mode === 'profile' ? ', nothing is blocked' : ''}${posture === null ? '' : `, posture ${posture}`}`,
  )
}

const markerCheck = ({ drift }: StatusReport): Check => {
  const off = drift.find(({ subject }) => subject === 'marker')
  return off === undefined
    ? ok('marker', 'says what the log says, should the control plane be down')
    : bad('marker', off.detail, 'isonapse hook enable')
}

/** Of the plugin's files, as what lies beside them says, and of the marker others speak. */
const driftChecks = ({ drift }: StatusReport): ReadonlyArray<Check> => {
  const remedies: Readonly<Record<string, string>> = {
    policy: 'isonapse hook policy import FILE adopts it',
    config: 'isonapse hook config set KEY VALUE adopts a value, and writes the file anew',
    authority: 'isonapse hook witness query --kind IntegrityViolated',
  }
  const found = drift.filter(({ subject }) => Object.hasOwn(remedies, subject))
  const plugin = drift
    .filter(({ subject }) => subject === 'plugin')
    .map(({ detail }) =>
      bad('plugin', detail, 'look at it, then isonapse hook install writes it anew'),
    )
  return found.length === 0
    ? [ok('drift', 'policy.json and config.toml say what is in force'), ...plugin]
    : [...found.map(({ subject, detail }) => warn('drift', detail, remedies[subject]!)), ...plugin]
}

const modelChecks = (intel: Omit<IntelStatus, 'running'>): ReadonlyArray<Check> => {
  const degraded = degradedOf(intel)
  if (degraded.length > 0)
    return degraded.map(({ message, remedy }) => warn('models', message, remedy))
  const { length } = intel.models
  return [
    ok(
      'models',
      length === 0 ? 'none installed, rules decide' : `${length} installed, none degraded`,
    ),
  ]
}

/** What else keeps the control plane from working; of models and keys others speak. */
const faultChecks = ({ status: { faults }, intel }: PlaneSays): ReadonlyArray<Check> => {
  const said = new Set(degradedOf(intel).map(({ message }) => message))
  return faults
    .filter(({ message }) => !said.has(message))
    .map(({ message, remedy }) => bad('fault', message, remedy))
}

const gapCheck = ({ gaps, ungated }: StatusReport): Check =>
  gaps + ungated === 0
    ? ok('gaps', 'no call is known to have slipped past')
    : warn(
        'gaps',
        `${gaps.toLocaleString('en')} calls ran unseen, ${ungated.toLocaleString('en')} sessions without the gate`,
        'isonapse hook witness gaps',
      )

/** Entries that the kept signature covers. */
export const signedIn = (paths: AppPaths): number | undefined => {
  const pin = readPin(paths.identityFile)
  if (Result.isFailure(pin) || pin.success === undefined) return undefined
  const head = readSignedHead(paths.signedHeadFile, pin.success)
  return Result.isSuccess(head) ? head.success?.size : undefined
}
