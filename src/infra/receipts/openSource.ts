// What a person named to compare, told apart by what lies there: this user's log, an export, the home
// of another log, or a folder of receipts.
import * as Effect from 'effect/Effect'
import type * as Scope from 'effect/Scope'
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { ControlFailure } from '../../domain/control/methods.ts'
import { CHECKPOINT_PATH } from '../../domain/merkle/tile.ts'
import { connectControlPlane } from '../control/connect.ts'
import { errnoOf } from '../files/failure.ts'
import { type AppPaths, pathsUnder } from '../paths.ts'
import type { LogIdentity } from '../verifier/verifyExport.ts'
import { readExport } from './readExport.ts'
import { readFolder } from './readFolder.ts'
import { readLog } from './readLog.ts'
import { type ReceiptSource, type Report, SourceUnusable } from './receiptSource.ts'

export interface Named {
  /** As it was typed: `live`, or a path. */
  readonly name: string
  /** The same, absolute. */
  readonly path: string
}

export interface Around {
  /** This user's own. */
  readonly paths: AppPaths
  /** This user's home directory. */
  readonly home: string
  /** The identity that an export in this folder must have; undefined where nobody knows. */
  readonly identityOf: (dir: string) => LogIdentity | undefined
  readonly report: Report
}

/** This user's log; a folder of that name is `./live`. */
export const LIVE = 'live'

export const openSource = (
  named: Named,
  { paths, home, identityOf, report }: Around,
): Effect.Effect<ReceiptSource, SourceUnusable | ControlFailure, Scope.Scope> =>
  Effect.gen(function* () {
    const { name, path: dir } = named
    const place = name === LIVE ? ({ is: 'log', paths } as const) : placeOf(named, paths)
    if (place instanceof SourceUnusable) return yield* place
    switch (place.is) {
      case 'log': {
        const control = yield* connectControlPlane(place.paths, home)
        return yield* readLog(control, name, report)
      }
      case 'export':
        return yield* readExport(dir, name, identityOf(dir), report)
      case 'receipts':
        return yield* Effect.tryPromise({
          try: () => readFolder(dir, name, report),
          catch: (error) => error,
        }).pipe(
          Effect.catch((error) =>
            error instanceof SourceUnusable ? Effect.fail(error) : Effect.die(error),
          ),
        )
    }
  })

type Found =
  | { readonly is: 'log'; readonly paths: AppPaths }
  | { readonly is: 'export' | 'receipts' }
  | SourceUnusable

const placeOf = ({ name, path: dir }: Named, own: AppPaths): Found => {
  const unusable = (detail: string, remedy: string): SourceUnusable =>
    new SourceUnusable({ source: name, detail, remedy })
  const kind = kindOf(dir)
  if (kind === 'missing')
    return unusable(
      'there is no such folder',
      'isonapse hook witness receipts --out DIR writes one',
    )
  if (kind === 'other') return unusable('is not a folder', 'name the folder that it is in')
  if (kind !== 'folder') return unusable(`cannot be looked at (${kind})`, 'name another folder')
  if (has(dir, 'data/witness')) return { is: 'log', paths: pathsUnder(dir) }
  if (has(dir, 'witness')) {
    if (sameFolder(dir, own.dataDir)) return { is: 'log', paths: own }
    const above = path.dirname(dir)
    return path.basename(dir) === 'data' && has(above, 'config/identity.json')
      ? { is: 'log', paths: pathsUnder(above) }
      : unusable(
          'is the data of a log whose identity is not beside it',
          'export that log where it is at home, with isonapse hook witness export, and name the export',
        )
  }
  return { is: has(dir, CHECKPOINT_PATH) || has(dir, 'tile') ? 'export' : 'receipts' }
}

const kindOf = (at: string): string => {
  try {
    return fs.statSync(at).isDirectory() ? 'folder' : 'other'
  } catch (error) {
    const code = errnoOf(error) ?? 'unknown'
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : code
  }
}

const has = (dir: string, name: string): boolean => fs.existsSync(path.join(dir, name))

const sameFolder = (a: string, b: string): boolean => {
  try {
    return fs.realpathSync(a) === fs.realpathSync(b)
  } catch {
    return false
  }
}
