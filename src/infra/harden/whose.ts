// Whose this machine is hardened for, and where everything lies: what every command asks at its start, so
// read without the record's Schema. The record is root's, in a folder that only root can change: whoever is
// not root cannot have put one there.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import { FileFailure, shown } from '../files/failure.ts'
import { type HardenRoots, type LaidPlaces, recordFile } from './places.ts'

/** The part of the record that tells it, while the log there is the one in force. */
export const hardenedWhose = (
  roots: Pick<HardenRoots, 'program'>,
): Result.Result<LaidPlaces | undefined, FileFailure> => {
  const file = recordFile(roots)
  const stat = statOf(file)
  if (stat === undefined) return Result.succeed(undefined)
  if (!stat.isFile() || stat.uid !== 0 || (stat.mode & 0o022) !== 0)
    return damaged(file, 'is not a file of root’s alone')
  const record = readJson(file)
  if (!isRecord(record)) return damaged(file, 'does not hold what isonapse hook harden wrote')
  return Result.succeed(isInForce(record) ? record : undefined)
}

/** The log here is the one in force. */
export const isInForce = ({ state }: { readonly state: string }): boolean =>
  state === 'hardened' || state === 'returning'

const statOf = (file: string): fs.Stats | undefined => {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

const readJson = (file: string): unknown => {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

const damaged = (file: string, detail: string) =>
  Result.fail(
    new FileFailure({
      reason: 'damaged',
      path: file,
      detail,
      remedy: `restore ${shown(file)} from a backup`,
    }),
  )

const fieldOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined

const ROOT_NAMES = ['program', 'state', 'run', 'managed', 'units'] as const

const isRecord = (value: unknown): value is LaidPlaces & { readonly state: string } => {
  const [user, service, roots] = ['user', 'service', 'roots'].map((key) => fieldOf(value, key))
  return (
    typeof fieldOf(value, 'state') === 'string' &&
    ['name', 'home'].every((key) => typeof fieldOf(user, key) === 'string') &&
    ['uid', 'gid'].every((key) => Number.isInteger(fieldOf(user, key))) &&
    (fieldOf(service, 'uid') === null || Number.isInteger(fieldOf(service, 'uid'))) &&
    ROOT_NAMES.every((key) => typeof fieldOf(roots, key) === 'string')
  )
}
