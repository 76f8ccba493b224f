// The one rule by which this program verifies Ed25519, and the part of it that libraries do not
// share. Two verifiers that disagree on one signature would split those who trust the same log.
//
// A signature R || S by public key A over message M is valid exactly when
//   1. A and R are the canonical encodings (y < 2^255 - 19) of curve points not of small order;
//   2. S < L, the order of the base point;
//   3. R equals [S]B - [k]A without a cofactor, k = SHA-512(R || A || M) mod L.
// That is RFC 8032 §5.1.7 with the equation it calls sufficient, and no key or R that lets one
// signature stand for several messages. Honest signers meet all of it. OpenSSL checks 2 and 3, and
// with 3 the encoding of R, but takes any A, and R of small order in some versions only;
// @noble/curves takes R of small order and multiplies by the cofactor. So both of our verifiers
// stand behind isStrictEd25519, and the portable one computes 2 and 3 itself.
import { fromHex } from '../bytes.ts'

/** y coordinates of the eight points of small order, little-endian, the sign of x left out. */
const SMALL_ORDER_Y: ReadonlyArray<Uint8Array> = [
  // Order 1 and 2: y = 1 and y = -1, where x is 0; this covers x = 0 with a sign, which is none.
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  // Order 4: y = 0.
  '0000000000000000000000000000000000000000000000000000000000000000',
  // Order 8.
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
].map((hex) => fromHex(hex)!)

/**
 * Point 1 of the rule as far as bytes show it: 32 bytes, y < 2^255 - 19, not of small order. Whether
 * a point with this y exists is for the verification itself to find out.
 */
export const isStrictPoint = (point: Uint8Array): boolean => {
  if (point.length !== 32) return false
  const yByte = (i: number): number => (i === 31 ? point[31]! & 0x7f : point[i]!)
  // 2^255 - 19 = ed ff … ff 7f: only the 19 values from there to 2^255 - 1 are not canonical.
  let allOnes = yByte(31) === 0x7f
  for (let i = 1; i < 31; i++) allOnes &&= point[i] === 0xff
  if (allOnes && point[0]! >= 0xed) return false
  return !SMALL_ORDER_Y.some((y) => y.every((byte, i) => byte === yByte(i)))
}

/** What every verification asks first: 32-byte key, 64-byte signature, point 1 for A and R. */
export const isStrictEd25519 = (publicKey: Uint8Array, signature: Uint8Array): boolean =>
  isStrictPoint(publicKey) && signature.length === 64 && isStrictPoint(signature.subarray(0, 32))
