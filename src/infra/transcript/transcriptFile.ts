// Reading on in a transcript: a file that another program appends to, of which nothing is promised. It
// may shrink, be replaced by another, end in half a line, be a pipe or a link, or hold lines without
// end. One call reads one bounded slice of whole lines, and never waits.
import * as fs from 'node:fs'
import { toHex } from '../../domain/bytes.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { named } from '../files/named.ts'

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants

/** Where reading goes on. `offset` is the beginning of a line, unless `skipping`. */
export interface Position {
  readonly offset: number
  /** Fingerprint of the bytes before it. */
  readonly tail: string
  /** Inside a line that is longer than is read: up to its end nothing is. */
  readonly skipping?: true
}

export const START: Position = { offset: 0, tail: '' }

export interface Slice {
  readonly lines: ReadonlyArray<Line>
  /** After the last of the lines. */
  readonly end: Position
  /** There is more to read at once. */
  readonly more: boolean
  /** What was read before is not there any more: this slice is from the file's beginning. */
  readonly restarted: boolean
  /** A line began that is longer than is read. */
  readonly tooLong: boolean
}

export interface Line {
  readonly text: string
  /** Where the next one begins. */
  readonly end: Position
}

/** Why there is nothing to read: gone, or not a regular file of the user's of a sane size. */
export type NoSlice = 'missing' | 'not-regular' | 'owner' | 'too-large' | 'unreadable'

const SLICE_BYTES = 1_048_576
/** An answer of the model is far shorter; what the user pasted may be longer, and costs nothing here. */
export const LONGEST_LINE = 8_388_608
/** Of one transcript. The longest sessions seen have some hundred megabytes. */
export const MOST_BYTES = 4_294_967_296
/** Records of one session end alike for some hundred bytes: what tells them apart comes before. */
const TAIL_BYTES = 1024

const NEWLINE = 10
/** What a line that says something of costs holds. */
const COST_MARKS = [Buffer.from('"assistant"'), Buffer.from('"cost-state"')]

/** Reads on from a position; `uid` is who must own the file. Lines without any of `marks` are left out. */
export const readSlice = (
  file: string,
  from: Position,
  uid: number,
  marks: ReadonlyArray<Buffer> = COST_MARKS,
): Slice | NoSlice => {
  let fd: number | undefined
  try {
    fd = named.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    const stat = fs.fstatSync(fd)
    if (!stat.isFile()) return 'not-regular'
    if (stat.uid !== uid) return 'owner'
    if (stat.size > MOST_BYTES) return 'too-large'
    const restarted = !isContinued(fd, from, stat.size)
    const at = restarted ? START : from
    return { ...sliceAt(fd, at, stat.size, marks), restarted }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing'
    return code === 'ELOOP' || code === 'ENXIO' ? 'not-regular' : 'unreadable'
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}

/** Whether the bytes before the position are still those that were read. */
const isContinued = (fd: number, { offset, tail }: Position, size: number): boolean => {
  if (offset === 0) return true
  if (!Number.isSafeInteger(offset) || offset < 0 || size < offset) return false
  const length = Math.min(TAIL_BYTES, offset)
  return fingerprint(readAt(fd, offset - length, length)) === tail
}

const sliceAt = (
  fd: number,
  from: Position,
  size: number,
  marks: ReadonlyArray<Buffer>,
): Omit<Slice, 'restarted'> => {
  const nothing = { lines: [], end: from, more: false, tooLong: false }
  if (size <= from.offset) return nothing
  for (const most of [SLICE_BYTES, LONGEST_LINE]) {
    const bytes = readAt(fd, from.offset, Math.min(most, size - from.offset))
    const last = bytes.lastIndexOf(NEWLINE)
    const more = from.offset + bytes.length < size
    if (last >= 0) {
      const { lines, end } = linesOf(fd, bytes.subarray(0, last + 1), from, marks)
      return { lines, end, more, tooLong: false }
    }
    // The end of a line that is on its way.
    if (bytes.length < most)
      return from.skipping === true ? skipped(fd, from, bytes, more) : nothing
    if (from.skipping === true) return skipped(fd, from, bytes, more)
  }
  const end = { ...positionAt(fd, from.offset + LONGEST_LINE), skipping: true as const }
  return { lines: [], end, more: end.offset < size, tooLong: true }
}

const skipped = (fd: number, from: Position, bytes: Buffer, more: boolean) => ({
  lines: [],
  end: { ...positionAt(fd, from.offset + bytes.length), skipping: true as const },
  more,
  tooLong: false,
})

/** The lines that are asked for, and the position after all of them. */
const linesOf = (
  fd: number,
  bytes: Buffer,
  from: Position,
  marks: ReadonlyArray<Buffer>,
): { readonly lines: ReadonlyArray<Line>; readonly end: Position } => {
  const lines: Array<Line> = []
  let at = from.skipping === true ? bytes.indexOf(NEWLINE) + 1 : 0
  while (at < bytes.length) {
    const end = bytes.indexOf(NEWLINE, at)
    const line = bytes.subarray(at, end)
    at = end + 1
    if (!marks.some((mark) => line.includes(mark))) continue
    lines.push({ text: line.toString('utf8'), end: tailed(fd, bytes, at, from.offset) })
  }
  return { lines, end: tailed(fd, bytes, bytes.length, from.offset) }
}

/** The position `at` bytes into what was read from `offset` on. */
const tailed = (fd: number, bytes: Buffer, at: number, offset: number): Position =>
  at < TAIL_BYTES && offset > 0
    ? positionAt(fd, offset + at)
    : {
        offset: offset + at,
        tail: fingerprint(bytes.subarray(Math.max(0, at - TAIL_BYTES), at)),
      }

const positionAt = (fd: number, offset: number): Position => {
  const length = Math.min(TAIL_BYTES, offset)
  return { offset, tail: fingerprint(readAt(fd, offset - length, length)) }
}

/** 64 bits: enough to tell one file's end from another's. */
const fingerprint = (bytes: Uint8Array): string => toHex(sha256(bytes)).slice(0, 16)

const readAt = (fd: number, offset: number, length: number): Buffer => {
  const bytes = Buffer.allocUnsafe(length)
  let read = 0
  while (read < length) {
    const more = fs.readSync(fd, bytes, read, length - read, offset + read)
    // It was cut meanwhile.
    if (more === 0) break
    read += more
  }
  return bytes.subarray(0, read)
}
