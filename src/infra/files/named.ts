// Files that somebody else names: a payload, a project's settings, a link in a folder of the user's. At
// assurance level `hardened` the control plane may read more than the user may (it has to enter a home
// that is closed to all others), and whoever names a path must not learn through it what the kernel
// keeps from him: other users' files, root's, the gate's own keys. So everything that follows such a
// path goes through here, and is measured by the user's own rights. At the other levels these are plain
// calls, for there the process is the user.
import * as fs from 'node:fs'
import * as path from 'node:path'

/** By whose rights named files are read. */
export interface Reader {
  readonly uid: number
  /** His groups, the primary one among them. */
  readonly gids: ReadonlyArray<number>
}

let reader: Reader | undefined

/** From now on, and for the whole process: it serves one user. */
export const readAs = (who: Reader | undefined): void => {
  reader = who
}

/** Who owns what the user may call his own. */
export const namedUid = (): number => reader?.uid ?? process.getuid!()

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = fs.constants
const [READ, ENTER] = [4, 1]
/** As many links as the kernel follows in one path. */
const MOST_LINKS = 40

const failing = (code: string, at: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code}: ${at}`), { code, path: at })

/**
 * As the kernel tells it from owner and mode. An access list that gives more is not seen, so what only
 * it lets the user read counts as closed.
 */
const may = (who: Reader, { uid, gid, mode }: fs.Stats, bit: number): boolean => {
  const shift = uid === who.uid ? 6 : who.gids.includes(gid) ? 3 : 0
  return ((mode >> shift) & bit) !== 0
}

interface Reached {
  /** Without links, but for the last part where that is not followed. */
  readonly real: string
  readonly stat: fs.Stats
}

/** Walks as the kernel does, step by step, with the user's right to enter asked for at each folder. */
const reach = (who: Reader, named: string, follow: boolean): Reached => {
  if (!path.isAbsolute(named)) throw failing('ENOENT', named)
  const left = partsOf(named)
  let at = '/'
  let stat = fs.lstatSync(at)
  let links = 0
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    if (!stat.isDirectory()) throw failing('ENOTDIR', named)
    if (!may(who, stat, ENTER)) throw failing('EACCES', named)
    const step = name === '..' ? path.dirname(at) : path.join(at, name)
    const found = fs.lstatSync(step)
    if (found.isSymbolicLink() && (follow || left.length > 0)) {
      if (++links > MOST_LINKS) throw failing('ELOOP', named)
      const to = fs.readlinkSync(step)
      left.unshift(...partsOf(to))
      if (path.isAbsolute(to)) {
        at = '/'
        stat = fs.lstatSync(at)
      }
      continue
    }
    at = step
    stat = found
  }
  return { real: at, stat }
}

const partsOf = (named: string): Array<string> =>
  named.split('/').filter((part) => part !== '' && part !== '.')

/**
 * What is checked is the file that was opened, by where the kernel says it lies: folders on the way may
 * be swapped between any two looks by whoever owns them.
 */
const openSync = (named: string, flags: number): number => {
  if (reader === undefined) return fs.openSync(named, flags)
  // Before it is opened as well: opening is itself an act on some devices.
  const before = reach(reader, named, (flags & O_NOFOLLOW) === 0)
  if (!before.stat.isSymbolicLink() && !may(reader, before.stat, READ))
    throw failing('EACCES', named)
  const fd = fs.openSync(named, flags)
  try {
    reach(reader, fs.readlinkSync(`/proc/self/fd/${fd}`), false)
    if (!may(reader, fs.fstatSync(fd), READ)) throw failing('EACCES', named)
    return fd
  } catch (error) {
    fs.closeSync(fd)
    throw error
  }
}

interface MayBeMissing {
  readonly throwIfNoEntry: false
}

const ABSENT: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR'])

const statBy =
  (follow: boolean, plain: (named: string, options?: MayBeMissing) => fs.Stats | undefined) =>
  (named: string, options?: MayBeMissing): fs.Stats | undefined => {
    if (reader === undefined) return plain(named, options)
    try {
      return reach(reader, named, follow).stat
    } catch (error) {
      if (options !== undefined && ABSENT.has((error as NodeJS.ErrnoException).code))
        return undefined
      throw error
    }
  }

interface Stat {
  (named: string): fs.Stats
  (named: string, options: MayBeMissing): fs.Stats | undefined
}

/** A folder opened and checked, read by what was opened. */
const inFolder = <A>(named: string, read: (at: string) => A): A => {
  if (reader === undefined) return read(named)
  const fd = openSync(named, O_RDONLY | O_DIRECTORY)
  try {
    return read(`/proc/self/fd/${fd}`)
  } finally {
    fs.closeSync(fd)
  }
}

interface ReadDir {
  (named: string): Array<string>
  (named: string, options: { readonly withFileTypes: true }): Array<fs.Dirent>
}

/** Takes the place of `node:fs` where paths are named by others. */
export const named = {
  openSync,
  lstatSync: statBy(false, fs.lstatSync) as Stat,
  statSync: statBy(true, fs.statSync) as Stat,
  readdirSync: ((at: string, options?: { readonly withFileTypes: true }) =>
    inFolder(at, (dir) =>
      options === undefined ? fs.readdirSync(dir) : fs.readdirSync(dir, options),
    )) as ReadDir,
  opendirSync: (at: string): fs.Dir => inFolder(at, (dir) => fs.opendirSync(dir)),
  realpathSync: (at: string): string =>
    reader === undefined ? fs.realpathSync.native(at) : reach(reader, at, true).real,
  readlinkSync: (at: string): string => {
    if (reader !== undefined) reach(reader, at, false)
    return fs.readlinkSync(at)
  },
  existsSync: (at: string): boolean => {
    if (reader === undefined) return fs.existsSync(at)
    try {
      return reach(reader, at, true).stat !== undefined
    } catch {
      return false
    }
  },
  fstatSync: fs.fstatSync,
  readSync: fs.readSync,
  closeSync: fs.closeSync,
}
