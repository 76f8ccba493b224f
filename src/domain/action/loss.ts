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
  '/opt',
  '/srv',
  '/home',
  '/Users',
  '/root',
  '/run',
  '/Library',
  '/Applications',
  '/private',
  '/nix',
  '/mnt',
  '/media',
  '/Volumes',
]

/** Trees below home that programs fill and can fill again. */
const CACHES = ['.cache', '.npm', '.gradle/caches', '.cargo/registry', 'Library/Caches', '.Trash']

/** Shared by everything that runs: other programs' sockets and files are in it. */
const TMP_ROOT = /^(?:\/private)?(?:\/var)?\/tmp$/

const GIT_CORE = /\/\.git(?:\/(?:HEAD|index|packed-refs|objects|refs|logs)(?:\/|$)|$)/

/** `some` of a folder's content counts as a tree directly below it. */
export const lossOf = (path: string, reach: Reach, place: Place): Loss | undefined => {
  const { home, project } = place
  const within = (roots: ReadonlyArray<string>): boolean =>
    roots.some((root) => isWithin(path, root))
  const whole = reach === 'all'
  if (path === '/' && reach !== 'self') return 'destroy.system'
  if (GIT_CORE.test(path)) return 'destroy.vcs'
  if (whole && (isWithin(project, path) || isWithin(home, path)))
    return isWithin(path, home) ? 'destroy.data' : 'destroy.system'
  const zone = zoneOf(path, place)
  if (zone === 'secret') return 'destroy.data'
  if (isWithin(path, project) && !isWithin(home, project)) return undefined
  if (zone === 'tmp') return whole && TMP_ROOT.test(path) ? 'destroy.data' : undefined
  if (within(FRAGILE)) return 'destroy.system'
  if (reach === 'self') return undefined
  if (isWithin(path, home))
    return CACHES.some((cache) => isWithin(path, `${home}/${cache}`)) ? undefined : 'destroy.data'
  return within(SHARED) ? 'destroy.system' : 'destroy.data'
}

const DEVICE = /^\/dev\/(?:sd|hd|vd|xvd|nvme|disk|rdisk|mmcblk|loop|dm-|md|mapper\/|mem$|kmem$)/

/** A device whose bytes are a disk's or the memory's. */
export const isRawDevice = (path: string): boolean => DEVICE.test(path)
