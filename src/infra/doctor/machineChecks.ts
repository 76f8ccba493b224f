// What the gate needs of this machine: folders and sockets that nobody else can reach, keys that can be
// read, room on the disk.
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { bad, type Check, ok, warn } from '../../domain/control/doctor.ts'
import { checkAncestors, ownUid } from '../files/secureDirs.ts'
import { shown } from '../files/failure.ts'
import { readLogKey } from '../keys/logKey.ts'
import { readMasterKey } from '../keys/masterKey.ts'
import type { AppPaths } from '../paths.ts'

const LITTLE_BYTES = 512 * 1024 * 1024
const TOO_LITTLE_BYTES = 64 * 1024 * 1024

export interface MachineLooked {
  readonly paths: AppPaths
  /** There is a log, and so keys. */
  readonly initialised: boolean
  /** A control plane runs, and so sockets are there. */
  readonly running: boolean
  /** Of the file system that a folder is in; undefined where that cannot be told. */
  readonly freeBytes?: (dir: string) => number | undefined
}

export const machineChecks = ({
  paths,
  initialised,
  running,
  freeBytes = freeBytesOf,
}: MachineLooked): ReadonlyArray<Check> => [
  ...folderChecks(paths),
  ...(running ? socketChecks(paths) : []),
  ...(initialised ? keyChecks(paths) : []),
  diskCheck(paths, freeBytes),
]

const folderChecks = ({
  configDir,
  dataDir,
  runDir,
  keysDir,
  witnessDir,
  pluginDir,
}: AppPaths): ReadonlyArray<Check> => {
  const found: Array<Check> = []
  const folders = [configDir, dataDir, runDir, keysDir, witnessDir, pluginDir]
  for (const dir of folders) {
    const above = checkAncestors(dir)
    if (Result.isFailure(above)) {
      const { message, remedy } = above.failure
      if (!found.some((one) => one.detail === message)) found.push(bad('folders', message, remedy))
    }
    const problem = openTo(dir, 'directory')
    if (problem !== undefined) found.push(bad('folders', ...problem))
  }
  return found.length > 0
    ? found
    : [ok('folders', 'configuration, data, keys, log and sockets are yours alone')]
}

const socketChecks = ({ hookSocket, controlSocket }: AppPaths): ReadonlyArray<Check> => {
  const restart = 'isonapse hook stop, then isonapse hook start'
  const found = [hookSocket, controlSocket].flatMap((socket) => {
    if (!fs.existsSync(socket))
      return [bad('sockets', `${socket} is gone: nobody reaches it`, restart)]
    const problem = openTo(socket, 'socket')
    return problem === undefined ? [] : [bad('sockets', ...problem)]
  })
  return found.length > 0
    ? found
    : [ok('sockets', 'hook and control socket are there, yours alone')]
}

/** What is wrong with something of ours, and the remedy; nothing where it is not there. */
const openTo = (
  file: string,
  kind: 'directory' | 'socket',
): readonly [string, string] | undefined => {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return undefined
  const isKind = kind === 'directory' ? stat.isDirectory() : stat.isSocket()
  if (!isKind) return [`${file} is no ${kind}`, `look at it, then rm ${shown(file)}`]
  if (stat.uid !== ownUid())
    return [
      `${file} belongs to user ${stat.uid}, not to you`,
      `sudo chown ${ownUid()} ${shown(file)}`,
    ]
  const mode = stat.mode & 0o777
  return (mode & 0o077) === 0
    ? undefined
    : [`${file} is open to others (mode ${mode.toString(8)})`, `chmod go-rwx ${shown(file)}`]
}

const keyChecks = ({ keysDir }: AppPaths): ReadonlyArray<Check> => {
  const found = [readMasterKey(keysDir), Result.map(readLogKey(keysDir), () => undefined)].flatMap(
    (key) => (Result.isFailure(key) ? [bad('keys', key.failure.message, key.failure.remedy)] : []),
  )
  return found.length > 0 ? found : [ok('keys', 'the log’s and the master key can be read')]
}

const diskCheck = (
  { dataDir }: AppPaths,
  freeBytes: (dir: string) => number | undefined,
): Check => {
  const free = freeBytes(dataDir)
  if (free === undefined)
    return warn('disk', `how much is free at ${dataDir} cannot be told`, `df ${shown(dataDir)}`)
  const text = `${free < 10e9 ? Math.floor(free / 1e6).toLocaleString('en') : Math.floor(free / 1e9).toLocaleString('en')} ${free < 10e9 ? 'MB' : 'GB'} free at ${dataDir}`
  const remedy = 'free disk space: without it nothing is witnessed, and enforce mode blocks'
  if (free < TOO_LITTLE_BYTES) return bad('disk', text, remedy)
  return free < LITTLE_BYTES ? warn('disk', text, remedy) : ok('disk', text)
}

/** Of the file system of a folder that need not be there yet. */
const freeBytesOf = (dir: string): number | undefined => {
  try {
    if (!fs.existsSync(dir) && path.dirname(dir) !== dir) return freeBytesOf(path.dirname(dir))
    const { bavail, bsize } = fs.statfsSync(dir)
    return bavail * bsize
  } catch {
    return undefined
  }
}
