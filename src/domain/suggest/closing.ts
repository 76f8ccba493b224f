// What a policy permits by default, left to a human instead, once the record says that this costs
// hardly a question: everything of the kind that was done is named by a rule, and the share of calls
// that would be new is small for certain. Until then the default stays open.
import { EFFECT_KINDS, type EffectKind, isConsequential } from '../action/effect.ts'
import { defaultIn } from '../policy/differences.ts'
import { compilePolicy, decide } from '../policy/decide.ts'
import type { Policy } from '../policy/policy.ts'
import type { MissingMass } from '../profile/missingMass.ts'
import type { Observation, Profile } from '../profile/profile.ts'
import { massOf } from '../profile/readiness.ts'
import { aloneAction, aloneActions, USUAL } from './alone.ts'
import type { Thresholds } from './evidence.ts'
import { isNamedWhole } from './generalise.ts'
import { whyNotLearnable } from './learnable.ts'
import { inPlace, type LearnedRule, learnedRules } from './learnedRules.ts'
import { withRules } from './place.ts'
import { fits } from './room.ts'

export interface Closing {
  readonly kind: EffectKind
  /** How often a call would be new, and so be asked about. */
  readonly mass: MissingMass
  readonly closed: boolean
  /** Calls that did something of the kind which never finished: they will be asked about as well. */
  readonly unfinished: number
  /** Why it stays open. */
  readonly because?: 'too-often-new' | 'forgotten' | 'not-nameable'
}

export interface Closed {
  readonly policy: Policy
  readonly closings: ReadonlyArray<Closing>
  readonly rules: ReadonlyArray<LearnedRule>
}

/** `kept`: the observations that finished and that `policy` permits; `others`: that only it permits. */
export const closeDefaults = (
  profile: Profile,
  policy: Policy,
  kept: ReadonlyArray<Observation>,
  others: ReadonlyArray<Observation>,
  { maxNew }: Thresholds,
): Closed => {
  const askedIn = (closed: Policy, kind: EffectKind): number => {
    const compiled = compilePolicy(closed)
    return others
      .filter((one) => one.effect?.kind === kind)
      .filter((one) => decide(aloneAction(one), compiled, USUAL).verdict !== 'permit')
      .reduce((sum, { calls }) => sum + calls, 0)
  }
  const all = Object.values(profile.observations)
  let now = policy
  const closings: Array<Closing> = []
  const rules: Array<LearnedRule> = []
  for (const kind of EFFECT_KINDS) {
    // A permit that names one of these would be learned, and none ever is.
    if (isConsequential(kind) || defaultIn(policy, kind) !== 'permit') continue
    const ofKind = all.filter(({ effect }) => effect?.kind === kind)
    const mass = massOf(ofKind, profile.calls, profile.forgotten)
    const stays = (because: NonNullable<Closing['because']>) =>
      closings.push({ kind, mass, closed: false, unfinished: 0, because })
    if (mass.high > maxNew)
      stays(massOf(ofKind, profile.calls, 0).high > maxNew ? 'too-often-new' : 'forgotten')
    else {
      const of = kept.filter(({ effect }) => effect?.kind === kind)
      const closed = closedFor(kind, now, of)
      if (closed === undefined) stays('not-nameable')
      else {
        now = closed.policy
        rules.push(...closed.rules)
        closings.push({ kind, mass, closed: true, unfinished: askedIn(closed.policy, kind) })
      }
    }
  }
  return { policy: now, closings, rules }
}

/** Undefined where something that was done could not be named, and would be asked about. */
const closedFor = (
  kind: EffectKind,
  policy: Policy,
  kept: ReadonlyArray<Observation>,
): { readonly policy: Policy; readonly rules: ReadonlyArray<LearnedRule> } | undefined => {
  const deferring: Policy = { ...policy, defaults: { ...policy.defaults, [kind]: 'defer' } }
  const isPermittedBy = (candidate: Policy) => {
    const compiled = compilePolicy(candidate)
    return (one: Observation) =>
      aloneActions(one).every((action) => decide(action, compiled, USUAL).verdict === 'permit')
  }
  const isPermittedAnyway = isPermittedBy(deferring)
  // What rules of the policy permit anyway needs no other.
  const needed = kept.filter((one) => !isPermittedAnyway(one) || !isNamedWhole(one))
  const rules = inPlace(deferring, learnedRules(needed))
  const closed = withRules(
    deferring,
    rules.map(({ rule }) => rule),
  )
  // Naming what cannot be taken back would be learning it.
  const isNameable = (one: Observation): boolean =>
    isNamedWhole(one) && whyNotLearnable(one) !== 'consequential'
  return needed.every(isNameable) && fits(closed) && needed.every(isPermittedBy(closed))
    ? { policy: closed, rules }
    : undefined
}
