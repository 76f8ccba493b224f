// The socket on which `isonapse run` gives in its ticket:
//
//   request:  {"ticket":"<hex>"}\n
//   answer:   {"script":…,"env":{…},"filters":[…]}\n   or   {"error":"…"}\n
//
// Whoever reaches it has the user's uid; the ticket is what tells the call that may have the values
// from everything else that runs there.
import * as net from 'node:net'
import * as Effect from 'effect/Effect'
import type * as Scope from 'effect/Scope'
import type { FileFailure } from '../files/failure.ts'
import { listenPrivately } from '../server/listen.ts'
import type { Redeemed } from './tickets.ts'

export interface TicketSocketOptions {
  readonly socket: string
  readonly redeem: (ticket: string) => Redeemed | undefined
  /** Before the values are handed out, so that none is without its entry. A rejection keeps them. */
  readonly onRedeemed: (redeemed: Redeemed) => Promise<void>
}

const MOST_REQUEST = 256
const PATIENCE_MS = 2000
const MOST_CONNECTIONS = 64

const INVALID = 'this ticket is not valid: it was used, revoked, or is too old'

export const serveTickets = Effect.fn('serveTickets')(function* (
  options: TicketSocketOptions,
): Effect.fn.Return<() => boolean, FileFailure, Scope.Scope> {
  const open = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    answer(socket, options)
  })
  server.maxConnections = MOST_CONNECTIONS
  yield* Effect.addFinalizer(() =>
    Effect.callback<void>((resume) => {
      server.close(() => resume(Effect.void))
      for (const socket of open) socket.destroy()
    }),
  )
  return yield* listenPrivately(server, options.socket)
})

const answer = (socket: net.Socket, { redeem, onRedeemed }: TicketSocketOptions): void => {
  let text = ''
  const say = (said: object): void => void socket.end(`${JSON.stringify(said)}\n`)
  const take = (chunk: string): void => {
    text += chunk
    const end = text.indexOf('\n')
    if (end < 0 && text.length <= MOST_REQUEST) return
    socket.off('data', take)
    const redeemed = end < 0 ? undefined : redeem(ticketOf(text.slice(0, end)))
    if (redeemed === undefined) return say({ error: INVALID })
    onRedeemed(redeemed).then(
      () => say(redeemed.prepared),
      () => say({ error: 'the use of the secret could not be written to the log' }),
    )
  }
  socket.setEncoding('utf8').on('data', take)
  socket.setTimeout(PATIENCE_MS, () => socket.destroy())
  // A caller that is gone needs no answer; what it redeemed stays used.
  socket.on('error', () => {})
}

const ticketOf = (line: string): string => {
  try {
    const { ticket } = JSON.parse(line) as { readonly ticket?: unknown }
    return typeof ticket === 'string' ? ticket : ''
  } catch {
    return ''
  }
}
