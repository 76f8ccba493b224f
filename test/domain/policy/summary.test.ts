import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import { MOST_SUMMARY, policySummary } from '../../../src/domain/policy/summary.ts'
import { template, TEMPLATE_NAMES } from '../../../src/templates/templates.ts'
import { policy } from './generators.ts'

const none = { limits: { session: 0, hour: 0, day: 0 }, guards: [], tokens: false, secrets: false }

describe('what the model is told of the policy', () => {
  it('names kinds of effects by what becomes of them, rules, guards and budgets', () => {
    const by: Policy = {
      version: 1,
      name: 'nobody is told this name',
      rules: [
        { id: 'no-curl', verdict: 'deny', match: { program: 'curl' }, reason: 'nor this reason' },
        { id: 'ask-push', verdict: 'defer', match: { capability: 'tool:Bash:git:push' } },
      ],
      defaults: { 'fs.*': 'permit', exec: 'permit', 'destroy.*': 'deny', 'net.fetch': 'permit' },
    }
    const limits = { session: 5_000_000_000, hour: 0, day: 20_000_000_000 }
    expect(
      policySummary({ policy: by, limits, guards: ['no-prod'], tokens: true, secrets: true }),
    ).toBe(
      `Isonapse gates the tool calls of this session (mode enforce). Where no rule says otherwise:
- denied: destroy.*
- asked about: spawn, net.send, secret.*, privilege, persist, tamper, what cannot be read
- permitted: fs.*, exec, net.fetch
- rules that deny: no-curl
- rules that ask: ask-push
- guards: no-prod
- budgets: $5.00 for this session, $20.00 in 24 hours
Tokens such as [PII_<32 hex digits>] stand for sensitive values: use one as it stands wherever you mean its value.
Stored secrets are written {{ secret.NAME }} and put in where the user declared that they may go; their values are never shown.
When a call is denied, do not work around it: tell the user the reason, or take the way it names.`,
    )
  })

  it('is short and whole for any policy, and the same each time', () => {
    fc.assert(
      fc.property(policy, (one) => {
        const text = policySummary({ ...none, policy: one })
        expect(text).toBe(policySummary({ ...none, policy: structuredClone(one) }))
        expect(text.length).toBeLessThanOrEqual(MOST_SUMMARY)
      }),
    )
    const rules = (verdict: 'deny' | 'defer') =>
      Array.from({ length: 200 }, (_, i) => ({
        id: `${verdict}-${String(i).padStart(3, '0')}-${'x'.repeat(50)}`,
        verdict,
        match: { tool: '*' },
      }))
    const largest = policySummary({
      policy: {
        version: 1,
        name: 'x',
        rules: [...rules('deny'), ...rules('defer')],
        defaults: {
          'fs.read': 'deny',
          'net.send': 'permit',
          'destroy.data': 'permit',
          'secret.read': 'deny',
        },
      },
      limits: { session: 1e15, hour: 1e15, day: 1e15 },
      guards: Array.from({ length: 16 }, (_, i) => `${'g'.repeat(28)}-${i + 10}`),
      tokens: true,
      secrets: true,
    })
    expect(largest.endsWith('or take the way it names.')).toBe(true)
    expect(largest.length).toBeLessThanOrEqual(MOST_SUMMARY)
    for (const name of TEMPLATE_NAMES)
      expect(policySummary({ ...none, policy: template(name) })).toContain('- ')
  })
})
