// What policy.json held before it was written anew, kept beside it as policy.json.<time>.bak. The
// newest are kept; a backup is never written over.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { errnoOf, failureOf, type FileFailure } from '../files/failure.ts'

/** Backups kept. */
export const MOST_BACKUPS = 20

/**
 * `time` in epoch milliseconds. Nothing where there is no file. The backup is the file itself under a
 * second name, whatever it is: the caller's atomic write then puts another file under the first.
 */
export const keepPolicyBackup = (file: string, time: number): Result.Result<void, FileFailure> =>
  Result.try({
    try: () => {
      const stamp = new Date(time).toISOString().replaceAll(/[:.]/g, '-')
      // Two changes within a millisecond: the second has its place beside the first.
      for (let i = 0; i < MOST_BACKUPS; i++)
        if (linked(file, `${file}.${stamp}${i === 0 ? '' : `-${i}`}.bak`)) break
      for (const backup of policyBackups(file).slice(0, -MOST_BACKUPS))
        fs.rmSync(backup, { force: true })
    },
    catch: (error) => failureOf(file, 'keep a backup of it', error),
  })

/** False where the name is taken. */
const linked = (file: string, backup: string): boolean => {
  try {
    fs.linkSync(file, backup)
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false
    if (errnoOf(error) !== 'ENOENT') throw error
    return true
  }
  if (fs.lstatSync(backup).isFile()) fs.chmodSync(backup, 0o600)
  return true
}

/** Oldest first, by the time in their names. */
export const policyBackups = (file: string): ReadonlyArray<string> => {
  const prefix = `${path.basename(file)}.`
  const dir = path.dirname(file)
  return fs
    .readdirSync(dir)
    .filter((name) => name.startsWith(prefix) && BACKUP.test(name.slice(prefix.length)))
    .sort()
    .map((name) => path.join(dir, name))
}

const BACKUP = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z(?:-\d{1,2})?\.bak$/
