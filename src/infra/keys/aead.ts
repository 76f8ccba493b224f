// AES-256-GCM with random 96-bit nonces, as everything here that is sealed uses it (NIST SP 800-38D:
// at most 2^32 messages under one key, which no session comes near).
import { type CipherKey, createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto'

export const NONCE_BYTES = 12
export const TAG_BYTES = 16

export interface Encrypted {
  readonly nonce: Buffer
  /** Ciphertext with its 16-byte tag appended. */
  readonly ciphertext: Buffer
}

/** Randomness for many nonces at once: one call to the system costs as much as sealing itself. */
const pool = Buffer.alloc(NONCE_BYTES * 512)
let taken = pool.length

const freshNonce = (): Buffer => {
  if (taken === pool.length) {
    randomFillSync(pool)
    taken = 0
  }
  taken += NONCE_BYTES
  return Buffer.from(pool.subarray(taken - NONCE_BYTES, taken))
}

export const encrypt = (
  key: CipherKey,
  plaintext: Uint8Array,
  associated: Uint8Array,
): Encrypted => {
  const nonce = freshNonce()
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(associated)
  const body = cipher.update(plaintext)
  return { nonce, ciphertext: Buffer.concat([body, cipher.final(), cipher.getAuthTag()]) }
}

/** The plaintext, or undefined when key, nonce, associated data or any byte is not the one sealed. */
export const decrypt = (
  key: CipherKey,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
  associated: Uint8Array,
): Buffer | undefined => {
  if (nonce.length !== NONCE_BYTES || ciphertext.length < TAG_BYTES) return undefined
  const end = ciphertext.length - TAG_BYTES
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(associated)
  decipher.setAuthTag(ciphertext.subarray(end))
  const body = decipher.update(ciphertext.subarray(0, end))
  try {
    decipher.final()
    return body
  } catch {
    return undefined
  }
}
