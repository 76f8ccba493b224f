// Where the programs are that the hook client runs. They are looked for in fixed folders, never along
// PATH, and only one that nobody but root and the user can replace is taken.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { failureOf, FileFailure, shown } from '../files/failure.ts'
import { checkAncestors, ownUid } from '../files/secureDirs.ts'
import type { ShellPrograms } from './hookClient.ts'

/** The system's own folders first; then where package managers of the systems in use install. */
export const PROGRAM_FOLDERS: ReadonlyArray<string> = [
  '/usr/bin',
  '/bin',
  '/usr/local/bin',
  '/opt/homebrew/bin',
  '/opt/local/bin',
  '/run/current-system/sw/bin',
]

/**
 * Every trusted program of this name, by its path as found (a link stays the link: what it points to
 * may move with an update), one for each file it leads to; and why others were not taken.
 */
export const findPrograms = (
  name: string,
  folders: ReadonlyArray<string> = PROGRAM_FOLDERS,
): { readonly found: ReadonlyArray<string>; readonly refused: ReadonlyArray<FileFailure> } => {
  const found = new Map<string, string>()
  const refused: Array<FileFailure> = []
  for (const folder of folders) {
    const file = path.join(folder, name)
    const trusted = trustedProgram(file)
    if (Result.isFailure(trusted)) {
      if (trusted.failure.reason !== 'not-found') refused.push(trusted.failure)
    } else if (!found.has(trusted.success)) found.set(trusted.success, file)
  }
  return { found: [...found.values()], refused }
}

/**
 * The real path of an executable file that only root and the user can change: the file itself, and
 * every folder on the way to it, the way of a link included.
 */
export const trustedProgram = (
  file: string,
  uid: number = ownUid(),
): Result.Result<string, FileFailure> =>
  Result.gen(function* () {
    const real = yield* followLinks(file, uid)
    const stat = yield* Result.try({
      try: () => fs.statSync(real),
      catch: (error) => failureOf(real, 'look at it', error),
    })
    const refuse = (reason: FileFailure['reason'], detail: string, remedy: string) =>
      Result.fail(new FileFailure({ reason, path: real, detail, remedy }))
    if (!stat.isFile() || (stat.mode & 0o111) === 0)
      return yield* refuse('not-regular', 'is no program', `see ls -l ${shown(real)}`)
    if (stat.uid !== 0 && stat.uid !== uid)
      return yield* refuse('owner', `belongs to user ${stat.uid}`, `see ls -l ${shown(real)}`)
    if ((stat.mode & 0o022) !== 0)
      return yield* refuse('mode', 'can be changed by other users', `chmod go-w ${shown(real)}`)
    return real
  })

/** Where a path leads, with the folders of every link on the way checked. */
const followLinks = (file: string, uid: number): Result.Result<string, FileFailure> =>
  Result.gen(function* () {
    // A link that leads in a circle does not exist to realpath, which bounds the loop below.
    const real = yield* Result.try({
      try: () => fs.realpathSync(file),
      catch: (error) => failureOf(file, 'find it', error),
    })
    for (let at = file; ;) {
      yield* checkAncestors(at, uid)
      if (!fs.lstatSync(at).isSymbolicLink()) return real
      at = path.resolve(fs.realpathSync(path.dirname(at)), fs.readlinkSync(at))
    }
  })

/** The four programs that every hook client needs; the failure names the first that is missing. */
export const findShellPrograms = (
  folders: ReadonlyArray<string> = PROGRAM_FOLDERS,
): Result.Result<ShellPrograms, FileFailure> =>
  Result.gen(function* () {
    return {
      env: yield* only('env', folders),
      sh: yield* only('sh', binFirst(folders)),
      cat: yield* only('cat', binFirst(folders)),
      sleep: yield* only('sleep', binFirst(folders)),
    }
  })

/** These three are in /bin on every system, as env is in /usr/bin. */
const binFirst = (folders: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...folders.filter((folder) => folder === '/bin'),
  ...folders.filter((folder) => folder !== '/bin'),
]

const only = (name: string, folders: ReadonlyArray<string>): Result.Result<string, FileFailure> => {
  const { found, refused } = findPrograms(name, folders)
  if (found[0] !== undefined) return Result.succeed(found[0])
  return Result.fail(
    refused[0] ??
      new FileFailure({
        reason: 'not-found',
        path: name,
        detail: `is in none of ${folders.join(', ')}`,
        remedy: `install ${name}`,
      }),
  )
}
