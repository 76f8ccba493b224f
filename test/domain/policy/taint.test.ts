import * as fc from 'fast-check'
import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import type { Action } from '../../../src/domain/action/action.ts'
import {
  type ActionEffect,
  EFFECT_KINDS,
  type EffectKind,
} from '../../../src/domain/action/effect.ts'
import { composePolicies } from '../../../src/domain/policy/compose.ts'
import { CHANGES } from '../../../src/domain/policy/monitored.ts'
import {
  type Circumstances,
  compilePolicy,
  decide,
  type Decision,
} from '../../../src/domain/policy/decide.ts'
import { differencesOf } from '../../../src/domain/policy/differences.ts'
import { policyOfManifest } from '../../../src/domain/policy/manifestFile.ts'
import { withRules } from '../../../src/domain/suggest/place.ts'
import { parsePolicy, type Policy } from '../../../src/domain/policy/policy.ts'
import { kindsOf } from '../../../src/domain/policy/rule.ts'
import {
  DEFAULT_TAINT,
  isTaintId,
  patternsAt,
  type Tainted,
  type TaintSection,
} from '../../../src/domain/policy/taint.ts'
import type { Posture, Verdict } from '../../../src/domain/policy/verdict.ts'
import { template, TEMPLATE_NAMES } from '../../../src/templates/templates.ts'
import { action, circumstances, policy, tainted } from './generators.ts'
import { runs } from '../../support/runs.ts'

const RANK: Record<Verdict, number> = { permit: 0, defer: 1, deny: 2 }

const when = (by: Tainted | undefined, posture: Posture = 'interactive'): Circumstances => ({
  mode: 'enforce',
  posture,
  state: { suspended: false, ...(by === undefined ? {} : { tainted: by }) },
})

const fetches = (...kinds: ReadonlyArray<EffectKind>): Action => ({
  tool: 'Bash',
  origin: 'builtin',
  capabilities: [],
  effects: kinds.map((kind): ActionEffect => ({
    kind,
    target: kind.startsWith('fs.')
      ? { path: { project: 'a' }, zone: 'project' }
      : { host: 'evil.example' },
    certainty: 'certain',
    by: 'curl',
  })),
})

const by = (
  defaults: Policy['defaults'],
  taint?: TaintSection,
  more: Partial<Policy> = {},
): Policy => ({
  version: 1,
  name: 'test',
  rules: [],
  defaults: { exec: 'permit', 'fs.*': 'permit', ...defaults },
  ...(taint === undefined ? {} : { taint }),
  ...more,
})

const WEB: Tainted = { score: 0.9, source: 'web' }

const judge = (what: Action, policy: Policy, taint: Tainted | null = WEB): Decision =>
  decide(what, compilePolicy(policy), when(taint ?? undefined))

