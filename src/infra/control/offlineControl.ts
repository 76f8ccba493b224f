// The ControlPlane service without a control plane: this process opens the store and reads. Nothing
// can be changed this way.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import type * as Scope from 'effect/Scope'
import type { ControlFailure, ControlItem, Params } from '../../domain/control/methods.ts'
import { effectiveSettings } from '../config/settings.ts'
import { makeModels } from '../intel/models.ts'
import { readPin } from '../keys/identity.ts'
import type { AppPaths } from '../paths.ts'
import { inForceOf, openWitness } from '../server/openWitness.ts'
import { skillsOf } from '../server/ownSkills.ts'
import { controlFailureOf } from '../server/failures.ts'
import { makeCallMethod } from '../server/methods.ts'
import { realPathOf } from '../server/realPath.ts'
import { readSignedHead } from '../server/signedHead.ts'
import { ENGINE_VERSION } from '../server/version.ts'
import { type OnRefold, refoldingWords } from '../store/refolding.ts'
import { verifyDirectory } from '../store/verifyStore.ts'
import type { ControlPlane } from './ControlPlane.ts'

export const offlineControl = Effect.fnUntraced(function* (
  paths: AppPaths,
  home: string,
  onRefold: OnRefold = () => {},
): Effect.fn.Return<ControlPlane['Service'], ControlFailure, Scope.Scope> {
  const opened = yield* Effect.result(
    openWitness({
      paths,
      home,
      now: () => Date.now(),
      writable: false,
      onNotice: (notice) => {
        if (notice._tag === 'Refolding') onRefold(notice.done, notice.total, refoldingWords(notice))
      },
    }),
  )
  if (Result.isFailure(opened)) return yield* unopened(paths, controlFailureOf(opened.failure))
  const { witness, keys, policies, vault, secrets } = opened.success
  const real = realPathOf(home) ?? home
  const call = makeCallMethod({
    paths,
    home: real,
    skills: skillsOf({
      paths,
      home: real,
      log: witness,
      // Without a control plane nothing is looked through.
      scanner: { scan: () => Promise.resolve([]) },
      onNotice: () => {},
    }),
    log: witness,
    keys,
    vault,
    policies,
    models: makeModels({
      modelsDir: paths.modelsDir,
      enabled: () => effectiveSettings(witness.projected().gate.settings)['intel.models'] === 'on',
      now: () => Date.now(),
    }),
    secrets,
    inForce: inForceOf(witness, policies, () => Date.now()),
    engine: ENGINE_VERSION,
    now: () => Date.now(),
    running: null,
  })
  return {
    running: false,
    call: (method, params, onItem = () => {}) =>
      call(method, params, onItem) as Effect.Effect<never, ControlFailure>,
  }
})

/** Kinds of a log that is there and is not what it should be: it can still be verified. */
const VERIFIABLE = new Set(['tampered', 'store-corrupt', 'log-shorter', 'file-damaged'])

/** Of a log that cannot be opened nothing can be said but how much of it is bad. */
const unopened = (
  paths: AppPaths,
  failure: ControlFailure,
): Effect.Effect<ControlPlane['Service'], ControlFailure> => {
  if (!VERIFIABLE.has(failure.kind)) return Effect.fail(failure)
  return Effect.succeed({
    running: false,
    call: (method, params, onItem = () => {}) =>
      (method === 'witness.verify'
        ? verifyUnopened(paths, (params as Params<'witness.verify'>).against, onItem)
        : Effect.fail(failure)) as Effect.Effect<never, ControlFailure>,
  })
}

const verifyUnopened = Effect.fnUntraced(function* (
  paths: AppPaths,
  against: string | undefined,
  onItem: (item: ControlItem) => void,
) {
  const pin = yield* Effect.fromResult(readPin(paths.identityFile))
  // One that cannot be read is why the log was not opened; it says nothing here.
  const signed = pin === undefined ? undefined : readSignedHead(paths.signedHeadFile, pin)
  const kept = signed !== undefined && Result.isSuccess(signed) ? signed.success?.text : undefined
  const note = against ?? kept
  const { unsigned: _, ...verification } = yield* verifyDirectory(paths.witnessDir, {
    ...(pin === undefined ? {} : { identity: pin }),
    ...(note === undefined ? {} : { against: note }),
    onProgress: (done, total) => onItem({ progress: { done, total, what: 'entries verified' } }),
  })
  // Our own note finds what is missing; only one from elsewhere anchors.
  return against === undefined && verification.verdict === 'anchored'
    ? { ...verification, verdict: 'unanchored' as const }
    : verification
}, Effect.mapError(controlFailureOf))
