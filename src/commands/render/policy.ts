// `policy show --summary`: rules and defaults, one a line.
import type { Policy } from '../../domain/policy/policy.ts'
import type { Verdict } from '../../domain/policy/verdict.ts'
import { printed } from '../terminal/printed.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { verdictWord } from './verdict.ts'

export const policyLines = (
  value: unknown,
  digest: string,
  { style, width }: Pick<Terminal, 'style' | 'width'>,
): ReadonlyArray<string> => {
  const policy = value as Policy
  const verdict = (one: Verdict) => verdictWord(one, style, { width: 6 })
  const tools = Object.entries(policy.tools ?? {})
  return [
    `${style.bold(printed(policy.name))}  ${style.dim(digest)}`,
    '',
    style.bold('Rules'),
    ...table(
      policy.rules.map((rule) => [
        verdict(rule.verdict),
        printed(rule.id),
        printed(rule.reason ?? conditionsOf(rule.match)),
      ]),
      { width, styleLast: style.dim },
    ),
    '',
    style.bold('Where no rule matches'),
    ...table(
      [
        ...Object.entries(policy.defaults).map(([kind, one]) => [verdict(one), kind]),
        [verdict(policy.unknown_tool ?? 'deny'), 'a tool that nobody knows'],
      ],
      { width },
    ),
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

const conditionsOf = (match: object): string =>
  Object.entries(match)
    .map(([name, value]) => `${name} ${[value].flat().join(' or ')}`)
    .join(', ')
