// The vault over the log: sessions' rows in memory, bounded, filled from the log and kept in step with
// what is committed. What is destroyed is in collect.ts.
import * as Result from 'effect/Result'
import type { Entry } from '../../domain/event/envelope.ts'
import { isToken } from '../../domain/vault/row.ts'
import { vaultSession } from '../../projections/vault.ts'
import type { FileFailure } from '../files/failure.ts'
import {
  obtainVaultKey,
  readVaultKey,
  sweepVaultKeys,
  vaultKeyNames,
} from '../keys/vaultKeyFiles.ts'
import { sessionDigest } from '../keys/sessionKeyFiles.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import { type Collected, type CollectOptions, collectVault, destroyStale } from './collect.ts'
import { sessionOfToken, vaultEntries } from './readRows.ts'
import { type RowKeys, rowKeysOf } from './rowKeys.ts'
import { SessionRows } from './sessionRows.ts'
import type { Value, Vault } from './Vault.ts'

export interface VaultOptions {
  readonly log: Pick<
    WitnessLog['Service'],
    'append' | 'checkpoint' | 'head' | 'projected' | 'scan' | 'subscribe'
  >
  readonly keysDir: string
  /** 32 bytes. */
  readonly masterKey: Uint8Array
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly random: (count: number) => Uint8Array
}

export interface OpenVault extends Vault {
  /** The session that a token is of, as far as the log says. Rejects with StoreFailure. */
  readonly sessionOf: (token: string) => Promise<string | undefined>
  /** All values of a session that open, with their tokens. Rejects with StoreFailure. */
  readonly valuesOf: (session: string) => Promise<Iterable<Value & { readonly token: string }>>
  /**
   * Gives up the rows last used before a time, and destroys the keys that they were sealed under. See
   * collect.ts. Rejects with StoreFailure; what fails of one session is told and stops no other.
   */
  readonly collect: (options: CollectOptions) => Promise<Collected>
  /** Finishes what a crash cut short: at the start, before anything is sealed. */
  readonly sweep: () => Result.Result<number, FileFailure>
}

/** Sessions whose rows stay in memory, and rows of all of them together. */
export const MOST_HELD = 64
export const MOST_HELD_ROWS = 262_144

export const makeVault = (options: VaultOptions): OpenVault => {
  const { log, keysDir, masterKey, now, random } = options
  /** Those used last, the oldest first. */
  const held = new Map<string, SessionRows>()
  /**
   * All that anybody still has: a session must not be read a second time beside rows that are being
   * given out, or one value would get two tokens.
   */
  const alive = new Map<string, WeakRef<SessionRows>>()
  const gone = new FinalizationRegistry<string>((session) => {
    if (alive.get(session)?.deref() === undefined) alive.delete(session)
  })
  const loading = new Map<string, Promise<SessionRows>>()

  const rowsInMemory = (session: string): SessionRows | undefined =>
    held.get(session) ?? alive.get(session)?.deref()

  log.subscribe((entry: Entry) => {
    if (entry.session !== null) rowsInMemory(entry.session)?.take(entry)
  })

  const keysOf = (session: string) => ({
    obtain: (generation: number): RowKeys =>
      rowKeysOf(
        session,
        generation,
        Result.getOrThrow(obtainVaultKey(keysDir, masterKey, session, generation)),
      ),
    existing: (generation: number): RowKeys | undefined => {
      const key = Result.getOrThrow(readVaultKey(keysDir, masterKey, session, generation))
      return key === 'no-key' ? undefined : rowKeysOf(session, generation, key)
    },
  })

  /** Where a session's rows are in the log; all of it for one that the projection has dropped. */
  const placeOf = (session: string) => {
    const state = log.projected().vault
    const known = vaultSession(state, session)
    const { size } = log.head()
    if (known !== undefined && known.generation >= 0)
      return {
        generation: known.generation,
        astray: false,
        range: known.first === -1 ? undefined : { from: known.first, to: size },
      }
    // A session without a key has sealed nothing, or nothing that opens: no need to look for it.
    const astray = state.dropped && Result.getOrElse(hasKey(session), () => true)
    return { generation: 0, astray, range: astray ? { from: 0, to: size } : undefined }
  }

  const hasKey = (session: string) =>
    Result.map(vaultKeyNames(keysDir), (names) => {
      const digest = sessionDigest(session)
      return names.some((one) => one.digest === digest)
    })

  const load = async (session: string): Promise<SessionRows> => {
    const { generation, astray, range } = placeOf(session)
    const rows = new SessionRows({ generation, keys: keysOf(session), now, random })
    // Before the first wait: what is committed while the log is read is not missed.
    const ref = new WeakRef(rows)
    alive.set(session, ref)
    gone.register(rows, session)
    try {
      if (range !== undefined)
        for await (const entry of vaultEntries(log, session, range)) rows.take(entry)
    } catch (error) {
      if (alive.get(session) === ref) alive.delete(session)
      throw error
    }
    if (astray) rows.goAstray()
    return rows
  }

  const rowsOf = (session: string): Promise<SessionRows> => {
    const underWay = loading.get(session)
    if (underWay !== undefined) return underWay
    const known = rowsInMemory(session)
    if (known !== undefined) return Promise.resolve(known)
    const loaded = load(session).finally(() => loading.delete(session))
    loading.set(session, loaded)
    return loaded
  }

  const hold = (session: string, rows: SessionRows): void => {
    held.delete(session)
    held.set(session, rows)
    let all = 0
    for (const one of held.values()) all += one.size
    for (const [oldest, one] of held) {
      if (oldest === session || (held.size <= MOST_HELD && all <= MOST_HELD_ROWS)) return
      held.delete(oldest)
      all -= one.size
    }
  }

  const collecting = { last: Promise.resolve() as Promise<unknown> }
  const inMemory = (): ReadonlySet<string> => new Set([...held.keys(), ...alive.keys()])

  return {
    of: async (session) => {
      const rows = await rowsOf(session)
      hold(session, rows)
      return rows
    },
    sessionOf: async (token) => {
      if (!isToken(token)) return undefined
      for (const [session, rows] of held) if (rows.has(token)) return session
      return sessionOfToken(log, token, log.head().size)
    },
    valuesOf: async (session) => (await rowsOf(session)).values(),
    collect: (asked) => {
      // One at a time: two would each take the other's new key for one that was never used.
      const done = collecting.last.then(() => collectVault({ ...options, rowsOf, inMemory }, asked))
      collecting.last = done.catch(() => undefined)
      return done
    },
    sweep: () =>
      Result.flatMap(sweepVaultKeys(keysDir), () => destroyStale(keysDir, log.projected().vault)),
  }
}
