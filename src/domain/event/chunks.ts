// Cutting what is larger than an entry into content-addressed Chunk entries.
import { toBase64 } from '../bytes.ts'
import { digestOf, type Sha256 } from '../hash.ts'
import { Chunk } from './event.ts'
import { CHUNK_BYTES } from './sealed.ts'

/**
 * Chunks of the bytes, in order: at least one, each of CHUNK_BYTES at most. `base64` is standard with
 * padding; whoever moves megabytes brings a faster one.
 */
export const chunksOf = (
  bytes: Uint8Array,
  sha256: Sha256,
  base64: (bytes: Uint8Array) => string = toBase64,
): ReadonlyArray<Chunk> => {
  const chunks: Array<Chunk> = []
  for (let at = 0; at === 0 || at < bytes.length; at += CHUNK_BYTES) {
    const part = bytes.subarray(at, at + CHUNK_BYTES)
    chunks.push(new Chunk({ digest: digestOf(sha256, part), data: base64(part) }))
  }
  return chunks
}
