// The head record: what the store says its own size, root and right edge are. It is unsigned, so it
// is only a claim: opening checks it against the nodes and the last checkpoint, verify against all.
import { equalBytes } from '../../domain/bytes.ts'
import { HASH_BYTES } from '../../domain/merkle/hash.ts'
import {
  EMPTY_FRONTIER,
  type Frontier,
  peakCount,
  rootOfFrontier,
} from '../../domain/merkle/frontier.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'

/**
 * The stored checkpoints, so that one that goes missing is noticed: how many, the size of the last,
 * and `digest` = SHA-256(digest before ‖ note), from 32 zero bytes on.
 */
export interface CheckpointChain {
  readonly count: number
  readonly last: number
  readonly digest: Uint8Array
}

export interface HeadRecord {
  readonly frontier: Frontier
  /** RFC 6962 root of the frontier, 32 bytes. */
  readonly root: Uint8Array
  readonly checkpoints: CheckpointChain
}

export const EMPTY_CHAIN: CheckpointChain = {
  count: 0,
  last: 0,
  digest: new Uint8Array(HASH_BYTES),
}

export const extendChain = (
  chain: CheckpointChain,
  size: number,
  note: Uint8Array,
): CheckpointChain => ({
  count: chain.count + 1,
  last: size,
  digest: sha256(chain.digest, note),
})

export const EMPTY_HEAD: HeadRecord = {
  frontier: EMPTY_FRONTIER,
  root: rootOfFrontier(sha256, EMPTY_FRONTIER),
  checkpoints: EMPTY_CHAIN,
}

const FIXED = 8 + HASH_BYTES + 8 + 8 + HASH_BYTES

/** u64be size ‖ root ‖ u64be checkpoints ‖ u64be size of the last ‖ their digest ‖ peaks. */
export const encodeHead = ({ frontier, root, checkpoints }: HeadRecord): Uint8Array => {
  const out = Buffer.alloc(FIXED + frontier.peaks.length * HASH_BYTES)
  out.writeBigUInt64BE(BigInt(frontier.size), 0)
  out.set(root, 8)
  out.writeBigUInt64BE(BigInt(checkpoints.count), 40)
  out.writeBigUInt64BE(BigInt(checkpoints.last), 48)
  out.set(checkpoints.digest, 56)
  for (const [i, peak] of frontier.peaks.entries()) out.set(peak, FIXED + i * HASH_BYTES)
  return out
}

/** Undefined unless the bytes are a record in themselves: right length, root that of the peaks. */
export const decodeHead = (bytes: Uint8Array): HeadRecord | undefined => {
  if (bytes.length < FIXED) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [size, count, last] = [0, 40, 48].map((at) => Number(view.getBigUint64(at)))
  if (![size, count, last].every(Number.isSafeInteger)) return undefined
  if (bytes.length !== FIXED + peakCount(size!) * HASH_BYTES) return undefined
  const hash = (at: number): Uint8Array => new Uint8Array(bytes.subarray(at, at + HASH_BYTES))
  const peaks: Array<Uint8Array> = []
  for (let at = FIXED; at < bytes.length; at += HASH_BYTES) peaks.push(hash(at))
  const frontier: Frontier = { size: size!, peaks }
  const root = hash(8)
  if (!equalBytes(root, rootOfFrontier(sha256, frontier))) return undefined
  return { frontier, root, checkpoints: { count: count!, last: last!, digest: hash(56) } }
}
