// The decision: (action, policy, what is in force) → verdict. All matching rules count; per effect,
// deny beats defer beats permit, and an effect that no rule matches has the default of its kind. The
// call's verdict is the strictest over its effects and the rules about it as a whole; of several
// layers each is judged for itself, and the strictest counts. It works on facts alone, so that replay
// needs no more than the log; no clock, no I/O, no order of rules.
import type { Action } from '../action/action.ts'
import { APPROVAL_ID, APPROVAL_REMEDY } from '../approval/approval.ts'
import { approvesEffect } from '../approval/approvedChanges.ts'
import { type ActionEffect, EFFECT_KINDS, type EffectKind } from '../action/effect.ts'
import type { DecisionState } from '../receipt/receipt.ts'
import type { Validator } from '../validate/validator.ts'
import { BASELINE } from './baseline.ts'
import {
  type CompiledManifest,
  type CompiledManifests,
  compileManifests,
  declares,
  kindsDeclared,
} from './manifest.ts'
import {
  applies,
  compileRule,
  type CompiledRule,
  type Doer,
  doersOf,
  mayMatchKind,
  seenOf,
} from './match.ts'
import { compileMonitored, MONITORED_ID } from './monitored.ts'
import { type Layer, layersOf, type Policy, validatorsOf } from './policy.ts'
import type { PathPattern } from './pattern.ts'
import { isAllowedInDryRun } from './posture.ts'
import { gravityOf, type Ground, reasonLine } from './reason.ts'
import { guardDeferral, vetoOf } from './veto.ts'
import { type EffectPattern, rateInWords, type RatePer } from './rule.ts'
import {
  isTaintId,
  STRICTER,
  stricterFrom,
  type StricterFrom,
  TAINT_REMEDY,
  type Tainted,
  taintId,
  taintInWords,
} from './taint.ts'
import type { Mode, Posture, Verdict } from './verdict.ts'

/** A policy made ready for many decisions. */
export interface CompiledPolicy {
  readonly layers: ReadonlyArray<CompiledLayer>
  /** Its rules that have a rate: what a decision must be told counters of. */
  readonly rated: ReadonlyArray<{ readonly id: string; readonly per: RatePer }>
  readonly stricterFrom: StricterFrom
  /** They decide nothing: files are looked at by them once they are written. */
  readonly validators: ReadonlyArray<Validator>
  /** Of all layers: what of a change is recorded, whatever was decided. */
  readonly monitored: ReadonlyArray<PathPattern>
}

interface CompiledLayer {
  readonly ofCalls: ReadonlyArray<CompiledRule>
  readonly ofKind: Readonly<Record<EffectKind, ReadonlyArray<CompiledRule>>>
  /** Undefined leaves a kind to the other layers. */
  readonly defaults: Readonly<Record<EffectKind, Verdict | undefined>>
  readonly tools: CompiledManifests
  readonly unknownTool: Verdict
  readonly monitored: ReadonlyArray<CompiledRule>
}

export interface Decision {
  readonly verdict: Verdict
  /**
   * What decided, sorted: ids of rules, `baseline:…`, `default:<kind>`, `manifest:…`,
   * `unknown-tool`, `posture:…`, `budget:…`, `guard:…`, `approval` and `taint:<kind>`. Of a permit: everything
   * that permitted.
   */
  readonly rules: ReadonlyArray<string>
  /** One printable line. */
  readonly reason: string
  /** A permit that may answer the client's own question: approving rules cover all of the call. */
  readonly approve: boolean
  /** Ids of the rules with a rate that match, whether they count yet or not; absent: none. */
  readonly rated?: ReadonlyArray<string>
  /** What the user may do about it, where that is not to change the policy. */
  readonly remedy?: string
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
  const layers = layersOf(policy)
  const rated = new Map(
    layers.flatMap(({ rules }) =>
      rules.flatMap(({ id, rate }) => (rate === undefined ? [] : [[id, rate.per] as const])),
    ),
  )
  const compiled = layers.map(compileLayer)
  return {
    layers: compiled,
    rated: [...rated].map(([id, per]) => ({ id, per })),
    stricterFrom: stricterFrom(layers),
    validators: validatorsOf(policy),
    monitored: compiled.flatMap(({ monitored }) => monitored.flatMap(({ match }) => match.paths)),
  }
}

