// Fills a folder with receipts and their order. Until it is finished the folder is what it was: all is
// written beside, the receipts are moved in under their own names, and the order that makes them a row
// of decisions comes last. It never writes into a folder that holds anything else.
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import type { Digest } from '../../domain/hash.ts'
import { ORDER_FILE, orderEnd, orderHead, orderLine } from '../../domain/receipt/order.ts'
import { syncDirectory } from '../files/atomicWrite.ts'
import { failureOf, type FileFailure } from '../files/failure.ts'
import { digestInName, isTemporary, nameOfReceipt, UNFINISHED } from './folderNames.ts'
import { SourceUnusable } from './receiptSource.ts'

export interface Filled {
  /** Lines of the order. */
  readonly decisions: number
  /** Files: a decision that was made twice is one. */
  readonly receipts: number
}

export type Unfilled = FileFailure | SourceUnusable

export interface Filling {
  /** `text`: the receipt's canonical JSON, whose SHA-256 is `digest`. */
  readonly add: (digest: Digest, event: string, text: string) => Result.Result<void, Unfilled>
  /** SourceUnusable where the folder holds another row of decisions. */
  readonly finish: () => Result.Result<Filled, Unfilled>
  /** Leaves the folder as it was found; after `finish` it does nothing. Never throws. */
  readonly abandon: () => void
}

/**
 * Begins to fill the folder at an absolute path, which need not be there. One that holds receipts is
 * added to: its order must be the beginning of the new one.
 *
 * A crash leaves UNFINISHED in it, and before the order is in place perhaps receipts that the order
 * does not name.
 */
export const fillFolder = (dir: string, name: string): Result.Result<Filling, Unfilled> =>
  Result.gen(function* () {
    const made = yield* prepare(dir, name)
    const staging = path.join(dir, UNFINISHED)
    const opened = yield* attempt(staging, () => {
      fs.rmSync(staging, { recursive: true, force: true })
      fs.mkdirSync(staging, { mode: 0o700 })
      return fs.openSync(path.join(staging, ORDER_FILE), 'wx', 0o600)
    })
    return filling({ dir, name, made, staging }, opened)
  })

interface Folder {
  readonly dir: string
  /** What the person called it. */
  readonly name: string
  /** It was not there before. */
  readonly made: boolean
  readonly staging: string
}

const filling = ({ dir, name, made, staging }: Folder, order: number): Filling => {
  const seen = new Set<Digest>()
  const lines = [orderHead()]
  let decisions = 0
  let open = true
  const flush = (): void => void fs.writeSync(order, lines.splice(0).join(''))
  const close = (): void => {
    if (open) fs.closeSync(order)
    open = false
  }
  return {
    add: (digest, event, text) =>
      attempt(dir, () => {
        if (!seen.has(digest))
          fs.writeFileSync(path.join(staging, nameOfReceipt(digest)), text, {
            flag: 'wx',
            mode: 0o600,
          })
        seen.add(digest)
        decisions++
        lines.push(orderLine({ digest, event }))
        if (lines.length >= LINES_HELD) flush()
      }),
    finish: () =>
      attempt(dir, () => {
        lines.push(orderEnd(decisions))
        flush()
        fs.fsyncSync(order)
        close()
        const [fresh, standing] = [path.join(staging, ORDER_FILE), path.join(dir, ORDER_FILE)]
        if (!continues(standing, fresh))
          throw new SourceUnusable({
            source: name,
            detail: 'holds receipts of other decisions, which these do not go on with',
            remedy: 'write into a new folder',
          })
        for (const digest of seen) {
          const file = nameOfReceipt(digest)
          fs.renameSync(path.join(staging, file), path.join(dir, file))
        }
        syncDirectory(dir)
        fs.renameSync(fresh, standing)
        syncDirectory(dir)
        fs.rmdirSync(staging)
        return { decisions, receipts: seen.size }
      }),
    abandon: () => {
      try {
        close()
        fs.rmSync(staging, { recursive: true, force: true })
        // Only where it is empty: what was put there since is somebody's.
        if (made) fs.rmdirSync(dir)
      } catch {
        // Finished, or no longer ours to clear: the failure being reported is another.
      }
    },
  }
}

const LINES_HELD = 1000

/** Whether the folder was made just now. */
const prepare = (dir: string, name: string): Result.Result<boolean, Unfilled> => {
  const refuse = (detail: string): SourceUnusable =>
    new SourceUnusable({ source: name, detail, remedy: 'name a new or an empty folder' })
  return attempt(dir, () => {
    const stat = fs.statSync(dir, { throwIfNoEntry: false })
    if (stat === undefined) {
      fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
      return true
    }
    if (!stat.isDirectory()) throw refuse('is not a folder')
    for (const found of fs.readdirSync(dir))
      if (digestInName(found) === undefined && found !== ORDER_FILE && !isTemporary(found))
        throw refuse(`holds ${JSON.stringify(found)}, so it is no folder of receipts`)
    return false
  })
}

/** Whether an order that is there, without its last line, is how the new one begins. */
const continues = (standing: string, fresh: string): boolean => {
  const stat = fs.lstatSync(standing, { throwIfNoEntry: false })
  if (stat === undefined) return true
  if (!stat.isFile()) return false
  const [before, after] = [
    fs.openSync(standing, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW),
    fs.openSync(fresh, 'r'),
  ]
  try {
    const from = Math.max(0, stat.size - LONGEST_END)
    const end = /\{"decisions":\d+\}\n$/.exec(bytesAt(before, from, LONGEST_END).toString('latin1'))
    if (end === null) return false
    const length = stat.size - end[0].length
    for (let at = 0; at < length; at += CHUNK) {
      const size = Math.min(CHUNK, length - at)
      if (!bytesAt(before, at, size).equals(bytesAt(after, at, size))) return false
    }
    return true
  } finally {
    fs.closeSync(before)
    fs.closeSync(after)
  }
}

/** More than the last line of an order has. Bytes. */
const LONGEST_END = 64
const CHUNK = 65_536

const bytesAt = (fd: number, at: number, size: number): Buffer => {
  const bytes = Buffer.alloc(size)
  return bytes.subarray(0, fs.readSync(fd, bytes, 0, size, at))
}

const attempt = <A>(at: string, call: () => A): Result.Result<A, Unfilled> =>
  Result.try({
    try: call,
    catch: (error) =>
      error instanceof SourceUnusable ? error : failureOf(at, 'write the receipts', error),
  })
