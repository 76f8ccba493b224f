import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { needlesOf } from '../../../src/domain/sensitive/needles.ts'

/** By trying all at every place. */
const slowly = (needles: ReadonlyArray<string>, text: string) => {
  const found: Array<{ start: number; end: number; needle: number }> = []
  for (let at = 0; at < text.length;) {
    let best = -1
    for (const [i, needle] of needles.entries())
      if (
        needle !== '' &&
        text.startsWith(needle, at) &&
        (best < 0 || needle.length > needles[best]!.length)
      )
        best = i
    if (best < 0) {
      at += 1
      continue
    }
    found.push({ start: at, end: at + needles[best]!.length, needle: best })
    at += needles[best]!.length
  }
  return found
}

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'ab', '\ud800', 'é'), maxLength: 30 })

describe('known texts in another', () => {
  it('are found as trying each of them at every place finds them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\ud800', 'é'), maxLength: 5 }), {
          maxLength: 12,
        }),
        letters,
        (needles, text) => {
          expect([...needlesOf(needles).in(text)]).toEqual(slowly(needles, text))
        },
      ),
    )
  })

  it('cover with what overlaps them', () => {
    const needles = needlesOf(['abc', 'cde', 'xx'])
    expect([...needles.covered('-abcde-xxx-abc')]).toEqual([
      { start: 1, end: 6, needle: 0 },
      { start: 7, end: 10, needle: 2 },
      { start: 11, end: 14, needle: 0 },
    ])
  })

  it('are looked for in a part of it alone', () => {
    const needles = needlesOf(['ab', 'abab'])
    expect([...needles.in('ababab', 1, 3)]).toEqual([{ start: 2, end: 6, needle: 1 }])
  })

  it('may be very many and very long', () => {
    const many = Array.from({ length: 600 }, (_, i) => `${'x'.repeat(20_000)}${i}`)
    const text = `${'y'.repeat(1000)}${many[77]}z`
    expect([...needlesOf(many).in(text)]).toEqual([
      { start: 1000, end: 1000 + many[77]!.length, needle: 77 },
    ])
  })
})
