// Proof that a human with the passphrase loosened the gate (assurance level `authority`). The
// signature is bound to this log and to a place in it, so that it cannot be used a second time.
import * as Schema from 'effect/Schema'
import { canonicalJson } from '../canonical.ts'
import { utf8 } from '../bytes.ts'

/** Ed25519 over 32-byte public keys and 64-byte signatures; one pinned rule (RFC 8032, strict). */
export type VerifyEd25519 = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean

/** `after`: the log's size when it was signed. `signature`: Ed25519, base64. */
export const Authorisation = Schema.Struct({ after: Schema.Int, signature: Schema.String })
export type Authorisation = typeof Authorisation.Type

/**
 * The bytes an authorisation signs. `change` is the loosening event without its authorisation;
 * `origin` is the log's, so a signature from one log is worth nothing in another; `after` must be
 * at least the index that follows the last accepted loosening, so that none can be replayed.
 */
export const authorisedBytes = (origin: string, after: number, change: unknown): Uint8Array =>
  utf8(`isonapse.authorisation.v1\n${canonicalJson({ after, change, origin })}`)
