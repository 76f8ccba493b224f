// `hook report` and `hook observations` for a person.
import type { Observations, Reported } from '../../domain/control/learning.ts'
import type { MissingMass } from '../../domain/profile/missingMass.ts'
import { isReady } from '../../domain/profile/readiness.ts'
import type { ObservationLine } from '../../domain/profile/report.ts'
import { bar, sparkline } from '../terminal/chart.ts'
import { printed } from '../terminal/printed.ts'
import { count, plural } from '../terminal/progress.ts'
import { facts, table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { ago, dateAndClock, duration } from '../terminal/time.ts'
import { padTo, widthOf } from '../terminal/width.ts'
import { verdictWord } from './verdict.ts'

type Look = Pick<Terminal, 'style' | 'width' | 'now'>

const BAR = 16
const MOST_FAMILIES = 8
const MOST_HELD = 8
const HOUR_MS = 3_600_000

/** `12.3%`, `0.4%`, `< 0.1%`. */
export const percent = (share: number): string =>
  share > 0 && share < 0.001 ? '< 0.1%' : `${(share * 100).toFixed(1)}%`

export const reportLines = (report: Reported, look: Look): ReadonlyArray<string> => {
  if (report.calls === 0 && report.scanned !== null)
    return [
      'No tool call in this part of the log.',
      ...slippedLines(report),
      '  → isonapse hook report shows all of it',
    ]
  if (report.calls === 0)
    return [
      'No tool call was witnessed yet.',
      ...slippedLines(report),
      '  → isonapse hook status says whether the client loads the hooks',
    ]
  return [
    ...totalsLines(report, look),
    '',
    ...capabilityLines(report, look),
    ...heldLines(report, look),
    '',
    ...readyLines(report, look),
  ]
}

/** Calls that were not witnessed say what all the rest is worth. */
const slippedLines = (report: Reported): ReadonlyArray<string> => {
  const text = slippedText(report)
  return text === undefined ? [] : [text, '  → isonapse hook witness gaps']
}

const slippedText = ({ gaps, ungated }: Reported): string | undefined =>
  gaps + ungated === 0
    ? undefined
    : `${plural(gaps, 'call')} ran unseen, ${plural(ungated, 'session')} without the gate`

const totalsLines = (report: Reported, { style, width, now }: Look): ReadonlyArray<string> => {
  const { calls, outcomes, enforced, shadow, first, last, pii, injections, spend } = report
  const sum = (counts: Readonly<Record<string, number>>) =>
    Object.values(counts).reduce((a, b) => a + b, 0)
  const decided = (counts: Reported['enforced']) =>
    `${count(counts.permit)} permit, ${count(counts.defer)} defer, ${count(counts.deny)} deny`
  const named = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, 6)
      .map(([name, n]) => `${printed(name, 40)} ${count(n)}`)
      .join(', ')
  const rows: Array<readonly [string, string]> = [
    ['tool calls', `${count(calls)} in ${plural(report.sessions, 'session')}`],
    [
      'ended',
      `${count(outcomes.finished)} finished, ${count(outcomes.failed)} failed, ${count(outcomes.unfinished)} held back or refused`,
    ],
  ]
  if (sum({ ...shadow }) > 0) rows.push(['in profile', `${decided(shadow)}  (nothing was blocked)`])
  if (sum({ ...enforced }) > 0) rows.push(['enforced', decided(enforced)])
  rows.push(
    ['PII', sum(pii) === 0 ? 'none detected' : `${plural(sum(pii), 'span')}: ${named(pii)}`],
    [
      'injection',
      sum(injections) === 0
        ? 'no hits'
        : `${plural(sum(injections), 'hit')} in ${plural(report.tainted, 'session')}: ${named(injections)}`,
    ],
    [
      'spend',
      spend.messages === 0
        ? 'nothing charged yet'
        : `$${(spend.nanodollars / 1e9).toFixed(2)} in ${plural(spend.messages, 'message')}`,
    ],
  )
  const slipped = slippedText(report)
  if (slipped !== undefined) rows.push(['gaps', `${slipped}: isonapse hook witness gaps`])
  if (first !== null && last !== null)
    rows.push(['from', dateAndClock(first)], ['to', dateAndClock(last) + since(last, now())])
  if (report.byDay.length > 1)
    rows.push([
      'by day',
      `${sparkline(everyDay(report.byDay))}  ${plural(report.byDay.length, 'day')}`,
    ])
  rows.push(['by hour', `${sparkline(localHours(report.hours))}  0 to 24 h`])
  return facts(rows, { width, dim: style.dim, indent: 0 })
}

/** How long ago, where the date alone does not say it. */
const since = (ms: number, now: number): string =>
  now - ms < 86_400_000 ? `  (${ago(ms, now)})` : `  (${duration(now - ms)} ago)`

/** Days without a call in between are shown as such. */
const everyDay = (byDay: Reported['byDay']): ReadonlyArray<number> => {
  const calls = new Map(byDay.map(({ day, calls }) => [day, calls]))
  const last = byDay.at(-1)!.day
  const first = Math.max(byDay[0]!.day, last - 59)
  return Array.from({ length: last - first + 1 }, (_, i) => calls.get(first + i) ?? 0)
}

/** The hours are counted in UTC; a person lives in a time zone, by whole hours near enough. */
const localHours = (hours: ReadonlyArray<number>): ReadonlyArray<number> => {
  const ahead = Math.round((-new Date().getTimezoneOffset() * 60_000) / HOUR_MS)
  return hours.map((_, hour) => hours[(((hour - ahead) % 24) + 24) % 24]!)
}

