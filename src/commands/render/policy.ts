// `policy show --rules`: rules and defaults, one a line; `--summary`: counts alone.
import { EFFECT_KINDS } from '../../domain/action/effect.ts'
import { defaultIn } from '../../domain/policy/differences.ts'
import { layersOf, type Policy, validatorsOf } from '../../domain/policy/policy.ts'
import { rateInWords } from '../../domain/policy/rule.ts'
import { DEFAULT_TAINT } from '../../domain/policy/taint.ts'
import type { Verdict } from '../../domain/policy/verdict.ts'
import { printed } from '../terminal/printed.ts'
import { facts, table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { verdictWord } from './verdict.ts'

type Look = Pick<Terminal, 'style' | 'width'>

export const policyLines = (policy: Policy, digest: string, look: Look): ReadonlyArray<string> => [
  `${look.style.bold(printed(policy.name))}  ${look.style.dim(digest)}`,
  ...partLines(policy, look),
  ...(policy.layers ?? []).flatMap((layer) => [
    '',
    look.style.bold(look.style.underline(`Layer ${printed(layer.name)}`)),
    ...partLines(layer, look),
  ]),
]

const partLines = (
  part: ReturnType<typeof layersOf>[number],
  { style, width }: Look,
): ReadonlyArray<string> => {
  const verdict = (one: Verdict) => verdictWord(one, style, { width: 6 })
  const tools = Object.entries(part.tools ?? {})
  const monitored = (part.monitored ?? []).flatMap((one) =>
    typeof one === 'string' ? [one] : [one.path].flat(),
  )
  const { validators = [] } = part
  return [
    '',
    style.bold('Rules'),
    ...table(
      part.rules.map((rule) => [
        verdict(rule.verdict),
        printed(rule.id),
        printed(
          (rule.reason ?? conditionsOf(rule.match)) +
            (rule.rate === undefined ? '' : ` (after ${rateInWords(rule.rate)})`),
        ),
      ]),
      { width, styleLast: style.dim },
    ),
    '',
    style.bold('Where no rule matches'),
    ...table(
      [
        ...Object.entries(part.defaults).map(([kind, one]) => [verdict(one), kind]),
        [verdict(part.unknown_tool ?? 'deny'), 'a tool that nobody knows'],
      ],
      { width },
    ),
    ...(monitored.length === 0
      ? []
      : [
          '',
          style.bold('Monitored'),
          ...table(
            monitored.map((path) => [printed(path)]),
            { width },
          ),
        ]),
    '',
    style.bold('After an injection'),
    ...table([[taintText(part)]], { width }),
    ...(validators.length === 0
      ? []
      : [
          '',
          style.bold('Validators of files written'),
          ...table(
            validators.map(({ id, kind, paths, reason }) => [
              printed(id),
              kind,
              printed(reason ?? paths.join(', ')),
            ]),
            { width, styleLast: style.dim },
          ),
        ]),
    ...(tools.length === 0
      ? []
      : [
          '',
          style.bold('Tools'),
          ...table(
            tools.map(([name, tool]) => [
              printed(name),
              [
                tool.effects === undefined
                  ? 'any effect'
                  : `may ${tool.effects.join(', ') || 'nothing'}`,
                ...(tool.postures === undefined ? [] : [`only in ${tool.postures.join(', ')}`]),
                ...(tool.require_confirmation === true ? ['asks every time'] : []),
              ].join('; '),
            ]),
            { width },
          ),
        ]),
  ]
}

const taintText = ({ taint = DEFAULT_TAINT }: Pick<Policy, 'taint'>): string => {
  const { stricter, from = 0 } = taint
  if (stricter.length === 0) return 'nothing is stricter'
  return `${stricter.join(', ')}: one verdict stricter${from === 0 ? '' : `, from score ${from} on`}`
}

export interface PolicySummary {
  readonly digest: string
  readonly layers: number
  readonly rules: Readonly<Record<Verdict, number>>
  readonly defaults: Readonly<Record<Verdict, number>>
  readonly rated: number
  readonly examples: number
  readonly tools: number
  readonly monitored: number
  readonly validators: number
}

/** Counts, and the digest that tells two policies apart: nothing that anybody wrote. */
export const summaryOf = (policy: Policy, digest: string): PolicySummary => {
  const layers = layersOf(policy)
  const rules = layers.flatMap((layer) => layer.rules)
  const byVerdict = (verdicts: ReadonlyArray<Verdict>) => ({
    permit: verdicts.filter((one) => one === 'permit').length,
    defer: verdicts.filter((one) => one === 'defer').length,
    deny: verdicts.filter((one) => one === 'deny').length,
  })
  const sum = (counts: ReadonlyArray<number>) => counts.reduce((a, b) => a + b, 0)
  return {
    digest,
    layers: layers.length,
    rules: byVerdict(rules.map((rule) => rule.verdict)),
    defaults: byVerdict(EFFECT_KINDS.map((kind) => defaultIn(policy, kind))),
    rated: rules.filter((rule) => rule.rate !== undefined).length,
    examples: sum(
      rules.map(({ examples: { match = [], not = [] } = {} }) => match.length + not.length),
    ),
    tools: sum(layers.map(({ tools = {} }) => Object.keys(tools).length)),
    monitored: sum(layers.map(({ monitored = [] }) => monitored.length)),
    validators: validatorsOf(policy).length,
  }
}

export const summaryLines = (summary: PolicySummary, { style, width }: Look) => {
  const { digest, layers, rules, defaults, rated, examples, tools, monitored, validators } = summary
  const counted = ({ permit, defer, deny }: Record<Verdict, number>) =>
    `${permit + defer + deny}: ${permit} permit, ${defer} defer, ${deny} deny`
  return facts(
    [
      ['digest', digest],
      ['layers', String(layers)],
      ['rules', `${counted(rules)}${rated === 0 ? '' : `; ${rated} with a rate`}`],
      ['effects without a rule', counted(defaults)],
      ['examples', String(examples)],
      ['tools', String(tools)],
      ['monitored', String(monitored)],
      ['validators', String(validators)],
    ],
    { width, dim: style.dim },
  )
}

const conditionsOf = (match: object): string =>
  Object.entries(match)
    .map(([name, value]) => `${name} ${[value].flat().join(' or ')}`)
    .join(', ')