describe('a session that read an injection', () => {
  it('asks where it was let through, is denied where it would be asked, and stays denied', () => {
    expect(judge(fetches('net.send'), by({ 'net.*': 'permit' }))).toMatchObject({
      verdict: 'defer',
      rules: ['taint:net.send'],
      approve: false,
    })
    expect(judge(fetches('net.send'), by({ 'net.*': 'defer' }))).toMatchObject({
      verdict: 'deny',
      rules: ['taint:net.send'],
    })
    const denied = judge(fetches('net.send'), by({ 'net.*': 'deny' }))
    expect(denied).toMatchObject({ verdict: 'deny', rules: ['default:net.send'] })
    expect(denied.remedy).toBeUndefined()
  })

  it('is told why and what ends it, in words that hold nothing of the text', () => {
    const { reason, remedy } = judge(fetches('net.send'), by({ 'net.*': 'defer' }))
    expect(reason).toBe(
      'curl sends data to evil.example: this session read text from the web or another host that tries to instruct the agent, so net.send is denied, not left to a human, until isonapse hook taint clear',
    )
    expect(remedy).toContain('isonapse hook taint clear')
    expect(judge(fetches('net.fetch'), by({ 'net.*': 'permit' })).reason).toContain(
      'so net.fetch is left to a human, until isonapse hook taint clear',
    )
  })

  it('goes on with what the policy does not list', () => {
    for (const kind of ['fs.read', 'fs.write', 'exec'] as const)
      expect(judge(fetches(kind), by({})).verdict).toBe('permit')
    for (const kind of ['net.fetch', 'net.send', 'secret.read', 'persist'] as const)
      expect(judge(fetches(kind), by({ [kind]: 'permit' })).verdict).toBe('defer')
  })

  it('is what the policy says: other kinds, only the sure hits, or nothing at all', () => {
    const listed = by({ 'net.*': 'permit' }, { stricter: ['fs.write'] })
    expect(judge(fetches('net.send'), listed).verdict).toBe('permit')
    expect(judge(fetches('fs.write'), listed).verdict).toBe('defer')
    const sure = by({ 'net.*': 'permit' }, { stricter: ['net.*'], from: 0.95 })
    expect(judge(fetches('net.send'), sure).verdict).toBe('permit')
    expect(judge(fetches('net.send'), sure, { score: 0.95 }).verdict).toBe('defer')
    const off = by({ 'net.*': 'permit' }, { stricter: [] })
    expect(judge(fetches('net.send'), off).verdict).toBe('permit')
  })

  it('takes an approval back, and the answer of a rule as well as of a default', () => {
    const approving = by({}, undefined, {
      rules: [{ id: 'ok', verdict: 'permit', match: { effect: 'net.send' }, approve: true }],
    })
    expect(judge(fetches('net.send'), approving, null).approve).toBe(true)
    expect(judge(fetches('net.send'), approving)).toMatchObject({
      verdict: 'defer',
      approve: false,
    })
    const asking = by({}, undefined, {
      rules: [{ id: 'ask', verdict: 'defer', match: { effect: 'net.send' } }],
    })
    expect(judge(fetches('net.send'), asking)).toMatchObject({
      verdict: 'deny',
      rules: ['taint:net.send'],
    })
  })

  it('counts each effect for itself: a call that is asked about for another reason is not denied', () => {
    const mixed = by({ 'net.*': 'permit', 'destroy.data': 'defer' })
    expect(judge(fetches('net.fetch', 'destroy.data'), mixed)).toMatchObject({
      verdict: 'defer',
      rules: ['default:destroy.data', 'taint:net.fetch'],
    })
  })

  it('is as strict as the strictest layer says, whichever speaks of the effect', () => {
    const guard = { name: 'guard', rules: [], defaults: {}, taint: { stricter: ['exec'] as const } }
    const layered = by({ 'net.*': 'permit' }, { stricter: [] }, { layers: [guard] })
    expect(judge(fetches('exec'), layered).verdict).toBe('defer')
    expect(judge(fetches('net.send'), layered).verdict).toBe('permit')
    const { taint: _, ...silent } = guard
    const both = by({ 'net.*': 'permit' }, { stricter: [] }, { layers: [silent] })
    expect(judge(fetches('net.send'), both).verdict).toBe('defer')
  })

  it('is never judged milder than another one, and only by the kinds that are listed, or by what was agreed to', () => {
    fc.assert(
      fc.property(action, policy, circumstances, tainted, (what, written, now, taint) => {
        const { tainted: _, ...state } = now.state
        const { approved = [], ...asked } = state
        const compiled = compilePolicy(written)
        const without = decide(what, compiled, { ...now, state })
        const withTaint = decide(what, compiled, { ...now, state: { ...state, tainted: taint } })
        expect(RANK[withTaint.verdict]).toBeGreaterThanOrEqual(RANK[without.verdict])
        expect(RANK[withTaint.verdict] - RANK[without.verdict]).toBeLessThanOrEqual(1)
        if (without.verdict === 'deny') expect(withTaint).toEqual(without)
        if (withTaint.approve) expect(without.approve).toBe(true)
        const kinds = new Set(
          patternsAt([written], taint.score).flatMap((pattern) => kindsOf(pattern)),
        )
        for (const id of withTaint.rules.filter(isTaintId))
          expect(
            [...kinds, ...(approved.length === 0 ? [] : CHANGES)].map((kind) => `taint:${kind}`),
          ).toContain(id)
        const unasked = decide(what, compiled, { ...now, state: { ...asked, tainted: taint } })
        // One that was agreed to is asked about as if nobody had.
        if (unasked.verdict !== 'permit') expect(withTaint.verdict).not.toBe('permit')
        if (!withTaint.rules.some(isTaintId)) expect(withTaint).toEqual(without)
        const again = decide(what, compiled, { ...now, state: { ...state, tainted: taint } })
        expect(again).toEqual(withTaint)
      }),
      { numRuns: runs(500) },
    )
  })

  it('is no milder under a policy that was composed with another, where both speak of everything', () => {
    const full = (one: Policy): Policy => ({
      ...one,
      defaults: {
        ...Object.fromEntries(EFFECT_KINDS.map((kind) => [kind, 'permit'])),
        ...Object.fromEntries(
          EFFECT_KINDS.flatMap((kind) => {
            const said = one.defaults[kind] ?? one.defaults[`${kind.split('.')[0]}.*` as 'net.*']
            return said === undefined ? [] : [[kind, said]]
          }),
        ),
      },
    })
    fc.assert(
      fc.property(action, policy, policy, tainted, (what, a, b, taint) => {
        const parts = [full(a), full(b)]
        const verdict = (one: Policy) => RANK[judge(what, one, taint).verdict]
        const both = verdict(Result.getOrThrow(composePolicies(parts)))
        expect(both).toBeGreaterThanOrEqual(Math.max(...parts.map(verdict)))
      }),
      { numRuns: runs(300) },
    )
  })
})

