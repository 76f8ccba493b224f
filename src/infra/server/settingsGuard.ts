// The client's settings while sessions run under the gate: what would have the next session start without
// it is put back, in enforce mode, with our own keys alone. A session that the gate was asked about began
// with settings that load it; what is off later was switched off meanwhile. What was so before a session
// began, or came when none ran, is the user's own affair: it is told, and left.
//
//   an event, or the clock while a session is under way ─ stamps of four files ─▶ the same: nothing
//     else look ─▶ off, and the session is gated all the same: left ─ otherwise log ─▶ mend ─▶ log, told
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { refOf } from '../../domain/action/paths.ts'
import type { Place } from '../../domain/action/place.ts'
import type { Draft } from '../../domain/event/envelope.ts'
import { GateMended, IntegrityViolated } from '../../domain/event/event.ts'
import type { HookEvent } from '../../domain/hook/hookEvent.ts'
import { switchedInWords, switchInWords } from '../../domain/skills/guardWords.ts'
import { mendSwitch } from '../client/mendSwitch.ts'
import {
  type ClientFile,
  clientFilesOf,
  lookForSwitches,
  type Switch,
  type Usable,
} from '../client/switches.ts'
import { fileStamp } from '../files/stamp.ts'
import type { AppPaths } from '../paths.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import { hourly } from './allowance.ts'
import { makeRegistered } from './registered.ts'
import { makeTurns } from './turns.ts'

export interface SettingsGuardOptions {
  readonly paths: Pick<AppPaths, 'configDir' | 'pluginDir'>
  readonly log: Pick<WitnessLog['Service'], 'projected' | 'append'>
  readonly outside: Place
  /** The folder that the event's session was started in. */
  readonly startOf: (event: HookEvent) => string
  /** Whether a session started there would be gated, as all is now. */
  readonly isLoaded: (start: string) => boolean
  /** Something was put back: what was found of a session's files may be so no more. */
  readonly onMended: (start: string, session: string) => Promise<unknown>
  /** A file is about to be put back, and was. */
  readonly onMending?: (file: string, session: string) => void
  readonly onPutBack?: (file: string) => void
  readonly now: () => number
  readonly onNotice: (line: string) => void
}

export interface SettingsGuard {
  /** After an event was decided on. What the user is to be told. Rejects where the log fails. */
  readonly after: (event: HookEvent) => Promise<string | undefined>
  /** With no event: for sessions under way as after one; what is off besides is told once, and left. */
  readonly look: () => Promise<void>
}

/** Folders that sessions were started in and that are remembered. */
const MOST_PLACES = 64
const MOST_KEPT = 16
const MOST_RECORDED = 64
/** An editor that saves leaves nothing, or a part, for a moment; what it writes next must not be lost. */
const SAVED_WITHIN_MS = 10
/** A session that ended without a word is taken to run for so long after its last event. */
const LIVE_MS = 600_000

/** Of the events that come in a session's course, those after which something may have been written. */
const LOOKED_AFTER: ReadonlySet<HookEvent['kind']> = new Set<HookEvent['kind']>([
  'session.start',
  'config.changed',
  'tool.before',
  'tool.after',
  'tool.failed',
  'tool.batch',
  'prompt',
  'agent.stop',
  'stop',
  'session.end',
])

/** What is known of the folder that sessions are started in. */
interface Known {
  stamp: string
  /** Off since before a session began here, or told where it can only be told: by file and key. */
  readonly left: Set<string>
  /** Told, as it could not be put back; that is tried again. */
  readonly failed: Set<string>
  retryAt: number
}

/** What could not be put back is tried again, though nothing changed. */
const RETRY_MS = 5000
const MAY_BE_SAVED: ReadonlySet<Switch['key']> = new Set<Switch['key']>(['unusable', 'missing'])

/** Of no session. */
const NOWHERE = ''

interface FoundOff {
  readonly file: ClientFile
  readonly off: Switch
}

const stampOf = (files: ReadonlyArray<ClientFile>): string =>
  files.map(({ file }) => fileStamp(file)).join(' ')

const keyOf = ({ file, key }: Switch): string => `${key} ${file}`

