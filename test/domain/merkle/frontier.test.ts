import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { toHex } from '../../../src/domain/bytes.ts'
import type { Frontier } from '../../../src/domain/merkle/frontier.ts'
import {
  appendLeaf,
  EMPTY_FRONTIER,
  peakCount,
  rootOfFrontier,
} from '../../../src/domain/merkle/frontier.ts'
import { leafHash } from '../../../src/domain/merkle/hash.ts'
import { sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'
import { sha256 as portable } from '../../../src/infra/verifier/portableCrypto.ts'
import {
  makeLeaves,
  perfectNodes,
  REFERENCE_LEAVES,
  REFERENCE_ROOTS,
  treeHash,
} from './reference.ts'

const grow = (leaves: ReadonlyArray<Uint8Array>, hash = sha256): Frontier =>
  leaves.reduce((frontier, leaf) => appendLeaf(hash, frontier, leaf).frontier, EMPTY_FRONTIER)

describe('the frontier', () => {
  it('has the root of RFC 6962 at every size up to 300', () => {
    const leaves = makeLeaves(300)
    let frontier = EMPTY_FRONTIER
    for (let size = 0; size <= 300; size++) {
      expect(frontier.size).toBe(size)
      expect(frontier.peaks.length).toBe(peakCount(size))
      expect(toHex(rootOfFrontier(sha256, frontier))).toBe(toHex(treeHash(leaves.slice(0, size))))
      if (size < 300) frontier = appendLeaf(sha256, frontier, leaves[size]!).frontier
    }
  })

  it('has the known roots of the reference tree', () => {
    const leaves = REFERENCE_LEAVES.map((leaf) => leafHash(sha256, leaf))
    const roots = leaves.map((_, i) => toHex(rootOfFrontier(sha256, grow(leaves.slice(0, i + 1)))))
    expect(roots).toEqual(REFERENCE_ROOTS.map(toHex))
  })

  it('hands out every perfect node exactly once, when its last leaf is there', () => {
    const leaves = makeLeaves(200)
    const node = perfectNodes(leaves)
    const seen = new Set<string>()
    let frontier = EMPTY_FRONTIER
    for (const leaf of leaves) {
      const step = appendLeaf(sha256, frontier, leaf)
      expect(step.nodes[0]).toEqual({ level: 0, index: frontier.size, hash: leaf })
      for (const { level, index, hash } of step.nodes) {
        expect((index + 1) * 2 ** level).toBe(frontier.size + 1)
        expect(toHex(hash)).toBe(toHex(node(level, index)))
        expect(seen.has(`${level}/${index}`)).toBe(false)
        seen.add(`${level}/${index}`)
      }
      frontier = step.frontier
    }
    // 200 + 100 + 50 + 25 + 12 + 6 + 3 + 1
    expect(seen.size).toBe(397)
  })

  it('leaves the frontier it was given as it was', () => {
    const before = grow(makeLeaves(7))
    const copy = { size: before.size, peaks: before.peaks.map((peak) => Buffer.from(peak)) }
    appendLeaf(sha256, before, makeLeaves(8)[7]!)
    expect(before).toEqual(copy)
  })

  it('goes on from a frontier of far more than 2^32 leaves', () => {
    const size = 2 ** 40 + 1
    const [left, right, next] = makeLeaves(3)
    const { frontier, nodes } = appendLeaf(sha256, { size, peaks: [left!, right!] }, next!)
    expect(frontier.size).toBe(size + 1)
    expect(frontier.peaks.length).toBe(2)
    expect(nodes.map(({ level, index }) => [level, index])).toEqual([
      [0, size],
      [1, 2 ** 39],
    ])
  })

  it('is the same over node:crypto and over @noble/hashes', () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 40 })
    fc.assert(
      fc.property(entries, (entries) => {
        const native = grow(entries.map((entry) => leafHash(sha256, entry)))
        const second = grow(
          entries.map((entry) => leafHash(portable, entry)),
          portable,
        )
        expect(toHex(rootOfFrontier(sha256, native))).toBe(toHex(rootOfFrontier(portable, second)))
      }),
    )
  })
})
