// Detection as the hook path sees it: texts in, what is in them out. How and where the looking is done
// (in this thread, in a worker, by a model) is its own affair; which tier answered is said.
import type { DetectorTier } from '../../domain/event/event.ts'
import type { Injection, Span } from '../../domain/sensitive/span.ts'

export interface Scanned {
  /** In order, none overlapping; offsets of the text as given. */
  readonly spans: ReadonlyArray<Span>
  /** Undefined where it was not asked for. */
  readonly injection: Injection | undefined
  /** The highest tier that looked. */
  readonly tier: DetectorTier
  /** UTF-16 units at the text's end that nobody looked at; 0 for a text that was scanned whole. */
  readonly cut: number
}

export interface ScanOptions {
  /** The user's own patterns, as the setting has them; empty for none. */
  readonly own?: string
  readonly injection: boolean
  /**
   * Wait for models where there are some: off the gate's path. Without it rules alone answer.
   */
  readonly models: boolean
  /** What is not done by then is cut. `performance.now()` milliseconds. */
  readonly deadline: number
}

export interface Scanner {
  /** One result for each text, in order. Never rejects: what cannot be scanned is cut. */
  readonly scan: (
    texts: ReadonlyArray<string>,
    options: ScanOptions,
  ) => Promise<ReadonlyArray<Scanned>>
}
