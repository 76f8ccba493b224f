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
/** Values looked for by their index at one event: what many values cost beyond it is their tokens. */
export const MOST_LOOKUPS = 8192
/** Rows of a session; beyond it a value gets a token without a row until some are collected. */
export const MOST_ROWS = 65_536
/** Of values without a row that are remembered with their token. UTF-16 units. */
const MOST_ROWLESS_UNITS = 4_194_304
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

/** Rows sealed under the next generation's key before the moment that it is entered. */
export interface Ahead {
  readonly keys: RowKeys
  readonly rows: ReadonlyMap<Held, VaultRow>
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
  /** Tokens of values that got no row yet: the call is reported again, with the same values in it. */
  readonly #rowless = valueCache<string>(MOST_ROWS, MOST_ROWLESS_UNITS)
  /** Stored rows that lie where nobody would look for them any more. */
  readonly #astray = new Set<Held>()
  /** Used, by value or by token, with no use noted lately: the next event with values says so. */
  readonly #due = new Set<Held>()
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

  readonly recent = (): ReadonlyArray<Value> => this.#cache.values()

  readonly has = (token: string): boolean => this.#byToken.has(token)

  readonly tokenise: SessionVault['tokenise'] = (values) => {
    const now = this.#options.now()
    const given = new Map<string, string>()
    const unstored = new Set<Held>()
    let cached = 0
    let unkept = 0
    let minted = 0
    let lookups = 0
    const tokenFor = ({ type, value }: Value): string => {
      let held = this.#cache.get(type, value)
      if (held !== undefined) cached += 1
      else {
        if (lookups < MOST_LOOKUPS && fitsRow(value)) {
          lookups += 1
          const before = this.size
          held = this.#findOrMint(type, value, now, minted < MOST_NEW_ROWS)
          minted += this.size - before
        }
        if (held === undefined) {
          unkept += 1
          const before = this.#rowless.get(type, value)
          if (before !== undefined) return before
          const token = this.#freshToken()
          this.#rowless.set(type, value, token)
          return token
        }
        this.#cache.set(type, value, held)
      }
      held.met = now
      this.#touched?.add(held)
      if (!held.stored) unstored.add(held)
      else if (isDue(held)) this.#due.add(held)
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
      events: [...this.#storing(unstored), ...(values.length > 0 ? usesOf(this.#due) : [])],
    }
  }

  readonly valueOf: SessionVault['valueOf'] = (token) => {
    const held = this.#byToken.get(token)
    if (held === undefined) return undefined
    const value = this.#opened(held.row)
    if (value === undefined) return undefined
    held.met = this.#options.now()
    this.#touched?.add(held)
    if (isDue(held)) this.#due.add(held)
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
          if (held === undefined) continue
          held.used = Math.max(held.used, time)
          this.#due.delete(held)
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
   * Seals rows for `prepare` ahead of it, which then has little left to do in its one go: each turn of
   * the generator seals one. Returns undefined where there is nothing to seal.
   */
  *ahead(kept: ReadonlyArray<Held>): Generator<void, Ahead | undefined> {
    if (kept.length === 0) return undefined
    const keys = this.#options.keys.obtain(this.#generation + 1)
    const rows = new Map<Held, VaultRow>()
    for (const held of kept) {
      const row = this.#sealedAnew(held, keys)
      if (row !== undefined) rows.set(held, row)
      yield
    }
    return { keys, rows }
  }

  /**
   * Makes the next generation ready, with these rows sealed anew under its key, which it creates,
   * durably. They take effect when the log says that the session was collected. Rows that do not open
   * are left out.
   */
  readonly prepare = (kept: ReadonlyArray<Held>, ahead?: Ahead): Next => {
    const generation = this.#generation + 1
    const keys =
      kept.length === 0 ? undefined : (ahead?.keys ?? this.#options.keys.obtain(generation))
    const rows =
      keys === undefined
        ? []
        : kept.flatMap((held) => {
            const row = ahead?.rows.get(held) ?? this.#sealedAnew(held, keys)
            return row === undefined ? [] : [{ ...row, used: Math.max(held.used, held.met) }]
          })
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
    this.#due.clear()
    this.#cache.clear()
    this.#rowless.clear()
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
  #findOrMint(type: string, value: string, now: number, mayMint: boolean): Held | undefined {
    const room = mayMint && this.size < MOST_ROWS
    // Without rows there need be no key either.
    if (this.size === 0 && !room) return undefined
    const keys = this.#sealing()
    const index = keys.index(type, value)
    const held = this.#byIndex.get(index)
    if (held !== undefined) {
      if (held.row.type === type && keys.open(held.row) === value) return held
      this.#byIndex.delete(index)
    }
    if (!room) return undefined
    const row = keys.seal(this.#rowless.get(type, value) ?? this.#freshToken(), type, value, index)
    const minted = { row, stored: false, used: now, met: now }
    this.#add(minted)
    return minted
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

  #sealedAnew({ row }: Held, keys: RowKeys): VaultRow | undefined {
    const value = this.#opened(row)
    return value === undefined ? undefined : keys.seal(row.token, row.type, value)
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
    return sliced([...rows].map(storedAs)).map(
      (slice) => new VaultStored({ generation, rows: slice }),
    )
  }
}

/** A new row was used when it is stored; of one that is stored again it has to be said. */
const storedAs = ({ row, used, met }: Held): VaultRow =>
  row.used === undefined ? row : { ...row, used: Math.max(used, met) }

/** UTF-8 takes three bytes for a unit at most. */
const fitsRow = (value: string): boolean =>
  value.length <= MOST_VALUE_BYTES / 4 ||
  (value.length <= MOST_VALUE_BYTES && plaintextOf(value).length <= MOST_VALUE_BYTES)

const isDue = ({ stored, met, used }: Held): boolean => stored && met - used > USE_NOTED_EVERY

const usesOf = (rows: ReadonlySet<Held>): ReadonlyArray<VaultUsed> =>
  slicedTokens([...rows].map(({ row }) => row.token)).map(
    (slice) => new VaultUsed({ tokens: slice }),
  )
