// Writes the log as static files in the C2SP tlog-tiles layout, which tools that know nothing of this
// program verify. What it writes it has hashed itself up to the checkpoint's root: a damaged log is
// not exported. It never writes outside its directory and never into one that holds anything else.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import * as fs from 'node:fs/promises'
import * as path from 'node:path'
import { equalBytes } from '../../domain/bytes.ts'
import { appendLeaf, rootOfFrontier } from '../../domain/merkle/frontier.ts'
import { leafHash } from '../../domain/merkle/hash.ts'
import { rootFromNodes } from '../../domain/merkle/proof.ts'
import {
  bundlePath,
  CHECKPOINT_PATH,
  encodeBundle,
  encodeTile,
  hashesAtLevel,
  TILE_HEIGHT,
  TILE_WIDTH,
  tileLevels,
  tilePath,
} from '../../domain/merkle/tile.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import type { Pin } from '../keys/identity.ts'
import { readCheckpoint, type SignedHead } from './checkpointNote.ts'
import { type StoreFailure, TamperFound } from './errors.ts'
import { entryKey, indexOfKey } from './keys.ts'
import { frontierAt, nodesOf } from './nodes.ts'
import { readAhead } from './readAhead.ts'
import { slices } from './slices.ts'
import type { StoreReader } from './storeDb.ts'
import { storeFailure } from './storeFailure.ts'

export class ExportRefused extends Schema.TaggedError<ExportRefused>()('ExportRefused', {
  /** `conflict`: an earlier export of a log of this name and key that is not a part of this one. */
  reason: Schema.Literals(['not-empty', 'not-directory', 'other-log', 'conflict', 'no-checkpoint']),
  dir: Schema.String,
  detail: Schema.String,
}) {}

export interface ExportOptions {
  /** Absolute. Absent, empty, or an earlier export of this log, which is then extended. */
  readonly dir: string
  readonly identity: Pin
  /** Signed note of the head to export; the export ends there. */
  readonly checkpoint: string
  readonly onProgress?: (done: number, total: number) => void
}

export interface Exported {
  readonly dir: string
  readonly size: number
  /** Files written. */
  readonly files: number
}

/**
 * In the directory while a first export is under way, with the log's verifier key: an export that
 * was cut off is taken up again. (One that was being extended still has its older checkpoint, which
 * is replaced last, and is whole at that size.)
 */
const UNFINISHED = '.unfinished'

/** Fails with ExportRefused before anything is written, TamperFound for a damaged log, StoreFailure. */
export const exportTiles = (
  db: StoreReader,
  options: ExportOptions,
): Effect.Effect<Exported, ExportRefused | TamperFound | StoreFailure> =>
  Effect.tryPromise({
    try: (signal) => run(db, options, signal),
    catch: (error) =>
      error instanceof ExportRefused || error instanceof TamperFound
        ? error
        : storeFailure(options.dir, error),
  })

const run = async (
  db: StoreReader,
  options: ExportOptions,
  signal: AbortSignal,
): Promise<Exported> => {
  const { dir, identity, onProgress } = options
  const target = readCheckpoint(options.checkpoint, identity)
  if (Result.isFailure(target))
    throw new ExportRefused({ reason: 'no-checkpoint', dir, detail: target.failure })
  const { size, root, text } = target.success
  const earlier = await prepare(db, options, size)
  const files = new Files(dir)
  if (earlier === undefined || earlier.size < size) {
    const from = Math.floor((earlier?.size ?? 0) / TILE_WIDTH) * TILE_WIDTH
    await writeTiles(db, files, from, size, root, (done) => {
      signal.throwIfAborted()
      onProgress?.(done, size)
    })
    // Last: until it is there, the directory is what it was before, with surplus tiles.
    await files.write(CHECKPOINT_PATH, Buffer.from(text), true)
    if (earlier !== undefined) await removePartials(dir, earlier.size, size)
  }
  await fs.rm(path.join(dir, UNFINISHED), { force: true })
  return { dir, size, files: files.written }
}

/** Makes sure that the directory may be written into. Returns the export that is there. */
const prepare = async (
  db: StoreReader,
  { dir, identity }: ExportOptions,
  size: number,
): Promise<SignedHead | undefined> => {
  const refuse = (reason: ExportRefused['reason'], detail: string): ExportRefused =>
    new ExportRefused({ reason, dir, detail })
  await fs.mkdir(dir, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' || error.code === 'ENOTDIR'
      ? refuse('not-directory', 'there is something else')
      : error
  })
  const names = await fs.readdir(dir)
  const foreign = names.find((name) => !['tile', CHECKPOINT_PATH, UNFINISHED].includes(name))
  if (foreign !== undefined) throw refuse('not-empty', `it holds ${foreign}`)
  if (names.includes(CHECKPOINT_PATH)) {
    const there = readCheckpoint(await readRegular(dir, CHECKPOINT_PATH), identity)
    if (Result.isFailure(there)) throw refuse('other-log', there.failure)
    const { size: earlier, root } = there.success
    if (earlier > size) throw refuse('conflict', `it has ${earlier} entries, this log ${size}`)
    if (earlier > 0 && !equalBytes(rootFromNodes(sha256, earlier, nodesOf(db)), root))
      throw refuse('conflict', `its first ${earlier} entries are not those of this log`)
    return there.success
  }
  if (names.includes(UNFINISHED)) {
    const key = Buffer.from(await readRegular(dir, UNFINISHED)).toString()
    if (key !== identity.verifierKey) throw refuse('other-log', 'it was begun for another log')
  } else {
    if (names.length > 0) throw refuse('not-empty', `it holds ${names[0]}`)
    await fs.writeFile(path.join(dir, UNFINISHED), identity.verifierKey, {
      flag: 'wx',
      mode: 0o600,
    })
  }
  return undefined
}

