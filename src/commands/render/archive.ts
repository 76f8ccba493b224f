// An archived log and what goes on from it, and the chain that `witness verify` walked.
import type { ChainLink } from '../../domain/control/chain.ts'
import { isBrokenLink } from '../../domain/control/chain.ts'
import type { Archived } from '../../infra/archive/archiveLog.ts'
import { printed } from '../terminal/printed.ts'
import { count } from '../terminal/progress.ts'
import { facts, table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

type Look = Pick<Terminal, 'style' | 'width'>

export const archivedLines = (
  { archived, log, restarted }: Archived & { readonly restarted: boolean },
  { style, width }: Look,
): ReadonlyArray<string> => [
  style.bold('A new log is in use; the old one is closed and whole.'),
  ...facts(
    [
      ['archived', `${archived.origin}, ${count(archived.size)} entries`],
      ['in', printed(archived.dir)],
      ['root', archived.root],
      ['new log', `${log.origin}, begins with ${count(log.size)} entries of what is in force`],
      ['key', log.verifierKey],
      ['control plane', restarted ? 'started again' : 'was not running'],
    ],
    { width, dim: style.dim },
  ),
]

const verdictOf = (link: ChainLink, { style }: Pick<Terminal, 'style'>): string =>
  isBrokenLink(link)
    ? style.red('BAD')
    : link.verdict === 'missing'
      ? style.yellow('missing')
      : style.green('consistent')

/** The logs before the one that was verified, the latest first. */
export const chainLines = (
  links: ReadonlyArray<ChainLink>,
  { style, width }: Look,
): ReadonlyArray<string> =>
  links.length === 0
    ? []
    : [
        '',
        style.bold('It goes on from'),
        ...table(
          links.map((link) => [
            verdictOf(link, { style }),
            `${count(link.size)} entries`,
            link.matches ? 'parent matches' : 'parent does not match',
            `${printed(link.origin, 100)}${link.problem === null ? '' : `: ${printed(link.problem)}`}${link.dir === null ? '' : `  (${printed(link.dir)})`}`,
          ]),
          { width },
        ),
      ]
