// What a reset or a purge would do, for a person to read before the word is typed.
import type { PurgeItem } from '../../infra/client/purge.ts'
import { printed } from '../terminal/printed.ts'
import { count } from '../terminal/progress.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

type Look = Pick<Terminal, 'style' | 'width'>

export interface ResetPlan {
  readonly log: { readonly size: number; readonly origin: string }
  readonly mode: string
  readonly dataDir: string
  /** Observations of the profile. */
  readonly learned: number
  readonly word: string
}

export const resetLines = (
  { log, mode, dataDir, learned, word }: ResetPlan,
  { style, width }: Look,
): ReadonlyArray<string> => [
  style.bold('This puts away, whole and verifiable:'),
  ...table(
    [
      [
        'the log',
        `${count(log.size)} entries of ${printed(log.origin)}, to ${printed(dataDir)}/archive`,
      ],
      ['learned', `${count(learned)} observations of the agent’s habits, with the log`],
    ],
    { width },
  ),
  style.bold('This stays in force, in a new log:'),
  ...table(
    [
      ['policy', `the one in force, in ${mode} mode, with posture and settings`],
      ['budgets', 'with what was spent of them'],
      ['the rest', 'secrets, tainted sessions, values behind tokens'],
    ],
    { width },
  ),
  style.dim(`The word is ${word}`),
]

export const purgeLines = (
  plan: ReadonlyArray<PurgeItem>,
  word: string,
  { style, width }: Look,
): ReadonlyArray<string> => {
  const rows = (goes: boolean) =>
    plan
      .filter((item) => item.goes === goes)
      .map(({ what, path, detail }) => [what, printed(path), detail])
  const stays = rows(false)
  return [
    style.bold('This goes, in this order:'),
    ...table(rows(true), { width }),
    ...(stays.length === 0 ? [] : [style.bold('This stays:'), ...table(stays, { width })]),
    style.dim(`The word is ${word}`),
  ]
}
