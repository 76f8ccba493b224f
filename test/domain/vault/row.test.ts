import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_ENTRY_BYTES } from '../../../src/domain/event/envelope.ts'
import {
  indexedBytes,
  isToken,
  MOST_VALUE_BYTES,
  plaintextOf,
  rowAssociatedData,
  sliced,
  slicedTokens,
  valueIn,
} from '../../../src/domain/vault/row.ts'
import { tokenOf } from '../../../src/domain/vault/token.ts'
import { fromUtf8, toHex, utf8 } from '../../../src/domain/bytes.ts'

/** Any string of JavaScript, lone surrogates and all. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units)),
)

describe('the bytes of a value', () => {
  it('give every string back as it was', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        expect(valueIn(plaintextOf(value))).toBe(value)
      }),
    )
    for (const value of [
      '',
      '\0',
      '\u0080',
      '\ud800',
      '\udc00\ud800',
      'ä'.repeat(31),
      '\0'.repeat(64),
    ])
      expect(valueIn(plaintextOf(value))).toBe(value)
  })

  it('tell the length of a value no closer than to 32 bytes', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        expect(plaintextOf(value).length % 32).toBe(0)
      }),
    )
    expect(plaintextOf('a').length).toBe(plaintextOf('a'.repeat(30)).length)
  })

  it('are of one value only: what is not such bytes is no value', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const value = valueIn(bytes)
        if (value !== undefined) expect(valueIn(plaintextOf(value))).toBe(value)
      }),
    )
    for (const bytes of [[], [8], [0x80], [9, 0x80], [16, 65, 0x80], [8, 0xff, 0x80], [8, 65]])
      expect(valueIn(Uint8Array.from(bytes))).toBeUndefined()
  })

  it('make another index of another type or value', () => {
    const key = (type: string, value: string) => toHex(indexedBytes(type, value))
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        expect(key('T', a) === key('T', b)).toBe(a === b)
        expect(key('T', a)).not.toBe(key('U', a))
      }),
    )
    expect(key('T', '\ud800')).not.toBe(key('T', '\udc00'))
  })
})

describe('a row', () => {
  const token = tokenOf(new Uint8Array(16).fill(0xab))

  it('is bound to its session, generation, token and type', () => {
    const of = (...args: Parameters<typeof rowAssociatedData>) =>
      fromUtf8(rowAssociatedData(...args))
    const base = of('s', 1, { token, type: 'A' })
    expect(base).toBe(`isonapse.vault-row.v1\n1\n${token}\nA\ns`)
    for (const other of [
      of('t', 1, { token, type: 'A' }),
      of('s', 11, { token, type: 'A' }),
      of('s', 1, { token: tokenOf(new Uint8Array(16)), type: 'A' }),
      of('s', 1, { token, type: 'B' }),
    ])
      expect(other).not.toBe(base)
  })

  it('has a token of the exact form alone', () => {
    expect(isToken(token)).toBe(true)
    for (const other of [
      `${token} `,
      `x${token}`,
      token.toUpperCase(),
      `${token}\n`,
      '[PII_ab]',
      '',
    ])
      expect(isToken(other)).toBe(false)
  })

  it('is sliced with its like so that all fit an entry, in order', () => {
    const row = (data: string, i: number) => ({
      token: tokenOf(new Uint8Array(16).fill(i)),
      type: 'EMAIL_ADDRESS',
      index: 'ab'.repeat(16),
      nonce: 'AAAAAAAAAAAAAAAA',
      data,
    })
    const largest = 'A'.repeat(Math.ceil(((MOST_VALUE_BYTES + 32 + 16) * 4) / 3))
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: largest.length }), { maxLength: 60 }),
        (sizes) => {
          const rows = sizes.map((size, i) => row(largest.slice(0, size), i))
          const slices = sliced(rows)
          expect(slices.flat()).toEqual(rows)
          for (const slice of slices) {
            expect(slice.length).toBeGreaterThan(0)
            expect(utf8(JSON.stringify(slice)).length).toBeLessThan(MAX_ENTRY_BYTES - 9000)
          }
        },
      ),
    )
    expect(
      sliced(Array.from({ length: 500 }, (_, i) => row('A'.repeat(64), i % 256))),
    ).toHaveLength(2)
    expect(sliced([])).toEqual([])
  })

  it('has its uses named in entries that fit', () => {
    const tokens = Array.from({ length: 4000 }, () => token)
    const slices = slicedTokens(tokens)
    expect(slices.flat()).toHaveLength(4000)
    for (const slice of slices)
      expect(JSON.stringify(slice).length).toBeLessThan(MAX_ENTRY_BYTES - 9000)
  })
})
