// What assurance level `hardened` is made of, piece by piece: what each must be, whose, and who may
// change it. One list for laying it down, for listing it before, and for finding what is wrong with it.
import * as Result from 'effect/Result'
import * as path from 'node:path'
import type { BakedValueRefused } from '../transport/shellQuote.ts'
import { type Places, placesOf, recordFile } from './places.ts'
import type { HardenedRecord } from './record.ts'
import { cliText, managedText, scriptText, serveText, unitText } from './texts.ts'

export interface Piece {
  readonly what: string
  readonly path: string
  readonly kind: 'folder' | 'file' | 'socket'
  /** `user` and `service` stand for the record's accounts, whose ids may not be known yet. */
  readonly owner: Owner
  readonly group: Owner
  readonly mode: number
  /** Of a file that root writes. */
  readonly text?: string
  /** Only while a control plane runs. */
  readonly running?: true
}

export type Owner = 'root' | 'service' | 'user'

const ROOTS = { owner: 'root', group: 'root' } as const
const SERVICES = { owner: 'service', group: 'service' } as const
const LENT = { owner: 'root', group: 'service' } as const
const SHARED = { owner: 'service', group: 'user' } as const

export const piecesOf = (
  record: HardenedRecord,
): Result.Result<ReadonlyArray<Piece>, BakedValueRefused> =>
  Result.gen(function* () {
    const { roots, user, systemd } = record
    const at: Places = placesOf(roots, user.name)
    const file = (what: string, where: string, mode: number, text?: string): Piece => ({
      what,
      path: where,
      kind: 'file',
      ...ROOTS,
      mode,
      ...(text === undefined ? {} : { text }),
    })
    const folder = (
      what: string,
      where: string,
      of: { readonly owner: Owner; readonly group: Owner },
      mode: number,
    ): Piece => ({ what, path: where, kind: 'folder', ...of, mode })
    const running = { running: true } as const
    const { env } = record.client.programs
    return [
      folder('program', roots.program, ROOTS, 0o755),
      file('record', recordFile(roots), 0o644),
      file('node', at.node, 0o755),
      folder('program', at.app, ROOTS, 0o755),
      file('program', at.daemon, 0o644),
      file('command', at.cli, 0o755, yield* cliText(record)),
      file('hook script', at.script, 0o755, yield* scriptText(record)),
      ...(env === at.env ? [{ ...file('hook launcher', env, 0o2755), ...LENT }] : []),
      file('start script', at.serve, 0o755, yield* serveText(record)),
      folder('state', roots.state, ROOTS, 0o711),
      folder('state', at.stateDir, ROOTS, 0o711),
      folder('configuration', at.configDir, SERVICES, 0o700),
      folder('log and keys', at.dataDir, SERVICES, 0o700),
      folder('marker', at.gateDir, SHARED, 0o710),
      { ...file('marker', at.marker, 0o644), ...SERVICES },
      file('managed settings', at.managedFile, 0o644, managedText(record)),
      ...(systemd ? [file('unit', at.unitFile, 0o644, unitText(record))] : []),
      { ...folder('sockets', at.runDir, ROOTS, 0o755), ...running },
      { ...folder('sockets', at.socketsDir, SHARED, 0o2710), ...running },
      { ...folder('root’s socket', at.rootDir, SERVICES, 0o700), ...running },
      ...['hook.sock', 'control.sock', 'run.sock'].map((name): Piece => ({
        what: 'socket',
        path: path.join(at.socketsDir, name),
        kind: 'socket',
        ...SHARED,
        mode: 0o660,
        ...running,
      })),
    ]
  })

export const idsOf = (
  { user, service }: HardenedRecord,
  { owner, group }: Pick<Piece, 'owner' | 'group'>,
): { readonly uid: number; readonly gid: number } => ({
  uid: { root: 0, service: service.uid ?? -1, user: user.uid }[owner],
  gid: { root: 0, service: service.gid ?? -1, user: user.gid }[group],
})
