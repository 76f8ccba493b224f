import { describe, expect, it } from 'vitest'
import type { Action } from '../../../src/domain/action/action.ts'
import { ranked } from '../../../src/domain/receipt/positions.ts'

const at = (start: number, end: number, file?: string): Action['effects'][number] => ({
  kind: 'exec',
  certainty: 'certain',
  span: { start, end },
  ...(file === undefined ? {} : { in: { project: file } }),
})
const action = (...effects: Action['effects']): Action => ({
  tool: 'Bash',
  origin: 'builtin',
  capabilities: [],
  effects,
})
const spans = (made: Action) => made.effects.map(({ span }) => [span?.start, span?.end])

describe('ranked', () => {
  it('keeps the order of what stands in a text, and nothing of the distances', () => {
    expect(spans(ranked(action(at(40, 52), at(0, 9), at(40, 44), at(9, 40))))).toEqual([
      [2, 4],
      [0, 1],
      [2, 3],
      [1, 2],
    ])
  })

  it('counts each text by itself', () => {
    expect(spans(ranked(action(at(100, 110), at(7, 9, 'a.sh'), at(3, 5, 'b.sh'))))).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ])
  })

  it('is done once: ranks are their own ranks', () => {
    const once = ranked(action(at(40, 52), at(0, 9), { kind: 'spawn', certainty: 'possible' }))
    expect(ranked(once)).toEqual(once)
  })
})
