// The one-shot as this program runs it: its own hash and its own version, which the receipts name.
import {
  judgeOnce,
  type OneShotCircumstances,
  type OneShotJudgement,
  oneShotPolicy,
  type OneShotPolicy,
} from '../domain/oneShot/judgeOnce.ts'
import type { SpansIn } from '../domain/oneShot/hidden.ts'
import type { Policy } from '../domain/policy/policy.ts'
import { sha256 } from './crypto/nodeCrypto.ts'
import { ENGINE_VERSION } from './server/version.ts'

/** `subject`: what `policy` was made from. */
export const readyPolicy = (policy: Policy, subject: OneShotPolicy['subject']): OneShotPolicy =>
  oneShotPolicy(policy, subject, sha256)

/** Total: whatever the bytes are, a decision comes out. `spansIn`: what finds values; see spansByRules.ts. */
export const judgePayload = (
  payload: Uint8Array,
  by: OneShotPolicy,
  circumstances: OneShotCircumstances,
  spansIn: SpansIn,
): OneShotJudgement => judgeOnce(payload, by, circumstances, ENGINE_VERSION, sha256, spansIn)
