// Destroying the payload keys of sessions that have been silent for long: what was sealed under them
// stays closed for ever, and the log stays whole.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { decodeEntry } from '../../domain/event/envelope.ts'
import type { Sessions } from '../../projections/sessions.ts'
import { syncDirectory } from '../files/atomicWrite.ts'
import { failureOf, type FileFailure } from '../files/failure.ts'
import type { StoreFailure } from '../store/errors.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import { destroyFile } from './destroy.ts'
import { sessionDigest } from './sessionKeyFiles.ts'
import type { SessionKeys } from './sessionKeys.ts'

export interface PayloadKeysOptions {
  readonly keysDir: string
  readonly log: Pick<WitnessLog['Service'], 'entry' | 'projected'>
  readonly keys: Pick<SessionKeys['Service'], 'forget'>
  /** Sessions silent since before this go. Epoch milliseconds. */
  readonly before: number
  readonly dryRun: boolean
}

/** How many were destroyed, or would be. */
export const collectPayloadKeys = Effect.fnUntraced(function* ({
  keysDir,
  log,
  keys,
  before,
  dryRun,
}: PayloadKeysOptions): Effect.fn.Return<number, StoreFailure | FileFailure> {
  const silent = new Map<string, number>()
  const known = knownIn(log.projected().sessions)
  for (const [digest, last] of known) {
    // One that spoke last in an archived log was heard of when that was archived, by entry 0.
    const entry = yield* log.entry(Math.max(0, last))
    const read = entry === undefined ? undefined : decodeEntry(entry.bytes)
    if (read !== undefined && Result.isSuccess(read) && read.success.time < before)
      silent.set(digest, last)
  }
  // Read a second time: a session that spoke up meanwhile keeps its key.
  const now = knownIn(log.projected().sessions)
  return yield* Effect.fromResult(
    Result.try({
      try: () => {
        const files = keyFilesIn(keysDir).filter(({ digest, file }) =>
          now.has(digest)
            ? silent.get(digest) === now.get(digest)
            : // Of one that the projection has dropped only the file's own time is known.
              (fs.lstatSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) < before,
        )
        if (dryRun || files.length === 0) return files.length
        for (const { file } of files) destroyFile(file)
        syncDirectory(keysDir)
        keys.forget()
        return files.length
      },
      catch: (error) => failureOf(keysDir, 'destroy a key in it', error),
    }),
  )
})

const knownIn = ({ known }: Sessions): ReadonlyMap<string, number> =>
  new Map(Object.entries(known).map(([key, { last }]) => [sessionDigest(key.slice(1)), last]))

/** The key of payloads that belong to no session serves whoever comes next: it stays. */
const keyFilesIn = (keysDir: string) => {
  const ofNone = sessionDigest(null)
  return fs.readdirSync(keysDir).flatMap((name) => {
    const [, digest] = /^([0-9a-f]{64})\.key$/.exec(name) ?? []
    return digest === undefined || digest === ofNone
      ? []
      : [{ digest, file: path.join(keysDir, name) }]
  })
}
