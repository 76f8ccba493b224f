// One file looked at: its parts with their hashes. What was hashed is kept by the file's stat, so that a
// check costs a stat for each file that nobody touched. Whoever can set the clock back and a file's
// times with it could hide a change; ctime is the kernel's own, and cannot be set otherwise.
import type * as fs from 'node:fs'
import { utf8 } from '../../domain/bytes.ts'
import { type Digest, digestOf } from '../../domain/hash.ts'
import type { Runs, SkillKind } from '../../domain/skills/item.ts'
import { readText } from '../client/clientFiles.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { errnoOf } from '../files/failure.ts'
import type { OwnPlugin } from './guardedSettings.ts'
import { factsOfFile, type FileSort } from './runsOfFile.ts'
import { named } from '../files/named.ts'
import { statStamp } from '../files/stamp.ts'

/** What is larger is not read: no instruction is, and a check must end. */
export const MOST_FILE_BYTES = 8 * 1024 * 1024

/** More than are looked at for a few projects. */
const MOST_KEPT = 16_384

/** A file that was changed so shortly before it was read may be changed again in the same tick. */
const UNSETTLED_MS = 50

export interface LookedPart {
  readonly kind: SkillKind
  readonly runs: ReadonlyArray<Runs>
  readonly hash: Digest
  readonly empty?: true
}

export interface LookedFile {
  readonly parts: ReadonlyArray<LookedPart>
  readonly programs: ReadonlyArray<string>
  readonly plugins: ReadonlyArray<string>
  readonly size: number
  readonly unreadable?: string
}

interface Kept {
  readonly stamp: string
  readonly looked: LookedFile
}

export type LookAtFile = (file: string, sort: FileSort) => LookedFile | undefined

/** Undefined where there is no file. Never throws and never waits. */
export const makeFileLooks = (own: OwnPlugin): LookAtFile => {
  const kept = new Map<string, Kept>()
  return (file, sort) => {
    let stat: fs.Stats | undefined
    try {
      stat = named.statSync(file, { throwIfNoEntry: false })
    } catch (error) {
      const code = errnoOf(error)
      return code === 'ENOTDIR' ? undefined : unread(sort, `cannot be read (${code ?? 'EIO'})`)
    }
    // A link that leads nowhere is nothing that the client could read either.
    if (stat === undefined) return undefined
    const key = `${sort.form ?? ''}\0${sort.kind}\0${sort.level}\0${file}`
    const stamp = statStamp(stat)
    const known = kept.get(key)
    if (known?.stamp === stamp) return known.looked
    const started = Date.now()
    const looked = lookAt(file, sort, own)
    kept.delete(key)
    if (looked === undefined || stat.ctimeMs > started - UNSETTLED_MS) return looked
    kept.set(key, { stamp, looked })
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!)
    return looked
  }
}

const lookAt = (file: string, sort: FileSort, own: OwnPlugin): LookedFile | undefined => {
  const read = readText(file, MOST_FILE_BYTES)
  if (read.found === 'nothing') return undefined
  if (read.found === 'unreadable') return unread(sort, read.detail)
  const whole = digestOf(sha256, read.bytes)
  const { parts, programs, plugins } = factsOfFile(read.text, sort, own)
  return {
    parts: parts.map(({ kind, runs, text, empty }) => ({
      kind,
      runs,
      hash: text === undefined ? whole : digestOf(sha256, utf8(text.toWellFormed())),
      ...(empty === true ? { empty } : {}),
    })),
    programs,
    plugins,
    size: read.bytes.length,
  }
}

/** One that cannot be read is trusted for just that. */
const unread = ({ kind, form }: FileSort, detail: string): LookedFile => ({
  parts: [
    {
      // Of a settings file it is the keys that nobody could look at.
      kind: form === 'settings' ? 'hook' : kind,
      runs: form !== undefined && detail.startsWith('is larger') ? ['too-large'] : [],
      hash: digestOf(sha256, utf8(`unreadable: ${detail}`)),
    },
  ],
  programs: [],
  plugins: [],
  size: 0,
  unreadable: detail,
})
