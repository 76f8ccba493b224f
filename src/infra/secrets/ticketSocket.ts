// The socket on which `isonapse run` gives in its ticket:
//
//   request:  {"ticket":"<hex>"}\n
//   answer:   {"script":…,"env":{…},"filters":[…]}\n   or   {"error":"…"}\n
//
//   request:  {"check":"<hex>","bytes":N}\n and N bytes: ["stdout","stderr"]
//   answer:   {"texts":["stdout","stderr"]}\n   or   {"error":"…"}\n
//
// Whoever reaches it has the user's uid; the ticket is what tells the call that may have the values
// from everything else that runs there.
import * as net from 'node:net'
import * as Effect from 'effect/Effect'
import type * as Scope from 'effect/Scope'
import type { FileFailure } from '../files/failure.ts'
import { listenPrivately, type SocketReach } from '../server/listen.ts'
import type { Redeemed } from './tickets.ts'

export interface TicketSocketOptions {
  readonly socket: string
  readonly reach?: SocketReach
  readonly redeem: (ticket: string) => Redeemed | undefined
  /** Before the values are handed out, so that none is without its entry. A rejection keeps them. */
  readonly onRedeemed: (redeemed: Redeemed) => Promise<void>
  /** Whether outputs are still to come in with this check: nothing is kept for any other. */
  readonly awaits: (check: string) => boolean
  /** What may be printed of a failing script's outputs; undefined for a check that was never given out. */
  readonly look: (
    check: string,
    texts: ReadonlyArray<string>,
  ) => Promise<ReadonlyArray<string>> | undefined
}

const MOST_REQUEST = 256
const PATIENCE_MS = 2000
const MOST_CONNECTIONS = 64
/** Outputs that are kept at once until they have come whole. */
const MOST_ARRIVING = 4

const INVALID = 'this ticket is not valid: it was used, revoked, or is too old'

export const serveTickets = Effect.fn('serveTickets')(function* (
  options: TicketSocketOptions,
): Effect.fn.Return<() => boolean, FileFailure, Scope.Scope> {
  const open = new Set<net.Socket>()
  const arriving = new Set<string>()
  const server = net.createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    answer(socket, options, arriving)
  })
  server.maxConnections = MOST_CONNECTIONS
  yield* Effect.addFinalizer(() =>
    Effect.callback<void>((resume) => {
      server.close(() => resume(Effect.void))
      for (const socket of open) socket.destroy()
    }),
  )
  return yield* listenPrivately(server, options.socket, options.reach)
})

/** `arriving`: checks whose outputs are on their way; of each one, and few together. */
const answer = (
  socket: net.Socket,
  { redeem, onRedeemed, awaits, look }: TicketSocketOptions,
  arriving: Set<string>,
): void => {
  let head = ''
  const say = (said: object): void => void socket.end(`${JSON.stringify(said)}\n`)
  const refuse = (error: string): void => say({ error })
  const checked = (check: string, bytes: number, begin: string): void => {
    if (!awaits(check) || arriving.has(check)) return refuse(INVALID)
    if (arriving.size >= MOST_ARRIVING) return refuse('too many outputs come in at once')
    arriving.add(check)
    socket.on('close', () => arriving.delete(check))
    const parts = [Buffer.from(begin)]
    let left = bytes - parts[0]!.length
    const done = (): void => {
      const texts = textsIn(Buffer.concat(parts).subarray(0, bytes))
      const looking = texts === undefined ? undefined : look(check, texts)
      if (looking === undefined) return refuse(INVALID)
      looking.then(
        (shown) => say({ texts: shown }),
        () => refuse('the output could not be looked through'),
      )
    }
    if (left <= 0) return done()
    socket.on('data', (chunk: string | Buffer) => {
      const part = Buffer.from(chunk)
      parts.push(part)
      left -= part.length
      if (left <= 0) {
        socket.removeAllListeners('data')
        done()
      }
    })
  }
  const take = (chunk: string): void => {
    head += chunk
    const end = head.indexOf('\n')
    if (end < 0 && head.length <= MOST_REQUEST) return
    socket.off('data', take)
    const asked = end < 0 || end > MOST_REQUEST ? {} : requestIn(head.slice(0, end))
    if (asked.check !== undefined) return checked(asked.check, asked.bytes, head.slice(end + 1))
    const redeemed = asked.ticket === undefined ? undefined : redeem(asked.ticket)
    if (redeemed === undefined) return refuse(INVALID)
    onRedeemed(redeemed).then(
      () => say(redeemed.prepared),
      () => refuse('the use of the secret could not be written to the log'),
    )
  }
  socket.setEncoding('utf8').on('data', take)
  socket.setTimeout(PATIENCE_MS, () => socket.destroy())
  // A caller that is gone needs no answer; what it redeemed stays used.
  socket.on('error', () => {})
}

/** Two outputs of 32 MiB, escaped. */
const MOST_CHECKED = 160 * 1024 * 1024

type Request =
  | { readonly check: string; readonly bytes: number; readonly ticket?: undefined }
  | { readonly check?: undefined; readonly ticket?: string }

const requestIn = (line: string): Request => {
  try {
    const { ticket, check, bytes } = JSON.parse(line) as Readonly<Record<string, unknown>>
    if (typeof check === 'string')
      return Number.isSafeInteger(bytes) && Number(bytes) >= 0 && Number(bytes) <= MOST_CHECKED
        ? { check, bytes: Number(bytes) }
        : {}
    return typeof ticket === 'string' ? { ticket } : {}
  } catch {
    return {}
  }
}

const textsIn = (bytes: Uint8Array): ReadonlyArray<string> | undefined => {
  try {
    const texts: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    return Array.isArray(texts) &&
      texts.length === 2 &&
      texts.every((one) => typeof one === 'string')
      ? texts
      : undefined
  } catch {
    return undefined
  }
}
