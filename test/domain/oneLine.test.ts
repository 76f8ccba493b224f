import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainText, printable } from '../../src/domain/oneLine.ts'

describe('plainText', () => {
  it('gives one bounded, well-formed line without controls or format characters', () => {
    const hostile = fc.string({
      unit: fc.oneof(
        fc.constantFrom(
          '\n',
          '\r',
          '\u001b',
          '\u202e',
          '\u200b',
          '\ud800',
          '\udfff',
          '\u2028',
          '😀',
        ),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
      maxLength: 60,
    })
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (text, most) => {
        const plain = plainText(text, most)
        expect(plain.length).toBeLessThanOrEqual(most)
        expect(plain.isWellFormed()).toBe(true)
        expect(plain).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      }),
    )
  })

  it('leaves ordinary text as it is', () => {
    expect(plainText('général-purpose 日本', 40)).toBe('général-purpose 日本')
  })

  it('shows that something was there, and where text was cut', () => {
    expect(plainText('NoSuch\u001b[2JTool', 40)).toBe('NoSuch\ufffd[2JTool')
    expect(plainText('a\r\nb', 40, ' ')).toBe('a b')
    expect(plainText('abcdef', 4)).toBe('abc…')
    expect(plainText('ab😀def', 4)).toBe('ab…')
  })

  it('turns a megabyte of controls into one mark', () => {
    expect(plainText('\u001b'.repeat(1_000_000), 10)).toBe('\ufffd')
  })
})

describe('printable', () => {
  it('shows what would move a cursor, end the line, hide or reverse text', () => {
    expect(printable('a\u001b[2J\r\nb\u202ec\u200bd\u2028e', 100)).toBe(
      'a\\u{1b}[2J\\u{d}\\u{a}b\\u{202e}c\\u{200b}d\\u{2028}e',
    )
    expect(printable('\ud800', 10)).toBe('\\u{d800}')
    expect(printable('ä 漢 🙂', 10)).toBe('ä 漢 🙂')
  })
})
