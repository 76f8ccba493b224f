import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  concat,
  equalBytes,
  fromBase64,
  fromHex,
  fromUtf8,
  readU32be,
  toBase64,
  toHex,
  u32be,
  u64be,
  utf8,
} from '../../src/domain/bytes.ts'

const bytes = fc.uint8Array({ maxLength: 200 })

describe('bytes and their text forms', () => {
  it('agree with node about hex and base64', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(toHex(value)).toBe(Buffer.from(value).toString('hex'))
        expect(toBase64(value)).toBe(Buffer.from(value).toString('base64'))
        expect(fromHex(toHex(value))).toEqual(value)
        expect(fromBase64(toBase64(value))).toEqual(value)
      }),
    )
  })

  it('accept exactly one base64 text for a byte string', () => {
    const texts = fc.string({ unit: fc.constantFrom(...'ABab01+/= -_'), maxLength: 12 })
    fc.assert(
      fc.property(texts, (text) => {
        const value = fromBase64(text)
        if (value !== undefined) expect(toBase64(value)).toBe(text)
      }),
      { numRuns: 2000 },
    )
    for (const text of ['QQ', 'QQ=', 'QR==', 'Q===', '====', 'Q Q=', '_w==', 'QQ==QQ=='])
      expect(fromBase64(text), text).toBeUndefined()
  })

  it.each(['a', 'AB', 'zz', '0x'])('refuse %j as hex', (text) => {
    expect(fromHex(text)).toBeUndefined()
  })

  it('decode UTF-8 strictly, a byte order mark kept', () => {
    expect(fromUtf8(Uint8Array.of(0xff))).toBeUndefined()
    expect(fromUtf8(Uint8Array.of(0xed, 0xa0, 0x80))).toBeUndefined()
    expect(fromUtf8(utf8('\ufeffé'))).toBe('\ufeffé')
  })

  it('order as the numbers they stand for', () => {
    const index = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
    fc.assert(
      fc.property(index, index, (a, b) => {
        expect(BigInt(`0x${toHex(u64be(a))}`)).toBe(a)
        expect(Buffer.compare(u64be(a), u64be(b))).toBe(a < b ? -1 : a > b ? 1 : 0)
      }),
    )
  })

  it('of 32 bits are read back wherever they lie in a larger buffer', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 32 - 1 }), bytes, (value, before) => {
        expect(toHex(u32be(value))).toBe(value.toString(16).padStart(8, '0'))
        expect(readU32be(concat(before, u32be(value)).subarray(before.length))).toBe(value)
      }),
    )
    expect(() => readU32be(new Uint8Array(3))).toThrow(RangeError)
  })

  it('are compared and joined whole', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0)
        expect(concat(a, b)).toEqual(new Uint8Array([...a, ...b]))
      }),
    )
  })
})
