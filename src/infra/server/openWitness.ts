// The log of this user, opened with what belongs to it: keys, vault, secrets, the policy in force. By its
// owner, or by whoever only reads while no control plane runs.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { ControlFailure } from '../../domain/control/methods.ts'
import type { InForce } from '../../domain/gate.ts'
import { activeApprovals } from '../../projections/approvals.ts'
import { ratesAt } from '../../projections/rates.ts'
import { finishSuccession } from '../archive/succession.ts'
import { effectiveSettings } from '../config/settings.ts'
import { randomBytes } from '../crypto/nodeCrypto.ts'
import { closedKeys } from '../keys/closedKeys.ts'
import { readLogKey } from '../keys/logKey.ts'
import { readMasterKey } from '../keys/masterKey.ts'
import { makeSessionKeys } from '../keys/sessionKeys.ts'
import type { AppPaths } from '../paths.ts'
import {
  type LevelWitness,
  makeLevelWitness,
  type ReadOptionsOfLog,
  type WitnessNotice,
} from '../store/levelWitness.ts'
import { makeSecretStore, type SecretStore } from '../secrets/secretStore.ts'
import { closedVault } from '../vault/closedVault.ts'
import { makeVault } from '../vault/logVault.ts'
import { anchorOf, idleAnchor } from './anchor.ts'
import { pinnedLog } from './beginnings.ts'
import { makePolicyCache, policyFromLog } from './policyCache.ts'
import { keepSignedHead, signedSize, withWayOn } from './signedHead.ts'

export interface OwnLog {
  readonly paths: AppPaths
  /** The user's home directory, absolute. */
  readonly home: string
  readonly now: () => number
}

/** What is in force, from the folded log and the policies that are held. */
export const inForceOf =
  (witness: LevelWitness, policies: ReturnType<typeof makePolicyCache>, now: () => number) =>
  (): InForce => {
    const { gate, rates, approvals } = witness.projected()
    const { mode, posture, suspended, policy } = gate
    const held = policy === null ? undefined : policies.get(policy.digest)
    // Without a policy there is nothing to decide by; the gateway answers as for any failure.
    if (policy === null || held === undefined) throw new Error('the policy in force is not loaded')
    const { compiled } = held
    return {
      policy: compiled,
      policyDigest: policy.digest,
      mode,
      posture,
      suspended,
      ...(compiled.rated.length === 0 ? {} : { rates: ratesAt(rates, compiled.rated, now()) }),
      approvals: activeApprovals(approvals, now()),
    }
  }

const notInitialised = (paths: AppPaths) =>
  new ControlFailure({
    kind: 'not-initialised',
    message: `there is no witness in ${paths.dataDir} yet`,
    remedy: 'isonapse hook init   (or isonapse hook up, which installs and starts as well)',
    exit: 1,
  })

/** Opens what exists, reading only or as its owner, with the policy in force loaded. */
export const openWitness = Effect.fn('openWitness')(function* (
  options: OwnLog & {
    readonly writable: boolean
    readonly onNotice: (notice: WitnessNotice) => void
    /** A stored secret whose value cannot be used. */
    readonly onUnusable?: (message: string) => void
  },
) {
  const { paths, onNotice, now } = options
  yield* finishSuccession(paths)
  const pin = yield* Effect.fromResult(pinnedLog(paths))
  if (pin === undefined) return yield* notInitialised(paths)
  const masterKey = readMasterKey(paths.keysDir)
  // Whoever only reads goes without the payloads; the owner of the log has to seal new ones.
  if (options.writable) yield* Effect.fromResult(masterKey)
  const keys = Result.isSuccess(masterKey)
    ? makeSessionKeys(paths.keysDir, masterKey.success)
    : closedKeys(masterKey.failure)
  const atLeast = yield* Effect.fromResult(signedSize(paths, pin))
  // The log's own anchor may name secrets, which are in the log.
  let secrets: SecretStore | undefined
  const read = { dir: paths.witnessDir, identity: pin, atLeast, onNotice }
  const opening = options.writable
    ? openWritable(read, options, () => secrets)
    : makeLevelWitness({ ...read, writable: false })
  const witness: LevelWitness = yield* Effect.mapError(opening, withWayOn(paths))
  const policies = makePolicyCache(() => witness.projected().gate.policy?.digest)
  const { policy } = witness.projected().gate
  if (policy === null) return yield* notInitialised(paths)
  policies.hold(policy.digest, yield* policyFromLog(witness, policy))
  const vault = Result.isSuccess(masterKey)
    ? makeVault({
        log: witness,
        keysDir: paths.keysDir,
        masterKey: masterKey.success,
        now,
        random: randomBytes,
      })
    : closedVault(masterKey.failure)
  secrets = Result.isSuccess(masterKey)
    ? makeSecretStore({
        keysDir: paths.keysDir,
        masterKey: masterKey.success,
        stored: () => witness.projected().secrets,
        onUnusable: options.onUnusable ?? (() => {}),
      })
    : undefined
  return { witness, keys, policies, vault, secrets }
})

const openWritable = Effect.fnUntraced(function* (
  read: Omit<ReadOptionsOfLog, 'openDb'>,
  { paths, now, home }: OwnLog,
  secrets: () => SecretStore | undefined,
) {
  const signer = yield* Effect.fromResult(readLogKey(paths.keysDir))
  // The settings are in the log that is opened with them: its defaults serve until it is open.
  let settings = () => effectiveSettings({})
  const witness: LevelWitness = yield* makeLevelWitness({
    ...read,
    writable: true,
    signer,
    now,
    durability: () => settings()['witness.durability'],
    checkpointEvery: () => ({
      idleMs: settings()['witness.checkpoint_idle_ms'],
      dirtyMs: settings()['witness.checkpoint_dirty_ms'],
    }),
    anchor: async (note) => {
      try {
        await keepSignedHead(paths.signedHeadFile, note)
      } finally {
        const anchor = settings()['witness.anchor']
        await (
          paths.hardened === undefined ? anchorOf(anchor, home, secrets()) : idleAnchor(anchor)
        )?.(note)
      }
    },
  })
  settings = settingsIn(witness)
  return witness
})

/** The settings in force. Asked for every event, so worked out only when the log's are others. */
export const settingsIn = (witness: LevelWitness) => {
  let from = witness.projected().gate.settings
  let settings = effectiveSettings(from)
  return () => {
    const current = witness.projected().gate.settings
    if (current !== from) {
      from = current
      settings = effectiveSettings(current)
    }
    return settings
  }
}
