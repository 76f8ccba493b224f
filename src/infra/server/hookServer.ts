// The hook socket: each connection brings one framed request and gets one framed answer. It only
// submits: nothing asked here can change the gate's own state.
import * as net from 'node:net'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { encodeFrame, MAX_HEAD_BYTES, parseRequestHead } from '../../domain/hook/frame.ts'
import type { HookAnswer } from '../../domain/hook/hookEvent.ts'
import { Arriving } from './arriving.ts'
import type { Gateway, HookRequest } from './gateway.ts'
import { listenPrivately, type SocketReach } from './listen.ts'

export interface HookServerOptions {
  readonly socket: string
  readonly reach?: SocketReach
  readonly gateway: Gateway
  /** A request must have arrived whole within this time. Milliseconds. */
  readonly deadlineMs: () => number
  readonly maxPayloadBytes: () => number
}

/** Of a request too large to be read, this much is kept for the log. Bytes. */
const KEPT_HEAD = 8192

/** Of unfinished requests, as many bytes as this many of the largest allowed. */
const LARGEST_AT_ONCE = 4

/** Connections at once. Descriptors are what the control socket and the store live on too. */
const MOST_CONNECTIONS = 1024

/**
 * Listens until the scope closes; then requests under way are still answered. What comes back tells
 * whether hook clients still reach it.
 */
export const serveHooks = Effect.fn('serveHooks')(function* (options: HookServerOptions) {
  const open = new Set<net.Socket>()
  const arriving = new Arriving()
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    receive(socket, options, arriving)
  })
  server.maxConnections = MOST_CONNECTIONS
  const isOurs = yield* listenPrivately(server, options.socket, options.reach)
  yield* Effect.addFinalizer(() => Effect.promise(() => drain(server, open)))
  return isOurs
})

const receive = (socket: net.Socket, options: HookServerOptions, arriving: Arriving): void => {
  const chunks: Array<Buffer> = []
  let received = 0
  let answered = false
  let ended = false

  const limit = options.maxPayloadBytes() + MAX_HEAD_BYTES
  // One deadline for the whole request: a peer that drips bytes holds a connection no longer than
  // one that sends none.
  const timer = setTimeout(() => finish('slow'), options.deadlineMs())

  const finish = (broken?: HookRequest['broken']): void => {
    if (answered) return
    answered = true
    clearTimeout(timer)
    arriving.remove(socket)
    const request = requestOf(Buffer.concat(chunks), received, broken)
    if (request === undefined) {
      // Not a hook client: there is no event to answer for, so it gets no frame at all.
      socket.destroy()
      return
    }
    void options.gateway(request).then((answer) => reply(socket, answer))
  }

  const tooLarge = (): void => {
    const head = Buffer.concat(chunks.splice(0)).subarray(0, KEPT_HEAD)
    chunks.push(Buffer.from(head))
    finish('too-large')
  }

  socket.on('data', (chunk) => {
    received += chunk.length
    if (answered) return
    chunks.push(chunk)
    if (received > limit) tooLarge()
    else arriving.add(socket, chunk.length, LARGEST_AT_ONCE * limit, tooLarge)
  })
  socket.on('end', () => {
    ended = true
    finish()
  })
  // A peer that is gone needs no answer; what it had sent is still witnessed as cut short.
  socket.on('error', () => socket.destroy())
  socket.on('close', () => {
    if (!ended) finish('truncated')
    clearTimeout(timer)
  })
}

/** Splits the head line off. Undefined when it is no request of the hook client's. */
const requestOf = (
  bytes: Buffer,
  received: number,
  broken: HookRequest['broken'],
): HookRequest | undefined => {
  const head = parseRequestHead(bytes)
  if (Result.isFailure(head) || head.success === undefined) return undefined
  const {
    head: { event },
    payloadAt,
  } = head.success
  return {
    registered: event,
    bytes: bytes.subarray(payloadAt),
    received: received - payloadAt,
    ...(broken === undefined ? {} : { broken }),
  }
}

const reply = (socket: net.Socket, answer: HookAnswer): void => {
  if (socket.destroyed) return
  // Reading goes on so that a peer still sending (too large) can finish and read its answer.
  socket.resume()
  socket.end(encodeFrame(answer))
  // A peer that has sent all it had, as the hook client has, is closed with that; no timer holds it.
  if (socket.readableEnded) return
  socket.once('finish', () => {
    const late = setTimeout(() => socket.destroy(), LINGER_MS)
    socket.once('close', () => clearTimeout(late))
  })
}

/** How long a peer that was answered may keep its side open. Milliseconds. */
const LINGER_MS = 1000

const drain = (server: net.Server, open: ReadonlySet<net.Socket>): Promise<void> =>
  new Promise((resolve) => {
    const late = setTimeout(() => {
      for (const socket of open) socket.destroy()
    }, LINGER_MS)
    server.close(() => {
      clearTimeout(late)
      resolve()
    })
  })
