// Putting learned rules into a policy. Layers are each judged for themselves and the strictest counts,
// so a permit has to stand wherever a default would leave its effect to a human, and nowhere else.
// A rule that a person made, or made another of, is never written over.
import type { EffectKind } from '../action/effect.ts'
import { canonicalJson } from '../canonical.ts'
import { type Layer, type Policy, rulesOf } from '../policy/policy.ts'
import {
  type EffectPattern,
  kindsOf,
  many,
  type Match,
  MOST_ALTERNATIVES,
  type Rule,
} from '../policy/rule.ts'

/** Lists of what a rule is for; a learned rule that is learned again has those of both. */
const LISTED = ['path', 'host', 'name', 'program', 'zone'] as const

const LONGEST_ID = 64

/**
 * Learned rules as they are to stand in the policy: one that is there already is widened, wherever it
 * stands, so that it is one rule in all layers; one whose id somebody's rule has gets another id.
 */
export const settledIn = (policy: Policy, learned: ReadonlyArray<Rule>): ReadonlyArray<Rule> => {
  const known = new Map<string, Array<Rule>>()
  for (const rule of rulesOf(policy)) {
    const same = known.get(rule.id)
    if (same === undefined) known.set(rule.id, [rule])
    else same.push(rule)
  }
  return learned.map((rule) => {
    for (let again = 1; ; again++) {
      const id = idAgain(rule.id, again)
      const others = known.get(id) ?? []
      if (!others.every((other) => isWidenedBy(other, rule))) continue
      const settled = others.reduceRight<Rule>((now, other) => widened(other, now), { ...rule, id })
      known.set(id, [settled])
      return settled
    }
  })
}

const idAgain = (id: string, again: number): string => {
  const suffix = again === 1 ? '' : `.${again}`
  return id.slice(0, LONGEST_ID - suffix.length) + suffix
}

/** The policy with the rules in it; one whose id is there already takes its place. */
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
    return again ?? rule
  })
  return [...kept, ...fresh.values()]
}

/**
 * Whether a rule is an earlier form of the learned one: it says the same but for what it lists. One
 * that a person has turned into a denial or given another exception is theirs.
 */
const isWidenedBy = (before: Rule, now: Rule): boolean =>
  before.evidence !== undefined && before.rate === undefined && saidBy(before) === saidBy(now)

const saidBy = ({ verdict, match, unless }: Rule): string => {
  const { path: _, host: __, name: ___, program: ____, zone: _____, ...fixed } = match
  const lists = LISTED.filter((key) => match[key] !== undefined)
  return canonicalJson({ verdict, fixed, lists, unless: unless ?? null })
}

/** What was permitted before stays so, whatever the profile has forgotten. */
const widened = (before: Rule, now: Rule): Rule => {
  const match: Record<string, unknown> = { ...now.match }
  for (const key of LISTED) {
    const all = new Set([...many<string>(before.match[key]), ...many<string>(now.match[key])])
    if (all.size > 0) match[key] = [...all].slice(0, MOST_ALTERNATIVES).sort()
  }
  // Of what it listed before, the profile may know less by now.
  const { reason, evidence } =
    (before.evidence?.calls ?? 0) > (now.evidence?.calls ?? 0) ? before : now
  return {
    ...before,
    match: match as Match,
    ...(reason === undefined ? {} : { reason }),
    ...(evidence === undefined ? {} : { evidence }),
  }
}
