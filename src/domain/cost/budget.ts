// Limits of what may be spent, and how much of each is used up. A session's budget is for all that it
// ever cost, an hour's and a day's for the last 60 minutes and the last 24 hours: such a window has no
// border that somebody could wait for, and no time zone.
import * as Schema from 'effect/Schema'
import { fromDollars, inDollars } from './money.ts'

export const BUDGETS = ['session', 'hour', 'day'] as const
export const BudgetOf = Schema.Literals(BUDGETS)
export type BudgetOf = typeof BudgetOf.Type

/** One budget as a decision saw it: billionths of a US dollar. It is used up when `spent` reaches it. */
export const BudgetFigure = Schema.Struct({
  of: BudgetOf,
  spent: Schema.Int,
  limit: Schema.Int,
})
export type BudgetFigure = typeof BudgetFigure.Type

/** The settings' keys; a limit of 0 is none. */
export const BUDGET_KEYS = {
  session: 'budget.session_usd',
  hour: 'budget.hour_usd',
  day: 'budget.day_usd',
} as const satisfies Record<BudgetOf, string>

export const WARN_KEY = 'budget.warn_percent'
export const DEFAULT_WARN_PERCENT = 80

export type Limits = Readonly<Record<BudgetOf, number>>

/** Billionths of a US dollar; 0 where there is none. */
export const limitsOf = (dollars: (key: (typeof BUDGET_KEYS)[BudgetOf]) => number): Limits => ({
  session: fromDollars(dollars(BUDGET_KEYS.session)) ?? 0,
  hour: fromDollars(dollars(BUDGET_KEYS.hour)) ?? 0,
  day: fromDollars(dollars(BUDGET_KEYS.day)) ?? 0,
})

export const isOver = ({ spent, limit }: BudgetFigure): boolean => spent >= limit

export const isWarned = ({ spent, limit }: BudgetFigure, percent: number): boolean =>
  spent >= limit * (percent / 100)

/**
 * The budget that a call is refused for: of those used up the one that is used up most. Undefined where
 * there is none.
 */
export const overBudget = (figures: ReadonlyArray<BudgetFigure>): BudgetFigure | undefined =>
  figures
    .filter(isOver)
    .reduce<BudgetFigure | undefined>(
      (worst, one) =>
        worst === undefined || one.spent / one.limit > worst.spent / worst.limit ? one : worst,
      undefined,
    )

const WINDOW: Record<BudgetOf, string> = {
  session: 'this session',
  hour: 'the last 60 minutes',
  day: 'the last 24 hours',
}

/** `this session cost $5.02, its budget is $5.00`. */
export const budgetInWords = ({ of, spent, limit }: BudgetFigure): string =>
  `${WINDOW[of]} cost ${inDollars(spent)}, the budget is ${inDollars(limit)}`

/** The command that raises it, with a figure that leaves room. */
export const raiseCommand = ({ of, spent, limit }: BudgetFigure): string =>
  `isonapse hook cost budget --${of} ${Math.ceil((2 * Math.max(spent, limit)) / 1_000_000_000)}`

/**
 * Whether a setting of a budget lets more be spent, or has the user told later, than the one before it.
 * Undefined for settings that are none; of one that cannot be read it is true.
 */
export const loosensBudget = (
  key: string,
  json: string,
  before: string | undefined,
): boolean | undefined => {
  const isLimit = Object.values(BUDGET_KEYS).some((one) => one === key)
  if (!isLimit && key !== WARN_KEY) return undefined
  const to = numberIn(json)
  const from = before === undefined ? (isLimit ? 0 : DEFAULT_WARN_PERCENT) : numberIn(before)
  if (to === undefined || from === undefined) return true
  if (!isLimit) return to > from
  // Nought is no limit at all.
  return from !== 0 && (to === 0 || to > from)
}

const numberIn = (json: string): number | undefined =>
  /^\d{1,7}(?:\.\d{1,4})?$/.test(json) ? Number(json) : undefined
