// Destroying every key for good: what `uninstall` does before it removes anything else. Overwriting
// is best effort: flash storage and backups keep what they keep.
import * as Result from 'effect/Result'
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { syncDirectory } from '../files/atomicWrite.ts'
import { errnoOf, failureOf, type FileFailure } from '../files/failure.ts'
import { MOST_KEY_FILE_BYTES } from './keyFile.ts'

const { O_NOFOLLOW, O_NONBLOCK, O_RDWR } = fs.constants

/** Sealed values are longer than keys. Bytes. */
const MOST_OVERWRITTEN = 1_048_576

/** How the text of every key file here begins. */
const KEY_FILE_HEAD = Buffer.from('isonapse.')

/**
 * Overwrites and removes the files of a keys folder; links and special files are removed as they are.
 * Returns how many. No folder: nothing to do. Interrupted, it can be run again.
 */
export const destroyKeys = (keysDir: string): Result.Result<number, FileFailure> =>
  Result.try({
    try: () => {
      // Through a link in its place, somebody else's files would be destroyed.
      const folder = fs.lstatSync(keysDir, { throwIfNoEntry: false })
      if (folder === undefined) return 0
      if (!folder.isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' })
      return destroyIn(keysDir)
    },
    catch: (error) => failureOf(keysDir, 'destroy the keys in it', error),
  })

/** Folders of keys in it too: unlinking them alone would leave the keys' bytes on the disk. */
const destroyIn = (dir: string): number => {
  let files = 0
  for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
    const at = path.join(dir, entry.name)
    files += entry.isDirectory() ? destroyIn(at) : 1
    destroyFile(at)
  }
  syncDirectory(dir)
  return files
}

/** Overwrites, syncs and unlinks one key file; a missing one is done already. Throws what fails. */
export const destroyFile = (file: string): void => {
  const found = fs.lstatSync(file, { throwIfNoEntry: false })
  if (found === undefined) return
  if (found.isFile()) overwrite(file)
  else if (found.isDirectory())
    for (const name of fs.readdirSync(file)) destroyFile(path.join(file, name))
  fs.rmSync(file, { force: true, recursive: true })
}

const overwrite = (file: string): void => {
  let fd: number
  try {
    fd = fs.openSync(file, O_RDWR | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    // Not writable, or swapped for something else just now: unlinking is what is left.
    if (['EACCES', 'ELOOP', 'ENXIO', 'ENOENT'].includes(errnoOf(error) ?? '')) return
    throw error
  }
  try {
    // Another name may lead to somebody's file (a hard link): only what is a key is overwritten.
    const head = Buffer.alloc(KEY_FILE_HEAD.length)
    fs.readSync(fd, head, 0, head.length, 0)
    if (!head.equals(KEY_FILE_HEAD)) return
    const size = Math.min(MOST_OVERWRITTEN, Math.max(MOST_KEY_FILE_BYTES, fs.fstatSync(fd).size))
    fs.writeSync(fd, randomBytes(size), 0, size, 0)
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
}
