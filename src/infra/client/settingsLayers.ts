// The client's settings files as it layers them, and the questions about the gate that several of
// them answer together. Rules as observed on 2.1.329; each file may be anything.
import * as path from 'node:path'
import {
  isObject,
  localSettingsFile,
  managedDir,
  member,
  parseJson,
  projectSettingsFile,
  readText,
  userSettingsFile,
} from './clientFiles.ts'
import { enabledIn, marketplaceIn } from './settings.ts'
import { settingsProblem } from './settingsCheck.ts'
import { named } from '../files/named.ts'

export type LayerName = 'managed' | 'local' | 'project' | 'user'

export interface Layer {
  readonly name: LayerName
  readonly file: string
  /** The parsed settings; undefined where there is no file or the client drops it. */
  readonly value: unknown
  /** Why the client drops it. */
  readonly problem?: string
}

export interface LayersOf {
  readonly clientDir: string
  /** The folder a session is started in: the client looks no further up (observed). */
  readonly projectDir?: string
  readonly platform: NodeJS.Platform
  /** Where managed settings are; the platform's folder unless a test says otherwise. */
  readonly managed?: string
}

/** All layers, the one that counts most first. */
export const readLayers = (options: LayersOf): ReadonlyArray<Layer> => {
  const { clientDir, projectDir, platform, managed = managedDir(platform) } = options
  const files: Array<readonly [LayerName, string]> = managedFiles(managed).map((file) => [
    'managed',
    file,
  ])
  if (projectDir !== undefined)
    files.push(
      ['local', localSettingsFile(projectDir)],
      ['project', projectSettingsFile(projectDir)],
    )
  files.push(['user', userSettingsFile(clientDir)])
  return files.map(([name, file]) => readLayer(name, file))
}

/** The administrator's file and the parts beside it, which the client merges in name order. */
const managedFiles = (dir: string): ReadonlyArray<string> => {
  const parts = path.join(dir, 'managed-settings.d')
  let names: ReadonlyArray<string> = []
  try {
    names = named.readdirSync(parts).filter((name) => name.endsWith('.json'))
  } catch {
    // No such folder, or none that this user may list: then the client of this user cannot either.
  }
  return [
    ...[...names]
      .sort()
      .toReversed()
      .map((name) => path.join(parts, name)),
    path.join(dir, 'managed-settings.json'),
  ]
}

const readLayer = (name: LayerName, file: string): Layer => {
  const read = readText(file)
  if (read.found === 'nothing') return { name, file, value: undefined }
  const drop = (problem: string): Layer => ({ name, file, value: undefined, problem })
  if (read.found === 'unreadable') return drop(read.detail)
  const parsed = parseJson(read.text)
  if (!('value' in parsed)) return drop(parsed.problem)
  const problem = settingsProblem(parsed.value)
  return problem === undefined ? { name, file, value: parsed.value } : drop(problem)
}

const only = (layers: ReadonlyArray<Layer>, name: LayerName): ReadonlyArray<Layer> =>
  layers.filter((layer) => layer.name === name)

/** The first layer that gives an answer, with it. */
const firstWith = (
  layers: ReadonlyArray<Layer>,
  look: (value: unknown) => unknown,
): { readonly layer: Layer; readonly found: unknown } | undefined => {
  for (const layer of layers) {
    const found = look(layer.value)
    if (found !== undefined) return { layer, found }
  }
  return undefined
}

export interface Enabled {
  readonly layer: Layer
  readonly enabled: boolean
}

/** Which layer decides whether our plugin is enabled; undefined where none names it. */
export const pluginEnabled = (layers: ReadonlyArray<Layer>): Enabled | undefined => {
  const first = firstWith(layers, enabledIn)
  return first && { layer: first.layer, enabled: first.found === true }
}

/**
 * Why no hook of ours would run although the plugin is enabled; undefined where hooks run. A project's
 * `disableAllHooks: false` overrides the user's `true`. A plugin that managed settings enable survives
 * what the other layers say.
 */
export const hooksOff = (
  layers: ReadonlyArray<Layer>,
  enabledBy: LayerName,
): string | undefined => {
  const managed = only(layers, 'managed')
  const broken = managed.find(({ problem }) => problem !== undefined)
  if (broken !== undefined)
    return `managed settings cannot be used: ${broken.file} ${broken.problem!}`
  const off = firstWith(layers, (value) => member(value, 'disableAllHooks'))
  if (off?.found === true && (off.layer.name === 'managed' || enabledBy !== 'managed'))
    return `${off.layer.file} says disableAllHooks`
  const alone = firstWith(managed, (value) => member(value, 'allowManagedHooksOnly'))
  return alone?.found === true && enabledBy !== 'managed'
    ? `${alone.layer.file} says allowManagedHooksOnly, and our plugin is not enabled there`
    : undefined
}

/**
 * Where the settings say our marketplace is: managed settings or the user's. A project's entry of the
 * same name was seen to have no effect.
 */
export const marketplaceSource = (layers: ReadonlyArray<Layer>): unknown =>
  member(
    firstWith([...only(layers, 'managed'), ...only(layers, 'user')], marketplaceIn)?.found,
    'source',
  )

/** Why managed settings keep the marketplace folder from being used; undefined where they do not. */
export const marketplaceBlocked = (
  layers: ReadonlyArray<Layer>,
  pluginDir: string,
): string | undefined => {
  const managed = only(layers, 'managed')
  const listed = (key: string) =>
    firstWith(managed, (value) => {
      const list = member(value, key)
      return Array.isArray(list) ? (list as ReadonlyArray<unknown>) : undefined
    })
  const names = (list: unknown): boolean =>
    (list as ReadonlyArray<unknown>).some((entry) => isOurs(entry, pluginDir))
  for (const key of ['strictKnownMarketplaces', 'allowedMarketplaces']) {
    const allowed = listed(key)
    if (allowed !== undefined && !names(allowed.found))
      return `${key} in ${allowed.layer.file} does not name ${pluginDir}`
  }
  const blocked = listed('blockedMarketplaces')
  return blocked !== undefined && names(blocked.found)
    ? `blockedMarketplaces in ${blocked.layer.file} names ${pluginDir}`
    : undefined
}

/** Patterns here are the administrator's own. */
const isOurs = (entry: unknown, pluginDir: string): boolean => {
  if (!isObject(entry)) return false
  if (entry['source'] === 'directory') return entry['path'] === pluginDir
  const pattern = entry['source'] === 'pathPattern' ? entry['pathPattern'] : undefined
  if (typeof pattern !== 'string') return false
  try {
    return new RegExp(pattern).test(pluginDir)
  } catch {
    return false
  }
}
