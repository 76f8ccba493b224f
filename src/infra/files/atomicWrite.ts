// Writes of whole files that survive a crash and a second writer: a reader sees the old bytes or the
// new ones. Nothing here follows a symbolic link at the path, or leaves half a file under its name.
import * as Result from 'effect/Result'
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { isAlive } from './isAlive.ts'
import { errnoOf, failureOf, type FileFailure } from './failure.ts'

const { O_CREAT, O_DIRECTORY, O_EXCL, O_RDONLY, O_WRONLY } = fs.constants

/**
 * Replaces the file at an absolute path (mode 0600 unless told). The directory must exist. Done when
 * it returns: file and directory are fsynced. A symbolic link at the path is itself replaced.
 *
 * A crash before the rename leaves the old file and a temporary one beside it, which the next write
 * of this path removes; a crash after it leaves the new file.
 */
export const atomicWrite = (
  file: string,
  data: Uint8Array | string,
  options: { readonly mode?: number } = {},
): Result.Result<void, FileFailure> =>
  attempt(file, (temporary) => {
    const { dir, base } = path.parse(file)
    sweepTemporaries(dir, base)
    writeSynced(temporary, data, options.mode ?? 0o600)
    fs.renameSync(temporary, file)
    syncDirectory(dir)
  })

/**
 * Creates the file at an absolute path (mode 0600), or says that there is one already and leaves it
 * alone. Two processes at once: exactly one creates it, and neither ever sees a part of it. A crash
 * leaves a temporary for sweepTemporaries: this does not list the directory, which may be large.
 */
export const createOnce = (
  file: string,
  data: Uint8Array | string,
): Result.Result<'created' | 'exists', FileFailure> =>
  attempt(file, (temporary) => {
    writeSynced(temporary, data, 0o600)
    const created = linkUnlessExists(temporary, file)
    fs.unlinkSync(temporary)
    // The winner may not have synced the directory yet, and the loser goes on to rely on the name.
    syncDirectory(path.dirname(file))
    return created ? 'created' : 'exists'
  })

/** Names a fresh temporary beside the file; whatever fails, it is gone and the old file stays. */
const attempt = <A>(
  file: string,
  write: (temporary: string) => A,
): Result.Result<A, FileFailure> => {
  const { dir, base } = path.parse(file)
  const temporary = path.join(dir, `.${base}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`)
  try {
    return Result.succeed(write(temporary))
  } catch (error) {
    removeQuietly(temporary)
    return Result.fail(failureOf(file, 'write it', error))
  }
}

const writeSynced = (file: string, data: Uint8Array | string, mode: number): void => {
  const fd = fs.openSync(file, O_WRONLY | O_CREAT | O_EXCL, 0o600)
  try {
    fs.writeFileSync(fd, data)
    if (mode !== 0o600) fs.fchmodSync(fd, mode)
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
}

/** link(2) refuses an existing name, a symbolic link too; rename(2) would overwrite it. */
const linkUnlessExists = (temporary: string, file: string): boolean => {
  try {
    fs.linkSync(temporary, file)
    return true
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Makes the names created, renamed or removed in a directory durable. Throws what the system says. */
export const syncDirectory = (dir: string): void => {
  const fd = fs.openSync(dir, O_RDONLY | O_DIRECTORY)
  try {
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
}

/**
 * Removes what crashed writes left in a directory (of one file's name, or of any): temporaries of
 * processes that are gone. Throws what the system says.
 */
export const sweepTemporaries = (dir: string, base?: string): void => {
  for (const name of fs.readdirSync(dir)) {
    const [, of, pid] = /^\.(.+)\.(\d+)-[0-9a-f]{12}\.tmp$/s.exec(name) ?? []
    if (pid === undefined || (base !== undefined && base !== of)) continue
    // Our own pid is a predecessor's: ours are made and gone within one synchronous call.
    if (Number(pid) === process.pid || !isAlive(Number(pid)))
      fs.rmSync(path.join(dir, name), { force: true })
  }
}

/** The failure being reported is the write's; a temporary that stays is swept by the next one. */
const removeQuietly = (file: string): void => {
  try {
    fs.rmSync(file, { force: true })
  } catch {
    // Swept later.
  }
}
