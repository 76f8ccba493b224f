// The one failure of everything here that touches files: which path, what is wrong with it, and the
// command or step that mends it. A failure never carries a file's contents.
import * as Schema from 'effect/Schema'
import { statSync } from 'node:fs'
import { dirname } from 'node:path'

export class FileFailure extends Schema.TaggedError<FileFailure>()('FileFailure', {
  reason: Schema.Literals([
    'not-absolute',
    'not-found',
    'symlink',
    'not-directory',
    'not-regular',
    'not-socket',
    'owner',
    'mode',
    'too-large',
    'too-long',
    'in-use',
    'damaged',
    'full',
    'read-only',
    'permission',
    'io',
  ]),
  path: Schema.String,
  /** What is wrong, as a sentence's end: `PATH: is a symbolic link`. */
  detail: Schema.String,
  /** What to do about it, ready to be shown to a person. */
  remedy: Schema.String,
}) {
  override get message(): string {
    return `${this.path}: ${this.detail}`
  }
}

const isErrno = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string'

/** The system's code of a thrown error (`ENOENT`, …), or undefined where it has none. */
export const errnoOf = (error: unknown): string | undefined =>
  isErrno(error) ? error.code : undefined

/** A path in a shown command: quoted for a POSIX shell when it is not plainly safe. */
export const shown = (path: string): string =>
  /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`

/** The part of the path that is in the way, as far as it can be seen. */
const notDirectoryIn = (path: string): string => {
  for (let at = path; at !== dirname(at); at = dirname(at)) if (isOther(at)) return at
  return path
}

const isOther = (at: string): boolean => {
  try {
    return !statSync(at).isDirectory()
  } catch {
    return false
  }
}

/** The failure that an error of a system call at this path stands for. */
export const failureOf = (path: string, doing: string, error: unknown): FileFailure => {
  const code = errnoOf(error)
  const cause = code ?? (error instanceof Error ? error.message : String(error))
  const failure = (reason: FileFailure['reason'], detail: string, remedy: string) =>
    new FileFailure({ reason, path, detail: `cannot ${doing}: ${detail}`, remedy })
  switch (code) {
    case 'ENOENT':
      return failure('not-found', 'it does not exist', `check that ${shown(path)} exists`)
    case 'ENOTDIR':
      return failure(
        'not-directory',
        `${notDirectoryIn(path)} is not a directory`,
        `move ${shown(notDirectoryIn(path))} away`,
      )
    case 'ELOOP':
      return failure(
        'symlink',
        'it is a symbolic link',
        `put what ${shown(path)} leads to in the place of the link`,
      )
    case 'EACCES':
    case 'EPERM':
      return failure('permission', `not allowed (${cause})`, `see ls -ld ${shown(path)}`)
    case 'EISDIR':
    case 'ENXIO':
      return failure('not-regular', 'it is no regular file', `move ${shown(path)} away`)
    case 'EROFS':
      return failure(
        'read-only',
        'the file system is read-only',
        'mount it writable, then try again',
      )
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return failure('full', `no space left (${cause})`, 'free some space, then try again')
    case 'EAGAIN':
      return failure('in-use', 'it was changed meanwhile', 'try again')
    case 'ENAMETOOLONG':
      return failure('too-long', 'its name is too long', 'choose a shorter folder')
    default:
      return failure('io', cause, 'check the disk, then try again')
  }
}
