// The bytes of a settings file from before it was edited, kept beside it under numbered names. They are
// the user's: readable by nobody else, never overwritten, never removed.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { createOnce } from '../files/atomicWrite.ts'
import { errnoOf, failureOf, FileFailure, shown } from '../files/failure.ts'
import { readText } from './clientFiles.ts'

const BACKUP = '.isonapse-backup-'
/** Each holds other bytes: more than this many are not the traces of installing. */
const MOST_BACKUPS = 1000

/** The backups beside a settings file, oldest first. */
export const backupsOf = (file: string): ReadonlyArray<string> => {
  const prefix = path.basename(file) + BACKUP
  const number = (name: string) => Number(name.slice(prefix.length))
  return listed(path.dirname(file))
    .filter((name) => name.startsWith(prefix) && /^[1-9]\d{0,3}$/.test(name.slice(prefix.length)))
    .sort((a, b) => number(a) - number(b))
    .map((name) => path.join(path.dirname(file), name))
}

const listed = (dir: string): ReadonlyArray<string> => {
  try {
    return fs.readdirSync(dir)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

/** The backup that holds exactly these bytes. */
export const backupWith = (file: string, bytes: Uint8Array): string | undefined =>
  backupsOf(file).find((backup) => {
    const read = readText(backup)
    return read.found === 'text' && Buffer.from(read.bytes).equals(bytes)
  })

/** Keeps the bytes beside the file, unless a backup has them; none is ever overwritten. */
export const keepBackup = (file: string, bytes: Uint8Array): Result.Result<string, FileFailure> =>
  Result.gen(function* () {
    const held = yield* Result.try({
      try: () => backupWith(file, bytes),
      catch: (error) => failureOf(file, 'look for backups of it', error),
    })
    if (held !== undefined) return held
    const backups = backupsOf(file)
    const last = Number(backups.at(-1)?.split(BACKUP).at(-1) ?? 0)
    for (let number = last + 1; number < MOST_BACKUPS; number++) {
      const backup = `${file}${BACKUP}${number}`
      if ((yield* createOnce(backup, bytes)) === 'created') return backup
    }
    return yield* Result.fail(
      new FileFailure({
        reason: 'full',
        path: file,
        detail: `has ${backups.length} backups beside it`,
        remedy: `remove some of ${shown(`${file}${BACKUP}`)}*`,
      }),
    )
  })
