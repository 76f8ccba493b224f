// Inclusion and consistency proofs of RFC 6962 §2.1: which nodes they are made of and how a proof is
// checked. Checking is total: whatever it is handed, it answers true or false and never throws.
import { equalBytes } from '../bytes.ts'
import type { Sha256 } from '../hash.ts'
import { HASH_BYTES, nodeHash } from './hash.ts'

/** The root of the `index`-th run of 2^level leaves, all of which exist. */
export interface NodeRef {
  readonly level: number
  readonly index: number
}

/**
 * One hash of a proof as the perfect nodes it is folded from, leftmost and largest first: a single
 * node, or, on the tree's ragged right edge, several.
 */
export type ProofPart = ReadonlyArray<NodeRef>

/** Reads one perfect node's hash from wherever the tree is kept. */
export type ReadNode = (level: number, index: number) => Uint8Array

/** The perfect nodes that cover leaves from..to (exclusive), where `from` starts a subtree. */
const cover = (from: number, to: number): ProofPart => {
  const nodes: Array<NodeRef> = []
  let start = from
  while (start < to) {
    let level = 0
    let width = 1
    while (width * 2 <= to - start) {
      width *= 2
      level++
    }
    nodes.push({ level, index: start / width })
    start += width
  }
  return nodes
}

/** Largest power of two smaller than `size`, for size > 1: RFC 6962's k. */
const splitPoint = (size: number): number => {
  let k = 1
  while (k * 2 < size) k *= 2
  return k
}

const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/**
 * What PATH(index, D[size]) is made of, the leaf's sibling first.
 * Throws RangeError unless 0 ≤ index < size ≤ 2^53 - 1: asking for more is the caller's defect.
 */
export const inclusionNodes = (index: number, size: number): ReadonlyArray<ProofPart> => {
  if (!isSize(index) || !isSize(size) || index >= size)
    throw new RangeError(`no inclusion proof of entry ${index} in a tree of ${size}`)
  const parts: Array<ProofPart> = []
  let [from, to] = [0, size]
  while (to - from > 1) {
    const middle = from + splitPoint(to - from)
    if (index < middle) {
      parts.push(cover(middle, to))
      to = middle
    } else {
      parts.push(cover(from, middle))
      from = middle
    }
  }
  return parts.toReversed()
}

/**
 * What PROOF(size1, D[size2]) is made of; nothing when the sizes are equal or size1 is 0.
 * Throws RangeError unless 0 ≤ size1 ≤ size2 ≤ 2^53 - 1.
 */
export const consistencyNodes = (size1: number, size2: number): ReadonlyArray<ProofPart> => {
  if (!isSize(size1) || !isSize(size2) || size1 > size2)
    throw new RangeError(`no consistency proof from size ${size1} to ${size2}`)
  if (size1 === 0 || size1 === size2) return []
  const parts: Array<ProofPart> = []
  let [from, to] = [0, size2]
  while (to !== size1) {
    const middle = from + splitPoint(to - from)
    if (size1 <= middle) {
      parts.push(cover(middle, to))
      to = middle
    } else {
      parts.push(cover(from, middle))
      from = middle
    }
  }
  // Only when the old tree is the whole left part does its verifier have this hash already.
  if (from > 0) parts.push(cover(from, to))
  return parts.toReversed()
}

const foldPart = (sha256: Sha256, part: ProofPart, node: ReadNode): Uint8Array => {
  const hashes = part.map(({ level, index }) => node(level, index))
  return hashes.reduceRight((right, left) => nodeHash(sha256, left, right))
}

/** Inclusion proof (RFC 6962 §2.1.1) of a leaf. Throws like inclusionNodes, and as `node` does. */
export const buildInclusion = (
  sha256: Sha256,
  index: number,
  size: number,
  node: ReadNode,
): ReadonlyArray<Uint8Array> =>
  inclusionNodes(index, size).map((part) => foldPart(sha256, part, node))

/** Consistency proof (RFC 6962 §2.1.2). Throws like consistencyNodes, and as `node` does. */
export const buildConsistency = (
  sha256: Sha256,
  size1: number,
  size2: number,
  node: ReadNode,
): ReadonlyArray<Uint8Array> =>
  consistencyNodes(size1, size2).map((part) => foldPart(sha256, part, node))

/**
 * RFC 6962 root of the first `size` leaves, from perfect nodes (`size` > 0). Throws RangeError for a
 * size that is none, and as `node` does.
 */
