// The plugin's folder while a control plane runs: what the client runs at every event must be what the log
// says was installed. A script in its place takes effect at the very next call, and the control plane is
// then not asked any more: so the folder is watched, and in enforce mode put back within milliseconds. What
// cannot be put back holds every session up, until whoever installed it does so again.
//
//   start, session.start, a change in the folder ─ hashes ─▶ as recorded: the log says so, if it said else
//                                                          └▶ log ─▶ files written anew, marker too
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import type { Draft } from '../../domain/event/envelope.ts'
import {
  GateMended,
  IntegrityViolated,
  PluginChecked,
  PluginRecorded,
} from '../../domain/event/event.ts'
import { pluginInWords } from '../../domain/skills/guardWords.ts'
import type { GateCode } from '../../domain/skills/ownPlugin.ts'
import type { InstalledPlugin } from '../../projections/plugin.ts'
import {
  asInstalled,
  hashesOf,
  pluginFaults,
  type PluginFault,
  pluginStamp,
  remade,
} from '../client/installedPlugin.ts'
import { markerFile, PLUGIN, type PluginFile, pluginFiles, writePlugin } from '../client/plugin.ts'
import { readWiringRecord } from '../client/wiringRecord.ts'
import type { AppPaths } from '../paths.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import { readMarker } from '../transport/marker.ts'
import { hourly } from './allowance.ts'
import { markerOf, writeMarkerIfInstalled } from './changes.ts'
import { makeTurns } from './turns.ts'

export interface PluginGuardOptions {
  readonly paths: AppPaths
  readonly log: Pick<WitnessLog['Service'], 'projected' | 'append'>
  readonly now: () => number
  readonly onNotice: (line: string) => void
}

export interface PluginGuard {
  /** Rejects where the log fails. */
  readonly check: (session: string | null) => Promise<void>
  /** What the user is to be told of what was found, once. */
  readonly told: () => string | undefined
  /** From now on by itself. */
  readonly watch: () => void
  readonly stop: () => void
}

/** Whoever writes the files again and again would fill the log: they are put back, and no more is said. */
const MOST_TOLD = 64
const HELD_MS = 60_000
/** From the entry that says what is installed to the last of its files. */
const WRITTEN_WITHIN_MS = 5000

