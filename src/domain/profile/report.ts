// The profile as a person is shown it: totals, the capabilities used most, what was or would have been
// held back, and how ready it is to make a policy of.
import type { DayUse, Observation, Outcomes, Profile, SessionUse } from './profile.ts'
import { type Readiness, readinessOf } from './readiness.ts'

interface Counts {
  readonly permit: number
  readonly defer: number
  readonly deny: number
}

export interface CapabilityLine {
  readonly capability: string
  readonly calls: number
  readonly outcomes: Outcomes
  readonly enforced: Counts
  readonly shadow: Counts
  readonly sessions: number
  readonly days: number
  readonly first: number
  readonly last: number
  /** Calls by hour of the day (UTC). */
  readonly hours: ReadonlyArray<number>
}

export interface ObservationLine extends Omit<CapabilityLine, 'hours'> {
  readonly tool: string
  readonly effect: Observation['effect'] | null
  readonly scope: string
  readonly targets: ReadonlyArray<string>
  readonly flags: ReadonlyArray<string>
  /** Hours of the day (UTC) in which it was seen. */
  readonly hours: ReadonlyArray<number>
  /** Calls that may be learned from, their sessions and days. */
  readonly learned: { readonly calls: number; readonly sessions: number; readonly days: number }
  /** Indexes of the entries of the first call and the last. */
  readonly entries: readonly [first: number, last: number]
}

export interface ProfileReport {
  readonly calls: number
  readonly outcomes: Outcomes
  readonly enforced: Counts
  readonly shadow: Counts
  readonly sessions: number
  /** Sessions with an injection hit. */
  readonly tainted: number
  readonly first: number | null
  readonly last: number | null
  readonly hours: ReadonlyArray<number>
  readonly byDay: ReadonlyArray<DayUse>
  /** The most used first. */
  readonly capabilities: ReadonlyArray<CapabilityLine>
  readonly capabilitiesInAll: number
  /** Rules by which calls were held back, or in profile mode would have been; the most frequent first. */
  readonly heldBack: ReadonlyArray<{
    readonly rule: string
    readonly deny: number
    readonly defer: number
    readonly lastEntry: number
  }>
  readonly pii: Readonly<Record<string, number>>
  readonly injections: Readonly<Record<string, number>>
  readonly spend: Profile['spend']
  readonly readiness: Readiness
}

const countsOf = ([permit, defer, deny]: readonly [number, number, number]): Counts => ({
  permit,
  defer,
  deny,
})

/** `most`: capabilities listed. */
export const reportOf = (profile: Profile, most: number): ProfileReport => {
  const { calls, outcomes, first, last, hours, byDay, pii, injections, spend } = profile
  const capabilities = Object.entries(profile.capabilities)
    .map(([capability, use]) => ({
      capability,
      calls: use.calls,
      outcomes: use.outcomes,
      enforced: countsOf(use.enforced),
      shadow: countsOf(use.shadow),
      sessions: use.sessions.count,
      days: use.days.count,
      first: use.first,
      last: use.last,
      hours: use.hours,
    }))
    .sort((a, b) => b.calls - a.calls || (a.capability < b.capability ? -1 : 1))
  return {
    calls,
    outcomes,
    enforced: countsOf(profile.enforced),
    shadow: countsOf(profile.shadow),
    sessions: profile.sessionsMet,
    tainted: Object.values<SessionUse>(profile.sessions).filter(
      ({ tainted }) => tainted !== undefined,
    ).length,
    first,
    last,
    hours,
    byDay,
    capabilities: capabilities.slice(0, most),
    capabilitiesInAll: capabilities.length,
    heldBack: Object.entries(profile.heldBack)
      .map(([rule, held]) => ({
        rule,
        deny: held.deny,
        defer: held.defer,
        lastEntry: held.last,
      }))
      .sort((a, b) => b.deny + b.defer - a.deny - a.defer || (a.rule < b.rule ? -1 : 1)),
    pii,
    injections,
    spend,
    readiness: readinessOf(profile),
  }
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)

/** Observations as a person is shown them, the most frequent first. */
export const observationLines = (
  profile: Profile,
  isWanted: (observation: Observation) => boolean,
): ReadonlyArray<ObservationLine> =>
  Object.entries(profile.observations)
    .filter(([, one]) => isWanted(one))
    .sort(([a, x], [b, y]) => y.calls - x.calls || (a < b ? -1 : 1))
    .map(([, one]) => ({
      capability: one.capability,
      tool: one.tool,
      effect: one.effect ?? null,
      scope: one.scope,
      targets: one.learned?.targets ?? [],
      flags: one.flags,
      calls: one.calls,
      outcomes: one.outcomes,
      enforced: countsOf(one.enforced),
      shadow: countsOf(one.shadow),
      sessions: one.sessions.count,
      days: one.days.count,
      first: one.first,
      last: one.last,
      hours: HOURS.filter((hour) => (one.hours & (1 << hour)) !== 0),
      learned: {
        calls: one.learned?.calls ?? 0,
        sessions: one.learned?.sessions.count ?? 0,
        days: one.learned?.days.count ?? 0,
      },
      entries: [one.firstEntry, one.lastEntry],
    }))
