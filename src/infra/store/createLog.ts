// Makes a log: entry 0, which says who it is. The only code that may make a store where none is;
// opening never does, so that a log that was deleted is missed and not quietly begun again.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { type Draft, EntryTooLarge } from '../../domain/event/envelope.ts'
import { LogCreated, type ParentLog } from '../../domain/event/event.ts'
import type { Ed25519Signer } from '../crypto/nodeCrypto.ts'
import { type Pin, pinOf } from '../keys/identity.ts'
import { verifierKeyText } from './checkpointNote.ts'
import type { StoreFailure } from './errors.ts'
import { initialStates } from './fold.ts'
import { EMPTY_HEAD } from './head.ts'
import { HEAD_KEY } from './keys.ts'
import { openStoreDb, type StoreDb } from './storeDb.ts'
import { storeFailure } from './storeFailure.ts'
import { LogWriter } from './writer.ts'

export interface CreateLogOptions {
  /** LevelDB's own directory; made (0700) with those above it where absent. */
  readonly dir: string
  readonly signer: Ed25519Signer
  /** Name of the log and of its key: no spaces, no plus, no control characters. */
  readonly origin: string
  /** Ed25519 public key (base64) that loosenings must be signed with; null at level `open`. */
  readonly authority: string | null
  /** Version of this program. */
  readonly engine: string
  /** The log that it goes on from. */
  readonly parent?: ParentLog
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly openDb?: typeof openStoreDb
}

/**
 * Writes entry 0, durably, and returns the identity to pin. A log that is there already is left as
 * it is: `created` is false, and nothing is said about who it is (makeLevelWitness compares that).
 * A crash before the entry leaves an empty store, which the next call goes on with.
 */
export const createLog = (
  options: CreateLogOptions,
): Effect.Effect<{ readonly created: boolean; readonly identity: Pin }, StoreFailure> =>
  Effect.tryPromise({
    try: () => create(options),
    catch: (error) => storeFailure(options.dir, error),
  })

const create = async (
  options: CreateLogOptions,
): Promise<{ readonly created: boolean; readonly identity: Pin }> => {
  const event = createdBy(options)
  const db = await (options.openDb ?? openStoreDb)(options.dir, { create: true })
  try {
    const created = db.get(HEAD_KEY) === undefined && (await isEmpty(db))
    if (created) {
      const writer = firstWriter(db, options)
      await writer.append([{ session: null, event }], true)
      await writer.drained()
    }
    return { created, identity: pinOf(event) }
  } finally {
    await db.close()
  }
}

/**
 * A log that goes on from its parent: entry 0, then what is carried over in the batches given, and a
 * checkpoint of all that. `dir` must hold nothing; a crash leaves a part of it there, which is of no log
 * that anything names. Returns the checkpoint's note.
 */
export const createSuccessor = (
  options: CreateLogOptions & { readonly parent: ParentLog },
  batches: Iterable<ReadonlyArray<Draft>> | AsyncIterable<ReadonlyArray<Draft>>,
): Effect.Effect<string, StoreFailure | EntryTooLarge> =>
  Effect.tryPromise({
    try: async () => {
      const event = createdBy(options)
      const db = await (options.openDb ?? openStoreDb)(options.dir, { create: true })
      try {
        const writer = firstWriter(db, options)
        await writer.append([{ session: null, event }], false)
        for await (const drafts of batches) await writer.append(drafts, false)
        const note = await writer.checkpoint()
        await writer.drained()
        return note
      } finally {
        await db.close()
      }
    },
    catch: (error) => (error instanceof EntryTooLarge ? error : storeFailure(options.dir, error)),
  })

const createdBy = ({ origin, authority, engine, signer, parent }: CreateLogOptions): LogCreated => {
  const verifierKey = verifierKeyText(origin, signer.publicKey)
  if (Result.isFailure(verifierKey)) throw new TypeError(verifierKey.failure)
  return new LogCreated({
    origin,
    verifierKey: verifierKey.success,
    authority,
    engine,
    ...(parent === undefined ? {} : { parent }),
  })
}

const isEmpty = async (db: StoreDb): Promise<boolean> => {
  const cursor = db.cursor({ gte: Uint8Array.of(0), lt: Uint8Array.of(0xff), values: false })
  return (await cursor.next(1).finally(() => cursor.close())).length === 0
}

const firstWriter = (db: StoreDb, { signer, origin, now }: CreateLogOptions): LogWriter => {
  const ignored = (): void => undefined
  return new LogWriter(
    {
      db,
      signer,
      origin,
      durability: () => 'fsync',
      now,
      snapshotEvery: Number.POSITIVE_INFINITY,
      onCommit: ignored,
      onCheckpoint: ignored,
      onRenewal: ignored,
    },
    {
      head: EMPTY_HEAD,
      states: initialStates(),
      snapshots: new Map(),
      snapshotAt: 0,
      checkpoint: undefined,
    },
  )
}
