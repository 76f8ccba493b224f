// The pass over an exported log: every entry against the tile that holds its hash, every tile against
// the tree that the entries make, and that tree against the roots that were signed. It holds one
// bundle of entries and one tile a level at a time, whatever size the log claims to have.
import { equalBytes } from '../../domain/bytes.ts'
import type { Sha256 } from '../../domain/hash.ts'
import type { Frontier } from '../../domain/merkle/frontier.ts'
import { appendLeaf, EMPTY_FRONTIER, rootOfFrontier } from '../../domain/merkle/frontier.ts'
import { HASH_BYTES, leafHash } from '../../domain/merkle/hash.ts'
import type { Tile } from '../../domain/merkle/tile.ts'
import {
  bundlePath,
  MAX_BUNDLE_BYTES,
  splitBundle,
  TILE_HEIGHT,
  TILE_WIDTH,
  tilePath,
  tilesAtLevel,
} from '../../domain/merkle/tile.ts'
import type { ExportFiles, FileFault } from './exportFiles.ts'

/** The first thing found wrong. `badIndex`: the first bad entry, where the files tell. */
export interface Fault {
  readonly badIndex: number | null
  readonly problem: string
}

/** A root that the tree of the first `size` entries must have; `fault` is what it means if not. */
export interface ExpectedRoot {
  readonly size: number
  readonly root: Uint8Array
  readonly fault: Fault
}

export interface TilesToVerify {
  readonly files: ExportFiles
  readonly sha256: Sha256
  readonly size: number
  readonly roots: ReadonlyArray<ExpectedRoot>
  /** Looks at entry 0, once its hash is the one its tile has. */
  readonly first: (entry: Uint8Array) => Fault | undefined
  readonly onEntries: (done: number) => void
  /** Takes every entry that its tile vouches for; the whole is vouched for only when all is verified. */
  readonly onEntry?: (entry: Uint8Array, index: number) => void
  readonly signal: AbortSignal
}

const fileFault = (file: string, fault: FileFault, badIndex: number): Fault => ({
  badIndex,
  problem: fault === 'missing' ? `${file} is missing` : `${file} is ${fault}`,
})

/** First fault of the whole log, or undefined. Rejects with ExportUnreadable. */
export const verifyTiles = async (log: TilesToVerify): Promise<Fault | undefined> => {
  const upper = new UpperLevels(log)
  let frontier = EMPTY_FRONTIER
  for (const tile of tilesAtLevel(0, log.size)) {
    log.signal.throwIfAborted()
    const step = await verifyBundle(log, tile, frontier, upper)
    if ('problem' in step) return step
    frontier = step
    const fault = await upper.full()
    if (fault !== undefined) return fault
    log.onEntries(frontier.size)
  }
  return (await upper.partial()) ?? rootFault(log, frontier, log.size)
}

const rootFault = (log: TilesToVerify, frontier: Frontier, size: number): Fault | undefined => {
  if (frontier.size !== size) return undefined
  const expected = log.roots.filter((root) => root.size === size)
  if (expected.length === 0) return undefined
  const root = rootOfFrontier(log.sha256, frontier)
  return expected.find((one) => !equalBytes(one.root, root))?.fault
}

