// Would the client, with its files as they are on this disk, load our hooks at its next start? Asked
// by `status` and when a session should have been seen and was not. Reads a dozen small files, starts
// nothing, and never throws: whatever it finds is the answer.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import type { Drift } from '../../domain/control/methods.ts'
import type { AppPaths } from '../paths.ts'
import {
  clientDirOf,
  isObject,
  knownMarketplacesFile,
  member,
  parseJson,
  readText,
} from './clientFiles.ts'
import { versionOnDisk, versionWarning } from './clientProgram.ts'
import type { Registered } from './configEffect.ts'
import { MARKETPLACE, PLUGIN, pluginDrift, pluginFiles } from './plugin.ts'
import {
  hooksOff,
  marketplaceBlocked,
  marketplaceSource,
  pluginEnabled,
  readLayers,
  type Layer,
  type LayerName,
} from './settingsLayers.ts'
import { readWiringRecord, type WiringRecord } from './wiringRecord.ts'

export interface WiringStatus {
  readonly loaded: boolean
  /** The layer of the client's settings that enables the plugin. */
  readonly scope: LayerName | null
  /** Why it is not loaded, or what is worth knowing although it is; one line. */
  readonly detail: string
  readonly clientVersion: string | null
  /** Differences between the plugin folder and what was installed; the marker is not compared. */
  readonly drift: ReadonlyArray<Drift>
}

export interface WiringOptions {
  readonly home: string
  readonly paths: Pick<AppPaths, 'configDir' | 'pluginDir' | 'hardened'>
  /**
   * The folder a session would be started in: its settings can switch hooks off. Not said, and the
   * plugin registered for projects alone: the first of them.
   */
  readonly projectDir?: string
  readonly platform?: NodeJS.Platform
  readonly managed?: string
}

/** For readConfigEffect: which settings files hold our registration. Never throws. */
export const registeredIn = (paths: WiringOptions['paths']): Registered => {
  // Managed settings hold it, and no file of the user's does.
  if (paths.hardened !== undefined) return { scopes: [], pluginDir: paths.pluginDir }
  const read = readWiringRecord(paths)
  const record = Result.isSuccess(read) ? read.success : undefined
  return {
    // Without a record to go by, the stricter reading: the user's settings hold it.
    scopes: record?.registrations.map(({ scope }) => scope) ?? ['user'],
    pluginDir: paths.pluginDir,
  }
}

/** The client's folders of the user: the one that it was registered in, and the usual one. */
export const clientDirsOf = (
  paths: WiringOptions['paths'],
  home: string,
): ReadonlyArray<string> => {
  const read = readWiringRecord(paths)
  const recorded = Result.isSuccess(read) ? read.success?.clientDir : undefined
  const usual = clientDirOf(home)
  return recorded === undefined || recorded === usual ? [usual] : [recorded, usual]
}

export const wiringStatus = (options: WiringOptions): Effect.Effect<WiringStatus> =>
  Effect.sync(() => {
    const read = readWiringRecord(options.paths)
    const record = Result.isSuccess(read) ? read.success : undefined
    const { drift, fatal } =
      record === undefined ? { drift: [], fatal: undefined } : driftOf(options.paths, record)
    const clientVersion = versionOf(record)
    const answer = (loaded: boolean, scope: LayerName | null, detail: string): WiringStatus => ({
      loaded,
      scope,
      detail: detail.replace(/\p{Cc}+/gu, ' '),
      clientVersion,
      drift,
    })
    if (Result.isFailure(read)) return answer(false, null, read.failure.message)
    if (record === undefined) return answer(false, null, 'not installed: isonapse hook install')
    const layers = readLayers({
      clientDir: record.clientDir,
      platform: options.platform ?? process.platform,
      ...projectOf(options.projectDir, record),
      ...(options.managed === undefined ? {} : { managed: options.managed }),
    })
    const enabled = pluginEnabled(layers)
    if (enabled?.enabled !== true)
      return answer(false, null, notEnabled(enabled?.layer, layers, record))
    const { name } = enabled.layer
    const problem =
      hooksOff(layers, name) ??
      marketplaceBlocked(layers, options.paths.pluginDir) ??
      marketplaceProblem(layers, record.clientDir, options.paths.pluginDir) ??
      fatal
    if (problem !== undefined) return answer(false, name, problem)
    return answer(true, name, remarks(layers, drift, clientVersion))
  })

const projectOf = (
  dir: string | undefined,
  { registrations }: WiringRecord,
): { readonly projectDir?: string } => {
  if (dir !== undefined) return { projectDir: dir }
  const [first] = registrations
  return first?.scope === 'project' && registrations.every(({ scope }) => scope === 'project')
    ? { projectDir: first.dir }
    : {}
}

