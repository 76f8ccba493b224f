// Removing what this program put on the disk, and nothing else: names that are ours, in our folders,
// links removed as links. What cannot be removed is told and does not stop the rest.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { sweepTemporaries } from '../files/atomicWrite.ts'
import { errnoOf, failureOf } from '../files/failure.ts'
import { destroyFile, destroyKeys } from '../keys/destroy.ts'
import { archiveDir, nextWitnessDir, successionFile } from '../archive/archivePlaces.ts'
import type { AppPaths } from '../paths.ts'
import { policyBackups } from '../server/policyBackups.ts'
import { holderFile } from '../store/holder.ts'
import { MARKETPLACE, PLUGIN } from './plugin.ts'
import { done, failed, kept, type Step } from './report.ts'
import { statusLineFile } from './statusLine.ts'
import { wiringFile } from './wiringRecord.ts'

/** Overwrites and removes every key, the sealed one of the authority too. Nothing to do: no step. */
export const destroyAllKeys = ({ keysDir, authorityFile }: AppPaths): ReadonlyArray<Step> => {
  const destroyed = destroyKeys(keysDir)
  const steps = Result.isFailure(destroyed)
    ? [failed('keys', keysDir, destroyed.failure)]
    : destroyed.success === 0
      ? []
      : [done('keys', keysDir, `${destroyed.success} files overwritten and removed`)]
  const authority = attempt('keys', authorityFile, 'overwritten and removed', () => {
    if (fs.lstatSync(authorityFile, { throwIfNoEntry: false }) === undefined) return false
    destroyFile(authorityFile)
    return true
  })
  return [...steps, ...authority]
}

/** The log while `hook harden` moves it, and what `--undo` brings back before it is in place. */
export const hardeningDir = ({ witnessDir }: Pick<AppPaths, 'witnessDir'>): string =>
  `${witnessDir}.hardening`
export const returningDir = ({ dataDir }: Pick<AppPaths, 'dataDir'>): string =>
  path.join(dataDir, 'returning')

export interface OwnName {
  readonly what: 'data' | 'configuration' | 'sockets'
  readonly at: string
}

/** Data, then configuration, then sockets; the plugin folder is not among them. */
export const ownNames = (paths: AppPaths): ReadonlyArray<OwnName> => {
  const named = (what: OwnName['what'], all: ReadonlyArray<string>) =>
    all.map((at): OwnName => ({ what, at }))
  return [
    ...named('data', [
      paths.witnessDir,
      nextWitnessDir(paths),
      hardeningDir(paths),
      returningDir(paths),
      archiveDir(paths),
      paths.receiptsDir,
      paths.modelsDir,
      paths.keysDir,
      paths.logFile,
      `${paths.logFile}.1`,
      holderFile(paths.witnessDir),
      successionFile(paths),
    ]),
    ...named('configuration', [
      paths.policyFile,
      ...backupsOfPolicy(paths.policyFile),
      paths.configFile,
      paths.identityFile,
      paths.signedHeadFile,
      statusLineFile(paths),
      wiringFile(paths),
    ]),
    ...named('sockets', [paths.hookSocket, paths.controlSocket, paths.runSocket]),
  ]
}

/** None where the folder is not there, or cannot be read: removing it says so. */
const backupsOfPolicy = (file: string): ReadonlyArray<string> => {
  try {
    return policyBackups(file)
  } catch {
    return []
  }
}

export const removeOwn = (paths: AppPaths): ReadonlyArray<Step> =>
  ownNames(paths).flatMap(({ what, at }) => removed(what, at))

/** Our folders, where nothing is left in them. */
export const removeEmptied = ({ dataDir, configDir, runDir }: AppPaths): ReadonlyArray<Step> => [
  ...emptied('data', dataDir),
  ...emptied('configuration', configDir),
  ...emptied('sockets', runDir),
]

/** The marketplace folder, hooks first. */
export const removePluginFolder = (paths: AppPaths): ReadonlyArray<Step> => {
  // A client that starts right now finds a plugin without hooks, never hooks without a script.
  const hooks = path.join(paths.pluginDir, PLUGIN, 'hooks')
  const first = removed('plugin', hooks).filter(({ outcome }) => outcome === 'failed')
  if (first.length > 0) return first
  return removed('plugin', paths.pluginDir)
}

/** What the client copied of the plugin and kept for it. */
export const clientCopies = (clientDir: string): ReadonlyArray<string> => [
  path.join(clientDir, 'plugins', 'cache', MARKETPLACE),
  path.join(clientDir, 'plugins', 'data', `${PLUGIN}-${MARKETPLACE}`),
]

export const removeClientCopies = (clientDir: string): ReadonlyArray<Step> =>
  clientCopies(clientDir).flatMap((dir) => removed('client copy', dir))

export const removed = (what: string, at: string): ReadonlyArray<Step> =>
  attempt(what, at, 'removed', () => {
    if (fs.lstatSync(at, { throwIfNoEntry: false }) === undefined) return false
    fs.rmSync(at, { recursive: true, force: true })
    return true
  })

/** A folder that holds something that is not ours stays. */
const emptied = (what: string, dir: string): ReadonlyArray<Step> =>
  attempt(what, dir, 'removed', () => {
    if (fs.lstatSync(dir, { throwIfNoEntry: false })?.isDirectory() !== true) return false
    sweepTemporaries(dir)
    fs.rmdirSync(dir)
    return true
  })

/** No step where there was nothing to do. */
const attempt = (
  what: string,
  at: string,
  detail: string,
  remove: () => boolean,
): ReadonlyArray<Step> => {
  try {
    return remove() ? [done(what, at, detail)] : []
  } catch (error) {
    return ['ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')
      ? [kept(what, at, 'holds something that is not ours')]
      : [failed(what, at, failureOf(at, 'remove it', error))]
  }
}
