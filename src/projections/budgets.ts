// What was spent, by session, hour, month, model and project, and what the user was told of budgets.
// Two clocks: the hours and months shown are those of the transcripts; the windows that budgets are
// measured by follow the log's own time, which here never goes back, so that setting the clock gains
// nothing.
import * as Schema from 'effect/Schema'
import { canonicalJson } from '../domain/canonical.ts'
import { type BudgetFigure, type BudgetOf, BUDGETS, type Limits } from '../domain/cost/budget.ts'
import { plus } from '../domain/cost/money.ts'
import { countsOf, fromListed, fromRow, rowOf, TokenRow } from '../domain/cost/tokens.ts'
import { UNREAD_CODES } from '../domain/cost/transcript.ts'
import type { Entry } from '../domain/event/envelope.ts'
import type { CostCharged } from '../domain/event/event.ts'
import { dropOldest } from './dropOldest.ts'
import type { Mutable } from './mutable.ts'
import type { Projection } from './projection.ts'
import { added, Slots, sumFrom } from './slots.ts'
import { soundAmount, soundName, soundTime } from './sound.ts'

const Told = Schema.Struct({
  /** Nano-dollars: a limit that was changed is told of again. */
  limit: Schema.Int,
  /** By the clock that never goes back. */
  time: Schema.Finite,
})

const LevelsTold = Schema.Struct({
  warn: Schema.optionalKey(Told),
  over: Schema.optionalKey(Told),
})
type LevelsTold = typeof LevelsTold.Type

const SessionSpend = Schema.Struct({
  sum: Schema.Int,
  messages: Schema.Int,
  /** Epoch milliseconds of the first and the latest message. */
  first: Schema.Finite,
  latest: Schema.Finite,
  /** In slots of ten minutes of the log's time: how fast it goes. */
  recent: Slots,
  project: Schema.String,
  told: LevelsTold,
  /** The client's own total when it was last read, and what was charged then. */
  client: Schema.optionalKey(Schema.Struct({ sum: Schema.Int, charged: Schema.Int })),
  unread: Schema.Array(Schema.Literals(UNREAD_CODES)),
  /** Index of the latest entry. */
  last: Schema.Int,
})
export type SessionSpend = typeof SessionSpend.Type

const ModelSpend = Schema.Struct({
  sum: Schema.Int,
  messages: Schema.Int,
  tokens: TokenRow,
  estimated: Schema.optionalKey(Schema.Literal(true)),
})

const Budgets = Schema.Struct({
  sum: Schema.Int,
  messages: Schema.Int,
  sessions: Schema.Record(Schema.String, SessionSpend),
  sessionCount: Schema.Int,
  /** Hours since the epoch, by the transcripts' time. */
  hours: Slots,
  /** Months since the year 0 (UTC), by the transcripts' time. */
  months: Slots,
  /** By `/` and the name that the transcript has. */
  models: Schema.Record(Schema.String, ModelSpend),
  /** By the canonical JSON of the project's place; empty where it is not known. */
  projects: Schema.Record(Schema.String, Schema.Int),
  /** The windows of the last hour and day, in sixtieths of them, by the log's time. */
  hour: Slots,
  day: Slots,
  told: Schema.Struct({ hour: LevelsTold, day: LevelsTold }),
  /** The log's clock at the latest charge, and by how much it was set back so far. */
  clock: Schema.Finite,
  behind: Schema.Finite,
})
export type Budgets = typeof Budgets.Type

export const MOST_SESSIONS = 1024
/** Sixty-two days. */
const MOST_HOURS = 1488
const MOST_MONTHS = 60
/** Models and projects told apart; the rest is summed under `…`. */
const MOST_NAMES = 128

const LONGEST_PROJECT = 1024

const SLOTS = 60
const SLOT_MS = { hour: 60_000, day: 1_440_000 } as const
const WINDOW_MS = { hour: 3_600_000, day: 86_400_000 } as const
const HOUR_MS = 3_600_000
export const RECENT_MS = 600_000
const MOST_RECENT = 6

