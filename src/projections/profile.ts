// The agent's habits, folded from what was decided and how it ended. It learns from calls that
// finished and from nothing else: not from one that was held back, whose input was swapped, that went
// past the gate, or that came after an injection hit in its session.
import * as Schema from 'effect/Schema'
import type { Entry } from '../domain/event/envelope.ts'
import type { DecisionMade } from '../domain/event/event.ts'
import { isCountable } from '../domain/profile/observed.ts'
import {
  noProfile,
  type PendingCall,
  plus,
  Profile,
  type SessionUse,
} from '../domain/profile/profile.ts'
import type { Verdict } from '../domain/policy/verdict.ts'
import { dropOldest } from './dropOldest.ts'
import type { Mutable } from './mutable.ts'
import { recordDecision } from './profileDecision.ts'
import { recordEnd } from './profileEnd.ts'
import type { Projection } from './projection.ts'

const MOST_SESSIONS = 512
/** Rules, entity types and detectors told apart; the rest is counted under `…`. */
const MOST_NAMES = 256
const LONGEST_NAME = 128
/** The last moment that a Date can say, in milliseconds. */
const LATEST = 8.64e15

const VERDICTS: Readonly<Record<Verdict, 0 | 1 | 2>> = { permit: 0, defer: 1, deny: 2 }

export const profile: Projection<Profile> = {
  id: 'profile',
  version: 2,
  initial: noProfile,
  isState: Schema.is(Profile),
  step: (given, at) => {
    const state = given as Mutable<Profile>
    // Negative zero, which JSON can say, has no canonical form.
    const entry = at.time === 0 ? { ...at, time: 0 } : at
    const { event, index } = entry
    // No clock of ours says such a time. Beyond it there is no day to count, and no snapshot.
    if (!(entry.time >= 0 && entry.time <= LATEST)) return state
    switch (event._tag) {
      case 'DecisionMade':
        // Without an id it is a prompt, or the client's second question about a call.
        if (event.toolUseId !== undefined && isCountable(event.receipt.action))
          decided(state, entry, event, event.toolUseId)
        break
      case 'ToolFinished': {
        const key = callKey(entry.session, event.toolUseId)
        const call = Object.hasOwn(state.pending, key) ? state.pending[key]! : undefined
        if (call === undefined) break
        delete state.pending[key]
        state.pendingCount -= 1
        recordEnd(state, call, event.outcome)
        break
      }
      case 'InputSwapped':
      case 'GapFound':
        spoil(state, callKey(entry.session, event.toolUseId))
        break
      case 'PiiDetected':
        for (const [type, spans] of Object.entries(event.types)) add(state.pii, type, spans)
        if (entry.session !== null) sessionOf(state, entry, entry.session).pii += 1
        break
      case 'InjectionDetected': {
        add(state.injections, event.detector, 1)
        if (entry.session === null) break
        const session = sessionOf(state, entry, entry.session)
        session.injections += 1
        session.tainted ??= index
        break
      }
      case 'CostCharged':
        state.spend.nanodollars = plus(state.spend.nanodollars, event.nanodollars)
        if (event.more !== true) state.spend.messages += 1
        break
    }
    return state
  },
}

const callKey = (session: string | null, useId: string): string => `${session ?? ''}/${useId}`

const decided = (
  state: Mutable<Profile>,
  entry: Entry,
  event: DecisionMade,
  useId: string,
): void => {
  const key = callKey(entry.session, useId)
  // Asked again about one call: it is one call, and which of the inputs will run is not known.
  if (spoil(state, key)) return
  const session = sessionOf(state, entry, entry.session ?? '')
  session.calls += 1
  const { verdict, enforced, receipt } = event
  if (verdict !== 'permit')
    for (const rule of receipt.rules) {
      const held = named(state.heldBack, rule, () => ({ deny: 0, defer: 0, last: 0 }))
      held[verdict] += 1
      held.last = entry.index
    }
  const isHeld = verdict === 'deny' || (verdict === 'defer' && receipt.posture === 'autonomous')
  const recorded = recordDecision(state, {
    action: receipt.action,
    side: enforced ? 'enforced' : 'shadow',
    verdict: VERDICTS[verdict],
    isHeld,
    session: session.number,
    entry,
  })
  const call: Mutable<PendingCall> = {
    ...recorded,
    at: entry.index,
    time: entry.time,
    session: session.number,
    ...(session.tainted === undefined ? {} : { spoilt: true as const }),
  }
  state.pending[key] = call
  state.pendingCount += 1
  if (state.pendingCount > MOST_PENDING)
    state.pendingCount = dropOldest(state.pending, MOST_PENDING, ({ at }) => at)
}

const MOST_PENDING = 128

/** False where no such call is under way. */
const spoil = (state: Mutable<Profile>, key: string): boolean => {
  if (!Object.hasOwn(state.pending, key)) return false
  state.pending[key]!.spoilt = true
  return true
}

const sessionOf = (state: Mutable<Profile>, { time }: Entry, id: string): Mutable<SessionUse> => {
  const key = `/${id}`
  if (Object.hasOwn(state.sessions, key)) {
    const known = state.sessions[key]!
    known.last = time
    return known
  }
  if (state.sessionCount >= MOST_SESSIONS)
    state.sessionCount = dropOldest(state.sessions, MOST_SESSIONS, sessionAge)
  const made: Mutable<SessionUse> = {
    number: state.sessionsMet,
    calls: 0,
    first: time,
    last: time,
    pii: 0,
    injections: 0,
  }
  state.sessions[key] = made
  state.sessionCount += 1
  state.sessionsMet += 1
  return made
}

/** A session with a hit is kept for longest: forgotten, its later calls would be learned from. */
const sessionAge = ({ number, tainted }: SessionUse): number =>
  tainted === undefined ? number : number + Number.MAX_SAFE_INTEGER / 2

/** A log that somebody else wrote may name anything, `__proto__` too. */
const nameIn = (table: object, name: string): string =>
  Object.hasOwn(table, name) ||
  (name.length <= LONGEST_NAME && name !== '__proto__' && Object.keys(table).length < MOST_NAMES)
    ? name
    : '…'

const named = <A>(table: Record<string, A>, name: string, make: () => A): A => {
  const key = nameIn(table, name)
  if (!Object.hasOwn(table, key)) table[key] = make()
  return table[key]!
}

const add = (table: Record<string, number>, name: string, by: number): void => {
  const key = nameIn(table, name)
  table[key] = plus(Object.hasOwn(table, key) ? table[key]! : 0, by)
}
