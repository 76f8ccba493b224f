// `witness replay` for a person: what was computed again and what differs, what another policy would
// have decided, and what a recorded session came to.
import type { Verdict } from '../../domain/policy/verdict.ts'
import type { CandidateReplay, Replay } from '../../domain/replay/report.ts'
import type { SessionReport } from '../control/replay.ts'
import { printed } from '../terminal/printed.ts'
import { count } from '../terminal/progress.ts'
import { facts, table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { fitted, padTo } from '../terminal/width.ts'
import { backtestLines } from './backtest.ts'
import { shortDigest } from './status.ts'
import { nextLines } from './steps.ts'
import { verdictWord } from './verdict.ts'

type Look = Pick<Terminal, 'style' | 'width'>

const entriesOf = ({ from, to }: Replay): string =>
  from === to ? `entry ${count(from)}` : `entries ${count(from)} to ${count(to)}`

export const replayLines = (replay: Replay, { style, width }: Look): ReadonlyArray<string> => {
  const { first, mismatches, payloads, snapshots, projections } = replay
  const more = (n: number, what: string): string => (n === 0 ? '' : `, ${count(n)} ${what}`)
  return [
    first === null
      ? style.bold(style.green('the same'))
      : `${style.bold(style.red('DIFFERENT'))}, first at entry ${count(first.entry)}: ${printed(first.what)}`,
    ...facts(
      [
        ...(first === null
          ? []
          : ([
              ['recorded', printed(first.recorded)],
              ['computed', printed(first.computed)],
              ['different', `${count(mismatches)} ${mismatches === 1 ? 'place' : 'places'}`],
            ] as const)),
        ['replayed', `${entriesOf(replay)} in ${replay.tookMs} ms${speed(replay)}`],
        [
          'decisions',
          `${count(replay.decisions)} decided again${more(replay.swapped, 'swapped inputs')}${more(replay.overtaken, 'overtaken by a change')}${more(replay.ratesAhead, 'rates ahead of the log')}`,
        ],
        [
          'payloads',
          `${count(payloads.analysed)} analysed again${more(payloads.withoutKey, 'without their key')}`,
        ],
        ...(replay.otherEngine === 0
          ? []
          : ([
              [
                'another engine',
                `${count(replay.otherEngine)} differ, recorded by another version of this program`,
              ],
            ] as const)),
        ['projections', projectionText(replay.folded, projections)],
        [
          'snapshots',
          `${count(snapshots.same)} the same${more(snapshots.otherVersion, 'of other versions')}`,
        ],
      ],
      { width, dim: style.dim },
    ),
  ]
}

/** Of a short log it would say how long the program takes to begin. */
const speed = ({ decisions, tookMs }: Replay): string =>
  decisions < 1000
    ? ''
    : `, ${count(Math.round((decisions * 1000) / Math.max(1, tookMs)))} decisions/s`

const projectionText = (folded: number, projections: number): string =>
  `folded from entry 0 over ${count(folded)} entries${projections === 0 ? ', and the log goes on' : `, ${projections} as in force`}`

const VERDICTS: ReadonlyArray<Verdict> = ['permit', 'defer', 'deny']

export const candidateLines = (candidate: CandidateReplay, look: Look): ReadonlyArray<string> => [
  `${look.style.bold(printed(candidate.name, 64))} ${look.style.dim(shortDigest(candidate.digest))}`,
  ...backtestLines(candidate, look),
]

export const sessionLines = (done: SessionReport, look: Look): ReadonlyArray<string> => {
  const { style, width } = look
  const { calls, broken, decisions, chosen } = done
  const room = width === Infinity ? 72 : Math.max(24, width - 44)
  const prefix = chosen ? `ISONAPSE_HOME=${process.env['ISONAPSE_HOME']} ` : ''
  return [
    style.bold(`${'line'.padStart(6)}  ${'call'.padEnd(room)}  verdict  rule`),
    ...calls.map(({ line, tool, subject, verdict, rules }) => {
      const what = fitted(printed(`${tool} ${subject}`.replaceAll(/\s+/g, ' ').trimEnd()), room)
      const rule = printed(
        rules.filter((one) => verdict !== 'permit' || !one.startsWith('default:')).join(' '),
        200,
      )
      const head = `${style.dim(String(line).padStart(6))}  ${padTo(what, room)}  ${verdictWord(verdict, style, { width: rule === '' ? 0 : 7 })}${rule === '' ? '' : '  '}`
      const left = width === Infinity ? Infinity : Math.max(12, width - room - 19)
      return `${head}${style.dim(left === Infinity ? rule : fitted(rule, left))}`.trimEnd()
    }),
    '',
    `${count(done.lines)} ${done.lines === 1 ? 'payload' : 'payloads'} in ${style.bold(done.mode)} mode by ${printed(done.policy, 64)}: ${VERDICTS.map((verdict) => `${count(decisions[verdict])} ${verdictWord(verdict, style)}`).join(', ')}`,
    style.dim(`${count(done.entries)} entries in ${printed(done.home)}`),
    ...brokenLines(broken, look),
    ...nextLines(
      [
        `${prefix}isonapse hook witness receipts --out DIR`,
        'isonapse hook witness compare DIR DIR-OF-ANOTHER-MACHINE',
      ],
      look,
    ),
  ]
}

const MOST_BROKEN = 20

const brokenLines = (
  broken: SessionReport['broken'],
  { style, width }: Look,
): ReadonlyArray<string> =>
  broken.length === 0
    ? []
    : [
        '',
        style.red(
          `${count(broken.length)} ${broken.length === 1 ? 'line' : 'lines'} could not be read; recorded as rejected`,
        ),
        ...table(
          broken.slice(0, MOST_BROKEN).map(({ line, reason }) => [`line ${count(line)}`, reason]),
          { width },
        ),
        ...(broken.length > MOST_BROKEN
          ? [style.dim(`  … and ${count(broken.length - MOST_BROKEN)} more`)]
          : []),
      ]
