// The plugin's folder against what the log says was installed. Bounded in files and bytes, never waits and
// never throws: the folder may hold whatever whoever has the user's rights put there.
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { utf8 } from '../../domain/bytes.ts'
import { digestOf } from '../../domain/hash.ts'
import type { GateCode, PluginFileHash } from '../../domain/skills/ownPlugin.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { readOwnFile } from '../files/readOwnFile.ts'
import { fileStamp } from '../files/stamp.ts'
import type { AppPaths } from '../paths.ts'
import { isTemporary, MARKER_PATH, type PluginFile, pluginFiles } from './plugin.ts'
import { readWiringRecord } from './wiringRecord.ts'

export const hashesOf = (files: ReadonlyArray<PluginFile>): ReadonlyArray<PluginFileHash> =>
  files.map(({ path: name, text }) => ({ path: name, hash: digestOf(sha256, utf8(text)) }))

export interface PluginFault {
  readonly code: GateCode
  /** Relative to the marketplace folder; of what is foreign, whatever somebody called it. */
  readonly path: string
}

/** No file of ours is half as large. */
const MOST_FILE_BYTES = 262_144
/** Of one folder; more than that is foreign in any case. */
const MOST_ENTRIES = 64
const MOST_FAULTS = 16

export const pluginFaults = (
  { pluginDir }: Pick<AppPaths, 'pluginDir'>,
  installed: ReadonlyArray<PluginFileHash>,
): ReadonlyArray<PluginFault> => {
  const faults: Array<PluginFault> = []
  for (const { path: name, hash } of installed) {
    const code = faultOf(path.join(pluginDir, name), hash)
    if (code !== undefined) faults.push({ code, path: name })
  }
  const files = new Set([MARKER_PATH, ...installed.map((one) => one.path)])
  const folders = new Set(['.'])
  for (const name of files)
    for (let at = path.dirname(name); at !== '.'; at = path.dirname(at)) folders.add(at)
  for (const folder of folders)
    for (const { name, isFolder } of entriesOf(path.join(pluginDir, folder))) {
      const at = path.join(folder, name)
      const isOurs = isFolder ? folders.has(at) : files.has(at) || isTemporary(name)
      if (!isOurs) faults.push({ code: 'gate-foreign', path: at })
    }
  return faults.slice(0, MOST_FAULTS)
}

const faultOf = (file: string, hash: string): GateCode | undefined => {
  const read = readOwnFile(file, { maxBytes: MOST_FILE_BYTES })
  if (Result.isSuccess(read))
    return digestOf(sha256, read.success) === hash ? undefined : 'gate-changed'
  const { reason } = read.failure
  return reason === 'not-found' ? 'gate-missing' : reason === 'mode' ? 'gate-open' : 'gate-changed'
}

const entriesOf = (
  dir: string,
): ReadonlyArray<{ readonly name: string; readonly isFolder: boolean }> => {
  let open: fs.Dir | undefined
  try {
    open = fs.opendirSync(dir)
    const found: Array<{ readonly name: string; readonly isFolder: boolean }> = []
    for (let entry = open.readSync(); entry !== null; entry = open.readSync()) {
      found.push({ name: entry.name, isFolder: entry.isDirectory() })
      if (found.length === MOST_ENTRIES) break
    }
    return found
  } catch {
    // Not there, or no folder: its files are missing one by one.
    return []
  } finally {
    open?.closeSync()
  }
}

/** The files with these hashes as they lie there; undefined where one is not. */
export const asInstalled = (
  { pluginDir }: Pick<AppPaths, 'pluginDir'>,
  installed: ReadonlyArray<PluginFileHash>,
): ReadonlyArray<PluginFile> | undefined => {
  const files: Array<PluginFile> = []
  for (const { path: name, hash } of installed) {
    const read = readOwnFile(path.join(pluginDir, name), { maxBytes: MOST_FILE_BYTES })
    if (Result.isFailure(read) || digestOf(sha256, read.success) !== hash) return undefined
    files.push({ path: name, text: Buffer.from(read.success).toString() })
  }
  return files
}

/**
 * The files with these hashes, made again from what was probed at install; undefined where that file was
 * changed too, or another version of this program made them.
 */
export const remade = (
  paths: Pick<AppPaths, 'configDir'>,
  installed: ReadonlyArray<PluginFileHash>,
): ReadonlyArray<PluginFile> | undefined => {
  const record = Result.getOrUndefined(readWiringRecord(paths))
  const files = record && Result.getOrUndefined(pluginFiles(record.plugin))
  if (files === undefined) return undefined
  const same = JSON.stringify(hashesOf(files)) === JSON.stringify(installed.map(inOrder))
  return same ? files : undefined
}

const inOrder = ({ path: name, hash }: PluginFileHash): PluginFileHash => ({ path: name, hash })

/** What tells that nothing was touched since the last look: a stat for each file and folder. */
export const pluginStamp = (
  { pluginDir }: Pick<AppPaths, 'pluginDir'>,
  installed: ReadonlyArray<PluginFileHash>,
): string => {
  const names = new Set([MARKER_PATH])
  for (const { path: name } of installed)
    for (let at = name; at !== '.'; at = path.dirname(at)) names.add(at)
  return [pluginDir, ...[...names].map((name) => path.join(pluginDir, name))]
    .map(fileStamp)
    .join(' ')
}