/** A file of an earlier export; a link or a device in its place is refused, not followed. */
const readRegular = async (dir: string, name: string): Promise<Uint8Array> => {
  const file = path.join(dir, name)
  const stat = await fs.lstat(file)
  if (!stat.isFile() || stat.size > 65_536)
    throw new ExportRefused({ reason: 'not-empty', dir, detail: `its ${name} is not a plain file` })
  return fs.readFile(file)
}

/** Writes all bundles and tiles that entries `from` (a multiple of 256) to `size` have a part in. */
const writeTiles = async (
  db: StoreReader,
  files: Files,
  from: number,
  size: number,
  root: Uint8Array,
  onProgress: (done: number) => void,
): Promise<void> => {
  const node = nodesOf(db)
  let frontier = frontierAt(from, node)
  let bundle: Array<Uint8Array> = []
  // The hashes of each level's last tile, as far as the entries before `from` fill it.
  const rows = Array.from({ length: tileLevels(size) }, (_, level) => {
    const count = hashesAtLevel(level, from)
    const first = count - (count % TILE_WIDTH)
    const hashes = Array.from({ length: count - first }, (_, i) =>
      node(level * TILE_HEIGHT, first + i),
    )
    return { index: first / TILE_WIDTH, hashes }
  })

  const writeTile = async (level: number): Promise<void> => {
    const row = rows[level]!
    const tile = { level, index: row.index, width: row.hashes.length }
    await files.write(tilePath(tile), encodeTile(row.hashes))
    row.index++
    row.hashes = []
  }
  const writeBundle = async (): Promise<void> => {
    const index = Math.floor((frontier.size - 1) / TILE_WIDTH)
    const bytes = Result.getOrThrow(encodeBundle(bundle))
    await files.write(bundlePath(index, bundle.length), bytes)
    bundle = []
    onProgress(frontier.size)
  }

  const breath = slices()
  const stream = readAhead(db.cursor({ gte: entryKey(from), lt: entryKey(size) }), TILE_WIDTH)
  try {
    for (;;) {
      await stream.ensure(1)
      const pair = stream.take()
      if (pair === undefined) break
      const [key, bytes] = pair
      if (indexOfKey(key) !== frontier.size) break
      const grown = appendLeaf(sha256, frontier, leafHash(sha256, bytes))
      frontier = grown.frontier
      bundle.push(bytes)
      for (const { level, hash } of grown.nodes)
        if (level % TILE_HEIGHT === 0) rows[level / TILE_HEIGHT]!.hashes.push(hash)
      if (bundle.length === TILE_WIDTH) await writeBundle()
      for (const [level, { hashes }] of rows.entries())
        if (hashes.length === TILE_WIDTH) await writeTile(level)
      if (breath.spent()) await breath.rest()
    }
  } finally {
    await stream.close()
  }
  if (frontier.size !== size || !equalBytes(rootOfFrontier(sha256, frontier), root))
    throw new TamperFound({
      where: 'entry',
      detail: `entries ${from} to ${size} are not those of the checkpoint to export; run verify`,
      ...(frontier.size === size ? {} : { index: frontier.size }),
    })
  if (bundle.length > 0) await writeBundle()
  for (const [level, { hashes }] of rows.entries()) if (hashes.length > 0) await writeTile(level)
}

/** Partial tiles of the earlier export that the larger tree has in a wider form. */
const removePartials = async (dir: string, before: number, now: number): Promise<void> => {
  for (let level = 0; level < tileLevels(before); level++) {
    const [was, is] = [hashesAtLevel(level, before), hashesAtLevel(level, now)]
    const width = was % TILE_WIDTH
    if (width === 0 || was === is) continue
    const index = Math.floor(was / TILE_WIDTH)
    const stale = [tilePath({ level, index, width })]
    if (level === 0) stale.push(bundlePath(index, width))
    for (const file of stale) {
      await fs.rm(path.join(dir, file), { force: true })
      // The folder of partial widths goes with the last of them.
      await fs.rmdir(path.join(dir, path.dirname(file))).catch(() => undefined)
    }
  }
}

class Files {
  written = 0
  readonly #dir: string
  readonly #made = new Set<string>()

  constructor(dir: string) {
    this.#dir = dir
  }

  /**
   * Whole or not at all: a temporary file, renamed. Tiles are not fsynced one by one, since a power
   * cut only costs an export that can be made again; `sync` is for the checkpoint.
   */
  async write(name: string, bytes: Uint8Array, sync = false): Promise<void> {
    const file = path.join(this.#dir, name)
    await this.#folder(path.dirname(name))
    const temporary = `${file}.tmp`
    // Not through a link that someone left under this name.
    await fs.rm(temporary, { force: true })
    await fs.writeFile(temporary, bytes, { flag: 'wx', mode: 0o600, flush: sync })
    await fs.rename(temporary, file)
    this.written++
  }

  /** Makes the folders down to `name`, each of them a real one: a link would lead outside. */
  async #folder(name: string): Promise<void> {
    if (name === '.' || this.#made.has(name)) return
    await this.#folder(path.dirname(name))
    const folder = path.join(this.#dir, name)
    await fs.mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    if (!(await fs.lstat(folder)).isDirectory())
      throw new ExportRefused({
        reason: 'not-empty',
        dir: this.#dir,
        detail: `its ${name} is not a folder`,
      })
    this.#made.add(name)
  }
}
