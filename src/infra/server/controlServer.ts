// The control socket: a connection brings one request, gets items while it works and one answer.
// Commands come in here, loosening among them, so every change passes the checks in changes.ts.
import * as net from 'node:net'
import * as Effect from 'effect/Effect'
import * as Exit from 'effect/Exit'
import * as Cause from 'effect/Cause'
import * as Fiber from 'effect/Fiber'
import { ControlFailure } from '../../domain/control/methods.ts'
import {
  encodeLine,
  makeLineReader,
  MAX_REQUEST_BYTES,
  type WireFailure,
  type WireReply,
  type WireRequest,
} from '../control/wire.ts'
import type { CallMethod } from './methods.ts'
import { listenPrivately } from './listen.ts'

/** Listens until the scope closes. Work of callers that hang up is interrupted. */
export const serveControl = Effect.fn('serveControl')(function* (
  socketPath: string,
  call: CallMethod,
) {
  const open = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    const read = makeLineReader((line) => {
      socket.removeAllListeners('data')
      answer(socket, line, call)
    })
    socket.on('data', (chunk) => {
      if (read(chunk) > MAX_REQUEST_BYTES) socket.destroy()
    })
  })
  yield* listenPrivately(server, socketPath)
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      // The caller of `stop` still gets its answer: its bytes are written, then the side is closed.
      server.close()
      for (const socket of open) socket.destroySoon()
    }),
  )
})

const answer = (socket: net.Socket, line: string, call: CallMethod): void => {
  const send = (reply: WireReply): void => {
    if (!socket.destroyed) socket.write(encodeLine(reply))
  }
  const request = parseRequest(line)
  if (request === undefined) {
    send({
      fail: { kind: 'usage', message: 'the request is no line of {"method","params"}', exit: 2 },
    })
    socket.end()
    return
  }
  const fiber = Effect.runFork(call(request.method, request.params, send))
  socket.on('close', () => {
    Effect.runFork(Fiber.interrupt(fiber))
  })
  fiber.addObserver((exit) => {
    if (Exit.isSuccess(exit)) send({ ok: exit.value })
    else if (!Cause.hasInterrupts(exit.cause)) send({ fail: failureOf(exit.cause) })
    socket.end()
  })
}

const parseRequest = (line: string): WireRequest | undefined => {
  try {
    const value = JSON.parse(line) as Partial<WireRequest> | null
    return typeof value?.method === 'string'
      ? { method: value.method, params: value.params }
      : undefined
  } catch {
    return undefined
  }
}

const failureOf = (cause: Cause.Cause<ControlFailure>): WireFailure => {
  const error = Cause.squash(cause)
  return error instanceof ControlFailure
    ? {
        kind: error.kind,
        message: error.message,
        ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
        exit: error.exit,
      }
    : { kind: 'defect', message: error instanceof Error ? error.message : String(error), exit: 1 }
}
