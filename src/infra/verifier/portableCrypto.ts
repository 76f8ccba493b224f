// SHA-256 and Ed25519 without native code, for the verifier that runs anywhere, a browser included.
// A second implementation, independent of node:crypto's; no node: import may get in here.
import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToNumberLE } from '@noble/curves/utils.js'
import { sha256 as nobleSha256, sha512 } from '@noble/hashes/sha2.js'
import type { VerifyEd25519 } from '../../domain/authority/authorisation.ts'
import { equalBytes } from '../../domain/bytes.ts'
import type { Sha256 } from '../../domain/hash.ts'
import { isStrictEd25519 } from '../../domain/note/ed25519.ts'

export const sha256: Sha256 = (...parts) => {
  const hash = nobleSha256.create()
  for (const part of parts) hash.update(part)
  return hash.digest()
}

const { Point } = ed25519
const L = Point.Fn.ORDER

/**
 * Ed25519 by the rule pinned in domain/note/ed25519.ts; false for malformed input, never a throw.
 * The library's own verify multiplies by the cofactor, so the equation is computed here.
 */
export const verifyEd25519: VerifyEd25519 = (publicKey, message, signature) => {
  if (!isStrictEd25519(publicKey, signature)) return false
  const r = signature.subarray(0, 32)
  const s = bytesToNumberLE(signature.subarray(32))
  if (s >= L) return false
  let a: InstanceType<typeof Point>
  try {
    a = Point.fromBytes(publicKey)
  } catch {
    return false
  }
  const hash = sha512.create().update(r).update(publicKey).update(message).digest()
  const k = bytesToNumberLE(hash) % L
  const expected = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k))
  return equalBytes(expected.toBytes(), r)
}

/** The 32-byte public key of a 32-byte RFC 8032 seed. */
export const publicKeyOf = (seed: Uint8Array): Uint8Array => ed25519.getPublicKey(seed)

/** 64-byte RFC 8032 signature. */
export const signEd25519 = (seed: Uint8Array, message: Uint8Array): Uint8Array =>
  ed25519.sign(message, seed)
