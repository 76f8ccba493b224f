// Where this user's files are, for a command.
import type { AppPaths } from '../../infra/paths.ts'
import { CommandFailure } from '../terminal/failure.ts'

export const ownPlace = async (): Promise<{ readonly paths: AppPaths; readonly home: string }> => {
  const [{ ownPaths }, { isFailure }, { homedir }] = await Promise.all([
    import('../../infra/paths.ts'),
    import('effect/Result'),
    import('node:os'),
  ])
  const paths = ownPaths()
  if (!isFailure(paths)) return { paths: paths.success, home: homedir() }
  const { message, remedy } = paths.failure
  throw new CommandFailure({ kind: 'paths', message, remedy, exit: 1, cause: paths.failure })
}
