// LevelDB as the witness uses it: raw bytes, atomic batches, cursors. The one place that touches
// `level`. Its handle can be renewed, because LevelDB cannot be trusted after a write that failed.
import { Level } from 'level'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { StoreFailure } from './errors.ts'
import { readHolder } from './holder.ts'
import { storeFailure } from './storeFailure.ts'

/** One key of a batch; without a value it is deleted. */
export interface StoreOp {
  readonly key: Uint8Array
  readonly value: Uint8Array | undefined
}

export type StorePair = readonly [key: Uint8Array, value: Uint8Array]

export interface Cursor {
  /** Up to `count` further pairs; none at the end. */
  readonly next: (count: number) => Promise<ReadonlyArray<StorePair>>
  readonly close: () => Promise<void>
}

export interface CursorRange {
  readonly gte: Uint8Array
  readonly lt: Uint8Array
  readonly reverse?: boolean
  /** False: values come back empty and are not read. */
  readonly values?: boolean
  /** Bytes that one next() reads at most, save for the first pair. Default 256 KiB. */
  readonly bytes?: number
}

/** Everything here rejects, or throws where it is synchronous, with a StoreFailure. */
export interface StoreReader {
  readonly get: (key: Uint8Array) => Uint8Array | undefined
  readonly cursor: (range: CursorRange) => Cursor
}

export interface StoreView extends StoreReader {
  readonly close: () => Promise<void>
}

export interface StoreDb extends StoreReader {
  /** Directory of the store. */
  readonly path: string
  /** All or nothing, also across a crash. With `sync` it and all before it are on the disk. */
  readonly write: (ops: ReadonlyArray<StoreOp>, sync: boolean) => Promise<void>
  /** The store as it is now, whatever is written later. */
  readonly view: () => StoreView
  /**
   * Closes and opens LevelDB again. A write that failed may have left half a record in its log file,
   * behind which later records would be lost, and a failed fsync makes it refuse every later write;
   * only a fresh log file ends both. When it fails the store is closed, and reopen may be tried again.
   */
  readonly reopen: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Chosen by bench/append.ts and bench/open.ts within the control plane's 150 MB. */
const TUNING = {
  // Twice this is held in memory, and a killed process replays up to this at the next open.
  writeBufferSize: 2 * 1024 * 1024,
  cacheSize: 2 * 1024 * 1024,
  // LevelDB maps every open table into memory, and a scan or verify opens them all in turn: 64 of
  // them stay, each this large; both are the least it accepts.
  maxOpenFiles: 74,
  maxFileSize: 1024 * 1024,
  compression: true,
} as const

const CURSOR_BYTES = 256 * 1024

/** Files that hold entries: where one is, a store was. */
const HOLDS_DATA = /^(\d+\.(log|ldb|sst))$/

/** Whether there is a store, or what is left of one. False also where the folder cannot be read. */
export const holdsStore = (dir: string): boolean => {
  try {
    return fs.readdirSync(dir).some((name) => name === 'CURRENT' || HOLDS_DATA.test(name))
  } catch {
    return false
  }
}

/**
 * Opens the store in `dir`. `create` makes it (0700) where there is none. LevelDB itself would make
 * an empty store of one that lost its CURRENT file, and delete every table of it as left over; so it
 * is never told to create where there is data.
 */
export const openStoreDb = async (
  dir: string,
  options: { readonly create: boolean },
): Promise<StoreDb> => {
  const files = listStore(dir, options.create)
  const exists = files.includes('CURRENT')
  const lost = !exists && files.some((name) => HOLDS_DATA.test(name))
  if (lost) throw corrupt(dir, 'its CURRENT file is missing')
  if (!exists && !options.create) throw missing(dir)
  const db = new Level<Uint8Array, Uint8Array>(dir, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    createIfMissing: !exists,
    ...TUNING,
  } as ConstructorParameters<typeof Level<Uint8Array, Uint8Array>>[1])
  try {
    await db.open()
  } catch (error) {
    const failure = storeFailure(dir, error)
    throw failure.reason === 'held' ? heldBy(dir) : failure
  }
  return new LevelStore(dir, db)
}

const heldBy = (dir: string): StoreFailure => {
  const holder = readHolder(dir)
  const detail =
    holder === undefined
      ? 'another process has it open'
      : `process ${holder.pid} has it open since ${new Date(holder.since).toISOString()}`
  return new StoreFailure({ reason: 'held', path: dir, detail })
}

