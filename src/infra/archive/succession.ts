// Putting the next log in the place of the one that was archived. The pin decides which of the two is in
// use: before it is changed the old one is, whatever lies about; from then on the new one is, and
// whoever opens the log first finishes what was cut short.
//
//   record ─▶ pin ─▶ CURRENT aside ─▶ old folder to the archive ─▶ CURRENT back ─▶ next folder in place ─▶ record gone
//          A      B                C                             D              E                      F
//
// A: the old log is in use; the record and the next log are waste, which the next archiving removes.
// B to F: the new one is in use. Each step can be done again, and by two at once: a folder is moved only
// where none is yet, and CURRENT is put aside under the store's own lock, so that nobody opens the old
// log any more who read the old pin just before.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { decodeEntry } from '../../domain/event/envelope.ts'
import { atomicWrite, syncDirectory } from '../files/atomicWrite.ts'
import { errnoOf, failureOf, type FileFailure, shown } from '../files/failure.ts'
import { readIfThere, readRecord } from '../files/readOwnFile.ts'
import { Pin, readPin } from '../keys/identity.ts'
import type { AppPaths } from '../paths.ts'
import { readCheckpoint } from '../store/checkpointNote.ts'
import type { StoreFailure } from '../store/errors.ts'
import { entryKey } from '../store/keys.ts'
import { openStoreDb } from '../store/storeDb.ts'
import { storeFailure } from '../store/storeFailure.ts'
import {
  archivedNote,
  archivedPin,
  archivedStore,
  archiveDir,
  nextWitnessDir,
  successionFile,
} from './archivePlaces.ts'

export const Succession = Schema.Struct({
  format: Schema.Literal(1),
  /** The log that is archived, and the one that goes on. */
  from: Pin,
  to: Pin,
  /** The archived log's folder, absolute. */
  dir: Schema.String,
  /** The archived log's last checkpoint, and the first of the next. */
  closed: Schema.String,
  begun: Schema.String,
})
export type Succession = typeof Succession.Type

const MOST_BYTES = 65_536

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Succession))

export const readSuccession = (
  paths: Pick<AppPaths, 'dataDir'>,
): Result.Result<Succession | undefined, FileFailure> => {
  const file = successionFile(paths)
  return readRecord(file, { maxBytes: MOST_BYTES }, decode, {
    detail: 'does not hold what was written when the log was archived',
    remedy: `see which logs lie in ${shown(archiveDir(paths))}, then rm ${shown(file)}`,
  })
}

/** A point at which a test ends the program. */
export type At = (step: string) => void

type Places = Pick<AppPaths, 'dataDir' | 'witnessDir' | 'identityFile' | 'signedHeadFile'>

/**
 * Finishes a change of logs that the pin says was made. Nothing where none is under way. Fails with
 * StoreFailure `held` while another process has the old log open, for the moment.
 */
export const finishSuccession = Effect.fnUntraced(function* (
  paths: Places,
  at: At = () => {},
): Effect.fn.Return<void, FileFailure | StoreFailure> {
  const record = yield* Effect.fromResult(readSuccession(paths))
  if (record === undefined) return
  const pin = yield* Effect.fromResult(readPin(paths.identityFile))
  if (pin?.origin !== record.to.origin || pin.verifierKey !== record.to.verifierKey) return
  const { dir } = record
  const store = archivedStore(dir)
  yield* attempt(dir, 'make it', () => fs.mkdirSync(dir, { recursive: true, mode: 0o700 }))
  if (!(yield* attempt(store, 'look for it', () => fs.existsSync(store)))) {
    yield* Effect.tryPromise({
      try: () => putAside(paths.witnessDir, record.from.origin),
      catch: (error) => storeFailure(paths.witnessDir, error),
    })
    at('aside')
    yield* moved(paths.witnessDir, store)
    at('moved')
  }
  yield* attempt(store, 'put its CURRENT back', () =>
    renameIfThere(asideOf(store), currentOf(store)),
  )
  at('back')
  yield* moved(nextWitnessDir(paths), paths.witnessDir)
  at('in place')
  yield* Effect.fromResult(
    atomicWrite(archivedPin(dir), `${JSON.stringify(record.from, null, 2)}\n`),
  )
  yield* Effect.fromResult(atomicWrite(archivedNote(dir), record.closed))
  // The note kept beside the pin is of the old log, or already a later one of the new.
  if (!isOf(paths.signedHeadFile, record.to))
    yield* Effect.fromResult(atomicWrite(paths.signedHeadFile, record.begun))
  at('noted')
  yield* attempt(successionFile(paths), 'remove it', () => {
    fs.rmSync(successionFile(paths), { force: true })
    syncDirectory(paths.dataDir)
  })
})

const attempt = <A>(of: string, doing: string, call: () => A): Effect.Effect<A, FileFailure> =>
  Effect.try({ try: call, catch: (error) => failureOf(of, doing, error) })

const isOf = (file: string, pin: Pin): boolean => {
  const read = readIfThere(file, { maxBytes: MOST_BYTES }, (bytes) => readCheckpoint(bytes, pin))
  return Result.isSuccess(read) && read.success !== undefined
}

const currentOf = (store: string): string => path.join(store, 'CURRENT')
const asideOf = (store: string): string => path.join(store, 'CURRENT.archived')

/**
 * LevelDB opens nothing without its CURRENT. It is put aside while the store's lock is held, and only of
 * the log that is to be archived: the folder may be the next one's already.
 */
const putAside = async (dir: string, origin: string): Promise<void> => {
  if (!fs.existsSync(currentOf(dir))) return
  const db = await openStoreDb(dir, { create: false })
  try {
    const bytes = db.get(entryKey(0))
    const entry = bytes === undefined ? undefined : Result.getOrUndefined(decodeEntry(bytes))
    if (entry?.event._tag === 'LogCreated' && entry.event.origin === origin) aside(dir)
  } finally {
    await db.close()
  }
}

/** For whoever has the store open, as it closes it for good. */
export const aside = (dir: string): void => renameIfThere(currentOf(dir), asideOf(dir))

const renameIfThere = (from: string, to: string): void => {
  try {
    fs.renameSync(from, to)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}

/** Moved by somebody else meanwhile is moved as well: the other place is then not empty. */
const moved = (from: string, to: string): Effect.Effect<void, FileFailure> =>
  attempt(from, `move it to ${to}`, () => {
    try {
      fs.renameSync(from, to)
    } catch (error) {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) throw error
      if (!fs.existsSync(to)) throw error
    }
    syncDirectory(path.dirname(from))
    syncDirectory(path.dirname(to))
  })
