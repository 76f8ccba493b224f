// The rows of one session's vault in memory: by token, by index, and by the values used last.
//
//   log ─ take() ─▶ rows ◀─ tokenise() ─ new rows, which are `stored` once take() has seen them
//
// There is one of these for a session at a time, so that a value has one token. Nothing in it waits:
// whoever collects the session changes it in one go, in take(), when the log says so.
import type { Entry } from '../../domain/event/envelope.ts'
import { type VaultRow, VaultStored, VaultUsed } from '../../domain/event/event.ts'
import {
  isToken,
  MOST_VALUE_BYTES,
  plaintextOf,
  sliced,
  slicedTokens,
} from '../../domain/vault/row.ts'
import { tokenOf, TOKEN_BYTES } from '../../domain/vault/token.ts'
import type { RowKeys } from './rowKeys.ts'
import { valueCache } from './valueCache.ts'
import type { SessionVault, Value } from './Vault.ts'

/** New rows at one event. */
export const MOST_NEW_ROWS = 4096
/** Rows of a session; beyond it a value gets a token without a row until some are collected. */
export const MOST_ROWS = 65_536
/** A use is noted when the last one noted is older. Milliseconds. */
export const USE_NOTED_EVERY = 86_400_000

const INDEX = /^[0-9a-f]{32}$/

export interface Held {
  row: VaultRow
  /** Whether the log has it, where the projection says that it is read from. */
  stored: boolean
  /** Epoch milliseconds: the last use that is in the log, and the last one of which we know. */
  used: number
  met: number
}

export interface SessionRowsOptions {
  readonly generation: number
  /** Both throw KeyFailure or FileFailure. `existing`: undefined where there is no key. */
  readonly keys: {
    readonly existing: (generation: number) => RowKeys | undefined
    readonly obtain: (generation: number) => RowKeys
  }
  readonly now: () => number
  readonly random: (count: number) => Uint8Array
}

/** A generation that is about to be: its rows, sealed under its key, which is on the disk. */
interface Next {
  readonly generation: number
  readonly keys: RowKeys | undefined
  readonly rows: ReadonlyArray<VaultRow>
}

export class SessionRows implements SessionVault {
  readonly #options: SessionRowsOptions
  readonly #byToken = new Map<string, Held>()
  readonly #byIndex = new Map<string, Held>()
  readonly #cache = valueCache<Held>()
  /** Stored rows that lie where nobody would look for them any more. */
  readonly #astray = new Set<Held>()
  #generation: number
  #keys: RowKeys | undefined
  #next: Next | undefined
  /** What was handed out while a collection is under way. */
  #touched: Set<Held> | undefined

  constructor(options: SessionRowsOptions) {
    this.#options = options
    this.#generation = options.generation
  }

  get generation(): number {
    return this.#generation
  }

  get size(): number {
    return this.#byToken.size
  }

  readonly has = (token: string): boolean => this.#byToken.has(token)

