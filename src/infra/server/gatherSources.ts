// The files that a call would run, read as far as they lead: a script that runs another, a package's
// script that runs a file. Bounded in files, bytes, rounds and time; what is not read stays `opaque`.
import type { Stats } from 'node:fs'
import type { Observed } from '../../domain/action/action.ts'
import { wantedSources } from '../../domain/action/analyse.ts'
import { isWithin, refOf, zoneOf } from '../../domain/action/paths.ts'
import type { PathRef, Place } from '../../domain/action/place.ts'
import {
  type CodeOrigin,
  MOST_SOURCE_BYTES,
  MOST_SOURCES,
  NO_SOURCES,
  type Source,
  type Sources,
} from '../../domain/action/sources.ts'
import type { CarriedText } from '../../domain/event/payloadParts.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import { readSource } from './readSource.ts'
import { realPathOf } from './realPath.ts'

/** Texts of one call together: they are sealed into the log with its payload. Bytes. */
const MOST_BYTES = 96 * 1024
/** Files that are looked at, whether there is a text in them or not. */
const MOST_LOOKED = 48
/** Paths of all of them, as an entry of the log holds them. Characters. */
const MOST_NAMES = 8192
const MOST_ROUNDS = 8
/**
 * Reading on and on must not outlast the client's patience; a few small files are read even where the
 * machine is busy, so that what is asked does not depend on its neighbours. Milliseconds, and bytes.
 */
const MOST_MS = 20
const SMALL_BYTES = 24 * 1024
/** Where the disk itself is slow. Milliseconds. */
const LONGEST_MS = 250

/**
 * Whose a file is. `pending`: a call that is under way writes to it, so that what lies there now is
 * not what will run.
 */
export type FilesOf = (
  names: ReadonlyArray<PathRef>,
  times: { readonly born: number; readonly changed: number } | undefined,
) => { readonly origin?: CodeOrigin; readonly pending: boolean }

export interface Gathered {
  readonly sources: Sources
  readonly scripts: NonNullable<Observed['scripts']>
  readonly texts: ReadonlyArray<CarriedText>
}

const NOTHING: Gathered = { sources: NO_SOURCES, scripts: [], texts: [] }

export const gatherSources = (
  event: HookEvent,
  place: Place,
  filesOf: FilesOf = () => ({ pending: false }),
): Gathered => {
  if (wantedSources(event, place, NO_SOURCES).length === 0) return NOTHING
  const began = performance.now()
  let sources: Sources = NO_SOURCES
  let texts = 0
  let bytes = 0
  let names = 0
  const isLate = (): boolean =>
    performance.now() - began > (bytes > SMALL_BYTES ? MOST_MS : LONGEST_MS)
  for (let round = 0; round < MOST_ROUNDS && !isLate(); round++) {
    const more = new Map(sources)
    for (const wanted of wantedSources(event, place, sources)) {
      names += wanted.length
      if (more.has(wanted) || more.size >= MOST_LOOKED || names > MOST_NAMES || isLate()) continue
      const left = texts < MOST_SOURCES ? Math.min(MOST_SOURCE_BYTES, MOST_BYTES - bytes) : 0
      const source = lookAt(wanted, left, place, filesOf)
      if (source.text !== undefined) {
        texts += 1
        bytes += Buffer.byteLength(source.text)
      }
      more.set(wanted, source)
    }
    if (more.size === sources.size) break
    sources = more
  }
  return logged(sources, place)
}

/** `most` is what is left of the bounds, in bytes. */
const lookAt = (wanted: string, most: number, place: Place, filesOf: FilesOf): Source => {
  const real = realPathOf(wanted)
  if (real === undefined) return { is: 'unreadable' }
  const names = [...new Set([wanted, real])]
  // Nothing of a credential or of the gate's own is copied anywhere, whoever would run it.
  if (names.some((name) => NOT_READ.has(zoneOf(name, place)))) return { is: 'unreadable' }
  const { is, text, stat } = readSource(real, most)
  // A link that was turned while it was read: what was checked and what was read may be two files.
  const turned = text !== undefined && realPathOf(wanted) !== real
  const { origin, pending } = filesOf(
    names.map((name) => refOf(name, place)),
    timesOf(stat),
  )
  const from = origin === undefined ? {} : { origin }
  if (pending || turned) return { is: 'pending', ...from }
  // A program of the project by its name, and of another place by its link, is none of the project's.
  const strays = isWithin(wanted, place.project) && !isWithin(real, place.project)
  if (is === 'binary' && strays) return { is: 'unreadable', ...from }
  return text === undefined ? { is, ...from } : { is, text, ...from }
}

const NOT_READ: ReadonlySet<string> = new Set(['secret', 'gate'])

const timesOf = (stat: Stats | undefined) =>
  stat === undefined ? undefined : { born: stat.birthtimeMs, changed: stat.ctimeMs }

const logged = (sources: Sources, place: Place): Gathered => {
  const scripts: Array<NonNullable<Observed['scripts']>[number]> = []
  const texts: Array<CarriedText> = []
  for (const [absolute, { is, text, origin }] of sources) {
    const path = refOf(absolute, place)
    scripts.push({ path, is, ...(origin === undefined ? {} : { origin }) })
    if (text !== undefined) texts.push({ path, text })
  }
  return { sources, scripts, texts }
}
