import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { missingMass } from '../../../src/domain/profile/missingMass.ts'

describe('the missing mass', () => {
  it('is all there is while nothing was seen', () => {
    expect(missingMass(0, 0, 0)).toEqual({ calls: 0, once: 0, estimate: 1, low: 0, high: 1 })
  })

  it('is the share of what was seen once, by Good and Turing', () => {
    const { estimate, low, high } = missingMass(200, 20, 10)
    expect(estimate).toBe(0.1)
    // Esty: 0.1 ± 1.96 √(20 · 0.9 + 2 · 10) / 200
    expect(low).toBeCloseTo(0.1 - 0.06041, 4)
    expect(high).toBeCloseTo(0.1 + 0.06041, 4)
  })

  it('is bounded by the rule of three where nothing was seen once', () => {
    expect(missingMass(300, 0, 0)).toMatchObject({ estimate: 0, low: 0, high: 0.01 })
  })

  it('lies in its interval, and the interval in 0 to 1', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(10_000), fc.nat(10_000), (calls, once, twice) => {
        const mass = missingMass(calls, Math.min(once, calls), Math.min(twice, calls >> 1))
        expect(mass.low).toBeGreaterThanOrEqual(0)
        expect(mass.high).toBeLessThanOrEqual(1)
        expect(mass.estimate).toBeGreaterThanOrEqual(mass.low)
        expect(mass.estimate).toBeLessThanOrEqual(mass.high)
      }),
    )
  })

  it('holds the true share of unseen species in most samples', () => {
    // Samples of a known distribution: of 95 in 100 the interval should hold what is really unseen.
    let held = 0
    const samples = 400
    const weights = Array.from({ length: 60 }, (_, i) => 1 / (i + 1))
    const total = weights.reduce((a, b) => a + b, 0)
    let seed = 7
    const random = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
      return seed / 2 ** 32
    }
    for (let sample = 0; sample < samples; sample++) {
      const counts = new Map<number, number>()
      for (let n = 0; n < 150; n++) {
        let at = random() * total
        let species = 0
        while (at >= weights[species]! && species < weights.length - 1) at -= weights[species++]!
        counts.set(species, (counts.get(species) ?? 0) + 1)
      }
      const times = (k: number) => [...counts.values()].filter((count) => count === k).length
      const unseen = weights.reduce((sum, w, i) => (counts.has(i) ? sum : sum + w / total), 0)
      const { low, high } = missingMass(150, times(1), times(2))
      if (unseen >= low && unseen <= high) held += 1
    }
    expect(held / samples).toBeGreaterThan(0.9)
  })
})
