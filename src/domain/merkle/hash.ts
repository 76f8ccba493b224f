// RFC 6962 §2.1 hashing. The two prefixes keep a leaf from ever passing for an inner node; nothing
// else in the program may hash tree bytes on its own.
import type { Sha256 } from '../hash.ts'

const LEAF_PREFIX = Uint8Array.of(0x00)
const NODE_PREFIX = Uint8Array.of(0x01)

/** Bytes of every hash in the tree. */
export const HASH_BYTES = 32

/** MTH({d}) = SHA-256(0x00 || d). `entry` is the leaf's bytes, not a digest of them. */
export const leafHash = (sha256: Sha256, entry: Uint8Array): Uint8Array =>
  sha256(LEAF_PREFIX, entry)

/** SHA-256(0x01 || left || right) over two 32-byte hashes. */
export const nodeHash = (sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array =>
  sha256(NODE_PREFIX, left, right)

/** Root of the tree with no leaves: SHA-256 of nothing. */
export const emptyRoot = (sha256: Sha256): Uint8Array => sha256()
