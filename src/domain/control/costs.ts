// What can be asked about costs: the parameters and the answer of that method. Amounts are billionths
// of a US dollar, times epoch milliseconds.
import * as Schema from 'effect/Schema'
import type { BudgetOf } from '../cost/budget.ts'
import type { UnreadCode } from '../cost/transcript.ts'

export const COST_PARAMS = {
  'cost.report': Schema.Struct({
    /** The session that is reported on, by its id or the beginning of it; else the latest. */
    session: Schema.optionalKey(Schema.String),
  }),
} as const

export interface BudgetLine {
  readonly of: BudgetOf
  readonly spent: number
  /** Null where no budget is set. */
  readonly limit: number | null
  readonly left: number | null
  /** An hour, as it went lately. */
  readonly burn: number
  /** When it is used up at that rate; null where it is not, or no budget is set. */
  readonly runsOut: number | null
}

export interface SessionCost {
  readonly session: string
  /** The project's path in words; null where it is not known. */
  readonly project: string | null
  readonly nanodollars: number
  readonly messages: number
  readonly first: number
  readonly latest: number
  /** The client's own total when it was last read, and what was charged then. */
  readonly client: {
    readonly nanodollars: number
    readonly charged: number
    /** How much more the client says, as a share of what it says. */
    readonly difference: number
    /** The difference is more than half a percent. */
    readonly reported: boolean
  } | null
  /** Why records of its transcripts were not charged. */
  readonly unread: ReadonlyArray<UnreadCode>
}

export interface ModelCost {
  readonly model: string
  readonly nanodollars: number
  readonly messages: number
  readonly tokens: Readonly<Record<string, number>>
  /** Some of it was priced by the model's family. */
  readonly estimated: boolean
}

export interface CostReport {
  readonly now: number
  /** Version of the price table that is charged by now. */
  readonly prices: string
  readonly nanodollars: number
  readonly messages: number
  /** The session that `budgets` speaks of; null where there is none yet. */
  readonly session: string | null
  readonly budgets: ReadonlyArray<BudgetLine>
  readonly warnPercent: number
  /** The latest first. */
  readonly sessions: ReadonlyArray<SessionCost>
  readonly sessionsInAll: number
  /** Hours in which something was spent, the last 62 days, rising. */
  readonly hours: ReadonlyArray<{ readonly at: number; readonly nanodollars: number }>
  /** Months (UTC), such as `2026-11`, rising. */
  readonly months: ReadonlyArray<{ readonly month: string; readonly nanodollars: number }>
  /** The dearest first. */
  readonly models: ReadonlyArray<ModelCost>
  readonly projects: ReadonlyArray<{
    readonly project: string | null
    readonly nanodollars: number
  }>
}