const notEnabled = (
  by: Layer | undefined,
  layers: ReadonlyArray<Layer>,
  record: WiringRecord,
): string => {
  if (by !== undefined) return `the plugin is disabled in ${by.file}`
  const dropped = layers.find(({ problem }) => problem !== undefined)
  if (dropped !== undefined)
    return `Claude Code ignores all of ${dropped.file}, which ${dropped.problem!}`
  if (!record.enabled) return 'disabled: isonapse hook enable'
  return record.registrations.some(({ scope }) => scope === 'user')
    ? 'the plugin is no longer in the client’s settings: isonapse hook install'
    : 'installed for a project, and not for this folder'
}

/**
 * The client remembers marketplaces in a list of its own, which wins over the settings. Where that
 * list is no valid one, the client loads no plugin at all (both observed).
 */
const marketplaceProblem = (
  layers: ReadonlyArray<Layer>,
  clientDir: string,
  pluginDir: string,
): string | undefined => {
  const source = marketplaceSource(layers)
  if (source !== undefined && !isFolder(source, pluginDir))
    return `the settings name another folder for the marketplace ${MARKETPLACE}`
  const file = knownMarketplacesFile(clientDir)
  const unknown = `the client does not know the marketplace ${MARKETPLACE}`
  const read = readText(file)
  if (read.found === 'nothing') return source === undefined ? unknown : undefined
  if (read.found === 'unreadable') return `${file} ${read.detail}`
  const parsed = parseJson(read.text)
  if (!('value' in parsed)) return `${file} ${parsed.problem}, so the client loads no plugin`
  const invalid = isObject(parsed.value)
    ? Object.entries(parsed.value).find(([, entry]) => !isKnownEntry(entry))?.[0]
    : ''
  if (invalid !== undefined)
    return `${file} holds an entry that is not valid, so the client loads no plugin`
  const ours = member(parsed.value, MARKETPLACE)
  if (ours === undefined) return source === undefined ? unknown : undefined
  return isFolder(member(ours, 'source'), pluginDir) &&
    member(ours, 'installLocation') === pluginDir
    ? undefined
    : `${file} names another folder for the marketplace ${MARKETPLACE}`
}

const isFolder = (source: unknown, pluginDir: string): boolean =>
  member(source, 'source') === 'directory' && member(source, 'path') === pluginDir

const isKnownEntry = (entry: unknown): boolean =>
  isObject(member(entry, 'source')) && typeof member(entry, 'installLocation') === 'string'

/** The plugin's files by the names that status reports. */
const SUBJECTS: Readonly<Record<string, string>> = {
  [`${PLUGIN}/hook.sh`]: 'script',
  [`${PLUGIN}/hooks/hooks.json`]: 'hooks.json',
  [`${PLUGIN}/.claude-plugin/plugin.json`]: 'plugin.json',
  '.claude-plugin/marketplace.json': 'marketplace.json',
}

/** All differences, and the first one with which the hooks would not be ours. */
const driftOf = (
  paths: WiringOptions['paths'],
  { enabled, plugin }: WiringRecord,
): { readonly drift: ReadonlyArray<Drift>; readonly fatal: string | undefined } => {
  if (!enabled) return { drift: [], fatal: undefined }
  const files = pluginFiles(plugin)
  if (Result.isFailure(files)) {
    const { message } = files.failure
    return { drift: [{ subject: 'plugin', detail: message }], fatal: message }
  }
  const found = pluginDrift(paths, files.success)
  // A name in this folder is whatever somebody gave it.
  const drift = found.map(({ path, detail }) => ({
    subject: SUBJECTS[path] ?? path.replace(/\p{Cc}/gu, '?'),
    detail,
  }))
  const first = found.find(
    ({ path, problem }) => SUBJECTS[path] !== undefined && problem !== 'open',
  )
  return {
    drift,
    fatal: first && `${SUBJECTS[first.path]!} ${first.detail}: isonapse hook install`,
  }
}

const remarks = (
  layers: ReadonlyArray<Layer>,
  drift: ReadonlyArray<Drift>,
  clientVersion: string | null,
): string => {
  const dropped = layers.find(({ problem }) => problem !== undefined)
  return [
    versionWarning(clientVersion),
    dropped === undefined ? null : `the client ignores ${dropped.file}, which ${dropped.problem!}`,
    drift[0] === undefined ? null : `${drift[0].subject} ${drift[0].detail}`,
  ]
    .filter((remark) => remark !== null)
    .join('; ')
}

const versionOf = (record: WiringRecord | undefined): string | null =>
  record === undefined
    ? null
    : record.clientProgram === null
      ? record.clientVersion
      : (versionOnDisk(record.clientProgram) ?? record.clientVersion)
