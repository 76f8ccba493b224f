// One recorded decision, decided once more from the facts that its receipt holds. It looks at nothing
// else: what the receipt leaves out had no part in the decision.
import { utf8 } from '../bytes.ts'
import { canonicalJson } from '../canonical.ts'
import type { DecisionMade, InputSwapped } from '../event/event.ts'
import { digestOf, type Sha256 } from '../hash.ts'
import { type CompiledPolicy, decide } from '../policy/decide.ts'
import type { Tainted } from '../policy/taint.ts'
import type { Posture, Verdict } from '../policy/verdict.ts'
import type { Receipt } from '../receipt/receipt.ts'
import { type Difference, firstDifference } from './difference.ts'

/** `policy` is the one that the receipt names. Undefined where the record is what it must be. */
export const decisionDifference = (
  { verdict, enforced, receipt }: DecisionMade,
  policy: CompiledPolicy,
): Difference | undefined => {
  const { action, mode, posture, state } = receipt
  const again = decide(action, policy, { mode, posture, state })
  const rated = state.rates === undefined ? [] : Object.keys(state.rates).sort()
  return (
    firstDifference(receipt.verdict, again.verdict, 'receipt.verdict') ??
    firstDifference(receipt.rules, again.rules, 'receipt.rules') ??
    firstDifference(rated, again.rated ?? [], 'receipt.state.rates') ??
    firstDifference(verdict, again.verdict, 'verdict') ??
    firstDifference(enforced, mode === 'enforce' || posture === 'locked', 'enforced')
  )
}

/**
 * The receipt against its address, and against the entry's own text: a field that this version does
 * not know would be lost in decoding, and with it what the digest is of.
 */
export const receiptDifference = (
  { receipt, receiptDigest }: DecisionMade,
  entry: string,
  sha256: Sha256,
): Difference | undefined => {
  const text = canonicalJson(receipt)
  if (!entry.includes(`"receipt":${text},`))
    return {
      path: 'receipt',
      recorded: 'fields that this version does not know',
      computed: 'a receipt of known fields alone',
    }
  return firstDifference(receiptDigest, digestOf(sha256, utf8(text)), 'receiptDigest')
}

const BEFORE_RECEIPT =
  /^\{"event":\{"_tag":"DecisionMade","enforced":(?:true|false),(?:"inputTag":"[^"\\]*",)?"receipt":/

/**
 * A receipt's own bytes within the text of its entry. Undefined for an entry that is not of the very
 * form that the log is written in: what decoding drops or takes twice must not stand in for it.
 */
export const receiptText = (entry: string): string | undefined => {
  const start = BEFORE_RECEIPT.exec(entry)?.[0].length ?? -1
  const end = start < 0 ? -1 : entry.indexOf(',"receiptDigest":"', start)
  return end < 0 || entry.includes('"receipt":', end) ? undefined : entry.slice(start, end)
}

/** What of a decision is beside its receipt, where the receipt itself is known to hold. */
export const besideReceipt = ({ verdict, enforced, receipt }: DecisionMade): boolean =>
  verdict === receipt.verdict &&
  enforced === (receipt.mode === 'enforce' || receipt.posture === 'locked')

const RANK: Record<Verdict, number> = { permit: 0, defer: 1, deny: 2 }

/** More calls than any rule's rate can ask for. */
const VERY_OFTEN = Number.MAX_SAFE_INTEGER

/**
 * A swapped input was judged with counters that are not recorded. Rules with a rate only make a
 * verdict stricter, so the recorded one lies between that of the counters folded and that of any.
 */
export const swapDifference = (
  { action, verdict }: InputSwapped,
  policy: CompiledPolicy,
  now: {
    readonly mode: Receipt['mode']
    readonly posture: Posture
    readonly suspended: boolean
    readonly rates: Readonly<Record<string, number>>
    readonly tainted: Tainted | undefined
  },
): Difference | undefined => {
  const { mode, posture, suspended, rates } = now
  const tainted = now.tainted === undefined ? {} : { tainted: now.tainted }
  const judged = (counted: Readonly<Record<string, number>>): Verdict =>
    decide(action, policy, { mode, posture, state: { suspended, rates: counted, ...tainted } })
      .verdict
  const least = judged(rates)
  if (verdict === least) return undefined
  const most = judged(Object.fromEntries(policy.rated.map(({ id }) => [id, VERY_OFTEN])))
  const isBetween = RANK[verdict] >= RANK[least] && RANK[verdict] <= RANK[most]
  return isBetween ? undefined : firstDifference(verdict, least, 'verdict')
}