const compileLayer = (layer: Omit<Layer, 'name'>): CompiledLayer => {
  const rules = layer.rules.map(compileRule)
  // A permit about the whole call covers effects of it; a restriction of it is judged once.
  const ofEffects = rules.filter((one) => one.ofEffects || one.rule.verdict === 'permit')
  return {
    ofCalls: rules.filter((one) => !one.ofEffects),
    ofKind: byKind(ofEffects),
    defaults: forEveryKind((kind) => defaultOf(layer, kind)),
    tools: compileManifests(layer.tools ?? {}),
    unknownTool: layer.unknown_tool ?? 'deny',
    monitored: compileMonitored(layer.monitored),
  }
}

const defaultOf = ({ defaults }: Pick<Layer, 'defaults'>, kind: EffectKind): Verdict | undefined =>
  defaults[kind] ?? defaults[`${kind.split('.')[0]}.*` as EffectPattern]

/** One layer as it stands to the call that is judged. */
interface Judging {
  readonly layer: CompiledLayer
  readonly manifest: CompiledManifest | undefined
  /** Nobody knows the tool, and the layer does not name it. */
  readonly isUnknown: boolean
}

/**
 * In posture `autonomous` a defer stays a defer here, so that receipts of the same call compare; the
 * answer to the client turns it into a denial, because nobody is there to ask. What no policy may permit
 * denies what the policy does not deny already: that reason would remain.
 */
export const decide = (action: Action, policy: CompiledPolicy, now: Circumstances): Decision => {
  const decision = decideByPolicy(action, policy, now)
  if (decision.verdict === 'deny') return decision
  const veto = vetoOf(now.state)
  if (veto !== undefined) return { ...decision, ...veto, verdict: 'deny', approve: false }
  const deferral = decision.verdict === 'permit' ? guardDeferral(now.state) : undefined
  return deferral === undefined
    ? decision
    : { ...decision, ...deferral, verdict: 'defer', approve: false }
}

const decideByPolicy = (action: Action, policy: CompiledPolicy, now: Circumstances): Decision => {
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
  const finding = new Finding(now)
  const doers = doersOf(action)
  const dryRun = now.posture === 'dry_run'
  const { tainted } = now.state
  const judging = policy.layers.map((layer): Judging => {
    const manifest = layer.tools(tool)
    return { layer, manifest, isUnknown: action.origin === 'unknown' && manifest === undefined }
  })
  let approved = true
  for (const one of judging) {
    const { layer, manifest } = one
    judgeCall(finding, action, doers, one)
    if (manifest?.require_confirmation === true)
      finding.add(
        'defer',
        'manifest:confirmation',
        'the policy has a human confirm every call of it',
      )
    if (manifest?.postures?.some((posture) => posture === now.posture) === false)
      finding.add(
        'deny',
        'manifest:posture',
        `the policy does not allow it in posture ${now.posture}`,
      )
    if (dryRun && action.origin !== 'builtin' && manifest?.effects === undefined)
      finding.add('deny', 'posture:dry_run', DRY_RUN)
    const effects = action.effects.flatMap((effect) => kindsDeclared(manifest, effect))
    approved = areIdleApproved(layer, { ...action, effects }, doers) && approved
  }
  const isApproved = approvesEffect(now.state.approved)
  for (const analysed of action.effects) {
    finding.isAgreed = isApproved(analysed)
    const spokenOf = new Set<EffectKind>()
    const left: Array<ActionEffect> = []
    for (const one of judging) {
      const { manifest } = one
      for (const effect of kindsDeclared(manifest, analysed)) {
        const { by, approves } = judgeEffect(finding, tool, doers, effect, one)
        if (by) spokenOf.add(effect.kind)
        else left.push(effect)
        approved &&= approves
        if (dryRun && !isAllowedInDryRun(tool, effect))
          finding.add('deny', 'posture:dry_run', DRY_RUN, effect)
        if (!declares(manifest, effect))
          finding.add('deny', 'manifest:effects', `it declares no ${effect.kind}`, effect)
      }
    }
    for (const effect of left) if (!spokenOf.has(effect.kind)) addDefault(finding, 'defer', effect)
    finding.closeEffect()
  }
  finding.isAgreed = false
  // What is denied already stays so, and that reason would remain.
  if (tainted !== undefined && finding.verdict !== 'deny')
    addTaint(finding, policy.stricterFrom, tainted)
  const { ground } = finding
  const way = isLeftToFileTools(finding, tool, policy, now) ? `${ground.why}; ${FILE_TOOLS}` : ''
  return {
    verdict: finding.verdict,
    rules: [...finding.ids].sort(),
    reason: reasonLine(
      tool,
      finding.verdict,
      way === '' ? ground : { ...ground, why: way },
      finding.effects.size - 1,
    ),
    approve: finding.verdict === 'permit' && approved,
    ...(finding.rated.size === 0 ? {} : { rated: [...finding.rated].sort() }),
    ...remedyFor(finding.ids),
  }
}

