// Giving up rows of the vault for good. The log keeps what it holds, so what is destroyed is the key:
// a session whose old rows go gets another key, under which the rows that stay are sealed anew.
//
//   new key, on the disk ─▶ VaultCollected + rows sealed anew, durable ─▶ old keys overwritten, unlinked
//                        A                                             B
//
// A crash at A leaves a key of a generation that the log does not know: nothing in the log is sealed
// under it, and it is destroyed at the next start. A crash at B leaves keys of generations that the
// log has left: they are destroyed at the next start. Neither is used in between, as whoever seals
// goes by the generation that is in the log.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import { VaultCollected, VaultStored } from '../../domain/event/event.ts'
import { sliced } from '../../domain/vault/row.ts'
import { type VaultState, vaultSessions } from '../../projections/vault.ts'
import { failureOf, FileFailure } from '../files/failure.ts'
import { KeyFailure } from '../keys/keyFile.ts'
import { sessionDigest } from '../keys/sessionKeyFiles.ts'
import { destroyVaultKeys, vaultKeyNames } from '../keys/vaultKeyFiles.ts'
import { slices } from '../store/slices.ts'
import type { Ahead, Held, SessionRows } from './sessionRows.ts'
import type { VaultOptions } from './logVault.ts'

export interface CollectOptions {
  /** Rows last used before it are collected. Epoch milliseconds. */
  readonly before: number
  /** Only counts what would be. */
  readonly dryRun: boolean
  readonly onProgress?: (done: number, total: number) => void | Promise<void>
  /** Ends it between two sessions. */
  readonly signal?: AbortSignal
}

export interface Collected {
  readonly collected: number
  /** Rows that stay, in sessions of which some were collected or not. */
  readonly kept: number
  /** Sessions of which rows were collected. */
  readonly sessions: number
  /** Key files destroyed, those that a crash had left too. */
  readonly keys: number
  /** What could not be collected, and why. */
  readonly failed: ReadonlyArray<{
    readonly session: string
    readonly message: string
    readonly remedy: string
  }>
}

interface Collecting extends VaultOptions {
  readonly rowsOf: (session: string) => Promise<SessionRows>
  /** Sessions of which rows are in memory: the log may not have all of them yet. */
  readonly inMemory: () => ReadonlySet<string>
}

export const collectVault = async (
  vault: Collecting,
  options: CollectOptions,
): Promise<Collected> => {
  const { log, keysDir } = vault
  const { before, dryRun, onProgress, signal } = options
  // A batch that failed may yet be found on the store, its generation with it: after this it is known.
  if (!dryRun) await Effect.runPromise(log.checkpoint)
  const failed: Array<Collected['failed'][number]> = []
  let [collected, kept, sessions, keys] = [0, 0, 0, 0]
  const known = vaultSessions(log.projected().vault).flatMap(([session, { rows }]) =>
    rows > 0 ? [session] : [],
  )
  for (const [at, session] of known.entries()) {
    signal?.throwIfAborted()
    await onProgress?.(at, known.length)
    const rows = await vault.rowsOf(session)
    const aged = rows.aged(before)
    if (aged.old.length === 0 || dryRun) {
      kept += aged.kept.length
      collected += aged.old.length
      if (aged.old.length > 0) sessions += 1
      continue
    }
    try {
      const done = await collectSession(vault, session, rows, before)
      collected += done.collected
      kept += done.kept
      if (done.collected > 0) sessions += 1
      keys += done.keys
    } catch (error) {
      if (!(error instanceof KeyFailure) && !(error instanceof FileFailure)) throw error
      failed.push({ session, message: error.message, remedy: error.remedy })
    }
  }
  const inMemory = vault.inMemory()
  const unknown = agedUnknown(keysDir, log.projected().vault, inMemory, before)
  if (dryRun) keys += Result.getOrThrow(unknown).length
  else {
    keys += Result.getOrThrow(destroyStale(keysDir, log.projected().vault))
    keys += Result.getOrThrow(destroyVaultKeys(keysDir, Result.getOrThrow(unknown)))
  }
  return { collected, kept, sessions, keys, failed }
}