/** The frontier after one bundle of entries, or the first fault in it. */
const verifyBundle = async (
  log: TilesToVerify,
  tile: Tile,
  before: Frontier,
  upper: UpperLevels,
): Promise<Frontier | Fault> => {
  const { files, sha256 } = log
  const start = before.size
  const hashFile = tilePath(tile)
  const hashes = await files.read(hashFile, TILE_WIDTH * HASH_BYTES)
  if (typeof hashes === 'string') return fileFault(hashFile, hashes, start)
  const entryFile = bundlePath(tile.index, tile.width)
  const bundle = await files.read(entryFile, MAX_BUNDLE_BYTES)
  if (typeof bundle === 'string') return fileFault(entryFile, bundle, start)

  let frontier = before
  const { entries, fault } = splitBundle(bundle, tile.width)
  // A damaged length shifts all that follows, so the hashes know better than the lengths where the
  // damage begins: the entries that could be told apart are looked at first.
  for (const [i, entry] of entries.entries()) {
    const hash = leafHash(sha256, entry)
    if (!equalBytes(hash, hashes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)))
      return { badIndex: start + i, problem: `entry ${start + i} is not the one in ${hashFile}` }
    const found = start + i === 0 ? log.first(entry) : undefined
    if (found !== undefined) return found
    log.onEntry?.(entry, start + i)
    const step = appendLeaf(sha256, frontier, hash)
    frontier = step.frontier
    for (const node of step.nodes)
      if (node.level > 0 && node.level % TILE_HEIGHT === 0)
        upper.push(node.level / TILE_HEIGHT, node.hash)
    // The last size is left for when all tiles have been compared: they say more than a root does.
    const early = frontier.size < log.size ? rootFault(log, frontier, frontier.size) : undefined
    if (early !== undefined) return early
  }
  if (fault !== undefined)
    return {
      badIndex: start + Math.min(fault.entries, tile.width - 1),
      problem: `${entryFile} is ${fault.reason === 'surplus' ? 'longer than' : 'cut off within'} its ${tile.width} entries`,
    }
  if (hashes.length !== tile.width * HASH_BYTES)
    return { badIndex: null, problem: `${hashFile} is not ${tile.width} hashes long` }
  return frontier
}

/** The hashes of tile levels above 0 as the entries make them, until their tile is full. */
class UpperLevels {
  readonly #log: TilesToVerify
  /** By level: the tile being filled. */
  readonly #open = new Map<number, { index: number; hashes: Array<Uint8Array> }>()

  constructor(log: TilesToVerify) {
    this.#log = log
  }

  push(level: number, hash: Uint8Array): void {
    const tile = this.#open.get(level)
    if (tile === undefined) this.#open.set(level, { index: 0, hashes: [hash] })
    else tile.hashes.push(hash)
  }

  /** Compares the tiles that are full now, and starts their successors. */
  async full(): Promise<Fault | undefined> {
    for (const [level, tile] of this.#open) {
      if (tile.hashes.length < TILE_WIDTH) continue
      const fault = await this.#compare(level, tile.index, tile.hashes)
      if (fault !== undefined) return fault
      this.#open.set(level, { index: tile.index + 1, hashes: [] })
    }
    return undefined
  }

  /** Compares what is left at the end. */
  async partial(): Promise<Fault | undefined> {
    for (const [level, { index, hashes }] of this.#open) {
      const fault = hashes.length > 0 ? await this.#compare(level, index, hashes) : undefined
      if (fault !== undefined) return fault
    }
    return undefined
  }

  async #compare(
    level: number,
    index: number,
    hashes: ReadonlyArray<Uint8Array>,
  ): Promise<Fault | undefined> {
    const file = tilePath({ level, index, width: hashes.length })
    const run = TILE_WIDTH ** level
    const start = index * TILE_WIDTH * run
    const bytes = await this.#log.files.read(file, TILE_WIDTH * HASH_BYTES)
    if (typeof bytes === 'string') return fileFault(file, bytes, start)
    // The hash stands for a run of entries whose own tile agrees with them, so one of the two was
    // changed as a whole: which entry of the run, no file tells.
    const at = hashes.findIndex(
      (hash, i) => !equalBytes(hash, bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)),
    )
    if (at >= 0) {
      const from = start + at * run
      const problem = `${file} disagrees with entries ${from} to ${from + run - 1}`
      return { badIndex: from, problem }
    }
    return bytes.length === hashes.length * HASH_BYTES
      ? undefined
      : { badIndex: null, problem: `${file} is not ${hashes.length} hashes long` }
  }
}
