// Where the files of an enabled plugin lie, by the client's own records: the copy that it installed, and
// the marketplace's folder where the client runs the plugin from there. All of these records may hold
// whatever somebody put there: what leads nowhere is passed over.
import * as path from 'node:path'
import {
  installedPluginsFile,
  isObject,
  knownMarketplacesFile,
  member,
  parseJson,
  readText,
} from '../client/clientFiles.ts'

const MOST_FOLDERS = 64

/** `ids`: `plugin@marketplace`. Absolute folders, which may not be there. */
export const pluginFolders = (
  clientDir: string,
  ids: ReadonlyArray<string>,
): ReadonlyArray<string> => {
  if (ids.length === 0) return []
  const installed = member(valueIn(installedPluginsFile(clientDir)), 'plugins')
  const known = valueIn(knownMarketplacesFile(clientDir))
  const folders = new Set<string>()
  const add = (folder: unknown): void => {
    if (typeof folder === 'string' && path.isAbsolute(folder) && folders.size < MOST_FOLDERS)
      folders.add(path.normalize(folder))
  }
  for (const id of ids) {
    const at = id.lastIndexOf('@')
    if (at <= 0) continue
    const copies = member(installed, id)
    for (const copy of Array.isArray(copies) ? copies : [copies]) add(member(copy, 'installPath'))
    const market = member(member(known, id.slice(at + 1)), 'installLocation')
    if (typeof market === 'string') add(sourceIn(market, id.slice(0, at)))
  }
  return [...folders]
}

const valueIn = (file: string): unknown => {
  const read = readText(file)
  if (read.found !== 'text') return undefined
  const parsed = parseJson(read.text)
  return 'value' in parsed ? parsed.value : undefined
}

/** A plugin that a marketplace's folder itself holds. */
const sourceIn = (market: string, plugin: string): string | undefined => {
  const listed = member(valueIn(path.join(market, '.claude-plugin/marketplace.json')), 'plugins')
  if (!Array.isArray(listed)) return undefined
  const entry: unknown = listed.find((one) => isObject(one) && one['name'] === plugin)
  const source = member(entry, 'source')
  return typeof source === 'string' && !path.isAbsolute(source)
    ? path.join(market, source)
    : undefined
}
