// Where this user's files are, for a command.
import * as Result from 'effect/Result'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import * as path from 'node:path'
import { hardenedPaths, ROOTS } from '../../infra/harden/places.ts'
import { hardenedWhose } from '../../infra/harden/whose.ts'
import { type AppPaths, ownPaths } from '../../infra/paths.ts'
import { CommandFailure } from '../terminal/failure.ts'

export interface OwnPlace {
  readonly paths: AppPaths
  /** The user's home directory, absolute. */
  readonly home: string
}

export const ownPlace = (): OwnPlace => hardenedPlace() ?? openPlace()

/**
 * At assurance level `hardened` the places are where root put them: for the user, and for root who acts
 * for him. Where ISONAPSE_HOME says otherwise that is another log, which this one has nothing to do with.
 */
const hardenedPlace = (): OwnPlace | undefined => {
  if ((process.env['ISONAPSE_HOME'] ?? '') !== '') return undefined
  const read = hardenedWhose(ROOTS)
  if (Result.isFailure(read)) {
    const { message, remedy } = read.failure
    throw new CommandFailure({ kind: 'hardened', message, remedy, exit: 1 })
  }
  const record = read.success
  if (record === undefined) return undefined
  const { uid, home } = record.user
  const own = process.getuid?.()
  if (own === uid) return { paths: hardenedPaths(record, 'user'), home }
  return own === 0 && isForUser(uid) ? { paths: hardenedPaths(record, 'root'), home } : undefined
}

/** By sudo: who called it. In a shell of root's: the hardened user, unless root has a log of his own. */
const isForUser = (uid: number): boolean => {
  const by = process.env['SUDO_UID']
  if (by !== undefined && by !== '0') return by === String(uid)
  const paths = ownPaths()
  return Result.isFailure(paths) || !existsSync(paths.success.identityFile)
}

/** For what is not done at assurance level `hardened`. */
export const notHardened = <A extends OwnPlace>(place: A, doing: string): A => {
  const { hardened } = place.paths
  if (hardened === undefined) return place
  throw new CommandFailure({
    kind: 'hardened',
    message: `${doing} at assurance level hardened: what root laid down stays until root takes it back`,
    remedy: `sudo ${hardened.cli} hook harden --undo`,
    exit: 2,
  })
}

const openPlace = (): OwnPlace => {
  const paths = ownPaths()
  const home = homedir()
  if (Result.isSuccess(paths) && path.isAbsolute(home)) return { paths: paths.success, home }
  const { message, remedy } = Result.isSuccess(paths)
    ? {
        message: `HOME: "${home}" is not an absolute path`,
        remedy: 'set HOME to an absolute path',
      }
    : paths.failure
  throw new CommandFailure({ kind: 'paths', message, remedy, exit: 2 })
}
