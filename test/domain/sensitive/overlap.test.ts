import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolved } from '../../../src/domain/sensitive/overlap.ts'
import type { Span } from '../../../src/domain/sensitive/span.ts'

const span = (start: number, end: number, score: number, detector = 'rules:a'): Span => ({
  start,
  end,
  score,
  detector,
  type: 'SECRET',
})

const spans = fc.array(
  fc
    .tuple(
      fc.nat(60),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(0.5, 0.7, 0.9),
      fc.constantFrom('rules:a', 'rules:b'),
    )
    .map(([start, length, score, detector]) => span(start, start + length, score, detector)),
  { maxLength: 24 },
)

describe('of spans that overlap', () => {
  it('the surer stays, then the longer, then the earlier', () => {
    expect(resolved([span(0, 5, 0.7), span(3, 9, 0.9)])).toEqual([span(3, 9, 0.9)])
    expect(resolved([span(0, 5, 0.9), span(3, 9, 0.9)])).toEqual([span(3, 9, 0.9)])
    expect(resolved([span(2, 6, 0.9), span(0, 4, 0.9)])).toEqual([span(0, 4, 0.9)])
  })

  it('one that was beaten by a beaten one stays', () => {
    expect(resolved([span(0, 5, 0.7), span(4, 9, 0.8), span(8, 12, 0.9)])).toEqual([
      span(0, 5, 0.7),
      span(8, 12, 0.9),
    ])
  })

  it('the outcome is ordered, apart, and the same in whatever order they come', () => {
    fc.assert(
      fc.property(spans, (all) => {
        const kept = resolved(all)
        for (const [i, one] of kept.entries())
          if (i > 0) expect(one.start).toBeGreaterThanOrEqual(kept[i - 1]!.end)
        expect(resolved(all.toReversed())).toEqual(kept)
        // None was dropped without a reason that was kept.
        for (const one of all)
          expect(kept.some(({ start, end }) => start < one.end && end > one.start)).toBe(true)
      }),
    )
  })
})
