// `hook harden --dry-run`: every piece, where it would lie, whose it would be and who may do what with it.
import type { Owner, Piece } from '../../infra/harden/pieces.ts'
import type { HardenedRecord } from '../../infra/harden/record.ts'
import { printed } from '../terminal/printed.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface PlannedPiece {
  readonly what: string
  readonly path: string
  readonly kind: string
  readonly owner: string
  readonly group: string
  /** Octal. */
  readonly mode: string
}

export const planned = (
  { user, service }: HardenedRecord,
  pieces: ReadonlyArray<Piece>,
): ReadonlyArray<PlannedPiece> => {
  const nameOf = (owner: Owner): string =>
    ({ root: 'root', service: service.name, user: user.name })[owner]
  return pieces.map(({ what, path, kind, owner, group, mode }) => ({
    what,
    path,
    kind,
    owner: nameOf(owner),
    group: nameOf(group),
    mode: mode.toString(8).padStart(4, '0'),
  }))
}

export const planLines = (
  record: HardenedRecord,
  pieces: ReadonlyArray<PlannedPiece>,
  { style, width }: Pick<Terminal, 'style' | 'width'>,
): ReadonlyArray<string> => [
  `For ${style.bold(printed(record.user.name))} (uid ${record.user.uid}), whose log in ${printed(record.from.dataDir)} would be moved.`,
  record.service.made
    ? `The account ${printed(record.service.name)} would be made.`
    : `The account ${printed(record.service.name)} is there.`,
  '',
  ...table(
    pieces.map(({ what, path, owner, group, mode }) => [
      mode,
      `${printed(owner)}:${printed(group)}`,
      what,
      printed(path),
    ]),
    { width },
  ),
]
