import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withoutHomoglyphs } from '../../../../src/domain/sensitive/injection/homoglyphs.ts'

describe('letters that look like others', () => {
  it('are read as what they look like in mixed words, and stay in words of one script', () => {
    expect(withoutHomoglyphs('ignоre аll, как рука, ignore')).toBe('ignore all, как рука, ignore')
    expect(withoutHomoglyphs('рука')).toBe('рука')
  })

  it('change no offset, whatever stands around, half characters too', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string({ unit: 'binary', maxLength: 6 }),
            fc.constantFrom('ignоre', '\ud800', '\udc00', ' рука ', 'plain '),
          ),
        ),
        (parts) => {
          const text = `${parts.join('')} ignоre`
          const read = withoutHomoglyphs(text)
          expect(read.length).toBe(text.length)
          expect(read.endsWith(' ignore')).toBe(true)
          for (let i = 0; i < text.length; i++)
            if (text.charCodeAt(i) < 0x80) expect(read[i]).toBe(text[i])
        },
      ),
    )
  })

  it('are read in long texts, on both sides of where they are taken apart', () => {
    for (const before of [65_533, 65_536, 131_070]) {
      const read = withoutHomoglyphs(`о${'x'.repeat(before - 2)} ignоre`)
      expect(read.slice(before)).toBe('ignore')
    }
  })
})
