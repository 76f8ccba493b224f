// The client's sessions and the project each one works in: what its paths are relative to.
import * as Schema from 'effect/Schema'
import { PathRef } from '../domain/action/place.ts'
import { plus } from '../domain/cost/money.ts'
import type { DecisionMade } from '../domain/event/event.ts'
import { dropOldest } from './dropOldest.ts'
import type { Projection } from './projection.ts'

const SessionState = Schema.Struct({
  project: Schema.optionalKey(PathRef),
  /** Index of the session's latest entry. */
  last: Schema.Int,
  /** Calls and prompts that were held back. */
  denied: Schema.optionalKey(Schema.Int),
})

type SessionState = typeof SessionState.Type

const Sessions = Schema.Struct({
  known: Schema.Record(Schema.String, SessionState),
  count: Schema.Int,
})
export type Sessions = typeof Sessions.Type

/** Sessions kept at most; those silent for longest are dropped beyond it. */
export const MOST_SESSIONS = 1024

const lastSeen = ({ last }: SessionState): number => last

export const sessions: Projection<Sessions> = {
  id: 'sessions',
  version: 2,
  initial: () => ({ known: {}, count: 0 }),
  isState: Schema.is(Sessions),
  step: (state, { event, session, index }) => {
    if (session === null) return state
    if (event._tag === 'DecisionMade') return isHeld(event) ? heldBack(state, session) : state
    if (event._tag !== 'HookReceived') return state
    const known = state.known as Record<string, SessionState>
    const key = `/${session}`
    const before = Object.hasOwn(known, key) ? known[key]! : undefined
    known[key] = {
      ...(before?.denied === undefined ? {} : { denied: before.denied }),
      ...(before?.project === undefined
        ? event.project === undefined
          ? {}
          : { project: event.project }
        : { project: before.project }),
      last: index,
    }
    const count = before === undefined ? state.count + 1 : state.count
    return {
      known,
      count: count > MOST_SESSIONS ? dropOldest(known, MOST_SESSIONS, lastSeen) : count,
    }
  },
}

const isHeld = ({ enforced, verdict, receipt }: DecisionMade): boolean =>
  enforced && (verdict === 'deny' || (verdict === 'defer' && receipt.posture === 'autonomous'))

const heldBack = (state: Sessions, session: string): Sessions => {
  const known = state.known as Record<string, SessionState>
  const key = `/${session}`
  if (!Object.hasOwn(known, key)) return state
  const { denied = 0, ...rest } = known[key]!
  known[key] = { ...rest, denied: plus(denied, 1) }
  return state
}

export const deniedIn = ({ known }: Sessions, session: string): number => {
  const key = `/${session}`
  return Object.hasOwn(known, key) ? (known[key]!.denied ?? 0) : 0
}

export const projectOf = (state: Sessions, session: string): PathRef | undefined => {
  const key = `/${session}`
  return Object.hasOwn(state.known, key) ? state.known[key]!.project : undefined
}

/** Whether the session sent an event, as far as is still known. */
export const isKnownSession = (state: Sessions, session: string): boolean =>
  Object.hasOwn(state.known, `/${session}`)
