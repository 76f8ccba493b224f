// How much must have been seen before a rule is made of it, and what a rule keeps of what it was made of.
import { countTogether, type Learned, type Observation } from '../profile/profile.ts'
import type { Evidence } from '../policy/rule.ts'

/** Counts alone are no evidence: one loop in one session may call a tool a thousand times. */
export interface Thresholds {
  readonly minSessions: number
  readonly minDays: number
  /** What a policy permits by default is left to a human when at most this share of calls would be new. */
  readonly maxNew: number
}

export const DEFAULT_THRESHOLDS: Thresholds = { minSessions: 3, minDays: 2, maxNew: 0.02 }

export const isEnough = (
  { sessions, days }: Pick<Learned, 'sessions' | 'days'>,
  { minSessions, minDays }: Thresholds,
): boolean => sessions.count >= minSessions && days.count >= minDays

const MOST_ENTRIES = 8

export const evidenceOf = (all: ReadonlyArray<Observation>): Evidence => {
  const learned = all.flatMap((one) => (one.learned === undefined ? [] : [one.learned]))
  const entries = [...new Set(learned.flatMap((one) => one.entries))].sort((a, b) => a - b)
  return {
    calls: learned.reduce((sum, { calls }) => sum + calls, 0),
    sessions: countTogether(learned.map(({ sessions }) => sessions)),
    days: countTogether(learned.map(({ days }) => days)),
    first: Math.min(...learned.map(({ first }) => first)),
    last: Math.max(...learned.map(({ last }) => last)),
    entries:
      entries.length <= MOST_ENTRIES ? entries : [entries[0]!, ...entries.slice(1 - MOST_ENTRIES)],
  }
}
