// How often calls that a rule with a rate matches were let through: what such a rule counts by. Every
// session counts; a call that was denied does not. Told by the entries' own times, so that a replay
// comes to the same counts.
import * as Schema from 'effect/Schema'
import type { RatePer } from '../domain/policy/rule.ts'
import type { Verdict } from '../domain/policy/verdict.ts'
import type { Receipt } from '../domain/receipt/receipt.ts'
import { dropOldest } from './dropOldest.ts'
import type { Projection } from './projection.ts'

/** Calls in one slot of time; slots are numbered from the epoch. */
const Slot = Schema.Struct({ at: Schema.Int, calls: Schema.Int })
type Slot = typeof Slot.Type

const Slots = Schema.Array(Slot)

/** One rule's calls, in slots of three lengths: which window the rule has, the policy says. */
const RuleRate = Schema.Struct({
  minute: Slots,
  hour: Slots,
  day: Slots,
  /** Index of the latest entry that counted. */
  last: Schema.Int,
})
type RuleRate = typeof RuleRate.Type

const Rates = Schema.Struct({
  rules: Schema.Record(Schema.String, RuleRate),
  count: Schema.Int,
  /** The clock at the latest entry that counted. */
  clock: Schema.Finite,
  /**
   * By how much the clock was set back so far: slots are counted by a time that never goes back, so
   * that setting the clock back gains nothing, and one that was far ahead for a while harms nothing.
   */
  behind: Schema.Finite,
})
export type Rates = typeof Rates.Type

/** Rules kept; those that matched nothing for longest go first. A policy has far fewer. */
export const MOST_RULES = 256

/** A window is this many slots, so that a call is counted for up to a sixtieth of it too long. */
const SLOTS = 60
const SLOT_MS: Record<RatePer, number> = { minute: 1000, hour: 60_000, day: 1_440_000 }

const slotAt = (per: RatePer, time: number): number => Math.floor(time / SLOT_MS[per])

/** Slots that still lie in the window which ends at `at`. */
const current = (slots: ReadonlyArray<Slot>, at: number): ReadonlyArray<Slot> =>
  slots.filter((slot) => slot.at >= at - SLOTS)

const counted = (slots: ReadonlyArray<Slot>, at: number): ReadonlyArray<Slot> => {
  const kept = current(slots, at)
  const last = kept.at(-1)
  return last !== undefined && last.at >= at
    ? [...kept.slice(0, -1), { at: last.at, calls: last.calls + 1 }]
    : [...kept, { at, calls: 1 }]
}

/** The rules that a decision counts for; none where the call was held back. */
export const ratedBy = ({
  toolUseId,
  verdict,
  enforced,
  receipt,
}: {
  readonly toolUseId?: string | undefined
  readonly verdict: Verdict
  readonly enforced: boolean
  readonly receipt: Pick<Receipt, 'posture' | 'state'>
}): ReadonlyArray<string> => {
  // Without an id it is the client's second question about a call that was counted.
  if (toolUseId === undefined || receipt.state.rates === undefined) return []
  const isDenied = verdict === 'deny' || (verdict === 'defer' && receipt.posture === 'autonomous')
  return enforced && isDenied ? [] : Object.keys(receipt.state.rates)
}

export const rates: Projection<Rates> = {
  id: 'rates',
  version: 3,
  initial: () => ({ rules: {}, count: 0, clock: 0, behind: 0 }),
  isState: Schema.is(Rates),
  step: (state, { event, index, time }) => {
    const matched = event._tag === 'DecisionMade' ? ratedBy(event) : []
    if (matched.length === 0) return state
    const behind = state.behind + Math.max(0, state.clock - time)
    const at = time + behind
    const rules = state.rules as Record<string, RuleRate>
    let { count } = state
    for (const id of matched) {
      const key = `/${id}`
      const before = Object.hasOwn(rules, key) ? rules[key] : undefined
      if (before === undefined) count += 1
      const slotsOf = (per: RatePer) => counted(before?.[per] ?? [], slotAt(per, at))
      rules[key] = {
        minute: slotsOf('minute'),
        hour: slotsOf('hour'),
        day: slotsOf('day'),
        last: index,
      }
    }
    if (count > MOST_RULES) count = dropOldest(rules, MOST_RULES, ({ last }) => last)
    return { rules, count, clock: time, behind }
  },
}

/** Calls let through in each rule's window before `now`, by the rule's id. */
export const ratesAt = (
  state: Rates,
  rated: ReadonlyArray<{ readonly id: string; readonly per: RatePer }>,
  now: number,
): Readonly<Record<string, number>> => {
  const time = state.behind + Math.max(state.clock, now)
  return Object.fromEntries(
    rated.map(({ id, per }) => {
      const key = `/${id}`
      const slots = Object.hasOwn(state.rules, key) ? state.rules[key]![per] : []
      const calls = current(slots, slotAt(per, time)).reduce((sum, slot) => sum + slot.calls, 0)
      return [id, calls]
    }),
  )
}
