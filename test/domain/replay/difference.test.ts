import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstDifference } from '../../../src/domain/replay/difference.ts'

describe('the first difference', () => {
  it('is named by its place, with both sides', () => {
    const recorded = { action: { effects: [{ zone: 'tmp' }], tool: 'Bash' } }
    const computed = { action: { effects: [{ zone: 'home' }], tool: 'Read' } }
    expect(firstDifference(recorded, computed)).toEqual({
      path: 'action.effects[0].zone',
      recorded: '"tmp"',
      computed: '"home"',
    })
    expect(firstDifference([1], [1, 2], 'rules')).toEqual({
      path: 'rules[1]',
      recorded: 'nothing',
      computed: '2',
    })
    expect(firstDifference({ a: undefined }, {})).toBeUndefined()
  })

  it('is short, and whole values are compared whatever they are', () => {
    const { recorded } = firstDifference('x'.repeat(10_000), 1)!
    expect(recorded.length).toBeLessThanOrEqual(240)
    expect(firstDifference(Number.NaN, 'NaN')).toMatchObject({ recorded: 'NaN', computed: '"NaN"' })
    expect(firstDifference(JSON.parse('{"__proto__":1}'), {})).toMatchObject({ path: '__proto__' })
    expect(firstDifference([], {})).toMatchObject({ path: '', recorded: '[]', computed: '{}' })
  })

  it('is there for any two values of different JSON, and for no others', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
        expect(firstDifference(plain(a), plain(b)) === undefined).toBe(same)
        expect(firstDifference(plain(a), plain(a))).toBeUndefined()
      }),
      { numRuns: 500 },
    )
  })
})

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? ['list', ...value.map(sorted)]
    : typeof value === 'object' && value !== null
      ? [
          'object',
          ...Object.entries(value)
            .map(([key, inner]) => [key, sorted(inner)] as const)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        ]
      : value
