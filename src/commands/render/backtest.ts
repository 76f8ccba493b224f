// A backtest for a person: how many verdicts change, and every call that would newly be stopped or let
// through, calls that are alike put together.
import type { BacktestReport, ChangedCall } from '../../domain/suggest/backtestReport.ts'
import type { Verdict } from '../../domain/policy/verdict.ts'
import { printed } from '../terminal/printed.ts'
import { count, plural } from '../terminal/progress.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { padTo } from '../terminal/width.ts'
import { verdictWord } from './verdict.ts'

type Look = Pick<Terminal, 'style' | 'width'>

const VERDICTS = ['permit', 'defer', 'deny'] as const

const TITLES: Readonly<Record<Verdict, string>> = {
  permit: 'Newly permitted',
  defer: 'Newly asked about',
  deny: 'Newly denied',
}

export const backtestLines = (report: BacktestReport, look: Look): ReadonlyArray<string> => {
  const { calls, sessions, matrix, finished, changedInAll, changed } = report
  const { style } = look
  if (calls === 0) return ['No recorded tool call to judge again.']
  const all = finished.permit + finished.defer + finished.deny
  const said = VERDICTS.filter((verdict) => finished[verdict] > 0)
    .map((verdict) => `${count(finished[verdict])} ${verdict}`)
    .join(', ')
  return [
    `${style.bold('Judged again')}  ${plural(calls, 'recorded call')} of ${plural(sessions, 'session')}: ${changedInAll === 0 ? 'no verdict changes' : plural(changedInAll, 'verdict changes', 'verdicts change')}`,
    ...matrixLines(matrix, look),
    ...(all === 0 ? [] : [`  of the ${count(all)} that finished: ${said}`]),
    ...(['deny', 'permit', 'defer'] as const).flatMap((to) =>
      changedLines(
        to,
        changed.filter((one) => one.to === to),
        look,
      ),
    ),
    ...(changedInAll > changed.length
      ? ['', `The latest ${count(changed.length)} changes are listed.`]
      : []),
  ]
}

const matrixLines = (matrix: BacktestReport['matrix'], { style }: Look): ReadonlyArray<string> => {
  const cell = (from: Verdict, to: Verdict) => {
    const text = matrix[from][to] === 0 ? '·' : count(matrix[from][to])
    return from === to ? style.dim(text.padStart(9)) : text.padStart(9)
  }
  return [
    `  ${padTo('', 12)}${VERDICTS.map((to) => `${' '.repeat(9 - to.length)}${verdictWord(to, style)}`).join('')}`,
    ...VERDICTS.map(
      (from) =>
        `  was ${verdictWord(from, style, { width: 8 })}${VERDICTS.map((to) => cell(from, to)).join('')}`,
    ),
  ]
}

const changedLines = (
  to: Verdict,
  changed: ReadonlyArray<ChangedCall>,
  { style, width }: Look,
): ReadonlyArray<string> => {
  if (changed.length === 0) return []
  const groups = new Map<string, Array<ChangedCall>>()
  for (const one of changed) {
    const key = JSON.stringify([one.tool, one.capabilities, one.from, one.rules, one.reason])
    groups.set(key, [...(groups.get(key) ?? []), one])
  }
  return [
    '',
    style.bold(`${TITLES[to]} (${count(changed.length)})`),
    ...table(
      [...groups.values()].map((alike) => {
        const { capabilities, tool, from, rules, fromRules } = alike[0]!
        const names = capabilities.slice(0, 3).map((one) => one.replace(/^tool:/, ''))
        const entries = alike.slice(0, 3).map(({ index }) => index)
        const ended = alike.filter(({ outcome }) => outcome === 'finished').length
        return [
          `${count(alike.length)}×`,
          printed(names.join(', ') || tool, 44),
          `was ${verdictWord(from, style)}`,
          printed(
            `${(to === 'permit' ? fromRules : rules).slice(0, 2).join(', ')}; ${ended === 0 ? 'none finished' : `${count(ended)} finished`}; ${entries.length === 1 ? 'entry' : 'entries'} ${entries.join(', ')}${alike.length > 3 ? ', …' : ''}`,
          ),
        ]
      }),
      { width, styleLast: style.dim },
    ),
  ]
}
