// Folders that only their owner can change: created so, checked all the way up to the root, never
// reached through a link or a folder in which another user could swap them.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { failureOf, FileFailure, errnoOf, shown } from './failure.ts'

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = fs.constants
const GROUP_WRITE = 0o020
const OTHER_WRITE = 0o002
const STICKY = 0o1000
/** As many links as the kernel follows in one path. */
const MOST_LINKS = 40

export const ownUid = (): number => process.getuid!()

/** Whether a directory exists, is no link, is `uid`'s own and is closed to everybody else. */
export const isPrivateDir = (dir: string, uid: number): boolean => {
  const stat = fs.lstatSync(dir, { throwIfNoEntry: false })
  return stat !== undefined && stat.isDirectory() && stat.uid === uid && (stat.mode & 0o077) === 0
}

/**
 * Makes an absolute path a directory of ours with mode 0700: creates what is missing, step by step,
 * and tightens one of ours that is open to others. Refuses a symbolic link and a foreign owner.
 * Existing ancestors are checkAncestors' business.
 */
export const ensurePrivateDir = (
  dir: string,
  uid: number = ownUid(),
): Result.Result<void, FileFailure> =>
  Result.gen(function* () {
    yield* absolute(dir)
    for (const step of stepsTo(dir)) {
      const missing = yield* system(step, 'look at it', () => lstat(step) === undefined)
      // Two processes creating it at once are both right: what stands is checked below.
      if (missing) yield* system(step, 'create it', () => mkdirUnlessExists(step))
    }
    const fd = yield* openDirectory(dir)
    try {
      const stat = fs.fstatSync(fd)
      if (stat.uid !== uid) return yield* foreignOwner(dir, stat.uid, uid)
      if ((stat.mode & 0o777) !== 0o700)
        yield* system(dir, 'close it to other users', () => fs.fchmodSync(fd, 0o700))
      return undefined
    } finally {
      fs.closeSync(fd)
    }
  })

/**
 * Checks every existing directory on the way to an absolute path, through symbolic links too: each is
 * owned by `uid` or root, and no group or other user may write to it unless it is sticky. Names the
 * first offender. The path itself is not checked.
 */
export const checkAncestors = (
  target: string,
  uid: number = ownUid(),
): Result.Result<void, FileFailure> =>
  Result.gen(function* () {
    yield* absolute(target)
    const left = path.dirname(path.normalize(target)).split('/').filter(Boolean)
    let at = '/'
    let links = 0
    yield* checkOwnedAndClosed(at, fs.lstatSync(at), uid)
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      // `..` appears only in a link's target, where the kernel too resolves it physically.
      const step = name === '..' ? path.dirname(at) : path.join(at, name)
      const stat = yield* system(step, 'look at it', () => lstat(step))
      if (stat === undefined) return undefined
      if (stat.isSymbolicLink()) {
        if (++links > MOST_LINKS) return yield* Result.fail(failureOf(step, 'follow it', ELOOP))
        if (stat.uid !== uid && stat.uid !== 0) return yield* foreignOwner(step, stat.uid, uid)
        const to = yield* system(step, 'read the link', () => fs.readlinkSync(step))
        left.unshift(...to.split('/').filter((part) => part !== '' && part !== '.'))
        if (path.isAbsolute(to)) at = '/'
        continue
      }
      yield* checkOwnedAndClosed(step, stat, uid)
      at = step
    }
    return undefined
  })

const ELOOP = Object.assign(new Error('too many links'), { code: 'ELOOP' })

const system = <A>(at: string, doing: string, call: () => A): Result.Result<A, FileFailure> =>
  Result.try({ try: call, catch: (error) => failureOf(at, doing, error) })

const lstat = (at: string): fs.Stats | undefined => fs.lstatSync(at, { throwIfNoEntry: false })

const absolute = (at: string): Result.Result<void, FileFailure> =>
  path.isAbsolute(at)
    ? Result.succeed(undefined)
    : Result.fail(
        new FileFailure({
          reason: 'not-absolute',
          path: at,
          detail: 'is not an absolute path',
          remedy: 'give a path that begins with /',
        }),
      )

const stepsTo = (dir: string): ReadonlyArray<string> => {
  const parts = path.normalize(dir).split('/').filter(Boolean)
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`)
}

const mkdirUnlessExists = (dir: string): void => {
  try {
    fs.mkdirSync(dir, 0o700)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
  }
}

/** Opened, so that what is checked is what is changed, whatever is swapped in at the path. */
const openDirectory = (dir: string): Result.Result<number, FileFailure> =>
  Result.try({
    try: () => fs.openSync(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW),
    catch: (error) => {
      // With O_DIRECTORY a symbolic link answers ENOTDIR on Linux and ELOOP elsewhere.
      const link = fs.lstatSync(dir, { throwIfNoEntry: false })?.isSymbolicLink() === true
      if (!link) return failureOf(dir, 'open it', error)
      return new FileFailure({
        reason: 'symlink',
        path: dir,
        detail: 'is a symbolic link, which somebody could point elsewhere',
        remedy: `rm ${shown(dir)}`,
      })
    },
  })

const checkOwnedAndClosed = (
  dir: string,
  stat: fs.Stats,
  uid: number,
): Result.Result<void, FileFailure> => {
  if (!stat.isDirectory())
    return Result.fail(failureOf(dir, 'go through it', Object.assign(new Error(), NOT_DIRECTORY)))
  if (stat.uid !== uid && stat.uid !== 0) return foreignOwner(dir, stat.uid, uid)
  const loose = stat.mode & (GROUP_WRITE | OTHER_WRITE)
  if (loose === 0 || (stat.mode & STICKY) !== 0) return Result.succeed(undefined)
  const who = loose === GROUP_WRITE ? 'its group' : 'every user'
  const change = loose === GROUP_WRITE ? 'g-w' : loose === OTHER_WRITE ? 'o-w' : 'go-w'
  return Result.fail(
    new FileFailure({
      reason: 'mode',
      path: dir,
      detail: `${who} may write to it (mode ${(stat.mode & 0o7777).toString(8)})`,
      remedy: `${stat.uid === uid ? '' : 'sudo '}chmod ${change} ${shown(dir)}`,
    }),
  )
}

const NOT_DIRECTORY = { code: 'ENOTDIR' }

const foreignOwner = (at: string, owner: number, uid: number) =>
  Result.fail(
    new FileFailure({
      reason: 'owner',
      path: at,
      detail: `belongs to user ${owner}, not to you (${uid})${owner === 0 ? '' : ' or root'}`,
      remedy: `sudo chown ${uid} ${shown(at)}, or set ISONAPSE_HOME to a folder of your own`,
    }),
  )
