// The witness over LevelDB: opens the log, keeps it folded, and closes it in order. Nothing reaches
// the store but through the one writer, and nothing opens that did not pass recover().
import * as Effect from 'effect/Effect'
import * as Layer from 'effect/Layer'
import * as Result from 'effect/Result'
import type * as Scope from 'effect/Scope'
import type { Entry } from '../../domain/event/envelope.ts'
import type { EventTag } from '../../domain/event/event.ts'
import type { Ed25519Signer } from '../crypto/nodeCrypto.ts'
import type { Pin } from '../keys/identity.ts'
import { anchorsTo } from './anchors.ts'
import { verifierKeyText } from './checkpointNote.ts'
import { type CheckpointEvery, checkpointTimer } from './checkpointTimer.ts'
import { StoreFailure, TamperFound } from './errors.ts'
import { removeHolder, writeHolder } from './holder.ts'
import { type LogReader, logReader } from './logReader.ts'
import { recover, type Recovered } from './recover.ts'
import type { Refolding } from './refolding.ts'
import type { Unusable } from './snapshots.ts'
import { openStoreDb, type StoreDb } from './storeDb.ts'
import { storeFailure } from './storeFailure.ts'
import { type Durability, WitnessLog } from './WitnessLog.ts'
import { LogWriter } from './writer.ts'

/** What happened beside the answers: for the operator's log and `status`. */
export type WitnessNotice =
  | { readonly _tag: 'AnchorFailed'; readonly detail: string }
  | { readonly _tag: 'CheckpointFailed'; readonly detail: string }
  | { readonly _tag: 'SnapshotFailed'; readonly detail: string }
  | { readonly _tag: 'HolderFailed'; readonly detail: string }
  /** A write failed; LevelDB was opened again (`renewed`) or will be tried again every second. */
  | { readonly _tag: 'StoreRenewal'; readonly renewed: boolean; readonly failure: StoreFailure }
  | {
      readonly _tag: 'SnapshotPassedOver'
      readonly projection: string
      readonly size: number
      readonly why: Unusable
    }
  | { readonly _tag: 'ListenerFailed'; readonly detail: string }
  /** Opening a long log takes a while: projections are folded from entry 0. */
  | ({ readonly _tag: 'Refolding' } & Refolding)

export interface ReadOptionsOfLog {
  /** LevelDB's own directory. */
  readonly dir: string
  /** Who the log must be: entry 0 is compared with it, and checkpoints verified by its key. */
  readonly identity: Pin
  /** Entries it is known to have held: a log of fewer is TamperFound, `size`. */
  readonly atLeast?: number
  readonly onNotice?: (notice: WitnessNotice) => void
  /** Opens the store; for tests that make it fail. */
  readonly openDb?: typeof openStoreDb
}

export interface WriteOptionsOfLog extends ReadOptionsOfLog {
  readonly writable: true
  /** Its public key must be that of the identity. */
  readonly signer: Ed25519Signer
  /** Asked for every batch, so that a change of the setting takes effect at the next one. */
  readonly durability: () => Durability
  readonly checkpointEvery: () => CheckpointEvery
  /** Epoch milliseconds, a safe integer. */
  readonly now: () => number
  /** Receives every checkpoint after it is stored. Its failure is a notice. */
  readonly anchor?: (note: string) => Promise<void>
  /** Entries between snapshot rounds. */
  readonly snapshotEvery?: number
}

/**
 * `writable: false` is for a process that finds no control plane running: append and checkpoint
 * refuse. (LevelDB itself still needs to write in its directory to open, and still takes its lock.)
 */
export type LevelWitnessOptions =
  WriteOptionsOfLog | (ReadOptionsOfLog & { readonly writable: false })

export type LevelWitness = WitnessLog['Service'] & LogReader

/**
 * Entries folded at open after a crash are at most about this many, ~15 µs each (bench/open.ts).
 * A round costs its states' bytes and one entry a projection.
 */
const SNAPSHOT_EVERY = 8192
/** Closing waits this long for the anchor. Milliseconds. */
const ANCHOR_GRACE_MS = 2000

/**
 * Opens the log in `dir`, which createLog made. On release: a snapshot round, a checkpoint, the
 * anchor, then the store is closed.
 *
 * Fails with StoreFailure (`held`: another process has it; `missing`: no log there; `corrupt`: LevelDB
 * cannot read its own files; …) or TamperFound (what is there is not the log the pin names, or not
 * what its own tree and checkpoint say).
 */
export const makeLevelWitness = (
  options: LevelWitnessOptions,
): Effect.Effect<LevelWitness, StoreFailure | TamperFound, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.tryPromise({
        try: () => open(options),
        catch: (error) => (error instanceof TamperFound ? error : storeFailure(options.dir, error)),
      }),
      ({ close }) => Effect.promise(close),
    ),
    ({ witness }) => witness,
  )

export const layerLevelWitness = (
  options: LevelWitnessOptions,
): Layer.Layer<WitnessLog, StoreFailure | TamperFound> =>
  Layer.effect(WitnessLog, makeLevelWitness(options))

