import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Action } from '../../../src/domain/action/action.ts'
import { factMask, type MaskedValue } from '../../../src/domain/sensitive/factMask.ts'

const reading = (path: string): Action => ({
  tool: 'Read',
  origin: 'builtin',
  capabilities: [],
  effects: [{ kind: 'fs.read', certainty: 'certain', target: { path: { path }, zone: 'system' } }],
})

const masked = (values: ReadonlyArray<MaskedValue>, path: string): unknown =>
  (factMask(values).action(reading(path)).effects[0]!.target as { path: { path: unknown } }).path
    .path

describe('facts', () => {
  it('hold none of very many values', () => {
    const values = Array.from({ length: 5000 }, (_, i) => ({ type: 'T', value: `value${i}!` }))
    expect(masked(values, `/a/value4999!/value0!x`)).toEqual([
      '/a/',
      { pii: 'T' },
      '/',
      { pii: 'T' },
      'x',
    ])
  })

  it('are the same in whatever order the values come', () => {
    const value = fc.record({
      type: fc.constantFrom('A', 'B'),
      value: fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 4, maxLength: 6 }),
    })
    fc.assert(
      fc.property(
        fc
          .array(value, { maxLength: 6 })
          .chain((all) =>
            fc.tuple(
              fc.constant(all),
              fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
            ),
          ),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 20 }),
        ([all, shuffled], text) => {
          expect(masked(shuffled, text)).toEqual(masked(all, text))
        },
      ),
    )
  })
})
