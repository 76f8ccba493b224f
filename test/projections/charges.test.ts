import { describe, expect, it } from 'vitest'
import { countsOf } from '../../src/domain/cost/tokens.ts'
import {
  chargedOf,
  charges,
  mayBeForgotten,
  MOST_MESSAGES,
  MOST_TRANSCRIPTS,
  readTo,
} from '../../src/projections/charges.ts'
import { cost, folded, T } from './costs.ts'

describe('what was charged', () => {
  it('is a message’s sum and counts over all its entries, of any session', () => {
    const state = folded(charges, [
      { event: cost(100, { message: 'a', at: T - 5, tokens: { input: 2, output: 3 } }) },
      {
        event: cost(50, { message: 'a', at: T - 5, more: true, tokens: { output: 4 } }),
        session: 'x',
      },
      { event: cost(7, { message: 'b' }) },
    ])
    const tokens = countsOf((name) => ({ input: 2, output: 7 })[name as 'input'] ?? 0)
    expect(chargedOf(state, 'a')).toEqual({ at: T - 5, nanodollars: 150, tokens })
    expect(chargedOf(state, 'b')?.at).toBe(T)
    expect(chargedOf(state, 'c')).toBe(undefined)
    expect(chargedOf(state, 'constructor')).toBe(undefined)
  })

  it('says how far each transcript was read', () => {
    const state = folded(charges, [
      { event: cost(1, { read: { offset: 10, tail: 'aa' } }) },
      { event: cost(2, { agent: 'x', read: { offset: 5, tail: 'bb' } }) },
      { event: cost(3, { read: { offset: 30, tail: 'cc' } }) },
      { event: cost(4) },
    ])
    expect(readTo(state, 's', undefined)).toEqual({ offset: 30, tail: 'cc' })
    expect(readTo(state, 's', 'x')).toEqual({ offset: 5, tail: 'bb' })
    expect(readTo(state, 'other', undefined)).toBe(undefined)
  })

  it('stays bounded, and takes for charged what may have been given up', () => {
    const many = Array.from({ length: MOST_MESSAGES + 100 }, (_, i) => ({
      time: T + i,
      session: `s${i}`,
      event: cost(1, { message: `m${i}`, at: T + i, read: { offset: i, tail: '' } }),
    }))
    const state = folded(charges, many)
    expect(Object.keys(state.messages).length).toBe(state.messageCount)
    expect(state.messageCount).toBeLessThanOrEqual(MOST_MESSAGES)
    expect(Object.keys(state.transcripts).length).toBeLessThanOrEqual(MOST_TRANSCRIPTS)
    const last = MOST_MESSAGES + 99
    expect(chargedOf(state, `m${last}`)).toBeDefined()
    expect(chargedOf(state, 'm0')).toBe(undefined)
    expect(mayBeForgotten(state, T)).toBe(true)
    expect(mayBeForgotten(state, T + last)).toBe(false)
    expect(
      many.every(
        ({ event }, i) =>
          chargedOf(state, event.message) !== undefined || mayBeForgotten(state, T + i),
      ),
    ).toBe(true)
    expect(charges.isState(JSON.parse(JSON.stringify(state)))).toBe(true)
  })

  it('of a message by any name is told apart from the language’s own', () => {
    const state = folded(charges, [{ event: cost(5, { message: '__proto__' }) }])
    expect(chargedOf(state, '__proto__')?.nanodollars).toBe(5)
  })
})
