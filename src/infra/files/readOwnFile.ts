// Reading our own key and configuration files: regular, ours, closed to others, of a sane size.
// Whatever lies there instead (a link, a FIFO, a device, gigabytes) is an error, never a hang.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import { fromUtf8 } from '../../domain/bytes.ts'
import { failureOf, FileFailure, shown } from './failure.ts'
import { ownUid } from './secureDirs.ts'

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants

export interface ReadOptions {
  readonly maxBytes: number
  /** Whose it must be; the running process's unless told. */
  readonly uid?: number
  /** `all`: others may read it, none may write to it. */
  readonly readers?: 'owner' | 'all'
}

/** The bytes of a file of ours with mode 0600 or stricter. A missing file is reason `not-found`. */
export const readOwnFile = (
  file: string,
  { maxBytes, uid = ownUid(), readers = 'owner' }: ReadOptions,
): Result.Result<Uint8Array, FileFailure> => {
  let fd: number | undefined
  try {
    // Non-blocking: opening a FIFO that nobody writes to would wait for ever.
    fd = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    const problem = problemOf(file, fs.fstatSync(fd), maxBytes, uid, readers)
    return problem === undefined ? readUpTo(file, fd, maxBytes) : Result.fail(problem)
  } catch (error) {
    return Result.fail(failureOf(file, 'read it', error))
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}

/** What `parse` makes of the bytes of a file of ours; undefined where there is no such file. */
export const readIfThere = <A, E>(
  file: string,
  options: ReadOptions,
  parse: (bytes: Uint8Array) => Result.Result<A, E>,
): Result.Result<A | undefined, FileFailure | E> => {
  const read = readOwnFile(file, options)
  if (Result.isSuccess(read)) return parse(read.success)
  return read.failure.reason === 'not-found' ? Result.succeed(undefined) : Result.fail(read.failure)
}

/** The same of a file that `decode` reads the text of; one that it cannot is `damaged`, as `words` say. */
export const readRecord = <A>(
  file: string,
  options: ReadOptions,
  decode: (text: string) => Result.Result<A, unknown>,
  words: { readonly detail: string; readonly remedy: string },
): Result.Result<A | undefined, FileFailure> =>
  readIfThere(file, options, (bytes) =>
    Result.mapError(
      decode(fromUtf8(bytes) ?? ''),
      () => new FileFailure({ reason: 'damaged', path: file, ...words }),
    ),
  )

const problemOf = (
  file: string,
  stat: fs.Stats,
  maxBytes: number,
  uid: number,
  readers: 'owner' | 'all',
): FileFailure | undefined => {
  const failure = (reason: FileFailure['reason'], detail: string, remedy: string) =>
    new FileFailure({ reason, path: file, detail, remedy })
  if (!stat.isFile())
    return failure('not-regular', 'is not a regular file', `rm -r ${shown(file)}, or move it away`)
  if (stat.uid !== uid)
    return failure(
      'owner',
      `belongs to user ${stat.uid}, not to you (${uid})`,
      `sudo chown ${uid} ${shown(file)}`,
    )
  if ((stat.mode & (readers === 'owner' ? 0o077 : 0o022)) !== 0)
    return failure(
      'mode',
      `is open to other users (mode ${(stat.mode & 0o777).toString(8)})`,
      `chmod 600 ${shown(file)}`,
    )
  return stat.size > maxBytes ? tooLarge(file, maxBytes) : undefined
}

/** The file may grow after it was looked at: what is read is what is bounded. */
const readUpTo = (
  file: string,
  fd: number,
  maxBytes: number,
): Result.Result<Uint8Array, FileFailure> => {
  const parts: Array<Uint8Array> = []
  let total = 0
  for (;;) {
    const part = Buffer.allocUnsafe(Math.min(65_536, maxBytes - total + 1))
    const read = fs.readSync(fd, part, 0, part.length, null)
    if (read === 0) return Result.succeed(Buffer.concat(parts, total))
    total += read
    if (total > maxBytes) return Result.fail(tooLarge(file, maxBytes))
    parts.push(part.subarray(0, read))
  }
}

const tooLarge = (file: string, maxBytes: number): FileFailure =>
  new FileFailure({
    reason: 'too-large',
    path: file,
    detail: `is larger than ${maxBytes} bytes`,
    remedy: `move ${shown(file)} away: this program did not write it`,
  })
