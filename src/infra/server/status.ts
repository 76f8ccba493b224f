// Everything `hook status` says: what runs, what is in force, what the client would load, what has
// drifted from what the log says, and what slipped past.
import * as fs from 'node:fs'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { fromUtf8, toHex } from '../../domain/bytes.ts'
import type { Drift, Params, StatusReport } from '../../domain/control/methods.ts'
import { MOST_POLICY_BYTES, parsePolicyText, policyDigest } from '../../domain/policy/policy.ts'
import { codeInWords } from '../../domain/skills/words.ts'
import { pluginFaults } from '../client/installedPlugin.ts'
import { markerFile, scriptFile } from '../client/plugin.ts'
import { type WiringStatus, wiringStatus } from '../client/wiring.ts'
import { type Looked, lookAtHardened } from '../harden/check.ts'
import { configDrift } from '../config/toml.ts'
import { effectiveSettings } from '../config/settings.ts'
import { taintedSessions } from '../../projections/taint.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { readOwnFile } from '../files/readOwnFile.ts'
import { readMarker } from '../transport/marker.ts'
import { markerOf, readersOf } from './changes.ts'
import type { ControlContext } from './context.ts'
import { faultsOf } from './faults.ts'

export const status = Effect.fn('status')(function* (
  { project }: Params<'status'>,
  context: ControlContext,
) {
  const { paths, home, log, running } = context
  const { gate, statistics, taint } = log.projected()
  const level = levelOf(context)
  const wiring = yield* level.hardened === undefined
    ? wiringStatus({
        home,
        paths,
        ...(project === undefined ? {} : { projectDir: project }),
      })
    : Effect.succeed(hardenedWiring(level.hardened))
  const head = log.head()
  const report: StatusReport = {
    running: running !== null,
    pid: running?.pid ?? null,
    since: running?.since ?? null,
    hookSocket: paths.hookSocket,
    dataDir: paths.dataDir,
    mode: gate.mode,
    posture: gate.posture,
    suspended: gate.suspended,
    level: level.level,
    ...(paths.hardened === undefined ? {} : { off: OFF_WHEN_HARDENED }),
    policy: gate.policy === null ? null : { digest: gate.policy.digest, since: gate.policy.time },
    log: { size: head.size, root: toHex(head.root), origin: gate.origin },
    lastHook: statistics.lastHook,
    clientVersion: wiring.clientVersion,
    wiring: { loaded: wiring.loaded, scope: wiring.scope, detail: wiring.detail },
    drift: [
      ...wiring.drift,
      ...(wiring.drift.length > 0 ? [] : pluginDriftByLog(context)),
      ...markerDrift(context),
      ...policyDrift(context),
      ...configDrift(paths.configFile, effectiveSettings(gate.settings)),
      ...unsignedDrift(gate.unsigned),
      ...hardenedDrift(level.hardened),
    ],
    faults: faultsOf(context),
    gaps: statistics.byKind['GapFound'] ?? 0,
    ungated: statistics.byKind['SessionUngated'] ?? 0,
    swaps: statistics.byKind['InputSwapped'] ?? 0,
    rejected: statistics.byKind['HookRejected'] ?? 0,
    tainted: taintedSessions(taint).length,
  }
  return report
})

/** The level is what is found, piece by piece, each time that it is asked for. */
const levelOf = ({
  paths,
  log,
  running,
}: ControlContext): {
  readonly level: StatusReport['level']
  readonly hardened?: Looked
} => {
  const level = log.projected().gate.authority === null ? 'open' : 'authority'
  if (paths.hardened === undefined) return { level }
  const hardened = lookAtHardened(paths.hardened.recordFile, running !== null)
  return { level: hardened.wrong.length === 0 ? 'hardened' : level, hardened }
}

const hardenedDrift = (hardened: Looked | undefined): ReadonlyArray<Drift> =>
  (hardened?.wrong ?? []).map(({ what, detail }) => ({
    subject: HARDENED,
    detail: `${what}: ${detail}`,
  }))

const HARDENED = 'hardened'

/** What works at the other levels and not at this one. */
const OFF_WHEN_HARDENED: ReadonlyArray<string> = [
  'values in files that the agent writes (they keep their tokens and names of secrets)',
  'guards (calls of a registered one are denied)',
  'witness.anchor',
  'downloaded models',
  'hook integrity restore',
  'archiving',
]

const hardenedWiring = ({ wrong }: Looked): WiringStatus => {
  const problem = wrong.find(({ what }) => HOOKS.has(what))
  return {
    loaded: problem === undefined,
    scope: 'managed',
    detail: problem?.detail ?? '',
    clientVersion: null,
    drift: [],
  }
}

/** Without these the client does not run our hooks, or others beside them. */
const HOOKS: ReadonlySet<string> = new Set(['managed settings', 'record'])

/** What lies beside the plugin, and tells what was installed, may have been changed with it. */
const pluginDriftByLog = ({ paths, log }: ControlContext): ReadonlyArray<Drift> => {
  const { installed } = log.projected().plugin
  // At level `hardened` the user's own plugin is out, and what root laid down is looked at instead.
  if (installed === null || paths.hardened !== undefined) return []
  const [first] = pluginFaults(paths, installed.files)
  return first === undefined
    ? []
    : [{ subject: 'plugin', detail: `by the log, ${codeInWords(first.code)}` }]
}

/** The marker decides for the hook script when nothing answers: it must say what the log says. */
const markerDrift = ({ paths, log }: ControlContext): ReadonlyArray<Drift> => {
  if (!fs.existsSync(scriptFile(paths))) return []
  const marker = readMarker(markerFile(paths), { readers: readersOf(paths) })
  const wanted = markerOf(log.projected().gate)
  const found = Result.isSuccess(marker) ? (marker.success ?? 'absent') : 'unreadable'
  return found === wanted
    ? []
    : [
        {
          subject: 'marker',
          detail: `the hook script's marker is ${found}, it should be ${wanted}`,
        },
      ]
}

/** policy.json is a view: what is written there takes effect only through `policy import`. */
const policyDrift = ({ paths, log }: ControlContext): ReadonlyArray<Drift> => {
  const drift = (detail: string): ReadonlyArray<Drift> => [{ subject: 'policy', detail }]
  const read = readOwnFile(paths.policyFile, { maxBytes: MOST_POLICY_BYTES })
  if (Result.isFailure(read)) return drift(`${read.failure.message}; ${read.failure.remedy}`)
  const parsed = parsePolicyText(fromUtf8(read.success) ?? '')
  if (Result.isFailure(parsed)) return drift(`${paths.policyFile}: ${parsed.failure.message}`)
  return policyDigest(parsed.success, sha256) === log.projected().gate.policy?.digest
    ? []
    : drift(
        `${paths.policyFile} is not the policy in force; adopt it with isonapse hook policy import`,
      )
}

const unsignedDrift = (unsigned: ReadonlyArray<number>): ReadonlyArray<Drift> =>
  unsigned.length === 0
    ? []
    : [
        {
          subject: 'authority',
          detail: `${unsigned.length} loosening entries without the authority's signature were ignored (first: ${unsigned[0]})`,
        },
      ]
