import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { toHex } from '../../../src/domain/bytes.ts'
import { emptyRoot, leafHash, nodeHash } from '../../../src/domain/merkle/hash.ts'
import { sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'
import { sha256 as portable } from '../../../src/infra/verifier/portableCrypto.ts'
import { REFERENCE_LEAVES, REFERENCE_ROOTS } from './reference.ts'

describe('RFC 6962 hashes', () => {
  it('gives the empty tree the digest of nothing', () => {
    expect(toHex(emptyRoot(sha256))).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    )
  })

  it('gives the empty leaf and its neighbour the known hashes', () => {
    const [first, second] = REFERENCE_LEAVES
    const left = leafHash(sha256, first!)
    expect(toHex(left)).toBe(toHex(REFERENCE_ROOTS[0]!))
    expect(toHex(nodeHash(sha256, left, leafHash(sha256, second!)))).toBe(
      toHex(REFERENCE_ROOTS[1]!),
    )
  })

  it('never hashes a leaf as it hashes a node of the same bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        (left, right) => {
          const joined = new Uint8Array([...left, ...right])
          expect(leafHash(sha256, joined)).not.toEqual(nodeHash(sha256, left, right))
        },
      ),
    )
  })

  it('is the same over node:crypto and over @noble/hashes', () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 })
    fc.assert(
      fc.property(parts, (parts) => {
        expect(toHex(sha256(...parts))).toBe(toHex(portable(...parts)))
      }),
    )
  })
})
