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
import { Arriving } from './arriving.ts'
import type { CallMethod } from './methods.ts'
import { listenPrivately, type SocketReach } from './listen.ts'
import { writeAtPace } from './send.ts'

/** A caller has this long to send its request. Milliseconds. */
const REQUEST_MS = 60_000
/** How long a caller may take to read its answer when the control plane ends. Milliseconds. */
const LINGER_MS = 1000
/** Callers at once. Descriptors are what the hook socket and the store live on too. */
const MOST_CALLERS = 256
/** Of unfinished requests, as many bytes as this many of the largest allowed. */
const LARGEST_AT_ONCE = 4

/** Listens until the scope closes. Work of callers that hang up is interrupted. */
export const serveControl = Effect.fn('serveControl')(function* (
  socketPath: string,
  call: CallMethod,
  reach: SocketReach = 'owner',
) {
  const open = new Set<net.Socket>()
  const arriving = new Arriving()
  const server = net.createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('close', () => arriving.remove(socket))
    socket.on('error', () => socket.destroy())
    const late = setTimeout(() => socket.destroy(), REQUEST_MS)
    socket.on('close', () => clearTimeout(late))
    let asked = false
    const read = makeLineReader((line) => {
      if (asked) return
      asked = true
      clearTimeout(late)
      arriving.remove(socket)
      answer(socket, line, call)
    })
    const refuse = (): void => {
      arriving.remove(socket)
      socket.destroy()
    }
    // What comes after the one request is read, so that a hang-up is noticed, and dropped.
    socket.on('data', (chunk) => {
      if (asked) return
      if (read(chunk) > MAX_REQUEST_BYTES) socket.destroy()
      else if (!asked)
        arriving.add(socket, chunk.length, LARGEST_AT_ONCE * MAX_REQUEST_BYTES, refuse)
    })
  })
  server.maxConnections = MOST_CALLERS
  yield* listenPrivately(server, socketPath, reach)
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      // The caller of `stop` still gets its answer: its bytes are written, then the side is closed.
      server.close()
      for (const socket of open) socket.destroySoon()
      // One that does not read would keep the process, and the scan that it asked for, for ever.
      const late = () => open.forEach((socket) => socket.destroy())
      setTimeout(late, LINGER_MS).unref()
    }),
  )
})

const answer = (socket: net.Socket, line: string, call: CallMethod): void => {
  const send = (reply: WireReply): Promise<void> | undefined =>
    writeAtPace(socket, encodeLine(reply))
  const request = parseRequest(line)
  if (request === undefined) {
    void send({
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
    if (Exit.isSuccess(exit)) void send({ ok: exit.value })
    else if (!Cause.hasInterrupts(exit.cause)) void send({ fail: failureOf(exit.cause) })
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
