// A user's own file read and replaced whole, in place of the one that was there: same rights, and the
// time that is asked for, since a client compares times. It must never follow a link out of where the
// call said, block on a pipe, or leave half a file.
import * as Result from 'effect/Result'
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { failureOf, type FileFailure } from './failure.ts'
import { named } from './named.ts'

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants

export interface ReadFile {
  readonly bytes: Buffer
  readonly mode: number
  /** Seconds, with fractions. */
  readonly accessed: number
  readonly modified: number
  /** Which file it was that was read, and how long: another one is not replaced. */
  readonly inode: number
  readonly size: number
}

/** By its real path; a regular file of at most `most` bytes. */
export const readWhole = (file: string, most: number): Result.Result<ReadFile, FileFailure> =>
  Result.try({
    try: () => {
      const fd = named.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
      try {
        const stat = fs.fstatSync(fd)
        if (!stat.isFile()) throw Object.assign(new Error('no regular file'), { code: 'EINVAL' })
        if (stat.size > most) throw Object.assign(new Error('too large'), { code: 'EFBIG' })
        return {
          bytes: fs.readFileSync(fd),
          mode: stat.mode & 0o7777,
          accessed: stat.atimeMs / 1000,
          modified: stat.mtimeMs / 1000,
          inode: stat.ino,
          size: stat.size,
        }
      } finally {
        fs.closeSync(fd)
      }
    },
    catch: (error) => failureOf(file, 'read it', error),
  })

/**
 * A crash leaves the old file or the new one, and perhaps a hidden temporary one beside it. What somebody
 * wrote since it was read stays, and the failure says so.
 */
export const replaceWhole = (
  file: string,
  { bytes, mode, accessed, modified, inode, size }: ReadFile,
): Result.Result<void, FileFailure> =>
  Result.try({
    try: () => {
      const beside = path.join(
        path.dirname(file),
        `.${path.basename(file).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`,
      )
      const fd = fs.openSync(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600)
      try {
        try {
          fs.writeFileSync(fd, bytes)
          fs.fchmodSync(fd, mode)
          fs.futimesSync(fd, accessed, modified)
        } finally {
          fs.closeSync(fd)
        }
        const now = fs.lstatSync(file)
        if (now.ino !== inode || now.size !== size || now.mtimeMs / 1000 !== modified)
          throw Object.assign(new Error('changed meanwhile'), { code: 'EAGAIN' })
        fs.renameSync(beside, file)
      } catch (error) {
        fs.rmSync(beside, { force: true })
        throw error
      }
    },
    catch: (error) => failureOf(file, 'replace it', error),
  })
