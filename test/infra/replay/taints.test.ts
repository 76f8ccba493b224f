import { describe, expect, it } from 'vitest'
import type { Entry } from '../../../src/domain/event/envelope.ts'
import { InjectionDetected, TaintCleared } from '../../../src/domain/event/event.ts'
import { sha256, verifyEd25519 } from '../../../src/infra/crypto/nodeCrypto.ts'
import { Taints } from '../../../src/infra/replay/taints.ts'
import { taint, type Taint } from '../../../src/projections/taint.ts'

const WEB = { score: 0.9, source: 'web' } as const
const hit = new InjectionDetected({
  seenIn: 'PostToolUse',
  detector: 'rules',
  tier: 'rules',
  ...WEB,
})

const follow = () => {
  const taints = new Taints()
  let state: Taint = taint.initial()
  let index = 0
  const fold = (time: number, event: Entry['event'], session = 's') => {
    const entry: Entry = { index: index++, time, session, event }
    state = taint.step(state, entry, { sha256, verifyEd25519 })
    taints.folded(state, entry)
  }
  fold(0, { _tag: 'Unknown', kind: 'Any', fields: {} })
  return { taints, fold }
}

describe('what a session was tainted by', () => {
  it('is what was folded last, of that session alone', () => {
    const { taints, fold } = follow()
    fold(1000, hit)
    expect(taints.compare(WEB, 's', 100_000)).toBe('same')
    expect(taints.compare(undefined, 'other', 100_000)).toBe('same')
    expect(taints.compare(undefined, null, 100_000)).toBe('same')
    expect(taints.compare(undefined, 's', 100_000)).toEqual({
      path: 'state.tainted',
      recorded: 'nothing',
      computed: '{"score":0.9,"source":"web"}',
    })
    expect(taints.compare(WEB, 'other', 100_000)).toMatchObject({ computed: 'nothing' })
    expect(taints.compare({ ...WEB, score: 0.8 }, 's', 100_000)).toMatchObject({
      path: 'state.tainted.score',
    })
  })

  it('is what it was just before, where a decision was overtaken by a hit or a clearing', () => {
    const { taints, fold } = follow()
    fold(100_000, hit)
    expect(taints.compare(undefined, 's', 100_005)).toBe('overtaken')
    expect(taints.compare(undefined, 's', 110_001)).toMatchObject({ path: 'state.tainted' })
    fold(200_000, new TaintCleared({ of: 's' }))
    expect(taints.compare(undefined, 's', 200_001)).toBe('same')
    expect(taints.compare(WEB, 's', 200_001)).toBe('overtaken')
    expect(taints.compare(WEB, 's', 210_001)).toMatchObject({ path: 'state.tainted' })
  })

  it('remembers no more changes than can be on their way', () => {
    const { taints, fold } = follow()
    fold(1000, hit)
    for (let i = 0; i < 100; i++) fold(1001, hit, `other${i}`)
    expect(taints.compare(undefined, 's', 1002)).toMatchObject({ path: 'state.tainted' })
    expect(taints.possible('s', 1002)).toHaveLength(65)
  })
})
