// Makes the program's folders ready before anything is put into them.
import * as Result from 'effect/Result'
import type { AppPaths } from '../paths.ts'
import type { FileFailure } from './failure.ts'
import { checkAncestors, ensurePrivateDir, ownUid } from './secureDirs.ts'

/**
 * The configuration, data, keys and run folders: every ancestor checked, created where missing,
 * closed to other users. Safe to repeat. At level `hardened` the folder of the sockets is root's to make.
 */
export const prepareDirs = (
  { configDir, dataDir, keysDir, runDir, hardened }: AppPaths,
  uid: number = ownUid(),
): Result.Result<void, FileFailure> =>
  Result.gen(function* () {
    for (const dir of [configDir, dataDir, keysDir, ...(hardened === undefined ? [runDir] : [])]) {
      yield* checkAncestors(dir, uid)
      yield* ensurePrivateDir(dir, uid)
    }
    return undefined
  })
