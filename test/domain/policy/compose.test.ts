import * as fc from 'fast-check'
import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../src/domain/canonical.ts'
import { composePolicies } from '../../../src/domain/policy/compose.ts'
import { compilePolicy, decide } from '../../../src/domain/policy/decide.ts'
import { differencesOf } from '../../../src/domain/policy/differences.ts'
import { checkExamples } from '../../../src/domain/policy/examples.ts'
import { layersOf, parsePolicy, type Policy } from '../../../src/domain/policy/policy.ts'
import { template, TEMPLATE_NAMES } from '../../../src/templates/templates.ts'
import { action, circumstances, policy } from './generators.ts'

const composed = (...policies: ReadonlyArray<Policy>): Policy =>
  Result.getOrThrow(composePolicies(policies))

const RANK = { permit: 0, defer: 1, deny: 2 }

describe('policies composed', () => {
  it('never permit what one of them denies, and never ask less than one that says so', () => {
    fc.assert(
      fc.property(action, policy, policy, circumstances, (what, a, b, when) => {
        const verdictOf = (by: Policy) => decide(what, compilePolicy(by), when).verdict
        // Rules of one id and different content get another id, and with it another counter.
        // What nobody names is deferred, and denied in a tainted session: it is left to the other one.
        const { rates: _, tainted: __, ...state } = when.state
        const still = { ...when, state }
        const alone = [a, b].map((one) => decide(what, compilePolicy(one), still).verdict)
        const both = decide(what, compilePolicy(composed(a, b)), still).verdict
        if (alone.includes('deny')) expect(both).toBe('deny')
        expect(RANK[verdictOf(composed(a, a))]).toBe(RANK[verdictOf(a)])
      }),
    )
  })

  it('are as strict as the strictest of them, where each says what holds for every effect', () => {
    fc.assert(
      fc.property(action, policy, policy, (what, a, b) => {
        const all = { ...b.defaults, exec: 'defer' as const }
        const full = (one: Policy): Policy => ({
          ...one,
          defaults: {
            'fs.*': 'permit',
            'net.*': 'deny',
            'destroy.*': 'defer',
            'secret.*': 'defer',
            privilege: 'defer',
            persist: 'permit',
            tamper: 'deny',
            opaque: 'defer',
            spawn: 'permit',
            ...all,
            ...one.defaults,
          },
        })
        const when = {
          mode: 'enforce',
          posture: 'interactive',
          state: { suspended: false },
        } as const
        const rank = (one: Policy) => RANK[decide(what, compilePolicy(one), when).verdict]
        expect(rank(composed(full(a), full(b)))).toBe(Math.max(rank(full(a)), rank(full(b))))
      }),
    )
  })

  it('are the same each time, count once when given twice, and load', () => {
    fc.assert(
      fc.property(policy, policy, (a, b) => {
        const one = composed(a, b)
        expect(canonicalJson(composed(a, b))).toBe(canonicalJson(one))
        expect(canonicalJson(composed(a, b, a, b))).toBe(canonicalJson(one))
        expect(canonicalJson(composed(one))).toBe(canonicalJson(one))
        expect(parsePolicy(JSON.parse(JSON.stringify(one)))).toEqual(Result.succeed(one))
      }),
    )
  })

  it('keep the ids of rules, and prefix one that another rule has', () => {
    const rule = { id: 'a', verdict: 'deny', match: { tool: 'Bash' } } as const
    const named = (name: string, tool: string): Policy => ({
      version: 1,
      name,
      rules: [{ ...rule, match: { tool } }],
      defaults: {},
    })
    const all = composed(named('x', 'Bash'), named('y y', 'Write'), named('z', 'Bash'))
    expect(all.name).toBe('x+y y+z')
    // The third says what the first says: it holds once.
    expect(layersOf(all).map(({ rules }) => rules.map(({ id }) => id))).toEqual([['a'], ['y-y.a']])
  })

  it('fail where there are none', () => {
    expect(Result.isFailure(composePolicies([]))).toBe(true)
  })

  it('are all pairs of templates, with examples that hold', () => {
    for (const a of TEMPLATE_NAMES)
      for (const b of TEMPLATE_NAMES)
        expect(checkExamples(composed(template(a), template(b)))).toEqual(Result.succeed(undefined))
  })
})

describe('what one policy changes of another', () => {
  it('is nothing for the same, and names rules, defaults, tools and paths', () => {
    const from: Policy = {
      version: 1,
      name: 'a',
      tools: { Old: {} },
      rules: [
        { id: 'kept', verdict: 'defer', match: { tool: 'Bash' } },
        { id: 'gone', verdict: 'deny', match: { tool: 'X' }, reason: 'bad\u00a0words' },
      ],
      defaults: { 'fs.*': 'permit' },
    }
    expect(differencesOf(from, from)).toEqual([])
    const to: Policy = {
      ...from,
      name: 'b',
      tools: { New: {} },
      monitored: ['project:db/**'],
      rules: [
        { id: 'kept', verdict: 'deny', match: { tool: 'Bash' } },
        { id: 'new', verdict: 'permit', match: { tool: 'Y' }, reason: 'fine' },
      ],
      defaults: { 'fs.*': 'permit', 'fs.delete': 'deny' },
    }
    expect(differencesOf(from, to)).toEqual([
      'name: a → b',
      expect.stringMatching(/^- deny gone: bad.words$/) as string,
      '+ permit new: fine',
      '~ defer → deny kept',
      'fs.delete where no rule matches: permit → deny',
      '- tool Old',
      '+ tool New',
      '+ monitored path project:db/**',
    ])
  })

  it('is told in printable lines, and shortened', () => {
    const rules = Array.from({ length: 40 }, (_, i) => ({
      id: `r${i}`,
      verdict: 'deny' as const,
      match: { tool: 'X' },
    }))
    const bare: Policy = { version: 1, name: 'a', rules: [], defaults: {} }
    const lines = differencesOf(bare, { ...bare, rules })
    expect(lines.length).toBe(13)
    expect(lines.at(-1)).toBe('and 28 more like these')
  })
})
