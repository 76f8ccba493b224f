// What is lost when a path is deleted: nothing that matters, the work in a repository, data, or the
// system. Told by location and reach alone.
import type { Reach } from './draft.ts'
import { isWithin, zoneOf } from './paths.ts'
import type { Place } from './place.ts'

export type Loss = 'destroy.system' | 'destroy.data' | 'destroy.vcs'

/** Folders whose files each matter: deleting one of them breaks the machine. */
const FRAGILE = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/lib32',
  '/lib64',
  '/sbin',
  '/sys',
  '/proc',
  '/System',
  '/usr/bin',
  '/usr/lib',
  '/usr/sbin',
  '/private/etc',
]

/** Folders of the system that hold ordinary files too: only what deletes a whole tree breaks it. */
const SHARED = [
  '/usr',
  '/var',
  '/root',
  '/run',
  '/private',
  '/nix',
  '/home',
  '/Users',
  '/mnt',
  '/media',
  '/Volumes',
  '/opt',
  '/srv',
  '/Library',
  '/Applications',
]

/** Of these, what lies so many levels below is one owner's data: a folder in a home, on a disk. */
const OWNED: ReadonlyArray<readonly [string, number]> = [
  ['/home', 2],
  ['/Users', 2],
  ['/mnt', 2],
  ['/media', 3],
  ['/run/media', 3],
  ['/Volumes', 2],
  ['/opt', 1],
  ['/srv', 1],
  ['/usr/local', 1],
  ['/var/cache', 1],
  ['/var/lib', 1],
  ['/var/log', 1],
  ['/var/www', 1],
  ['/Library', 1],
  ['/Applications', 1],
]

/** Trees below home that programs fill and can fill again. */
const CACHES = [
  '.cache',
  '.npm',
  '.bun/install/cache',
  '.cargo/git',
  '.cargo/registry',
  '.composer/cache',
  '.gradle/caches',
  '.ivy2/cache',
  '.local/share/Trash',
  '.local/share/pnpm/store',
  '.m2/repository',
  '.nuget/packages',
  '.pnpm-store',
  '.Trash',
  '.yarn/cache',
  'go/pkg/mod',
  'Library/Caches',
  'Library/Developer/Xcode/DerivedData',
]

/** Shared by everything that runs: other programs' sockets and files are in it. */
const TMP_ROOT = /^(?:\/private)?(?:(?:\/var)?\/tmp|\/var\/folders)$|^\/dev\/shm$/

const GIT_CORE = /\/\.git(?:\/(?:HEAD|index|packed-refs|objects|refs|logs)(?:\/|$)|$)/i

/** What git keeps a repository's history in. */
export const isRepository = (path: string): boolean => GIT_CORE.test(path)

const lower = (roots: ReadonlyArray<string>): ReadonlyArray<string> =>
  roots.map((root) => root.toLowerCase())

interface Roots {
  readonly fragile: ReadonlyArray<string>
  readonly shared: ReadonlyArray<string>
  readonly owned: ReadonlyArray<readonly [string, number]>
  readonly caches: ReadonlyArray<string>
}

const AS_WRITTEN: Roots = { fragile: FRAGILE, shared: SHARED, owned: OWNED, caches: CACHES }
const LOWER: Roots = {
  fragile: lower(FRAGILE),
  shared: lower(SHARED),
  owned: OWNED.map(([root, levels]) => [root.toLowerCase(), levels] as const),
  caches: lower(CACHES),
}

/** `some` of a folder's content counts as a tree directly below it. */
export const lossOf = (path: string, reach: Reach, place: Place): Loss | undefined => {
  if (place.caseless !== true) return lossAt(path, reach, place, AS_WRITTEN)
  const { home, project, worktrees = [] } = place
  const folded = {
    ...place,
    home: home.toLowerCase(),
    project: project.toLowerCase(),
    worktrees: lower(worktrees),
  }
  return lossAt(path.toLowerCase(), reach, folded, LOWER)
}

const lossAt = (
  path: string,
  reach: Reach,
  place: Place,
  { fragile, shared, owned, caches }: Roots,
): Loss | undefined => {
  const { home, project } = place
  const within = (roots: ReadonlyArray<string>): boolean =>
    roots.some((root) => isWithin(path, root))
  const whole = reach === 'all'
  if (path === '/' && reach !== 'self') return 'destroy.system'
  if (isRepository(path)) return 'destroy.vcs'
  if (whole && (isWithin(project, path) || isWithin(home, path)))
    return isWithin(path, home) ? 'destroy.data' : 'destroy.system'
  const zone = zoneOf(path, place)
  if (zone === 'secret') return 'destroy.data'
  if (isWithin(path, project) && !isWithin(home, project)) return undefined
  // A working tree is lost as a whole or not at all, like the project.
  if (zone === 'worktree')
    return whole && place.worktrees?.some((root) => isWithin(root, path)) === true
      ? 'destroy.data'
      : undefined
  if (zone === 'tmp') return whole && TMP_ROOT.test(path) ? 'destroy.data' : undefined
  if (within(fragile)) return 'destroy.system'
  if (reach === 'self') return undefined
  // What a narrow pattern names lies one level down.
  const more = whole ? 0 : 1
  if (isWithin(path, home))
    return caches.some((cache) => isWithin(path, `${home}/${cache}`)) ? undefined : 'destroy.data'
  if (!within(shared)) return 'destroy.data'
  const others = owned.some(
    ([root, levels]) => isWithin(path, root) && levelsBelow(path, root) + more >= levels,
  )
  return others ? 'destroy.data' : 'destroy.system'
}

const levelsBelow = (path: string, root: string): number =>
  path.slice(root.length).split('/').length - 1

const DEVICE = /^\/dev\/(?:sd|hd|vd|xvd|nvme|disk|rdisk|mmcblk|loop|dm-|md|mapper\/|mem$|kmem$)/

/** A device whose bytes are a disk's or the memory's. */
export const isRawDevice = (path: string): boolean => DEVICE.test(path)