describe('the section', () => {
  it('loads with kinds and classes, a score from 0 to 1, in layers too', () => {
    const value = by(
      {},
      { stricter: ['net.*', 'persist'], from: 0.8 },
      {
        layers: [{ name: 'l', rules: [], defaults: {}, taint: { stricter: [] } }],
      },
    )
    expect(parsePolicy(JSON.parse(JSON.stringify(value)))).toEqual(Result.succeed(value))
    for (const taint of [
      { stricter: ['network'] },
      { stricter: 'net.*' },
      { from: 0.5 },
      { stricter: [], from: 1.1 },
      { stricter: [], until: 1 },
    ])
      expect(Result.isFailure(parsePolicy({ ...by({}), taint }))).toBe(true)
  })

  it('is kept where policies are composed, and where one is suggested or made of a manifest', () => {
    const own = by({}, { stricter: ['exec'] })
    const other = { ...by({ spawn: 'deny' }, { stricter: ['spawn'] }), name: 'other' }
    const both = Result.getOrThrow(composePolicies([own, other]))
    expect([both, ...both.layers!].map((layer) => layer.taint)).toEqual([own.taint, other.taint])
    expect(withRules(own, []).taint).toEqual(own.taint)
    const manifest = { tools: { Bash: { effects: ['read'] } } }
    expect(Result.getOrThrow(policyOfManifest(manifest, own)).taint).toEqual(own.taint)
  })

  it('is told in a difference by what it comes to', () => {
    expect(differencesOf(by({}), by({}, DEFAULT_TAINT))).toEqual([])
    expect(differencesOf(by({}), by({}, { stricter: ['net.*', 'secret.*'] }))).toEqual([
      'persist after an injection: stricter → as ever',
    ])
    expect(
      differencesOf(by({}, { stricter: ['exec'] }), by({}, { stricter: ['exec'], from: 0.7 })),
    ).toEqual(['exec after an injection: stricter → stricter from score 0.7'])
  })

  it.each(TEMPLATE_NAMES)(
    'is such under %s that what an injection is after is not permitted',
    (name) => {
      for (const kind of ['net.send', 'secret.read', 'secret.send', 'persist'] as const)
        expect(judge(fetches(kind), template(name)).verdict).not.toBe('permit')
    },
  )
})
