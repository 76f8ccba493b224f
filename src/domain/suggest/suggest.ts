// A policy that fits what was seen: the one in force, with permits for what was done often enough and
// finished, denials of what is beyond repair, and defaults closed where that costs hardly a question.
// It never takes a rule back, never permits what somebody's rule holds back, and learns nothing from
// a call that did not finish or came after an injection hit.
//
//   observations ─▶ live verdict ─┬─ permit ─▶ kept: permitted by the suggestion too
//                                 ├─ defer, by a default alone ─▶ learnable? enough? ─▶ a permit
//                                 └─ denied, or by a rule ─▶ left, with the reason
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import type { Action } from '../action/action.ts'
import { type CompiledPolicy, compilePolicy, type Decision, decide } from '../policy/decide.ts'
import { checkExamples } from '../policy/examples.ts'
import type { PolicyInvalid } from '../policy/invalid.ts'
import { type CompiledRule, compileRule, matchesAction } from '../policy/match.ts'
import { parsePolicy, type Policy, rulesOf } from '../policy/policy.ts'
import { many, type Rule } from '../policy/rule.ts'
import type { Verdict } from '../policy/verdict.ts'
import type { Observation, Profile } from '../profile/profile.ts'
import { aloneAction, aloneActions, USUAL } from './alone.ts'
import { type Closing, closeDefaults } from './closing.ts'
import { isEnough, type Thresholds } from './evidence.ts'
import { GUARDS } from './guards.ts'
import { type LeftBecause, whyNotLearnable } from './learnable.ts'
import { inPlace, type LearnedRule, learnedRules } from './learnedRules.ts'
import { withRules } from './place.ts'
import { withinBounds } from './room.ts'

export interface Left {
  readonly observation: Observation
  readonly verdict: Verdict
  /** Ids of what holds it back. */
  readonly rules: ReadonlyArray<string>
  readonly because: LeftBecause
}

export interface Suggestion {
  readonly policy: Policy
  /** Permits that are new or wider, as they stand in the policy. */
  readonly learned: ReadonlyArray<Rule>
  readonly guards: ReadonlyArray<Rule>
  /** Guards that the record speaks against: such calls finished. */
  readonly unguarded: ReadonlyArray<{ readonly rule: Rule; readonly calls: number }>
  readonly closings: ReadonlyArray<Closing>
  readonly left: ReadonlyArray<Left>
}

/** There is nothing to derive a policy from. */
export class SuggestRefused extends Schema.TaggedError<SuggestRefused>()('SuggestRefused', {
  reason: Schema.Literals(['empty', 'nothing-finished', 'too-few-sessions', 'too-few-days']),
  /** Sessions or days that were seen, and that are needed. */
  seen: Schema.Int,
  needed: Schema.Int,
}) {}

export const suggest = (
  profile: Profile,
  live: Policy,
  thresholds: Thresholds,
): Result.Result<Suggestion, SuggestRefused | PolicyInvalid> => {
  const refused = whyRefused(profile, thresholds)
  if (refused !== undefined) return Result.fail(refused)
  const sorted = inOrder(profile)
  const { kept, others, learnable, left } = sortedOut(sorted, compilePolicy(live), thresholds)

  const guarded = guardsFor(sorted, live)
  const base = { ...withRules(live, guarded.guards), name: nameOf(live) }
  const wanted = effective(inPlace(base, learnedRules(learnable)), base)
  const { permits, beyond } = withinBounds(wanted, base)
  const open = withRules(base, rulesIn(permits))
  const closed = closeDefaults(profile, open, [...kept, ...learnable], others, thresholds)
  const policy = parsePolicy(closed.policy)
  return Result.gen(function* () {
    const valid = yield* policy
    yield* checkExamples(valid)
    const inPolicy = new Map(rulesOf(valid).map((rule) => [rule.id, rule]))
    return {
      policy: valid,
      learned: [
        ...new Set([...permits, ...closed.rules].map(({ rule }) => inPolicy.get(rule.id) ?? rule)),
      ],
      ...guarded,
      closings: closed.closings,
      left: [...left, ...beyond.flatMap(({ of }) => of.map(leftForRoom))],
    }
  })
}

const leftForRoom = (observation: Observation): Left => ({
  observation,
  verdict: 'defer',
  rules: [`default:${observation.effect!.kind}`],
  because: 'room',
})

const rulesIn = (learned: ReadonlyArray<LearnedRule>): ReadonlyArray<Rule> =>
  learned.map(({ rule }) => rule)

const whyRefused = (
  { calls, outcomes, observations }: Profile,
  { minSessions, minDays }: Thresholds,
): SuggestRefused | undefined => {
  if (calls === 0) return new SuggestRefused({ reason: 'empty', seen: 0, needed: 1 })
  if (outcomes.finished === 0)
    return new SuggestRefused({ reason: 'nothing-finished', seen: 0, needed: 1 })
  const learned = Object.values(observations).flatMap((one) => one.learned ?? [])
  const sessions = Math.max(0, ...learned.map((one) => one.sessions.count))
  if (sessions < minSessions)
    return new SuggestRefused({ reason: 'too-few-sessions', seen: sessions, needed: minSessions })
  const days = Math.max(0, ...learned.map((one) => one.days.count))
  return days < minDays
    ? new SuggestRefused({ reason: 'too-few-days', seen: days, needed: minDays })
    : undefined
}

