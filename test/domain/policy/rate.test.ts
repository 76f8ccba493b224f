import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { exampleAction } from '../../../src/domain/policy/examples.ts'
import { compilePolicy, decide } from '../../../src/domain/policy/decide.ts'
import { parsePolicy, type Policy } from '../../../src/domain/policy/policy.ts'
import type { Rule } from '../../../src/domain/policy/rule.ts'
import { evaluate } from '../../../src/gate.ts'

const limited: Rule = {
  id: 'installs',
  verdict: 'deny',
  match: { capability: 'tool:Bash:npm:install' },
  rate: { max: 3, per: 'hour' },
  reason: 'too many installs',
  instead: 'npm ls',
}
const policyOf = (...rules: ReadonlyArray<Rule>): Policy => ({
  version: 1,
  name: 'test',
  rules,
  defaults: { 'fs.*': 'permit', 'net.*': 'permit', exec: 'permit', opaque: 'permit' },
})
const judge = (command: string, rates: Record<string, number>, policy = policyOf(limited)) =>
  decide(exampleAction(command), compilePolicy(policy), {
    mode: 'enforce',
    posture: 'interactive',
    state: { suspended: false, rates },
  })

describe('a rule with a rate', () => {
  it('counts only once its match was let through as often as it says', () => {
    expect(judge('npm install', {}).verdict).toBe('permit')
    expect(judge('npm install', { installs: 2 }).verdict).toBe('permit')
    expect(judge('npm install', { installs: 3 })).toMatchObject({
      verdict: 'deny',
      rules: ['installs'],
      reason: 'Bash: too many installs (more than 3 in an hour); instead: npm ls',
    })
    expect(judge('npm test', { installs: 9 }).verdict).toBe('permit')
  })

  it('is named by the decision whenever it matches, so that it can be counted', () => {
    expect(judge('npm install', {}).rated).toEqual(['installs'])
    expect(judge('npm install', { installs: 9 }).rated).toEqual(['installs'])
    expect(judge('npm test', {})).not.toHaveProperty('rated')
  })

  it('only adds: what is denied without it stays denied', () => {
    const asks: Rule = {
      id: 'asks',
      verdict: 'defer',
      match: { effect: 'opaque' },
      rate: limited.rate!,
    }
    const strict = { ...policyOf(asks), defaults: { opaque: 'deny' as const } }
    for (const asked of [0, 9])
      expect(judge('eval "$X"', { asks: asked }, strict).verdict).toBe('deny')
  })

  it('takes no count from what every object inherits', () => {
    const odd = { ...limited, id: 'constructor' }
    expect(judge('npm install', {}, policyOf(odd)).verdict).toBe('permit')
  })

  it('has a count of 0 where there is no state, and the receipt says which it was', () => {
    const payload = {
      hook_event_name: 'PreToolUse',
      session_id: 's',
      cwd: '/home/dev/app',
      tool_name: 'Bash',
      tool_input: { command: 'npm install' },
      tool_use_id: 't',
    }
    const { decision, receipt } = evaluate(payload, { policy: policyOf(limited) })
    expect(decision.verdict).toBe('permit')
    expect(receipt?.state).toEqual({ suspended: false, rates: { installs: 0 } })
    const other = evaluate(
      { ...payload, tool_input: { command: 'ls' } },
      { policy: policyOf(limited) },
    )
    expect(other.receipt?.state).toEqual({ suspended: false })
  })

  it('cannot be a permit, nor let more pass than can be counted', () => {
    const problem = (fields: object) => {
      const parsed = parsePolicy({ ...policyOf(), rules: [{ ...limited, ...fields }] })
      return Result.isFailure(parsed) ? parsed.failure.message : ''
    }
    const { instead: _, ...bare } = limited
    expect(
      Result.isFailure(parsePolicy({ ...policyOf(), rules: [{ ...bare, verdict: 'permit' }] })),
    ).toBe(true)
    expect(problem({ rate: { max: 0, per: 'hour' } })).toContain('rules[0] (installs).rate.max')
    expect(problem({ rate: { max: 1, per: 'hours' } })).toContain('did you mean "hour"?')
    const many = Array.from({ length: 65 }, (_, i) => ({ ...limited, id: `r${i}` }))
    const parsed = parsePolicy({ ...policyOf(), rules: many })
    expect(Result.isFailure(parsed) && parsed.failure.message).toContain('65 rules with a rate')
  })
})
