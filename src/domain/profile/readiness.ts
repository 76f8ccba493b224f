// Whether enough was seen to make a policy of: the missing mass over all calls, and for each family of
// capabilities. A call is new when any one thing it does is.
import { type MissingMass, missingMass } from './missingMass.ts'
import type { Observation, Profile } from './profile.ts'
import { familyOf } from './scope.ts'

export interface FamilyReadiness extends MissingMass {
  readonly family: string
}

export interface Readiness {
  readonly all: MissingMass
  /** Those with the most calls first. */
  readonly families: ReadonlyArray<FamilyReadiness>
  /** Observations were given up to stay bounded: more was seen than the figures know. */
  readonly forgotten: number
}

/** At most this share of the next calls may be new, with 95% confidence, for a profile to be ready. */
export const READY_AT = 0.05

export const isReady = ({ high }: MissingMass): boolean => high <= READY_AT

/** Calls that did something which was seen in `times` calls in all. */
const callsWithRare = (observations: ReadonlyArray<Observation>, times: 1 | 2): number =>
  new Set(
    observations
      .filter(({ calls }) => calls === times)
      .map(({ firstEntry, lastEntry }) => `${firstEntry} ${lastEntry}`),
  ).size

/**
 * The missing mass among `calls` calls of what these observations are. `forgotten`: observations that
 * were given up; each may have been one that was met once, and counts as such.
 */
export const massOf = (
  observations: ReadonlyArray<Observation>,
  calls: number,
  forgotten: number,
): MissingMass =>
  missingMass(
    calls,
    Math.min(calls, callsWithRare(observations, 1) + forgotten),
    callsWithRare(observations, 2),
  )

export const readinessOf = (profile: Profile): Readiness => {
  const observations = Object.values(profile.observations)
  const byFamily = new Map<string, Array<Observation>>()
  for (const one of observations) {
    if (one.capability === '') continue
    const family = familyOf(one.capability)
    byFamily.set(family, [...(byFamily.get(family) ?? []), one])
  }
  const families = Object.entries(profile.families)
    .map(([family, calls]) => ({ family, ...massOf(byFamily.get(family) ?? [], calls, 0) }))
    .sort((a, b) => b.calls - a.calls || (a.family < b.family ? -1 : 1))
  const { calls, forgotten } = profile
  return { all: massOf(observations, calls, forgotten), families, forgotten }
}