export const budgets: Projection<Budgets> = {
  id: 'budgets',
  version: 1,
  initial: () => ({
    sum: 0,
    messages: 0,
    sessions: {},
    sessionCount: 0,
    hours: [],
    months: [],
    models: {},
    projects: {},
    hour: [],
    day: [],
    told: { hour: {}, day: {} },
    clock: 0,
    behind: 0,
  }),
  isState: Schema.is(Budgets),
  step: (given, entry) => {
    const state = given as Mutable<Budgets>
    const { event, session, time } = entry
    switch (event._tag) {
      case 'HookReceived':
        if (session !== null && event.project !== undefined)
          placed(state, session, projectKey(canonicalJson(event.project)), entry)
        break
      case 'CostCharged':
        charged(state, event, entry)
        break
      case 'CostReconciled':
        if (session !== null)
          sessionOf(state, session, entry).client = {
            sum: soundAmount(event.client),
            charged: soundAmount(event.charged),
          }
        break
      case 'CostUnread':
        if (session !== null) {
          const { unread } = sessionOf(state, session, entry)
          if (!unread.includes(event.code)) unread.push(event.code)
        }
        break
      case 'BudgetTold': {
        const told =
          event.of === 'session'
            ? session === null
              ? undefined
              : sessionOf(state, session, entry).told
            : state.told[event.of]
        if (told !== undefined)
          told[event.level] = { limit: soundAmount(event.limit), time: logTime(state, time) }
        break
      }
    }
    return state
  },
}

const charged = (state: Mutable<Budgets>, event: CostCharged, entry: Entry): void => {
  const nanodollars = soundAmount(event.nanodollars)
  const { session } = entry
  const time = soundTime(entry.time)
  const messages = event.more === true ? 0 : 1
  state.behind = plus(state.behind, Math.max(0, state.clock - time))
  state.clock = time
  // How long ago it was spent; a time to come is now.
  const spent = Math.min(soundTime(event.at ?? time), time)
  const at = logTime(state, time) - (time - spent)
  state.sum = plus(state.sum, nanodollars)
  state.messages += messages
  state.hours = mutable(added(state.hours, slotAt(spent, HOUR_MS), nanodollars, MOST_HOURS))
  state.months = mutable(added(state.months, monthOf(spent), nanodollars, MOST_MONTHS))
  for (const name of ['hour', 'day'] as const)
    state[name] = mutable(added(state[name], slotAt(at, SLOT_MS[name]), nanodollars, SLOTS + 1))
  countModel(state, event, messages)
  if (session === null) return addTo(state.projects, '', nanodollars)
  const of = sessionOf(state, session, entry)
  if (of.messages === 0) of.first = spent
  of.sum = plus(of.sum, nanodollars)
  of.messages += messages
  of.first = Math.min(of.first, spent)
  of.latest = Math.max(of.latest, spent)
  of.recent = mutable(added(of.recent, slotAt(at, RECENT_MS), nanodollars, MOST_RECENT + 1))
  addTo(state.projects, of.project, nanodollars)
}

const countModel = (
  state: Mutable<Budgets>,
  { model, tokens, estimated, ...event }: CostCharged,
  messages: number,
): void => {
  const nanodollars = soundAmount(event.nanodollars)
  const name = nameIn(state.models, soundName(`/${model}`))
  const known = state.models[name]
  const counts = known === undefined ? undefined : fromRow(known.tokens)
  const more = fromListed(tokens)
  state.models[name] = {
    sum: plus(known?.sum ?? 0, nanodollars),
    messages: (known?.messages ?? 0) + messages,
    tokens: rowOf(countsOf((one) => plus(counts?.[one] ?? 0, more[one]))) as Mutable<TokenRow>,
    ...(estimated === true || known?.estimated === true ? { estimated: true as const } : {}),
  }
}

/** The session's project is known from now on: what was spent before is the project's as well. */
const placed = (state: Mutable<Budgets>, session: string, project: string, entry: Entry): void => {
  const of = sessionOf(state, session, entry)
  if (of.project === project || of.project !== '') return
  const before = state.projects['']
  if (of.sum > 0 && before !== undefined) {
    state.projects[''] = Math.max(0, before - of.sum)
    if (state.projects[''] === 0) delete state.projects['']
    addTo(state.projects, project, of.sum)
  }
  of.project = project
}

