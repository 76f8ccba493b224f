import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GuardCode, GuardVerdict } from '../../../src/domain/guard/guard.ts'
import { compilePolicy, decide } from '../../../src/domain/policy/decide.ts'
import type { Verdict } from '../../../src/domain/policy/verdict.ts'
import { action, circumstances, policy, verdict } from './generators.ts'

const RANK: Record<Verdict, number> = { permit: 0, defer: 1, deny: 2 }

const guards: fc.Arbitrary<ReadonlyArray<GuardVerdict>> = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    verdict,
    code: fc.constantFrom<GuardCode>('answered', 'slow'),
  }),
  { selector: ({ name }) => name },
)

describe('guards in a decision', () => {
  it('count strictest: never milder than the policy, nor than any of them', () => {
    fc.assert(
      fc.property(action, policy, circumstances, guards, (call, by, now, said) => {
        const compiled = compilePolicy(by)
        const without = decide(call, compiled, now)
        const state = { ...now.state, guards: said }
        const decided = decide(call, compiled, { ...now, state })
        const strictest = Math.max(RANK[without.verdict], ...said.map((one) => RANK[one.verdict]))
        expect(RANK[decided.verdict]).toBe(strictest)
        if (decided.verdict !== 'permit') expect(decided.approve).toBe(false)
        if (decided.verdict === without.verdict) expect(decided).toEqual(without)
        else
          expect(decided.rules).toEqual(
            said
              .filter((one) => one.verdict === decided.verdict)
              .map(({ name }) => `guard:${name}`)
              .sort(),
          )
      }),
    )
  })
})