export const makeSettingsGuard = (options: SettingsGuardOptions): SettingsGuard => {
  const { paths, log, outside, now } = options
  const places = new Map<string, Known>()
  /** Files that hold our registration, as they were last seen usable. */
  const usable = new Map<string, Usable>()
  /** Bytes from before are kept so often: whoever writes a file again and again would fill the disk. */
  const keeping = hourly(MOST_KEPT, now)
  /** Nor the log: it is put back and told, and no more is recorded. */
  const recording = hourly(MOST_RECORDED, now)
  /** Sessions that are under way, with the folder they were started in. */
  const live = new Map<
    string,
    { readonly session: string; readonly start: string; readonly last: number }
  >()
  let toTell: string | undefined
  /** Found by the clock alone, at its last look. */
  let once: ReadonlySet<string> = new Set()
  const inTurn = makeTurns()
  const recordOf = makeRegistered(options)

  const placeOf = (start: string): { readonly place: Known; readonly isNew: boolean } => {
    const known = places.get(start)
    const place = known ?? { stamp: '', left: new Set(), failed: new Set(), retryAt: Infinity }
    places.delete(start)
    places.set(start, place)
    if (places.size > MOST_PLACES) places.delete(places.keys().next().value!)
    return { place, isNew: known === undefined }
  }

  const lookAt = (files: ReadonlyArray<ClientFile>) => {
    const found: Array<FoundOff> = []
    let isAllKnown = true
    for (const file of files) {
      const { switches, usable: seen, isUnknown } = lookForSwitches(file, paths.pluginDir)
      if (isUnknown) isAllKnown = false
      for (const off of switches) found.push({ file, off })
      if (seen === undefined) continue
      if (file.holds.length > 0 || file.form === 'marketplaces') {
        usable.delete(file.file)
        usable.set(file.file, seen)
        if (usable.size > MOST_PLACES) usable.delete(usable.keys().next().value!)
      }
    }
    return { found, isAllKnown }
  }

  const mend = (file: ClientFile, off: Switch): GateMended | undefined => {
    const before = usable.get(file.file)
    const put = (keeps: boolean) => mendSwitch(file, off, paths.pluginDir, { before, keeps })
    const keeps = keeping.isLeft()
    let done = put(keeps)
    // What kept it from being put back may have been the bytes' changing, which were kept already.
    const isKept = Result.isFailure(done) || (done.success?.backup ?? before !== undefined)
    if (keeps && isKept) keeping.spend()
    // A folder full of backups, say, is no reason to leave it.
    if (keeps && Result.isFailure(done)) done = put(false)
    if (Result.isFailure(done)) options.onNotice(done.failure.message)
    const result = Result.getOrUndefined(done)
    if (result === undefined) return undefined
    return new GateMended({
      subject: off.key,
      path: refOf(off.file, outside),
      backup: result.backup,
    })
  }

  const violated = ({ key }: Switch, session: string | null): Draft => ({
    session,
    event: new IntegrityViolated({ what: 'drift', subject: key }),
  })

  /** What is off and is not known to be; what was known and is so no more is forgotten. */
  const freshIn = (place: Known, files: ReadonlyArray<ClientFile>): ReadonlyArray<FoundOff> => {
    const { found, isAllKnown } = lookAt(files)
    // Looked at anew next time.
    if (!isAllKnown) place.stamp = ''
    const keys = new Set(found.map(({ off }) => keyOf(off)))
    if (isAllKnown)
      for (const known of [place.left, place.failed])
        for (const key of known) if (!keys.has(key)) known.delete(key)
    return found.filter(({ off }) => !place.left.has(keyOf(off)))
  }

  const filesOf = (start: string | undefined): ReadonlyArray<ClientFile> | undefined => {
    const record = recordOf()
    return record && clientFilesOf(record.clientDir, record.registrations, start)
  }

  const check = async (
    start: string,
    session: string,
    files: ReadonlyArray<ClientFile>,
    kind?: HookEvent['kind'],
  ): Promise<string | undefined> => {
    const { place, isNew } = placeOf(start)
    const look = (): ReadonlyArray<FoundOff> => {
      place.stamp = stampOf(files)
      return freshIn(place, files)
    }
    let found = look()
    const isSeenFailed = ({ off }: FoundOff): boolean => place.failed.has(keyOf(off))
    if (found.some((one) => MAY_BE_SAVED.has(one.off.key) && !isSeenFailed(one))) {
      await new Promise((resolve) => setTimeout(resolve, SAVED_WITHIN_MS))
      found = look()
    }
    const begins = kind === 'session.start' || (isNew && kind !== 'config.changed')
    // What does not keep a session from being gated, as another file overrides it, is the user's own.
    if (begins && found.length > 0 && options.isLoaded(start)) {
      for (const { off } of found) place.left.add(keyOf(off))
      return undefined
    }
    place.retryAt = Infinity
    if (found.length === 0) return undefined
    const fresh = found.filter((one) => !isSeenFailed(one))
    const records = recording.isLeft()
    if (records && fresh.length > 0) {
      recording.spend()
      await log.append(fresh.map(({ off }) => violated(off, session)))
    }
    const enforced = log.projected().gate.mode === 'enforce'
    const done = found.map(({ file, off }) => {
      if (enforced) options.onMending?.(off.file, session)
      const by = enforced ? mend(file, off) : undefined
      if (by !== undefined) options.onPutBack?.(off.file)
      const isTold = place.failed.delete(keyOf(off))
      // Told once, if it can only be told. Whoever can keep it from being put back for a moment must not win.
      if (by === undefined) (enforced ? place.failed : place.left).add(keyOf(off))
      return { off, by, isTold: isTold && by === undefined }
    })
    if (place.failed.size > 0) place.retryAt = now() + RETRY_MS
    const drafts = done.flatMap(({ by }): ReadonlyArray<Draft> =>
      by === undefined ? [] : [{ session, event: by }],
    )
    if (drafts.length > 0) {
      // One that is gone again by then would look as it did before.
      place.stamp = ''
      if (records) await log.append(drafts)
      await options.onMended(start, session)
    }
    const told = done
      .filter(({ isTold }) => !isTold)
      .map(({ off, by }) => ({
        key: off.key,
        file: inWords(off.file, start, outside.home),
        mended: by !== undefined,
      }))
    return told.length === 0 ? undefined : switchedInWords(told, enforced)
  }

  const isLookedAt = (start: string, files: ReadonlyArray<ClientFile>): boolean => {
    const place = places.get(start)
    return place !== undefined && place.stamp === stampOf(files) && now() < place.retryAt
  }

  const after: SettingsGuard['after'] = async (event) => {
    if (!LOOKED_AFTER.has(event.kind)) return undefined
    const start = options.startOf(event)
    const { session } = event
    const run = `${session} ${start}`
    live.delete(run)
    if (event.kind !== 'session.end') live.set(run, { session, start, last: now() })
    if (live.size > MOST_PLACES) live.delete(live.keys().next().value!)
    const files = filesOf(start)
    const untold = toTell
    toTell = undefined
    if (files === undefined) return untold
    if (isLookedAt(start, files) && event.kind !== 'session.start') return untold
    const checked = await inTurn(async () => {
      // Another event was before it, and saw it all.
      if (event.kind !== 'session.start' && isLookedAt(start, files)) return undefined
      return check(start, session, files, event.kind)
    })
    return checked ?? untold
  }

  /** Between events too: once its hooks are off, none comes. */
  const lookAtLive = async (): Promise<void> => {
    for (const [run, { session, start, last }] of live) {
      if (now() - last > LIVE_MS) {
        live.delete(run)
        continue
      }
      const files = filesOf(start)
      if (files === undefined || isLookedAt(start, files)) continue
      toTell = (await inTurn(() => check(start, session, files, 'config.changed'))) ?? toTell
    }
  }

  const look: SettingsGuard['look'] = async () => {
    await lookAtLive()
    const files = filesOf(undefined)
    if (files === undefined) return
    if (places.get(NOWHERE)?.stamp === stampOf(files)) return
    await inTurn(async () => {
      const { place } = placeOf(NOWHERE)
      place.stamp = stampOf(files)
      const found = freshIn(place, files)
      // Twice in a row: what a session did it puts back meanwhile.
      const fresh = found.filter(({ off }) => once.has(keyOf(off)))
      once = new Set(found.map(({ off }) => keyOf(off)))
      if (found.length !== fresh.length) place.stamp = ''
      for (const { off } of fresh) {
        place.left.add(keyOf(off))
        options.onNotice(
          `${off.file} ${switchInWords(off.key)}: the next session would run without the gate`,
        )
      }
      if (fresh.length > 0) await log.append(fresh.map(({ off }) => violated(off, null)))
    })
  }

  return { after, look }
}

const inWords = (file: string, start: string, home: string): string => {
  const below = (dir: string): string | undefined =>
    file.startsWith(`${dir}/`) ? path.relative(dir, file) : undefined
  const inProject = below(start)
  if (inProject !== undefined) return inProject
  const inHome = below(home)
  return inHome === undefined ? file : `~/${inHome}`
}
