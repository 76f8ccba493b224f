// What in the client's own files would keep it from loading the gate, found file by file. Each file may be
// anything, and change at any moment.
import * as fs from 'node:fs'
import * as path from 'node:path'
import {
  isObject,
  knownMarketplacesFile,
  localSettingsFile,
  member,
  parseJson,
  projectSettingsFile,
  readText,
  userSettingsFile,
} from './clientFiles.ts'
import { MARKETPLACE } from './plugin.ts'
import { enabledIn, marketplaceIn } from './settings.ts'
import { settingsProblem } from './settingsCheck.ts'
import type { Registration } from './wiringRecord.ts'

/** What is wrong, by the key that it is about; `unusable`: the client drops the whole file. */
export type SwitchKey =
  'disableAllHooks' | 'enabledPlugins' | 'extraKnownMarketplaces' | 'unusable' | 'missing'

export interface Switch {
  readonly file: string
  readonly key: SwitchKey
}

export interface ClientFile {
  readonly file: string
  readonly form: 'settings' | 'marketplaces'
  /** What of ours it must hold. */
  readonly holds: ReadonlyArray<'plugin' | 'marketplace'>
  /** The folder that it must really lie in. */
  readonly within?: string
}

/** The files that decide it for a session started in a folder; managed settings are nobody's here. */
export const clientFilesOf = (
  clientDir: string,
  registrations: ReadonlyArray<Registration>,
  projectDir: string | undefined,
): ReadonlyArray<ClientFile> => {
  const user: ClientFile = {
    file: userSettingsFile(clientDir),
    form: 'settings',
    holds: registrations.some(({ scope }) => scope === 'user')
      ? ['plugin', 'marketplace']
      : ['marketplace'],
  }
  const lists: ClientFile = {
    file: knownMarketplacesFile(clientDir),
    form: 'marketplaces',
    holds: [],
  }
  if (projectDir === undefined || path.join(projectDir, '.claude') === clientDir)
    return [user, lists]
  const isRegistered = registrations.some(
    (one) => one.scope === 'project' && path.normalize(one.dir) === path.normalize(projectDir),
  )
  const below = { form: 'settings', within: projectDir } as const
  return [
    { ...below, file: localSettingsFile(projectDir), holds: [] },
    { ...below, file: projectSettingsFile(projectDir), holds: isRegistered ? ['plugin'] : [] },
    user,
    lists,
  ]
}

/** A file as it was last seen with nothing off in it. */
export interface Usable {
  readonly bytes: Uint8Array
  /** Without links: the file that they were read from. */
  readonly real: string
}

export interface SwitchesFound {
  readonly switches: ReadonlyArray<Switch>
  /** Where none is off. */
  readonly usable?: Usable
  /** It could not be looked at just now: it is not known to be anything. */
  readonly isUnknown?: true
}

/** What in this file keeps the gate out, and its bytes where nothing does. Never throws, never waits. */
export const lookForSwitches = (
  { file, form, holds }: ClientFile,
  pluginDir: string,
): SwitchesFound => {
  const read = readText(file)
  if (read.found === 'unreadable' && read.isPassing) return { switches: [], isUnknown: true }
  const alone = (key: SwitchKey) => ({ switches: [{ file, key }] })
  if (read.found === 'nothing') return holds.length === 0 ? { switches: [] } : alone('missing')
  const parsed = read.found === 'text' ? parseJson(read.text) : undefined
  const value = parsed !== undefined && 'value' in parsed ? parsed.value : undefined
  if (form === 'marketplaces') {
    // With a list that is none the client loads no plugin at all, ours neither (observed).
    if (!isList(value)) return alone('unusable')
    const ours = member(value, MARKETPLACE)
    if (ours !== undefined && !isListed(ours, pluginDir)) return alone('extraKnownMarketplaces')
  } else {
    const isUsable = value !== undefined && settingsProblem(value) === undefined
    if (!isUsable) return holds.length === 0 ? { switches: [] } : alone('unusable')
    const keys: Array<SwitchKey> = []
    if (member(value, 'disableAllHooks') === true) keys.push('disableAllHooks')
    const enabled = enabledIn(value)
    if (enabled === undefined ? holds.includes('plugin') : enabled !== true)
      keys.push('enabledPlugins')
    const market = marketplaceIn(value)
    if (market === undefined ? holds.includes('marketplace') : !isSource(market, pluginDir))
      keys.push('extraKnownMarketplaces')
    if (keys.length > 0) return { switches: keys.map((key) => ({ file, key })) }
  }
  const real = realOf(file)
  return read.found === 'text' && real !== undefined
    ? { switches: [], usable: { bytes: read.bytes, real } }
    : { switches: [] }
}

export const realOf = (file: string): string | undefined => {
  try {
    return fs.realpathSync(file)
  } catch {
    return undefined
  }
}

const isSource = (entry: unknown, pluginDir: string): boolean =>
  member(member(entry, 'source'), 'source') === 'directory' &&
  member(member(entry, 'source'), 'path') === pluginDir

const isListed = (entry: unknown, pluginDir: string): boolean =>
  isSource(entry, pluginDir) && member(entry, 'installLocation') === pluginDir

const isList = (value: unknown): boolean =>
  isObject(value) &&
  Object.values(value).every(
    (entry) =>
      isObject(member(entry, 'source')) && typeof member(entry, 'installLocation') === 'string',
  )
