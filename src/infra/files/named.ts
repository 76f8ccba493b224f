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
/** Linux's; Node has no name for it: a hold on what lies there, without opening it. */
const O_PATH = 0o10000000
const [READ, ENTER] = [4, 1]
/** As many links as the kernel follows in one path. */
const MOST_LINKS = 40
/** As long as the kernel takes one. Bytes. */
const LONGEST = 4095

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
  /** The very thing that was looked at, by whatever name it goes by now. */
  readonly held: string
  /** What a link says that was not followed. */
  readonly link?: string
}

const heldAt = (fd: number): string => `/proc/self/fd/${fd}`

/**
 * Walks as the kernel does, step by step, with the user's right to enter asked for at each folder. Every
 * folder is held while the next step is taken from it: whoever owns one on the way may put a link in its
 * place between any two looks.
 */
const reach = <A>(who: Reader, named: string, follow: boolean, use: (reached: Reached) => A): A => {
  if (!path.isAbsolute(named)) throw failing('ENOENT', named)
  if (Buffer.byteLength(named) > LONGEST) throw failing('ENAMETOOLONG', named)
  const left = partsOf(named)
  let at = '/'
  let fd = fs.openSync(at, O_PATH | O_DIRECTORY)
  const go = (to: number, where: string): void => {
    fs.closeSync(fd)
    fd = to
    at = where
  }
  try {
    let stat = fs.fstatSync(fd)
    let links = 0
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      if (!stat.isDirectory()) throw failing('ENOTDIR', named)
      if (!may(who, stat, ENTER)) throw failing('EACCES', named)
      const step = `${heldAt(fd)}/${name}`
      const found = tried(named, () => fs.openSync(step, O_PATH | O_NOFOLLOW))
      const seen = fs.fstatSync(found)
      if (!seen.isSymbolicLink()) {
        const isHere = at === '/proc' && isOwnProcess(who, name, seen)
        go(found, name === '..' ? path.dirname(at) : path.join(at, name))
        stat = seen
        if (isHere) throw failing('EACCES', named)
        continue
      }
      fs.closeSync(found)
      const link = tried(named, () => fs.readlinkSync(step))
      if (!follow && left.length === 0)
        return use({ real: path.join(at, name), stat: seen, held: step, link })
      if (++links > MOST_LINKS) throw failing('ELOOP', named)
      left.unshift(...partsOf(link))
      if (path.isAbsolute(link)) {
        go(fs.openSync('/', O_PATH | O_DIRECTORY), '/')
        stat = fs.fstatSync(fd)
      }
    }
    return use({ real: at, stat, held: heldAt(fd) })
  } finally {
    fs.closeSync(fd)
  }
}

/** What fails is told of the path that was named. */
const tried = <A>(named: string, call: () => A): A => {
  try {
    return call()
  } catch (error) {
    throw failing((error as NodeJS.ErrnoException).code ?? 'EIO', named)
  }
}

/** What the kernel shows of a process to its own user alone, whatever the modes there say. */
const isOwnProcess = (who: Reader, name: string, { uid }: fs.Stats): boolean =>
  /^\d+$/.test(name) && uid !== who.uid && (uid === process.getuid!() || name === `${process.pid}`)

const partsOf = (named: string): Array<string> =>
  named.split('/').filter((part) => part !== '' && part !== '.')

/** What is opened is what was looked at. */
const openSync = (named: string, flags: number): number => {
  if (reader === undefined) return fs.openSync(named, flags)
  const who = reader
  return reach(who, named, (flags & O_NOFOLLOW) === 0, ({ stat, held, link }) => {
    if (link !== undefined) throw failing('ELOOP', named)
    if (!may(who, stat, READ)) throw failing('EACCES', named)
    return tried(named, () => fs.openSync(held, flags & ~O_NOFOLLOW))
  })
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
      return reach(reader, named, follow, ({ stat }) => stat)
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
    return read(heldAt(fd))
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
    reader === undefined ? fs.realpathSync.native(at) : reach(reader, at, true, ({ real }) => real),
  readlinkSync: (at: string): string => {
    if (reader === undefined) return fs.readlinkSync(at)
    return reach(reader, at, false, ({ link }) => {
      if (link === undefined) throw failing('EINVAL', at)
      return link
    })
  },
  existsSync: (at: string): boolean => {
    if (reader === undefined) return fs.existsSync(at)
    try {
      return reach(reader, at, true, () => true)
    } catch {
      return false
    }
  },
  fstatSync: fs.fstatSync,
  readSync: fs.readSync,
  closeSync: fs.closeSync,
}
