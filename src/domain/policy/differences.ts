// What one policy changes of another, in words for the person who is asked to agree: rules that come
// and go, verdicts that hold where no rule matches, tools and paths. Printable lines; nothing of the
// new policy's text is trusted to be one.
import { EFFECT_KINDS, type EffectKind } from '../action/effect.ts'
import { canonicalJson } from '../canonical.ts'
import { printable } from '../oneLine.ts'
import { isSameRule, layersOf, type Policy, rulesOf } from './policy.ts'
import type { EffectPattern, Rule } from './rule.ts'
import { stricterFrom } from './taint.ts'
import type { Validator } from '../validate/validator.ts'
import type { Verdict } from './verdict.ts'

const LONGEST = 160
/** Lines of one sort; the rest is counted. */
const MOST_LINES = 12

/** Empty where both say the same. */
export const differencesOf = (from: Policy, to: Policy): ReadonlyArray<string> => [
  ...(from.name === to.name ? [] : [`name: ${shown(from.name)} → ${shown(to.name)}`]),
  ...rulesThatDiffer(rulesOf(from), rulesOf(to)),
  ...limited(EFFECT_KINDS.flatMap((kind) => defaultThatDiffers(kind, from, to))),
  ...namesThatDiffer('tool', toolsOf(from), toolsOf(to)),
  ...namesThatDiffer('monitored path', monitoredOf(from), monitoredOf(to)),
  ...limited(EFFECT_KINDS.flatMap((kind) => taintThatDiffers(kind, from, to))),
  ...namesThatDiffer('validator', validatorsIn(from), validatorsIn(to)),
]

const shown = (text: string): string => printable(text, LONGEST)

const limited = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length <= MOST_LINES
    ? lines
    : [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} more like these`]

const told = ({ verdict, id, reason }: Rule): string =>
  `${verdict} ${id}${reason === undefined ? '' : `: ${reason}`}`

const rulesThatDiffer = (
  from: ReadonlyArray<Rule>,
  to: ReadonlyArray<Rule>,
): ReadonlyArray<string> => {
  const before = new Map(from.map((rule) => [rule.id, rule]))
  const after = new Map(to.map((rule) => [rule.id, rule]))
  const removed = [...before.values()].filter((rule) => !after.has(rule.id))
  const added = [...after.values()].filter((rule) => !before.has(rule.id))
  const changed = [...after.values()].filter((rule) => {
    const old = before.get(rule.id)
    return old !== undefined && !isSameRule(old, rule)
  })
  return [
    ...limited(removed.map((rule) => shown(`- ${told(rule)}`))),
    ...limited(added.map((rule) => shown(`+ ${told(rule)}`))),
    ...limited(
      changed.map((rule) => {
        const { verdict } = before.get(rule.id)!
        return shown(`~ ${verdict === rule.verdict ? '' : `${verdict} → `}${told(rule)}`)
      }),
    ),
  ]
}

const RANK: Record<Verdict, number> = { permit: 0, defer: 1, deny: 2 }

/** Where no rule matches: the strictest of the layers that say something; none does: defer. */
export const defaultIn = (policy: Policy, kind: EffectKind): Verdict => {
  const said = layersOf(policy).flatMap(({ defaults }) => {
    const one = defaults[kind] ?? defaults[`${kind.split('.')[0]}.*` as EffectPattern]
    return one === undefined ? [] : [one]
  })
  return said.length === 0 ? 'defer' : said.reduce((a, b) => (RANK[a] >= RANK[b] ? a : b))
}

const defaultThatDiffers = (kind: EffectKind, from: Policy, to: Policy): ReadonlyArray<string> => {
  const [was, is] = [defaultIn(from, kind), defaultIn(to, kind)]
  return was === is ? [] : [`${kind} where no rule matches: ${was} → ${is}`]
}

const taintThatDiffers = (kind: EffectKind, from: Policy, to: Policy): ReadonlyArray<string> => {
  const inWords = (policy: Policy): string => {
    const least = stricterFrom(layersOf(policy)).get(kind)
    if (least === undefined) return 'as ever'
    return least === 0 ? 'stricter' : `stricter from score ${least}`
  }
  const [was, is] = [inWords(from), inWords(to)]
  return was === is ? [] : [`${kind} after an injection: ${was} → ${is}`]
}

const toolsOf = (policy: Policy): ReadonlyMap<string, string> =>
  new Map(
    layersOf(policy).flatMap(({ tools = {} }, at) =>
      Object.entries(tools).map(([name, one]) => [`${name}\0${at}`, canonicalJson(one)] as const),
    ),
  )

const monitoredOf = (policy: Policy): ReadonlyMap<string, string> =>
  new Map(
    layersOf(policy).flatMap(({ monitored = [] }) =>
      monitored.flatMap((one) =>
        (typeof one === 'string' ? [one] : [one.path].flat()).map((path) => [path, path] as const),
      ),
    ),
  )

/** What each checks, without the examples that say what its author thinks it does. */
const validatorsIn = (policy: Policy): ReadonlyMap<string, string> =>
  new Map(
    layersOf(policy).flatMap(({ validators = [] }, at) =>
      validators.map((one) => [`${one.id}\0${at}`, checkOf(one)] as const),
    ),
  )

const checkOf = (validator: Validator): string => {
  const { examples: _, ...check } = validator
  return canonicalJson(check)
}

const namesThatDiffer = (
  what: string,
  from: ReadonlyMap<string, string>,
  to: ReadonlyMap<string, string>,
): ReadonlyArray<string> => {
  const line = (sign: string, key: string) => shown(`${sign} ${what} ${key.split('\0', 1)[0]}`)
  return limited([
    ...[...from.keys()].filter((key) => !to.has(key)).map((key) => line('-', key)),
    ...[...to].flatMap(([key, text]) =>
      from.has(key) ? (from.get(key) === text ? [] : [line('~', key)]) : [line('+', key)],
    ),
  ])
}
