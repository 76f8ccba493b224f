// Cutting what is larger than an entry into content-addressed Chunk entries, and joining it again.
import { concat, fromBase64, toBase64, toHex } from '../bytes.ts'
import type { Digest, Sha256 } from '../hash.ts'
import { Chunk } from './event.ts'
import { CHUNK_BYTES } from './sealed.ts'

/** Chunks of the bytes, in order: at least one, each of CHUNK_BYTES at most. */
export const chunksOf = (bytes: Uint8Array, sha256: Sha256): ReadonlyArray<Chunk> => {
  const chunks: Array<Chunk> = []
  for (let at = 0; at === 0 || at < bytes.length; at += CHUNK_BYTES) {
    const part = bytes.subarray(at, at + CHUNK_BYTES)
    chunks.push(new Chunk({ digest: toHex(sha256(part)) as Digest, data: toBase64(part) }))
  }
  return chunks
}

/** Joins chunks again; undefined when one does not hash to its address. */
export const joinChunks = (
  chunks: ReadonlyArray<Chunk>,
  sha256: Sha256,
): Uint8Array | undefined => {
  const parts = chunks.map((chunk) => fromBase64(chunk.data))
  const whole = parts.every(
    (part, i) => part !== undefined && toHex(sha256(part)) === chunks[i]!.digest,
  )
  return whole ? concat(...(parts as Array<Uint8Array>)) : undefined
}
