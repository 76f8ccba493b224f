// The one step that looks at the machine for a call: where its paths really lead, what the files say
// that it would run, and which project a session works in. Synchronous and bounded: it runs before
// every decision.
import * as path from 'node:path'
import type { Observed } from '../../domain/action/action.ts'
import { foldersBetween, lookups, unresolvedPaths } from '../../domain/action/analyse.ts'
import { realOf, refOf } from '../../domain/action/paths.ts'
import type { Place } from '../../domain/action/place.ts'
import type { Sources } from '../../domain/action/sources.ts'
import type { CarriedText } from '../../domain/event/payloadParts.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import { readConfigEffect, type Registered } from '../client/configEffect.ts'
import { type FilesOf, gatherSources } from './gatherSources.ts'
import { realPathOf } from './realPath.ts'
import { named } from '../files/named.ts'

/**
 * Paths looked up for one call at most. The rest stay as written; a call that names so many has more
 * effects than an entry holds, and is `opaque` for that (domain/action/consequences.ts).
 */
const MOST_LOOKUPS = 256
/** So many that those of every effect an action has fit in. */
const MOST_FOLDERS = 1024

export interface Seen {
  /** What the log holds of it. */
  readonly observed: Observed
  /** The files that the call would run, for analyse(). */
  readonly sources: Sources
  /** Their texts, to be sealed with the payload. */
  readonly texts: ReadonlyArray<CarriedText>
}

export interface Observing {
  /** Tells what the client's settings must keep for the gate to stay loaded. */
  readonly registered: () => Registered
  /** Whose a file is, as far as the session is known. */
  readonly filesOf?: FilesOf
}

export const observe = (event: HookEvent, place: Place, how: Observing): Seen => {
  const { sources, scripts, texts } = gatherSources(event, place, how.filesOf)
  const observed: Observed = {
    cwd: refOf(event.cwd, place),
    links: linksOf(event, place, sources),
    ...(place.worktrees === undefined
      ? {}
      : { worktrees: place.worktrees.map((root) => refOf(root, place)) }),
    ...(place.caseless === true ? { caseless: true as const } : {}),
    ...(scripts.length === 0 ? {} : { scripts }),
    ...(event.kind === 'config.changed' && event.file !== undefined
      ? { config: readConfigEffect(event.file, event.source, how.registered()) }
      : {}),
  }
  return { observed, sources, texts }
}

const linksOf = (event: HookEvent, place: Place, sources: Sources): Observed['links'] => {
  const links: Array<Observed['links'][number]> = []
  const known = new Map<string, string | undefined>()
  const look = (absolute: string): string | undefined => {
    if (!known.has(absolute)) known.set(absolute, realPathOf(absolute))
    return known.get(absolute)
  }
  const found = new Set<string>()
  const add = (link: Link): void => {
    if (found.has(link.path)) return
    found.add(link.path)
    links.push({ path: refOf(link.path, place), real: refOf(link.real, place) })
  }
  const folders = foldersBetween(event, place, sources).slice(0, MOST_FOLDERS)
  const paths = lookups(event, place, sources).slice(0, MOST_LOOKUPS)
  for (const absolute of [...paths, ...folders]) {
    const real = look(absolute)
    if (real !== undefined && real !== absolute) add(shortest({ path: absolute, real }, look))
  }
  const soFar: Observed = { cwd: refOf(place.cwd, place), links: [...links] }
  for (const { unresolved, path: at } of unresolvedPaths(event, place, soFar, sources)) {
    // The kernel's own answer, past every link on the way.
    const real = realPathOf(unresolved)
    if (real !== undefined && real !== realOf(at, soFar, place)) add({ path: at, real })
  }
  return links
}

interface Link {
  readonly path: string
  readonly real: string
}

/**
 * The nearest the root that says where a path leads: of many files below one linked folder, the
 * folder. Each step up is looked at, as a folder of links may lead all its names to one other folder
 * and new ones nowhere.
 */
const shortest = (link: Link, look: (absolute: string) => string | undefined): Link => {
  const { path: from, real: to } = link
  if (path.basename(from) !== path.basename(to)) return link
  const up: Link = { path: path.dirname(from), real: path.dirname(to) }
  return look(up.path) === up.real ? shortest(up, look) : link
}

/**
 * The project a session works in: the nearest folder at or above its first working directory that
 * holds `.git`, below the home directory; else that working directory itself.
 */
export const findProjectRoot = (cwd: string, home: string): string => {
  for (let at = cwd; at !== home && at !== path.dirname(at); at = path.dirname(at))
    if (named.existsSync(path.join(at, '.git'))) return at
  return cwd
}
