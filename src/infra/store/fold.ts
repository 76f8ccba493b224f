// The projections' states as they are folded, entry by entry. Live appends, recovery and verify all
// go through here, so that they cannot come to different states.
import type { Entry } from '../../domain/event/envelope.ts'
import { PROJECTIONS, type Projections } from '../../projections/all.ts'
import type { FoldCrypto, Projection } from '../../projections/projection.ts'
import { sha256, verifyEd25519 } from '../crypto/nodeCrypto.ts'

type Name = keyof Projections

/** One object for the life of the log; its fields are replaced as entries are folded. */
export type States = { -readonly [K in Name]: Projections[K] }

/** All projections, by the name of their state. */
export const FOLDS = Object.entries(PROJECTIONS) as ReadonlyArray<
  readonly [Name, Projection<unknown>]
>

/** What every fold of the log is checked with. */
export const FOLD_CRYPTO: FoldCrypto = { sha256, verifyEd25519 }

export const initialStates = (): States =>
  Object.fromEntries(FOLDS.map(([name, { initial }]) => [name, initial()])) as unknown as States

/** Folds one entry into the states of the projections, or of those that `only` names. */
export const foldInto = (states: States, entry: Entry, only?: (name: Name) => boolean): void => {
  const all = states as Record<Name, unknown>
  for (const [name, { step }] of FOLDS)
    if (only === undefined || only(name)) all[name] = step(all[name], entry, FOLD_CRYPTO)
}
