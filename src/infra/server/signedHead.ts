// The last checkpoint signed here, kept beside the pin: a log that holds less than it once did is
// noticed when it is opened. LevelDB silently drops what follows a damaged record, and an older copy of
// the store fits together too; either would bring back an older mode and policy.
import * as fs from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { ControlFailure } from '../../domain/control/methods.ts'
import { FileFailure, shown } from '../files/failure.ts'
import { readIfThere } from '../files/readOwnFile.ts'
import type { Pin } from '../keys/identity.ts'
import type { AppPaths } from '../paths.ts'
import { readCheckpoint } from '../store/checkpointNote.ts'
import { TamperFound } from '../store/errors.ts'

const MOST_BYTES = 16_384

/**
 * Replaces the note, off the main thread: hooks are answered meanwhile. A crash leaves the older one,
 * which bounds less and is as true, and a temporary that the next atomicWrite in the folder removes.
 */
export const keepSignedHead = async (file: string, note: string): Promise<void> => {
  const { dir, base } = path.parse(file)
  const temporary = path.join(dir, `.${base}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`)
  try {
    const handle = await fs.open(temporary, 'wx', 0o600)
    try {
      await handle.writeFile(note)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await fs.rename(temporary, file)
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => {})
    throw error
  }
}

/** The note; undefined where none was kept yet. One that our key did not sign is `damaged`. */
export const readSignedHead = (
  file: string,
  pin: Pin,
): Result.Result<{ readonly size: number; readonly text: string } | undefined, FileFailure> =>
  readIfThere(file, { maxBytes: MOST_BYTES }, (bytes) =>
    Result.mapError(
      readCheckpoint(bytes, pin),
      (detail) =>
        new FileFailure({
          reason: 'damaged',
          path: file,
          detail: `is no checkpoint of this log: ${detail}`,
          remedy: `isonapse hook witness verify; if that finds nothing, rm ${shown(file)}`,
        }),
    ),
  )

/** For opening the log: how many entries it must hold at least. */
export const signedSize = (
  { signedHeadFile }: Pick<AppPaths, 'signedHeadFile'>,
  pin: Pin,
): Result.Result<number, FileFailure> =>
  Result.map(readSignedHead(signedHeadFile, pin), (signed) => signed?.size ?? 0)

/** A shorter log may be what its owner wants, restored from a backup: then there is a way on. */
export const withWayOn =
  ({ signedHeadFile, dataDir }: Pick<AppPaths, 'signedHeadFile' | 'dataDir'>) =>
  <E>(failure: E | TamperFound): E | TamperFound | ControlFailure =>
    failure instanceof TamperFound && failure.where === 'size'
      ? new ControlFailure({
          kind: 'log-shorter',
          message: failure.message,
          remedy: `restore ${shown(dataDir)} from a backup; to go on with what is there: rm ${shown(signedHeadFile)}`,
          exit: 1,
        })
      : failure
