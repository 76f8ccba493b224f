// One-time tickets: what a command may fetch once, within seconds, for the very call that it was
// permitted for. They live in memory alone; a control plane that ends takes them with it.
import { randomBytes } from 'node:crypto'
import type { Filtered } from '../../domain/secret/filter.ts'

/** What `isonapse run` needs. The script refers to the values by the names of `env`. */
export interface Prepared {
  readonly script: string
  readonly env: Readonly<Record<string, string>>
  readonly filters: ReadonlyArray<Filtered>
  /** With this the output of a script that fails is given in, to be looked through before it is printed. */
  readonly check?: string
  /** Absolute path of the shell; else the user's own. */
  readonly shell?: string
}

/** The call that a ticket is for. */
export interface TicketOf {
  readonly session: string | null
  readonly toolUseId: string
  /** Names of the secrets it hands out. */
  readonly secrets: ReadonlyArray<string>
}

export interface Redeemed {
  readonly of: TicketOf
  readonly prepared: Prepared
}

export interface Tickets {
  /** 128 random bits as hex. */
  readonly issue: (of: TicketOf, prepared: Prepared) => string
  /** Undefined for one that was used, revoked, is too old or never was. */
  readonly redeem: (ticket: string) => Redeemed | undefined
  /** The call was denied, or is over; how many of its tickets were still good. */
  readonly revoke: (toolUseId: string) => number
}

/** Outstanding at once; the oldest goes first. A session has a few calls under way at most. */
const MOST = 256

export const makeTickets = (options: {
  /** Milliseconds of a clock that is never set. */
  readonly now: () => number
  /** How long a ticket is good. */
  readonly seconds: () => number
}): Tickets => {
  const open = new Map<string, Redeemed & { readonly until: number }>()
  const drop = (): void => {
    for (const [ticket, { until }] of open) if (until <= options.now()) open.delete(ticket)
    for (const ticket of open.keys()) if (open.size >= MOST) open.delete(ticket)
  }
  return {
    issue: (of, prepared) => {
      drop()
      const ticket = randomBytes(16).toString('hex')
      open.set(ticket, { of, prepared, until: options.now() + options.seconds() * 1000 })
      return ticket
    },
    redeem: (ticket) => {
      const found = open.get(ticket)
      open.delete(ticket)
      if (found === undefined || found.until <= options.now()) return undefined
      return { of: found.of, prepared: found.prepared }
    },
    revoke: (toolUseId) => {
      let revoked = 0
      for (const [ticket, { of }] of open)
        if (of.toolUseId === toolUseId && open.delete(ticket)) revoked += 1
      return revoked
    },
  }
}
