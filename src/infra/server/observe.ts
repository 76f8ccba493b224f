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

/** Paths looked up for one call at most; a call that names more keeps the rest as written. */
const MOST_LOOKUPS = 256

/** `registered` tells what the client's settings must keep for the gate to stay loaded. */
export const observe = (event: HookEvent, place: Place, registered: () => Registered): Observed => {
  const links: Array<Observed['links'][number]> = []
  for (const absolute of lookups(event, place).slice(0, MOST_LOOKUPS)) {
    const real = realPathOf(absolute)
    if (real !== undefined && real !== absolute)
      links.push({ path: refOf(absolute, place), real: refOf(real, place) })
  }
  const cwd = refOf(event.cwd, place)
  return event.kind === 'config.changed' && event.file !== undefined
    ? { cwd, links, config: readConfigEffect(event.file, event.source, registered()) }
    : { cwd, links }
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