/** Entries that the log writes about itself; nobody else's append may hold one. */
const OWN_EVENTS: ReadonlySet<EventTag> = new Set<EventTag>([
  'LogCreated',
  'StateCarried',
  'SnapshotTaken',
])

interface Opened {
  readonly witness: LevelWitness
  readonly close: () => Promise<void>
}

const open = async (options: LevelWitnessOptions): Promise<Opened> => {
  if (options.writable) checkSigner(options)
  const db = await (options.openDb ?? openStoreDb)(options.dir, { create: false })
  try {
    const recovered = await recover(db, options.identity, (refolding) =>
      options.onNotice?.({ _tag: 'Refolding', ...refolding }),
    )
    checkSize(recovered.head.frontier.size, options.atLeast ?? 0)
    for (const passed of recovered.passedOver)
      options.onNotice?.({ _tag: 'SnapshotPassedOver', ...passed })
    return options.writable
      ? openWritable(options, db, recovered)
      : openReadOnly(options, db, recovered)
  } catch (error) {
    await db.close()
    throw error
  }
}

const checkSigner = ({ identity, signer }: WriteOptionsOfLog): void => {
  const key = verifierKeyText(identity.origin, signer.publicKey)
  if (Result.isFailure(key) || key.success !== identity.verifierKey)
    throw new TamperFound({
      where: 'identity',
      detail: "the signing key is not the pinned log's",
    })
}

/** Before anything is written: closing signs what is there. */
const checkSize = (size: number, atLeast: number): void => {
  if (size < atLeast)
    throw new TamperFound({
      where: 'size',
      detail: `it holds ${size} entries, and ${atLeast} were signed here: the later ones were lost, or an older log was put in its place`,
    })
}

const openWritable = (options: WriteOptionsOfLog, db: StoreDb, recovered: Recovered): Opened => {
  const notice = (one: WitnessNotice): void => options.onNotice?.(one)
  const listeners = new Set<(entry: Entry) => void>()
  const anchors = anchorsTo(options.anchor, (_, error) =>
    notice({ _tag: 'AnchorFailed', detail: String(error) }),
  )
  const timer = checkpointTimer(options.checkpointEvery, () => void checkpointQuietly())
  const writer = new LogWriter(
    {
      db,
      signer: options.signer,
      origin: options.identity.origin,
      durability: options.durability,
      now: options.now,
      snapshotEvery: options.snapshotEvery ?? SNAPSHOT_EVERY,
      onCommit: (entries) => {
        timer.touched()
        for (const entry of entries)
          for (const listener of listeners) {
            try {
              listener(entry)
            } catch (error) {
              notice({ _tag: 'ListenerFailed', detail: String(error) })
            }
          }
      },
      onCheckpoint: (note) => {
        timer.covered()
        anchors.send(note)
      },
      onRenewal: (failure, renewed) => notice({ _tag: 'StoreRenewal', renewed, failure }),
    },
    recovered,
  )
  const checkpointQuietly = (): Promise<unknown> =>
    writer
      .checkpoint()
      .catch((error: unknown) => notice({ _tag: 'CheckpointFailed', detail: String(error) }))

  if (recovered.head.checkpoints.last !== recovered.head.frontier.size) timer.touched()
  const held = writeHolder(options.dir, options.now())
  if (Result.isFailure(held)) notice({ _tag: 'HolderFailed', detail: held.failure.detail })

  let closed = false
  const closedFailure = () =>
    new StoreFailure({ reason: 'io', path: options.dir, detail: 'the log is closed' })
  return {
    witness: {
      ...logReader(db, options.identity, {
        head: () => writer.head,
        states: () => writer.states,
        note: () => writer.note,
      }),
      append: (drafts, durable) => {
        if (closed) return Promise.reject(closedFailure())
        const own = drafts.find(({ event }) => OWN_EVENTS.has(event._tag))
        return own === undefined
          ? writer.append(drafts, durable ?? false)
          : Promise.reject(new TypeError(`${own.event._tag} is the log's own entry`))
      },
      subscribe: (listener) => {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      checkpoint: Effect.tryPromise({
        try: () => (closed ? Promise.reject(closedFailure()) : writer.checkpoint()),
        catch: (error) => storeFailure(options.dir, error),
      }),
    },
    close: async () => {
      closed = true
      timer.stop()
      await writer
        .snapshot()
        .catch((error: unknown) => notice({ _tag: 'SnapshotFailed', detail: String(error) }))
      await checkpointQuietly()
      await writer.drained()
      await anchors.finish(ANCHOR_GRACE_MS)
      removeHolder(options.dir)
      await db.close()
    },
  }
}

const openReadOnly = (options: ReadOptionsOfLog, db: StoreDb, recovered: Recovered): Opened => {
  const refused = () =>
    new StoreFailure({
      reason: 'read-only',
      path: options.dir,
      detail: 'the log was opened for reading only',
    })
  return {
    witness: {
      ...logReader(db, options.identity, {
        head: () => recovered.head,
        states: () => recovered.states,
        note: () => recovered.checkpoint,
      }),
      append: () => Promise.reject(refused()),
      subscribe: () => () => undefined,
      checkpoint: Effect.suspend(() => Effect.fail(refused())),
    },
    close: () => db.close(),
  }
}
