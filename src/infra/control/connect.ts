// Chooses the layer of the ControlPlane service: the running control plane's socket, else this
// process, reading the store itself and changing nothing.
import * as Effect from 'effect/Effect'
import type * as Scope from 'effect/Scope'
import { ControlFailure } from '../../domain/control/methods.ts'
import type { AppPaths, HardenedPlaces } from '../paths.ts'
import type { OnRefold } from '../store/refolding.ts'
import type { ControlPlane } from './ControlPlane.ts'
import { connectControl, socketControl } from './socketControl.ts'

/** Neither the user nor root opens the log themselves: what they leave in it would not be its owner's. */
const onlyItReads = ({ cli }: HardenedPlaces): ControlFailure =>
  new ControlFailure({
    kind: 'not-running',
    message: 'no control plane runs, and at assurance level hardened nobody else reads the log',
    remedy: `sudo ${cli} hook start`,
    exit: 1,
  })

/**
 * `home`: the user's home directory. `onRefold`: told how far it has come, where this process must fold
 * the whole log first. The store is let go when the scope closes.
 */
export const connectControlPlane = Effect.fnUntraced(function* (
  paths: AppPaths,
  home: string,
  onRefold?: OnRefold,
): Effect.fn.Return<ControlPlane['Service'], ControlFailure, Scope.Scope> {
  const socket = yield* connectControl(paths.controlSocket)
  if (socket !== undefined) {
    yield* Effect.addFinalizer(() => Effect.sync(() => socket.destroy()))
    return socketControl(paths.controlSocket, socket)
  }
  if (paths.hardened !== undefined) return yield* onlyItReads(paths.hardened)
  // Loaded only here: a command that talks to a running control plane starts without the store.
  const { offlineControl } = yield* Effect.promise(() => import('./offlineControl.ts'))
  return yield* offlineControl(paths, home, onRefold)
})
