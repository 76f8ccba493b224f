import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '../../../src/domain/bytes.ts'
import { appendLeaf, EMPTY_FRONTIER, rootOfFrontier } from '../../../src/domain/merkle/frontier.ts'
import { leafHash } from '../../../src/domain/merkle/hash.ts'
import { sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'
import {
  decodeHead,
  EMPTY_CHAIN,
  EMPTY_HEAD,
  encodeHead,
  extendChain,
  type HeadRecord,
} from '../../../src/infra/store/head.ts'

const headOf = (size: number): HeadRecord => {
  let frontier = EMPTY_FRONTIER
  for (let i = 0; i < size; i++)
    frontier = appendLeaf(sha256, frontier, leafHash(sha256, utf8(String(i)))).frontier
  const checkpoints = extendChain(EMPTY_CHAIN, size, utf8('a note'))
  return { frontier, root: rootOfFrontier(sha256, frontier), checkpoints }
}

describe('the head record', () => {
  it('reads back as it was written', () => {
    for (const head of [EMPTY_HEAD, ...Array.from({ length: 40 }, (_, i) => headOf(i))]) {
      const read = decodeHead(encodeHead(head))!
      expect(toHex(encodeHead(read))).toBe(toHex(encodeHead(head)))
      expect(read.frontier.size).toBe(head.frontier.size)
      expect(toHex(read.root)).toBe(toHex(head.root))
    }
  })

  it('is refused with any byte of its tree changed, cut or added', () => {
    const bytes = encodeHead(headOf(11))
    // The size (a tree of another may have as many peaks) and the counted checkpoints are compared with
    // what is stored; the rest vouches for itself.
    const tree = [...bytes.keys()].filter((at) => (at >= 8 && at < 40) || at >= 88)
    fc.assert(
      fc.property(fc.constantFrom(...tree), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const copy = Uint8Array.from(bytes)
        copy[at]! ^= change
        expect(decodeHead(copy)).toBeUndefined()
      }),
    )
    for (let length = 0; length < bytes.length; length++)
      expect(decodeHead(bytes.subarray(0, length))).toBeUndefined()
    expect(decodeHead(Buffer.concat([bytes, Buffer.alloc(32)]))).toBeUndefined()
  })

  it('is refused for sizes no log reaches', () => {
    expect(decodeHead(Buffer.alloc(88 + 64 * 32, 0xff))).toBeUndefined()
  })
})

describe('the chain of checkpoints', () => {
  it('differs with every note, their order and their number', () => {
    const chain = (...notes: ReadonlyArray<string>): string =>
      toHex(notes.reduce((all, note, i) => extendChain(all, i + 1, utf8(note)), EMPTY_CHAIN).digest)
    const all = [chain(), chain('a'), chain('b'), chain('a', 'b'), chain('b', 'a'), chain('a', 'a')]
    expect(new Set(all).size).toBe(all.length)
  })
})
