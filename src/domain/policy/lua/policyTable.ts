// A policy's data as a Lua table that a person reads: the rules in the policy's order, each a block
// under its reason and what it was learned from. Nothing that decides is left out; examples are.
import { luaComment, type LuaData, luaKey, luaString, luaValue } from './literal.ts'
import { evidenceInWords } from '../evidenceInWords.ts'
import { type Layer, layersOf, type Policy } from '../policy.ts'
import { type Evidence, many, type Rule } from '../rule.ts'

type Lines = ReadonlyArray<string>

/** The table's text. `digest` is that of the policy, in hex. */
export const policyTable = (policy: Policy, digest: string): string => {
  const [own, ...layers] = layersOf(policy)
  return [
    '{',
    ...field('name', policy.name, '  '),
    ...field('digest', digest, '  '),
    ...layerFields(own!, '  '),
    ...(layers.length === 0
      ? []
      : [
          '',
          '  -- Further policies: each is judged for itself, and the strictest verdict counts.',
          '  layers = {',
          ...(policy.layers ?? []).flatMap((layer) => [
            '    {',
            ...field('name', layer.name, '      '),
            ...layerFields(layer, '      '),
            '    },',
          ]),
          '  },',
        ]),
    '}',
  ].join('\n')
}

const field = (name: string, value: LuaData | undefined, indent: string): Lines =>
  value === undefined
    ? []
    : [
        `${indent}${luaKey(name)} = ${luaValue(value, indent, indent.length + name.length + 4)},`,
      ].flatMap((text) => text.split('\n'))

const layerFields = (layer: Omit<Layer, 'name'>, indent: string): Lines => [
  ...field('defaults', layer.defaults, indent),
  ...field('unknown_tool', layer.unknown_tool, indent),
  ...field('tools', layer.tools, indent),
  ...monitoredField(layer, indent),
  ...field('taint', layer.taint, indent),
  ...(layer.rules.length === 0
    ? [`${indent}rules = {},`]
    : [
        `${indent}rules = {`,
        ...layer.rules.flatMap((rule, i) => [
          ...(i === 0 ? [] : ['']),
          ...ruleBlock(rule, `${indent}  `),
        ]),
        `${indent}},`,
      ]),
]

/** The reasons of watched paths are told in comments, as those of rules are. */
const monitoredField = ({ monitored }: Pick<Layer, 'monitored'>, indent: string): Lines =>
  monitored === undefined
    ? []
    : [
        `${indent}monitored = {`,
        ...monitored.flatMap((one) =>
          typeof one === 'string'
            ? [`${indent}  ${luaString(one)},`]
            : [
                ...(one.reason === undefined ? [] : luaComment(one.reason, `${indent}  `)),
                ...`${indent}  ${luaValue({ path: one.path }, `${indent}  `)},`.split('\n'),
              ],
        ),
        `${indent}},`,
      ]

/** One rule. A list of rules is its caller's to open and close. */
export const ruleBlock = (rule: Rule, indent: string): Lines => {
  const inner = `${indent}  `
  const { id, verdict, match, unless, rate, approve, reason, instead, evidence } = rule
  return [
    // A learned rule's reason is its evidence once more.
    ...(reason === undefined || (evidence !== undefined && reason.startsWith('learned from'))
      ? []
      : luaComment(reason, indent)),
    ...(instead === undefined ? [] : luaComment(`instead: ${instead}`, indent)),
    ...(evidence === undefined ? [] : luaComment(learnedFrom(evidence), indent)),
    `${indent}{`,
    ...field('id', id, inner),
    ...field('verdict', verdict, inner),
    ...field('match', match, inner),
    ...field('unless', unless === undefined ? undefined : many(unless), inner),
    ...field('rate', rate, inner),
    ...field('approve', approve, inner),
    `${indent}},`,
  ]
}

const learnedFrom = (evidence: Evidence): string => {
  const { first, last, entries } = evidence
  const when = `${dayOf(first)} to ${dayOf(last)}`
  const where = entries.length === 0 ? '' : `; entries of the log: ${entries.join(', ')}`
  return `learned from ${evidenceInWords(evidence)}, ${when}${where}`
}

/** The day in UTC of epoch milliseconds; the figure itself where that is no date. */
const dayOf = (time: number): string => {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString().slice(0, 10)
}
