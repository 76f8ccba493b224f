// Observations made into permits: one rule for each key, with everything it lists and the evidence it
// rests on. Deterministic: the same observations make the same rules, in whatever order they come.
import type { Zone } from '../action/place.ts'
import { hostName } from '../policy/pattern.ts'
import type { Policy } from '../policy/policy.ts'
import type { Observation } from '../profile/profile.ts'
import { needsDoer } from '../profile/scope.ts'
import {
  isCapabilityPrefix,
  isFlagName,
  isHostPattern,
  isNamePattern,
  isProgramPattern,
  type Match,
  MOST_ALTERNATIVES,
  type Rule,
} from '../policy/rule.ts'
import { evidenceInWords } from '../policy/evidenceInWords.ts'
import { evidenceOf } from './evidence.ts'
import { hostsOf, pathsOf } from './generalise.ts'
import { settledIn } from './place.ts'
import { keyText, type RuleKey, ruleIdOf, ruleKeyOf } from './ruleKey.ts'

export interface LearnedRule {
  readonly key: RuleKey
  readonly rule: Rule
  readonly of: ReadonlyArray<Observation>
}

/** Those of an observation whose target no rule can name are left out. */
export const learnedRules = (
  observations: ReadonlyArray<Observation>,
): ReadonlyArray<LearnedRule> => {
  const groups = new Map<string, { readonly key: RuleKey; readonly of: Array<Observation> }>()
  for (const one of observations) {
    const key = ruleKeyOf(one)
    if (key === undefined) continue
    const text = keyText(key)
    const group = groups.get(text)
    if (group === undefined) groups.set(text, { key, of: [one] })
    else group.of.push(one)
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, { key, of }]) => {
      const match = matchOf(key, of)
      if (match === undefined) return []
      const evidence = evidenceOf(of)
      const unless = exceptionsOf(key)
      const rule: Rule = {
        id: ruleIdOf(key),
        verdict: 'permit',
        match,
        ...(unless.length === 0 ? {} : { unless: unless.length === 1 ? unless[0]! : unless }),
        reason: `learned from ${evidenceInWords(evidence)}`,
        evidence,
      }
      return [{ key, rule, of }]
    })
}

/** The same as they are to stand in the policy. */
export const inPlace = (
  policy: Policy,
  learned: ReadonlyArray<LearnedRule>,
): ReadonlyArray<LearnedRule> => {
  const rules = settledIn(
    policy,
    learned.map(({ rule }) => rule),
  )
  return learned.map((one, at) => ({ ...one, rule: rules[at]! }))
}

/** A folder's files were changed one by one; that is no leave to change all of it at once. */
const BELOW: Match = { reach: ['some', 'all'] }
/** What the agent wrote or fetched a moment ago is not what was seen to be run. */
const NEW_CODE: Match = { origin: ['written', 'downloaded'] }

/** What the rule would reach beyond what was observed, were it not for these. */
const exceptionsOf = ({
  kind,
  lists,
  reach,
  origin,
  capability,
}: RuleKey): ReadonlyArray<Match> => [
  ...(lists === 'path' && reach === undefined && kind !== 'fs.read' ? [BELOW] : []),
  ...(needsDoer(kind) && origin === undefined ? [NEW_CODE] : []),
  // A target was never named: that is no leave for whatever can be named.
  ...(lists === undefined && capability !== undefined && kind === 'net.fetch'
    ? [{ host: '*' }]
    : []),
  ...(lists === undefined && capability !== undefined && kind === 'spawn' ? [{ name: '*' }] : []),
]

/** Undefined where nothing is left that a rule can name. */
const matchOf = (key: RuleKey, of: ReadonlyArray<Observation>): Match | undefined => {
  const { kind, capability, why, origin, reach, flags, lists } = key
  if (capability !== undefined && !isCapabilityPrefix(capability)) return undefined
  if (flags !== undefined && !flags.every(isFlagName)) return undefined
  const listed = lists === undefined ? {} : listOf(lists, of)
  if (listed === undefined) return undefined
  return {
    ...(capability === undefined ? {} : { capability }),
    ...(flags === undefined ? {} : { flags_only: flags }),
    effect: kind,
    ...listed,
    ...(reach === undefined ? {} : { reach }),
    ...(why === undefined ? {} : { why }),
    ...(origin === undefined ? {} : { origin }),
  }
}

/** A name with a wildcard in it, which a call may well have used, would stand for others. */
const scopesOf = (of: ReadonlyArray<Observation>): ReadonlyArray<string> =>
  of.map(({ scope }) => scope).filter((scope) => !/[*?]/.test(scope))

/** What is listed, sorted: a list that is too long keeps its beginning. */
const listOf = (
  lists: NonNullable<RuleKey['lists']>,
  of: ReadonlyArray<Observation>,
): Match | undefined => {
  const values = [...new Set(valuesOf(lists, of))].sort().slice(0, MOST_ALTERNATIVES)
  if (values.length === 0) return undefined
  // A folder may hold places of other zones, such as a key or a start-up file: they are not meant.
  const zones = lists === 'path' ? { zone: [...new Set(valuesOf('zone', of))].sort() } : {}
  return { [lists]: values, ...zones } as Match
}

const valuesOf = (
  lists: NonNullable<RuleKey['lists']>,
  of: ReadonlyArray<Observation>,
): ReadonlyArray<string> => {
  switch (lists) {
    case 'zone':
      return of.flatMap(({ effect }) => zonesOf(effect))
    case 'path':
      return of.flatMap(pathsOf)
    case 'host':
      return hostsOf(scopesOf(of).map(hostName).filter(isHostPattern))
    case 'program':
      return scopesOf(of).filter(isProgramPattern)
    case 'name':
      return scopesOf(of).filter(isNamePattern)
  }
}

const zonesOf = (effect: Observation['effect']): ReadonlyArray<Zone> =>
  effect?.target !== undefined && 'path' in effect.target ? [effect.target.zone] : []
