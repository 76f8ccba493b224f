// `hook gate --policy` and `--manifest`: one payload judged with nothing but a file. No control plane,
// state, clock, network or look at the machine; it always comes to a decision, and what cannot be read
// or recorded is denied.
import type { Action } from '../../domain/action/action.ts'
import { canonicalJson } from '../../domain/canonical.ts'
import {
  errorJson,
  HookError,
  type ManifestError,
  type OneShotError,
  PolicyError,
  ReceiptError,
} from '../../domain/oneShot/errors.ts'
import type { SpansIn } from '../../domain/oneShot/hidden.ts'
import {
  type OneShotJudgement,
  type OneShotPolicy,
  unreadable,
} from '../../domain/oneShot/judgeOnce.ts'
import type { Posture, Verdict } from '../../domain/policy/verdict.ts'
import type { Receipt } from '../../domain/receipt/receipt.ts'
import { judgePayload } from '../../infra/oneShot.ts'
import { CommandFailure } from '../terminal/failure.ts'
import { safeJson } from '../terminal/json.ts'
import { printed } from '../terminal/printed.ts'
import { writeReceipt } from './receiptDir.ts'

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
  readonly error: OneShotError | null
}

export interface GateOnceOptions {
  /** The event that the payload must be of, where the caller knows. */
  readonly event?: string | undefined
  readonly posture?: Posture | undefined
}

/**
 * `payload`: its bytes, or why there are none. `by`: what it is judged by, or why there is nothing.
 * Detection is loaded only where a text asks for it: it takes longer to load than all else to judge.
 */
export const gateOnce = async (
  payload: Uint8Array | HookError,
  by: OneShotPolicy | ManifestError | PolicyError,
  options: GateOnceOptions,
): Promise<OneShot> => {
  let isAsked = false
  const unlooked = judgedWith(payload, by, options, () => {
    isAsked = true
    return []
  })
  if (!isAsked) return unlooked
  const { spansByRules } = await import('../../infra/sensitive/spansByRules.ts')
  return judgedWith(payload, by, options, spansByRules)
}

const judgedWith = (
  payload: Uint8Array | HookError,
  by: OneShotPolicy | ManifestError | PolicyError,
  { event, posture }: GateOnceOptions,
  spansIn: SpansIn,
): OneShot => {
  if (by instanceof Error) return unjudged(by)
  const { verdict, decision, receipt, digest, error }: OneShotJudgement =
    payload instanceof HookError
      ? unreadable(payload)
      : judgePayload(payload, by, { event, posture: posture ?? null }, spansIn)
  const { verdict: decided, rules, reason } = decision
  return {
    receipt,
    error,
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
}

/** The denial where there is nothing to judge by. */
const unjudged = (error: ManifestError | PolicyError): OneShot => ({
  receipt: null,
  error,
  decision: {
    verdict: 'deny',
    decided: 'deny',
    capabilities: [],
    effects: [],
    rules: [`${error instanceof PolicyError ? 'policy' : 'manifest'}:${error.kind}`],
    reason: error.message,
    posture: null,
    receipt: null,
  },
})

/** The same with its receipt in the folder; a call whose receipt cannot be kept is denied. */
export const kept = (judged: OneShot, folder: string | undefined): OneShot => {
  const { receipt, decision } = judged
  if (folder === undefined || receipt === null) return judged
  try {
    writeReceipt(folder, decision.receipt!, receiptText(receipt))
    return judged
  } catch (failure) {
    if (!(failure instanceof CommandFailure)) throw failure
    const error = new ReceiptError({
      folder: printed(folder),
      message: printed(failure.message),
      remedy: failure.remedy ?? '',
    })
    const { message: reason } = error
    return {
      receipt,
      error,
      decision: {
        ...decision,
        verdict: 'deny',
        rules: ['receipt:unwritten'],
        reason,
        receipt: null,
      },
    }
  }
}

export const receiptText = (receipt: Receipt): string => canonicalJson(receipt)

/** One JSON object in one line, safe on a terminal. */
export const errorLine = (error: OneShotError): string => `${safeJson(errorJson(error))}\n`
