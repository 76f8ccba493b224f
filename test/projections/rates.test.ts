import { describe, expect, it } from 'vitest'
import type { Entry } from '../../src/domain/event/envelope.ts'
import { DecisionMade } from '../../src/domain/event/event.ts'
import type { Posture, Verdict } from '../../src/domain/policy/verdict.ts'
import type { FoldCrypto } from '../../src/projections/projection.ts'
import { MOST_RULES, rates, ratesAt, type Rates } from '../../src/projections/rates.ts'

interface Told {
  readonly time: number
  readonly ids?: ReadonlyArray<string>
  readonly verdict?: Verdict
  readonly posture?: Posture
  readonly enforced?: boolean
  readonly session?: string
  readonly toolUseId?: string | null
}

let index = 0
const entry = (told: Told): Entry => {
  const { time, ids = ['a'], verdict = 'permit', posture = 'interactive', enforced = true } = told
  const { session = 's', toolUseId = `t${index}` } = told
  const fields = {
    _tag: 'DecisionMade',
    ...(toolUseId === null ? {} : { toolUseId }),
    verdict,
    enforced,
    receipt: {
      posture,
      state: {
        suspended: false,
        ...(ids.length === 0 ? {} : { rates: Object.fromEntries(ids.map((id) => [id, 0])) }),
      },
    },
  }
  const event = Object.assign(Object.create(DecisionMade.prototype) as DecisionMade, fields)
  return { index: index++, time, session, event } as unknown as Entry
}

const fold = (...told: ReadonlyArray<Told>): Rates =>
  told.reduce((state, one) => rates.step(state, entry(one), {} as FoldCrypto), rates.initial())

const T = 1_800_000_000_000
const seen = (state: Rates, now: number, per: 'minute' | 'hour' | 'day' = 'minute', id = 'a') =>
  ratesAt(state, [{ id, per }], now)[id]

describe('the rates', () => {
  it('count calls of every session, and forget them when the window has passed', () => {
    const state = fold({ time: T }, { time: T + 1000, session: 'other' }, { time: T + 30_000 })
    expect(seen(state, T + 30_000)).toBe(3)
    expect(seen(state, T + 62_000)).toBe(1)
    expect(seen(state, T + 120_000)).toBe(0)
    expect(seen(state, T + 120_000, 'hour')).toBe(3)
    expect(seen(state, T + 23 * 3_600_000, 'day')).toBe(3)
    expect(seen(state, T + 25 * 3_600_000, 'day')).toBe(0)
    expect(seen(state, T, 'minute', 'constructor')).toBe(0)
  })

  it('do not count what was denied, nor asked with nobody there; in profile mode it ran', () => {
    expect(seen(fold({ time: T, verdict: 'deny' }), T)).toBe(0)
    expect(seen(fold({ time: T, verdict: 'defer', posture: 'autonomous' }), T)).toBe(0)
    expect(seen(fold({ time: T, verdict: 'defer' }), T)).toBe(1)
    expect(seen(fold({ time: T, verdict: 'deny', enforced: false }), T)).toBe(1)
  })

  it('count one call once, though the client asks about it twice', () => {
    expect(seen(fold({ time: T }, { time: T, toolUseId: null }), T)).toBe(1)
  })

  it('gain nothing by a clock that is set back', () => {
    const state = fold({ time: T }, { time: T - 86_400_000 })
    expect(seen(state, T - 86_400_000)).toBe(2)
    expect(seen(state, T - 2 * 86_400_000)).toBe(2)
    expect(seen(state, T - 86_400_000 + 62_000)).toBe(0)
  })

  it('go on after a clock that was far ahead was put right', () => {
    const year = 31_536_000_000
    const state = fold({ time: T + year }, { time: T }, { time: T + 1000 })
    expect(seen(state, T + 1000)).toBe(3)
    expect(seen(state, T + 62_000)).toBe(0)
    expect(seen(state, T + 62_000, 'hour')).toBe(3)
    expect(rates.isState(JSON.parse(JSON.stringify(state)))).toBe(true)
  })

  it('leave entries alone that matched no such rule', () => {
    const before = fold({ time: T })
    expect(rates.step(before, entry({ time: T, ids: [] }), {} as FoldCrypto)).toBe(before)
  })

  it('stay bounded, whatever is matched and however often', () => {
    const often = fold(...Array.from({ length: 2000 }, (_, i) => ({ time: T + i * 997 })))
    const { minute, hour, day } = often.rules['/a']!
    for (const slots of [minute, hour, day]) expect(slots.length).toBeLessThanOrEqual(61)
    const many = fold(
      ...Array.from({ length: MOST_RULES + 50 }, (_, i) => ({ time: T, ids: [`r${i}`] })),
    )
    expect(Object.keys(many.rules).length).toBeLessThanOrEqual(MOST_RULES)
    expect(many.rules[`/r${MOST_RULES + 49}`]).toBeDefined()
    expect(rates.isState(JSON.parse(JSON.stringify(many)))).toBe(true)
  })
})
