// Which log this user has, before anything of it is opened or made: the pin says who it must be, the
// store is what is there. A pair that does not fit is refused, never mended by beginning a new log.
import * as fs from 'node:fs'
import * as Result from 'effect/Result'
import { ControlFailure } from '../../domain/control/methods.ts'
import type { FileFailure } from '../files/failure.ts'
import { shown } from '../files/failure.ts'
import { type Pin, readPin } from '../keys/identity.ts'
import type { AppPaths } from '../paths.ts'
import { holdsStore } from '../store/storeDb.ts'

/**
 * The pin of the log; undefined where neither it nor a log is there yet. A pin without a store is
 * what a crash of `init` leaves, but only before the first policy was written: later it means that
 * the log was removed, and with it the mode, policy and record that were in it.
 */
export const pinnedLog = (
  paths: Pick<AppPaths, 'identityFile' | 'witnessDir' | 'dataDir' | 'policyFile' | 'configFile'>,
): Result.Result<Pin | undefined, FileFailure | ControlFailure> =>
  Result.gen(function* () {
    const pin = yield* readPin(paths.identityFile)
    const stored = holdsStore(paths.witnessDir)
    if (pin === undefined && stored)
      return yield* refused(
        'pin-missing',
        `${paths.identityFile} is missing: whose log ${paths.witnessDir} is cannot be told`,
        'restore it from a backup; without one keep a copy of the data directory, then isonapse hook uninstall and isonapse hook up begin a new log',
      )
    const views = [paths.policyFile, paths.configFile]
    if (pin !== undefined && !stored && views.some((file) => fs.existsSync(file)))
      return yield* refused(
        'log-lost',
        `there is no log in ${paths.witnessDir} any more, though ${paths.identityFile} says whose it was`,
        `restore ${paths.dataDir} from a backup; to begin a new log instead: rm ${shown(paths.identityFile)}, then isonapse hook init`,
      )
    return pin
  })

const refused = (kind: string, message: string, remedy: string) =>
  Result.fail(new ControlFailure({ kind, message, remedy, exit: 1 }))
