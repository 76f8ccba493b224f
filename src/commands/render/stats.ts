// `witness stats` for a person.
import type { WitnessStats } from '../../domain/control/methods.ts'
import { printed } from '../terminal/printed.ts'
import { count } from '../terminal/progress.ts'
import { facts } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { ago, dateAndClock, duration } from '../terminal/time.ts'
import { padTo } from '../terminal/width.ts'
import { shortDigest } from './status.ts'
import { verdictWord } from './verdict.ts'

const VERDICTS = ['permit', 'defer', 'deny'] as const

export const statsLines = (
  stats: WitnessStats,
  { style, width, now }: Pick<Terminal, 'style' | 'width' | 'now'>,
): ReadonlyArray<string> => {
  const { entries, receipts, oldest, newest, checkpoint, byKind } = stats
  const numbers = (side: WitnessStats['enforced']) =>
    VERDICTS.map((verdict) => count(side[verdict]).padStart(9)).join('')
  const kinds = Object.entries(byKind).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  const widest = Math.max(8, ...kinds.map(([kind]) => printed(kind, 60).length))
  return [
    ...facts(
      [
        ['entries', count(entries)],
        ['receipts', count(receipts)],
        ['oldest', oldest === null ? 'none' : dateAndClock(oldest)],
        ['newest', newest === null ? 'none' : `${dateAndClock(newest)} (${ago(newest, now())})`],
        ['span', oldest === null || newest === null ? 'none' : duration(newest - oldest)],
        [
          'checkpoint',
          checkpoint === null
            ? 'none yet'
            : `${count(checkpoint.size)} entries, root ${shortDigest(checkpoint.root)}`,
        ],
      ],
      { width, dim: style.dim, indent: 0 },
    ),
    '',
    `${padTo(style.bold('Decisions'), 10)}${VERDICTS.map((verdict) => padLeft(verdictWord(verdict, style), verdict.length)).join('')}`,
    `${padTo('enforced', 10)}${numbers(stats.enforced)}`,
    `${padTo('shadow', 10)}${numbers(stats.shadow)}`,
    '',
    style.bold('Entries by kind'),
    ...kinds.map(([kind, n]) => `${padTo(printed(kind, 60), widest)}  ${count(n).padStart(9)}`),
  ]
}

/** A styled word right-aligned in a column of nine. */
const padLeft = (word: string, length: number): string => ' '.repeat(9 - length) + word
