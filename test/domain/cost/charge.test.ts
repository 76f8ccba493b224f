import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Charged, chargedAfter, chargeOf } from '../../../src/domain/cost/charge.ts'
import { differenceOf, isReported } from '../../../src/domain/cost/reconcile.ts'
import { inDollars } from '../../../src/domain/cost/money.ts'
import { priceOf, pricesWith } from '../../../src/domain/cost/prices.ts'
import { countsOf, most, type TokenCounts } from '../../../src/domain/cost/tokens.ts'
import type { MessageUsage } from '../../../src/domain/cost/transcript.ts'
import { priceTable } from '../../../src/templates/prices.ts'

const PRICES = pricesWith(priceTable(), new Map())
const NOW = Date.UTC(2026, 10, 29)

const usage = (some: Partial<TokenCounts>, more: Partial<MessageUsage> = {}): MessageUsage => ({
  kind: 'usage',
  message: 'msg_1',
  model: 'claude-sonnet-4-5',
  at: NOW - 1000,
  tokens: countsOf((name) => some[name] ?? 0),
  ...more,
})

describe('a message', () => {
  it('is charged once, and what came on top when its records grow', () => {
    const first = chargeOf(usage({ input: 10, output: 1 }), undefined, PRICES, NOW)!
    expect(first).toEqual({
      message: 'msg_1',
      model: 'claude-sonnet-4-5',
      nanodollars: 10 * 3000 + 15_000,
      tokens: { input: 10, output: 1 },
      prices: PRICES.version,
      at: NOW - 1000,
    })
    const known = chargedAfter(usage({ input: 10, output: 1 }), undefined, first)
    expect(chargeOf(usage({ input: 10, output: 1 }), known, PRICES, NOW)).toBe(undefined)
    expect(chargeOf(usage({ input: 4 }), known, PRICES, NOW)).toBe(undefined)
    expect(chargeOf(usage({ input: 10, output: 5 }), known, PRICES, NOW)).toMatchObject({
      nanodollars: 4 * 15_000,
      tokens: { output: 4 },
      more: true,
    })
  })

  it('was never spent in the time to come', () => {
    expect(chargeOf(usage({ input: 1 }, { at: NOW + 5000 }), undefined, PRICES, NOW)?.at).toBe(NOW)
    const { at: _, ...timeless } = usage({ input: 1 })
    expect(chargeOf(timeless, undefined, PRICES, NOW)?.at).toBe(NOW)
  })

  it('gives nothing back when its price is lowered meanwhile', () => {
    const first = chargeOf(usage({ input: 10 }), undefined, PRICES, NOW)!
    const known = chargedAfter(usage({ input: 10 }), undefined, first)
    const rates = { input: 0, output: 0, cache_write_5m: 0, cache_write_1h: 0, cache_read: 0 }
    const free = pricesWith(priceTable(), new Map([['claude-sonnet-4-5', rates]]))
    expect(chargeOf(usage({ input: 20 }), known, free, NOW)?.nanodollars).toBe(0)
  })

  it('is marked where its price is an estimate', () => {
    expect(
      chargeOf(usage({ input: 1 }, { model: 'claude-opus-9' }), undefined, PRICES, NOW),
    ).toMatchObject({ estimated: true })
    expect(chargeOf(usage({ input: 1 }, { fast: true }), undefined, PRICES, NOW)).toMatchObject({
      estimated: true,
    })
  })

  it('comes to the price of its largest counts, in whatever order and however often it is read', () => {
    const count = fc.integer({ min: 0, max: 200_000 })
    const counts = fc.record({
      input: count,
      output: count,
      cache_write_5m: count,
      cache_write_1h: count,
      cache_read: count,
      web_search: fc.integer({ min: 0, max: 5 }),
    })
    const model = fc.constantFrom('claude-sonnet-4-5', 'claude-haiku-5-5', 'claude-opus-5')
    fc.assert(
      fc.property(model, fc.array(counts, { minLength: 1, maxLength: 6 }), (name, all) => {
        let known: Charged | undefined
        let sum = 0
        for (const tokens of [...all, ...all.toReversed()]) {
          const one = usage(tokens, { model: name })
          const charge = chargeOf(one, known, PRICES, NOW)
          if (charge === undefined) continue
          expect(charge.nanodollars).toBeGreaterThanOrEqual(0)
          sum += charge.nanodollars
          known = chargedAfter(one, known, charge)
        }
        const largest = all.reduce(most)
        expect(sum).toBe(priceOf(PRICES, name, largest, NOW - 1000).nanodollars)
      }),
    )
  })
})

describe('the client’s total', () => {
  it('is reported when what was charged differs by more than half a percent', () => {
    expect(isReported(1_000_000, 996_000)).toBe(false)
    expect(isReported(1_000_000, 994_000)).toBe(true)
    expect(isReported(1_000_000, 1_006_000)).toBe(true)
    expect(isReported(0, 0)).toBe(false)
    expect(isReported(0, 5)).toBe(true)
    expect(differenceOf(200, 100)).toBe(0.5)
  })
})

describe('an amount in words', () => {
  it('shows what there is of it', () => {
    expect([0, 5, 4_200_000, 99_999_999, 1_999_000_000, 12_345_678_000_000].map(inDollars)).toEqual(
      ['$0.00', '< $0.0001', '$0.0042', '$0.1000', '$2.00', '$12345.68'],
    )
  })
})
