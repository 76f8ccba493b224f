// Assurance level `authority`: enrolling the key that every loosening must be signed with, and signing
// one. Passphrase and seed live only as long as one call here.
import * as Clock from 'effect/Clock'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import {
  AUTHORISED_FOR_MS,
  type Authorisation,
  authorisedBytes,
} from '../../domain/authority/authorisation.ts'
import { ed25519Signer, randomBytes } from '../crypto/nodeCrypto.ts'
import { createOnce } from '../files/atomicWrite.ts'
import type { FileFailure } from '../files/failure.ts'
import { readIfThere, readOwnFile, type ReadOptions } from '../files/readOwnFile.ts'
import {
  AuthorityFailure,
  MIN_PASSPHRASE,
  normalised,
  openAuthority,
  parseAuthority,
  SCRYPT_COST,
  type ScryptCost,
  sealAuthority,
} from './authorityFile.ts'
import { encodeBase64 } from './base64.ts'
import { KEY_BYTES } from './keyFile.ts'

const MOST_BYTES = 4096
const SALT_BYTES = 16

/** Whether a passphrase may be used at all: asked before the person has to type it twice. */
export const checkPassphrase = (passphrase: string): Result.Result<void, AuthorityFailure> =>
  [...normalised(passphrase)].length >= MIN_PASSPHRASE
    ? Result.succeed(undefined)
    : Result.fail(
        new AuthorityFailure({
          reason: 'weak-passphrase',
          detail: `the passphrase is shorter than ${MIN_PASSPHRASE} characters`,
          remedy: 'take several words that nobody would guess',
        }),
      )

/**
 * Creates the authority's key file and returns its public key (base64), for entry 0. Safe to repeat:
 * a file that is there already must open with this passphrase (a planted one does not), and keeps its
 * key. A crash leaves either no file or a whole one.
 */
export const enrol = Effect.fn('authority.enrol')(function* (
  file: string,
  passphrase: string,
  cost: ScryptCost = SCRYPT_COST,
): Effect.fn.Return<string, AuthorityFailure | FileFailure> {
  yield* Effect.fromResult(checkPassphrase(passphrase))
  const seed = randomBytes(KEY_BYTES)
  const publicKey = encodeBase64(ed25519Signer(seed).publicKey)
  const sealed = yield* sealAuthority(seed, publicKey, passphrase, randomBytes(SALT_BYTES), cost)
  seed.fill(0)
  const outcome = yield* Effect.fromResult(createOnce(file, `${sealed}\n`))
  return outcome === 'created'
    ? publicKey
    : encodeBase64((yield* unlock(file, passphrase)).publicKey)
})

/** The public key (base64) that the file says it holds, or undefined where nothing is enrolled. */
export const enrolledKey = (
  file: string,
): Result.Result<string | undefined, AuthorityFailure | FileFailure> =>
  readIfThere(file, { maxBytes: MOST_BYTES }, (bytes) =>
    Result.map(parseAuthority(bytes), (one) => one.publicKey),
  )

/** What is signed and where: the control plane's answer to `challenge`. */
export interface Challenge {
  readonly origin: string
  /** The log's size. */
  readonly after: number
  /** Public key (base64) that entry 0 demands; null at level `open`. */
  readonly authority: string | null
  /** The loosening event, without an authorisation. */
  readonly change: unknown
}

/**
 * Signs one loosening. The caller has checked that `change` is what the person asked for and that
 * `origin` is the pinned one: a signature is given for exactly what stands in the challenge.
 */
export const signLoosening = Effect.fn('authority.signLoosening')(function* (
  file: string,
  passphrase: string,
  { origin, after, authority, change }: Challenge,
  of: Pick<ReadOptions, 'uid'> = {},
): Effect.fn.Return<Authorisation, AuthorityFailure | FileFailure> {
  const { publicKey, sign } = yield* unlock(file, passphrase, of)
  if (encodeBase64(publicKey) !== authority)
    return yield* new AuthorityFailure({
      reason: 'not-this-log',
      detail: `the key in ${file} is not the one this log demands`,
      remedy: 'restore the key file that was enrolled with this log',
    })
  const expires = (yield* Clock.currentTimeMillis) + AUTHORISED_FOR_MS
  const bytes = authorisedBytes(origin, { after, expires }, change)
  return { after, expires, signature: encodeBase64(sign(bytes)) }
})

const unlock = Effect.fnUntraced(function* (
  file: string,
  passphrase: string,
  of: Pick<ReadOptions, 'uid'> = {},
) {
  const bytes = yield* Effect.mapError(
    Effect.fromResult(readOwnFile(file, { ...of, maxBytes: MOST_BYTES })),
    (failure) =>
      failure.reason === 'not-found'
        ? new AuthorityFailure({
            reason: 'not-enrolled',
            detail: `no authority is enrolled: ${file} does not exist`,
            remedy: 'restore it from a backup',
          })
        : failure,
  )
  const seed = yield* openAuthority(yield* Effect.fromResult(parseAuthority(bytes)), passphrase)
  const signer = ed25519Signer(seed)
  seed.fill(0)
  return signer
})
