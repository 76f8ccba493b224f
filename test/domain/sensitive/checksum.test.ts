import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { luhn, mod11Ten, mod97, verhoeff } from '../../../src/domain/sensitive/checksum.ts'

const digits = (least: number, most: number = least) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: least, maxLength: most })

/** The one check digit with which the text is valid. */
const completed = (valid: (text: string) => boolean, body: string): ReadonlyArray<string> =>
  [...'0123456789'].map((check) => body + check).filter(valid)

describe('check digits', () => {
  it.each([
    ['Luhn', luhn],
    ['Verhoeff', verhoeff],
    ['MOD 11,10', mod11Ten],
  ] as const)(
    '%s has one check digit for any body, and sees any digit that changed',
    (_, valid) => {
      fc.assert(
        fc.property(digits(10), fc.nat(10), fc.integer({ min: 1, max: 9 }), (body, at, by) => {
          const [whole, ...others] = completed(valid, body)
          expect(others).toEqual([])
          const changed = (Number(whole![at]) + by) % 10
          expect(valid(`${whole!.slice(0, at)}${changed}${whole!.slice(at + 1)}`)).toBe(false)
        }),
      )
    },
  )

  it('agree with published examples', () => {
    expect(verhoeff('2363')).toBe(true)
    expect(luhn('79927398713')).toBe(true)
    expect(mod97('3214282912345698765432161182')).toBe(1)
    expect(mod11Ten('86095742719')).toBe(true)
  })

  it('MOD 97 is the remainder of the number, whatever its length', () => {
    fc.assert(
      fc.property(digits(1, 40), (text) => {
        expect(BigInt(mod97(text))).toBe(BigInt(text) % 97n)
      }),
    )
  })
})
