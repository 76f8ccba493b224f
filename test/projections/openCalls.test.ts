import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/domain/canonical.ts'
import {
  DecisionMade,
  GapFound,
  ToolFinished,
  type WitnessEvent,
} from '../../src/domain/event/event.ts'
import type { Digest } from '../../src/domain/hash.ts'
import {
  findOpenCall,
  MOST_OPEN,
  type OpenCalls,
  openCalls,
} from '../../src/projections/openCalls.ts'

const zero = '0'.repeat(64) as Digest
const decided = (toolUseId: string, inputTag = 't') =>
  new DecisionMade({
    toolUseId,
    verdict: 'permit',
    enforced: true,
    receipt: {
      v: 1,
      engine: '1',
      event: 'PreToolUse',
      action: { tool: 'Bash', origin: 'builtin', capabilities: [], effects: [] },
      observed: { cwd: { project: '' }, links: [] },
      policy: zero,
      mode: 'enforce',
      posture: 'interactive',
      state: { suspended: false },
      verdict: 'permit',
      rules: [],
    },
    receiptDigest: zero,
    inputTag,
  })
const finished = (toolUseId: string) =>
  new ToolFinished({ tool: 'Bash', toolUseId, outcome: 'finished' })

const fold = (events: Iterable<readonly [string, WitnessEvent]>): OpenCalls => {
  let state = openCalls.initial()
  let index = 0
  for (const [session, event] of events)
    state = openCalls.step(
      state,
      { index: index++, time: 1, session, event },
      {
        sha256: () => new Uint8Array(),
        verifyEd25519: () => false,
      },
    )
  return state
}

describe('the calls that were decided on', () => {
  it('hold a gap too, so that the batch that lists it once more tells of none', () => {
    const gap = new GapFound({ tool: 'Bash', toolUseId: 'toolu_1', seenIn: 'PostToolUse' })
    const state = fold([['a', gap]])
    expect(findOpenCall(state, 'a', 'toolu_1')).toMatchObject({ finished: true })
  })

  it('are found by session and id, with what was decided', () => {
    const state = fold([
      ['a', decided('toolu_1', 'tag1')],
      ['b', decided('toolu_2')],
    ])
    expect(findOpenCall(state, 'a', 'toolu_1')).toEqual({
      tool: 'Bash',
      decision: 0,
      inputTag: 'tag1',
    })
    expect(findOpenCall(state, 'a', 'toolu_2')).toBeUndefined()
    expect(findOpenCall(state, 'b', 'toolu_1')).toBeUndefined()
  })

  it('are still known when they have ended, since the batch reports them again', () => {
    const state = fold([
      ['a', decided('1')],
      ['a', finished('1')],
      ['a', finished('never decided')],
    ])
    expect(findOpenCall(state, 'a', '1')?.finished).toBe(true)
    expect(state.count).toBe(1)
  })

  it('never answer for a name of the prototype', () => {
    const state = fold([])
    for (const id of ['__proto__', 'constructor', 'toString'])
      expect(findOpenCall(state, null, id)).toBeUndefined()
  })

  it('that go on outlast those that ended, however many come meanwhile', () => {
    const many = Array.from({ length: MOST_OPEN * 3 }, (_, i) => [
      ['s', decided(`id${i}`)] as const,
      ['s', finished(`id${i}`)] as const,
    ])
    const state = fold([['s', decided('long')], ...many.flat()])
    expect(findOpenCall(state, 's', 'long')).toBeDefined()
    expect(state.count).toBeLessThanOrEqual(MOST_OPEN)
  })

  it('stay bounded, the oldest forgotten first', () => {
    const state = fold(
      Array.from({ length: MOST_OPEN * 2 + 5 }, (_, i) => ['s', decided(`id${i}`)] as const),
    )
    expect(Object.keys(state.open).length).toBe(state.count)
    expect(state.count).toBeLessThanOrEqual(MOST_OPEN)
    expect(findOpenCall(state, 's', `id${MOST_OPEN * 2 + 4}`)).toBeDefined()
    expect(findOpenCall(state, 's', 'id0')).toBeUndefined()
    expect(openCalls.isState(JSON.parse(canonicalJson(state)))).toBe(true)
  })
})
