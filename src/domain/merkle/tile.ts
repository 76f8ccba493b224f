// The static layout of a log, C2SP tlog-tiles: tile/<L>/<N>[.p/<W>] with runs of up to 256 hashes and
// tile/entries/<N>[.p/<W>] with the entries themselves. Paths and bytes only; files are src/infra's.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { concat } from '../bytes.ts'

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256
/** Tree levels one tile level spans. */
export const TILE_HEIGHT = 8

/** The signed tree head's path. */
export const CHECKPOINT_PATH = 'checkpoint'

/** One tile: hashes `index * 256 + 0..width` of tile level `level` (tree level 8 * level). */
export interface Tile {
  readonly level: number
  readonly index: number
  /** 1 to 256; below 256 it is a partial tile. */
  readonly width: number
}

/** A bundle whose bytes are not what tlog-tiles says. `at` is the byte where it goes wrong. */
export class BundleMalformed extends Schema.TaggedError<BundleMalformed>()('BundleMalformed', {
  reason: Schema.Literals(['truncated', 'surplus', 'too-long']),
  at: Schema.Int,
  /** Entries read before it. */
  entries: Schema.Int,
}) {}

/** 1234067 → `x001/x234/067`. */
const indexPath = (index: number): string => {
  const digits = String(index)
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, '0')
  const groups = padded.match(/.{3}/g)!
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
}

const withWidth = (path: string, width: number): string =>
  width === TILE_WIDTH ? path : `${path}.p/${width}`

export const tilePath = ({ level, index, width }: Tile): string =>
  withWidth(`tile/${level}/${indexPath(index)}`, width)

export const bundlePath = (index: number, width: number): string =>
  withWidth(`tile/entries/${indexPath(index)}`, width)

/** Perfect nodes of tree level 8 * `level` in a tree of `size`. */
export const hashesAtLevel = (level: number, size: number): number =>
  Math.floor(size / TILE_WIDTH ** level)

/** Widths of the tiles (or, for level 0, bundles) of one level of a tree, in order. */
export function* tilesAtLevel(level: number, size: number): Generator<Tile> {
  const count = hashesAtLevel(level, size)
  for (let index = 0; index * TILE_WIDTH < count; index++)
    yield { level, index, width: Math.min(TILE_WIDTH, count - index * TILE_WIDTH) }
}

/** Tile levels of a tree: 0 for the empty tree, 1 up to 255 leaves, 2 up to 65,535 … */
export const tileLevels = (size: number): number => {
  let levels = 0
  while (hashesAtLevel(levels, size) > 0) levels++
  return levels
}

/** Every tile of a tree of `size`, level 0 first: what an export of that size consists of. */
export function* tilesOf(size: number): Generator<Tile> {
  for (let level = 0; hashesAtLevel(level, size) > 0; level++) yield* tilesAtLevel(level, size)
}

/** Bytes of a tile: its hashes one after the other. */
export const encodeTile = (hashes: ReadonlyArray<Uint8Array>): Uint8Array => concat(...hashes)

/** Longest entry a bundle can hold: its length is a uint16. */
export const MAX_BUNDLE_ENTRY = 65_535
/** No bundle is larger than this; a file that is need not be read. */
export const MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + MAX_BUNDLE_ENTRY)

/** Entries with their big-endian uint16 lengths. Fails for an entry of more than 65,535 bytes. */
export const encodeBundle = (
  entries: ReadonlyArray<Uint8Array>,
): Result.Result<Uint8Array, BundleMalformed> => {
  const out = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0))
  let at = 0
  for (const [i, entry] of entries.entries()) {
    if (entry.length > MAX_BUNDLE_ENTRY)
      return Result.fail(new BundleMalformed({ reason: 'too-long', at, entries: i }))
    out[at] = entry.length >> 8
    out[at + 1] = entry.length & 0xff
    out.set(entry, at + 2)
    at += 2 + entry.length
  }
  return Result.succeed(out)
}

/**
 * The entries of a bundle of `width` (views, not copies), as many as can be told apart, and what is
 * wrong with it if anything is: bytes missing or left over.
 */
export const splitBundle = (
  bytes: Uint8Array,
  width: number,
): { readonly entries: ReadonlyArray<Uint8Array>; readonly fault?: BundleMalformed } => {
  const entries: Array<Uint8Array> = []
  let at = 0
  while (entries.length < width) {
    const end = at + 2 <= bytes.length ? at + 2 + ((bytes[at]! << 8) | bytes[at + 1]!) : Infinity
    if (end > bytes.length)
      return {
        entries,
        fault: new BundleMalformed({ reason: 'truncated', at, entries: entries.length }),
      }
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  if (at === bytes.length) return { entries }
  return { entries, fault: new BundleMalformed({ reason: 'surplus', at, entries: width }) }
}
