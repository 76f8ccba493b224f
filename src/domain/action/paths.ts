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

/** `/proc/self/root/etc`, `/proc/self/cwd/x`: the same files by the names of a process. */
const PROCESS_VIEW = /^\/proc\/(?:self|thread-self|\d+)(?:\/task\/\d+)?\/(root|cwd)(?=\/|$)/

/** A path through /proc to the root or working directory of a process, as the path it stands for. */
const seenThrough = (path: string, cwd: string): string => {
  let at = path
  // Each turn takes a name away; a path that is nothing but such names comes to an end.
  for (let turn = 0; turn < 8 && at.startsWith('/proc/'); turn++) {
    const match = PROCESS_VIEW.exec(at)
    if (match === null) return at
    const rest = at.slice(match[0].length)
    at = match[1] === 'root' ? (rest === '' ? '/' : rest) : collapse(`${cwd}${rest}`)
  }
  return at
}

/** The absolute form of a path as written: `~` is `home`, what is relative lies below `cwd`. */
export const normalise = (text: string, cwd: string, home: string): string => {
  if (text.startsWith('/')) return seenThrough(collapse(text), cwd)
  if (text === '~') return collapse(home)
  if (text.startsWith('~/')) return collapse(`${home}/${text.slice(2)}`)
  return collapse(`${cwd}/${text}`)
}

/** True for `root` itself and whatever lies below it. Both absolute and normalised. */
export const isWithin = (path: string, root: string): boolean =>
  root === '/' || path === root || (path.startsWith(root) && path.charCodeAt(root.length) === 47)

const below = (path: string, root: string): string =>
  path.length === root.length ? '' : path.slice(root === '/' ? 1 : root.length + 1)

/** isWithin(), as the file system of the place compares names. */
const liesIn = (path: string, root: string, { caseless }: Place): boolean =>
  isWithin(path, root) || (caseless === true && isWithin(path.toLowerCase(), root.toLowerCase()))

/** What follows the last slash; the text itself where there is none. */
export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Project before home before absolute. Lone surrogates are replaced: facts are canonical JSON. */
export const refOf = (absolute: string, place: Place): PathRef => {
  const path = absolute.toWellFormed()
  if (liesIn(path, place.project, place)) return { project: below(path, place.project) }
  if (liesIn(path, place.home, place)) return { home: below(path, place.home) }
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
  if (liesIn(absolute, place.project, place) && !liesIn(place.home, place.project, place))
    return 'project'
  for (const root of place.worktrees ?? [])
    if (liesIn(absolute, root, place) && !liesIn(place.home, root, place)) return 'worktree'
  // Home first: one that lies below a temporary folder is a home all the same.
  if (liesIn(absolute, place.home, place)) return 'home'
  if (TMP_ROOTS.some((root) => liesIn(absolute, root, place))) return 'tmp'
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

interface AbsoluteLink {
  readonly from: string
  readonly real: string
}

const LINKS = new WeakMap<
  Observed['links'],
  { readonly place: Place; readonly links: ReadonlyArray<AbsoluteLink> }
>()

/** Made absolute once: every effect of a call is compared with them. */
const linksOf = (observed: Observed, place: Place): ReadonlyArray<AbsoluteLink> => {
  const held = LINKS.get(observed.links)
  if (held?.place === place) return held.links
  const links = observed.links.flatMap((link): ReadonlyArray<AbsoluteLink> => {
    const from = absoluteOf(link.path, place)
    const real = absoluteOf(link.real, place)
    return from === undefined || real === undefined ? [] : [{ from, real }]
  })
  LINKS.set(observed.links, { place, links })
  return links
}

/** The place of a recorded call: with what was observed of its project. */
export const placeObserved = (place: Place, { worktrees, caseless }: Observed): Place => ({
  ...place,
  ...(worktrees === undefined
    ? {}
    : { worktrees: worktrees.flatMap((ref) => absoluteOf(ref, place) ?? []) }),
  ...(caseless === true ? { caseless } : {}),
})

/** Where a path really leads, as far as it was observed: itself when no link is on its way. */
export const realOf = (absolute: string, observed: Observed, place: Place): string => {
  if (observed.links.length === 0) return absolute
  let best: AbsoluteLink | undefined
  for (const link of linksOf(observed, place))
    if (isWithin(absolute, link.from) && link.from.length > (best?.from.length ?? 0)) best = link
  if (best === undefined) return absolute
  return collapse(`${best.real}/${below(absolute, best.from)}`)
}

/** Each may be a link; a path that leaves more folders than this leaves the rest as they are written. */
const MOST_LEFT = 8
/** Steps up that are looked at, several for one folder. */
const MOST_STEPS = 64

/** Folders on the way of an unresolved path that a `..` leaves again: links to look up. */
export const foldersLeft = (unresolved: string): ReadonlyArray<string> => {
  const out = new Set<string>()
  const parts = unresolved.split('/')
  let steps = 0
  for (let at = 1; at < parts.length && out.size < MOST_LEFT && steps < MOST_STEPS; at++)
    if (parts[at] === '..' && parts[at - 1] !== '..') {
      steps += 1
      const folder = collapse(`/${parts.slice(0, at).join('/')}`)
      if (folder !== '/') out.add(folder)
    }
  return [...out]
}

/**
 * Where the kernel takes an unresolved path: each `..` leaves the folder that a link leads to, not
 * the one that the link lies in.
 */
export const physicalOf = (unresolved: string, observed: Observed, place: Place): string => {
  let at = ''
  let left = 0
  for (const part of unresolved.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') at = `${at}/${part}`
    else {
      const real = at === '' || (left += 1) > MOST_STEPS ? at : realOf(at, observed, place)
      at = real.slice(0, Math.max(0, real.lastIndexOf('/')))
    }
  }
  return at === '' ? '/' : at
}
