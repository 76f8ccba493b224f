import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sharesOf, windowsOf } from '../../../src/domain/intel/windows.ts'

const shape = fc
  .record({ most: fc.integer({ min: 1, max: 64 }), overlap: fc.integer({ min: 0, max: 80 }) })
  .map(({ most, overlap }) => ({ most, overlap: Math.min(overlap, most - 1) }))

describe('windows', () => {
  it('are none too long, and overlap by what is asked', () => {
    expect(windowsOf(10, { most: 4, overlap: 2 })).toEqual([
      { start: 0, end: 4 },
      { start: 2, end: 6 },
      { start: 4, end: 8 },
      { start: 6, end: 10 },
    ])
    expect(windowsOf(0, { most: 4, overlap: 2 })).toEqual([])
    expect(windowsOf(3, { most: 4, overlap: 2 })).toEqual([{ start: 0, end: 3 }])
  })

  it('have every token spoken for by exactly one of them, which has read it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), shape, (tokens, shape) => {
        const windows = windowsOf(tokens, shape)
        const shares = sharesOf(windows)
        expect(shares.flatMap(({ start, end }) => range(start, end))).toEqual(range(0, tokens))
        for (const [at, { start, end }] of shares.entries()) {
          expect(windows[at]!.start).toBeLessThanOrEqual(start)
          expect(windows[at]!.end).toBeGreaterThanOrEqual(end)
          expect(windows[at]!.end - windows[at]!.start).toBeLessThanOrEqual(shape.most)
        }
      }),
    )
  })
})

const range = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: to - from }, (_, at) => from + at)
