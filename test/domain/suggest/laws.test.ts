import * as fc from 'fast-check'
import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import {
  type ActionEffect,
  type EffectKind,
  isConsequential,
} from '../../../src/domain/action/effect.ts'
import { canonicalJson } from '../../../src/domain/canonical.ts'
import { compilePolicy, decide } from '../../../src/domain/policy/decide.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import { kindsOf, many, type Rule } from '../../../src/domain/policy/rule.ts'
import { needsDoer } from '../../../src/domain/profile/scope.ts'
import { USUAL } from '../../../src/domain/suggest/alone.ts'
import type { Thresholds } from '../../../src/domain/suggest/evidence.ts'
import { type Suggestion, suggest } from '../../../src/domain/suggest/suggest.ts'
import { template, TEMPLATE_NAMES } from '../../../src/templates/templates.ts'
import { type Call, history, logOf, profileOf } from './habits.ts'

const EASY: Thresholds = { minSessions: 1, minDays: 1, maxNew: 0.02 }
const OPEN: Thresholds = { ...EASY, maxNew: 1 }

/** Short policies that leave much to a human, and those that come with the program. */
const SHORT: ReadonlyArray<Policy> = [
  { version: 1, name: 'asks', rules: [], defaults: {} },
  {
    version: 1,
    name: 'open',
    rules: [],
    defaults: {
      'fs.*': 'permit',
      exec: 'permit',
      spawn: 'permit',
      'net.*': 'permit',
      opaque: 'permit',
    },
  },
  {
    version: 1,
    name: 'layered',
    rules: [{ id: 'no-home', verdict: 'deny', match: { effect: 'fs.delete', path: '~/**' } }],
    defaults: { 'fs.read': 'permit', exec: 'permit' },
    layers: [
      { name: 'second', rules: [], defaults: { 'fs.*': 'defer', 'net.fetch': 'permit' } },
      { name: 'third', rules: [], defaults: { opaque: 'deny' } },
    ],
  },
]

/** Running the examples of a long policy is most of the time, so there are few of them. */
const policies: fc.Arbitrary<Policy> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...SHORT) },
  { weight: 1, arbitrary: fc.constantFrom(...TEMPLATE_NAMES.map(template)) },
)

const suggested = (
  live: Policy,
  runs: ReadonlyArray<ReadonlyArray<Call>>,
  thresholds = EASY,
): Suggestion | undefined => {
  const log = logOf(compilePolicy(live))
  for (const [run, calls] of runs.entries()) log.play(calls, run)
  return Result.getOrUndefined(suggest(profileOf(log.entries), live, thresholds))
}

const fixed = ({ match, unless }: Rule) => {
  const { path: _, host: __, name: ___, program: ____, zone: _____, ...rest } = match
  return canonicalJson({ ...rest, unless: unless ?? null })
}

const TIMES = fc.integer({ min: 2, max: 4 })
const LOW = fc.constantFrom(EASY, OPEN, { ...EASY, minSessions: 2 })

/** `npm run test:slow` runs each law longer. */
const RUNS = Number(process.env['ISONAPSE_LAW_RUNS'] ?? 200)