/** By key, so that the order in which things were met decides nothing. */
const inOrder = ({ observations }: Profile): ReadonlyArray<Observation> =>
  Object.entries(observations)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, one]) => one)

interface SortedOut {
  readonly kept: ReadonlyArray<Observation>
  /** Permitted, and never went through. */
  readonly others: ReadonlyArray<Observation>
  readonly learnable: ReadonlyArray<Observation>
  readonly left: ReadonlyArray<Left>
}

const sortedOut = (
  observations: ReadonlyArray<Observation>,
  live: CompiledPolicy,
  thresholds: Thresholds,
): SortedOut => {
  const kept: Array<Observation> = []
  const others: Array<Observation> = []
  const learnable: Array<Observation> = []
  const left: Array<Left> = []
  for (const observation of observations) {
    if (observation.effect === undefined) continue
    const { verdict, rules } = decidedOn(observation, live)
    if (verdict === 'permit') {
      ;(isKept(observation) ? kept : others).push(observation)
      continue
    }
    const because = whyLeft(observation, verdict, rules, thresholds)
    if (because === undefined) learnable.push(observation)
    else left.push({ observation, verdict, rules, because })
  }
  return { kept, others, learnable, left }
}

/** Of a folder where one file is spoken of and others are not, those that are left to a default. */
const decidedOn = (one: Observation, live: CompiledPolicy): Decision => {
  const all = aloneActions(one).map((action) => decide(action, live, USUAL))
  const stopped = all.filter(({ verdict }) => verdict !== 'permit')
  return stopped.find(isByDefault) ?? stopped[0] ?? all[0]!
}

const isByDefault = ({ verdict, rules }: Pick<Decision, 'verdict' | 'rules'>): boolean =>
  verdict === 'defer' && rules.every((id) => id.startsWith('default:'))

/** Something that went through: not what only ever happened beside something that was held back. */
const isKept = (one: Observation): boolean =>
  one.learned !== undefined &&
  (one.shadow[0] + one.enforced[0] > 0 || whyNotLearnable(one) === undefined)

const whyLeft = (
  one: Observation,
  verdict: Verdict,
  rules: ReadonlyArray<string>,
  thresholds: Thresholds,
): LeftBecause | undefined => {
  if (verdict === 'deny') return 'denied'
  if (!isByDefault({ verdict, rules })) return 'rule'
  const why = whyNotLearnable(one)
  if (why !== undefined) return why
  if (one.learned === undefined) return 'unfinished'
  return isEnough(one.learned, thresholds) ? undefined : 'too-few'
}

/** Rules that permit something of what they were made of: a manifest may decide it all by itself. */
const effective = (
  learned: ReadonlyArray<LearnedRule>,
  live: Policy,
): ReadonlyArray<LearnedRule> => {
  const compiled = compilePolicy(withRules(live, rulesIn(learned)))
  return learned.filter(({ of }) =>
    of.some((one) =>
      aloneActions(one).some((action) => decide(action, compiled, USUAL).verdict === 'permit'),
    ),
  )
}

/** A guard holds unless calls that it would deny are known to have finished. */
const guardsFor = (
  observations: ReadonlyArray<Observation>,
  live: Policy,
): Pick<Suggestion, 'guards' | 'unguarded'> => {
  const ids = new Set(rulesOf(live).map(({ id }) => id))
  const guards: Array<Rule> = []
  const unguarded: Array<{ rule: Rule; calls: number }> = []
  for (const rule of GUARDS) {
    if (ids.has(rule.id)) continue
    const compiled = compileRule(rule)
    // Not by what an injected agent did: it would only have to do it once.
    const calls = observations
      .filter((one) => one.learned !== undefined && mayMatch(compiled, one))
      .reduce((sum, { learned }) => sum + learned!.calls, 0)
    if (calls === 0) guards.push(rule)
    else unguarded.push({ rule, calls })
  }
  return { guards, unguarded }
}

/** What any of several commands may have done, the one that the rule speaks of may have. */
const mayMatch = (compiled: CompiledRule, one: Observation): boolean => {
  const action = aloneAction(one)
  return matchesAction(
    compiled,
    one.capability === ''
      ? { ...action, capabilities: many(compiled.rule.match.capability) as Action['capabilities'] }
      : action,
  )
}

const SUFFIX = '+learned'
const LONGEST_NAME = 64

const nameOf = ({ name }: Policy): string =>
  name.endsWith(SUFFIX) ? name : `${name.slice(0, LONGEST_NAME - SUFFIX.length)}${SUFFIX}`
