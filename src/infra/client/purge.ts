// Removing all that is ours: the keys first, after which nothing recorded can be opened by anybody, then
// what uninstall removes, then what this program left in places of its own beside that. What would go is
// told by the same list that is removed by.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { archiveDir } from '../archive/archivePlaces.ts'
import { pinIn } from '../archive/chain.ts'
import type { AppPaths } from '../paths.ts'
import { backupsOf } from './backups.ts'
import { clientDirOf, projectSettingsFile, readText, userSettingsFile } from './clientFiles.ts'
import { type Host, uninstall } from './lifecycle.ts'
import { clientCopies, destroyAllKeys, ownNames, removed } from './removal.ts'
import { done, failed, kept, type LifecycleReport, reportOf, type Step } from './report.ts'
import { allOf, removeMarketplace, removePlugin } from './settings.ts'
import { readStatusLine, type StatusLineRecord, withoutStatusLine } from './statusLine.ts'
import { readWiringRecord } from './wiringRecord.ts'

/** One thing that goes, or that stays although it is of ours. */
export interface PurgeItem {
  readonly what: string
  readonly path: string
  readonly goes: boolean
  readonly detail: string
}

const there = (at: string): boolean => fs.lstatSync(at, { throwIfNoEntry: false }) !== undefined

/** Compiled code that bin/run.cjs has Node keep. */
const cacheDir = (home: string): string => path.join(home, '.cache', 'isonapse')

const settingsFiles = ({ paths, home, env }: Host): ReadonlyArray<string> => {
  const read = readWiringRecord(paths)
  const record = Result.isSuccess(read) ? read.success : undefined
  const user = userSettingsFile(record?.clientDir ?? clientDirOf(home, env))
  const projects = (record?.registrations ?? []).flatMap((one) =>
    one.scope === 'project' ? [projectSettingsFile(one.dir)] : [],
  )
  return [user, ...projects]
}

/** In the order in which it goes. Reads only. */
export const purgePlan = (host: Host): ReadonlyArray<PurgeItem> => {
  const { paths, home, env } = host
  const record = readWiringRecord(paths)
  const wired = Result.isSuccess(record) ? record.success : undefined
  const status = readStatusLine(paths)
  const going = (what: string, at: string, detail: string): PurgeItem => ({
    what,
    path: at,
    goes: true,
    detail,
  })
  const keys = [paths.keysDir, paths.authorityFile].filter(there)
  const own = ownNames(paths).filter(({ at }) => at !== paths.keysDir && there(at))
  const copies = clientCopies(wired?.clientDir ?? clientDirOf(home, env)).filter(there)
  return [
    ...keys.map((at) => going('keys', at, 'overwritten, then removed')),
    ...(Result.isSuccess(status) && status.success !== undefined
      ? [going('status line', status.success.file, 'our command, in favour of the one before')]
      : []),
    ...(wired?.enabled === true
      ? settingsFiles(host).map((at) => going('settings', at, 'our entries; all else stays'))
      : []),
    ...own.map(({ what, at }) => going(what, at, 'removed')),
    ...[paths.pluginDir].filter(there).map((at) => going('plugin', at, 'removed')),
    ...copies.map((at) => going('client copy', at, 'removed')),
    ...[cacheDir(home)].filter(there).map((at) => going('cache', at, 'removed')),
    ...[paths.dataDir, paths.configDir, paths.runDir]
      .filter(there)
      .map((at) => going('folder', at, 'removed if nothing else is in it')),
    ...elsewhere(paths).map((at): PurgeItem => ({
      what: 'archived log',
      path: at,
      goes: false,
      detail: 'lies where --out put it, and stays; without its keys its payloads stay closed',
    })),
  ]
}

/** Archived logs that somebody had moved to a place of their own. */
const elsewhere = (paths: Pick<AppPaths, 'dataDir'>): ReadonlyArray<string> => {
  const dir = archiveDir(paths)
  if (!fs.existsSync(dir)) return []
  return fs.readdirSync(dir).flatMap((name) => {
    const at = path.join(dir, name)
    return fs.lstatSync(at).isSymbolicLink() && pinIn(at) !== undefined ? [fs.realpathSync(at)] : []
  })
}

/**
 * A control plane must have been stopped. The keys go before anything else, so that whatever is
 * interrupted or fails after that leaves nothing that could be opened; run again, it does what remains.
 */
export const purge = Effect.fn('purge')(function* (host: Host): Effect.fn.Return<LifecycleReport> {
  const { paths, home } = host
  const files = settingsFiles(host)
  const line = Result.getOrUndefined(readStatusLine(paths))
  const stays = elsewhere(paths)
  const keys = yield* Effect.sync(() => destroyAllKeys(paths))
  const { steps, next } = yield* uninstall(host)
  const rest: ReadonlyArray<Step> = [
    ...(yield* Effect.sync(() => files.flatMap((file) => removeBackups(file, line)))),
    ...(yield* Effect.sync(() => removed('cache', cacheDir(home)))),
    ...stays.map((at) => kept('archived log', at, 'lies where --out put it')),
  ]
  return reportOf([...keys, ...steps, ...rest], next)
})

/**
 * A backup that says what the settings say now, or did but for our entries, holds nothing of its own; one
 * with other settings of the user's stays.
 */
const removeBackups = (file: string, line: StatusLineRecord | undefined): ReadonlyArray<Step> => {
  const withoutOurs = allOf(
    removePlugin,
    removeMarketplace,
    ...(line === undefined ? [] : [withoutStatusLine(line)]),
  )
  try {
    const now = readText(file)
    const backups = backupsOf(file)
    const same = backups.filter((one) => {
      const held = readText(one)
      if (held.found !== 'text' || now.found !== 'text') return false
      return Result.getOrElse(withoutOurs(held.text), () => held.text) === now.text
    })
    for (const one of same) fs.rmSync(one)
    return [
      ...same.map((at) => done('backup', at, 'removed: the settings are the same again')),
      ...backups
        .filter((one) => !same.includes(one))
        .map((at) => kept('backup', at, 'holds other settings than there are now')),
    ]
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return [failed('backup', file, { message: `its backups could not be looked at: ${message}` })]
  }
}
