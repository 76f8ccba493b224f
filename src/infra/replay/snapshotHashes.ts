// SnapshotTaken entries against the states that the replay has folded: every one of them, also those
// whose stored bytes were dropped long ago.
import type { Entry } from '../../domain/event/envelope.ts'
import type { Digest } from '../../domain/hash.ts'
import { encodeState } from '../../projections/projection.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { FOLDS, type States } from '../store/fold.ts'
import type { Findings } from './findings.ts'

export const hashesOf = (states: States): ReadonlyMap<string, Digest> =>
  new Map(
    FOLDS.map(([name, { id, version }]) => [
      `${id}/${version}`,
      encodeState(states[name], sha256).hash,
    ]),
  )

/** Told of every entry before it is folded: a round's states are those at its first entry. */
export const snapshotHashes = (states: States, findings: Findings): ((entry: Entry) => void) => {
  let round: { readonly size: number; readonly hashes: ReadonlyMap<string, Digest> } | undefined
  return ({ index, event }) => {
    if (event._tag !== 'SnapshotTaken') {
      round = undefined
      return
    }
    const { projection, version, size, hash } = event
    if (size === index) round = { size, hashes: hashesOf(states) }
    if (round?.size !== size) {
      findings.mismatch(index, 'snapshot', `the size of the snapshot of ${projection}`, {
        recorded: String(size),
        computed: String(round?.size ?? index),
      })
      return
    }
    const folded = round.hashes.get(`${projection}/${version}`)
    if (folded === undefined) findings.otherVersion += 1
    else if (folded === hash) findings.snapshots += 1
    else
      findings.mismatch(index, 'snapshot', `the state of ${projection} after ${size} entries`, {
        recorded: hash,
        computed: folded,
      })
  }
}
