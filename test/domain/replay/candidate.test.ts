import { describe, expect, it } from 'vitest'
import type { Action } from '../../../src/domain/action/action.ts'
import { DecisionMade } from '../../../src/domain/event/event.ts'
import type { Digest } from '../../../src/domain/hash.ts'
import { compilePolicy } from '../../../src/domain/policy/decide.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Verdict } from '../../../src/domain/policy/verdict.ts'
import { candidateTally } from '../../../src/domain/replay/candidate.ts'

const DIGEST = '0'.repeat(64) as Digest
const made = (verdict: Verdict, tool = 'Bash'): DecisionMade => {
  const action: Action = {
    tool,
    origin: 'builtin',
    capabilities: [],
    effects: [{ kind: 'exec', target: { program: 'ls' }, certainty: 'certain' }],
  }
  return new DecisionMade({
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
      posture: 'interactive',
      state: { suspended: false },
      verdict,
      rules: [],
    },
  })
}

const policy = (verdict: Verdict): Policy => ({
  version: 1,
  name: 'candidate',
  rules: [{ id: 'bash', verdict, match: { tool: 'Bash', effect: 'exec' } }],
  defaults: { exec: 'defer' },
})

describe('a candidate policy', () => {
  it('is compared by what was recorded and what it decides', () => {
    const { add, tally } = candidateTally(compilePolicy(policy('deny')))
    for (const [i, verdict] of (['permit', 'defer', 'deny'] as const).entries())
      add(i, 's', made(verdict))
    add(3, null, made('permit', 'Read'))
    const { changed, matrix, newlyDenied, newlyPermitted } = tally()
    expect(changed).toBe(3)
    expect(matrix.permit).toEqual({ permit: 0, defer: 1, deny: 1 })
    expect(matrix.defer).toEqual({ permit: 0, defer: 0, deny: 1 })
    expect(matrix.deny).toEqual({ permit: 0, defer: 0, deny: 1 })
    expect(newlyDenied.map(({ entry, from, to, rules }) => [entry, from, to, rules])).toEqual([
      [0, 'permit', 'deny', ['bash']],
      [1, 'defer', 'deny', ['bash']],
    ])
    expect(newlyPermitted).toEqual([])
  })

  it('lists so many calls and counts all', () => {
    const { add, tally } = candidateTally(compilePolicy(policy('permit')))
    for (let n = 0; n < 1500; n++) add(n, 's', made('deny'))
    const { changed, newlyPermitted, matrix } = tally()
    expect([changed, matrix.deny.permit, newlyPermitted.length]).toEqual([1500, 1500, 1000])
  })
})
