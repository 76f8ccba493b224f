// Where a path lies: lexical normalisation, references that mean the same on every machine, zones.
// Looks at text alone; what links do to a path comes in as an observation.
import type { Observed } from './action.ts'
import type { PathRef, Place, Zone } from './place.ts'
import { specialZoneOf } from './zones.ts'

/** Resolves `.`, `..` and doubled slashes of an absolute path; `..` above the root is the root. */
const collapse = (absolute: string): string => {
  if (
    !absolute.includes('//') &&
    !absolute.includes('/.') &&
    !(absolute.length > 1 && absolute.endsWith('/'))
  )
    return absolute
  const out: Array<string> = []
  for (const part of absolute.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') out.pop()
    else out.push(part)
  }
  return `/${out.join('/')}`
}

/** The absolute form of a path as written: `~` is `home`, what is relative lies below `cwd`. */
export const normalise = (text: string, cwd: string, home: string): string => {
  if (text.startsWith('/')) return collapse(text)
  if (text === '~') return collapse(home)
  if (text.startsWith('~/')) return collapse(`${home}/${text.slice(2)}`)
  return collapse(`${cwd}/${text}`)
}

/** True for `root` itself and whatever lies below it. Both absolute and normalised. */
export const isWithin = (path: string, root: string): boolean =>
  root === '/' || path === root || (path.startsWith(root) && path.charCodeAt(root.length) === 47)

const below = (path: string, root: string): string =>
  path === root ? '' : path.slice(root === '/' ? 1 : root.length + 1)

/** What follows the last slash; the text itself where there is none. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Project before home before absolute. Lone surrogates are replaced: facts are canonical JSON. */
export const refOf = (absolute: string, place: Place): PathRef => {
  const path = absolute.toWellFormed()
  if (isWithin(path, place.project)) return { project: below(path, place.project) }
  if (isWithin(path, place.home)) return { home: below(path, place.home) }
  return { path }
}

/** The inverse of refOf(): undefined when the text is masked. */
export const absoluteOf = (ref: PathRef, place: Place): string | undefined => {
  const [root, text] =
    'project' in ref
      ? [place.project, ref.project]
      : 'home' in ref
        ? [place.home, ref.home]
        : ['/', ref.path]
  return typeof text === 'string' ? collapse(`${root}/${text}`) : undefined
}

const TMP_ROOTS = [
  '/tmp',
  '/var/tmp',
  '/private/tmp',
  '/private/var/tmp',
  '/var/folders',
  '/private/var/folders',
  '/dev/shm',
]

/**
 * The zone of an absolute, normalised path. A project that is the home directory or contains it
 * is no reason to call what lies in home the project's: the stricter zone holds.
 */
export const zoneOf = (absolute: string, place: Place): Zone => {
  const lower = absolute.toLowerCase()
  if (place.gate.some((root) => isWithin(lower, root.toLowerCase()))) return 'gate'
  const special = specialZoneOf(absolute, place.home)
  if (special !== undefined) return special
  if (isWithin(absolute, place.project) && !isWithin(place.home, place.project)) return 'project'
  // Home first: one that lies below a temporary folder is a home all the same.
  if (isWithin(absolute, place.home)) return 'home'
  if (TMP_ROOTS.some((root) => isWithin(absolute, root))) return 'tmp'
  return 'system'
}

const STRICTNESS: Record<Zone, number> = {
  project: 0,
  worktree: 1,
  tmp: 2,
  home: 3,
  system: 4,
  persist: 5,
  secret: 6,
  gate: 7,
}

export const stricterZone = (a: Zone, b: Zone): Zone => (STRICTNESS[a] >= STRICTNESS[b] ? a : b)

/** Where a path really leads, as far as it was observed: itself when no link is on its way. */
export const realOf = (absolute: string, observed: Observed, place: Place): string => {
  let best: { readonly from: string; readonly real: string } | undefined
  for (const link of observed.links) {
    const from = absoluteOf(link.path, place)
    const real = absoluteOf(link.real, place)
    if (from === undefined || real === undefined || !isWithin(absolute, from)) continue
    if (best === undefined || from.length > best.from.length) best = { from, real }
  }
  if (best === undefined) return absolute
  return collapse(`${best.real}/${below(absolute, best.from)}`)
}
