// What is known of one call before it is made: whether everything it would do was seen, how often, and
// on what else the same capability was used.
import type { Action } from '../action/action.ts'
import type { EffectKind } from '../action/effect.ts'
import { countTogether, type Observation, type Outcomes, type Profile } from './profile.ts'
import { type Observed, observedIn } from './observed.ts'

export interface HabitPart {
  readonly capability: string
  readonly kind: EffectKind | null
  readonly scope: string
  /** Calls that did it; 0 where none did. */
  readonly calls: number
  readonly outcomes: Outcomes
  readonly sessions: number
  readonly days: number
  /** Epoch milliseconds. */
  readonly first: number | null
  readonly last: number | null
  /** Scopes that the capability did the same to, this one too, the most used first. */
  readonly scopes: ReadonlyArray<string>
  /** Scopes beyond those. */
  readonly moreScopes: number
}

export interface Habit {
  /** Calls that each part of it was seen in, at least: 0 where a part of it is new. */
  readonly calls: number
  readonly sessions: number
  readonly days: number
  readonly parts: ReadonlyArray<HabitPart>
}

const MOST_SCOPES = 5
const NO_OUTCOMES: Outcomes = { finished: 0, failed: 0, unfinished: 0 }

export const habitOf = (profile: Profile, action: Action): Habit => {
  const parts = observedIn(action).map((one) => partOf(profile, one))
  const least = (of: (part: HabitPart) => number): number =>
    parts.length === 0 ? 0 : Math.min(...parts.map(of))
  return {
    calls: least(({ calls }) => calls),
    sessions: least(({ sessions }) => sessions),
    days: least(({ days }) => days),
    parts,
  }
}

const partOf = ({ observations }: Profile, seen: Observed): HabitPart => {
  const { key, capability, effect, scope } = seen
  const known = Object.hasOwn(observations, key) ? observations[key] : undefined
  const alike = scopesOf(observations, capability, effect?.kind)
  return {
    capability,
    kind: effect?.kind ?? null,
    scope,
    calls: known?.calls ?? 0,
    outcomes: known?.outcomes ?? NO_OUTCOMES,
    sessions: known === undefined ? 0 : countTogether([known.sessions]),
    days: known === undefined ? 0 : countTogether([known.days]),
    first: known?.first ?? null,
    last: known?.last ?? null,
    scopes: alike.slice(0, MOST_SCOPES),
    moreScopes: Math.max(0, alike.length - MOST_SCOPES),
  }
}

const scopesOf = (
  observations: Profile['observations'],
  capability: string,
  kind: EffectKind | undefined,
): ReadonlyArray<string> => {
  const calls = new Map<string, number>()
  for (const one of Object.values<Observation>(observations))
    if (one.capability === capability && one.effect?.kind === kind && one.scope !== '')
      calls.set(one.scope, (calls.get(one.scope) ?? 0) + one.calls)
  return [...calls].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([scope]) => scope)
}
