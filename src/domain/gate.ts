// One tool call, from what the client reported to what is decided: analyse, decide, receipt. Pure:
// what the machine looked like comes in as `observed`, what is in force as `inForce`.
import type { Action, Observed } from './action/action.ts'
import { APPROVAL_ID, type Approved } from './approval/approval.ts'
import { approvedChanges } from './approval/approvedChanges.ts'
import { analyse } from './action/analyse.ts'
import type { PathRef, Place } from './action/place.ts'
import { sendsAway } from './action/sendsAway.ts'
import { NO_SOURCES, type Sources } from './action/sources.ts'
import type { BudgetFigure } from './cost/budget.ts'
import type { GuardVerdict } from './guard/guard.ts'
import type { Digest, Sha256 } from './hash.ts'
import type { HookEvent } from './hook/hookEvent.ts'
import { type CompiledPolicy, type Decision, decide } from './policy/decide.ts'
import type { Tainted } from './policy/taint.ts'
import { postureFor } from './policy/posture.ts'
import type { Mode, Posture } from './policy/verdict.ts'
import { ranked } from './receipt/positions.ts'
import { type DecisionState, type Receipt, receiptDigest } from './receipt/receipt.ts'
import { configInWords } from './skills/guardWords.ts'
import { OUT_OF_REACH } from './policy/baseline.ts'
import { pathInWords } from './policy/reason.ts'
import type { SinksOf } from './secret/sinks.ts'
import { readWithStandIns, useOfSecrets } from './secret/useOfSecrets.ts'
import { type FactMask, NO_MASK } from './sensitive/factMask.ts'
import type { Untrusted } from './skills/trust.ts'

/** What the log says is in force when the event arrives. */
export interface InForce {
  readonly policy: CompiledPolicy
  readonly policyDigest: Digest
  readonly mode: Mode
  /** Explicit posture; null leaves it to the client's permission mode. */
  readonly posture: Posture | null
  readonly suspended: boolean
  /** Counters of the policy's rules with a rate, by the rule's id; one that is absent is 0. */
  readonly rates?: Readonly<Record<string, number>>
  /** The budgets that are set, as far as they are spent by the event's session, hour and day. */
  readonly budgets?: ReadonlyArray<BudgetFigure>
  /** Of a prompt that is to be held back: the values in it, by type. */
  readonly prompt?: Readonly<Record<string, number>>
  /** Where stored secrets may go, by name; without it there are none. */
  readonly sinksOf?: SinksOf
  /** Files that hold values which they were not written with. */
  readonly restored?: ReadonlyArray<PathRef>
  /** The same as a receipt has it: whether the call would send one of them away. */
  readonly sendsRestored?: boolean
  /** Changes that a human agreed to beforehand, as they are in force now. */
  readonly approvals?: ReadonlyArray<Approved>
  /** The same as a receipt has it: the targets that it was about. */
  readonly approved?: ReadonlyArray<PathRef>
  /** Of a tool call: what the guards said that were asked about it, by the order of their names. */
  readonly guards?: ReadonlyArray<GuardVerdict>
  /** The event's session had read text that tries to instruct the agent. */
  readonly tainted?: Tainted
  /** Files that instruct the agent in the event's session, or run something, are not as they were trusted. */
  readonly untrusted?: Untrusted
}

export interface Judgement {
  readonly action: Action
  readonly decision: Decision
  readonly posture: Posture
  /** Whether the decision is carried out: always while locked, else in enforce mode. */
  readonly enforced: boolean
  readonly receipt: Receipt
  readonly receiptDigest: Digest
  /** The approvals that let it through, by their ids: none where it would have been permitted anyway. */
  readonly approvals: ReadonlyArray<string>
}