export const makePluginGuard = (options: PluginGuardOptions): PluginGuard => {
  const { paths, log, now } = options
  const inTurn = makeTurns()
  let stamp = ''
  /** As the log has them: kept while they are so on the disk, where what they are made of may be changed too. */
  let bytes: { readonly of: InstalledPlugin; readonly files: ReadonlyArray<PluginFile> } | undefined
  const telling = hourly(MOST_TOLD, now)
  let faultAt = -Infinity
  /** Which installing was seen done: what differs from then on, nobody is just writing. */
  let wholeSince: number | undefined
  let isDue = false
  let toTell: string | undefined
  const watched = new Map<string, fs.FSWatcher>()

  const bytesOf = (installed: InstalledPlugin): ReadonlyArray<PluginFile> | undefined => {
    if (bytes !== undefined && isSame(bytes.of, installed)) return bytes.files
    const files = asInstalled(paths, installed.files) ?? remade(paths, installed.files)
    bytes = files === undefined ? undefined : { of: installed, files }
    return files
  }

  /** The subjects put back. Foreign files stay: what they are is for a person to see. */
  const mend = (
    installed: InstalledPlugin,
    faults: ReadonlyArray<PluginFault>,
  ): ReadonlyArray<string> => {
    const files = bytesOf(installed)
    const wrong = faults.filter(({ code }) => code !== 'gate-foreign')
    if (files === undefined || wrong.length === 0) return []
    for (const { path: name } of wrong) withoutOther(path.join(paths.pluginDir, name))
    const written = writePlugin(paths, files)
    if (Result.isFailure(written)) {
      options.onNotice(written.failure.message)
      return []
    }
    return [...new Set(wrong.map(subjectOf))]
  }

  /** The marker lets calls pass where nobody answers: it is put back where it is not as strict as the log. */
  const markerWrong = (): boolean => {
    if (markerOf(log.projected().gate) !== 'enforce') return false
    const marker = readMarker(markerFile(paths))
    return Result.isFailure(marker) || marker.success === undefined || marker.success === 'profile'
  }

  /** A log of an earlier version: what was installed then is taken as it is, if it is all ours. */
  const recordFirst = async (): Promise<void> => {
    if (log.projected().plugin.known) return
    const record = Result.getOrUndefined(readWiringRecord(paths))
    const files = record && Result.getOrUndefined(pluginFiles(record.plugin))
    if (record?.enabled !== true || files === undefined) return
    const hashes = hashesOf(files)
    if (pluginFaults(paths, hashes).length > 0) return
    const event = new PluginRecorded({
      version: record.plugin.version,
      files: hashes,
      first: true,
    })
    await log.append([{ session: null, event }])
  }

  const work = async (session: string | null): Promise<void> => {
    await recordFirst()
    const { installed } = log.projected().plugin
    const known = log.projected().skills.plugin
    const of = (event: Draft['event']): Draft => ({ session, event })
    if (installed === null) {
      if (known.length > 0) await log.append([of(new PluginChecked({ codes: [] }))])
      return
    }
    stamp = pluginStamp(paths, installed.files)
    const faults = pluginFaults(paths, installed.files)
    const { since } = log.projected().plugin
    const isBeingWritten = wholeSince !== since && Math.abs(now() - since) < WRITTEN_WITHIN_MS
    if (faults.length > 0 && isBeingWritten) {
      // Whoever installs says so first and writes then: the next look by the clock sees it whole.
      stamp = ''
      return
    }
    if (faults.length === 0) {
      bytesOf(installed)
      wholeSince = since
    }
    const isMarkerWrong = markerWrong()
    const fresh = faults.filter(({ code }) => !known.includes(code))
    const subjects = [...new Set(fresh.map(subjectOf)), ...(isMarkerWrong ? ['marker'] : [])]
    const tells = subjects.length > 0 && telling.isLeft()
    if (tells) {
      telling.spend()
      await log.append(
        subjects.map((subject) => of(new IntegrityViolated({ what: 'drift', subject }))),
      )
      options.onNotice(`the plugin is not what was installed: ${subjects.join(', ')}`)
    }
    const enforced = log.projected().gate.mode === 'enforce'
    const link = linkIn(paths.pluginDir, installed.files)
    if (link !== undefined && tells)
      options.onNotice(`${link} is a link: nothing is written where it leads`)
    const put =
      enforced && link === undefined && faults.length > 0 ? [...mend(installed, faults)] : []
    const mayMark = isMarkerWrong && link === undefined
    if (mayMark && Result.isSuccess(writeMarkerIfInstalled(paths, 'enforce'))) put.push('marker')
    const left = put.length === 0 ? faults : pluginFaults(paths, installed.files)
    stamp = pluginStamp(paths, installed.files)
    if (left.length > 0) faultAt = now()
    // Where it comes and goes again and again, and each of that an entry, it is not over at once.
    const held = telling.isLeft() || now() - faultAt >= HELD_MS ? [] : known
    const codes = [...new Set([...held, ...left.map(({ code }) => code)])].sort()
    if (codes.length > left.length) stamp = ''
    const drafts = [
      ...(tells ? put : []).map((subject) => of(new GateMended({ subject, backup: false }))),
      ...(codes.join() === known.join() ? [] : [of(new PluginChecked({ codes }))]),
    ]
    if (drafts.length > 0) await log.append(drafts)
    if (subjects.length > 0 || codes.length > 0)
      toTell = pluginInWords({ codes, mended: put.length > 0, enforced })
  }

  const check: PluginGuard['check'] = (session) => inTurn(() => work(session))

  const onChange = (): void => {
    const { installed } = log.projected().plugin
    rewatch()
    if (installed !== null && pluginStamp(paths, installed.files) === stamp) return
    // One that waits sees all that came before it.
    if (isDue) return
    isDue = true
    inTurn(() => {
      isDue = false
      return work(null)
    }).catch((error: unknown) => options.onNotice(String(error)))
  }

  /** Of folders that were taken away and came back as others, the new ones. */
  const rewatch = (): void => {
    const folders = ['', PLUGIN, `${PLUGIN}/hooks`, `${PLUGIN}/.claude-plugin`]
    for (const name of folders) {
      const dir = path.join(paths.pluginDir, name)
      const id = idOf(dir)
      const key = `${id} ${dir}`
      if (id === undefined || watched.has(key)) continue
      for (const [other, watcher] of watched)
        if (other.endsWith(` ${dir}`)) {
          watcher.close()
          watched.delete(other)
        }
      try {
        const watcher = fs.watch(dir, { persistent: false }, onChange)
        watcher.on('error', () => watcher.close())
        watched.set(key, watcher)
      } catch {
        // Gone meanwhile, or no more watches to be had: the next look by the clock finds a change.
      }
    }
  }

  let clock: NodeJS.Timeout | undefined
  return {
    check,
    told: () => {
      const told = toTell
      toTell = undefined
      return told
    },
    watch: () => {
      rewatch()
      clock = setInterval(onChange, LOOK_MS).unref()
    },
    stop: () => {
      clearInterval(clock)
      for (const watcher of watched.values()) watcher.close()
      watched.clear()
    },
  }
}

/** Should no change be told of. Milliseconds. */
const LOOK_MS = 2000

const isSame = (a: InstalledPlugin, b: InstalledPlugin): boolean =>
  a === b || JSON.stringify(a.files) === JSON.stringify(b.files)

const idOf = (dir: string): string | undefined => {
  try {
    const stat = fs.lstatSync(dir, { throwIfNoEntry: false })
    return stat?.isDirectory() === true ? `${stat.dev}:${stat.ino}` : undefined
  } catch {
    return undefined
  }
}

/** The first folder on the way to a file of ours that is none of its own. */
const linkIn = (dir: string, files: InstalledPlugin['files']): string | undefined => {
  const folders = new Set([dir])
  for (const { path: name } of files)
    for (let at = path.dirname(name); at !== '.'; at = path.dirname(at))
      folders.add(path.join(dir, at))
  return [...folders].find((folder) => {
    try {
      return fs.lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true
    } catch {
      return false
    }
  })
}

/** A folder in a file's place, which no file is renamed over; it stays beside it, for a person to see. */
const withoutOther = (file: string): void => {
  try {
    if (fs.lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === true)
      fs.renameSync(file, `${file}.not-ours-${Date.now()}`)
  } catch {
    // Writing the file says what is wrong.
  }
}

const SUBJECTS: Readonly<Record<string, string>> = {
  [`${PLUGIN}/hook.sh`]: 'script',
  [`${PLUGIN}/hooks/hooks.json`]: 'hooks.json',
  [`${PLUGIN}/.claude-plugin/plugin.json`]: 'plugin.json',
  '.claude-plugin/marketplace.json': 'marketplace.json',
}

/** A word of ours: what is foreign may be called anything. */
const subjectOf = ({ code, path: name }: PluginFault): string =>
  code === ('gate-foreign' satisfies GateCode) ? 'foreign' : (SUBJECTS[name] ?? 'command')
