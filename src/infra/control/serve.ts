// `hook serve`: a control plane in this process, until it is asked or told to end.
import * as Effect from 'effect/Effect'
import type { ControlFailure } from '../../domain/control/methods.ts'
import type { Entry } from '../../domain/event/envelope.ts'
import { type ControlPlaneOptions, runControlPlane } from '../server/controlPlane.ts'

export interface ServeOptions extends Omit<ControlPlaneOptions, 'now'> {
  /** Called once, when both sockets listen. */
  readonly onReady: (facts: { readonly mode: string; readonly socket: string }) => void
  /** Called for every entry that is committed. Must not throw. */
  readonly onEntry?: (entry: Entry) => void
}

/** Runs until `stop` is asked over the control socket, or SIGINT, SIGTERM or SIGHUP comes. */
export const serve = (options: ServeOptions): Effect.Effect<'asked' | 'signal', ControlFailure> =>
  Effect.scoped(
    Effect.gen(function* () {
      // What LevelDB and Node create is closed to others whatever the caller's mask was.
      process.umask(0o077)
      const plane = yield* runControlPlane({ ...options, now: () => Date.now() })
      const { log, paths } = plane.context
      const ended = () => plane.stop('signal')
      for (const signal of SIGNALS) process.on(signal, ended)
      yield* Effect.addFinalizer(() =>
        Effect.sync(() => {
          for (const signal of SIGNALS) process.off(signal, ended)
        }),
      )
      if (options.onEntry !== undefined) log.subscribe(options.onEntry)
      options.onReady({ mode: log.projected().gate.mode, socket: paths.hookSocket })
      return yield* plane.stopped
    }),
  )

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
