// How far a fold from entry 0 has come: what opening a log tells while it makes states anew that no
// snapshot holds, because a projection is new or of another version, or its snapshots are no good.

export interface Refolding {
  /** Ids of the projections that are folded from entry 0. */
  readonly projections: ReadonlyArray<string>
  /** Entries. */
  readonly done: number
  readonly total: number
}

/** Told how far it has come: entries folded, of how many, and in words what is being done. */
export type OnRefold = (done: number, total: number, what: string) => void

/** Entries between two reports; a log of fewer is folded before anybody would read one. */
export const REFOLD_REPORTED_EVERY = 8192

/** What is being done, as a bar of progress names it. */
export const refoldingWords = ({ projections }: Pick<Refolding, 'projections'>): string =>
  `entries folded anew for ${projections.join(', ')}`
