import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { align, type Matches } from '../../../src/domain/receipt/alignment.ts'

/** Length of a longest common subsequence, by the textbook's table. */
const longest = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): number => {
  const rows = Array.from({ length: a.length + 1 }, () => b.map(() => 0).concat(0))
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      rows[i]![j] =
        a[i] === b[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!)
  return rows[0]![0]!
}

/** Both rise, and what is matched is equal. */
const isSound = (matches: Matches, a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  matches.every(
    ([i, j], at) =>
      a[i] !== undefined &&
      a[i] === b[j] &&
      (at === 0 || (matches[at - 1]![0] < i && matches[at - 1]![1] < j)),
  )

const letters = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 24 })

describe('align', () => {
  it('finds a longest common subsequence', () => {
    fc.assert(
      fc.property(letters, letters, (a, b) => {
        const matches = align(a, b)
        expect(isSound(matches, a, b)).toBe(true)
        expect(matches.length).toBe(longest(a, b))
      }),
      { numRuns: 3000 },
    )
  })

  it('matches everything of what is equal, and nothing of what has nothing in common', () => {
    const row = Array.from({ length: 50_000 }, (_, at) => `x${at}`)
    expect(align(row, row).length).toBe(row.length)
    expect(
      align(
        row,
        row.map((one) => `y${one}`),
      ),
    ).toEqual([])
  })

  it('goes by what is unique where the two differ in more than the exact search allows', () => {
    // Every second element is another one: far more edits than the bound.
    const size = 20_000
    const a = Array.from({ length: size }, (_, at) => (at % 2 === 0 ? `same${at}` : `a${at}`))
    const b = Array.from({ length: size }, (_, at) => (at % 2 === 0 ? `same${at}` : `b${at}`))
    const matches = align(a, b)
    expect(isSound(matches, a, b)).toBe(true)
    expect(matches.length).toBe(size / 2)
  })

  it('stays sound and comes to an end on long rows of few values', () => {
    const noise = (seed: number) => {
      let at = seed
      return Array.from({ length: 30_000 }, () => {
        at = (at * 1_103_515_245 + 12_345) % 2_147_483_648
        return `v${at % 7}`
      })
    }
    const [a, b] = [noise(1), noise(2)]
    expect(isSound(align(a, b), a, b)).toBe(true)
    // More is gone from one side than the exact search allows, and nothing is unique.
    const thinned = a.filter((_, at) => at % 20 !== 0)
    const matches = align(a, thinned)
    expect(isSound(matches, a, thinned)).toBe(true)
    expect(matches.length).toBeGreaterThan(0.95 * thinned.length)
  })
})
