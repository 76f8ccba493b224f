// Proof that a human with the passphrase loosened the gate (assurance level `authority`). The
// signature is bound to this log and to a place in it, so that it cannot be used a second time.
import * as Schema from 'effect/Schema'
import { fromBase64, utf8 } from '../bytes.ts'
import { canonicalJson } from '../canonical.ts'

/** Ed25519 over 32-byte public keys and 64-byte signatures; one pinned rule (RFC 8032, strict). */
export type VerifyEd25519 = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean

/**
 * `after`: the log's size when it was signed. `expires`: epoch milliseconds, by the signer's clock.
 * `signature`: Ed25519, base64.
 */
export const Authorisation = Schema.Struct({
  after: Schema.Int,
  expires: Schema.Int,
  signature: Schema.String,
})
export type Authorisation = typeof Authorisation.Type

/** An authorisation is good for this long after it was signed. Milliseconds. */
export const AUTHORISED_FOR_MS = 300_000

/**
 * The bytes an authorisation signs. `change` is the loosening event without its authorisation;
 * `origin` is the log's, so a signature from one log is worth nothing in another; `after` must be
 * at least the index that follows the last accepted loosening, so that none can be replayed; and
 * `expires` ends one that was asked for under a false size and kept back for later.
 */
export const authorisedBytes = (
  origin: string,
  { after, expires }: Pick<Authorisation, 'after' | 'expires'>,
  change: unknown,
): Uint8Array =>
  utf8(`isonapse.authorisation.v1\n${canonicalJson({ after, change, expires, origin })}`)

/** What of the folded state an authorisation is checked against. */
export interface AuthorityState {
  readonly origin: string
  /** Ed25519 public key, base64. */
  readonly authority: string
  readonly lastLoosening: number
}

/**
 * Whether a loosening carries the authority's signature over itself, made after the last loosening
 * that was accepted and not after `at`, where and when it stands in the log or is about to.
 */
export const isAuthorised = (
  state: AuthorityState,
  event: object,
  at: { readonly index: number; readonly time: number },
  verify: VerifyEd25519,
): boolean => {
  const { authorisation, ...change } = event as { readonly authorisation?: Authorisation }
  if (authorisation === undefined) return false
  const { after, expires } = authorisation
  if (after <= state.lastLoosening || after > at.index) return false
  if (at.time > expires || expires - at.time > AUTHORISED_FOR_MS) return false
  const publicKey = fromBase64(state.authority)
  const signature = fromBase64(authorisation.signature)
  if (publicKey === undefined || signature === undefined) return false
  return verify(publicKey, authorisedBytes(state.origin, authorisation, change), signature)
}
