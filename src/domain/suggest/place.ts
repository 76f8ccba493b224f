// Putting learned rules into a policy. Layers are each judged for themselves and the strictest counts,
// so a permit has to stand wherever a default would leave its effect to a human, and nowhere else.
import type { EffectKind } from '../action/effect.ts'
import { type Layer, type Policy } from '../policy/policy.ts'
import { type EffectPattern, kindsOf, many, type Match, type Rule } from '../policy/rule.ts'

/** Lists of what a rule is for; a learned rule that is learned again has those of both. */
const LISTED = ['path', 'host', 'name', 'program', 'zone'] as const

/** The policy with the rules added; one whose id is there already is put in its place, widened. */
export const withRules = (policy: Policy, learned: ReadonlyArray<Rule>): Policy => ({
  ...policy,
  rules: together(policy.rules, learned),
  ...(policy.layers === undefined
    ? {}
    : { layers: policy.layers.map((layer) => withOwn(layer, learned)) }),
})

const withOwn = (layer: Layer, learned: ReadonlyArray<Rule>): Layer => {
  const ids = new Set(layer.rules.map(({ id }) => id))
  const own = learned.filter(
    (rule) =>
      ids.has(rule.id) ||
      (rule.verdict === 'permit' &&
        many(rule.match.effect)
          .flatMap(kindsOf)
          .some((kind) => defaultOf(layer, kind) === 'defer')),
  )
  return own.length === 0 ? layer : { ...layer, rules: together(layer.rules, own) }
}

const defaultOf = ({ defaults }: Pick<Layer, 'defaults'>, kind: EffectKind) =>
  defaults[kind] ?? defaults[`${kind.split('.')[0]}.*` as EffectPattern]

const together = (
  rules: ReadonlyArray<Rule>,
  learned: ReadonlyArray<Rule>,
): ReadonlyArray<Rule> => {
  const fresh = new Map(learned.map((rule) => [rule.id, rule]))
  const kept = rules.map((rule) => {
    const again = fresh.get(rule.id)
    fresh.delete(rule.id)
    return again === undefined || rule.evidence === undefined ? rule : widened(rule, again)
  })
  return [...kept, ...fresh.values()]
}

/** What was permitted before stays so, whatever the profile has forgotten. */
export const widened = (before: Rule, now: Rule): Rule => {
  const match: Record<string, unknown> = { ...now.match }
  for (const key of LISTED) {
    const all = [...many<string>(before.match[key]), ...many<string>(now.match[key])]
    if (all.length > 0) match[key] = [...new Set(all)].sort()
  }
  return { ...now, match: match as Match }
}