const sessionOf = (
  state: Mutable<Budgets>,
  id: string,
  { index, time }: Entry,
): Mutable<SessionSpend> => {
  const key = soundName(`/${id}`)
  if (!Object.hasOwn(state.sessions, key)) {
    if (state.sessionCount >= MOST_SESSIONS)
      state.sessionCount = dropOldest(state.sessions, MOST_SESSIONS, ({ last }) => last)
    state.sessions[key] = {
      sum: 0,
      messages: 0,
      first: soundTime(time),
      latest: 0,
      recent: [],
      project: '',
      told: {},
      unread: [],
      last: index,
    }
    state.sessionCount += 1
  }
  const session = state.sessions[key]!
  session.last = index
  return session
}

/** A path that is longer than any is counted with what is not told apart. */
const projectKey = (json: string): string => (json.length <= LONGEST_PROJECT ? json : '…')

const addTo = (table: Record<string, number>, name: string, sum: number): void => {
  const key = nameIn(table, name)
  table[key] = plus(Object.hasOwn(table, key) ? table[key]! : 0, sum)
}

const nameIn = (table: Readonly<Record<string, unknown>>, name: string): string =>
  Object.hasOwn(table, name) || Object.keys(table).length < MOST_NAMES ? name : '…'

const mutable = (slots: Slots): Mutable<Slots> => slots as Mutable<Slots>

const slotAt = (time: number, ms: number): number => Math.floor(time / ms)

const monthOf = (time: number): number => {
  const date = new Date(time)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}

/** The log's time at `now`, by the clock that never goes back. */
const logTime = ({ clock, behind }: Budgets, now: number): number =>
  plus(behind, Math.max(clock, soundTime(now)))

export const spendOf = (state: Budgets, session: string): SessionSpend | undefined => {
  const key = soundName(`/${session}`)
  return Object.hasOwn(state.sessions, key) ? state.sessions[key] : undefined
}

/** Nano-dollars spent of a budget at `now`. A window is counted for up to a sixtieth too long. */
export const spentOf = (
  state: Budgets,
  of: BudgetOf,
  session: string | undefined,
  now: number,
): number => {
  if (of === 'session') return session === undefined ? 0 : (spendOf(state, session)?.sum ?? 0)
  return sumFrom(state[of], slotAt(logTime(state, now), SLOT_MS[of]) - SLOTS)
}

/** The budgets that are set, as a decision at `now` sees them. */
export const figuresAt = (
  state: Budgets,
  limits: Limits,
  session: string | undefined,
  now: number,
): ReadonlyArray<BudgetFigure> =>
  BUDGETS.flatMap((of) =>
    limits[of] === 0 ? [] : [{ of, spent: spentOf(state, of, session, now), limit: limits[of] }],
  )

/** Whether the user was told of this level of this budget, as it is now. */
export const wasTold = (
  state: Budgets,
  { of, limit }: BudgetFigure,
  level: 'warn' | 'over',
  session: string,
  now: number,
): boolean => {
  const levels = of === 'session' ? spendOf(state, session)?.told : state.told[of]
  const told = levels?.[level]
  if (told === undefined || told.limit !== limit) return false
  return of === 'session' || logTime(state, now) - told.time < WINDOW_MS[of]
}

/** Nano-dollars an hour: of the last hour's slots of ten minutes, those since it began. */
export const burnOf = (state: Budgets, session: string | undefined, now: number): number => {
  const time = logTime(state, now)
  const slots = session === undefined ? state.hour : (spendOf(state, session)?.recent ?? [])
  const ms = session === undefined ? SLOT_MS.hour : RECENT_MS
  const from = slotAt(time - HOUR_MS, ms) + 1
  const first = slots.find(({ at }) => at >= from)
  if (first === undefined) return 0
  // A few minutes are no rate yet: as if it had gone on for ten.
  const span = Math.max(RECENT_MS, Math.min(HOUR_MS, time - first.at * ms))
  return Math.round((sumFrom(slots, from) * HOUR_MS) / span)
}
