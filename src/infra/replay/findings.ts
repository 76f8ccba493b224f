// What a replay has found so far: counters, and the first mismatch. Later ones are counted and not
// kept, so that a log that is wrong throughout costs no more memory than one that is right.
import type { Difference } from '../../domain/replay/difference.ts'
import type { Mismatch, ReplayedPart } from '../../domain/replay/report.ts'

export class Findings {
  decisions = 0
  swapped = 0
  analysed = 0
  withoutKey = 0
  otherEngine = 0
  overtaken = 0
  ratesAhead = 0
  snapshots = 0
  otherVersion = 0
  projections = 0
  mismatches = 0
  first: Mismatch | null = null

  mismatch(
    entry: number,
    part: ReplayedPart,
    what: string,
    { recorded, computed }: Pick<Difference, 'recorded' | 'computed'>,
  ): void {
    this.mismatches += 1
    this.first ??= { entry, part, what, recorded, computed }
  }
}
