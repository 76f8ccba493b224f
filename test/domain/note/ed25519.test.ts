// Both verifiers answer every signature alike: the ones honest signers make, and the ones by which
// Ed25519 libraries are known to differ.
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js'
import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { concat, fromHex, toHex, utf8 } from '../../../src/domain/bytes.ts'
import { isStrictPoint } from '../../../src/domain/note/ed25519.ts'
import * as native from '../../../src/infra/crypto/nodeCrypto.ts'
import * as portable from '../../../src/infra/verifier/portableCrypto.ts'

const { Point } = ed25519
type Point = InstanceType<typeof Point>
const L = Point.Fn.ORDER
const P = 2n ** 255n - 19n
const hex = (text: string): Uint8Array => fromHex(text)!
const le32 = (n: bigint): Uint8Array => numberToBytesLE(n, 32)
const message = utf8('a checkpoint\n')

/** What both say of a signature; fails the test when they differ. */
const verdict = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
  const answer = native.verifyEd25519(publicKey, message, signature)
  expect(portable.verifyEd25519(publicKey, message, signature)).toBe(answer)
  return answer
}

/** What the permissive rule of ZIP 215 says, to show that a case is one that rules differ on. */
const zip215 = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
  ed25519.verify(signature, message, publicKey, { zip215: true })

const challenge = (r: Uint8Array, a: Uint8Array, m: Uint8Array): bigint =>
  bytesToNumberLE(sha512(concat(r, a, m))) % L

/** A point of order 8, and the whole subgroup it generates. */
const TORSION = Point.fromBytes(
  hex('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'),
)
const SMALL = Array.from({ length: 8 }, (_, i) =>
  i === 0 ? Point.ZERO : TORSION.multiplyUnsafe(BigInt(i)),
)

/** Every encoding of a point, canonical or not, that some library decodes. */
const encodings = (point: Point): ReadonlyArray<Uint8Array> => {
  const { x, y } = point.toAffine()
  const out: Array<Uint8Array> = []
  for (const value of [y, y + P])
    for (const sign of x === 0n ? [0n, 1n] : [x & 1n])
      if (value < 2n ** 255n) out.push(le32(value | (sign << 255n)))
  return out
}

