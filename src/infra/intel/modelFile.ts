// A file of an installed model, read and compared with the hash that the download recorded, in one go: the
// bytes that were hashed are the bytes that are used. A swapped or broken file is refused, and said so.
import * as Result from 'effect/Result'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Fault } from '../../domain/control/methods.ts'
import type { InstalledFile } from '../../domain/intel/installed.ts'
import { failureOf, shown } from '../files/failure.ts'
import { ownUid } from '../files/secureDirs.ts'

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants

/** Larger files are hashed in pieces and then loaded by their path. Bytes. */
export const MOST_HELD_BYTES = 256 * 1024 * 1024
const PIECE_BYTES = 1024 * 1024

/** The whole file. */
export const readModelFile = (
  dir: string,
  file: InstalledFile,
): Result.Result<Uint8Array, Fault> => {
  if (file.bytes > MOST_HELD_BYTES)
    return Result.fail(refused(dir, file, `is larger than ${MOST_HELD_BYTES} bytes`))
  const whole = Buffer.allocUnsafeSlow(file.bytes)
  return Result.map(
    checked(dir, file, (piece, at) => void piece.copy(whole, at)),
    () => whole,
  )
}

/**
 * The same for a file that something else will open by its path: between the two it may be swapped by
 * whoever can write there, who could as well have written the hash.
 */
export const checkModelFile = (dir: string, file: InstalledFile): Result.Result<void, Fault> =>
  checked(dir, file, () => {})

const checked = (
  dir: string,
  file: InstalledFile,
  take: (piece: Buffer, at: number) => void,
): Result.Result<void, Fault> => {
  const place = path.join(dir, file.path)
  let fd: number | undefined
  try {
    fd = fs.openSync(place, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    const stat = fs.fstatSync(fd)
    if (!stat.isFile()) return Result.fail(refused(dir, file, 'is no regular file'))
    if (stat.uid !== ownUid() || (stat.mode & 0o022) !== 0)
      return Result.fail(refused(dir, file, 'can be written by other users'))
    if (stat.size !== file.bytes)
      return Result.fail(refused(dir, file, `has ${stat.size} bytes instead of ${file.bytes}`))
    const hash = createHash('sha256')
    const piece = Buffer.allocUnsafeSlow(Math.max(1, Math.min(PIECE_BYTES, file.bytes)))
    for (let at = 0; at < file.bytes;) {
      const read = fs.readSync(fd, piece, 0, Math.min(piece.length, file.bytes - at), at)
      if (read === 0) return Result.fail(refused(dir, file, 'became shorter while it was read'))
      const part = piece.subarray(0, read)
      hash.update(part)
      take(part, at)
      at += read
    }
    return hash.digest('hex') === file.sha256
      ? Result.succeed(undefined)
      : Result.fail(refused(dir, file, 'is not the file that was downloaded (its hash differs)'))
  } catch (error) {
    const { message } = failureOf(place, 'read it', error)
    return Result.fail({ message, remedy: again(dir) })
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}

const refused = (dir: string, file: InstalledFile, detail: string): Fault => ({
  message: `${path.join(dir, file.path)}: ${detail}`,
  remedy: again(dir),
})

const again = (dir: string): string => `rm -r ${shown(dir)}, then isonapse hook intel download`
