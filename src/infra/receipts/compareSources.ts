// Two sources of receipts compared: where they part, and why. What differs is read again from both
// sides, so that a million decisions that are alike cost no more than their digests.
import {
  type Comparison,
  compareAsSets,
  compareInOrder,
  type Divergence,
  type DivergenceKind,
} from '../../domain/receipt/compare.ts'
import { type Cause, causesOf } from '../../domain/receipt/causes.ts'
import { type Difference, differencesOf } from '../../domain/receipt/differences.ts'
import type { Receipt } from '../../domain/receipt/receipt.ts'
import type { Step } from '../../domain/receipt/step.ts'
import type { ReceiptSource, Report } from './receiptSource.ts'

/** Divergences that are explained at most; the rest is counted. */
export const MOST_EXPLAINED = 10_000

/** One side of a divergence. */
export interface SeenStep {
  /** Place among the decisions, from 0; null where no order is known. */
  readonly position: number | null
  /** Index of the entry in its log; null where the source has none. */
  readonly index: number | null
  readonly digest: string
  readonly event: string
  readonly tool: string
  readonly capabilities: ReadonlyArray<string>
  readonly verdict: Receipt['verdict']
}

export interface Explained {
  readonly kind: DivergenceKind
  /** The root one first. */
  readonly causes: ReadonlyArray<Cause>
  readonly a: SeenStep | null
  readonly b: SeenStep | null
  readonly differences: ReadonlyArray<Difference>
}

export interface Side {
  readonly source: string
  readonly kind: ReceiptSource['kind']
  readonly origin: string | null
  readonly decisions: number
  readonly ordered: boolean
  /** Receipts that the folder's order does not name. */
  readonly aside: number
}

export interface ComparisonReport {
  readonly verdict: 'identical' | 'diverged'
  /** False where they were compared as sets: no order is known of one of them. */
  readonly ordered: boolean
  readonly a: Side
  readonly b: Side
  readonly same: number
  readonly divergences: number
  readonly first: Explained | null
  /** All of them, up to MOST_EXPLAINED, where they were asked for. */
  readonly all?: ReadonlyArray<Explained>
}

/** Rejects with SourceUnusable where a receipt is not there any more. */
export const compareSources = async (
  a: ReceiptSource,
  b: ReceiptSource,
  { all, report }: { readonly all: boolean; readonly report: Report },
): Promise<ComparisonReport> => {
  const ordered = a.ordered && b.ordered
  const compared: Comparison = ordered
    ? compareInOrder(a.steps, b.steps)
    : compareAsSets(a.steps, b.steps)
  const { divergences, same } = compared
  const wanted = divergences.slice(0, all ? MOST_EXPLAINED : 1)
  const explained: Array<Explained> = []
  for (const divergence of wanted) {
    explained.push(await explain(a, b, divergence))
    report(explained.length, wanted.length, 'differences read')
  }
  return {
    verdict: divergences.length === 0 ? 'identical' : 'diverged',
    ordered,
    a: sideOf(a),
    b: sideOf(b),
    same,
    divergences: divergences.length,
    first: explained[0] ?? null,
    ...(all ? { all: explained } : {}),
  }
}

const sideOf = ({ name, kind, origin, steps, ordered, aside }: ReceiptSource): Side => ({
  source: name,
  kind,
  origin,
  decisions: steps.length,
  ordered,
  aside,
})

const explain = async (
  a: ReceiptSource,
  b: ReceiptSource,
  { kind, a: inA, b: inB }: Divergence,
): Promise<Explained> => {
  const [left, right] = [await seen(a, inA), await seen(b, inB)]
  const differences =
    kind === 'changed' && left !== null && right !== null
      ? differencesOf(left.receipt, right.receipt)
      : []
  return {
    kind,
    causes: kind === 'changed' ? causesOf(differences) : [kind],
    a: left?.step ?? null,
    b: right?.step ?? null,
    differences,
  }
}

const seen = async (
  source: ReceiptSource,
  position: number | null,
): Promise<{ readonly receipt: Receipt; readonly step: SeenStep } | null> => {
  if (position === null) return null
  const step: Step = source.steps[position]!
  const receipt = await source.receipt(step)
  const { event, action, verdict } = receipt
  return {
    receipt,
    step: {
      position: source.ordered ? position : null,
      index: step.index,
      digest: step.digest,
      event,
      tool: action.tool,
      capabilities: action.capabilities,
      verdict,
    },
  }
}
