// The static layout of a log, C2SP tlog-tiles: tile/<L>/<N>[.p/<W>] with runs of up to 256 hashes and
// tile/entries/<N>[.p/<W>] with the entries themselves. Paths and bytes only; files are src/infra's.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { concat } from '../bytes.ts'
import { HASH_BYTES, nodeHash } from './hash.ts'
import type { Sha256 } from '../hash.ts'

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

const parseIndexed = (text: string): { index: number; width: number } | undefined => {
  const match = /^((?:x[0-9]{3}\/)*)([0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/.exec(text)
  if (match === null) return undefined
  const high = match[1]!
  // A leading x000 would name the same tile a second time.
  if (high.startsWith('x000/')) return undefined
  const index = Number(high.replace(/[x/]/g, '') + match[2]!)
  const width = match[3] === undefined ? TILE_WIDTH : Number(match[3])
  if (!Number.isSafeInteger(index) || (match[3] !== undefined && width >= TILE_WIDTH))
    return undefined
  return { index, width }
}

/** Parses what tilePath and bundlePath write (`level: 'entries'`): undefined for any other text. */
export const parseTilePath = (
  path: string,
):
  | { readonly level: number | 'entries'; readonly index: number; readonly width: number }
  | undefined => {
  const match = /^tile\/(entries|0|[1-9][0-9]?)\/(.+)$/s.exec(path)
  const at = match === null ? undefined : parseIndexed(match[2]!)
  if (match === null || at === undefined) return undefined
  if (match[1] === 'entries') return { level: 'entries', ...at }
  const level = Number(match[1])
  return level <= 63 ? { level, ...at } : undefined
}

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

/** The hashes of a tile (views, not copies): undefined when the bytes are not `width` hashes. */
export const decodeTile = (
  bytes: Uint8Array,
  width: number,
): ReadonlyArray<Uint8Array> | undefined =>
  bytes.length === width * HASH_BYTES
    ? Array.from({ length: width }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES))
    : undefined

/** The hash a full tile has in the level above: the root over its 256 hashes. */
export const tileRoot = (sha256: Sha256, hashes: ReadonlyArray<Uint8Array>): Uint8Array => {
  let row = hashes
  while (row.length > 1) {
    const below = row
    row = Array.from({ length: below.length / 2 }, (_, i) =>
      nodeHash(sha256, below[2 * i]!, below[2 * i + 1]!),
    )
  }
  return row[0]!
}

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

/** Exactly `width` entries (views, not copies); fails where bytes are missing or left over. */
export const decodeBundle = (
  bytes: Uint8Array,
  width: number,
): Result.Result<ReadonlyArray<Uint8Array>, BundleMalformed> => {
  const { entries, fault } = splitBundle(bytes, width)
  return fault === undefined ? Result.succeed(entries) : Result.fail(fault)
}
