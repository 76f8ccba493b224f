// How many learned rules a policy has room for. A flood of things seen, whoever made it, must not be
// the end of all suggestions: what rests on the most sessions goes in, the rest stays with a human.
import { utf8 } from '../bytes.ts'
import { canonicalJson } from '../canonical.ts'
import {
  layersOf,
  MOST_POLICY_BYTES,
  MOST_RULES,
  type Policy,
  policyBytes,
  rulesOf,
} from '../policy/policy.ts'
import type { LearnedRule } from './learnedRules.ts'
import { withRules } from './place.ts'

/** Whether it is within the bounds of a policy's size. */
export const fits = (policy: Policy): boolean =>
  rulesOf(policy).length <= MOST_RULES && policyBytes(policy).length <= MOST_POLICY_BYTES

export interface WithinBounds {
  /** In the order given. */
  readonly permits: ReadonlyArray<LearnedRule>
  readonly beyond: ReadonlyArray<LearnedRule>
}

/** `policy`: what they are added to. One that it has already is the last to be left out. */
export const withinBounds = (wanted: ReadonlyArray<LearnedRule>, policy: Policy): WithinBounds => {
  if (
    fits(
      withRules(
        policy,
        wanted.map(({ rule }) => rule),
      ),
    )
  )
    return { permits: wanted, beyond: [] }
  const known = new Set(rulesOf(policy).map(({ id }) => id))
  const ranked = wanted.toSorted(
    (a, b) => byWeight(weightOf(a, known), weightOf(b, known)) || (a.rule.id < b.rule.id ? -1 : 1),
  )
  // It may come to stand in each layer, and takes the place of itself: never more than this.
  const times = layersOf(policy).length
  let rules = MOST_RULES - rulesOf(policy).length
  let bytes = MOST_POLICY_BYTES - policyBytes(policy).length
  const permits = new Set<LearnedRule>()
  for (const one of ranked) {
    rules -= times
    bytes -= times * (utf8(canonicalJson(one.rule)).length + 1)
    if (rules < 0 || bytes < 0) break
    permits.add(one)
  }
  return {
    permits: wanted.filter((one) => permits.has(one)),
    beyond: ranked.filter((one) => !permits.has(one)),
  }
}

const weightOf = (
  { rule: { id, evidence } }: LearnedRule,
  known: ReadonlySet<string>,
): ReadonlyArray<number> => [
  known.has(id) ? 1 : 0,
  evidence?.sessions ?? 0,
  evidence?.days ?? 0,
  evidence?.calls ?? 0,
]

/** The weightiest first. */
const byWeight = (a: ReadonlyArray<number>, b: ReadonlyArray<number>): number => {
  const at = a.findIndex((one, i) => one !== b[i])
  return at < 0 ? 0 : b[at]! - a[at]!
}
