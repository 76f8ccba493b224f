// `hook cost` for a person: what is spent of which budget and how long it lasts, then where it went.
import type { BudgetOf } from '../../domain/cost/budget.ts'
import { inDollars } from '../../domain/cost/money.ts'
import type { BudgetLine, CostReport, SessionCost } from '../../domain/control/costs.ts'
import { bar } from '../terminal/chart.ts'
import { printed } from '../terminal/printed.ts'
import { count } from '../terminal/progress.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { ago, duration } from '../terminal/time.ts'
import { fitted, padTo, widthOf } from '../terminal/width.ts'
import { percent } from './report.ts'

type Look = Pick<Terminal, 'style' | 'width' | 'now'>

const BAR = 20
const HOURS = 12
const DAYS = 14
const MOST_LISTED = 8
const LONGEST_NAME = 32
const HOUR_MS = 3_600_000

export const costLines = (report: CostReport, look: Look): ReadonlyArray<string> => {
  if (report.messages === 0)
    return [
      'Nothing was charged yet.',
      '  → costs come from the client’s own transcripts, once a session has sent a message;',
      '    isonapse hook status says whether the client loads the hooks',
    ]
  const { style } = look
  const { models, projects, nanodollars, messages, prices } = report
  return [
    ...budgetLines(report, look),
    '',
    ...spentLines(report, look),
    ...chart('By hour', hoursOf(report), look),
    ...chart('By day', daysOf(report), look),
    ...chart(
      'By model',
      models.slice(0, MOST_LISTED).map((one) => ({
        name: printed(one.model, 40),
        value: one.nanodollars,
        note: `${count(one.messages)} ${one.messages === 1 ? 'message' : 'messages'}${one.estimated ? ', estimated' : ''}`,
      })),
      look,
    ),
    ...chart(
      'By project',
      projects.slice(0, MOST_LISTED).map((one) => ({
        name: one.project === null ? '(not known)' : printed(one.project, 40),
        value: one.nanodollars,
      })),
      look,
    ),
    '',
    ...sessionLines(report, look),
    '',
    style.dim(
      `${inDollars(nanodollars)} in ${count(messages)} messages in all, by the prices of ${printed(prices, 40)}`,
    ),
  ]
}

const NAMES: Record<BudgetOf, string> = {
  session: 'session',
  hour: 'last 60 minutes',
  day: 'last 24 hours',
}

/** One line for each budget: spent, of what, left, how fast. */
export const budgetLines = (
  { budgets, session, now, warnPercent }: CostReport,
  { style, width }: Look,
): ReadonlyArray<string> => {
  const rows = budgets.map((line) => {
    const name =
      line.of === 'session' && session !== null
        ? `session ${printed(session, 64).slice(0, 8)}`
        : NAMES[line.of]
    if (line.limit === null)
      return [name, inDollars(line.spent), style.dim('no budget'), '', rateInWords(line)]
    const share = line.spent / line.limit
    const colour = share >= 1 ? 'red' : share >= warnPercent / 100 ? 'yellow' : 'green'
    return [
      name,
      inDollars(line.spent),
      `of ${inDollars(line.limit)}`,
      style[colour](share >= 1 ? 'used up' : `${inDollars(line.left ?? 0)} left`),
      [`${percent(share)}`, rateInWords(line), endInWords(line, now)].filter(Boolean).join(', '),
    ]
  })
  return table(rows, { width, indent: 0, styleLast: style.dim })
}

const rateInWords = ({ burn }: BudgetLine): string =>
  burn === 0 ? '' : `${inDollars(burn)} an hour`

const endInWords = ({ runsOut, left }: BudgetLine, now: number): string =>
  runsOut === null || left === 0 ? '' : `runs out in ${duration(runsOut - now)}`

const startOf = (ms: number, unit: 'day' | 'month'): number => {
  const at = new Date(ms)
  at.setHours(0, 0, 0, 0)
  if (unit === 'month') at.setDate(1)
  return at.getTime()
}

const sumSince = ({ hours }: CostReport, from: number): number =>
  hours.reduce((sum, { at, nanodollars }) => (at >= from ? sum + nanodollars : sum), 0)

/** Today and this month by the local clock, to whole hours. */
const spentLines = (report: CostReport, { style, width }: Look): ReadonlyArray<string> => {
  const { now, months } = report
  const earlier = months
    .slice(-4, -1)
    .map(({ month, nanodollars }) => `${month} ${inDollars(nanodollars)}`)
  return table(
    [
      ['today', inDollars(sumSince(report, startOf(now, 'day'))), ''],
      [
        'this month',
        inDollars(sumSince(report, startOf(now, 'month'))),
        earlier.length === 0 ? '' : `before: ${earlier.join(', ')}`,
      ],
    ],
    { width, indent: 0, styleLast: style.dim },
  )
}

