import { describe, expect, it } from 'vitest'
import { added, type Slots, sumFrom } from '../../src/projections/slots.ts'

describe('slots', () => {
  it('keep amounts in order of time, also those that come late', () => {
    let slots: Slots = []
    for (const [at, sum] of [
      [5, 10],
      [3, 1],
      [5, 2],
      [4, 7],
    ] as const)
      slots = added(slots, at, sum, 10)
    expect(slots).toEqual([
      { at: 3, sum: 1 },
      { at: 4, sum: 7 },
      { at: 5, sum: 12 },
    ])
    expect(sumFrom(slots, 4)).toBe(19)
    expect(sumFrom(slots, 6)).toBe(0)
  })

  it('give up the oldest beyond their bound, and one that comes too late', () => {
    let slots: Slots = []
    for (let at = 0; at < 50; at++) slots = added(slots, at, 1, 10)
    expect(slots.map(({ at }) => at)).toEqual([40, 41, 42, 43, 44, 45, 46, 47, 48, 49])
    expect(added(slots, 3, 99, 10)).toEqual(slots)
  })

  it('never leave the safe integers', () => {
    const full = added([], 1, Number.MAX_SAFE_INTEGER, 10)
    expect(sumFrom(added(full, 1, 500, 10), 0)).toBe(Number.MAX_SAFE_INTEGER)
  })
})