/** Where it rests on one thing alone that the user can do something about. */
const remedyFor = (ids: ReadonlySet<string>): Pick<Decision, 'remedy'> => {
  if (ids.size === 0) return {}
  if ([...ids].every(isTaintId)) return { remedy: TAINT_REMEDY }
  return ids.has(MONITORED_ID) && ids.size === 1 ? { remedy: APPROVAL_REMEDY } : {}
}

const FILE_TOOLS = 'the tools Edit and Write may change it'

/**
 * Whether nothing but changing files stopped a command, and the policy lets the file tools make the
 * same change: an agent that is told so needs nobody to ask.
 */
const isLeftToFileTools = (
  { ids, ground }: Finding,
  tool: string,
  policy: CompiledPolicy,
  now: Circumstances,
): boolean => {
  if (tool !== 'Bash' || ids.size !== 1 || !ids.has('default:fs.write')) return false
  if (ground.effect?.target === undefined) return false
  const { kind, target, certainty } = ground.effect
  const effects = [{ kind, target, certainty }]
  const edit: Action = { tool: 'Edit', origin: 'builtin', capabilities: [], effects }
  return decideByPolicy(edit, policy, now).verdict === 'permit'
}

const DRY_RUN = 'only reading is permitted in posture dry_run'

/** The rules about the call as a whole, and the default of a tool that nobody knows. */
const judgeCall = (
  finding: Finding,
  { tool }: Action,
  doers: ReadonlyArray<Doer>,
  { layer, isUnknown }: Judging,
): void => {
  let matched = false
  for (const compiled of layer.ofCalls) {
    if (!applies(compiled, tool, doers, undefined) || !finding.counts(compiled)) continue
    matched ||= compiled.rule.rate === undefined
    finding.addRule(compiled)
  }
  if (isUnknown && !matched) finding.add(layer.unknownTool, 'unknown-tool', UNKNOWN_TOOL)
}

const UNKNOWN_TOOL = 'the gate does not know this tool and the policy does not name it'

/**
 * Judges one effect by one layer. `by`: the layer says something of it. `approves`: an approving rule
 * permits it.
 */
const judgeEffect = (
  finding: Finding,
  tool: string,
  doers: ReadonlyArray<Doer>,
  effect: ActionEffect,
  { layer, isUnknown }: Judging,
): { readonly by: boolean; readonly approves: boolean } => {
  const seen = seenOf(effect, doers)
  const { kind } = effect
  // These only add: they take no default's place, which may be stricter.
  for (const compiled of BASELINE_OF_KIND[kind])
    if (applies(compiled, tool, seen.doers, seen)) finding.addRule(compiled, effect)
  for (const compiled of layer.monitored)
    if (mayMatchKind(compiled, kind) && applies(compiled, tool, seen.doers, seen))
      finding.addRule(compiled, effect)
  let strictest = -1
  let approves = false
  const counting: Array<CompiledRule> = []
  for (const compiled of layer.ofKind[kind]) {
    if (!applies(compiled, tool, seen.doers, seen) || !finding.counts(compiled)) continue
    // One with a rate only adds as well: by being seen often nothing may become milder.
    if (compiled.rule.rate !== undefined) {
      finding.addRule(compiled, effect)
      continue
    }
    counting.push(compiled)
    strictest = Math.max(strictest, RANK[compiled.rule.verdict])
    approves ||= compiled.rule.approve === true
  }
  for (const compiled of counting)
    if (RANK[compiled.rule.verdict] === strictest) finding.addRule(compiled, effect)
  if (strictest >= 0) return { by: true, approves }
  if (isUnknown && effect.why === 'unknown-tool')
    finding.add(layer.unknownTool, 'unknown-tool', UNKNOWN_TOOL, effect)
  else {
    const verdict = layer.defaults[kind]
    if (verdict === undefined) return { by: false, approves: false }
    addDefault(finding, verdict, effect)
  }
  return { by: true, approves: false }
}

