// The one service that commands talk to. Two layers provide it: over the control socket when a
// control plane runs (socketControl.ts), else in this process, read only (offlineControl.ts).
import * as Context from 'effect/Context'
import type * as Effect from 'effect/Effect'
import type {
  ControlFailure,
  ControlItem,
  MethodName,
  Params,
  ResultOf,
} from '../../domain/control/methods.ts'

export class ControlPlane extends Context.Service<
  ControlPlane,
  {
    /** Whether a running control plane answers, or this process reads the store itself. */
    readonly running: boolean
    /** Asks one method. `onItem` is called for progress and streamed items, in order. */
    readonly call: <M extends MethodName>(
      method: M,
      params: Params<M>,
      onItem?: (item: ControlItem) => void,
    ) => Effect.Effect<ResultOf<M>, ControlFailure>
  }
>()('isonapse/infra/control/ControlPlane') {}
