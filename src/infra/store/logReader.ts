// The half of the witness that reads: what both the writer's process and a read-only one offer.
import * as Effect from 'effect/Effect'
import type { Pin } from '../keys/identity.ts'
import { type StoreFailure, TamperFound } from './errors.ts'
import { type Exported, type ExportRefused, exportTiles } from './exportTiles.ts'
import type { States } from './fold.ts'
import type { HeadRecord } from './head.ts'
import { inclusionIn } from './inclusion.ts'
import { entryKey } from './keys.ts'
import { scanEntries } from './scan.ts'
import type { StoreDb } from './storeDb.ts'
import { storeFailure } from './storeFailure.ts'
import { type StoreVerification, verifyStore, type VerifyOptions } from './verifyStore.ts'
import type { WitnessLog } from './WitnessLog.ts'

/** The log as it is in memory; asked at every call. */
export interface LogState {
  readonly head: () => HeadRecord
  readonly states: () => States
  /** Note of the last checkpoint. */
  readonly note: () => string | undefined
}

type Service = WitnessLog['Service']

export interface LogReader extends Pick<
  Service,
  'head' | 'projected' | 'scan' | 'entry' | 'lastCheckpoint' | 'inclusion'
> {
  /** Verifies the store's bytes as they are now, while appends go on. */
  readonly verify: (
    options?: Pick<VerifyOptions, 'against' | 'onProgress'>,
  ) => Effect.Effect<StoreVerification, StoreFailure>
  /** Writes the log up to its last checkpoint as C2SP tlog-tiles into an absolute directory. */
  readonly exportTo: (
    dir: string,
    onProgress?: (done: number, total: number) => void,
  ) => Effect.Effect<Exported, ExportRefused | TamperFound | StoreFailure>
}

export const logReader = (db: StoreDb, identity: Pin, state: LogState): LogReader => {
  const attempt = <A>(run: () => A): Effect.Effect<A, StoreFailure> =>
    Effect.try({ try: run, catch: (error) => storeFailure(db.path, error) })

  return {
    head: () => {
      const { frontier, root } = state.head()
      return { size: frontier.size, root: new Uint8Array(root) }
    },
    projected: () => state.states(),
    scan: (range) => scanEntries(db, state.head().frontier.size, range),
    entry: (index) =>
      attempt(() => {
        // Beyond the head there is nothing, also while a batch is on its way to the store.
        if (!Number.isSafeInteger(index) || index < 0 || index >= state.head().frontier.size)
          return undefined
        const bytes = db.get(entryKey(index))
        return bytes === undefined ? undefined : { index, bytes }
      }),
    lastCheckpoint: () => state.note(),
    inclusion: (index, size) =>
      Effect.suspend(() => {
        const held = state.head().frontier.size
        const asked = [index, size].every(Number.isSafeInteger)
        // The caller's defect: both come from the log itself.
        if (!asked || index < 0 || index >= size || size > held)
          return Effect.die(new RangeError(`no proof of entry ${index} in a tree of ${size}`))
        return Effect.try({
          try: () => inclusionIn(db, index, size),
          catch: (error) => (error instanceof TamperFound ? error : storeFailure(db.path, error)),
        })
      }),
    verify: (options = {}) =>
      Effect.tryPromise({
        try: (signal) => verifyStore(db, { ...options, identity, signal }),
        catch: (error) => storeFailure(db.path, error),
      }),
    exportTo: (dir, onProgress) =>
      Effect.acquireUseRelease(
        attempt(() => db.view()),
        (view) =>
          exportTiles(view, {
            dir,
            identity,
            checkpoint: state.note() ?? '',
            ...(onProgress === undefined ? {} : { onProgress }),
          }),
        (view) => Effect.promise(() => view.close()),
      ),
  }
}
