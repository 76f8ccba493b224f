import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detect } from '../../../src/domain/sensitive/detect.ts'
import { fold } from '../../../src/domain/sensitive/fold.ts'

const values = (text: string) =>
  detect(text).spans.map(({ start, end, type }) => [type, text.slice(start, end)])

describe('a disguised value', () => {
  it.each([
    ['CREDIT_CARD', '４７１６４２４５２１５１１８６４'],
    ['CREDIT_CARD', '4716\u200b4245\u200d2151\u20601864'],
    ['CREDIT_CARD', '4716\u00a04245\u00a02151\u00a01864'],
    ['CREDIT_CARD', '٤٧١٦٤٢٤٥٢١٥١١٨٦٤'],
    ['CREDIT_CARD', '\u{1d7d2}\u{1d7d5}\u{1d7cf}\u{1d7d4}4245 2151 1864'.replaceAll(' ', '')],
    ['EMAIL_ADDRESS', 'ana＠correo．es'],
    ['EMAIL_ADDRESS', 'an\u200ba@cor\u00adreo\u2024es'],
    ['IP_ADDRESS', '86\u3002231\u300285\u3002193'],
    ['IBAN_CODE', 'ＧＢ09 YRHY 4196 6356 7770 71'],
  ])('is found whole, where it stands in the original: %s %s', (type, value) => {
    const before = 'the IBAN or card for «it» is '
    expect(values(`${before}${value} .`)).toEqual([[type, value]])
  })

  it('with a homoglyph of a dash is found', () => {
    expect(values('SSN: 308\u201163\u20110237')).toEqual([['US_SSN', '308\u201163\u20110237']])
    expect(values('phone 678\u2013777\u20131600')).toEqual([
      ['PHONE_NUMBER', '678\u2013777\u20131600'],
    ])
  })
})

const unit = fc.oneof(
  fc.constantFrom(
    '\u200b',
    '\ufeff',
    '＠',
    '９',
    '\ud800',
    '\udc00',
    '\u{1d7d8}',
    '\u{e0041}',
    '\u{e0400}',
    'é',
    '漢',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
)

describe('folding', () => {
  it('maps every stretch back into the original, in order, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
        const folded = fold(text)
        let last = 0
        for (let i = 0; i < folded.text.length; i++) {
          const [start, end] = folded.original(i, i + 1)
          expect(start).toBeGreaterThanOrEqual(last)
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(text.length)
          last = end
        }
      }),
    )
  })

  it('of a text is the same beside any other', () => {
    const text = fc.string({ unit, maxLength: 20 })
    fc.assert(
      fc.property(text, text, (first, second) => {
        const apart = `${fold(first).text}\n${fold(second).text}`
        expect(fold(`${first}\n${second}`).text).toBe(apart)
      }),
    )
  })

  it('leaves ASCII as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        expect(fold(text).text).toBe(text)
      }),
    )
  })
})
