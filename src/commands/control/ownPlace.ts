// Where this user's files are, for a command.
import * as Result from 'effect/Result'
import { homedir } from 'node:os'
import * as path from 'node:path'
import { type AppPaths, ownPaths } from '../../infra/paths.ts'
import { CommandFailure } from '../terminal/failure.ts'

export interface OwnPlace {
  readonly paths: AppPaths
  /** The user's home directory, absolute. */
  readonly home: string
}

export const ownPlace = (): OwnPlace => {
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