  readonly tokenise: SessionVault['tokenise'] = (values) => {
    const now = this.#options.now()
    const given = new Map<string, string>()
    const unstored = new Set<Held>()
    const used = new Set<string>()
    let cached = 0
    let unkept = 0
    let minted = 0
    const tokenFor = ({ type, value }: Value): string => {
      let held = this.#cache.get(type, value)
      if (held !== undefined) cached += 1
      else {
        held = this.#find(type, value)
        if (held === undefined && minted < MOST_NEW_ROWS) {
          held = this.#mint(type, value, now)
          if (held !== undefined) minted += 1
        }
        if (held === undefined) {
          unkept += 1
          return this.#freshToken()
        }
        this.#cache.set(type, value, held)
      }
      held.met = now
      this.#touched?.add(held)
      if (!held.stored) unstored.add(held)
      else if (now - held.used > USE_NOTED_EVERY) used.add(held.row.token)
      return held.row.token
    }
    const tokens = values.map((one) => {
      const key = `${one.type}\0${one.value}`
      const known = given.get(key)
      if (known !== undefined) return known
      const token = tokenFor(one)
      given.set(key, token)
      return token
    })
    if (values.length > 0) this.#gather(unstored)
    return {
      tokens,
      cached,
      unkept,
      events: [...this.#storing(unstored), ...usesOf(used)],
    }
  }

  readonly valueOf: SessionVault['valueOf'] = (token) => {
    const held = this.#byToken.get(token)
    if (held === undefined) return undefined
    const value = this.#opened(held.row)
    if (value === undefined) return undefined
    this.#touched?.add(held)
    return { type: held.row.type, value }
  }

  /** Applies an entry of this session, at loading and when it is committed; twice is as good as once. */
  readonly take = ({ event, time }: Entry): void => {
    switch (event._tag) {
      case 'VaultStored':
        // One that was on its way while the session was collected is of a destroyed key.
        if (event.generation === this.#generation)
          for (const row of event.rows) this.#takeRow(row, time)
        return
      case 'VaultUsed':
        for (const token of event.tokens) {
          const held = this.#byToken.get(token)
          if (held !== undefined) held.used = Math.max(held.used, time)
        }
        return
      case 'VaultCollected':
        if (event.generation > this.#generation) this.#turn(event.generation)
    }
  }

  /** Every row is to be stored anew: the projection no longer knows where they are. */
  readonly goAstray = (): void => {
    for (const held of this.#byToken.values()) {
      held.stored = false
      held.row = { ...held.row, used: held.used }
      this.#astray.add(held)
    }
  }

  /** Rows last used before a time, and the others. What is not in the log yet is in use now. */
  readonly aged = (
    before: number,
  ): { readonly old: ReadonlyArray<Held>; readonly kept: ReadonlyArray<Held> } => {
    const old: Array<Held> = []
    const kept: Array<Held> = []
    for (const held of this.#byToken.values())
      (held.stored && Math.max(held.used, held.met) < before ? old : kept).push(held)
    return { old, kept }
  };

  /** All that opens. */
  *values(): Generator<Value & { readonly token: string }> {
    for (const { row } of this.#byToken.values()) {
      const value = this.#opened(row)
      if (value !== undefined) yield { token: row.token, type: row.type, value }
    }
  }

  /**
   * Makes the next generation ready, with these rows sealed anew under its key, which it creates,
   * durably. They take effect when the log says that the session was collected. Rows that do not open
   * are left out.
   */
  readonly prepare = (kept: ReadonlyArray<Held>): Next => {
    const generation = this.#generation + 1
    const keys = kept.length === 0 ? undefined : this.#options.keys.obtain(generation)
    const rows = keys === undefined ? [] : this.#sealedAnew(kept, keys)
    this.#next = { generation, keys, rows }
    this.#touched = new Set()
    return this.#next
  }

  /** The log did not take it. */
  readonly abandon = (): void => {
    this.#next = undefined
    this.#touched = undefined
  }

  /** The rows that the log does not have, as events. */
  readonly unstored = (): ReadonlyArray<VaultStored> =>
    this.#storing([...this.#byToken.values()].filter(({ stored }) => !stored))

  /**
   * The session begins its next generation. A value that was given out while that was being written is
   * taken along, whatever its age: somebody holds its token now.
   */
  #turn(generation: number): void {
    const next = this.#next?.generation === generation ? this.#next : undefined
    const before = new Map(this.#byToken)
    const kept = new Set(next?.rows.map(({ token }) => token))
    const carried =
      next === undefined
        ? []
        : [...(this.#touched ?? [])].flatMap((held) => {
            const value = kept.has(held.row.token) ? undefined : this.#opened(held.row)
            return value === undefined ? [] : [{ held, value }]
          })
    this.abandon()
    this.#byToken.clear()
    this.#byIndex.clear()
    this.#astray.clear()
    this.#cache.clear()
    this.#generation = generation
    this.#keys = next?.keys
    for (const row of next?.rows ?? []) {
      const { used, met } = before.get(row.token)!
      this.#add({ row, stored: false, used, met })
    }
    if (carried.length === 0) return
    const keys = this.#sealing()
    for (const { held, value } of carried) {
      const { token, type } = held.row
      const { used, met } = held
      this.#add({ row: keys.seal(token, type, value), stored: false, used, met })
    }
  }

  #takeRow(row: VaultRow, time: number): void {
    const used = Math.min(row.used ?? time, time)
    const held = this.#byToken.get(row.token)
    if (held !== undefined) {
      held.stored = true
      held.used = Math.max(held.used, used)
      this.#astray.delete(held)
    } else if (isToken(row.token) && INDEX.test(row.index) && this.size < MOST_ROWS)
      this.#add({ row, stored: true, used, met: 0 })
  }

  #add(held: Held): void {
    this.#byToken.set(held.row.token, held)
    // Of two tokens for one value the first one stays in use.
    if (!this.#byIndex.has(held.row.index)) this.#byIndex.set(held.row.index, held)
  }

  /** By its index. What does not open to the value itself is no row of it: it gets another one. */
  #find(type: string, value: string): Held | undefined {
    if (this.size === 0) return undefined
    const keys = this.#sealing()
    const index = keys.index(type, value)
    const held = this.#byIndex.get(index)
    if (held === undefined) return undefined
    if (held.row.type === type && keys.open(held.row) === value) return held
    this.#byIndex.delete(index)
    return undefined
  }

  #mint(type: string, value: string, now: number): Held | undefined {
    if (this.size >= MOST_ROWS) return undefined
    if (value.length > MOST_VALUE_BYTES || plaintextOf(value).length > MOST_VALUE_BYTES)
      return undefined
    const row = this.#sealing().seal(this.#freshToken(), type, value)
    const held = { row, stored: false, used: now, met: now }
    this.#add(held)
    return held
  }

  #freshToken(): string {
    return tokenOf(this.#options.random(TOKEN_BYTES))
  }

  /** The generation's keys, created where there are none. */
  #sealing(): RowKeys {
    return (this.#keys ??= this.#options.keys.obtain(this.#generation))
  }

  /** Undefined too where there is no key, or none that can be used: then nothing opens. */
  #opened(row: VaultRow): string | undefined {
    try {
      this.#keys ??= this.#options.keys.existing(this.#generation)
    } catch {
      // Sealing tells why, to whoever needs the key.
      return undefined
    }
    return this.#keys?.open(row)
  }

  #sealedAnew(kept: ReadonlyArray<Held>, keys: RowKeys): ReadonlyArray<VaultRow> {
    return kept.flatMap(({ row: { token, type, ...row }, used, met }) => {
      const value = this.#opened({ token, type, ...row })
      return value === undefined
        ? []
        : [{ ...keys.seal(token, type, value), used: Math.max(used, met) }]
    })
  }

  /** Some of the rows that went astray come along with whatever is stored. */
  #gather(rows: Set<Held>): void {
    for (const held of this.#astray) {
      if (rows.size >= MOST_NEW_ROWS) return
      rows.add(held)
    }
  }

  #storing(rows: Iterable<Held>): ReadonlyArray<VaultStored> {
    const generation = this.#generation
    return sliced([...rows].map(({ row }) => row)).map(
      (slice) => new VaultStored({ generation, rows: slice }),
    )
  }
}

const usesOf = (tokens: ReadonlySet<string>): ReadonlyArray<VaultUsed> =>
  slicedTokens([...tokens]).map((slice) => new VaultUsed({ tokens: slice }))
