import * as Result from 'effect/Result'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseOwnPrices } from '../../../src/domain/cost/ownPrices.ts'
import {
  parsePrices,
  plainModel,
  priceOf,
  type Prices,
  pricesWith,
} from '../../../src/domain/cost/prices.ts'
import { countsOf, MOST_TOKENS, type TokenCounts } from '../../../src/domain/cost/tokens.ts'
import { priceTable } from '../../../src/templates/prices.ts'

const TABLE = priceTable()
const PRICES = pricesWith(TABLE, new Map())
const NOW = Date.UTC(2026, 10, 29)

const tokens = (some: Partial<TokenCounts>): TokenCounts => countsOf((name) => some[name] ?? 0)
const dollars = (
  model: string,
  some: Partial<TokenCounts>,
  at = NOW,
  prices: Prices = PRICES,
): number => priceOf(prices, model, tokens(some), at).nanodollars / 1e9

const MILLION = 1_000_000

describe('the price table', () => {
  it('has every model of the provider’s page, and a family for what comes', () => {
    expect(dollars('claude-sonnet-4-5', { output: MILLION })).toBe(15)
    expect(dollars('claude-opus-4-1', { cache_write_1h: MILLION })).toBe(30)
    expect(dollars('claude-haiku-4-5', { cache_read: MILLION })).toBe(0.1)
    expect(dollars('claude-3-haiku', { cache_write_5m: MILLION })).toBe(0.3)
    expect(dollars('claude-opus-5', { web_search: 1000 })).toBe(10)
  })

  it('takes the row that holds on the day, and the first for a day before all', () => {
    const read = (day: string) =>
      dollars('claude-sonnet-5-5', { cache_read: MILLION }, Date.parse(day))
    expect(read('2026-10-06T23:59:59Z')).toBe(0.2)
    expect(read('2026-10-07T00:00:00Z')).toBe(0.1)
    expect(read('1999-01-01T00:00:00Z')).toBe(0.2)
    expect(dollars('claude-haiku-5-5', { output: 100 }, 0)).toBe(0.00005)
    expect(dollars('claude-haiku-5-5', { output: 100 }, Number.MAX_SAFE_INTEGER)).toBe(0.00005)
  })

  it('prices a message whole by the length of its prompt, where the model’s price says so', () => {
    expect(dollars('claude-haiku-5-5', { input: 100_000, output: 1000 })).toBeCloseTo(0.0105, 9)
    expect(dollars('claude-haiku-5-5', { cache_read: 100_000, input: 1 })).toBeCloseTo(0.0050005, 9)
    expect(dollars('claude-opus-5', { input: MILLION })).toBe(5)
  })

  it('knows a model by its name alone, whoever serves it', () => {
    for (const name of [
      'claude-sonnet-4-5-20250929',
      'claude-sonnet-4-5@20250929',
      'claude-sonnet-4-5[1m]',
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    ])
      expect(plainModel(name)).toBe('claude-sonnet-4-5')
    expect(plainModel('claude-opus-4-0')).toBe('claude-opus-4')
    expect(plainModel('claude-3-5-haiku-latest')).toBe('claude-3-5-haiku')
  })

  it('prices what it does not know by its family, marks it, and never gives it away', () => {
    const of = (model: string) => priceOf(PRICES, model, tokens({ output: MILLION }), NOW)
    expect(of('claude-opus-9')).toEqual({ nanodollars: 25e9, estimated: true })
    expect(of('claude-haiku-9-20290101')).toEqual({ nanodollars: 5e9, estimated: true })
    expect(of('gpt-7')).toMatchObject({ estimated: true })
    expect(of('gpt-7').nanodollars).toBeGreaterThan(0)
    for (const name of ['constructor', '__proto__', 'toString'])
      expect(of(name).estimated).toBe(true)
    expect(of('claude-opus-5').estimated).toBe(false)
  })

  it('gives whole nano-dollars within the safe integers for any counts', () => {
    const count = fc.integer({ min: 0, max: MOST_TOKENS })
    const counts = fc.record({
      input: count,
      output: count,
      cache_write_5m: count,
      cache_write_1h: count,
      cache_read: count,
      web_search: count,
    })
    const model = fc.constantFrom(...TABLE.models.map((row) => row.model), 'other', 'dear')
    const dear = Result.getOrThrow(parseOwnPrices('dear 1000 1000 1000 1000 1000'))
    fc.assert(
      fc.property(model, counts, (name, all) => {
        const { nanodollars } = priceOf(pricesWith(TABLE, dear), name, all, NOW)
        expect(Number.isSafeInteger(nanodollars) && nanodollars >= 0).toBe(true)
        expect(nanodollars).toBeLessThan(Number.MAX_SAFE_INTEGER)
      }),
    )
  })

  it('does not parse with a price that is none, or a family that leads nowhere', () => {
    const broken = (change: (json: typeof TABLE) => unknown) =>
      Result.isFailure(parsePrices(change(structuredClone(TABLE))))
    const [row] = TABLE.models
    expect(broken((json) => json)).toBe(false)
    expect(broken(() => 'text')).toBe(true)
    expect(broken((json) => ({ ...json, otherwise: 'nobody' }))).toBe(true)
    expect(broken((json) => ({ ...json, families: [{ word: 'x', as: 'nobody' }] }))).toBe(true)
    for (const price of [-1, 0.0001, Number.NaN, 1001, '3'])
      expect(broken((json) => ({ ...json, models: [{ ...row, input: price }] }))).toBe(true)
  })
})

describe('the user’s own prices', () => {
  const own = (text: string) => Result.getOrThrow(parseOwnPrices(text))

  it('come before the table, and are named in the version', () => {
    const prices = pricesWith(TABLE, own('claude-sonnet-4-5 2 10; local 0 0 ;'))
    expect(dollars('claude-sonnet-4-5-20250929', { output: MILLION }, NOW, prices)).toBe(10)
    expect(dollars('claude-sonnet-4-5', { cache_write_5m: MILLION }, NOW, prices)).toBe(2.5)
    expect(priceOf(prices, 'local', tokens({ output: 5 }), NOW)).toEqual({
      nanodollars: 0,
      estimated: false,
    })
    expect(prices.version).toBe(`${TABLE.version}+own`)
    expect(PRICES.version).toBe(TABLE.version)
  })

  it('are refused with what is wrong', () => {
    for (const text of [
      'x',
      'x 1',
      'x 1 2 3',
      'x -1 2',
      'x 1e3 2',
      'x 2000 1',
      'x 0.0001 1',
      'x 1 2 3 4',
    ])
      expect(Result.isFailure(parseOwnPrices(text)), text).toBe(true)
    expect(own('').size).toBe(0)
    expect(
      Result.isFailure(
        parseOwnPrices(
          'a 1 1;'.repeat(1) + Array.from({ length: 70 }, (_, i) => `m${i} 1 1`).join(';'),
        ),
      ),
    ).toBe(true)
  })
})
