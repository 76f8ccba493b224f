// Verifies a store from its bytes alone: entries, nodes, head, checkpoints, snapshots. It shares no
// state with the log that may be running on the same store, and changes nothing.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { equalBytes, toHex } from '../../domain/bytes.ts'
import type { Verification } from '../../domain/control/methods.ts'
import { decodeEntry } from '../../domain/event/envelope.ts'
import type { ParentLog } from '../../domain/event/event.ts'
import type { Pin } from '../keys/identity.ts'
import { readCheckpoint, type SignedHead } from './checkpointNote.ts'
import { StoreFailure, TamperFound } from './errors.ts'
import { decodeHead, type HeadRecord } from './head.ts'
import { entryKey, HEAD_KEY, rangeOf } from './keys.ts'
import { openStoreDb, type StoreDb, type StoreReader } from './storeDb.ts'
import { storeFailure } from './storeFailure.ts'
import { readCheckpoints } from './verifyCheckpoints.ts'
import { checkHead, passOverEntries } from './verifyEntries.ts'

export interface VerifyOptions {
  /** The pinned identity. Without it, entry 0 is believed: then any log that fits together passes. */
  readonly identity?: Pin
  /** A signed checkpoint from outside: of this size, an earlier one, or (found) a later one. */
  readonly against?: string
  readonly onProgress?: (done: number, total: number) => void
  /** Gives up, with the signal's reason. */
  readonly signal?: AbortSignal
}

export interface StoreVerification extends Verification {
  /** Loosenings without a valid signature; the fold ignored them, so they are no tampering. */
  readonly unsigned: number
}

/**
 * Verifies the store as it is when this is called. What is bad is in the report, not a failure;
 * rejects with StoreFailure when there is no log (`missing`) or the system does not let it be read.
 */
export const verifyStore = async (
  db: Pick<StoreDb, 'view' | 'path'>,
  options: VerifyOptions = {},
): Promise<StoreVerification> => {
  const start = performance.now()
  const view = db.view()
  const found = nothing()
  try {
    const anchored = await examine(view, db.path, options, found)
    return report(found, anchored ? 'anchored' : 'unanchored', undefined, start)
  } catch (error) {
    if (error instanceof TamperFound) return report(found, 'bad', error, start)
    const failure = storeFailure(db.path, error)
    if (failure.reason !== 'corrupt') throw failure
    return report(found, 'bad', unreadable(failure.detail), start)
  } finally {
    await view.close()
  }
}

/**
 * Verifies a store that nobody has open, also one that makeLevelWitness refuses as tampered with. A
 * store whose own files LevelDB cannot read is bad; other StoreFailures are failures here too.
 */
export const verifyDirectory = (
  dir: string,
  options: VerifyOptions = {},
): Effect.Effect<StoreVerification, StoreFailure> =>
  Effect.acquireUseRelease(
    Effect.tryPromise({
      try: () => openStoreDb(dir, { create: false }),
      catch: (error) => storeFailure(dir, error),
    }),
    (db) =>
      Effect.tryPromise({
        try: (signal) => verifyStore(db, { ...options, signal }),
        catch: (error) => storeFailure(dir, error),
      }),
    (db) => Effect.promise(() => db.close()),
  ).pipe(
    Effect.catchIf(
      ({ reason }) => reason === 'corrupt',
      ({ detail }) =>
        Effect.sync(() => report(nothing(), 'bad', unreadable(detail), performance.now())),
    ),
  )

type Found = {
  -readonly [
    K in 'size' | 'root' | 'origin' | 'checkpoints' | 'snapshots' | 'unsigned'
  ]: StoreVerification[K]
} & { parent?: ParentLog; successor?: string }

const nothing = (): Found => ({
  size: 0,
  root: '',
  origin: '',
  checkpoints: 0,
  snapshots: 0,
  unsigned: 0,
})

/** LevelDB cannot read its own files: what was in them is gone, whoever did it. */
const unreadable = (detail: string): TamperFound =>
  new TamperFound({ where: 'entry', detail: `the store's own files cannot be read: ${detail}` })

const report = (
  found: Found,
  verdict: Verification['verdict'],
  problem: TamperFound | undefined,
  start: number,
): StoreVerification => ({
  ...found,
  verdict,
  badIndex: problem?.index ?? null,
  problem: problem === undefined ? null : `${problem.where}: ${problem.detail}`,
  tookMs: Math.round(performance.now() - start),
})

