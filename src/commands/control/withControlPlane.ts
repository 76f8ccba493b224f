// The one way from a command to the control plane: the ControlPlane service as promises, over the
// socket of a running one, else reading in this process. Loaded when a command runs, Effect included.
import type { ControlItem, MethodName, Params, ResultOf } from '../../domain/control/methods.ts'
import type { AppPaths } from '../../infra/paths.ts'
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
  const { paths, home } = await ownPlace()
  const [Effect, { connectControlPlane }] = await Promise.all([
    import('effect/Effect'),
    import('../../infra/control/connect.ts'),
  ])
  return runEffect(
    Effect.scoped(
      Effect.flatMap(connectControlPlane(paths, home), (service) =>
        Effect.tryPromise({
          try: () =>
            use(
              {
                running: service.running,
                call: (method, params, onItem) => runEffect(service.call(method, params, onItem)),
              },
              paths,
            ),
          catch: (error) => error,
        }),
      ),
    ),
  )
}
