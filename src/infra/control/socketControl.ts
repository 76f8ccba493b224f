// The ControlPlane service over the control socket of a running control plane.
import * as net from 'node:net'
import * as Effect from 'effect/Effect'
import { ControlFailure, type ControlItem } from '../../domain/control/methods.ts'
import type { ControlPlane } from './ControlPlane.ts'
import { encodeLine, makeLineReader, type WireReply } from './wire.ts'

/** The last: it was connected to while it closed, before it was accepted. */
const NOT_LISTENING = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET'])

/** A connection that answers, or undefined where no control plane listens. */
export const connectControl = (
  socketPath: string,
): Effect.Effect<net.Socket | undefined, ControlFailure> =>
  Effect.callback((resume) => {
    const socket = net.connect(socketPath)
    socket.once('connect', () => resume(Effect.succeed(socket)))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resume(
        NOT_LISTENING.has(error.code ?? '')
          ? Effect.succeed(undefined)
          : Effect.fail(
              new ControlFailure({
                kind: 'unreachable',
                message: `the control plane's socket ${socketPath} cannot be used: ${error.code ?? error.message}`,
                remedy: 'check that the folder is yours and its mode is 0700',
                exit: 1,
              }),
            ),
      ),
    )
  })

const lost = new ControlFailure({
  kind: 'lost',
  message: 'the control plane closed the connection before it answered',
  remedy: 'isonapse hook status',
  exit: 1,
})

/** One request over a connection of its own. Interrupting hangs up, which ends a stream. */
const ask = (
  socket: net.Socket,
  method: string,
  params: unknown,
  onItem: (item: ControlItem) => void,
): Effect.Effect<unknown, ControlFailure> =>
  Effect.callback((resume) => {
    const read = makeLineReader((line) => {
      const reply = JSON.parse(line) as WireReply
      if ('ok' in reply) resume(Effect.succeed(reply.ok))
      else if ('fail' in reply) resume(Effect.fail(new ControlFailure(reply.fail)))
      else onItem(reply)
    })
    socket.on('data', read)
    socket.once('error', () => resume(Effect.fail(lost)))
    socket.once('close', () => resume(Effect.fail(lost)))
    socket.write(encodeLine({ method, params }))
    return Effect.sync(() => socket.destroy())
  })

/** The service over a first connection that was made to find out whether one runs. */
export const socketControl = (socketPath: string, first: net.Socket): ControlPlane['Service'] => {
  let ready: net.Socket | undefined = first
  const connection = Effect.suspend(() => {
    const socket = ready
    ready = undefined
    return socket === undefined ? connectControl(socketPath) : Effect.succeed(socket)
  })
  return {
    running: true,
    call: (method, params, onItem = () => {}) =>
      Effect.flatMap(connection, (socket) =>
        socket === undefined
          ? Effect.fail(lost)
          : (Effect.ensuring(
              ask(socket, method, params, onItem),
              Effect.sync(() => socket.destroy()),
            ) as Effect.Effect<never, ControlFailure>),
      ),
  }
}
