// One look at a file that a call would run. The file is whatever somebody put there: a pipe that
// never ends, a device, ten sparse gigabytes, a link out of the project. It must never block, never
// read more than its bound, and never take in a credential.
import * as fs from 'node:fs'
import { fromUtf8 } from '../../domain/bytes.ts'
import { MOST_SOURCE_BYTES, type SourceState } from '../../domain/action/sources.ts'

export interface SourceRead {
  readonly is: SourceState
  readonly text?: string
  /** Of the open file, for what tells by time where it is from. */
  readonly stat?: fs.Stats
}

/** Not waiting for a pipe's other end; not following a link that took the file's place meanwhile. */
const FLAGS = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOFOLLOW

/**
 * Reads a file by its real path, `most` bytes at most. What is read is what lies there now: whoever
 * can write to the file can still change it before it runs, so a text says what the call would do
 * when nothing else happens meanwhile. A file that changes under the reading is `pending`.
 */
export const readSource = (real: string, most: number = MOST_SOURCE_BYTES): SourceRead => {
  let file: number
  try {
    // Before it is opened: opening is itself an act on some devices.
    if (!fs.lstatSync(real).isFile()) return { is: 'irregular' }
    file = fs.openSync(real, FLAGS)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return { is: 'missing' }
    // ENXIO: a socket, or a pipe's writing end; ELOOP: a link where a file was.
    return { is: code === 'ENXIO' || code === 'ELOOP' ? 'irregular' : 'unreadable' }
  }
  try {
    const stat = fs.fstatSync(file)
    if (!stat.isFile()) return { is: 'irregular' }
    if (stat.size > most) return { is: 'too-large', stat }
    // Files of /proc say that they are empty.
    const bytes = readAll(file, (stat.size === 0 ? most : stat.size) + 1)
    const after = fs.fstatSync(file)
    if (after.mtimeMs !== stat.mtimeMs || after.size !== stat.size) return { is: 'pending', stat }
    if (bytes.length > most) return { is: 'too-large', stat }
    const text = bytes.includes(0) ? undefined : fromUtf8(bytes)
    // Without byte order marks, so that the text is the same after it was stored and read back.
    return text === undefined
      ? { is: 'binary', stat }
      : { is: 'text', text: text.replace(/^\uFEFF+/, ''), stat }
  } catch {
    return { is: 'unreadable' }
  } finally {
    fs.closeSync(file)
  }
}

const readAll = (file: number, most: number): Uint8Array => {
  const bytes = Buffer.allocUnsafe(most)
  let length = 0
  while (length < most) {
    const read = fs.readSync(file, bytes, length, most - length, null)
    if (read === 0) break
    length += read
  }
  return bytes.subarray(0, length)
}
