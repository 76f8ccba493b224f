// The decision: (action, policy, what is in force) → verdict. All matching rules count; per effect,
// deny beats defer beats permit, and an effect that no rule matches has the default of its kind. The
// call's verdict is the strictest over its effects and the rules about it as a whole. It works on
// facts alone, so that replay needs no more than the log; no clock, no I/O, no order of rules.
import type { Action } from '../action/action.ts'
import { type ActionEffect, EFFECT_KINDS, type EffectKind } from '../action/effect.ts'
import type { DecisionState } from '../receipt/receipt.ts'
import { BASELINE } from './baseline.ts'
import { type CompiledManifests, compileManifests, declares, kindsDeclared } from './manifest.ts'
import { applies, compileRule, type CompiledRule, doersOf, mayMatchKind, seenOf } from './match.ts'
import type { Policy } from './policy.ts'
import { isAllowedInDryRun } from './posture.ts'
import { gravityOf, type Ground, reasonLine } from './reason.ts'
import type { EffectPattern } from './rule.ts'
import type { Mode, Posture, Verdict } from './verdict.ts'

/** A policy made ready for many decisions. */
export interface CompiledPolicy {
  readonly ofCalls: ReadonlyArray<CompiledRule>
  readonly ofKind: Readonly<Record<EffectKind, ReadonlyArray<CompiledRule>>>
  readonly defaults: Readonly<Record<EffectKind, Verdict>>
  readonly tools: CompiledManifests
  readonly unknownTool: Verdict
}

export interface Decision {
  readonly verdict: Verdict
  /**
   * What decided, sorted: ids of rules, `baseline:…`, `default:<kind>`, `manifest:…`,
   * `unknown-tool` and `posture:…`. Of a permit: everything that permitted.
   */
  readonly rules: ReadonlyArray<string>
  /** One printable line. */
  readonly reason: string
  /** A permit that may answer the client's own question: approving rules cover all of the call. */
  readonly approve: boolean
}

/** What is in force when a call is judged. The verdict is the same in both modes. */
export interface Circumstances {
  readonly mode: Mode
  readonly posture: Posture
  readonly state: DecisionState
}

const RANK: Record<Verdict, number> = { permit: 0, defer: 1, deny: 2 }

const forEveryKind = <A>(make: (kind: EffectKind) => A): Record<EffectKind, A> =>
  Object.fromEntries(EFFECT_KINDS.map((kind) => [kind, make(kind)])) as Record<EffectKind, A>

const byKind = (rules: ReadonlyArray<CompiledRule>) =>
  forEveryKind((kind) => rules.filter((one) => mayMatchKind(one, kind)))

const BASELINE_OF_KIND = byKind(BASELINE.map(compileRule))

export const compilePolicy = (policy: Policy): CompiledPolicy => {
  const rules = policy.rules.map(compileRule)
  // A permit about the whole call covers effects of it; a restriction of it is judged once.
  const ofEffects = rules.filter((one) => one.ofEffects || one.rule.verdict === 'permit')
  return {
    ofCalls: rules.filter((one) => !one.ofEffects),
    ofKind: byKind(ofEffects),
    defaults: forEveryKind((kind) => defaultOf(policy, kind)),
    tools: compileManifests(policy.tools ?? {}),
    unknownTool: policy.unknown_tool ?? 'deny',
  }
}

const defaultOf = ({ defaults }: Policy, kind: EffectKind): Verdict =>
  defaults[kind] ?? defaults[`${kind.split('.')[0]}.*` as EffectPattern] ?? 'defer'

/**
 * In posture `autonomous` a defer stays a defer here, so that receipts of the same call compare; the
 * answer to the client turns it into a denial, because nobody is there to ask.
 */
export const decide = (action: Action, policy: CompiledPolicy, now: Circumstances): Decision => {
  const { tool } = action
  if (now.posture === 'locked' || now.state.suspended)
    return {
      verdict: 'deny',
      rules: ['posture:locked'],
      reason: now.state.suspended
        ? 'the gate is suspended: everything is denied until a human resumes it'
        : 'everything is denied in posture locked',
      approve: false,
    }
  const finding = new Finding()
  const manifest = policy.tools(tool)
  const isUnknown = action.origin === 'unknown' && manifest === undefined
  const dryRun = now.posture === 'dry_run'

  judgeCall(finding, action, policy, isUnknown)
  if (manifest?.require_confirmation === true)
    finding.add('defer', 'manifest:confirmation', 'the policy has a human confirm every call of it')
  if (manifest?.postures?.some((posture) => posture === now.posture) === false)
    finding.add(
      'deny',
      'manifest:posture',
      `the policy does not allow it in posture ${now.posture}`,
    )
  if (dryRun && action.origin !== 'builtin' && manifest?.effects === undefined)
    finding.add('deny', 'posture:dry_run', DRY_RUN)

  const effects = action.effects.flatMap((effect) => kindsDeclared(manifest, effect))
  let approved = areIdleApproved(policy, { ...action, effects })
  for (const effect of effects) {
    approved = judgeEffect(finding, action, effect, policy, isUnknown) && approved
    if (dryRun && !isAllowedInDryRun(tool, effect))
      finding.add('deny', 'posture:dry_run', DRY_RUN, effect)
    if (!declares(manifest, effect))
      finding.add('deny', 'manifest:effects', `it declares no ${effect.kind}`, effect)
  }
  return {
    verdict: finding.verdict,
    rules: [...finding.ids].sort(),
    reason: reasonLine(tool, finding.verdict, finding.ground, finding.effects.size - 1),
    approve: finding.verdict === 'permit' && approved,
  }
}