/** True when a checkpoint from outside was compared and holds. Rejects with TamperFound. */
const examine = async (
  db: StoreReader,
  path: string,
  { identity: pin, against, onProgress, signal }: VerifyOptions,
  found: Found,
): Promise<boolean> => {
  const head = await readOnlyHead(db, path)
  const { size } = head.frontier
  found.size = size
  found.root = toHex(head.root)
  const identity = pin ?? ownIdentity(db)
  found.origin = identity.origin
  const checkpoints = await readCheckpoints(db, head, identity)
  found.checkpoints = checkpoints.signed.length
  const outside = against === undefined ? undefined : readCheckpoint(against, identity)
  const outsideSize = outside !== undefined && Result.isSuccess(outside) ? outside.success.size : 0

  // The pass comes before what is known by now to be bad, because it names the first bad entry.
  const pass = await passOverEntries(db, {
    head,
    identity: pin,
    sizes: [...checkpoints.signed.map((one) => one.size), outsideSize],
    onProgress: (done) => onProgress?.(done, size),
    signal,
  })
  found.unsigned = pass.unsigned
  if (pass.parent !== undefined) found.parent = pass.parent
  if (pass.successor !== undefined) found.successor = pass.successor
  found.snapshots = pass.snapshots.refolded()
  checkHead(head, pass.frontier)
  if (checkpoints.problem !== undefined) throw checkpoints.problem
  let good = 0
  for (const checkpoint of checkpoints.signed) {
    if (!equalBytes(pass.roots.get(checkpoint.size)!, checkpoint.root))
      throw new TamperFound({
        where: 'checkpoint',
        detail: `the log is not the one signed at size ${checkpoint.size}: something from entry ${good} to ${checkpoint.size - 1} was changed, and the tree with it`,
      })
    good = checkpoint.size
  }
  await pass.snapshots.stored(db)
  if (outside === undefined) return false
  if (Result.isFailure(outside))
    throw new TamperFound({
      where: 'checkpoint',
      detail: `the checkpoint to compare with is not one of this log: ${outside.failure}`,
    })
  compareOutside(outside.success, size, pass.roots)
  // A checkpoint of the empty tree holds for every log, and anchors none.
  return outside.success.size > 0
}

const compareOutside = (
  outside: SignedHead,
  size: number,
  roots: ReadonlyMap<number, Uint8Array>,
): void => {
  if (outside.size > size)
    throw new TamperFound({
      index: size,
      where: 'checkpoint',
      detail: `the log was rolled back: the checkpoint to compare with covers ${outside.size} entries, the log has ${size}`,
    })
  const root = roots.get(outside.size)
  if (root === undefined ? outside.size > 0 : !equalBytes(root, outside.root))
    throw new TamperFound({
      where: 'checkpoint',
      detail: `the log was rewritten: its first ${outside.size} entries are not those the checkpoint to compare with covers`,
    })
}

/** The head record, which must be the only key under its prefix. */
const readOnlyHead = async (db: StoreReader, path: string): Promise<HeadRecord> => {
  const cursor = db.cursor(rangeOf('head'))
  const pairs = await cursor.next(2).finally(() => cursor.close())
  const bytes = db.get(HEAD_KEY)
  if (pairs.length > 1 || (pairs.length === 1 && bytes === undefined))
    throw new TamperFound({ where: 'head', detail: 'there is more than one head record' })
  if (bytes === undefined) {
    if (db.get(entryKey(0)) === undefined && !(await anythingElse(db)))
      throw new StoreFailure({ reason: 'missing', path, detail: 'the store holds no log' })
    throw new TamperFound({ where: 'head', detail: 'the head record is missing' })
  }
  const head = decodeHead(bytes)
  if (head === undefined || head.frontier.size === 0)
    throw new TamperFound({ where: 'head', detail: 'the head record is damaged' })
  return head
}

const anythingElse = async (db: StoreReader): Promise<boolean> => {
  for (const prefix of ['entry', 'node', 'checkpoint', 'snapshot'] as const) {
    const cursor = db.cursor({ ...rangeOf(prefix), values: false })
    const pairs = await cursor.next(1).finally(() => cursor.close())
    if (pairs.length > 0) return true
  }
  return false
}

const ownIdentity = (db: StoreReader): Pin => {
  const bytes = db.get(entryKey(0))
  const entry = bytes === undefined ? undefined : decodeEntry(bytes)
  const event = entry !== undefined && Result.isSuccess(entry) ? entry.success.event : undefined
  if (event?._tag !== 'LogCreated')
    throw new TamperFound({ index: 0, where: 'identity', detail: 'entry 0 does not name the log' })
  return event
}
