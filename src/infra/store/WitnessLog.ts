// The witness as the rest of the program sees it: one writer's append-only Merkle log with its
// projections. Its layer over LevelDB is in levelWitness.ts.
import * as Context from 'effect/Context'
import type * as Effect from 'effect/Effect'
import type { Draft, Entry } from '../../domain/event/envelope.ts'
import type { Projections } from '../../projections/all.ts'
import type { StoreFailure, TamperFound } from './errors.ts'

export interface TreeHead {
  readonly size: number
  /** RFC 6962 root, 32 bytes. */
  readonly root: Uint8Array
}

export interface Committed {
  /** Index of the first entry of this append; the rest follow it without a gap. */
  readonly first: number
  readonly size: number
}

/** An entry with the very bytes that were hashed. */
export interface StoredEntry {
  readonly index: number
  readonly bytes: Uint8Array
}

export type Durability = 'os' | 'fsync'

export class WitnessLog extends Context.Service<
  WitnessLog,
  {
    /** Committed head: never ahead of the projections. */
    readonly head: () => TreeHead
    /** States of all projections after exactly head().size entries. Read only, do not keep. */
    readonly projected: () => Projections
    /**
     * Appends drafts together, atomically and without others between them, then folds them. Hot
     * path, so a promise and no Effect: it rejects with StoreFailure or EntryTooLarge. Then nothing
     * was acknowledged; after a StoreFailure the batch may yet be found to have landed, whole. `durable` waits for fsync whatever the log's durability is.
     */
    readonly append: (drafts: ReadonlyArray<Draft>, durable?: boolean) => Promise<Committed>
    /** Calls back for every entry once it is committed and folded, in order. Returns the undo. */
    readonly subscribe: (listener: (entry: Entry) => void) => () => void
    /** Entries from..to (exclusive), in order or newest first, in slices that yield to the loop. */
    readonly scan: (range: {
      readonly from?: number
      readonly to?: number
      readonly reverse?: boolean
    }) => AsyncIterable<ReadonlyArray<StoredEntry>>
    readonly entry: (index: number) => Effect.Effect<StoredEntry | undefined, StoreFailure>
    /** Signed note of the head, after everything up to it was fsynced; stored and sent to anchors. */
    readonly checkpoint: Effect.Effect<string, StoreFailure>
    readonly lastCheckpoint: () => string | undefined
    /** Inclusion proof of one entry in the tree of `size` entries. */
    readonly inclusion: (
      index: number,
      size: number,
    ) => Effect.Effect<ReadonlyArray<Uint8Array>, StoreFailure | TamperFound>
  }
>()('isonapse/infra/store/WitnessLog') {}
