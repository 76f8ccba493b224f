// What the vault holds and what leaves it, for a person. No value is shown here but the one that was
// asked for by its token.
import type { GcReport, Revealed, SessionFigures, VaultStats } from '../../domain/control/vault.ts'
import { bar } from '../terminal/chart.ts'
import { printed } from '../terminal/printed.ts'
import { count, plural } from '../terminal/progress.ts'
import { facts, table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { ago } from '../terminal/time.ts'
import { percent } from './report.ts'

type Look = Pick<Terminal, 'style' | 'width'>

const BAR = 20
const MOST_TYPES = 12
/** Longest value that is shown: rows hold none that are much longer. */
const LONGEST_VALUE = 40_000

export const statsLines = (stats: VaultStats, look: Look): ReadonlyArray<string> => {
  const { style, width } = look
  const places = facts(
    [
      ['rows', `${printed(stats.store)} (sealed, in the log)`],
      ['keys', printed(stats.keys)],
    ],
    { width, indent: 0, dim: style.dim },
  )
  const [one] = stats.sessions
  if (one === undefined)
    return [
      'The vault is empty.',
      '  → it fills when personal data or secrets are replaced by tokens; isonapse hook status',
      '    says whether the client loads the hooks',
      '',
      ...places,
    ]
  return [
    ...(stats.sessions.length === 1 ? oneSession(one, stats, look) : allSessions(stats, look)),
    ...typeLines(stats, look),
    '',
    ...places,
  ]
}

const allSessions = (stats: VaultStats, { style, width }: Look): ReadonlyArray<string> => {
  const { sessions, sessionsInAll, rows, now } = stats
  const most = Math.max(...sessions.map((one) => one.rows))
  const more = sessionsInAll - sessions.length
  return [
    `${style.bold(plural(rows, 'value'))} in ${plural(sessionsInAll, 'session')}, ${ratioInWords(stats)}`,
    '',
    ...table(
      [
        ['session', '', 'values', 'at hand', 'last used'].map(style.dim),
        ...sessions.map((one) => [
          printed(one.session, 64).slice(0, 8),
          style.cyan(bar(one.rows, most, BAR)),
          count(one.rows),
          one.ratio === null ? '-' : percent(one.ratio),
          [usedInWords(one, now), keyInWords(one)].filter(Boolean).join(', '),
        ]),
      ],
      { width, indent: 0 },
    ),
    ...(more > 0 ? [style.dim(`and ${plural(more, 'more session')}: --session ID shows one`)] : []),
  ]
}

const oneSession = (
  one: SessionFigures,
  { now }: VaultStats,
  { style, width }: Look,
): ReadonlyArray<string> =>
  facts(
    [
      ['session', printed(one.session, 200)],
      ['values', count(one.rows)],
      ['at hand', ratioInWords(one)],
      ['last used', usedInWords(one, now)],
      ['collected', one.generation === 0 ? 'never' : plural(one.generation, 'time')],
      ['key', one.keyFile === null ? 'none: nothing of it opens' : printed(one.keyFile)],
    ],
    { width, indent: 0, dim: style.dim },
  )

const ratioInWords = ({ ratio, hits, lookups }: VaultStats | SessionFigures): string =>
  ratio === null
    ? 'nothing looked up yet'
    : `${percent(ratio)} answered from memory (${count(hits)} of ${count(lookups)})`

const usedInWords = ({ used }: SessionFigures, now: number): string =>
  used === null ? 'never' : ago(used, now)

const keyInWords = ({ keyFile, rows }: SessionFigures): string =>
  keyFile === null && rows > 0 ? 'its key is gone' : ''

const typeLines = ({ types }: VaultStats, { style, width }: Look): ReadonlyArray<string> => {
  const sorted = Object.entries(types).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  const most = sorted[0]?.[1] ?? 0
  if (most === 0) return []
  return [
    '',
    ...table(
      sorted
        .slice(0, MOST_TYPES)
        .map(([type, n]) => [printed(type, 40), style.cyan(bar(n, most, BAR)), count(n)]),
      { width, indent: 0 },
    ),
    ...(sorted.length > MOST_TYPES ? [style.dim(`and ${sorted.length - MOST_TYPES} more`)] : []),
  ]
}

export const revealedLines = (one: Revealed, { style, width }: Look): ReadonlyArray<string> =>
  facts(
    [
      ['token', printed(one.token)],
      ['session', printed(one.session, 200)],
      ['type', printed(one.type, 100)],
      ['value', printed(one.plaintext, LONGEST_VALUE)],
      ['entry', `${one.index} says that it was shown`],
    ],
    { width, indent: 0, dim: style.dim },
  )

/** What a dry run found, before it is agreed to. */
export const gcPreview = (found: GcReport): string =>
  [
    `${plural(found.collected, 'value')} in ${plural(found.sessions, 'session')} would be given up, ${count(found.kept)} kept.`,
    ...(found.collected === 0 && found.keys > 0
      ? [`${plural(found.keys, 'key')} of forgotten sessions would be destroyed.`]
      : []),
    ...(found.payloadKeys === null || found.payloadKeys === 0
      ? []
      : [
          `${plural(found.payloadKeys, 'payload key')} of silent sessions would be destroyed: their payloads stay closed for ever.`,
        ]),
  ].join('\n')

export const nothingFound = ({ collected, keys, payloadKeys }: GcReport): boolean =>
  collected === 0 && keys === 0 && (payloadKeys ?? 0) === 0

export const gcLines = (done: GcReport, { style }: Look): ReadonlyArray<string> => [
  `${plural(done.collected, 'value')} in ${plural(done.sessions, 'session')} given up, ${count(done.kept)} kept; ${plural(done.keys, 'key')} overwritten and removed.`,
  ...(done.payloadKeys === null || done.payloadKeys === 0
    ? []
    : [
        `${plural(done.payloadKeys, 'payload key')} destroyed: those payloads stay closed for ever.`,
      ]),
  ...done.failed.map(
    ({ session, message, remedy }) =>
      `${style.red('not done')} in session ${printed(session, 64).slice(0, 8)}: ${printed(message, 300)}\n  → ${printed(remedy, 300)}`,
  ),
  ...(done.keys > 0
    ? [style.dim('Copies that an SSD or a backup may keep of a key file are out of reach.')]
    : []),
]
