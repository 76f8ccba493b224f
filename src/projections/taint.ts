// Sessions that read text which tries to instruct the agent, until a human clears them or they end.
//
//   InjectionDetected ─▶ tainted ─┬─ TaintCleared, authorised ─▶ gone
//                                 └─ session.end ─▶ ended ─ another call or prompt ─▶ tainted
//
// Whoever can reach the hook socket can report the end of a session, and one that is resumed has in its
// context what it had before: an end takes a session off the list, and frees no call that it still makes.
// A state is never changed in place: a replay compares decisions with those just before.
import * as Schema from 'effect/Schema'
import type { Entry } from '../domain/event/envelope.ts'
import type { InjectionDetected } from '../domain/event/event.ts'
import type { Tainted } from '../domain/policy/taint.ts'
import { taints } from '../domain/sensitive/injection/reaction.ts'
import { InjectionSource } from '../domain/sensitive/injection/source.ts'
import { withGate } from './authorised.ts'
import { dropOldest } from './dropOldest.ts'
import { gateState, GateState } from './gateState.ts'
import type { Projection } from './projection.ts'
import { soundName, soundTime } from './sound.ts'

const TaintedSession = Schema.Struct({
  /** The entry of the first hit that tainted it, and its time in epoch milliseconds. */
  since: Schema.Int,
  time: Schema.Finite,
  /** Of the strongest hit, 0 to 1 in thousandths, and where that came from. */
  score: Schema.Finite,
  source: Schema.optionalKey(InjectionSource),
  /** Hits that tainted it. */
  hits: Schema.Int,
  /** Index of the latest of them. */
  last: Schema.Int,
  ended: Schema.optionalKey(Schema.Literal(true)),
})
export type TaintedSession = typeof TaintedSession.Type

const Taint = Schema.Struct({
  gate: GateState,
  sessions: Schema.Record(Schema.String, TaintedSession),
  count: Schema.Int,
})
export type Taint = typeof Taint.Type

/** Kept at most; beyond it sessions that ended go first, then those whose last hit is oldest. */
export const MOST_SESSIONS = 1024

const age = ({ last, ended }: TaintedSession): number =>
  ended === true ? last - Number.MAX_SAFE_INTEGER : last

const keyOf = (session: string): string => soundName(`/${session}`)

const heldOf = ({ sessions }: Taint, session: string): TaintedSession | undefined => {
  const key = keyOf(session)
  return Object.hasOwn(sessions, key) ? sessions[key] : undefined
}

export const taint: Projection<Taint> = {
  id: 'taint',
  version: 1,
  initial: () => ({ gate: gateState.initial(), sessions: {}, count: 0 }),
  isState: Schema.is(Taint),
  step: (before, entry, crypto) => {
    const { gate, accepted } = withGate(before.gate, entry, crypto)
    const state = gate === before.gate ? before : { ...before, gate }
    const { event, session } = entry
    switch (event._tag) {
      case 'InjectionDetected':
        return session === null ? state : hit(state, session, event, entry)
      case 'TaintCleared':
        return accepted ? cleared(state, event.of) : state
      case 'HookReceived':
        if (session === null) return state
        if (event.kind === 'session.end') return setAside(state, session, true)
        return GOES_ON.has(event.kind) ? setAside(state, session, false) : state
      default:
        return state
    }
  },
}

/** Events that a session which has ended does not have. */
const GOES_ON: ReadonlySet<string> = new Set([
  'session.start',
  'prompt',
  'prompt.expanded',
  'tool.before',
  'permission.asked',
])

const hit = (
  state: Taint,
  session: string,
  event: InjectionDetected,
  { index, time }: Entry,
): Taint => {
  const { source } = event
  const score = Math.round(1000 * Math.min(1, Math.max(0, event.score))) / 1000
  if (!taints(source, score)) return state
  const before = heldOf(state, session)
  const strongest =
    before !== undefined && before.score >= score
      ? { score: before.score, ...(before.source === undefined ? {} : { source: before.source }) }
      : { score, ...(source === undefined ? {} : { source }) }
  const sessions = {
    ...state.sessions,
    [keyOf(session)]: {
      since: before?.since ?? index,
      time: before?.time ?? soundTime(time),
      ...strongest,
      hits: (before?.hits ?? 0) + 1,
      last: index,
      ...(before?.ended === true ? { ended: true as const } : {}),
    },
  }
  const count = before === undefined ? state.count + 1 : state.count
  return {
    ...state,
    sessions,
    count: count > MOST_SESSIONS ? dropOldest(sessions, MOST_SESSIONS, age) : count,
  }
}

const cleared = (state: Taint, session: string | null): Taint => {
  if (session === null) return { ...state, sessions: {}, count: 0 }
  if (heldOf(state, session) === undefined) return state
  const { [keyOf(session)]: _, ...sessions } = state.sessions
  return { ...state, sessions, count: state.count - 1 }
}

const setAside = (state: Taint, session: string, ended: boolean): Taint => {
  const held = heldOf(state, session)
  if (held === undefined || (held.ended === true) === ended) return state
  const { ended: _, ...rest } = held
  const next = ended ? { ...rest, ended: true as const } : rest
  return { ...state, sessions: { ...state.sessions, [keyOf(session)]: next } }
}

/** What a decision in the session is to know; undefined where it is not tainted. One that asks has not ended. */
export const taintedIn = (state: Taint, session: string): Tainted | undefined => {
  const held = heldOf(state, session)
  if (held === undefined) return undefined
  const { score, source } = held
  return { score, ...(source === undefined ? {} : { source }) }
}

/** Whether there is a taint to clear, of a session or of any: one that is set aside is one. */
export const isHeld = (state: Taint, session: string | null): boolean =>
  session === null ? state.count > 0 : heldOf(state, session) !== undefined

/** Sessions that are tainted now, the latest hit first. */
export const taintedSessions = ({
  sessions,
}: Taint): ReadonlyArray<TaintedSession & { readonly session: string }> =>
  Object.entries(sessions)
    .filter(([, { ended }]) => ended !== true)
    .map(([key, held]) => ({ session: key.slice(1), ...held }))
    .sort((a, b) => b.last - a.last)
