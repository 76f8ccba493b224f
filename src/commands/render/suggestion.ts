// A suggested policy for a person: what it permits and on what evidence, what it denies, which defaults
// it closes, and what it leaves alone and why.
import type { LeftLine, Suggested } from '../../domain/control/learning.ts'
import { LEFT_BECAUSE, type LeftBecause } from '../../domain/suggest/learnable.ts'
import { evidenceInWords } from '../../domain/policy/evidenceInWords.ts'
import { ruleInWords } from '../../domain/suggest/ruleInWords.ts'
import { printed } from '../terminal/printed.ts'
import { count, plural } from '../terminal/progress.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { percent } from './report.ts'
import { verdictWord } from './verdict.ts'

type Look = Pick<Terminal, 'style' | 'width'>

const MOST_RULES = 40
const MOST_LEFT = 12

const STAYS_OPEN = {
  'too-often-new': 'too often something new',
  forgotten: 'more was seen than is kept',
  'not-nameable': 'something that was done cannot be named by a rule',
} as const

export const suggestionLines = (suggested: Suggested, look: Look): ReadonlyArray<string> => {
  const { style, width } = look
  const { policy, seen, live } = suggested
  return [
    style.bold(printed(policy.name)),
    ...table(
      [
        ['in place of', printed(live.name)],
        [
          'made from',
          `${count(seen.finished)} finished of ${plural(seen.calls, 'call')} in ${plural(seen.sessions, 'session')}`,
        ],
      ],
      { width, styleLast: style.dim },
    ),
    ...learnedLines(suggested, look),
    ...closingLines(suggested, look),
    ...(suggested.guards.length === 0
      ? []
      : [
          '',
          style.bold('Denied for good'),
          ...table(
            suggested.guards.map((rule) => [
              verdictWord('deny', style, { width: 6 }),
              printed(rule.id),
              printed(rule.reason ?? ''),
            ]),
            { width, styleLast: style.dim },
          ),
        ]),
    ...suggested.unguarded.flatMap(({ rule, calls }) => [
      `  ${style.yellow('not added')}  ${printed(rule.id)}: ${plural(calls, 'such call')} finished, so it stays as it is`,
    ]),
    ...leftLines(suggested.left, look),
  ]
}

const learnedLines = ({ learned }: Suggested, { style, width }: Look): ReadonlyArray<string> =>
  learned.length === 0
    ? ['', 'Nothing was seen often enough, finished, and is not permitted already.']
    : [
        '',
        style.bold('Permitted, as learned'),
        ...table(
          learned
            .slice(0, MOST_RULES)
            .map((rule) => [
              verdictWord('permit', style, { width: 6 }),
              printed(
                `${ruleInWords(rule)}${rule.evidence === undefined ? '' : `  (${evidenceInWords(rule.evidence)})`}`,
              ),
            ]),
          { width },
        ),
        ...(learned.length > MOST_RULES
          ? [`  and ${learned.length - MOST_RULES} more; --json has them all`]
          : []),
      ]

const closingLines = ({ closings }: Suggested, { style, width }: Look): ReadonlyArray<string> =>
  closings.length === 0
    ? []
    : [
        '',
        style.bold('Open by default'),
        ...table(
          closings.map(({ kind, closed, mass, because, unfinished }) => [
            kind,
            closed ? verdictWord('defer', style, { width: 6 }) : style.dim('stays '),
            closed
              ? `what is new is asked about: at most ${percent(mass.high)} of calls (95%)${unfinished === 0 ? '' : `; and what never finished: ${plural(unfinished, 'call')} so far`}`
              : `${STAYS_OPEN[because ?? 'too-often-new']}: up to ${percent(mass.high)} of calls`,
          ]),
          { width, styleLast: style.dim },
        ),
      ]

const leftLines = (left: ReadonlyArray<LeftLine>, { style, width }: Look) => {
  if (left.length === 0) return []
  const byReason = new Map<LeftBecause, Array<LeftLine>>()
  for (const one of left) byReason.set(one.because, [...(byReason.get(one.because) ?? []), one])
  const groups = [...byReason].sort(([, a], [, b]) => finished(b) - finished(a))
  return [
    '',
    style.bold('Left as it is'),
    ...table(
      groups
        .slice(0, MOST_LEFT)
        .map(([because, of]) => [
          `${count(of.length)}`,
          printed(`${LEFT_BECAUSE[because]}: ${examplesOf(of)}`),
        ]),
      { width },
    ),
  ]
}

const finished = (of: ReadonlyArray<LeftLine>): number =>
  of.reduce((sum, one) => sum + one.finished, 0)

const examplesOf = (of: ReadonlyArray<LeftLine>): string => {
  const names = of
    .toSorted((a, b) => b.finished - a.finished || b.calls - a.calls)
    .map(({ capability, kind, scope }) =>
      [capability.replace(/^tool:(Bash:)?/, '').replaceAll(':', ' '), kind, scope]
        .filter((part) => part !== null && part !== '')
        .join(' '),
    )
  const shown = [...new Set(names)]
  return shown.length <= 3
    ? shown.join(', ')
    : `${shown.slice(0, 3).join(', ')} and ${shown.length - 3} more`
}
