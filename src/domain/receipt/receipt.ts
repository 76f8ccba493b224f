// The deterministic record of one decision. Two machines that replay one recorded session produce
// the same bytes, so it holds no time, host, user, home path, log index or key.
import * as Schema from 'effect/Schema'
import { Action, Observed } from '../action/action.ts'
import { PathRef } from '../action/place.ts'
import { utf8 } from '../bytes.ts'
import { canonicalJson } from '../canonical.ts'
import { BudgetFigure } from '../cost/budget.ts'
import { GuardVerdict } from '../guard/guard.ts'
import { Sinks } from '../secret/sinkList.ts'
import { Untrusted } from '../skills/trust.ts'
import { Digest, digestOf, type Sha256 } from '../hash.ts'
import { Tainted } from '../policy/taint.ts'
import { Mode, Posture, Verdict } from '../policy/verdict.ts'

/** What of the gate's state a decision depended on. */
export const DecisionState = Schema.Struct({
  /** A human suspended the gate: the posture is `locked` whatever else holds. */
  suspended: Schema.Boolean,
  /**
   * Of the rules with a rate that match the call: how many calls were let through in the rule's window
   * before it, by the rule's id.
   */
  rates: Schema.optionalKey(Schema.Record(Schema.String, Schema.Int)),
  /** Of a prompt or a tool call: the budgets that are set, with what was spent of each before it. */
  budgets: Schema.optionalKey(Schema.Array(BudgetFigure)),
  /** Of a prompt that is held back for them: sensitive values in it, by type. */
  prompt: Schema.optionalKey(Schema.Record(Schema.String, Schema.Int)),
  /**
   * Of a call that names stored secrets: where each may go, null where there is none of the name; and why
   * the call may not have the one named.
   */
  secrets: Schema.optionalKey(
    Schema.Struct({
      sinks: Schema.Record(Schema.String, Schema.NullOr(Sinks)),
      refused: Schema.optionalKey(Schema.Struct({ name: Schema.String, why: Schema.String })),
    }),
  ),
  /** The call would send away a file that values were put back into. */
  restored: Schema.optionalKey(Schema.Literal(true)),
  /** Of a tool call: what each guard said that was asked, in the order of their names. */
  guards: Schema.optionalKey(Schema.Array(GuardVerdict)),
  /** Targets of its changes that a human had agreed to beforehand. */
  approved: Schema.optionalKey(Schema.Array(PathRef)),
  /** The session had read text that tries to instruct the agent, and nobody had cleared that yet. */
  tainted: Schema.optionalKey(Tainted),
  /** In enforce mode: files instruct the agent, or run something in the client, that nobody trusted as they are. */
  untrusted: Schema.optionalKey(Untrusted),
})
export type DecisionState = typeof DecisionState.Type

export const Receipt = Schema.Struct({
  v: Schema.Literal(1),
  /** Version of the deciding code: a receipt of another engine may differ for that reason alone. */
  engine: Schema.String,
  /** The client's event that asked. */
  event: Schema.String,
  /** Its spans are ranks, not offsets: see positions.ts. */
  action: Action,
  observed: Observed,
  /** SHA-256 of the policy's canonical JSON. */
  policy: Digest,
  mode: Mode,
  posture: Posture,
  state: DecisionState,
  verdict: Verdict,
  /** Ids of the rules that decided, sorted. */
  rules: Schema.Array(Schema.String),
})
export type Receipt = typeof Receipt.Type

/** A receipt's address: SHA-256 of its canonical JSON. Throws NotCanonical. */
export const receiptDigest = (receipt: Receipt, sha256: Sha256): Digest =>
  digestOf(sha256, utf8(canonicalJson(receipt)))
