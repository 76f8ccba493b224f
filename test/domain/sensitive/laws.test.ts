import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HOSTILE } from '../../../bench/detect/speed.ts'
import { beginScan, detect } from '../../../src/domain/sensitive/detect.ts'
import { HASHES } from './hashes.ts'
import { cards, ibans, PLACES, planted } from './planted.ts'

const spansOf = (text: string) => detect(text, { hashes: HASHES, weak: true }).spans

/** Text of no kind, and text that is nearly of every kind. */
const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom(...HOSTILE),
      fc.constantFrom(
        '\ud800',
        '\udfff',
        '\u200b',
        '\u{e0061}',
        '\n',
        '\n\n',
        ' ',
        '"',
        '=',
        '@',
        '.',
      ),
      planted.map(({ text }) => text),
      fc.integer().map(String),
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''))

describe('detection, whatever the text', () => {
  it('ends, with spans in range, in order, apart, and surely enough', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { spans, injection } = detect(text, { hashes: HASHES, weak: true })
        let last = 0
        for (const { start, end, score } of spans) {
          expect(start).toBeGreaterThanOrEqual(last)
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(text.length)
          expect(score).toBeGreaterThanOrEqual(0.5)
          expect(score).toBeLessThanOrEqual(1)
          last = end
        }
        expect(injection.label === 'injection').toBe(injection.score >= 0.5)
        for (const { start, end } of injection.hits) {
          expect(start).toBeGreaterThanOrEqual(0)
          expect(end).toBeGreaterThan(start)
          expect(end).toBeLessThanOrEqual(text.length)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('says the same each time', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(detect(text, { hashes: HASHES })).toEqual(detect(text, { hashes: HASHES }))
      }),
    )
  })

  it('says the same in steps of any size', () => {
    fc.assert(
      fc.property(anyText, fc.array(fc.nat(40), { minLength: 1 }), (text, steps) => {
        const scan = beginScan(text, { hashes: HASHES, weak: true })
        for (let i = 0; scan.advance(1 + steps[i % steps.length]!); i++);
        expect(scan.detection()).toEqual({
          ...detect(text, { hashes: HASHES, weak: true }),
          cut: 0,
        })
      }),
    )
  })

  it('stopped on the way vouches for what it saw, and for no value by halves', () => {
    const filler = 'Nothing of anybody is in this sentence.\n\n'.repeat(120)
    fc.assert(
      fc.property(
        fc.array(planted, { minLength: 1, maxLength: 5 }),
        fc.nat(20_000),
        (values, at) => {
          const text = values.map((value) => `${filler}so ${value.text} was\n\n`).join('')
          const scan = beginScan(text, { hashes: HASHES })
          scan.advance(at)
          const { spans, cut } = scan.detection()
          const looked = text.length - cut
          expect(cut === 0).toBe(at >= text.length)
          expect(looked).toBeLessThanOrEqual(Math.max(at, spans.at(-1)?.end ?? 0))
          const whole = detect(text, { hashes: HASHES }).spans
          expect(spans).toEqual(whole.filter(({ start }) => start < looked))
          expect(spans.every(({ end }) => end <= looked)).toBe(true)
        },
      ),
    )
  })

  it('checks what is costly to check in every part of a long text', () => {
    const flood = '+49 30 9018 2000, '.repeat(500)
    const wallet = 'pay to 1BoatSLRHtKNngkdXEeobR76b53LETtpyT now'
    const text = `${flood}${'x '.repeat(131_072)}${wallet}`
    expect(detect(text, { hashes: HASHES }).spans.at(-1)?.type).toBe('CRYPTO_WALLET')
  })

  it.each(HOSTILE.map((unit) => [unit] as const))('ends on %j over and over', (unit) => {
    const text = unit.repeat(Math.ceil(100_000 / unit.length))
    const { spans } = detect(text, { hashes: HASHES, weak: true })
    expect(spans.every(({ end }) => end <= text.length)).toBe(true)
  })

  it('ends on a megabyte of one character', () => {
    for (const char of ['a', 'A', '0', '\u200b', '\ud800', '"'])
      expect(spansOf(char.repeat(1_000_000))).toEqual([])
  })
})

describe('a planted value', () => {
  it.each(PLACES.map((place) => [place.name, place] as const))(
    'is found exactly, and nothing with it: in %s',
    (_, { before, after }) => {
      fc.assert(
        fc.property(planted, ({ type, text }) => {
          const found = spansOf(`${before}${text}${after}`)
          expect(found.map(({ start, end, type }) => ({ start, end, type }))).toEqual([
            { start: before.length, end: before.length + text.length, type },
          ])
        }),
        { numRuns: 60 },
      )
    },
  )

  it('can be replaced alone: the rest of the text stays as it is, and holds nothing more', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PLACES), planted, ({ before, after }, { text }) => {
        const whole = `${before}${text}${after}`
        let masked = whole
        for (const { start, end } of spansOf(whole).toReversed())
          masked = `${masked.slice(0, start)}[PII_0]${masked.slice(end)}`
        expect(masked).toBe(`${before}[PII_0]${after}`)
        expect(spansOf(masked)).toEqual([])
      }),
    )
  })

  it('is found in the same way wherever its paragraph stands', () => {
    const paragraph = fc
      .tuple(fc.constantFrom(...PLACES), planted)
      .map(([{ before, after }, { text }]) => `${before}${text}${after}`)
    fc.assert(
      fc.property(paragraph, paragraph, (first, second) => {
        const shift = first.length + 2
        expect(spansOf(`${first}\n\n${second}`)).toEqual([
          ...spansOf(first),
          ...spansOf(second).map((span) => ({
            ...span,
            start: span.start + shift,
            end: span.end + shift,
          })),
        ])
      }),
    )
  })

  it.each([
    ['card', cards, 'CREDIT_CARD'],
    ['IBAN', ibans, 'IBAN_CODE'],
  ] as const)('with one digit changed is none any more: %s', (_, values, type) => {
    fc.assert(
      fc.property(values, fc.nat(8), fc.integer({ min: 1, max: 9 }), (value, back, by) => {
        const at = value.length - 1 - back
        if (!/\d/.test(value[at]!)) return
        const digit = (Number(value[at]) + by) % 10
        const changed = `${value.slice(0, at)}${digit}${value.slice(at + 1)}`
        expect(spansOf(`card or iban ${changed}`).filter((span) => span.type === type)).toEqual([])
      }),
    )
  })
})
