// Sealing of payloads under a session's key, and opening them again. What comes out of the log to be
// opened may have been written by anyone: it authenticates whole, or it is `damaged`.
import type * as crypto from 'node:crypto'
import { chunksOf } from '../../domain/event/chunks.ts'
import type { Chunk } from '../../domain/event/event.ts'
import { INLINE_LIMIT, payloadAssociatedData, type Sealed } from '../../domain/event/sealed.ts'
import { type Digest, digestOf } from '../../domain/hash.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { decrypt, encrypt, TAG_BYTES } from './aead.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'

export interface SealedPayload {
  readonly sealed: Sealed
  /** To be logged directly before the entry that holds `sealed`, in this order. */
  readonly chunks: ReadonlyArray<Chunk>
}

/** Raw bytes of a Chunk entry by its digest; undefined when the log has none. */
export type ChunkOf = (digest: Digest) => Uint8Array | undefined

const labelOf = (session: string | null): string => session ?? '-'

export const sealPayload = (
  key: crypto.KeyObject,
  session: string | null,
  kind: string,
  plaintext: Uint8Array,
): SealedPayload => {
  const associated = Buffer.from(payloadAssociatedData(session, kind))
  const { nonce, ciphertext } = encrypt(key, plaintext, associated)
  const head = {
    key: labelOf(session),
    nonce: encodeBase64(nonce),
    bytes: plaintext.length,
  }
  if (ciphertext.length <= INLINE_LIMIT)
    return { sealed: { ...head, data: encodeBase64(ciphertext) }, chunks: [] }
  const chunks = chunksOf(ciphertext, sha256, encodeBase64)
  return { sealed: { ...head, chunks: chunks.map(({ digest }) => digest) }, chunks }
}

export const openPayload = (
  key: crypto.KeyObject,
  session: string | null,
  kind: string,
  sealed: Sealed,
  chunkOf: ChunkOf,
): Uint8Array | 'damaged' => {
  const nonce = decodeBase64(sealed.nonce)
  const ciphertext = ciphertextOf(sealed, chunkOf)
  if (sealed.key !== labelOf(session) || nonce === undefined || ciphertext === undefined)
    return 'damaged'
  if (ciphertext.length !== sealed.bytes + TAG_BYTES) return 'damaged'
  const associated = Buffer.from(payloadAssociatedData(session, kind))
  return decrypt(key, nonce, ciphertext, associated) ?? 'damaged'
}

/** Stops at the first chunk that is missing, not the one named, or more than `bytes` announced. */
const ciphertextOf = (sealed: Sealed, chunkOf: ChunkOf): Uint8Array | undefined => {
  const { data, chunks } = sealed
  if (chunks === undefined) return data === undefined ? undefined : decodeBase64(data)
  if (data !== undefined) return undefined
  const parts: Array<Uint8Array> = []
  let left = sealed.bytes + TAG_BYTES
  for (const digest of chunks) {
    const part = chunkOf(digest)
    if (part === undefined || part.length > left || digestOf(sha256, part) !== digest)
      return undefined
    left -= part.length
    parts.push(part)
  }
  return Buffer.concat(parts)
}