export const rootFromNodes = (sha256: Sha256, size: number, node: ReadNode): Uint8Array => {
  if (!isSize(size) || size === 0) throw new RangeError(`no nodes in a tree of ${size}`)
  return foldPart(sha256, cover(0, size), node)
}

/** Sizes and indexes of a tree. Numbers must be safe integers; beyond 2^53 only bigint is exact. */
export type TreeNumber = number | bigint

/** RFC 9162 tree sizes are uint64. */
export const MAX_TREE_NUMBER = (1n << 64n) - 1n

/** Undefined for what is no uint64, and for a number that is not exact. */
const toTreeNumber = (value: unknown): bigint | undefined => {
  if (typeof value === 'number') return isSize(value) ? BigInt(value) : undefined
  if (typeof value !== 'bigint') return undefined
  return value >= 0n && value <= MAX_TREE_NUMBER ? value : undefined
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array

const isHash = (value: unknown): value is Uint8Array =>
  isBytes(value) && value.length === HASH_BYTES

const isProof = (value: unknown): value is ReadonlyArray<Uint8Array> =>
  Array.isArray(value) && value.length <= 2 * 64 && value.every(isHash)

export interface InclusionClaim {
  readonly index: TreeNumber
  readonly size: TreeNumber
  /** leafHash of the entry, 32 bytes. */
  readonly leafHash: Uint8Array
  readonly proof: ReadonlyArray<Uint8Array>
  readonly root: Uint8Array
}

/** RFC 9162 §2.1.3.2: whether the leaf is the `index`-th of the tree of `size` with this root. */
export const verifyInclusion = (sha256: Sha256, claim: InclusionClaim): boolean => {
  const index = toTreeNumber(claim.index)
  const size = toTreeNumber(claim.size)
  if (index === undefined || size === undefined || index >= size) return false
  if (!isHash(claim.leafHash) || !isHash(claim.root) || !isProof(claim.proof)) return false
  let [fn, sn] = [index, size - 1n]
  let hash = claim.leafHash
  for (const sibling of claim.proof) {
    if (sn === 0n) return false
    if ((fn & 1n) === 1n || fn === sn) {
      hash = nodeHash(sha256, sibling, hash)
      while ((fn & 1n) === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n]
    } else {
      hash = nodeHash(sha256, hash, sibling)
    }
    ;[fn, sn] = [fn >> 1n, sn >> 1n]
  }
  return sn === 0n && equalBytes(hash, claim.root)
}

export interface ConsistencyClaim {
  readonly size1: TreeNumber
  readonly size2: TreeNumber
  readonly proof: ReadonlyArray<Uint8Array>
  readonly root1: Uint8Array
  readonly root2: Uint8Array
}

/**
 * RFC 9162 §2.1.4.2: whether the tree of `size2` extends the tree of `size1`.
 *
 * Two cases compute no hash. Equal sizes need an empty proof and equal roots, compared as the bytes
 * they are. From size 0 there is nothing to extend: an empty proof is accepted whatever the roots
 * are, and any other refused; true says nothing about root2 then. (transparency-dev/merkle's later
 * versions refuse the question instead.)
 */
export const verifyConsistency = (sha256: Sha256, claim: ConsistencyClaim): boolean => {
  const size1 = toTreeNumber(claim.size1)
  const size2 = toTreeNumber(claim.size2)
  if (size1 === undefined || size2 === undefined || size1 > size2) return false
  const { proof, root1, root2 } = claim
  if (!isBytes(root1) || !isBytes(root2) || !isProof(proof)) return false
  if (size1 === size2) return proof.length === 0 && equalBytes(root1, root2)
  if (size1 === 0n) return proof.length === 0
  if (proof.length === 0 || !isHash(root1) || !isHash(root2)) return false

  let [fn, sn] = [size1 - 1n, size2 - 1n]
  while ((fn & 1n) === 1n) [fn, sn] = [fn >> 1n, sn >> 1n]
  // A perfect old tree is itself the first node of the path, so the proof does not repeat it.
  const path = fn === 0n ? [root1, ...proof] : proof
  let hash1 = path[0]!
  let hash2 = path[0]!
  for (const sibling of path.slice(1)) {
    if (sn === 0n) return false
    if ((fn & 1n) === 1n || fn === sn) {
      hash1 = nodeHash(sha256, sibling, hash1)
      hash2 = nodeHash(sha256, sibling, hash2)
      while ((fn & 1n) === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n]
    } else {
      hash2 = nodeHash(sha256, hash2, sibling)
    }
    ;[fn, sn] = [fn >> 1n, sn >> 1n]
  }
  return sn === 0n && equalBytes(hash1, root1) && equalBytes(hash2, root2)
}