describe('a suggested policy', () => {
  it('is the same for the same profile, and for one that was stored in between', () => {
    fc.assert(
      fc.property(policies, history, (live, calls) => {
        const log = logOf(compilePolicy(live))
        log.play(calls)
        const one = profileOf(log.entries)
        const stored = JSON.parse(canonicalJson(one)) as typeof one
        const text = (profile: typeof one) => {
          const made = suggest(profile, live, OPEN)
          return Result.isSuccess(made) ? canonicalJson(made.success.policy) : made.failure.message
        }
        expect(text(stored)).toBe(text(one))
      }),
      { numRuns: RUNS },
    )
  })

  it('denies nothing that finished and was permitted, and still permits it', () => {
    let checked = 0
    fc.assert(
      fc.property(policies, history, fc.constantFrom(EASY, OPEN), (live, calls, thresholds) => {
        const log = logOf(compilePolicy(live))
        log.play(calls)
        const seen = profileOf(log.entries)
        // What was given up is asked about again; how often at most, the suggestion says.
        if (seen.forgotten > 0) return
        const made = Result.getOrUndefined(suggest(seen, live, thresholds))
        if (made === undefined) return
        const [before, after] = [compilePolicy(live), compilePolicy(made.policy)]
        for (const { action, outcome } of calls) {
          if (outcome !== 'finished') continue
          if (decide(action, before, USUAL).verdict !== 'permit') continue
          checked += 1
          expect(decide(action, after, USUAL)).toMatchObject({ verdict: 'permit' })
        }
      }),
      { numRuns: RUNS },
    )
    expect(checked).toBeGreaterThan(RUNS / 4)
  })

  it('denies nothing more than the live policy, but by a guard', () => {
    fc.assert(
      fc.property(policies, history, history, (live, calls, others) => {
        const made = suggested(live, [calls], OPEN)
        if (made === undefined) return
        const [before, after] = [compilePolicy(live), compilePolicy(made.policy)]
        for (const { action } of [...calls, ...others]) {
          const now = decide(action, after, USUAL)
          if (now.verdict !== 'deny' || decide(action, before, USUAL).verdict === 'deny') continue
          expect(now.rules.every((id) => id.startsWith('guard.'))).toBe(true)
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('permits nothing new that cannot be taken back, outside the project', () => {
    let learned = 0
    fc.assert(
      fc.property(policies, history, history, (live, calls, others) => {
        const made = suggested(live, [calls], OPEN)
        if (made === undefined) return
        const ids = made.learned.map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
        for (const rule of made.learned) {
          learned += 1
          // Something binds it: never a whole kind of effect.
          expect(Object.keys(rule.match).length).toBeGreaterThan(1)
          expect(rule.verdict).toBe('permit')
          for (const kind of many(rule.match.effect).flatMap(kindsOf))
            if (isConsequential(kind))
              expect(many(rule.match.path).every((path) => path.startsWith('project:'))).toBe(true)
        }
        const [before, after] = [compilePolicy(live), compilePolicy(made.policy)]
        for (const { action } of [...calls, ...others]) {
          if (decide(action, before, USUAL).verdict === 'permit') continue
          if (decide(action, after, USUAL).verdict !== 'permit') continue
          for (const { kind, target } of action.effects)
            if (isConsequential(kind as EffectKind) && isDeferred(live, kind))
              expect(target).toMatchObject({ path: { project: expect.anything() } })
        }
      }),
      { numRuns: RUNS },
    )
    expect(learned).toBeGreaterThan(RUNS / 4)
  })

  it('permits nothing new of a kind, zone, code or origin that was not seen to finish', () => {
    let permitted = 0
    const shapeOf = ({ kind, why, origin, target }: ActionEffect) =>
      [
        kind,
        // Nothing else has a code.
        kind === 'opaque' ? why : '',
        needsDoer(kind) ? origin : '',
        target !== undefined && 'path' in target ? target.zone : '',
      ].join(' ')
    fc.assert(
      fc.property(policies, history, history, (live, calls, others) => {
        const made = suggested(live, [calls], EASY)
        if (made === undefined) return
        const seen = new Set(
          calls
            .filter(({ outcome }) => outcome === 'finished')
            .flatMap(({ action }) => action.effects.map(shapeOf)),
        )
        const [before, after] = [compilePolicy(live), compilePolicy(made.policy)]
        for (const { action } of [...calls, ...others])
          for (const effect of action.effects) {
            const alone = { ...action, effects: [effect] }
            if (decide(alone, before, USUAL).verdict === 'permit') continue
            if (decide(alone, after, USUAL).verdict !== 'permit') continue
            permitted += 1
            expect([...seen]).toContain(shapeOf(effect))
          }
      }),
      { numRuns: RUNS },
    )
    expect(permitted).toBeGreaterThan(RUNS / 4)
  })

  it('grows with more of the same, and no rule of it holds for more options or with fewer exceptions', () => {
    let compared = 0
    fc.assert(
      fc.property(policies, history, TIMES, LOW, (live, calls, times, thresholds) => {
        const once = suggested(live, [calls], thresholds)
        const runs = Array.from({ length: times }, () => calls)
        const often = suggested(live, runs, thresholds)
        if (once === undefined) return
        const rules = new Map(often!.learned.map((rule) => [rule.id, rule]))
        for (const rule of once.learned) {
          compared += 1
          const again = rules.get(rule.id)
          expect(again).toBeDefined()
          expect(fixed(again!)).toBe(fixed(rule))
        }
        const closed = new Set(
          often!.closings.flatMap(({ kind, closed }) => (closed ? [kind] : [])),
        )
        for (const { kind, closed: was } of once.closings)
          if (was) expect([kind, closed.has(kind)]).toEqual([kind, true])
      }),
      { numRuns: RUNS },
    )
    expect(compared).toBeGreaterThan(RUNS / 4)
  })

  it('learns nothing from what did not finish, nor from what came after an injection hit', () => {
    fc.assert(
      fc.property(policies, history, history, fc.boolean(), (live, calls, others, hit) => {
        const compiled = compilePolicy(live)
        const learnedIn = (more: boolean) => {
          const log = logOf(compiled)
          log.play(calls)
          if (more && hit) for (const session of [0, 1, 2, 3]) log.hit(session)
          if (more)
            log.play(others.map((one) => (hit ? one : { ...one, outcome: 'unfinished' as const })))
          const made = suggest(profileOf(log.entries), live, { ...EASY, maxNew: 0 })
          return Result.isSuccess(made) ? canonicalJson(made.success.learned) : 'refused'
        }
        expect(learnedIn(true)).toBe(learnedIn(false))
      }),
      { numRuns: RUNS },
    )
  })

  it('suggests itself again once it is in force', () => {
    fc.assert(
      fc.property(policies, history, fc.constantFrom(EASY, OPEN), (live, calls, thresholds) => {
        const log = logOf(compilePolicy(live))
        log.play(calls)
        const seen = profileOf(log.entries)
        const made = suggest(seen, live, thresholds)
        if (Result.isFailure(made)) return
        const again = Result.getOrThrow(suggest(seen, made.success.policy, thresholds))
        expect(canonicalJson(again.policy)).toBe(canonicalJson(made.success.policy))
      }),
      { numRuns: RUNS },
    )
  })
})

const isDeferred = (live: Policy, kind: string): boolean =>
  decide(
    {
      tool: 'Bash',
      origin: 'builtin',
      capabilities: [],
      effects: [{ kind: kind as EffectKind, certainty: 'certain' }],
    },
    compilePolicy(live),
    USUAL,
  ).verdict !== 'permit'
