// `hook gate --policy`: one payload judged with nothing but a policy. No control plane, state, clock,
// network or look at the machine; it always comes to a decision, and what cannot be read is denied.
import { fromUtf8 } from '../../domain/bytes.ts'
import { canonicalJson } from '../../domain/canonical.ts'
import type { Action } from '../../domain/action/action.ts'
import { PayloadRejected } from '../../domain/hook/claudePayload.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { Posture, Verdict } from '../../domain/policy/verdict.ts'
import type { Receipt } from '../../domain/receipt/receipt.ts'
import { evaluate } from '../../gate.ts'

export interface OneShotDecision {
  /** What is answered: in posture autonomous nobody can be asked, so a defer is a deny. */
  readonly verdict: Verdict
  /** What the policy says, as the receipt holds it. */
  readonly decided: Verdict
  readonly capabilities: Action['capabilities']
  readonly effects: Action['effects']
  readonly rules: ReadonlyArray<string>
  readonly reason: string
  readonly posture: Posture | null
  /** Digest of the receipt; null for an event that nobody decides on, or that cannot be read. */
  readonly receipt: string | null
}

export interface OneShot {
  readonly decision: OneShotDecision
  readonly receipt: Receipt | null
}

/** `event`: the one that the payload must be of, where the caller knows. */
export const gateOnce = (
  payload: Uint8Array,
  policy: Policy,
  {
    event,
    posture,
  }: { readonly event?: string | undefined; readonly posture?: Posture | undefined },
): OneShot => {
  try {
    const { decision, receipt, digest } = evaluate(payload, { policy, posture: posture ?? null })
    if (event !== undefined && eventOf(payload) !== event)
      return unreadable(`the payload is not one of ${event}`, 'payload:wrong-event')
    const { verdict: decided, rules, reason } = decision
    const verdict =
      decided === 'defer' && receipt?.posture === 'autonomous' ? ('deny' as const) : decided
    return {
      receipt,
      decision: {
        verdict,
        decided,
        capabilities: receipt?.action.capabilities ?? [],
        effects: receipt?.action.effects ?? [],
        rules,
        reason: verdict === decided ? reason : `${reason}; nobody is there to ask`,
        posture: receipt?.posture ?? null,
        receipt: digest,
      },
    }
  } catch (error) {
    if (!(error instanceof PayloadRejected)) throw error
    const { reason, field } = error
    return unreadable(
      `the payload cannot be read: ${reason}${field === undefined ? '' : ` (${field})`}`,
      `payload:${reason}`,
    )
  }
}

const eventOf = (payload: Uint8Array): unknown =>
  (JSON.parse(fromUtf8(payload) ?? 'null') as { hook_event_name?: unknown } | null)?.hook_event_name

const unreadable = (reason: string, rule: string): OneShot => ({
  receipt: null,
  decision: {
    verdict: 'deny',
    decided: 'deny',
    capabilities: [],
    effects: [],
    rules: [rule],
    reason,
    posture: null,
    receipt: null,
  },
})

export const receiptText = (receipt: Receipt): string => canonicalJson(receipt)
