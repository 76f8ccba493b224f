import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { toHex } from '../../../src/domain/bytes.ts'
import { leafHash } from '../../../src/domain/merkle/hash.ts'
import type { ConsistencyClaim, InclusionClaim } from '../../../src/domain/merkle/proof.ts'
import {
  buildConsistency,
  buildInclusion,
  consistencyNodes,
  inclusionNodes,
  rootFromNodes,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/domain/merkle/proof.ts'
import { sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'
import {
  consistency,
  makeLeaves,
  path,
  perfectNodes,
  REFERENCE_CONSISTENCY,
  REFERENCE_INCLUSION,
  REFERENCE_LEAVES,
  REFERENCE_ROOTS,
  treeHash,
} from './reference.ts'

const ALL = 70
const leaves = makeLeaves(2000)
const roots = new Map<number, Uint8Array>()
const rootAt = (size: number): Uint8Array => {
  const known = roots.get(size) ?? treeHash(leaves.slice(0, size))
  roots.set(size, known)
  return known
}
const node = perfectNodes(leaves)

const flip = (bytes: Uint8Array, at: number, bit = 0): Uint8Array => {
  const out = Uint8Array.from(bytes)
  out[at]! ^= 1 << bit
  return out
}
const hexes = (hashes: ReadonlyArray<Uint8Array>) => hashes.map(toHex)

const inclusionClaim = (index: number, size: number): InclusionClaim => ({
  index,
  size,
  leafHash: leaves[index]!,
  proof: buildInclusion(sha256, index, size, node),
  root: rootAt(size),
})
const consistencyClaim = (size1: number, size2: number): ConsistencyClaim => ({
  size1,
  size2,
  proof: buildConsistency(sha256, size1, size2, node),
  root1: rootAt(size1),
  root2: rootAt(size2),
})

/** Every claim that differs from a true one and must not pass. */
const wrongInclusions = (claim: InclusionClaim): ReadonlyArray<InclusionClaim> => {
  const { proof, root } = claim
  const [index, size] = [BigInt(claim.index), BigInt(claim.size)]
  return [
    { ...claim, index: index - 1n },
    { ...claim, index: index + 1n },
    { ...claim, index: index ^ 2n },
    { ...claim, size: size * 2n },
    { ...claim, size: size / 2n },
    { ...claim, leafHash: flip(claim.leafHash, 3) },
    { ...claim, leafHash: new Uint8Array(9) },
    { ...claim, root: flip(root, 31, 7) },
    { ...claim, root: new Uint8Array(0) },
    { ...claim, proof: [...proof, new Uint8Array(0)] },
    { ...claim, proof: [...proof, root] },
    { ...claim, proof: [root, ...proof] },
    ...proof.map((_, i) => ({ ...claim, proof: proof.filter((_, j) => j !== i) })),
    ...proof.map((hash, i) => ({ ...claim, proof: proof.with(i, flip(hash, 0, 3)) })),
    ...proof.map((hash, i) => ({ ...claim, proof: proof.with(i, hash.slice(1)) })),
  ]
}
const wrongConsistencies = (claim: ConsistencyClaim): ReadonlyArray<ConsistencyClaim> => {
  const { proof, root1, root2 } = claim
  const [size1, size2] = [BigInt(claim.size1), BigInt(claim.size2)]
  return [
    { ...claim, size1: size1 - 1n },
    { ...claim, size1: size1 + 1n },
    { ...claim, size1: size1 ^ 2n },
    { ...claim, size2: size2 * 2n },
    { ...claim, size2: size2 / 2n },
    { ...claim, root1: flip(root1, 0) },
    { ...claim, root2: flip(root2, 31) },
    { ...claim, root1: root2, root2: root1 },
    { ...claim, root1: root1.slice(0, 31) },
    { ...claim, root2: new Uint8Array(33) },
    { ...claim, proof: [] },
    { ...claim, proof: [...proof, root1] },
    { ...claim, proof: [...proof, root2] },
    { ...claim, proof: [root1, ...proof] },
    { ...claim, proof: [root2, ...proof] },
    { ...claim, proof: [proof[0]!, ...proof] },
    { ...claim, proof: [new Uint8Array(0), ...proof] },
    ...proof.map((_, i) => ({ ...claim, proof: proof.filter((_, j) => j !== i) })),
    ...proof.map((hash, i) => ({ ...claim, proof: proof.with(i, flip(hash, 9, 4)) })),
  ]
}

describe('inclusion proofs', () => {
  it(`are those of RFC 6962 and verify, for every leaf of every tree up to ${ALL}`, () => {
    for (let size = 1; size <= ALL; size++)
      for (let index = 0; index < size; index++) {
        const claim = inclusionClaim(index, size)
        expect(hexes(claim.proof)).toEqual(hexes(path(index, leaves.slice(0, size))))
        expect(verifyInclusion(sha256, claim)).toBe(true)
      }
  })

  it('verify for any leaf of any tree up to 2000, and fail when anything in them is changed', () => {
    const place = fc
      .integer({ min: 1, max: leaves.length })
      .chain((size) => fc.tuple(fc.integer({ min: 0, max: size - 1 }), fc.constant(size)))
    fc.assert(
      fc.property(place, ([index, size]) => {
        const claim = inclusionClaim(index, size)
        expect(verifyInclusion(sha256, claim)).toBe(true)
        expect(
          verifyInclusion(sha256, { ...claim, index: BigInt(index), size: BigInt(size) }),
        ).toBe(true)
        for (const wrong of wrongInclusions(claim))
          expect(verifyInclusion(sha256, wrong)).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  it('fail for any flipped byte of the leaf, of the root and of each hash', () => {
    const claim = inclusionClaim(11, 27)
    for (let at = 0; at < 32; at++) {
      expect(verifyInclusion(sha256, { ...claim, leafHash: flip(claim.leafHash, at) })).toBe(false)
      expect(verifyInclusion(sha256, { ...claim, root: flip(claim.root, at) })).toBe(false)
      for (const [i, hash] of claim.proof.entries())
        expect(
          verifyInclusion(sha256, { ...claim, proof: claim.proof.with(i, flip(hash, at)) }),
        ).toBe(false)
    }
  })

  it('are the known ones of the reference tree', () => {
    const reference = perfectNodes(REFERENCE_LEAVES.map((leaf) => leafHash(sha256, leaf)))
    for (const [place, size, proof] of REFERENCE_INCLUSION) {
      expect(hexes(buildInclusion(sha256, place - 1, size, reference))).toEqual(hexes(proof))
      const claim: InclusionClaim = {
        index: place - 1,
        size,
        leafHash: leafHash(sha256, REFERENCE_LEAVES[place - 1]!),
        proof,
        root: REFERENCE_ROOTS[size - 1]!,
      }
      expect(verifyInclusion(sha256, claim)).toBe(true)
      for (const wrong of wrongInclusions(claim)) expect(verifyInclusion(sha256, wrong)).toBe(false)
    }
  })

  it('verify in a tree of more leaves than a number can count', () => {
    // The last leaf of a tree of 2^62 + 1 has one sibling: the root of the other 2^62.
    const [leaf, left] = [leaves[0]!, leaves[1]!]
    const root = treeHash([left, leaf])
    const size = 2n ** 62n + 1n
    const claim = { index: size - 1n, size, leafHash: leaf, proof: [left], root }
    expect(verifyInclusion(sha256, claim)).toBe(true)
    expect(verifyInclusion(sha256, { ...claim, index: size - 2n })).toBe(false)
    expect(verifyInclusion(sha256, { ...claim, size: size + 1n })).toBe(false)
    // The same size as a number is not exact, so it is no size.
    expect(verifyInclusion(sha256, { ...claim, size: Number(size) })).toBe(false)
  })

  it('answer false, never a throw, to numbers and hashes that are none', () => {
    const claim = inclusionClaim(0, 1)
    const max = 2n ** 64n - 1n
    for (const [index, size] of [
      [0, 0],
      [1, 0],
      [2, 1],
      [-1, 1],
      [-1n, 1n],
      [0.5, 1],
      [Number.NaN, 1],
      [0, Number.NaN],
      [0, Infinity],
      [max, 1],
      [max, max],
      [max - 1n, max],
      [0, max + 1n],
      [0, 2n ** 100_000n],
    ] as const)
      expect(verifyInclusion(sha256, { ...claim, index, size })).toBe(false)
    const odd = [undefined, null, 'x', 7, {}, [], new Uint8Array(31), Array(32).fill(0)]
    for (const value of odd as ReadonlyArray<unknown> as ReadonlyArray<never>) {
      expect(verifyInclusion(sha256, { ...claim, index: value })).toBe(false)
      expect(verifyInclusion(sha256, { ...claim, size: value })).toBe(false)
      expect(verifyInclusion(sha256, { ...claim, leafHash: value })).toBe(false)
      expect(verifyInclusion(sha256, { ...claim, root: value })).toBe(false)
      expect(verifyInclusion(sha256, { ...claim, proof: [value] })).toBe(false)
    }
    expect(verifyInclusion(sha256, { ...claim, proof: Array(100_000).fill(claim.root) })).toBe(
      false,
    )
  })

  it('cannot be asked for beyond the tree', () => {
    expect(() => inclusionNodes(3, 3)).toThrow(RangeError)
    expect(() => inclusionNodes(-1, 3)).toThrow(RangeError)
    expect(() => inclusionNodes(0, 2 ** 53)).toThrow(RangeError)
  })
})

describe('consistency proofs', () => {
  it(`are those of RFC 6962 and verify, between all sizes up to ${ALL}`, () => {
    for (let size2 = 1; size2 <= ALL; size2++)
      for (let size1 = 1; size1 <= size2; size1++) {
        const claim = consistencyClaim(size1, size2)
        expect(hexes(claim.proof)).toEqual(hexes(consistency(size1, leaves.slice(0, size2))))
        expect(verifyConsistency(sha256, claim)).toBe(true)
      }
  })

  it('verify between any sizes up to 2000, and fail when anything in them is changed', () => {
    const sizes = fc
      .integer({ min: 2, max: leaves.length })
      .chain((size2) => fc.tuple(fc.integer({ min: 1, max: size2 - 1 }), fc.constant(size2)))
    fc.assert(
      fc.property(sizes, ([size1, size2]) => {
        const claim = consistencyClaim(size1, size2)
        expect(verifyConsistency(sha256, claim)).toBe(true)
        for (const wrong of wrongConsistencies(claim))
          expect(verifyConsistency(sha256, wrong)).toBe(false)
      }),
      { numRuns: 60 },
    )
  })

  it('are the known ones of the reference tree', () => {
    const reference = perfectNodes(REFERENCE_LEAVES.map((leaf) => leafHash(sha256, leaf)))
    for (const [size1, size2, proof] of REFERENCE_CONSISTENCY) {
      expect(hexes(buildConsistency(sha256, size1, size2, reference))).toEqual(hexes(proof))
      const claim: ConsistencyClaim = {
        size1,
        size2,
        proof,
        root1: REFERENCE_ROOTS[size1 - 1]!,
        root2: REFERENCE_ROOTS[size2 - 1]!,
      }
      expect(verifyConsistency(sha256, claim)).toBe(true)
      if (size1 === size2) continue
      for (const wrong of wrongConsistencies(claim))
        expect(verifyConsistency(sha256, wrong)).toBe(false)
    }
  })

  it('from size 0 accept the empty proof and no other', () => {
    const [root1, root2] = [treeHash([]), rootAt(5)]
    expect(consistencyNodes(0, 5)).toEqual([])
    expect(verifyConsistency(sha256, { size1: 0, size2: 5, proof: [], root1, root2 })).toBe(true)
    expect(verifyConsistency(sha256, { size1: 0, size2: 5, proof: [root2], root1, root2 })).toBe(
      false,
    )
  })

  it('between equal sizes compare the roots and want an empty proof', () => {
    for (const size of [0, 1, 6]) {
      const root = rootAt(size)
      const claim = { size1: size, size2: size, proof: [], root1: root, root2: root }
      expect(verifyConsistency(sha256, claim)).toBe(true)
      expect(verifyConsistency(sha256, { ...claim, root2: flip(root, 5) })).toBe(false)
      expect(verifyConsistency(sha256, { ...claim, proof: [root] })).toBe(false)
    }
    // No hash is computed here, so roots are compared as the bytes they are.
    const short = {
      size1: 4,
      size2: 4,
      proof: [],
      root1: new Uint8Array(12),
      root2: new Uint8Array(12),
    }
    expect(verifyConsistency(sha256, short)).toBe(true)
    expect(verifyConsistency(sha256, { ...short, root2: new Uint8Array(13) })).toBe(false)
  })

  it('verify in trees of more leaves than a number can count', () => {
    const [left, right] = [leaves[0]!, leaves[1]!]
    const claim: ConsistencyClaim = {
      size1: 2n ** 62n,
      size2: 2n ** 63n,
      proof: [right],
      root1: left,
      root2: treeHash([left, right]),
    }
    expect(verifyConsistency(sha256, claim)).toBe(true)
    expect(verifyConsistency(sha256, { ...claim, size1: 2n ** 61n })).toBe(false)
    expect(verifyConsistency(sha256, { ...claim, size1: 2n ** 62n + 1n })).toBe(false)
    expect(verifyConsistency(sha256, { ...claim, size2: 2n ** 64n })).toBe(false)
  })

  it('answer false, never a throw, to numbers and hashes that are none', () => {
    const claim = consistencyClaim(3, 7)
    const odd = [undefined, null, 'x', 7.5, -1, {}, new Uint8Array(31), Array(32).fill(0)]
    for (const value of odd as ReadonlyArray<unknown> as ReadonlyArray<never>) {
      expect(verifyConsistency(sha256, { ...claim, size1: value })).toBe(false)
      expect(verifyConsistency(sha256, { ...claim, size2: value })).toBe(false)
      expect(verifyConsistency(sha256, { ...claim, root1: value })).toBe(false)
      expect(verifyConsistency(sha256, { ...claim, root2: value })).toBe(false)
      expect(verifyConsistency(sha256, { ...claim, proof: value })).toBe(false)
      expect(verifyConsistency(sha256, { ...claim, proof: [value] })).toBe(false)
    }
    expect(verifyConsistency(sha256, { ...claim, size1: 7, size2: 3 })).toBe(false)
  })

  it('cannot be asked for backwards', () => {
    expect(() => consistencyNodes(4, 3)).toThrow(RangeError)
    expect(() => consistencyNodes(-1, 3)).toThrow(RangeError)
  })
})

describe('the root from perfect nodes', () => {
  it('is the root of RFC 6962 at any size', () => {
    for (const size of [1, 2, 3, 5, 8, 63, 64, 65, 1999])
      expect(toHex(rootFromNodes(sha256, size, node))).toBe(toHex(rootAt(size)))
  })

  it('does not exist for the empty tree', () => {
    expect(() => rootFromNodes(sha256, 0, node)).toThrow(RangeError)
  })
})
