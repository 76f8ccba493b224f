// What lines of a transcript add to what was charged: the entries for the log, and nothing done yet.
// Lines may be any text and may have been read before.
import * as Result from 'effect/Result'
import { type Charged, chargedAfter, chargeOf } from '../../domain/cost/charge.ts'
import type { Prices } from '../../domain/cost/prices.ts'
import { readRecord, type UnreadCode } from '../../domain/cost/transcript.ts'
import { CostCharged } from '../../domain/event/event.ts'
import { chargedOf, type Charges, mayBeForgotten } from '../../projections/charges.ts'
import type { Line } from './transcriptFile.ts'

export interface Charging {
  readonly session: string
  /** The subagent whose transcript it is. */
  readonly agent: string | undefined
  /** What the log holds; nothing may be appended until these entries are. */
  readonly state: Charges
  readonly prices: Prices
  /** Epoch milliseconds. */
  readonly now: number
  /** Stands for a time that a record does not have: the latest before it. */
  readonly at: number | undefined
}

export interface LinesCharged {
  readonly charges: ReadonlyArray<CostCharged>
  readonly unread: ReadonlySet<UnreadCode>
  /** The client's total of the session, where the lines hold one: the last. Nano-dollars. */
  readonly total: number | undefined
  readonly at: number | undefined
}

export const chargeLines = (
  lines: ReadonlyArray<Line>,
  { session, agent, state, prices, now, at: given }: Charging,
): LinesCharged => {
  const charges: Array<CostCharged> = []
  const unread = new Set<UnreadCode>()
  /** Charged here and not yet in the log. */
  const here = new Map<string, Charged>()
  let total: number | undefined
  let at = given
  for (const { text, end } of lines) {
    const record = readRecord(text)
    if (Result.isFailure(record)) {
      unread.add(record.failure)
      continue
    }
    const found = record.success
    if (found === undefined) continue
    if (found.kind === 'total') {
      // A fork holds the totals of the session that it was made from.
      if (agent === undefined && (found.session ?? session) === session) total = found.nanodollars
      continue
    }
    at = found.at ?? at
    const usage = at === undefined ? found : { ...found, at }
    const before = here.get(usage.message) ?? chargedOf(state, usage.message)
    if (before === undefined && mayBeForgotten(state, Math.min(at ?? now, now))) continue
    const charge = chargeOf(usage, before, prices, now)
    if (charge === undefined) continue
    const { offset, tail } = end
    charges.push(
      new CostCharged({
        ...charge,
        ...(agent === undefined ? {} : { agent }),
        read: { offset, tail },
      }),
    )
    here.set(usage.message, chargedAfter(usage, before, charge))
  }
  return { charges, unread, total, at }
}
