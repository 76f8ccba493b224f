// One look at a file that a call would run. The file is whatever somebody put there: a pipe that
// never ends, a device, ten sparse gigabytes, a link out of the project. It must never block, never
// read more than its bound, and never take in a credential.
import * as fs from 'node:fs'
import { fromUtf8 } from '../../domain/bytes.ts'
import { MOST_SOURCE_BYTES, type SourceState } from '../../domain/action/sources.ts'
import { named } from '../files/named.ts'

export interface SourceRead {
  readonly is: SourceState
  readonly text?: string
  /** Of the open file, for what tells by time where it is from. */
  readonly stat?: fs.Stats
}

/** What it asks of the file system; tests make it fail. */
export type Files = Pick<
  typeof named,
  'lstatSync' | 'openSync' | 'fstatSync' | 'readSync' | 'closeSync'
>

/** Not waiting for a pipe's other end; not following a link that took the file's place meanwhile. */
const FLAGS = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOFOLLOW

/** What reads like a file there is made while it is read, and may be another's secret. */
const OF_THE_KERNEL = /^\/(?:proc|sys)(?:\/|$)/

/**
 * Reads a file by its real path, `most` bytes at most. What is read is what lies there now: whoever
 * can write to the file can still change it before it runs, so a text says what the call would do
 * when nothing else happens meanwhile. A file that changes under the reading is `pending`.
 */
export const readSource = (
  real: string,
  most: number = MOST_SOURCE_BYTES,
  files: Files = named,
): SourceRead => {
  if (OF_THE_KERNEL.test(real)) return { is: 'irregular' }
  let file: number
  try {
    // Before it is opened: opening is itself an act on some devices.
    if (!files.lstatSync(real).isFile()) return { is: 'irregular' }
    file = files.openSync(real, FLAGS)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return { is: 'missing' }
    // ENXIO: a socket, or a pipe's writing end; ELOOP: a link where a file was.
    return { is: code === 'ENXIO' || code === 'ELOOP' ? 'irregular' : 'unreadable' }
  }
  try {
    const stat = files.fstatSync(file)
    if (!stat.isFile()) return { is: 'irregular' }
    if (stat.size > most) return { is: 'too-large', stat }
    // Some file systems say of every file that it is empty.
    const bytes = readAll(files, file, (stat.size === 0 ? most : stat.size) + 1)
    const after = files.fstatSync(file)
    if (after.mtimeMs !== stat.mtimeMs || after.size !== stat.size) return { is: 'pending', stat }
    if (bytes.length > most) return { is: 'too-large', stat }
    const text = bytes.includes(0) ? undefined : fromUtf8(bytes)
    // Without byte order marks, so that the text is the same after it was stored and read back.
    return text === undefined
      ? { is: isProgram(bytes) ? 'binary' : 'unreadable', stat }
      : { is: 'text', text: text.replace(/^\uFEFF+/, ''), stat }
  } catch {
    return { is: 'unreadable' }
  } finally {
    closeQuietly(files, file)
  }
}

/**
 * Starts as compiled programs do: ELF, Mach-O, PE, WebAssembly, a zip that Java runs. A script with a
 * byte that is no text is still a script to every shell.
 */
const isProgram = (bytes: Uint8Array): boolean => {
  // A file that the system will not start is a script to the shell, unless a NUL is in its first line.
  const first = bytes.indexOf(0)
  const line = bytes.indexOf(0x0a)
  return (
    first >= 0 &&
    (line < 0 || first < line) &&
    PROGRAM_STARTS.some((start) => start.every((byte, at) => bytes[at] === byte))
  )
}

const PROGRAM_STARTS: ReadonlyArray<ReadonlyArray<number>> = [
  [0x7f, 0x45, 0x4c, 0x46],
  [0xcf, 0xfa, 0xed, 0xfe],
  [0xce, 0xfa, 0xed, 0xfe],
  [0xfe, 0xed, 0xfa, 0xce],
  [0xfe, 0xed, 0xfa, 0xcf],
  [0xca, 0xfe, 0xba, 0xbe],
  [0x4d, 0x5a],
  [0x50, 0x4b, 0x03, 0x04],
  [0x00, 0x61, 0x73, 0x6d],
]

/** What could not be closed was read all the same, or not. */
const closeQuietly = (files: Files, file: number): void => {
  try {
    files.closeSync(file)
  } catch {
    // Some network file systems report here what they could not say before.
  }
}

const readAll = (files: Files, file: number, most: number): Uint8Array => {
  const bytes = Buffer.allocUnsafe(most)
  let length = 0
  while (length < most) {
    const read = files.readSync(file, bytes, length, most - length, null)
    if (read === 0) break
    length += read
  }
  return bytes.subarray(0, length)
}
