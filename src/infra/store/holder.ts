// Who has the store open, for the message to whoever comes second. LevelDB's lock is the ownership;
// this file only names the holder, so it may be stale, missing or forged, and nothing is decided by
// it.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { atomicWrite } from '../files/atomicWrite.ts'
import type { FileFailure } from '../files/failure.ts'
import { isAlive } from '../files/isAlive.ts'
import { readOwnFile } from '../files/readOwnFile.ts'

const Holder = Schema.Struct({
  pid: Schema.Int,
  /** Epoch milliseconds, within what a date can be. */
  since: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 8.64e15 })),
})
export type Holder = typeof Holder.Type

const MOST_BYTES = 1024

const decodeHolder = Schema.decodeUnknownResult(Schema.fromJsonString(Holder))

/** `holder.json` beside the store's directory. */
export const holderFile = (dir: string): string => path.join(path.dirname(dir), 'holder.json')

export const writeHolder = (dir: string, since: number): Result.Result<void, FileFailure> =>
  atomicWrite(holderFile(dir), `${JSON.stringify({ pid: process.pid, since })}\n`)

/** Removes our own; one that another process has written since stays. */
export const removeHolder = (dir: string): void => {
  if (readHolder(dir)?.pid === process.pid) fs.rmSync(holderFile(dir), { force: true })
}

/** Undefined when it names nobody who is alive. */
export const readHolder = (dir: string): Holder | undefined => {
  const read = readOwnFile(holderFile(dir), { maxBytes: MOST_BYTES })
  if (Result.isFailure(read)) return undefined
  const holder = decodeHolder(Buffer.from(read.success).toString('utf8'))
  if (Result.isFailure(holder)) return undefined
  const { pid } = holder.success
  return pid > 0 && isAlive(pid) ? holder.success : undefined
}
