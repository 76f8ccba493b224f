// The authority's Ed25519 seed, sealed by a passphrase. Whoever has the file may try passphrases on it
// for as long as they like, the agent included: scrypt makes every try cost 128 MiB and a third of a
// second.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { scrypt } from 'node:crypto'
import { canonicalJson } from '../../domain/canonical.ts'
import { fromUtf8 } from '../../domain/bytes.ts'
import { decrypt, encrypt, NONCE_BYTES } from './aead.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { KEY_BYTES } from './keyFile.ts'

/** Code points, after normalisation. */
export const MIN_PASSPHRASE = 12

/** RFC 7914: memory is 128·N·r bytes. */
export interface ScryptCost {
  readonly N: number
  readonly r: number
  readonly p: number
}
export const SCRYPT_COST: ScryptCost = { N: 131_072, r: 8, p: 1 }

export class AuthorityFailure extends Schema.TaggedError<AuthorityFailure>()('AuthorityFailure', {
  reason: Schema.Literals([
    'weak-passphrase',
    'wrong-passphrase',
    'not-enrolled',
    'not-this-log',
    'damaged',
    'no-memory',
  ]),
  detail: Schema.String,
  remedy: Schema.String,
}) {
  override get message(): string {
    return this.detail
  }
}

/**
 * Bounds are what a sane file holds: a planted one must not make us take gigabytes. One with a lower
 * cost than it was sealed with does not open, because the cost goes into the key.
 */
const Sealed = Schema.Struct({
  format: Schema.Literal('isonapse.authority.v1'),
  /** Ed25519 public key, base64. */
  publicKey: Schema.String,
  scrypt: Schema.Struct({
    N: Schema.Literals([16_384, 32_768, 65_536, 131_072, 262_144, 524_288, 1_048_576]),
    r: Schema.Literal(8),
    p: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 4 })),
    salt: Schema.String,
  }),
  /** Nonce, ciphertext and tag, base64. */
  seed: Schema.String,
})
export type SealedAuthority = typeof Sealed.Type

const decodeSealed = Schema.decodeUnknownResult(Schema.fromJsonString(Sealed))

const damaged = new AuthorityFailure({
  reason: 'damaged',
  detail: "the authority's key file is damaged",
  remedy: 'restore it from a backup',
})

/** Reads the file's text. The bytes may be anyone's: nothing in it is believed before it opens. */
export const parseAuthority = (
  bytes: Uint8Array,
): Result.Result<SealedAuthority, AuthorityFailure> =>
  Result.mapError(decodeSealed(fromUtf8(bytes) ?? ''), () => damaged)

/** Seals a seed under a passphrase. `publicKey`: base64. */
export const sealAuthority = Effect.fnUntraced(function* (
  seed: Uint8Array,
  publicKey: string,
  passphrase: string,
  salt: Uint8Array,
  cost: ScryptCost,
) {
  const header = headerOf(publicKey, { ...cost, salt: encodeBase64(salt) })
  const key = yield* deriveKey(passphrase, salt, cost)
  const { nonce, ciphertext } = encrypt(key, seed, associatedData(header))
  key.fill(0)
  return JSON.stringify({ ...header, seed: encodeBase64(Buffer.concat([nonce, ciphertext])) })
})

/** The 32-byte seed; `wrong-passphrase` also when anything in the file was changed. */
export const openAuthority = Effect.fnUntraced(function* (
  { publicKey, scrypt: cost, seed }: SealedAuthority,
  passphrase: string,
) {
  const salt = decodeBase64(cost.salt)
  const sealed = decodeBase64(seed)
  if (salt === undefined || sealed === undefined) return yield* damaged
  const key = yield* deriveKey(passphrase, salt, cost)
  const opened = decrypt(
    key,
    sealed.subarray(0, NONCE_BYTES),
    sealed.subarray(NONCE_BYTES),
    associatedData(headerOf(publicKey, cost)),
  )
  key.fill(0)
  if (opened?.length === KEY_BYTES) return opened
  return yield* new AuthorityFailure({
    reason: 'wrong-passphrase',
    detail: "the passphrase does not open the authority's key",
    remedy: 'try again; there is no way round a lost passphrase',
  })
})

type Header = Omit<SealedAuthority, 'seed' | 'scrypt'> & {
  readonly scrypt: ScryptCost & { readonly salt: string }
}

const headerOf = (publicKey: string, cost: Header['scrypt']): Header => ({
  format: 'isonapse.authority.v1',
  publicKey,
  scrypt: { N: cost.N, r: cost.r, p: cost.p, salt: cost.salt },
})

const associatedData = (header: Header): Uint8Array => Buffer.from(canonicalJson(header))

/** One passphrase, however the keyboard composed its characters. */
export const normalised = (passphrase: string): string => passphrase.normalize('NFKC')

const deriveKey = (
  passphrase: string,
  salt: Uint8Array,
  { N, r, p }: ScryptCost,
): Effect.Effect<Buffer, AuthorityFailure> =>
  Effect.callback((resume) => {
    const options = { N, r, p, maxmem: 128 * N * r + 33_554_432 }
    scrypt(normalised(passphrase), salt, KEY_BYTES, options, (error, key) =>
      resume(
        error === null
          ? Effect.succeed(key)
          : Effect.fail(
              new AuthorityFailure({
                reason: 'no-memory',
                detail: `the passphrase cannot be worked on: ${error.message}`,
                remedy: `free ${Math.ceil((128 * N * r) / 1_048_576)} MiB of memory, then retry`,
              }),
            ),
      ),
    )
  })
