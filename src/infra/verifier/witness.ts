// The package export `isonapse/witness`: everything needed to check this log's proofs and signed
// checkpoints without the program, its store or native code; it runs in a browser. It reads nothing
// and trusts nothing it is handed: the verify functions answer true or false and never throw.
import * as Result from 'effect/Result'
import * as merkleHash from '../../domain/merkle/hash.ts'
import type { ConsistencyClaim, InclusionClaim } from '../../domain/merkle/proof.ts'
import * as merkleProof from '../../domain/merkle/proof.ts'
import { appendLeaf, EMPTY_FRONTIER, rootOfFrontier } from '../../domain/merkle/frontier.ts'
import type { Checkpoint } from '../../domain/note/checkpoint.ts'
import * as checkpoints from '../../domain/note/checkpoint.ts'
import type { SignedNote } from '../../domain/note/note.ts'
import * as notes from '../../domain/note/note.ts'
import type { TlogProof } from '../../domain/note/tlogProof.ts'
import * as proofs from '../../domain/note/tlogProof.ts'
import type { VerifierKey } from '../../domain/note/verifierKey.ts'
import * as verifierKeys from '../../domain/note/verifierKey.ts'
import { publicKeyOf, sha256, signEd25519, verifyEd25519 } from './portableCrypto.ts'

export type { Checkpoint, ConsistencyClaim, InclusionClaim, SignedNote, TlogProof, VerifierKey }
export type { NoteSignature } from '../../domain/note/note.ts'
export type { TreeNumber } from '../../domain/merkle/proof.ts'
export { NoteMalformed, NoteUnverified } from '../../domain/note/note.ts'
export { CheckpointMalformed, WrongOrigin } from '../../domain/note/checkpoint.ts'
export { TlogProofMalformed } from '../../domain/note/tlogProof.ts'
export { VerifierKeyMalformed } from '../../domain/note/verifierKey.ts'

/** A verifier key as text (`name+id+base64`) or parsed. */
export type KeyLike = string | VerifierKey

/** RFC 6962 leaf hash of an entry's bytes: SHA-256(0x00 || entry). */
export const leafHash = (entry: Uint8Array): Uint8Array => merkleHash.leafHash(sha256, entry)

/** RFC 6962 inner node: SHA-256(0x01 || left || right). */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array =>
  merkleHash.nodeHash(sha256, left, right)

/** RFC 6962 root of a tree, from its leaf hashes (leafHash of each entry) in order. */
export const rootOf = (leafHashes: Iterable<Uint8Array>): Uint8Array => {
  let frontier = EMPTY_FRONTIER
  for (const leaf of leafHashes) frontier = appendLeaf(sha256, frontier, leaf).frontier
  return rootOfFrontier(sha256, frontier)
}

/**
 * RFC 9162 §2.1.3.2: whether the entry with this leaf hash is number `index` of the tree of `size`
 * with this `root`. Sizes and indexes are numbers (safe integers) or bigints, below 2^64. False for
 * anything that is not a proof, whatever is wrong with it.
 */
export const verifyInclusion = (claim: InclusionClaim): boolean =>
  merkleProof.verifyInclusion(sha256, claim)

/**
 * RFC 9162 §2.1.4.2: whether the tree of `size2` and `root2` extends the one of `size1` and `root1`.
 * From size 0 an empty proof is accepted, whatever the roots; equal sizes need an empty proof and
 * equal roots. False for anything that is not a proof.
 */
export const verifyConsistency = (claim: ConsistencyClaim): boolean =>
  merkleProof.verifyConsistency(sha256, claim)

/** Parses a C2SP verifier key; throws VerifierKeyMalformed. */
export const parseVerifierKey = (text: string): VerifierKey =>
  Result.getOrThrow(verifierKeys.parseVerifierKey(sha256, text))

/** `name+id+base64` of a 32-byte Ed25519 public key; throws VerifierKeyMalformed. */
export const encodeVerifierKey = (name: string, publicKey: Uint8Array): string =>
  verifierKeys.encodeVerifierKey(
    Result.getOrThrow(verifierKeys.verifierKeyOf(sha256, name, publicKey)),
  )

