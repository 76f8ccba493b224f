// The public half of a note's signing key as it is handed around, C2SP signed-note's
// `<name>+<key ID, 8 hex digits>+<base64(0x01 || public key)>`. Ed25519 only.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { concat, fromBase64, readU32be, toBase64, utf8 } from '../bytes.ts'
import type { Sha256 } from '../hash.ts'
import { isStrictPoint } from './ed25519.ts'

/** signed-note's signature type: plain Ed25519 over the note's text. */
const ED25519 = 0x01

export interface VerifierKey {
  readonly name: string
  /** uint32, the first four bytes of a hash over name, type and key: a name, not a proof. */
  readonly keyId: number
  /** 32 bytes. */
  readonly publicKey: Uint8Array
}

export class VerifierKeyMalformed extends Schema.TaggedError<VerifierKeyMalformed>()(
  'VerifierKeyMalformed',
  { reason: Schema.Literals(['format', 'name', 'algorithm', 'weak-key', 'key-id']) },
) {}

/** Key names are not empty and hold no Unicode space, no plus and no control character. */
export const isKeyName = (name: string): boolean =>
  // eslint-disable-next-line no-control-regex
  name.isWellFormed() && /^[^\p{White_Space}+\u0000-\u001f]+$/u.test(name)

/** SHA-256(name || "\n" || 0x01 || public key), its first four bytes as a big-endian uint32. */
export const keyId = (sha256: Sha256, name: string, publicKey: Uint8Array): number =>
  readU32be(sha256(utf8(name), Uint8Array.of(0x0a, ED25519), publicKey))

/** The verifier key of a name and a 32-byte Ed25519 public key. */
export const verifierKeyOf = (
  sha256: Sha256,
  name: string,
  publicKey: Uint8Array,
): Result.Result<VerifierKey, VerifierKeyMalformed> => {
  if (!isKeyName(name)) return Result.fail(new VerifierKeyMalformed({ reason: 'name' }))
  if (!isStrictPoint(publicKey))
    return Result.fail(new VerifierKeyMalformed({ reason: 'weak-key' }))
  return Result.succeed({ name, keyId: keyId(sha256, name, publicKey), publicKey })
}

export const encodeVerifierKey = ({ name, keyId, publicKey }: VerifierKey): string =>
  `${name}+${keyId.toString(16).padStart(8, '0')}+${toBase64(concat(Uint8Array.of(ED25519), publicKey))}`

/**
 * Parses a verifier key and checks that its key ID is the one its name and key have. Fails for
 * other signature types and for keys that the pinned Ed25519 rule refuses.
 */
export const parseVerifierKey = (
  sha256: Sha256,
  text: string,
): Result.Result<VerifierKey, VerifierKeyMalformed> => {
  const fail = (reason: VerifierKeyMalformed['reason']) =>
    Result.fail(new VerifierKeyMalformed({ reason }))
  const match = /^([^+]*)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,1000})$/.exec(text)
  const bytes = match === null ? undefined : fromBase64(match[3]!)
  if (match === null || bytes === undefined) return fail('format')
  if (bytes[0] !== ED25519) return fail('algorithm')
  const key = verifierKeyOf(sha256, match[1]!, bytes.slice(1))
  if (Result.isFailure(key)) return key
  return key.success.keyId === Number.parseInt(match[2]!, 16) ? key : fail('key-id')
}