/** Undefined for events that nobody decides on. */
export const judge = (
  event: HookEvent,
  place: Place,
  observed: Observed,
  inForce: InForce,
  engine: string,
  sha256: Sha256,
  sources: Sources = NO_SOURCES,
  mask: FactMask = NO_MASK,
): Judgement | undefined => {
  const analysed = analyse(readWithStandIns(event), place, observed, sources)
  if (analysed === undefined) return undefined
  const action = mask.action(analysed)
  const { mode, suspended } = inForce
  const posture = postureFor(inForce.posture, suspended, event.permissionMode)
  const rates = ratesBefore(event, inForce)
  const agreed = approvedChanges(analysed, action, inForce.approvals ?? [], place)
  const approved = inForce.approved ?? agreed.paths
  const always: DecisionState = {
    suspended,
    ...budgetsOf(event, inForce),
    ...(inForce.prompt === undefined ? {} : { prompt: inForce.prompt }),
    ...((inForce.sendsRestored ?? sendsAway(analysed, inForce.restored ?? []))
      ? { restored: true as const }
      : {}),
    ...secretsOf(event, analysed, inForce),
    ...(inForce.guards === undefined || inForce.guards.length === 0
      ? {}
      : { guards: inForce.guards }),
    ...(approved.length === 0 ? {} : { approved }),
    ...(inForce.tainted === undefined ? {} : { tainted: inForce.tainted }),
    // Profile mode warns of it and learns what the calls are: they are judged for what they do.
    ...(inForce.untrusted === undefined || mode !== 'enforce'
      ? {}
      : { untrusted: inForce.untrusted }),
  }
  const decision = decide(action, inForce.policy, {
    mode,
    posture,
    state: { ...always, ...(rates === undefined ? {} : { rates }) },
  })
  const { rated } = decision
  const state: DecisionState =
    rated === undefined ? always : { ...always, rates: pick(rated, rates) }
  const receipt: Receipt = {
    v: 1,
    engine,
    event: event.name,
    action: ranked(action),
    observed: mask.observed(observed),
    policy: inForce.policyDigest,
    mode,
    posture,
    state,
    verdict: decision.verdict,
    rules: decision.rules,
  }
  return {
    action,
    decision: withFile(event, action, observed, decision),
    posture,
    enforced: mode === 'enforce' || posture === 'locked',
    receipt,
    receiptDigest: receiptDigest(receipt, sha256),
    approvals:
      decision.verdict === 'permit' && decision.rules.includes(APPROVAL_ID) ? agreed.ids : [],
  }
}

/** Of settings that would switch the gate off: which file, and what in it. */
const withFile = (
  event: HookEvent,
  { effects }: Action,
  { config }: Observed,
  decision: Decision,
): Decision => {
  if (event.kind !== 'config.changed' || config?.key === undefined) return decision
  const target = effects.find(({ kind }) => kind === 'tamper')?.target
  if (target === undefined || decision.verdict === 'permit') return decision
  const file = 'path' in target ? pathInWords(target.path) : event.source
  return { ...decision, reason: `${configInWords(file, config.key)}: ${OUT_OF_REACH}` }
}

const secretsOf = (
  event: HookEvent,
  action: Action,
  { sinksOf = NO_SECRETS }: InForce,
): Pick<DecisionState, 'secrets'> => {
  const secrets = useOfSecrets(event, action, sinksOf)
  return secrets === undefined ? {} : { secrets }
}

const NO_SECRETS: SinksOf = () => undefined

const pick = (ids: ReadonlyArray<string>, rates: InForce['rates']): Record<string, number> =>
  Object.fromEntries(
    ids.map((id) => [id, rates !== undefined && Object.hasOwn(rates, id) ? rates[id]! : 0]),
  )

/** A change of the client's settings spends nothing, and is judged for what it does to the gate. */
const budgetsOf = (
  { kind }: HookEvent,
  { budgets = [] }: InForce,
): Pick<DecisionState, 'budgets'> =>
  budgets.length === 0 || kind === 'config.changed' ? {} : { budgets }

/** The client asks for permission of a call that was decided on before, and so is counted already. */
const ratesBefore = ({ kind }: HookEvent, { rates }: InForce): InForce['rates'] =>
  rates === undefined || kind !== 'permission.asked'
    ? rates
    : Object.fromEntries(Object.entries(rates).map(([id, seen]) => [id, Math.max(0, seen - 1)]))
