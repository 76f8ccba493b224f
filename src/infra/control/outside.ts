// What no agent may ask for, where no control plane is asked: refused to whoever is inside the client.
import * as Effect from 'effect/Effect'
import { ControlFailure } from '../../domain/control/methods.ts'
import { isInsideClient } from '../server/processTree.ts'

/** `doing`: what it does, as in `this begins a new log`. */
export const onlyFromOutside = (pid: number, doing: string): Effect.Effect<void, ControlFailure> =>
  Effect.suspend(() =>
    isInsideClient(pid)
      ? Effect.fail(
          new ControlFailure({
            kind: 'denied',
            message: `this ${doing}, and the request comes from inside Claude Code`,
            remedy: 'run the command yourself, in a terminal of your own',
            exit: 2,
          }),
        )
      : Effect.void,
  )
