// How a call ended, told to what it was observed to do. Only one that finished is evidence.
import type { ToolFinished } from '../domain/event/event.ts'
import {
  type Learned,
  NONE_SEEN,
  type PendingCall,
  type Profile,
  withSeen,
} from '../domain/profile/profile.ts'
import { dayOf } from './profileDecision.ts'
import type { Mutable } from './mutable.ts'

/** Entries named as evidence: the first, and the latest. */
const MOST_ENTRIES = 6
const MOST_TARGETS = 8

export const recordEnd = (
  state: Mutable<Profile>,
  call: PendingCall,
  outcome: ToolFinished['outcome'],
): void => {
  const ended =
    outcome === 'finished' ? 'finished' : outcome === 'unfinished' ? 'unfinished' : 'failed'
  state.outcomes[ended] += 1
  for (const name of call.capabilities)
    if (Object.hasOwn(state.capabilities, name)) state.capabilities[name]!.outcomes[ended] += 1
  for (const [key, targets] of Object.entries(call.observations)) {
    const one = Object.hasOwn(state.observations, key) ? state.observations[key]! : undefined
    if (one === undefined) continue
    one.outcomes[ended] += 1
    if (ended === 'finished' && call.spoilt !== true)
      one.learned = withCall(one.learned, call, targets) as Mutable<Learned>
  }
}

const withCall = (
  before: Learned | undefined,
  { at, time, session }: PendingCall,
  targets: ReadonlyArray<string>,
): Learned => {
  const known = before ?? {
    calls: 0,
    sessions: NONE_SEEN,
    days: NONE_SEEN,
    first: time,
    last: time,
    entries: [],
    targets: [],
  }
  const [first = at, ...latest] = known.entries
  const added = targets.filter((target) => !known.targets.includes(target))
  const all = added.length === 0 ? known.targets : [...known.targets, ...added]
  return {
    ...known,
    calls: known.calls + 1,
    sessions: withSeen(known.sessions, session),
    days: withSeen(known.days, dayOf(time)),
    last: time,
    entries: known.calls === 0 ? [at] : [first, ...[...latest, at].slice(1 - MOST_ENTRIES)],
    targets: all.slice(0, MOST_TARGETS),
    ...(all.length > MOST_TARGETS ? { more: true as const } : {}),
  }
}
