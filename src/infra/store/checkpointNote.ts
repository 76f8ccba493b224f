// The log's own checkpoints: signed by its key, under its origin. A note that was read here carries
// a good signature by the pinned key; nothing else may be trusted for a size or a root.
import * as Result from 'effect/Result'
import { fromUtf8 } from '../../domain/bytes.ts'
import { type Checkpoint, encodeCheckpoint, openCheckpoint } from '../../domain/note/checkpoint.ts'
import { signNote } from '../../domain/note/note.ts'
import {
  encodeVerifierKey,
  parseVerifierKey,
  verifierKeyOf,
} from '../../domain/note/verifierKey.ts'
import { type Ed25519Signer, sha256, verifyEd25519 } from '../crypto/nodeCrypto.ts'
import type { Pin } from '../keys/identity.ts'

export interface SignedHead {
  readonly size: number
  /** 32 bytes. */
  readonly root: Uint8Array
  /** The note, verbatim. */
  readonly text: string
}

/** Fails with what is wrong, as the end of a sentence. */
export const readCheckpoint = (
  note: Uint8Array | string,
  identity: Pick<Pin, 'origin' | 'verifierKey'>,
): Result.Result<SignedHead, string> =>
  Result.gen(function* () {
    const key = yield* Result.mapError(
      parseVerifierKey(sha256, identity.verifierKey),
      ({ reason }) => `the log's verifier key is unusable (${reason})`,
    )
    const { size, root } = yield* Result.mapError(
      openCheckpoint(verifyEd25519, note, key, identity.origin),
      (error) =>
        error._tag === 'WrongOrigin'
          ? `it is of another log, ${error.origin}`
          : `it is not signed by the log's key (${error.reason})`,
    )
    const text = typeof note === 'string' ? note : fromUtf8(note)
    if (typeof size !== 'number' || text === undefined)
      return yield* Result.fail('it is of a tree larger than any log')
    return { size, root, text }
  })

/** The verifier key a signer has under an origin: C2SP checkpoints carry the origin as key name. */
export const verifierKeyText = (
  origin: string,
  publicKey: Uint8Array,
): Result.Result<string, string> =>
  Result.mapBoth(verifierKeyOf(sha256, origin, publicKey), {
    onSuccess: encodeVerifierKey,
    onFailure: ({ reason }) => `no verifier key for ${origin}: ${reason}`,
  })

/** Signs a head. Fails for an origin or a key no note can carry. */
export const signCheckpoint = (
  signer: Ed25519Signer,
  checkpoint: Checkpoint,
): Result.Result<string, string> =>
  Result.gen(function* () {
    const reasonOf = ({ reason }: { readonly reason: string }): string => reason
    const key = yield* Result.mapError(
      verifierKeyOf(sha256, checkpoint.origin, signer.publicKey),
      reasonOf,
    )
    const text = yield* Result.mapError(encodeCheckpoint(checkpoint), reasonOf)
    return yield* Result.mapError(signNote(text, [{ key, sign: signer.sign }]), reasonOf)
  })
