import { describe, expect, it } from 'vitest'
import type { Entry } from '../../../src/domain/event/envelope.ts'
import type { Digest } from '../../../src/domain/hash.ts'
import type { Receipt } from '../../../src/domain/receipt/receipt.ts'
import { InForce } from '../../../src/infra/replay/inForce.ts'
import { type GateState, gateState } from '../../../src/projections/gateState.ts'

const DIGEST = 'a'.repeat(64) as Digest
const state = (more: Partial<GateState>): GateState => ({
  ...gateState.initial(),
  policy: { digest: DIGEST, entry: 2, chunks: 1, time: 0, source: 'init' },
  ...more,
})
const at = (time: number) => ({ time }) as Entry
const receipt = (more: Partial<Receipt>) =>
  ({
    mode: 'profile',
    posture: 'interactive',
    policy: DIGEST,
    state: { suspended: false },
    ...more,
  }) as Receipt

describe('what was in force', () => {
  it('is what was folded last', () => {
    const inForce = new InForce()
    inForce.folded(state({}), at(0))
    inForce.folded(state({ mode: 'enforce' }), at(100_000))
    expect(inForce.compare(receipt({ mode: 'enforce' }), 100_001, 'default')).toBe('same')
    expect(inForce.compare(receipt({ mode: 'enforce' }), 100_001, 'plan')).toEqual({
      path: 'posture',
      recorded: '"interactive"',
      computed: '"dry_run"',
    })
  })

  it('is what held before where a decision was overtaken by a change, and only just', () => {
    const inForce = new InForce()
    inForce.folded(state({}), at(0))
    inForce.folded(state({ mode: 'enforce' }), at(100_000))
    expect(inForce.compare(receipt({}), 100_005, undefined)).toBe('overtaken')
    expect(inForce.compare(receipt({}), 110_001, undefined)).toMatchObject({ path: 'mode' })
  })

  it('is never a mixture of what held at two times', () => {
    const inForce = new InForce()
    inForce.folded(state({ posture: 'autonomous' }), at(0))
    inForce.folded(state({ mode: 'enforce' }), at(100_000))
    const mixed = receipt({ mode: 'enforce', posture: 'autonomous' })
    expect(inForce.compare(mixed, 100_001, undefined)).toMatchObject({ path: 'posture' })
  })
})
