import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  closed,
  isIn,
  isWhile,
  joined,
  MOST_WINDOWS,
  type Window,
} from '../../src/projections/window.ts'

const window = (folder: string, from: number, until: number | null, more = {}): Window => ({
  folder,
  own: false,
  at: from,
  from,
  until,
  ...more,
})

const name = fc.constantFrom('a', 'b', 'cc', '..', '')
const key = fc
  .tuple(fc.constantFrom('.', '~', '', '/', 'odd'), fc.array(name, { maxLength: 4 }))
  .map(([root, names]) => [root, ...names].join('/'))

describe('the windows of a session', () => {
  it('stay within their bound, and what one of them covered stays covered below its root', () => {
    const windows = fc.array(fc.tuple(key, fc.nat(1e6), fc.nat(1e6)), { maxLength: 200 })
    fc.assert(
      fc.property(windows, (told) => {
        const all = told.map(([folder, from, length]) => window(folder, from, from + length))
        const kept = joined(all)
        expect(kept.length).toBeLessThanOrEqual(MOST_WINDOWS)
        const roots = new Set(all.slice(-MOST_WINDOWS).map(({ folder }) => folder.split('/')[0]))
        for (const { folder, from } of all)
          if (roots.has(folder.split('/')[0]))
            expect(
              kept.some(
                (one) => isIn(folder, one.folder) && isWhile(one, { born: from, changed: from }),
              ),
            ).toBe(true)
      }),
    )
  })

  it('are joined in the deepest folder of both, and say nothing of all that lies in it', () => {
    const many = Array.from({ length: MOST_WINDOWS + 1 }, (_, n) =>
      window(`./d/x${n}`, n, n, { own: true }),
    )
    expect(joined(many)[0]).toMatchObject({ folder: './d', own: false, from: 0, until: 1 })
    const open = [window('./a', 5, null), ...many.slice(1)]
    expect(joined(open)[0]).toMatchObject({ folder: '.', until: null })
  })

  it('end at both times of a clock that was set back', () => {
    const [one] = closed([window('./d', 90_000, null)], 10_000, () => true)
    for (const time of [10_000, 50_000, 90_000])
      expect(isWhile(one!, { born: time, changed: time })).toBe(true)
    expect(isWhile(one!, { born: 200_000, changed: 200_000 })).toBe(false)
  })

  it('hold what lies below their folder, by whole names', () => {
    expect(isIn('./ab/c', './ab')).toBe(true)
    expect(isIn('./ab', './ab')).toBe(true)
    expect(isIn('./abc', './ab')).toBe(false)
    expect(isIn('/etc', '/')).toBe(true)
    expect(isIn('./etc', '/')).toBe(false)
  })
})
