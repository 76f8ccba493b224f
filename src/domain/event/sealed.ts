// A client's payload as the log holds it: encrypted under the session's key, never in the clear.
import * as Schema from 'effect/Schema'
import { Digest } from '../hash.ts'

/**
 * AES-256-GCM ciphertext with its tag appended. `data` holds it (base64) when it is small, else
 * `chunks` names the Chunk entries whose data concatenate to it, in order.
 * Associated data: `isonapse.payload.v1\n` + session id (or `-`) + `\n` + entry kind.
 */
export const Sealed = Schema.Struct({
  /** Which session's key; `-` for payloads that could not be tied to a session. */
  key: Schema.String,
  /** 96 random bits, base64; never used twice with one key. */
  nonce: Schema.String,
  /** Bytes of the plaintext. */
  bytes: Schema.Int,
  data: Schema.optionalKey(Schema.String),
  chunks: Schema.optionalKey(Schema.Array(Digest)),
})
export type Sealed = typeof Sealed.Type

/** Largest ciphertext kept inside its entry; beyond it goes into chunks. Bytes. */
export const INLINE_LIMIT = 24_000
/** Raw bytes a chunk holds at most: its base64 and envelope stay below an entry's 65,535 bytes. */
export const CHUNK_BYTES = 48_000

export const payloadAssociatedData = (session: string | null, kind: string): string =>
  `isonapse.payload.v1\n${session ?? '-'}\n${kind}`
