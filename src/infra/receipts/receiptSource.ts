// What receipts can be compared from: one row of decisions, whatever holds them. Its receipts are read
// again when they are shown, and must still be what they were.
import * as Schema from 'effect/Schema'
import type { Receipt } from '../../domain/receipt/receipt.ts'
import type { Step } from '../../domain/receipt/step.ts'

/** Decisions of one side at most: each takes about a hundred bytes of memory. */
export const MOST_DECISIONS = 1_000_000

export interface ReceiptSource {
  readonly kind: 'receipts' | 'export' | 'log'
  /** As the person named it. */
  readonly name: string
  /** False for a folder without an order: then the steps are a set, sorted by digest. */
  readonly ordered: boolean
  readonly steps: ReadonlyArray<Step>
  /** Receipts in the folder that its order does not name, and that are left aside. */
  readonly aside: number
  /** Whose log an export or a log is; null for a folder. */
  readonly origin: string | null
  /** The receipt of a step. Rejects with SourceUnusable where it is not what it was. */
  readonly receipt: (step: Step) => Promise<Receipt>
}

export type Report = (done: number, total: number, what: string) => void

/** What was named cannot be compared, or cannot be written to: why, and what to do instead. */
export class SourceUnusable extends Schema.TaggedError<SourceUnusable>()('SourceUnusable', {
  /** What was named, or the file in it. */
  source: Schema.String,
  detail: Schema.String,
  remedy: Schema.String,
}) {
  override get message(): string {
    return `${this.source}: ${this.detail}`
  }
}