interface Row {
  readonly name: string
  readonly value: number
  readonly note?: string
}

const two = (n: number): string => String(n).padStart(2, '0')

/** The last hours of the clock, those without spending between them too. */
const hoursOf = ({ hours, now }: CostReport): ReadonlyArray<Row> => {
  const last = Math.floor(now / HOUR_MS)
  const spent = new Map(hours.map(({ at, nanodollars }) => [Math.floor(at / HOUR_MS), nanodollars]))
  const rows = Array.from({ length: HOURS }, (_, i) => last - HOURS + 1 + i).map((hour) => ({
    name: `${two(new Date(hour * HOUR_MS).getHours())}:00`,
    value: spent.get(hour) ?? 0,
  }))
  return fromFirst(rows)
}

export const byDay = (
  hours: CostReport['hours'],
): ReadonlyArray<{ readonly day: string; readonly nanodollars: number }> => {
  const days = new Map<string, number>()
  for (const { at, nanodollars } of hours) {
    const day = dayOf(at)
    days.set(day, (days.get(day) ?? 0) + nanodollars)
  }
  return [...days].map(([day, nanodollars]) => ({ day, nanodollars }))
}

const dayOf = (ms: number): string => {
  const at = new Date(ms)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

const daysOf = ({ hours, now }: CostReport): ReadonlyArray<Row> => {
  const spent = new Map(byDay(hours).map(({ day, nanodollars }) => [day, nanodollars]))
  const rows = Array.from({ length: DAYS }, (_, i) => {
    const at = new Date(now)
    at.setDate(at.getDate() - DAYS + 1 + i)
    return dayOf(at.getTime())
  }).map((day) => ({ name: day, value: spent.get(day) ?? 0 }))
  return fromFirst(rows)
}

/** Without the empty ones before the first. */
const fromFirst = (rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const first = rows.findIndex(({ value }) => value > 0)
  return first < 0 ? [] : rows.slice(first)
}

const chart = (
  title: string,
  rows: ReadonlyArray<Row>,
  { style, width }: Look,
): ReadonlyArray<string> => {
  if (rows.length === 0) return []
  const most = Math.max(...rows.map(({ value }) => value))
  const names = rows.map(({ name }) => fitted(name, LONGEST_NAME))
  const amounts = rows.map(({ value }) => (value === 0 ? '' : inDollars(value)))
  const widest = (texts: ReadonlyArray<string>): number => Math.max(...texts.map(widthOf))
  const [first, second] = [widest(names), widest(amounts)]
  const noted = widest(rows.map(({ note = '' }) => note))
  const cells = Math.max(6, Math.min(BAR, width - first - second - noted - 8))
  return [
    '',
    style.bold(title),
    ...rows.map(({ value, note = '' }, i) =>
      [
        `  ${padTo(names[i]!, first)}`,
        amounts[i]!.padStart(second),
        style.cyan(padTo(bar(value, most, cells), note === '' ? 0 : cells)),
        style.dim(note),
      ]
        .join('  ')
        .trimEnd(),
    ),
  ]
}

const sessionLines = (
  { sessions, sessionsInAll }: CostReport,
  { style, width, now }: Look,
): ReadonlyArray<string> => {
  const shown = sessions.slice(0, MOST_LISTED)
  return [
    style.bold('Sessions'),
    ...table(
      shown.map((one) => [
        printed(one.session, 64).slice(0, 8),
        inDollars(one.nanodollars),
        ago(one.latest, now()),
        foundInWords(one),
      ]),
      { width, styleLast: style.dim },
    ),
    ...(sessionsInAll > shown.length
      ? [
          `  ${style.dim(`and ${count(sessionsInAll - shown.length)} more; --json lists the latest 50`)}`,
        ]
      : []),
  ]
}

/** What the client says of it, and what could not be read. */
const foundInWords = ({ client, unread, project }: SessionCost): string => {
  const parts: Array<string> = project === null ? [] : [printed(project, 40)]
  if (client !== null)
    parts.push(
      client.reported
        ? `the client says ${inDollars(client.nanodollars)}: ${percent(Math.abs(client.difference))} ${client.difference > 0 ? 'more' : 'less'} than was charged`
        : 'as the client says',
    )
  if (unread.length > 0) parts.push(`some records could not be charged (${unread.join(', ')})`)
  return parts.join('; ')
}