/** Parses a C2SP signed note, verifying nothing; throws NoteMalformed. */
export const parseNote = (note: string | Uint8Array): SignedNote =>
  Result.getOrThrow(notes.parseNote(note))

const toKey = (key: KeyLike): VerifierKey => (typeof key === 'string' ? parseVerifierKey(key) : key)
const toKeys = (keys: KeyLike | ReadonlyArray<KeyLike>): ReadonlyArray<VerifierKey> =>
  (Array.isArray as (value: unknown) => value is ReadonlyArray<KeyLike>)(keys)
    ? keys.map(toKey)
    : [toKey(keys)]

/**
 * The note's text, once at least one of the keys has signed it and none of them has a bad signature
 * on it. Throws NoteMalformed, NoteUnverified or VerifierKeyMalformed.
 */
export const openNote = (
  note: string | Uint8Array,
  keys: KeyLike | ReadonlyArray<KeyLike>,
): string => {
  const parsed = parseNote(note)
  Result.getOrThrow(notes.verifyNote(verifyEd25519, parsed, toKeys(keys)))
  return parsed.text
}

/** Whether openNote would hand out the text. Never throws. */
export const verifyNote = (
  note: string | Uint8Array | SignedNote,
  keys: KeyLike | ReadonlyArray<KeyLike>,
): boolean => {
  try {
    const parsed = typeof note === 'string' || note instanceof Uint8Array ? parseNote(note) : note
    return Result.isSuccess(notes.verifyNote(verifyEd25519, parsed, toKeys(keys)))
  } catch {
    return false
  }
}

/**
 * Signs `text`, which must end in a newline, with the 32-byte Ed25519 seed, in `name`'s name.
 * Throws NoteMalformed or VerifierKeyMalformed.
 */
export const signNote = (
  text: string,
  signer: { readonly name: string; readonly seed: Uint8Array },
): string => {
  const key = Result.getOrThrow(
    verifierKeys.verifierKeyOf(sha256, signer.name, publicKeyOf(signer.seed)),
  )
  const sign = (message: Uint8Array): Uint8Array => signEd25519(signer.seed, message)
  return Result.getOrThrow(notes.signNote(text, [{ key, sign }]))
}

/**
 * Reads a C2SP checkpoint from a signed note, or from a note's text, verifying nothing: origin,
 * size (a number, or a bigint beyond 2^53 - 1) and root. Throws CheckpointMalformed, NoteMalformed.
 */
export const parseCheckpoint = (note: string | Uint8Array | SignedNote): Checkpoint => {
  const isText = typeof note === 'string' && !note.includes('\n\n')
  const text = isText ? note : isSigned(note) ? note.text : parseNote(note).text
  return Result.getOrThrow(checkpoints.parseCheckpoint(text))
}

const isSigned = (note: string | Uint8Array | SignedNote): note is SignedNote =>
  typeof note === 'object' && 'text' in note

/** The text of a checkpoint, ready for signNote; throws CheckpointMalformed. */
export const encodeCheckpoint = (checkpoint: Checkpoint): string =>
  Result.getOrThrow(checkpoints.encodeCheckpoint(checkpoint))

/**
 * The checkpoint, once the log's key has signed it and its origin is the log's (the key's name
 * unless given). Throws what is wrong with it.
 */
export const openCheckpoint = (
  note: string | Uint8Array,
  key: KeyLike,
  origin?: string,
): Checkpoint =>
  Result.getOrThrow(checkpoints.openCheckpoint(verifyEd25519, note, toKey(key), origin))

/** Parses a C2SP tlog-proof, verifying nothing; throws TlogProofMalformed. */
export const parseTlogProof = (text: string): TlogProof =>
  Result.getOrThrow(proofs.parseTlogProof(text))

/**
 * Whether the tlog-proof shows `entry` (its very bytes) in the log whose key is given. Never throws.
 */
export const verifyTlogProof = (
  text: string,
  entry: Uint8Array,
  key: KeyLike,
  origin?: string,
): boolean => {
  try {
    const { index, proof, checkpoint } = parseTlogProof(text)
    const { size, root } = openCheckpoint(checkpoint, key, origin)
    return verifyInclusion({ index, size, leafHash: leafHash(entry), proof, root })
  } catch {
    return false
  }
}
