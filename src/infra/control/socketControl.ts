// The ControlPlane service over the control socket of a running control plane.
import * as net from 'node:net'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { ControlFailure, type ControlItem } from '../../domain/control/methods.ts'
import { failureOf, type FileFailure } from '../files/failure.ts'
import { checkSocketPath, endWhoListens } from '../files/socketFile.ts'
import type { ControlPlane } from './ControlPlane.ts'
import { encodeLine, makeLineReader, type WireReply } from './wire.ts'

/** The last: it was connected to while it closed, before it was accepted. */
const NOT_LISTENING = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET'])

/** A connection that answers, or undefined where no control plane listens. */
export const connectControl = (
  socketPath: string,
): Effect.Effect<net.Socket | undefined, ControlFailure> =>
  Effect.callback((resume) => {
    const unusable = ({ message, remedy }: FileFailure): void =>
      resume(Effect.fail(new ControlFailure({ kind: 'unreachable', message, remedy, exit: 1 })))
    const fits = checkSocketPath(socketPath)
    if (Result.isFailure(fits)) return unusable(fits.failure)
    const socket = net.connect(socketPath)
    socket.once('connect', () => resume(Effect.succeed(socket)))
    socket.once('error', (error: NodeJS.ErrnoException) =>
      NOT_LISTENING.has(error.code ?? '')
        ? resume(Effect.succeed(undefined))
        : unusable(failureOf(socketPath, 'connect to it', error)),
    )
  })

const failed = (kind: string, message: string, remedy: string): ControlFailure =>
  new ControlFailure({ kind, message, remedy, exit: 1 })

const lost = (socketPath: string): ControlFailure =>
  failed(
    'lost',
    'the control plane closed the connection before it answered',
    `try again; if it stays so, ${endWhoListens(socketPath)}`,
  )

const stranger = (socketPath: string): ControlFailure =>
  failed('stranger', `what answers on ${socketPath} is no control plane`, endWhoListens(socketPath))

const hung = (socketPath: string): ControlFailure =>
  failed('hung', `the control plane on ${socketPath} does not answer`, endWhoListens(socketPath))

/** After this much silence the control plane is asked for a sign of life, and given as much. */
const SILENCE_MS = 5000

/**
 * One request over a connection of its own. Interrupting hangs up, which ends a stream. An answer may
 * take as long as the control plane works, and a stream may be silent: only one that no longer
 * answers anybody is given up.
 */
const ask = (
  socketPath: string,
  socket: net.Socket,
  method: string,
  params: unknown,
  onItem: (item: ControlItem) => void,
): Effect.Effect<unknown, ControlFailure> =>
  Effect.callback((resume) => {
    const fail = (failure: ControlFailure): void => resume(Effect.fail(failure))
    const read = makeLineReader((line) => {
      const reply = replyIn(line)
      if (reply === undefined) fail(stranger(socketPath))
      else if ('ok' in reply) resume(Effect.succeed(reply.ok))
      else if ('fail' in reply) fail(new ControlFailure(reply.fail))
      else onItem(reply)
    })
    socket.on('data', read)
    socket.once('error', () => fail(lost(socketPath)))
    socket.once('close', () => fail(lost(socketPath)))
    socket.setTimeout(SILENCE_MS, () => {
      void isAlive(socketPath).then((alive) => {
        if (alive) socket.setTimeout(SILENCE_MS)
        else fail(hung(socketPath))
      })
    })
    socket.write(encodeLine({ method, params }))
    return Effect.sync(() => socket.destroy())
  })

/** What a stranger writes may be no JSON, or none of ours. */
const replyIn = (line: string): WireReply | undefined => {
  try {
    const reply = JSON.parse(line) as WireReply | null
    return typeof reply === 'object' && reply !== null ? reply : undefined
  } catch {
    return undefined
  }
}

/** Any answer is a sign of life: that there is no such method. */
const isAlive = (socketPath: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(socketPath)
    const settle = (alive: boolean) => {
      socket.destroy()
      resolve(alive)
    }
    socket.setTimeout(SILENCE_MS, () => settle(false))
    socket.once('data', () => settle(true))
    socket.once('error', () => settle(false))
    socket.once('close', () => settle(false))
    socket.write(encodeLine({ method: 'ping', params: {} }))
  })

/** The service over a first connection that was made to find out whether one runs. */
export const socketControl = (socketPath: string, first: net.Socket): ControlPlane['Service'] => {
  let ready: net.Socket | undefined = first
  const connection = Effect.suspend(() => {
    const socket = ready
    ready = undefined
    // A person may have been asked something meanwhile, and the control plane does not wait for ever.
    return socket === undefined || socket.destroyed
      ? connectControl(socketPath)
      : Effect.succeed(socket)
  })
  return {
    running: true,
    call: (method, params, onItem = () => {}) =>
      Effect.flatMap(connection, (socket) =>
        socket === undefined
          ? Effect.fail(lost(socketPath))
          : (Effect.ensuring(
              ask(socketPath, socket, method, params, onItem),
              Effect.sync(() => socket.destroy()),
            ) as Effect.Effect<never, ControlFailure>),
      ),
  }
}
