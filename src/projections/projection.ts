// What a projection is: a pure fold of the log's entries. Its state is plain JSON, so that it can
// be stored as a snapshot and compared by hash; it must stay bounded however long the log grows.
import type { VerifyEd25519 } from '../domain/authority/authorisation.ts'
import { utf8 } from '../domain/bytes.ts'
import { canonicalJson } from '../domain/canonical.ts'
import type { Entry } from '../domain/event/envelope.ts'
import { type Digest, digestOf, type Sha256 } from '../domain/hash.ts'

/** Functions a fold may use; they come in as arguments because projections import domain only. */
export interface FoldCrypto {
  readonly sha256: Sha256
  readonly verifyEd25519: VerifyEd25519
}

export interface Projection<S> {
  /** Unique and stable: part of the snapshot's key. */
  readonly id: string
  /** Raised when step or the state's shape changes: an older snapshot is then refolded. */
  readonly version: number
  readonly initial: () => S
  /**
   * Returns the next state; may reuse and mutate the one given (the log hands over ownership).
   * Must not read anything but its arguments.
   */
  readonly step: (state: S, entry: Entry, crypto: FoldCrypto) => S
  /** Checks a state read back from a snapshot, whose bytes an attacker may have written. */
  readonly isState: (value: unknown) => value is S
}

/**
 * Bytes and hash of a state: what a snapshot stores and what SnapshotTaken carries. Throws
 * NotCanonical.
 */
export const encodeState = (
  state: unknown,
  sha256: Sha256,
): { readonly bytes: Uint8Array; readonly hash: Digest } => {
  const bytes = utf8(canonicalJson(state))
  return { bytes, hash: digestOf(sha256, bytes) }
}
