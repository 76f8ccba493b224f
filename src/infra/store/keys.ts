// Keys of the store, in LevelDB's byte order. Whoever can write the data directory can put any key
// here, so parsing is total: a key under a verified prefix that is not exactly of its form is found.
import { fromUtf8 } from '../../domain/bytes.ts'

/** First bytes of the verified keys. Anything under another byte is not the witness's. */
const PREFIX = { checkpoint: 0x63, entry: 0x65, head: 0x68, node: 0x6e, snapshot: 0x73 } as const

export type VerifiedPrefix = keyof typeof PREFIX

const HIGH = 2 ** 32

const writeIndex = (key: Buffer, at: number, index: number): Buffer => {
  key.writeUInt32BE(Math.floor(index / HIGH), at)
  key.writeUInt32BE(index % HIGH, at + 4)
  return key
}

/** `e` + u64be index → leaf bytes of the entry. */
export const entryKey = (index: number): Uint8Array => {
  const key = Buffer.allocUnsafe(9)
  key[0] = PREFIX.entry
  return writeIndex(key, 1, index)
}

/**
 * `n` + u8 level + u64be index → hash of a perfect node. Level 0 (the leaf hashes) is stored too: 42
 * bytes an entry, with which a damaged entry is told from a damaged node and named exactly, and a
 * proof reads no entry.
 */
export const nodeKey = (level: number, index: number): Uint8Array => {
  const key = Buffer.allocUnsafe(10)
  key[0] = PREFIX.node
  key[1] = level
  return writeIndex(key, 2, index)
}

/** `c` + u64be size → signed checkpoint note of the tree of that size. */
export const checkpointKey = (size: number): Uint8Array => {
  const key = Buffer.allocUnsafe(9)
  key[0] = PREFIX.checkpoint
  return writeIndex(key, 1, size)
}

/** `h` → the head record (head.ts). */
export const HEAD_KEY: Uint8Array = Uint8Array.of(PREFIX.head)

/** `s` + projection id + NUL + u64be size → state of the projection after that many entries. */
export const snapshotKey = (projection: string, size: number): Uint8Array => {
  const id = Buffer.from(projection, 'utf8')
  const key = Buffer.alloc(1 + id.length + 1 + 8)
  key[0] = PREFIX.snapshot
  id.copy(key, 1)
  return writeIndex(key, id.length + 2, size)
}

/** Half-open range of all keys under a prefix. */
export const rangeOf = (prefix: VerifiedPrefix): { gte: Uint8Array; lt: Uint8Array } => ({
  gte: Uint8Array.of(PREFIX[prefix]),
  lt: Uint8Array.of(PREFIX[prefix] + 1),
})

/** Reads an index at an offset; Infinity beyond 2^53, which no log reaches. */
const readIndex = (key: Uint8Array, at: number): number => {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength)
  const index = view.getUint32(at) * HIGH + view.getUint32(at + 4)
  return Number.isSafeInteger(index) ? index : Number.POSITIVE_INFINITY
}

/** Index of an entry key, or size of a checkpoint key: undefined for a key of another form. */
export const indexOfKey = (key: Uint8Array): number | undefined =>
  key.length === 9 ? readIndex(key, 1) : undefined

export const placeOfNodeKey = (
  key: Uint8Array,
): { readonly level: number; readonly index: number } | undefined =>
  key.length === 10 ? { level: key[1]!, index: readIndex(key, 2) } : undefined

export const parseSnapshotKey = (
  key: Uint8Array,
): { readonly projection: string; readonly size: number } | undefined => {
  const end = key.length - 9
  if (end < 2 || key[end] !== 0) return undefined
  const projection = fromUtf8(key.subarray(1, end))
  return projection === undefined ? undefined : { projection, size: readIndex(key, end + 1) }
}