const addDefault = (finding: Finding, verdict: Verdict, effect: ActionEffect): void =>
  finding.add(verdict, `default:${effect.kind}`, defaultInWords(verdict, effect.kind), effect)

/** Each effect one verdict stricter than everything that was said of it. */
const addTaint = (finding: Finding, stricter: StricterFrom, tainted: Tainted): void => {
  for (const { verdict, effect, agreed } of finding.said.splice(0)) {
    const { kind } = effect
    // What was agreed to before it read that, whoever reads it now is asked about.
    if (!agreed && tainted.score < (stricter.get(kind) ?? Infinity)) continue
    finding.add(STRICTER[verdict], taintId(kind), taintInWords(kind, verdict, tainted), effect)
  }
}

const defaultInWords = (verdict: Verdict, kind: EffectKind): string => {
  const what = kind === 'opaque' ? 'what cannot be read' : kind
  return verdict === 'defer' ? `the policy leaves ${what} to a human` : `the policy denies ${what}`
}

/** Whether approving rules about calls cover every capability that has no effect of its own. */
const areIdleApproved = (
  layer: CompiledLayer,
  { tool, capabilities, effects }: Action,
  doers: ReadonlyArray<Doer>,
): boolean => {
  const idle = capabilities.flatMap((_, i) =>
    effects.every((effect) => effect.of !== i) ? [doers[i]!] : [],
  )
  if (effects.length > 0 && idle.length === 0) return true
  return (idle.length === 0 ? doers : idle).every((doer) =>
    layer.ofCalls.some(
      (compiled) => compiled.rule.approve === true && applies(compiled, tool, [doer], undefined),
    ),
  )
}

interface Said {
  readonly verdict: Verdict
  readonly effect: ActionEffect
  /** A human would have been asked, and agreed beforehand. */
  readonly agreed: boolean
}

/**
 * The strictest verdict so far, and what it rests on. The ground told is that of the gravest effect,
 * then of the id that sorts first: never that of the rule that happened to come first.
 */
class Finding {
  verdict: Verdict = 'permit'
  readonly ids = new Set<string>()
  readonly effects = new Set<ActionEffect>()
  ground: Ground = { effect: undefined, why: '' }
  readonly rated = new Set<string>()
  /** Of each effect, by what its kind was declared as, the strictest that was said: for a taint. */
  readonly said: Array<Said> = []
  /** A human agreed to the effect that is judged: nobody has to be asked about it. */
  isAgreed = false
  private readonly ofKind = new Map<EffectKind, Said>()
  private groundId = ''
  private readonly now: Circumstances

  constructor(now: Circumstances) {
    this.now = now
  }

  /** Whether a rule that matches counts: one with a rate does once it was seen often enough. */
  counts({ rule: { id, rate } }: CompiledRule): boolean {
    if (rate === undefined) return true
    this.rated.add(id)
    const { rates } = this.now.state
    return (rates !== undefined && Object.hasOwn(rates, id) ? rates[id]! : 0) >= rate.max
  }

  addRule({ rule }: CompiledRule, effect?: ActionEffect): void {
    const { verdict, id, reason = `rule ${id}`, rate, instead } = rule
    const often = rate === undefined ? '' : ` (more than ${rateInWords(rate)})`
    // Told to whom nobody else will answer; a person who is asked can see it by explain.
    const final = verdict === 'deny' || this.now.posture === 'autonomous'
    const way = instead === undefined || !final ? '' : `; instead: ${instead}`
    this.add(verdict, id, `${reason}${often}${way}`, effect)
  }

  add(said: Verdict, by: string, why: string, effect?: ActionEffect): void {
    const agreed = this.isAgreed && effect !== undefined && said === 'defer'
    const verdict = agreed ? 'permit' : said
    const id = agreed ? APPROVAL_ID : by
    if (effect !== undefined && this.now.state.tainted !== undefined) {
      const before = this.ofKind.get(effect.kind)
      const strictest =
        before === undefined || RANK[verdict] > RANK[before.verdict] ? { verdict, effect } : before
      this.ofKind.set(effect.kind, { ...strictest, agreed: agreed || before?.agreed === true })
    }
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

  /** All was said of the effect that was judged. */
  closeEffect(): void {
    this.said.push(...this.ofKind.values())
    this.ofKind.clear()
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
