// Whether a loosening in the log counts, for projections beside the gate's own: one without the signature
// that the log demands must change nothing, whoever wrote it. Such a projection folds the gate's state
// with its own, as which signature is good depends on every loosening before it.
import type { Entry } from '../domain/event/envelope.ts'
import { type GateState, gateState } from './gateState.ts'
import type { FoldCrypto } from './projection.ts'

/**
 * The gate's state after the entry, and whether what the entry changes counts: a loosening that was
 * accepted, or anything before the first policy, as a log that goes on from another one begins with what
 * was in force there.
 */
export const withGate = (
  before: GateState,
  entry: Entry,
  crypto: FoldCrypto,
): { readonly gate: GateState; readonly accepted: boolean } => {
  const gate = gateState.step(before, entry, crypto)
  const refused = gate !== before && gate.unsigned.at(-1) === entry.index
  const loosened = gate !== before && gate.lastLoosening === entry.index
  return { gate, accepted: loosened || (before.policy === null && !refused) }
}
