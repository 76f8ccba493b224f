// Where each session's rows of the vault lie in the log, and how it is used. The rows themselves are
// read from there. Of a session's generations only the latest counts: the keys of the earlier ones are
// destroyed.
import * as Schema from 'effect/Schema'
import { plus } from '../domain/cost/money.ts'
import type { PiiDetected, VaultStored } from '../domain/event/event.ts'
import { dropOldest } from './dropOldest.ts'
import type { Mutable } from './mutable.ts'
import type { Projection } from './projection.ts'
import { soundAmount, soundName, soundTime } from './sound.ts'

const VaultSession = Schema.Struct({
  /** -1: it had values, and where its rows are is not known: they may lie before it was dropped. */
  generation: Schema.Int,
  /** First and last index of entries with rows or uses of this generation; -1 where there are none. */
  first: Schema.Int,
  last: Schema.Int,
  /** Rows as they were stored; one that two events brought at once counts twice. */
  rows: Schema.Int,
  types: Schema.Record(Schema.String, Schema.Int),
  /** Different values that got a token, event by event, and those whose token was at hand. */
  lookups: Schema.Int,
  hits: Schema.Int,
  /** Epoch milliseconds. */
  used: Schema.Finite,
  /** Index of the latest entry about it. */
  seen: Schema.Int,
})
export type VaultSession = typeof VaultSession.Type

const VaultState = Schema.Struct({
  /** By the session's id behind a slash. */
  sessions: Schema.Record(Schema.String, VaultSession),
  count: Schema.Int,
  /** Whether sessions were dropped: then one that is not here may yet have rows. */
  dropped: Schema.Boolean,
})
export type VaultState = typeof VaultState.Type

/** Sessions kept at most; those silent for longest are dropped beyond it. */
export const MOST_SESSIONS = 1024
/** Types told apart in one session; whatever comes beyond them is `OTHER`. */
const MOST_TYPES = 64

export const vault: Projection<VaultState> = {
  id: 'vault',
  version: 1,
  initial: () => ({ sessions: {}, count: 0, dropped: false }),
  isState: Schema.is(VaultState),
  step: (given, { event, session, index, time }) => {
    if (session === null) return given
    switch (event._tag) {
      case 'VaultStored':
      case 'VaultUsed':
      case 'VaultCollected':
        break
      case 'PiiDetected':
        if ((event.values ?? 0) > 0) break
        return given
      default:
        return given
    }
    const state = given as Mutable<VaultState>
    const one = sessionIn(state, session)
    one.seen = index
    switch (event._tag) {
      case 'PiiDetected':
        lookedUp(one, event, time)
        break
      case 'VaultStored':
        stored(one, event, index, time)
        break
      case 'VaultUsed':
        // Of a session that was dropped since: whoever has its rows at hand knows where they are.
        if (one.generation >= 0) one.last = index
        if (one.first === -1) one.first = one.last
        one.used = soundTime(time)
        break
      case 'VaultCollected': {
        const generation = soundAmount(event.generation)
        if (generation <= one.generation) break
        Object.assign(one, { generation, first: index, last: index, rows: 0, types: {} })
      }
    }
    if (state.count > MOST_SESSIONS) {
      state.count = dropOldest(state.sessions, MOST_SESSIONS, ({ seen }) => seen)
      state.dropped = true
    }
    return state
  },
}

const sessionIn = (state: Mutable<VaultState>, session: string): Mutable<VaultSession> => {
  const key = `/${session}`
  if (Object.hasOwn(state.sessions, key)) return state.sessions[key]!
  state.count += 1
  const one = { first: -1, last: -1, rows: 0, lookups: 0, hits: 0, used: 0, seen: 0 }
  return (state.sessions[key] = { ...one, generation: state.dropped ? -1 : 0, types: {} })
}

const lookedUp = (one: Mutable<VaultSession>, event: PiiDetected, time: number): void => {
  const values = soundAmount(event.values ?? 0)
  one.lookups = plus(one.lookups, values)
  one.hits = plus(one.hits, Math.min(values, soundAmount(event.cached ?? 0)))
  one.used = soundTime(time)
}

const stored = (
  one: Mutable<VaultSession>,
  { generation, rows }: VaultStored,
  index: number,
  time: number,
): void => {
  if (one.generation === -1) one.generation = soundAmount(generation)
  // One that was on its way while the session was collected: its key is destroyed.
  if (generation !== one.generation) return
  if (one.first === -1) one.first = index
  one.last = index
  one.rows = plus(one.rows, rows.length)
  for (const { type, used } of rows) {
    one.used = Math.max(one.used, soundTime(Math.min(used ?? time, time)))
    const named = soundName(type)
    const known = Object.hasOwn(one.types, named)
    const name = known || Object.keys(one.types).length < MOST_TYPES ? named : 'OTHER'
    one.types[name] = plus(Object.hasOwn(one.types, name) ? one.types[name]! : 0, 1)
  }
}

/** What is known of a session; undefined where nothing is. */
export const vaultSession = (state: VaultState, session: string): VaultSession | undefined => {
  const key = `/${session}`
  return Object.hasOwn(state.sessions, key) ? state.sessions[key] : undefined
}

/** All sessions with the ids that they have. */
export const vaultSessions = (
  state: VaultState,
): ReadonlyArray<readonly [session: string, VaultSession]> =>
  Object.entries(state.sessions).map(([key, one]) => [key.slice(1), one])
