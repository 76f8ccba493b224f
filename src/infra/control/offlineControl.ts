// The ControlPlane service without a control plane: this process opens the store and reads. Nothing
// can be changed this way.
import * as Effect from 'effect/Effect'
import type * as Scope from 'effect/Scope'
import type { ControlFailure } from '../../domain/control/methods.ts'
import type { AppPaths } from '../paths.ts'
import { inForceOf, openWitness } from '../server/controlPlane.ts'
import { controlFailureOf } from '../server/failures.ts'
import { makeCallMethod } from '../server/methods.ts'
import { realPathOf } from '../server/realPath.ts'
import { ENGINE_VERSION } from '../server/version.ts'
import type { ControlPlane } from './ControlPlane.ts'

export const offlineControl = Effect.fnUntraced(function* (
  paths: AppPaths,
  home: string,
): Effect.fn.Return<ControlPlane['Service'], ControlFailure, Scope.Scope> {
  const now = () => Date.now()
  const { witness, keys, policies } = yield* Effect.mapError(
    openWitness({ paths, home, now, writable: false, onNotice: () => {} }),
    controlFailureOf,
  )
  const call = makeCallMethod({
    paths,
    home: realPathOf(home) ?? home,
    log: witness,
    keys,
    policies,
    inForce: inForceOf(witness, policies),
    engine: ENGINE_VERSION,
    now,
    running: null,
  })
  return {
    running: false,
    call: (method, params, onItem = () => {}) =>
      call(method, params, onItem) as Effect.Effect<never, ControlFailure>,
  }
})
