import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, NotCanonical } from '../../src/domain/canonical.ts'

/** JSON values as our own fields hold them: no -0, no unsafe integers, no lone surrogates. */
const ours = fc.jsonValue({ noUnicodeString: false, stringUnit: 'grapheme' }).map((value) => {
  const text = JSON.stringify(value, (_, field: unknown) =>
    typeof field === 'number' && Number.isInteger(field) && !Number.isSafeInteger(field)
      ? 0
      : field,
  )
  return JSON.parse(text.toWellFormed().replaceAll('-0', '0')) as unknown
})

describe('canonicalJson', () => {
  it('reads back as the value it was made from', () => {
    fc.assert(
      fc.property(ours, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(value)
      }),
    )
  })

  it('is the same for every order of keys', () => {
    const shuffled = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(shuffled)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .toReversed()
                .map(([key, field]) => [key, shuffled(field)]),
            )
          : value
    fc.assert(
      fc.property(ours, (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value))
      }),
    )
  })

  // RFC 8785 §3.2.3: sorted by UTF-16 code units, not by code points.
  it('sorts keys as RFC 8785 does', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    const order = [
      ...canonicalJson(value).matchAll(/"(Carriage|One|Control|Latin|Euro|Emoji|Hebrew)/g),
    ]
    expect(order.map((match) => match[1])).toEqual([
      'Carriage',
      'One',
      'Control',
      'Latin',
      'Euro',
      'Emoji',
      'Hebrew',
    ])
  })

  // RFC 8785 appendix B.
  it.each([
    [333333333.3333333, '333333333.3333333'],
    [1e30, undefined],
    [4.5, '4.5'],
    [2e-3, '0.002'],
    [1e-27, '1e-27'],
    [9007199254740991, '9007199254740991'],
  ])('writes %d as %s', (value, text) => {
    if (text === undefined) expect(() => canonicalJson(value)).toThrow(NotCanonical)
    else expect(canonicalJson(value)).toBe(text)
  })

  it.each([
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['negative zero', -0],
    ['an integer beyond 2^53', 2 ** 53],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['undefined in a list', [undefined]],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson({ deep: [value] })).toThrow(NotCanonical)
  })

  it('names the place of what it refuses', () => {
    expect(() => canonicalJson({ a: [{ b: -0 }] })).toThrow('/a/0/b')
  })

  it('leaves fields out that are undefined', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}')
  })
})
