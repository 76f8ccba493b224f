// Hash functions come into the domain as arguments: node:crypto in production, @noble/hashes in the
// portable verifier and as the oracle in tests.
import * as Schema from 'effect/Schema'
import { toHex } from './bytes.ts'

/** SHA-256 over the concatenation of the parts; 32 bytes. */
export type Sha256 = (...parts: ReadonlyArray<Uint8Array>) => Uint8Array

/** A SHA-256 digest in text: 64 lowercase hex digits. */
export const Digest = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/)).pipe(
  Schema.brand('Digest'),
)
export type Digest = typeof Digest.Type

export const digestOf = (sha256: Sha256, bytes: Uint8Array): Digest =>
  toHex(sha256(bytes)) as Digest
