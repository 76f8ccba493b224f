// Costs as a running control plane keeps them: the transcripts that events name are followed, budgets
// are measured for each decision on what was spent by then, and the user is told once when one is nearly
// spent. It never judges: what a budget means for a call is domain/policy/decide.ts.
import type { Judgement } from '../../domain/gate.ts'
import {
  budgetInWords,
  type BudgetFigure,
  isOver,
  isWarned,
  type Limits,
  limitsOf,
  WARN_KEY,
} from '../../domain/cost/budget.ts'
import { parseOwnPrices } from '../../domain/cost/ownPrices.ts'
import { type Prices, pricesWith } from '../../domain/cost/prices.ts'
import { BudgetTold } from '../../domain/event/event.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import { figuresAt, wasTold } from '../../projections/budgets.ts'
import { priceTable } from '../../templates/prices.ts'
import { ofSettings } from '../config/ofSettings.ts'
import type { Settings } from '../config/settings.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import { makeFollower } from '../transcript/follower.ts'
import * as Result from 'effect/Result'

export interface CostsOptions {
  readonly log: Pick<WitnessLog['Service'], 'projected' | 'append'>
  readonly settings: () => Settings
  /** The client's folders of transcripts, absolute. */
  readonly transcripts: () => ReadonlyArray<string>
  /** Epoch milliseconds. */
  readonly now: () => number
  /** One line for the operator's log. */
  readonly onNotice: (line: string) => void
}

/** What the user is told beside an answer, and the entries that say so. */
export interface Telling {
  readonly message: string
  readonly events: ReadonlyArray<BudgetTold>
}

export interface Costs {
  /**
   * Every event comes by here first. Undefined where nothing is to be waited for; else it resolves when
   * what the session's transcripts hold is charged, or could not be in time. Never rejects.
   */
  readonly arrived: (event: HookEvent) => Promise<void> | undefined
  /** The budgets that are set, as they are spent now. */
  readonly figures: (session: string) => ReadonlyArray<BudgetFigure>
  /** What is to be told with the answer to an event that was judged. */
  readonly telling: (event: HookEvent, judged: Judgement) => Telling | undefined
  /** Resolves when all that the session's transcripts hold now is charged. Never rejects. */
  readonly catchUp: (session: string) => Promise<void>
  readonly stop: () => Promise<void>
}

/**
 * A decision waits for the transcripts no longer than this: a session of some hundred megabytes that was
 * never read takes longer, and is judged on what was read of it. Milliseconds.
 */
const FRESH_MS = 1000

export const makeCosts = (options: CostsOptions): Costs => {
  const { log, now } = options
  const limits = ofSettings(options.settings, (settings): Limits =>
    limitsOf((key) => settings[key]),
  )
  const prices = ofSettings(options.settings, pricesIn)
  const follower = makeFollower({
    log,
    dirs: options.transcripts,
    prices,
    now,
    onNotice: options.onNotice,
  })
  /** Told and not in the log yet. */
  const telling = new Set<string>()

  const isSet = (): boolean => Object.values(limits()).some((limit) => limit > 0)
  const figures = (session: string): ReadonlyArray<BudgetFigure> =>
    isSet() ? figuresAt(log.projected().budgets, limits(), session, now()) : []

  return {
    arrived: (event) => {
      follower.seen(event.session, event.transcript)
      return spends(event) && isSet() ? inTime(follower.catchUp(event.session)) : undefined
    },
    figures,
    telling: (event, judged) => {
      if (!spends(event)) return undefined
      const percent = options.settings()[WARN_KEY]
      const found = figures(event.session).flatMap((figure) => {
        const level = isOver(figure) ? 'over' : isWarned(figure, percent) ? 'warn' : undefined
        // One that is used up and enforced is told by every denial.
        if (level === undefined || (level === 'over' && judged.enforced)) return []
        const key = `${figure.of === 'session' ? event.session : figure.of} ${level} ${figure.limit}`
        if (telling.has(key)) return []
        if (wasTold(log.projected().budgets, figure, level, event.session, now())) return []
        telling.add(key)
        // By then it is in the log, or could not be written and may be told again.
        setTimeout(() => telling.delete(key), FRESH_MS).unref()
        return [new BudgetTold({ ...figure, level })]
      })
      return found.length === 0 ? undefined : { message: inWords(found), events: found }
    },
    catchUp: follower.catchUp,
    stop: follower.stop,
  }
}

/** What a budget holds up: what the user or the agent asks for, not reports of what is done already. */
const spends = ({ kind }: HookEvent): boolean =>
  kind === 'prompt' ||
  kind === 'prompt.expanded' ||
  kind === 'tool.before' ||
  kind === 'permission.asked'

const inWords = (found: ReadonlyArray<BudgetTold>): string => {
  const each = found.map(
    (one) => `${budgetInWords(one)} (${Math.floor((100 * one.spent) / one.limit)}%)`,
  )
  const after = found.every(({ level }) => level === 'over')
    ? 'In enforce mode prompts and tool calls would be denied now.'
    : 'When it is used up, prompts and tool calls are denied in enforce mode.'
  return `Isonapse: ${each.join('; ')}. ${after} See isonapse hook cost.`
}

const pricesIn = (settings: Settings): Prices =>
  pricesWith(
    priceTable(),
    Result.getOrElse(parseOwnPrices(settings['cost.prices']), () => new Map()),
  )

const inTime = (work: Promise<void>): Promise<void> =>
  new Promise((resolve) => {
    const late = setTimeout(resolve, FRESH_MS)
    void work.then(() => {
      clearTimeout(late)
      resolve()
    })
  })
