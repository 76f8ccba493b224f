// What is charged for one record of a message, given what the log holds of that message. A message's
// records repeat its usage and may grow: only what came on top is charged, so that whatever the order
// and however often its records are read, a message comes to its largest counts, once.
import { plus } from './money.ts'
import type { MessageUsage } from './transcript.ts'
import { countsOf, isNothing, listed, most, type TokenCounts } from './tokens.ts'
import { priceOf, type Prices } from './prices.ts'

/** A message as it was charged so far. */
export interface Charged {
  /** Epoch milliseconds: when it was spent. */
  readonly at: number
  readonly nanodollars: number
  readonly tokens: TokenCounts
}

export interface Charge {
  readonly message: string
  readonly model: string
  readonly nanodollars: number
  readonly tokens: Readonly<Record<string, number>>
  readonly prices: string
  readonly at: number
  readonly more?: true
  readonly estimated?: true
}

/**
 * Undefined where nothing came on top. `now`: epoch milliseconds; a record's time is never taken for a
 * later one.
 */
export const chargeOf = (
  usage: MessageUsage,
  before: Charged | undefined,
  prices: Prices,
  now: number,
): Charge | undefined => {
  const { message, model, tokens } = usage
  const all = before === undefined ? tokens : most(before.tokens, tokens)
  const known = before?.tokens
  const added = known === undefined ? all : countsOf((name) => all[name] - known[name])
  if (isNothing(added)) return undefined
  const at = before?.at ?? Math.min(usage.at ?? now, now)
  const { nanodollars, estimated } = priceOf(prices, model, all, at)
  return {
    message,
    model,
    // Prices that were lowered meanwhile give nothing back.
    nanodollars: Math.max(0, nanodollars - (before?.nanodollars ?? 0)),
    tokens: listed(added),
    prices: prices.version,
    at,
    ...(before === undefined ? {} : { more: true as const }),
    ...(estimated || usage.fast === true ? { estimated: true as const } : {}),
  }
}

/** The message once this is charged. */
export const chargedAfter = (
  usage: MessageUsage,
  before: Charged | undefined,
  { at, nanodollars }: Charge,
): Charged => ({
  at,
  nanodollars: plus(before?.nanodollars ?? 0, nanodollars),
  tokens: before === undefined ? usage.tokens : most(before.tokens, usage.tokens),
})
