// What a session's status line shows, from folded states alone. The client's own cost figure that comes
// with the question is an observation: it decides nothing, whoever sent it.
import * as Effect from 'effect/Effect'
import type { Params } from '../../domain/control/methods.ts'
import type { StatusLine } from '../../domain/control/statusLine.ts'
import { type BudgetFigure, limitsOf } from '../../domain/cost/budget.ts'
import { fromDollars } from '../../domain/cost/money.ts'
import { figuresAt, spendOf } from '../../projections/budgets.ts'
import { deniedIn } from '../../projections/sessions.ts'
import { taintedIn } from '../../projections/taint.ts'
import { effectiveSettings } from '../config/settings.ts'
import type { ControlContext } from './context.ts'
import { faultsOf } from './faults.ts'

export const statusLine = (
  { session, clientUsd }: Params<'statusline.show'>,
  context: ControlContext,
): Effect.Effect<StatusLine> =>
  Effect.sync(() => {
    const { log, now, running } = context
    const { gate, budgets, sessions, taint } = log.projected()
    const settings = effectiveSettings(gate.settings)
    const limits = limitsOf((key) => settings[key])
    const client = fromDollars(clientUsd)
    if (session !== undefined && client !== undefined) running?.costSeen(session, client)
    return {
      mode: gate.mode,
      posture: gate.posture,
      suspended: gate.suspended,
      spent: session === undefined ? 0 : (spendOf(budgets, session)?.sum ?? 0),
      budget: nearest(figuresAt(budgets, limits, session, now())),
      denied: session === undefined ? 0 : deniedIn(sessions, session),
      tainted: session !== undefined && taintedIn(taint, session) !== undefined,
      faults: faultsOf(context).length,
    }
  })

const nearest = (figures: ReadonlyArray<BudgetFigure>): BudgetFigure | null =>
  figures.reduce<BudgetFigure | null>(
    (most, one) => (most === null || one.spent / one.limit > most.spent / most.limit ? one : most),
    null,
  )