const capabilityLines = (
  { capabilities, capabilitiesInAll }: Reported,
  { style, width }: Look,
): ReadonlyArray<string> => {
  const most = Math.max(...capabilities.map(({ calls }) => calls))
  const names = capabilities.map(({ capability }) => printed(capability, 48))
  const widest = Math.max(...names.map(widthOf))
  const lines = capabilities.map((one, i) => {
    const { calls, sessions, enforced, shadow } = one
    const worst =
      enforced.deny + shadow.deny > 0
        ? 'deny'
        : enforced.defer + shadow.defer > 0
          ? 'defer'
          : 'permit'
    return [
      padTo(names[i]!, widest),
      style.cyan(padTo(bar(calls, most, BAR), BAR)),
      `${count(calls).padStart(6)}  ${verdictWord(worst, style, { width: 6 })}  ${plural(sessions, 'session')}`,
    ].join('  ')
  })
  const left = capabilitiesInAll - capabilities.length
  const fits = width === Infinity || Math.max(...lines.map(widthOf)) + 2 <= width
  return [
    style.bold('Capabilities used most'),
    ...lines.map((line) => `  ${fits ? line : line.replace(/  \S+ sessions?$/, '')}`.trimEnd()),
    ...(left > 0 ? [`  ${style.dim(`and ${count(left)} more; hook observations lists all`)}`] : []),
  ]
}

const heldLines = ({ heldBack, enforced }: Reported, { style, width }: Look) => {
  if (heldBack.length === 0) return []
  const shown = heldBack.slice(0, MOST_HELD)
  const title =
    enforced.permit + enforced.defer + enforced.deny === 0
      ? 'Would have been held back by'
      : 'Held back by'
  return [
    '',
    style.bold(title),
    ...table(
      shown.map(({ rule, deny, defer, lastEntry }) => [
        printed(rule, 60),
        deny > 0 ? style.red(`${count(deny)} denied`) : '',
        defer > 0 ? style.yellow(`${count(defer)} asked`) : '',
        `last in entry ${lastEntry}`,
      ]),
      { width, styleLast: style.dim },
    ),
    ...(heldBack.length > shown.length
      ? [`  ${style.dim(`and ${plural(heldBack.length - shown.length, 'more rule')}`)}`]
      : []),
  ]
}

const range = ({ low, high }: MissingMass): string => `${percent(low)} to ${percent(high)}`

const readyLines = (
  { readiness: { all, families, forgotten } }: Reported,
  { style, width }: Look,
): ReadonlyArray<string> => {
  const ready = isReady(all)
  const shown = families.slice(0, MOST_FAMILIES)
  return [
    style.bold('Ready to suggest a policy'),
    `  ${ready ? style.green('yes') : style.yellow('not yet')}  ${percent(all.estimate)} of the next calls would do something never seen`,
    `${' '.repeat(ready ? 7 : 11)}${style.dim(`95%: ${range(all)}`)}`,
    ...table(
      shown.map((one) => [
        printed(one.family, 40),
        plural(one.calls, 'call'),
        `${count(one.once)} seen once`,
        `${percent(one.estimate)} new (${range(one)})`,
      ]),
      { width, indent: 7, styleLast: style.dim },
    ),
    ...(families.length > shown.length
      ? [
          `       ${style.dim(`and ${plural(families.length - shown.length, 'more family', 'more families')}`)}`,
        ]
      : []),
    ...(forgotten > 0
      ? [`       given up to stay within bounds: ${plural(forgotten, 'observation')}`]
      : []),
    `  ${style.dim('→')} ${ready ? 'isonapse hook suggest --diff' : 'go on in profile mode; isonapse hook suggest --diff shows what there is'}`,
  ]
}

export const observationTable = (
  { observations, inAll }: Observations,
  { style, width, now }: Look,
): ReadonlyArray<string> =>
  observations.length === 0
    ? ['Nothing of the kind was observed.']
    : [
        ...observations.flatMap((one) => observationLinesOf(one, { style, width, now })),
        ...(inAll > observations.length
          ? [style.dim(`and ${count(inAll - observations.length)} more; --limit shows them`)]
          : []),
      ]

const observationLinesOf = (one: ObservationLine, { style, width, now }: Look) => {
  const { capability, effect, scope, flags, targets, outcomes } = one
  const what = [effect?.kind ?? 'nothing that has an effect', effect?.why, scope].filter(
    (part) => part !== undefined && part !== '',
  )
  const rows: Array<readonly [string, string]> = [
    [
      'calls',
      `${count(one.calls)} in ${plural(one.sessions, 'session')} on ${plural(one.days, 'day')}: ${count(outcomes.finished)} finished, ${count(outcomes.failed)} failed, ${count(outcomes.unfinished)} held back or refused`,
    ],
    [
      'decided',
      (['permit', 'defer', 'deny'] as const)
        .map((verdict) => [verdict, one.enforced[verdict] + one.shadow[verdict]] as const)
        .filter(([, n]) => n > 0)
        .map(([verdict, n]) => `${count(n)} ${verdict}`)
        .join(', '),
    ],
  ]
  if (flags.length > 0) rows.push(['options', flags.map((flag) => printed(flag, 42)).join(' ')])
  if (targets.length > 0) rows.push(['on', targets.map((target) => printed(target, 80)).join(', ')])
  rows.push(['last', `${ago(one.last, now())}, entry ${one.entries[1]}`])
  return [
    `${style.bold(printed(capability === '' ? '(any of its commands)' : capability, 100))}  ${printed(what.join(' '), 120)}`,
    ...facts(rows, { width, dim: style.dim }),
  ]
}