const collectSession = async (
  { log, keysDir }: Collecting,
  session: string,
  rows: SessionRows,
  before: number,
): Promise<{ readonly collected: number; readonly kept: number; readonly keys: number }> => {
  const ahead = await sealedAhead(rows, rows.aged(before).kept)
  // From here to the append nothing is waited for: what a live event stores is queued behind it. Rows
  // that it gave out, or used, since they were sealed ahead are looked at again.
  const { old, kept } = rows.aged(before)
  if (old.length === 0) return { collected: 0, kept: kept.length, keys: 0 }
  const next = rows.prepare(kept, ahead)
  const { generation } = next
  const counts = { collected: old.length + kept.length - next.rows.length, kept: next.rows.length }
  const draft = (event: VaultCollected | VaultStored) => ({ session, event })
  const storing = sliced(next.rows).map((slice) => new VaultStored({ generation, rows: slice }))
  try {
    // A crash before this is crash A.
    await log.append([new VaultCollected({ generation, ...counts }), ...storing].map(draft), true)
  } catch (error) {
    rows.abandon()
    throw error
  }
  // A crash from here on is crash B. The rows in memory are those of the new generation already.
  let destroyed = 0
  try {
    const carried = rows.unstored()
    if (carried.length > 0) await log.append(carried.map(draft), true)
  } finally {
    // Whatever became of what was carried along: its event stores it again when it is met again.
    destroyed = Result.getOrThrow(destroyOlder(keysDir, session, generation))
  }
  return { ...counts, keys: destroyed }
}

/** In slices: very many rows must not hold up the gate. */
const sealedAhead = async (
  rows: SessionRows,
  kept: ReadonlyArray<Held>,
): Promise<Ahead | undefined> => {
  const breath = slices()
  const sealing = rows.ahead(kept)
  for (;;) {
    const turn = sealing.next()
    if (turn.done === true) return turn.value
    if (breath.spent()) await breath.rest()
  }
}

const destroyOlder = (
  keysDir: string,
  session: string,
  generation: number,
): Result.Result<number, FileFailure> =>
  Result.flatMap(vaultKeyNames(keysDir), (names) => {
    const digest = sessionDigest(session)
    const older = names.filter((one) => one.digest === digest && one.generation < generation)
    return destroyVaultKeys(
      keysDir,
      older.map(({ file }) => file),
    )
  })

/**
 * Destroys the keys of generations that the log has left, or has never come to (crashes B and A). Not
 * while a collection is under way, nor while it is in doubt what the store holds.
 */
export const destroyStale = (
  keysDir: string,
  state: VaultState,
): Result.Result<number, FileFailure> =>
  Result.flatMap(vaultKeyNames(keysDir), (names) => {
    const generations = new Map(
      vaultSessions(state).flatMap(([session, { generation }]) =>
        generation < 0 ? [] : [[sessionDigest(session), generation] as const],
      ),
    )
    const stale = names.filter(({ digest, generation }) => {
      const inForce = generations.get(digest)
      return inForce !== undefined && inForce !== generation
    })
    return destroyVaultKeys(
      keysDir,
      stale.map(({ file }) => file),
    )
  })

/** Keys of sessions that the projection has dropped: of them only the file's own time is known. */
const agedUnknown = (
  keysDir: string,
  state: VaultState,
  inMemory: ReadonlySet<string>,
  before: number,
): Result.Result<ReadonlyArray<string>, FileFailure> =>
  Result.flatMap(vaultKeyNames(keysDir), (names) => {
    const known = new Set(
      [...vaultSessions(state).map(([id]) => id), ...inMemory].map(sessionDigest),
    )
    return Result.try({
      try: () =>
        names
          .filter(({ digest }) => !known.has(digest))
          .filter(({ file }) => {
            const found = fs.lstatSync(file, { throwIfNoEntry: false })
            return found !== undefined && found.mtimeMs < before
          })
          .map(({ file }) => file),
      catch: (error) => failureOf(keysDir, 'look at the keys in it', error),
    })
  })
