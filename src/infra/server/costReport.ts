// What `hook cost` is told: the folded spending beside the budgets that are set. It reads what the log
// holds; nothing is charged for the asking.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { PathRef } from '../../domain/action/place.ts'
import { BUDGETS, type BudgetOf, limitsOf, WARN_KEY } from '../../domain/cost/budget.ts'
import { parseOwnPrices } from '../../domain/cost/ownPrices.ts'
import { pricesWith } from '../../domain/cost/prices.ts'
import { differenceOf, isReported } from '../../domain/cost/reconcile.ts'
import { fromRow, listed } from '../../domain/cost/tokens.ts'
import type { BudgetLine, CostReport, SessionCost } from '../../domain/control/costs.ts'
import { ControlFailure, type Params } from '../../domain/control/methods.ts'
import { pathInWords } from '../../domain/policy/reason.ts'
import { type Budgets, burnOf, type SessionSpend, spentOf } from '../../projections/budgets.ts'
import { priceTable } from '../../templates/prices.ts'
import { effectiveSettings } from '../config/settings.ts'
import type { ControlContext } from './context.ts'

/** Sessions and projects listed. */
const MOST_LISTED = 50
const HOUR_MS = 3_600_000

export const costReport = (
  { session: asked }: Params<'cost.report'>,
  { log, now: clock }: ControlContext,
): Effect.Effect<CostReport, ControlFailure> =>
  Effect.suspend(() => {
    const { budgets: state, gate } = log.projected()
    const settings = effectiveSettings(gate.settings)
    const now = clock()
    const sessions = Object.entries(state.sessions)
      .filter(([, { messages }]) => messages > 0)
      .map(([key, spend]) => [key.slice(1), spend] as const)
      .sort(([, a], [, b]) => b.last - a.last)
    const found = sessions.find(([id]) => id.startsWith(asked ?? ''))?.[0] ?? null
    if (asked !== undefined && found === null) return Effect.fail(noSuchSession(asked))
    const own = Result.getOrElse(parseOwnPrices(settings['cost.prices']), () => new Map())
    const limits = limitsOf((key) => settings[key])
    return Effect.succeed({
      now,
      prices: pricesWith(priceTable(), own).version,
      nanodollars: state.sum,
      messages: state.messages,
      session: found,
      budgets: BUDGETS.map((of) => lineOf(state, of, limits[of], found ?? undefined, now)),
      warnPercent: settings[WARN_KEY],
      sessions: sessions.slice(0, MOST_LISTED).map(([id, spend]) => sessionCost(id, spend)),
      sessionsInAll: sessions.length,
      hours: state.hours.map(({ at, sum }) => ({ at: at * HOUR_MS, nanodollars: sum })),
      months: state.months.map(({ at, sum }) => ({ month: monthInWords(at), nanodollars: sum })),
      models: Object.entries(state.models)
        .map(([key, { sum, messages, tokens, estimated }]) => ({
          model: key.replace(/^\//, ''),
          nanodollars: sum,
          messages,
          tokens: listed(fromRow(tokens)),
          estimated: estimated === true,
        }))
        .sort(dearest),
      projects: Object.entries(state.projects)
        .map(([key, sum]) => ({ project: projectInWords(key), nanodollars: sum }))
        .sort(dearest)
        .slice(0, MOST_LISTED),
    })
  })

const dearest = (a: { readonly nanodollars: number }, b: { readonly nanodollars: number }) =>
  b.nanodollars - a.nanodollars

const noSuchSession = (asked: string): ControlFailure =>
  new ControlFailure({
    kind: 'no-such-session',
    message: `no session that begins with ${JSON.stringify(asked.slice(0, 64))} has cost anything`,
    remedy: 'isonapse hook cost   (lists the sessions)',
    exit: 1,
  })

const lineOf = (
  state: Budgets,
  of: BudgetOf,
  limit: number,
  session: string | undefined,
  now: number,
): BudgetLine => {
  const spent = spentOf(state, of, session, now)
  const burn =
    of === 'session' && session === undefined
      ? 0
      : burnOf(state, of === 'session' ? session : undefined, now)
  if (limit === 0) return { of, spent, limit: null, left: null, burn, runsOut: null }
  const left = Math.max(0, limit - spent)
  const runsOut = left === 0 ? now : burn === 0 ? null : now + Math.round((left / burn) * HOUR_MS)
  return { of, spent, limit, left, burn, runsOut }
}

const sessionCost = (session: string, spend: SessionSpend): SessionCost => {
  const { sum, messages, first, latest, client, unread } = spend
  return {
    session,
    project: projectInWords(spend.project),
    nanodollars: sum,
    messages,
    first,
    latest,
    client:
      client === undefined
        ? null
        : {
            nanodollars: client.sum,
            charged: client.charged,
            difference: differenceOf(client.sum, client.charged),
            reported: isReported(client.sum, client.charged),
          },
    unread,
  }
}

const isPathRef = Schema.is(PathRef)

const projectInWords = (key: string): string | null => {
  if (key === '' || key === '…') return key === '' ? null : '…'
  const ref = Result.try({ try: (): unknown => JSON.parse(key), catch: () => null })
  return Result.isSuccess(ref) && isPathRef(ref.success) ? pathInWords(ref.success) : null
}

const monthInWords = (month: number): string =>
  `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`
