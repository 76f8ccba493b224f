// A decision, taken apart into what the call would do: one observation for each effect on its scope,
// and one for a capability that has none.
import { type Action, MOST_FLAGS } from '../domain/action/action.ts'
import type { ActionEffect } from '../domain/action/effect.ts'
import type { Entry } from '../domain/event/envelope.ts'
import { type Observed, observedOf } from '../domain/profile/observed.ts'
import {
  type CapabilityUse,
  NONE_SEEN,
  type Observation,
  type PendingCall,
  type Profile,
  withSeen,
} from '../domain/profile/profile.ts'
import { familyOf } from '../domain/profile/scope.ts'
import { dropOldest } from './dropOldest.ts'
import type { Mutable } from './mutable.ts'

/** As many as a snapshot can be made of while a hook waits for its answer. */
const MOST_OBSERVATIONS = 1024
const MOST_CAPABILITIES = 512
const MOST_FAMILIES = 256
const MOST_DAYS = 60
const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

interface Decided {
  readonly action: Action
  readonly side: 'enforced' | 'shadow'
  readonly verdict: 0 | 1 | 2
  /** Held back, or in profile mode would have been. */
  readonly isHeld: boolean
  /** The session's number. */
  readonly session: number
  readonly entry: Entry
}

export const dayOf = (time: number): number => Math.floor(time / DAY_MS)
const hourOf = (time: number): number => Math.floor(time / HOUR_MS) % 24

/** What was observed: what its end is told to. */
export const recordDecision = (
  state: Mutable<Profile>,
  decided: Decided,
): Pick<Mutable<PendingCall>, 'observations' | 'capabilities'> => {
  const { action, side, verdict, isHeld, entry } = decided
  const { time } = entry
  state.calls += 1
  state[side][verdict] += 1
  state.first ??= time
  state.last = time
  state.hours[hourOf(time)]! += 1
  countDay(state, dayOf(time), isHeld)
  for (const family of new Set(action.capabilities.map(familyOf))) {
    const key =
      Object.hasOwn(state.families, family) || Object.keys(state.families).length < MOST_FAMILIES
        ? family
        : '…'
    state.families[key] = (Object.hasOwn(state.families, key) ? state.families[key]! : 0) + 1
  }
  for (const one of action.capabilities) countCapability(state, one, decided)
  return {
    observations: observe(state, decided),
    capabilities: [...action.capabilities],
  }
}

const countDay = ({ byDay }: Mutable<Profile>, day: number, isHeld: boolean): void => {
  let at = byDay.findLast((one) => one.day === day)
  if (at === undefined) {
    at = { day, calls: 0, held: 0 }
    byDay.push(at)
    // The clock may have been set back.
    byDay.sort((a, b) => a.day - b.day)
    if (byDay.length > MOST_DAYS) byDay.shift()
  }
  at.calls += 1
  if (isHeld) at.held += 1
}

const freshCounts = (time: number) => ({
  calls: 0,
  outcomes: { finished: 0, failed: 0, unfinished: 0 },
  enforced: [0, 0, 0] as [number, number, number],
  shadow: [0, 0, 0] as [number, number, number],
  sessions: NONE_SEEN as Mutable<typeof NONE_SEEN>,
  days: NONE_SEEN as Mutable<typeof NONE_SEEN>,
  first: time,
  last: time,
})

type Counted = ReturnType<typeof freshCounts>

const count = (counts: Counted, { side, verdict, session, entry }: Decided): void => {
  counts.calls += 1
  counts[side][verdict] += 1
  counts.sessions = withSeen(counts.sessions, session) as Counted['sessions']
  counts.days = withSeen(counts.days, dayOf(entry.time)) as Counted['days']
  counts.last = entry.time
}

const countCapability = (state: Mutable<Profile>, name: string, decided: Decided): void => {
  const { time, index } = decided.entry
  let use = Object.hasOwn(state.capabilities, name) ? state.capabilities[name] : undefined
  if (use === undefined) {
    if (state.capabilityCount >= MOST_CAPABILITIES)
      state.capabilityCount = dropOldest<CapabilityUse>(
        state.capabilities,
        MOST_CAPABILITIES,
        ({ lastEntry }) => lastEntry,
      )
    use = {
      ...freshCounts(time),
      hours: Array.from({ length: 24 }, () => 0),
      lastEntry: index,
    }
    state.capabilities[name] = use
    state.capabilityCount += 1
  }
  count(use, decided)
  use.hours[hourOf(time)]! += 1
  use.lastEntry = index
}

/** Each observation once, however many effects of the call fall into it. */
const observe = (state: Mutable<Profile>, decided: Decided): Record<string, Array<string>> => {
  const found: Record<string, Array<string>> = {}
  const { observed, beyond } = observedOf(decided.action)
  state.forgotten += beyond
  for (const seen of observed) {
    found[seen.key] = [...seen.targets]
    countObserved(state, decided, seen)
  }
  return found
}

const countObserved = (
  state: Mutable<Profile>,
  decided: Decided,
  { key, capability, effect, scope, flags, lost, bound }: Observed,
): void => {
  const { action, entry } = decided
  let one = Object.hasOwn(state.observations, key) ? state.observations[key] : undefined
  if (one === undefined) {
    if (state.observationCount >= MOST_OBSERVATIONS) forget(state)
    one = {
      capability,
      tool: action.tool,
      origin: action.origin,
      ...(effect === undefined ? {} : { effect: effect as Mutable<ActionEffect> }),
      scope,
      flags: flags.slice(0, MOST_FLAGS),
      ...freshCounts(entry.time),
      hours: 0,
      firstEntry: entry.index,
      lastEntry: entry.index,
    }
    state.observations[key] = one
    state.observationCount += 1
  } else if (!bound) addOptions(one, flags)
  if (lost) one.lost = true
  count(one, decided)
  one.hours |= 1 << hourOf(entry.time)
  one.lastEntry = entry.index
}

const addOptions = (one: Mutable<Observation>, names: ReadonlyArray<string>): void => {
  if (names.every((name) => one.flags.includes(name))) return
  const all = [...new Set([...one.flags, ...names])].sort()
  if (all.length > MOST_FLAGS) one.lost = true
  one.flags = all.slice(0, MOST_FLAGS)
}

/**
 * Those of one session first, then those that were not met for longest: a session that does a thousand
 * things must not empty the table of what the others have in common.
 */
const keptFor = ({ lastEntry, sessions }: Observation): number =>
  sessions.count > 1 ? lastEntry + Number.MAX_SAFE_INTEGER / 2 : lastEntry

const forget = (state: Mutable<Profile>): void => {
  const before = state.observationCount
  state.observationCount = dropOldest<Observation>(state.observations, MOST_OBSERVATIONS, keptFor)
  state.forgotten += before - state.observationCount
}