describe('the pinned Ed25519 rule', () => {
  it('accepts the vectors of RFC 8032 §7.1', () => {
    for (const [seed, publicKey, text, signature] of [
      [
        '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
        'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
        '',
        'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
      ],
      [
        '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
        '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
        '72',
        '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
      ],
    ] as const) {
      const signer = native.ed25519Signer(hex(seed))
      expect(toHex(signer.publicKey)).toBe(publicKey)
      expect(toHex(portable.publicKeyOf(hex(seed)))).toBe(publicKey)
      expect(toHex(signer.sign(hex(text)))).toBe(signature)
      expect(toHex(portable.signEd25519(hex(seed), hex(text)))).toBe(signature)
      expect(verdict(hex(publicKey), hex(text), hex(signature))).toBe(true)
    }
  })

  const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 })

  it('accepts what either implementation signs, and nothing of it with a bit flipped', () => {
    const bit = fc.nat({ max: 7 })
    fc.assert(
      fc.property(
        seeds,
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.nat({ max: 10_000 }),
        bit,
        (seed, message, at, bit) => {
          const signer = native.ed25519Signer(seed)
          const signature = signer.sign(message)
          expect(toHex(portable.signEd25519(seed, message))).toBe(toHex(signature))
          expect(verdict(signer.publicKey, message, signature)).toBe(true)
          const flip = (bytes: Uint8Array): Uint8Array => {
            const out = Uint8Array.from(bytes)
            out[at % out.length]! ^= 1 << bit
            return out
          }
          expect(verdict(signer.publicKey, message, flip(signature))).toBe(false)
          expect(verdict(signer.publicKey, flip(message), signature)).toBe(false)
          expect(verdict(flip(signer.publicKey), message, signature)).toBe(false)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('refuses bytes of any kind that nobody signed, and keys and signatures of other lengths', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 30, maxLength: 34 }),
        fc.uint8Array({ minLength: 62, maxLength: 66 }),
        (publicKey, signature) => {
          expect(verdict(publicKey, message, signature)).toBe(false)
        },
      ),
    )
  })

  it('refuses every key of small order, however it is written', () => {
    const s = 12345n
    const r = Point.BASE.multiply(s).toBytes()
    let refused = 0
    for (const point of SMALL)
      for (const key of encodings(point)) {
        expect(isStrictPoint(key)).toBe(false)
        // R = [S]B - [k]A with k a multiple of A's order is a signature anyone can make.
        for (let i = 0; i < 64; i++) {
          const text = utf8(`${i}`)
          if (challenge(r, key, text) % 8n !== 0n) continue
          const signature = concat(r, le32(s))
          expect(zip215(key, text, signature)).toBe(true)
          expect(verdict(key, text, signature)).toBe(false)
          refused++
        }
      }
    expect(refused).toBeGreaterThan(20)
  })

  it('refuses keys whose y is not reduced', () => {
    for (let y = 0n; y < 19n; y++)
      for (const sign of [0n, 1n]) {
        const key = le32((y + P) | (sign << 255n))
        expect(isStrictPoint(key)).toBe(false)
        expect(verdict(key, message, new Uint8Array(64))).toBe(false)
      }
    expect(isStrictPoint(le32(P - 2n))).toBe(true)
    expect(isStrictPoint(le32(2n ** 255n - 2n ** 200n))).toBe(true)
  })

  const seed = hex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f')
  const { scalar: a, pointBytes: publicKey } = ed25519.utils.getExtendedPublicKey(seed)

  it('refuses S + L, which names the same signature a second time', () => {
    const signature = native.ed25519Signer(seed).sign(message)
    const r = signature.subarray(0, 32)
    const s = bytesToNumberLE(Uint8Array.from(signature.subarray(32)))
    expect(verdict(publicKey, message, concat(r, le32(s)))).toBe(true)
    for (let factor = 1n; s + factor * L < 2n ** 256n; factor++)
      expect(verdict(publicKey, message, concat(r, le32(s + factor * L)))).toBe(false)
  })

  it('refuses every R of small order, however it is written', () => {
    // With [S]B = [k]aB, R is what is left: minus k times the part of small order in the key.
    const refused = new Set<string>()
    for (const part of SMALL) {
      const key = Point.BASE.multiply(a).add(part).toBytes()
      for (const point of SMALL)
        for (const r of encodings(point))
          for (let i = 0; i < 24; i++) {
            const text = utf8(`message ${i}`)
            const k = challenge(r, key, text)
            if (!part.multiplyUnsafe(k).add(point).is0()) continue
            const signature = concat(r, le32((k * a) % L))
            expect(zip215(key, text, signature)).toBe(true)
            expect(verdict(key, text, signature)).toBe(false)
            refused.add(toHex(r))
          }
    }
    // Each of the fourteen encodings: eight points, six of which can be written in another way.
    expect(refused.size).toBe(SMALL.flatMap(encodings).length)
    expect(refused.size).toBe(14)
  })

  it('refuses an R with a part of small order, which the cofactor would hide', () => {
    for (const torsion of SMALL.slice(1)) {
      const nonce = 99_991n
      const r = Point.BASE.multiply(nonce).add(torsion).toBytes()
      const s = (nonce + challenge(r, publicKey, message) * a) % L
      expect(zip215(publicKey, message, concat(r, le32(s)))).toBe(true)
      expect(verdict(publicKey, message, concat(r, le32(s)))).toBe(false)
    }
  })

  it('takes a key with a part of small order only where the equation holds without the cofactor', () => {
    const nonce = 77_777n
    const r = Point.BASE.multiply(nonce).toBytes()
    const seen = { held: 0, hidden: 0 }
    for (const torsion of SMALL.slice(1)) {
      const mixed = Point.BASE.multiply(a).add(torsion).toBytes()
      for (let i = 0; i < 24; i++) {
        const text = utf8(`message ${i}`)
        const k = challenge(r, mixed, text)
        const signature = concat(r, le32((nonce + k * a) % L))
        const holds = torsion.multiplyUnsafe(k).is0()
        expect(zip215(mixed, text, signature)).toBe(true)
        expect(verdict(mixed, text, signature)).toBe(holds)
        seen[holds ? 'held' : 'hidden']++
      }
    }
    expect(seen.held).toBeGreaterThan(0)
    expect(seen.hidden).toBeGreaterThan(0)
  })

  it('takes S = 0 for what it is and no exception', () => {
    // R = -[k]A: only someone who can solve for k could make one, so none of these verifies.
    for (const r of [Point.ZERO, Point.BASE, Point.fromBytes(publicKey)])
      expect(verdict(publicKey, message, concat(r.toBytes(), new Uint8Array(32)))).toBe(false)
  })
})
