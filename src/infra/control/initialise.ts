// `hook init`: folders, keys, the log with its identity in entry 0, and the first policy. Safe to
// repeat, and to go on with after a crash at any point: each step keeps what is there already.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { ControlFailure } from '../../domain/control/methods.ts'
import { chunksOf } from '../../domain/event/chunks.ts'
import { LogCreated, PolicyApplied } from '../../domain/event/event.ts'
import { type Policy, policyBytes, policyDigest } from '../../domain/policy/policy.ts'
import { template } from '../../templates/templates.ts'
import { finishSuccession } from '../archive/succession.ts'
import { effectiveSettings } from '../config/settings.ts'
import { writeConfig } from '../config/toml.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { atomicWrite } from '../files/atomicWrite.ts'
import { prepareDirs } from '../files/prepareDirs.ts'
import { checkPassphrase, enrol } from '../keys/authority.ts'
import { type Pin, pinOf, writePin } from '../keys/identity.ts'
import { createLogKey, readLogKey } from '../keys/logKey.ts'
import { createMasterKey, readMasterKey } from '../keys/masterKey.ts'
import type { AppPaths } from '../paths.ts'
import { pinnedLog } from '../server/beginnings.ts'
import { controlFailureOf } from '../server/failures.ts'
import { signedSize, withWayOn } from '../server/signedHead.ts'
import { ENGINE_VERSION } from '../server/version.ts'
import { verifierKeyText } from '../store/checkpointNote.ts'
import { appendOwn } from '../store/appendOwn.ts'
import { createLog } from '../store/createLog.ts'
import { makeLevelWitness } from '../store/levelWitness.ts'
import { type OnRefold, refoldingWords } from '../store/refolding.ts'

export interface Initialised {
  /** False when there was a log already; then nothing of it was changed. */
  readonly created: boolean
  readonly origin: string
  readonly verifierKey: string
  readonly level: 'open' | 'authority'
}

export const initialise = (options: {
  readonly paths: AppPaths
  /** Enrols an authority: every loosening needs its signature from then on. */
  readonly passphrase?: string
  /** The first policy; the default template unless told. Its examples were checked. */
  readonly policy?: Policy
  /** Told how far it has come, where a log that is there must be folded as a whole first. */
  readonly onRefold?: OnRefold
  readonly now?: () => number
}): Effect.Effect<Initialised, ControlFailure> =>
  Effect.mapError(Effect.scoped(steps(options)), controlFailureOf)

const steps = Effect.fnUntraced(function* ({
  paths,
  passphrase,
  policy = template('default'),
  onRefold = () => {},
  now = () => Date.now(),
}: Parameters<typeof initialise>[0]) {
  // What LevelDB creates is closed to others whatever the caller's mask was.
  process.umask(0o077)
  yield* Effect.fromResult(prepareDirs(paths))
  yield* finishSuccession(paths)
  const pinned = yield* Effect.fromResult(pinnedLog(paths))
  if (passphrase !== undefined) {
    yield* Effect.fromResult(checkPassphrase(passphrase))
    if (pinned !== undefined && pinned.authority === null)
      return yield* new ControlFailure({
        kind: 'level-fixed',
        message:
          'this log was created at level open; who may loosen the gate is fixed in its first entry',
        remedy: 'export the log, isonapse hook uninstall, then isonapse hook init --passphrase',
        exit: 2,
      })
  }
  // Keys come before the pin, so one that is missing beside a pin was lost: a new one would neither
  // open what is sealed nor sign this log.
  const fresh = pinned === undefined
  yield* Effect.fromResult((fresh ? createMasterKey : readMasterKey)(paths.keysDir))
  const signer = yield* Effect.fromResult((fresh ? createLogKey : readLogKey)(paths.keysDir))
  // What an earlier log left would be taken for this one's.
  if (fresh) fs.rmSync(paths.signedHeadFile, { force: true })
  // The pin before the log: a crash between them leaves a pin that the next run creates the log by.
  const pin = pinned ?? (yield* newPin(paths, signer.publicKey, passphrase))
  yield* Effect.fromResult(writePin(paths.identityFile, pin))
  yield* createLog({ ...pin, dir: paths.witnessDir, signer, engine: ENGINE_VERSION, now })
  const opening = makeLevelWitness({
    dir: paths.witnessDir,
    identity: pin,
    atLeast: yield* Effect.fromResult(signedSize(paths, pin)),
    writable: true,
    signer,
    now,
    durability: () => 'fsync',
    checkpointEvery: () => ({ idleMs: 60_000, dirtyMs: 60_000 }),
    onNotice: (notice) => {
      if (notice._tag === 'Refolding') onRefold(notice.done, notice.total, refoldingWords(notice))
    },
  })
  const witness = yield* Effect.mapError(opening, withWayOn(paths))
  const created = witness.projected().gate.policy === null
  if (created) {
    const chunks = chunksOf(policyBytes(policy), sha256)
    const applied = new PolicyApplied({
      digest: policyDigest(policy, sha256),
      chunks: chunks.map((chunk) => chunk.digest),
      source: 'init',
    })
    yield* appendOwn(witness, [...chunks, applied])
    yield* Effect.fromResult(atomicWrite(paths.policyFile, `${JSON.stringify(policy, null, 2)}\n`))
    yield* Effect.fromResult(writeConfig(paths.configFile, effectiveSettings({})))
  }
  const level = pin.authority === null ? ('open' as const) : ('authority' as const)
  return { created, origin: pin.origin, verifierKey: pin.verifierKey, level }
})

/** A new log's identity. Its origin is random: two machines of one user have different logs. */
const newPin = Effect.fnUntraced(function* (
  paths: AppPaths,
  publicKey: Uint8Array,
  passphrase: string | undefined,
) {
  const origin = `isonapse.local/${randomBytes(8).toString('hex')}`
  const verifierKey = verifierKeyText(origin, publicKey)
  if (Result.isFailure(verifierKey))
    return yield* new ControlFailure({ kind: 'identity', message: verifierKey.failure, exit: 1 })
  const authority = passphrase === undefined ? null : yield* enrol(paths.authorityFile, passphrase)
  return pinOf(
    new LogCreated({ origin, verifierKey: verifierKey.success, authority, engine: ENGINE_VERSION }),
  ) satisfies Pin
})
