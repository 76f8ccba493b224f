// Where this user's files are, for a command.
import * as Result from 'effect/Result'
import { homedir } from 'node:os'
import { type AppPaths, ownPaths } from '../../infra/paths.ts'
import { CommandFailure } from '../terminal/failure.ts'

export interface OwnPlace {
  readonly paths: AppPaths
  /** The user's home directory, absolute. */
  readonly home: string
}

export const ownPlace = (): OwnPlace => {
  const paths = ownPaths()
  if (Result.isSuccess(paths)) return { paths: paths.success, home: homedir() }
  const { message, remedy } = paths.failure
  throw new CommandFailure({ kind: 'paths', message, remedy, exit: 1, cause: paths.failure })
}
