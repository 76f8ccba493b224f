import { describe, expect, it } from 'vitest'
import type { Action } from '../../src/domain/action/action.ts'
import type { Entry } from '../../src/domain/event/envelope.ts'
import { DecisionMade, ToolFinished, type WitnessEvent } from '../../src/domain/event/event.ts'
import type { Digest } from '../../src/domain/hash.ts'
import { compilePolicy } from '../../src/domain/policy/decide.ts'
import type { Policy } from '../../src/domain/policy/policy.ts'
import type { Rule } from '../../src/domain/policy/rule.ts'
import type { Posture, Verdict } from '../../src/domain/policy/verdict.ts'
import { sha256, verifyEd25519 } from '../../src/infra/crypto/nodeCrypto.ts'
import { backtest, MOST_CHANGED } from '../../src/projections/backtest.ts'

const DIGEST = '0'.repeat(64) as Digest

const made = (
  toolUseId: string | undefined,
  verdict: Verdict,
  { tool = 'Bash', posture = 'interactive' as Posture, suspended = false } = {},
): DecisionMade => {
  const action: Action = {
    tool,
    origin: 'builtin',
    capabilities: [],
    effects: [{ kind: 'exec', target: { program: 'ls' }, certainty: 'certain' }],
  }
  return new DecisionMade({
    ...(toolUseId === undefined ? {} : { toolUseId }),
    verdict,
    enforced: false,
    receiptDigest: DIGEST,
    receipt: {
      v: 1,
      engine: '1',
      event: 'PreToolUse',
      action,
      observed: { cwd: { project: '' }, links: [] },
      policy: DIGEST,
      mode: 'profile',
      posture,
      state: { suspended },
      verdict,
      rules: ['before'],
    },
  })
}

const policy = (verdict: Verdict, more: Partial<Rule> = {}): Policy => ({
  version: 1,
  name: 'candidate',
  rules: [{ id: 'bash', verdict, match: { tool: 'Bash', effect: 'exec' }, ...more }],
  defaults: { exec: 'defer' },
})

const over = (
  candidate: Policy,
  events: ReadonlyArray<WitnessEvent>,
  timeOf: (index: number) => number = (index) => index * 1000,
) => {
  const test = backtest(compilePolicy(candidate), { sha256, verifyEd25519 })
  for (const [index, event] of events.entries())
    test.see({ index, time: timeOf(index), session: 's', event } as Entry)
  return test.report()
}

describe('a backtest', () => {
  it('compares what was recorded with what the candidate decides, and how the calls ended', () => {
    const report = over(policy('deny'), [
      made('a', 'permit'),
      new ToolFinished({ tool: 'Bash', toolUseId: 'a', outcome: 'finished' }),
      made('b', 'defer'),
      made('c', 'deny'),
      made('d', 'permit', { tool: 'Read' }),
      new ToolFinished({ tool: 'Read', toolUseId: 'd', outcome: 'failed' }),
    ])
    expect(report).toMatchObject({ calls: 4, sessions: 1, changedInAll: 3, first: 0, last: 4000 })
    expect(report.matrix).toEqual({
      permit: { permit: 0, defer: 1, deny: 1 },
      defer: { permit: 0, defer: 0, deny: 1 },
      deny: { permit: 0, defer: 0, deny: 1 },
    })
    expect(report.finished).toEqual({ permit: 0, defer: 0, deny: 1 })
    expect(
      report.changed.map(({ index, from, to, rules, fromRules, outcome }) => [
        index,
        from,
        to,
        rules,
        fromRules,
        outcome,
      ]),
    ).toEqual([
      [0, 'permit', 'deny', ['bash'], ['before'], 'finished'],
      [2, 'defer', 'deny', ['bash'], ['before'], null],
      [4, 'permit', 'defer', ['default:exec'], ['before'], 'failed'],
    ])
  })

  it('counts calls alone: no prompt, and no second question about a call', () => {
    expect(over(policy('deny'), [made(undefined, 'permit')])).toMatchObject({
      calls: 0,
      changedInAll: 0,
    })
  })

  it('judges in the posture and the suspension of the time', () => {
    const report = over(policy('permit'), [
      made('a', 'permit'),
      made('b', 'deny', { posture: 'locked' }),
      made('c', 'deny', { suspended: true }),
    ])
    expect(report.matrix.permit.permit).toBe(1)
    expect(report.matrix.deny.deny).toBe(2)
  })

  it('counts the candidate’s own rates, by what it would let through and by the recorded times', () => {
    const rated = policy('defer', { rate: { max: 2, per: 'minute' } })
    const permitted: Policy = { ...rated, defaults: { exec: 'permit' } }
    const calls = Array.from({ length: 5 }, (_, i) => made(`c${i}`, 'permit'))
    const quick = over(permitted, calls)
    expect(quick.changed.map(({ index }) => index)).toEqual([2, 3, 4])
    const slow = over(permitted, calls, (index) => index * 90_000)
    expect(slow.changedInAll).toBe(0)
    const never: Policy = { ...rated, defaults: { exec: 'deny' } }
    expect(over(never, calls).changed.every(({ rules }) => !rules.includes('bash'))).toBe(true)
  })

  it('lists so many calls, the latest, and counts all', () => {
    const events = Array.from({ length: MOST_CHANGED * 2 + 7 }, (_, i) => made(`c${i}`, 'deny'))
    const { changed, changedInAll, matrix } = over(policy('permit'), events)
    expect(changedInAll).toBe(MOST_CHANGED * 2 + 7)
    expect(matrix.deny.permit).toBe(changedInAll)
    expect(changed).toHaveLength(MOST_CHANGED)
    expect(changed.at(-1)!.index).toBe(changedInAll - 1)
  })
})
