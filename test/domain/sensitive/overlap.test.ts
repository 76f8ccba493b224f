import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolved, underRules } from '../../../src/domain/sensitive/overlap.ts'
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

describe('spans under surer ones', () => {
  const text = 'Lindenweg 4, Bremen'

  it('keep what stands beside, by its letters, whatever their score', () => {
    const street = span(0, 11, 0.5)
    expect(underRules(text, [street], [span(0, 19, 1, 'model:m')])).toEqual([
      street,
      span(13, 19, 1, 'model:m'),
    ])
    expect(underRules(text, [span(10, 11, 0.5)], [span(0, 19, 1)])).toEqual([
      span(0, 9, 1),
      span(10, 11, 0.5),
      span(13, 19, 1),
    ])
  })

  it('are gone where what stands beside says nothing', () => {
    expect(underRules(text, [span(0, 11, 0.5)], [span(0, 13, 1)])).toEqual([span(0, 11, 0.5)])
    expect(underRules(text, [span(2, 11, 0.5)], [span(0, 11, 1)])).toEqual([span(2, 11, 0.5)])
  })

  it('cover what either covers but for marks and short rests, in order and apart', () => {
    fc.assert(
      fc.property(spans, spans, (some, others) => {
        const sure = resolved(some)
        const all = underRules('x'.repeat(80), sure, others)
        for (const one of sure) expect(all).toContainEqual(one)
        for (const [i, one] of all.entries())
          expect(one.start).toBeGreaterThanOrEqual(i === 0 ? 0 : all[i - 1]!.end)
        const isIn = (at: number, list: ReadonlyArray<Span>): boolean =>
          list.some(({ start, end }) => start <= at && at < end)
        const unsure = resolved(others)
        for (let at = 0; at < 80; at++) {
          if (!isIn(at, all) && isIn(at, unsure))
            expect(
              [at - 1, at - 2].some((near) => isIn(near, sure)) ||
                [at + 1, at + 2].some((near) => isIn(near, sure)),
            ).toBe(true)
          if (isIn(at, all)) expect(isIn(at, sure) || isIn(at, unsure)).toBe(true)
        }
      }),
    )
  })
})