const listStore = (dir: string, create: boolean): ReadonlyArray<string> => {
  try {
    if (create) fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
    return fs.readdirSync(dir)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? missing(dir)
      : storeFailure(dir, error)
  }
}

const missing = (dir: string): StoreFailure =>
  new StoreFailure({ reason: 'missing', path: dir, detail: 'there is no store here' })
const corrupt = (dir: string, detail: string): StoreFailure =>
  new StoreFailure({ reason: 'corrupt', path: dir, detail })

const attempt = async <A>(dir: string, run: () => Promise<A>): Promise<A> => {
  try {
    return await run()
  } catch (error) {
    throw storeFailure(dir, error)
  }
}

type Db = Level<Uint8Array, Uint8Array>
type DbSnapshot = ReturnType<Db['snapshot']>

const reader = (dir: string, db: Db, snapshot: DbSnapshot | undefined): StoreReader => ({
  get: (key) => {
    try {
      return db.getSync(key, { snapshot } as object)
    } catch (error) {
      throw storeFailure(dir, error)
    }
  },
  cursor: ({ gte, lt, reverse, values, bytes }) => {
    try {
      const iterator = db.iterator({
        gte,
        lt,
        reverse: reverse ?? false,
        values: values ?? true,
        highWaterMarkBytes: bytes ?? CURSOR_BYTES,
        snapshot,
      } as object)
      return {
        next: (count) => attempt(dir, () => iterator.nextv(count)),
        close: () => iterator.close(),
      }
    } catch (error) {
      throw storeFailure(dir, error)
    }
  },
})

class LevelStore implements StoreDb {
  readonly path: string
  readonly #db: Db
  readonly #reader: StoreReader
  /** Something was written without fsync since the last write with it. */
  #unsynced = true
  /** Why LevelDB could not be opened again: what every use of the store says until it could. */
  #closedBy: StoreFailure | undefined

  constructor(dir: string, db: Db) {
    this.path = dir
    this.#db = db
    this.#reader = reader(dir, db, undefined)
  }

  get(key: Uint8Array): Uint8Array | undefined {
    this.#checkOpen()
    return this.#reader.get(key)
  }

  cursor(range: CursorRange): Cursor {
    this.#checkOpen()
    return this.#reader.cursor(range)
  }

  #checkOpen(): void {
    if (this.#closedBy !== undefined) throw this.#closedBy
  }

  write(ops: ReadonlyArray<StoreOp>, sync: boolean): Promise<void> {
    return attempt(this.path, async () => {
      this.#checkOpen()
      const batch = this.#db.batch()
      for (const { key, value } of ops) {
        if (value === undefined) batch.del(key)
        else batch.put(key, value)
      }
      await batch.write({ sync } as object)
      if (sync && this.#unsynced) await this.#syncOlderLogs()
      this.#unsynced = !sync
    })
  }

  /**
   * LevelDB starts a new log file when its buffer is full and does not fsync the one it leaves, so a
   * synced write alone does not cover what was written before it. Until the older file's table is
   * written (and LevelDB fsyncs that) the file is still there to be synced by name.
   * A power cut between the synced write and this loses entries in the middle; opening finds that.
   */
  async #syncOlderLogs(): Promise<void> {
    const logs = (await fs.promises.readdir(this.path))
      .filter((name) => /^\d+\.log$/.test(name))
      .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    for (const name of logs.slice(0, -1)) await syncFile(path.join(this.path, name))
  }

  view(): StoreView {
    this.#checkOpen()
    try {
      const snapshot = this.#db.snapshot()
      return { ...reader(this.path, this.#db, snapshot), close: () => snapshot.close() }
    } catch (error) {
      throw storeFailure(this.path, error)
    }
  }

  async reopen(): Promise<void> {
    try {
      await this.#db.close()
      await this.#db.open({ createIfMissing: false, ...TUNING } as object)
    } catch (error) {
      this.#closedBy = storeFailure(this.path, error)
      throw this.#closedBy
    }
    this.#closedBy = undefined
    this.#unsynced = true
  }

  close(): Promise<void> {
    return attempt(this.path, () => this.#db.close())
  }
}

/** A file that is gone was turned into a table, which is synced. */
const syncFile = async (file: string): Promise<void> => {
  try {
    const handle = await fs.promises.open(file, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
