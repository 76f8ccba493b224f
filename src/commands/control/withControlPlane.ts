// The one way from a command to the control plane: the ControlPlane service as promises, over the
// socket of a running one, else reading in this process.
import * as Effect from 'effect/Effect'
import type { ControlItem, MethodName, Params, ResultOf } from '../../domain/control/methods.ts'
import { connectControlPlane } from '../../infra/control/connect.ts'
import type { AppPaths } from '../../infra/paths.ts'
import { progressOn } from '../terminal/progress.ts'
import { processTerminal } from '../terminal/terminal.ts'
import { ownPlace } from './ownPlace.ts'
import { runEffect } from './runEffect.ts'

export interface Control {
  readonly running: boolean
  /** `onItem` is called for progress and streamed items, in order. Fails with a CommandFailure. */
  readonly call: <M extends MethodName>(
    method: M,
    params: Params<M>,
    onItem?: (item: ControlItem) => void,
  ) => Promise<ResultOf<M>>
}

export const withControlPlane = async <A>(
  use: (control: Control, paths: AppPaths) => Promise<A>,
): Promise<A> => {
  const { paths, home } = ownPlace()
  const progress = progressOn(processTerminal())
  const connected = Effect.ensuring(
    connectControlPlane(paths, home, progress.update),
    Effect.sync(progress.end),
  )
  return runEffect(
    Effect.scoped(
      Effect.flatMap(connected, ({ running, call }) =>
        Effect.tryPromise({
          try: () =>
            use(
              {
                running,
                call: (method, params, onItem) => runEffect(call(method, params, onItem)),
              },
              paths,
            ),
          catch: (error) => error,
        }),
      ),
    ),
  )
}