const DRY_RUN = 'only reading is permitted in posture dry_run'

/** The rules about the call as a whole, and the default of a tool that nobody knows. */
const judgeCall = (
  finding: Finding,
  { tool, capabilities }: Action,
  policy: CompiledPolicy,
  isUnknown: boolean,
): void => {
  const doers = doersOf(capabilities)
  let matched = false
  for (const compiled of policy.ofCalls) {
    if (!applies(compiled, tool, doers, undefined)) continue
    matched = true
    addRule(finding, compiled)
  }
  if (isUnknown && !matched) finding.add(policy.unknownTool, 'unknown-tool', UNKNOWN_TOOL)
}

const UNKNOWN_TOOL = 'the gate does not know this tool and the policy does not name it'

/** Judges one effect; true when an approving rule permits it. */
const judgeEffect = (
  finding: Finding,
  { tool, capabilities }: Action,
  effect: ActionEffect,
  policy: CompiledPolicy,
  isUnknown: boolean,
): boolean => {
  const seen = seenOf(effect, capabilities)
  const { kind } = effect
  // The baseline only adds: it takes no default's place, which may be stricter.
  for (const compiled of BASELINE_OF_KIND[kind])
    if (applies(compiled, tool, seen.doers, seen)) addRule(finding, compiled, effect)
  let strictest = -1
  let approved = false
  const counting: Array<CompiledRule> = []
  for (const compiled of policy.ofKind[kind]) {
    if (!applies(compiled, tool, seen.doers, seen)) continue
    counting.push(compiled)
    strictest = Math.max(strictest, RANK[compiled.rule.verdict])
    approved ||= compiled.rule.approve === true
  }
  for (const compiled of counting)
    if (RANK[compiled.rule.verdict] === strictest) addRule(finding, compiled, effect)
  if (strictest >= 0) return approved
  if (isUnknown && effect.why === 'unknown-tool')
    finding.add(policy.unknownTool, 'unknown-tool', UNKNOWN_TOOL, effect)
  else {
    const verdict = policy.defaults[kind]
    finding.add(verdict, `default:${kind}`, defaultInWords(verdict, kind), effect)
  }
  return false
}

const defaultInWords = (verdict: Verdict, kind: EffectKind): string => {
  const what = kind === 'opaque' ? 'what cannot be read' : kind
  return verdict === 'defer' ? `the policy leaves ${what} to a human` : `the policy denies ${what}`
}

/** Whether approving rules about calls cover every capability that has no effect of its own. */
const areIdleApproved = (
  policy: CompiledPolicy,
  { tool, capabilities, effects }: Action,
): boolean => {
  const idle = capabilities.filter((_, i) => effects.every((effect) => effect.of !== i))
  if (effects.length > 0 && idle.length === 0) return true
  return doersOf(idle).every((doer) =>
    policy.ofCalls.some(
      (compiled) => compiled.rule.approve === true && applies(compiled, tool, [doer], undefined),
    ),
  )
}

const addRule = (finding: Finding, { rule }: CompiledRule, effect?: ActionEffect): void =>
  finding.add(rule.verdict, rule.id, rule.reason ?? `rule ${rule.id}`, effect)

/**
 * The strictest verdict so far, and what it rests on. The ground told is that of the gravest effect,
 * then of the id that sorts first: never that of the rule that happened to come first.
 */
class Finding {
  verdict: Verdict = 'permit'
  readonly ids = new Set<string>()
  readonly effects = new Set<ActionEffect>()
  ground: Ground = { effect: undefined, why: '' }
  private groundId = ''

  add(verdict: Verdict, id: string, why: string, effect?: ActionEffect): void {
    if (RANK[verdict] < RANK[this.verdict]) return
    if (RANK[verdict] > RANK[this.verdict]) {
      this.verdict = verdict
      this.ids.clear()
      this.effects.clear()
      this.groundId = ''
    }
    this.ids.add(id)
    if (effect !== undefined) this.effects.add(effect)
    if (verdict !== 'permit' && (this.groundId === '' || this.isGraver(id, effect))) {
      this.ground = { effect, why }
      this.groundId = id
    }
  }

  private isGraver(id: string, effect: ActionEffect | undefined): boolean {
    const held = this.ground.effect
    const by =
      (effect === undefined ? -1 : gravityOf(effect.kind)) -
      (held === undefined ? -1 : gravityOf(held.kind))
    if (by !== 0) return by > 0
    return effect === held && id < this.groundId
  }
}
