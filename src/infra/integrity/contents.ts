// What files held when they were last looked at, so that a change can be told with what it replaced. In
// memory and bounded: a file that is not held is known by its stamp alone.
import type * as fs from 'node:fs'
import { readText } from '../client/clientFiles.ts'
import { named } from '../files/named.ts'
import { statStamp } from '../files/stamp.ts'
import { realPathOf } from '../server/realPath.ts'

/** Of one file; instructions are far smaller. Bytes. */
export const MOST_FILE_BYTES = 262_144
const MOST_BYTES = 16 * 1024 * 1024
const MOST_FILES = 8192
/** A file that was changed so shortly before it was read may be changed again in the same tick. */
const UNSETTLED_MS = 50

/** `null`: there is no file. */
export type Content =
  | { readonly bytes: Uint8Array; readonly mode: number }
  | { readonly unheld: 'too-large' | 'unreadable' | 'full' }
  | null

export interface ContentChange {
  readonly before: Content
  readonly after: Content
  /** Where the file really lay when `before` was read; of one that is new, where it lies. */
  readonly real: string | undefined
}

interface Known {
  /** Undefined: it may have changed since within one tick of the clock. */
  readonly stamp: string | undefined
  readonly content: Content
  readonly real: string | undefined
}

export interface Contents {
  readonly has: (file: string) => boolean
  /** Whether there was something when it was last looked at. */
  readonly isThere: (file: string) => boolean
  /** It is looked at for the first time again. */
  readonly forget: (file: string) => void
  /**
   * Looks at the file, and remembers. What changed since it was last looked at; undefined where nothing
   * did, and at the first look. Never throws and never waits.
   */
  readonly look: (file: string) => ContentChange | undefined
  /** The same of a file that was not there when all like it were looked for. */
  readonly lookAtNew: (file: string) => ContentChange | undefined
}

export const makeContents = (): Contents => {
  const known = new Map<string, Known>()
  let held = 0

  const keep = (file: string, one: Known): void => {
    const before = known.get(file)
    held += sizeOf(one.content) - sizeOf(before?.content ?? null)
    known.set(file, one)
  }

  const lookFrom = (file: string, before: Known | undefined): ContentChange | undefined => {
    if (before === undefined && known.size >= MOST_FILES) return undefined
    const stat = statOf(file)
    const stamp = stat === undefined ? 'none' : statStamp(stat)
    if (before?.stamp === stamp) return undefined
    const started = Date.now()
    const room = MOST_BYTES - held + sizeOf(before?.content ?? null)
    const content = stat === undefined ? null : contentOf(file, stat, room)
    const settled = stat === undefined || stat.ctimeMs <= started - UNSETTLED_MS
    const real = realPathOf(file)
    keep(file, { stamp: settled ? stamp : undefined, content, real })
    if (before === undefined || isSame(before.content, content)) return undefined
    // Of what was never held it can be told that it changed, by its stamp.
    if (before.stamp === undefined && isUnheld(before.content) && isUnheld(content))
      return undefined
    return {
      before: before.content,
      after: content,
      real: before.content === null ? real : before.real,
    }
  }

  return {
    has: (file) => known.has(file),
    isThere: (file) => (known.get(file)?.content ?? null) !== null,
    forget: (file) => {
      held -= sizeOf(known.get(file)?.content ?? null)
      known.delete(file)
    },
    look: (file) => lookFrom(file, known.get(file)),
    lookAtNew: (file) => lookFrom(file, known.get(file) ?? NOT_THERE),
  }
}

const NOT_THERE: Known = { stamp: 'none', content: null, real: undefined }

const sizeOf = (content: Content): number =>
  content !== null && 'bytes' in content ? content.bytes.length : 0

const isUnheld = (content: Content): boolean => content !== null && 'unheld' in content

const isSame = (a: Content, b: Content): boolean => {
  if (a === null || b === null) return a === b
  return 'bytes' in a && 'bytes' in b && a.mode === b.mode && Buffer.compare(a.bytes, b.bytes) === 0
}

const statOf = (file: string): fs.Stats | undefined => {
  try {
    return named.statSync(file, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

const contentOf = (file: string, { size }: fs.Stats, room: number): Content => {
  // What is not going to be held is not read: a call may name any number of files.
  if (size > MOST_FILE_BYTES) return { unheld: 'too-large' }
  if (size > room) return { unheld: 'full' }
  const read = readText(file, MOST_FILE_BYTES)
  if (read.found === 'nothing') return null
  if (read.found === 'unreadable')
    return { unheld: read.detail.startsWith('is larger') ? 'too-large' : 'unreadable' }
  const { bytes, stat } = read
  return bytes.length > room ? { unheld: 'full' } : { bytes, mode: stat.mode & 0o777 }
}
