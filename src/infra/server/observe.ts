// The one step that looks at the machine for a call: where its paths really lead, and which project
// a session works in. Synchronous and bounded: it runs before every decision.
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Observed } from '../../domain/action/action.ts'
import { lookups } from '../../domain/action/analyse.ts'
import { refOf } from '../../domain/action/paths.ts'
import type { Place } from '../../domain/action/place.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import { readConfigEffect, type Registered } from '../client/configEffect.ts'
import { realPathOf } from './realPath.ts'

/**
 * Paths looked up for one call at most. The rest stay as written; a call that names so many has more
 * effects than an entry holds, and is `opaque` for that (domain/action/consequences.ts).
 */
const MOST_LOOKUPS = 256

/** `registered` tells what the client's settings must keep for the gate to stay loaded. */
export const observe = (event: HookEvent, place: Place, registered: () => Registered): Observed => {
  const links: Array<Observed['links'][number]> = []
  const known = new Map<string, string | undefined>()
  const look = (absolute: string): string | undefined => {
    if (!known.has(absolute)) known.set(absolute, realPathOf(absolute))
    return known.get(absolute)
  }
  const found = new Set<string>()
  for (const absolute of lookups(event, place).slice(0, MOST_LOOKUPS)) {
    const real = look(absolute)
    if (real === undefined || real === absolute) continue
    const link = shortest({ path: absolute, real }, look)
    if (found.has(link.path)) continue
    found.add(link.path)
    links.push({ path: refOf(link.path, place), real: refOf(link.real, place) })
  }
  const cwd = refOf(event.cwd, place)
  return event.kind === 'config.changed' && event.file !== undefined
    ? { cwd, links, config: readConfigEffect(event.file, event.source, registered()) }
    : { cwd, links }
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
    if (fs.existsSync(path.join(at, '.git'))) return at
  return cwd
}
