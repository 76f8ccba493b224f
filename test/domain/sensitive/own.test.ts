import * as fc from 'fast-check'
import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { detect } from '../../../src/domain/sensitive/detect.ts'
import { fold } from '../../../src/domain/sensitive/fold.ts'
import { LONGEST_OWN, MOST_PATTERNS_TEXT, ownPatterns } from '../../../src/domain/sensitive/own.ts'

const patterns = (text: string) => Result.getOrThrow(ownPatterns(text))
const refusal = (text: string): string => {
  const read = ownPatterns(text)
  return Result.isFailure(read) ? read.failure : 'none'
}
const valuesIn = (text: string, own: string): ReadonlyArray<string> =>
  detect(text, { own: patterns(own) }).spans.map(({ start, end }) => text.slice(start, end))

describe('patterns of the user’s own', () => {
  it('are named, and tell their values by that name', () => {
    const own = patterns(String.raw`STAFF_ID = \bE-\d{6}\b ; PROJECT = (?i)project [a-z]+-x`)
    expect(own.names).toEqual(['STAFF_ID', 'PROJECT'])
    expect(detect('ask E-123456 of Project Lemon-X', { own }).spans).toEqual([
      { start: 4, end: 12, type: 'OWN_STAFF_ID', score: 0.9, detector: 'own:STAFF_ID' },
      { start: 16, end: 31, type: 'OWN_PROJECT', score: 0.9, detector: 'own:PROJECT' },
    ])
  })

  it('may be none', () => {
    for (const text of ['', '  ', ';', ' ; ; ']) expect(patterns(text).names).toEqual([])
    expect(detect('E-123456', { own: patterns('') })).toEqual(detect('E-123456'))
  })

  it('can hold any regex: = and escaped semicolons in it too', () => {
    expect(valuesIn('say key=a;b0 now', String.raw`A = key=a\;b\d`)).toEqual(['key=a;b0'])
    expect(valuesIn(String.raw`back\slash7`, String.raw`A = k\\s ; B = sh\d`)).toEqual([
      String.raw`k\s`,
      'sh7',
    ])
  })

  it('may say which part of a match is the value', () => {
    const own = String.raw`STAFF = (?:staff|employee) no\. (?P<value>\d{6})`
    expect(valuesIn('her employee no. 123456, thanks', own)).toEqual(['123456'])
  })

  it('see the text as every recogniser does, and tell places in the original', () => {
    const text = 'ask Ｅ\u200b–１２\u200d3456 \u{1d404}-654321 of'
    expect(valuesIn(text, String.raw`STAFF = E-\d{6}`)).toEqual([
      'Ｅ\u200b–１２\u200d3456',
      '\u{1d404}-654321',
    ])
  })

  it('leave no part of a value beside what the rules found of it, nor the other way round', () => {
    const text = 'mail team-7-ana@correo.es now'
    expect(valuesIn(text, String.raw`TEAM = team-\d`)).toEqual(['team-7-ana@correo.es'])
    expect(valuesIn(text, String.raw`ALL = mail team-\d-[a-z]+@[a-z.]+ now`)).toEqual([text])
  })

  it.each([
    ['lower = x', /^must be NAME = regex/],
    ['= x', /^must be NAME/],
    ['just text', /^must be NAME/],
    ['A =', /^has no regex after A =/],
    ['A = xyz ; A = zyx', /^names A twice/],
    ['A = (', /^cannot use the regex of A: missing closing \)/],
    ['A = (?=x)y', /^cannot use the regex of A: invalid or unsupported Perl syntax/],
    [String.raw`A = (x)\1`, /^cannot use the regex of A: invalid escape sequence/],
    ['A = (x{1000}){1000}', /^cannot use the regex of A: invalid repeat count/],
    ['A = x{900}', /^has a regex that is too large \(A\)/],
    ['A = x*', /matches nothing at all \(A\)$/],
    ['A = xyz|', /matches nothing at all \(A\)$/],
    [String.raw`A = \b`, /matches nothing at all \(A\)$/],
    ['A = (?m)^', /matches nothing at all \(A\)$/],
    ['A = .', /matches much of any ordinary text \(A\)$/],
    [String.raw`A = \w+`, /matches much/],
    [String.raw`A = \d`, /matches much/],
    ['A = (?s)t.*', /matches much/],
    ['A = a\nb', /one line/],
    [`A = ${'x'.repeat(MOST_PATTERNS_TEXT)}`, /longer than/],
    [Array.from({ length: 33 }, (_, i) => `A${i} = zz${i}`).join(';'), /more than 32/],
  ])('are refused with the reason: %j', (text, said) => {
    expect(refusal(text)).toMatch(said)
  })

  it('find a value wherever it stands in a long text, as long as it may be', () => {
    const own = patterns(String.raw`A = <z+> ; B = \bq\d\b`)
    const value = `<${'z'.repeat(LONGEST_OWN - 2)}>`
    fc.assert(
      fc.property(fc.nat(4096), fc.constantFrom(value, '<z>', 'q7'), (before, one) => {
        const text = `${' '.repeat(before)}${one}${' '.repeat(4096 - before)}`
        expect(detect(text, { own }).spans).toMatchObject([
          { start: before, end: before + one.length },
        ])
      }),
    )
    expect(valuesIn(`${' '.repeat(1000)}<${'z'.repeat(LONGEST_OWN)}>`, 'A = <z+>')).toEqual([])
  })

  it('know what stands before and after the window they look through', () => {
    // A word that begins in one window and ends in the next has no boundary within.
    const text = `${'x'.repeat(1024)}q7${'x'.repeat(1024)}`
    expect(valuesIn(text, String.raw`B = \bq\d`)).toEqual([])
    expect(valuesIn(text, String.raw`B = q\d\b`)).toEqual([])
    expect(valuesIn(`${' '.repeat(1024)}q7`, String.raw`B = ^q\d`)).toEqual([])
    expect(valuesIn(`q7 ${'x'.repeat(2000)} q8`, String.raw`B = ^q\d|q\d$`)).toEqual(['q7', 'q8'])
  })

  it('find what a search of the whole text finds, whatever it is', () => {
    const own = patterns('A = ab{0,3}c|😀a ; B = [ab]{2}-')
    const oracle = [/ab{0,3}c|😀a/gu, /[ab]{2}-/gu]
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', '-', '😀', 'abc', 'x'.repeat(500)), {
          maxLength: 60,
        }),
        (parts) => {
          const text = parts.join('')
          const found = own.find(fold(text)).spans.map(({ start, end }) => [start, end])
          const expected = oracle.flatMap((regex) =>
            [...text.matchAll(regex)].map(({ index, 0: { length } }) => [index, index + length]),
          )
          expect(found).toEqual(expected)
        },
      ),
    )
  })

  it('never overlap, whatever they and the text are', () => {
    const own = patterns(String.raw`A = [a-c]{3,9}@ ; B = @[a-z.]{2,9} ; C = \d{4,6}[-a]`)
    const piece = fc.constantFrom(
      'ana@correo.es',
      'abc@',
      '4111111111111111',
      '2024-',
      ' ',
      'b@c.d',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('')
        const { spans } = detect(text, { own })
        let at = 0
        for (const { start, end } of spans) {
          expect(start).toBeGreaterThanOrEqual(at)
          expect(end).toBeGreaterThan(start)
          at = end
        }
        expect(at).toBeLessThanOrEqual(text.length)
      }),
    )
  })

  it('stop, and say where, when a text makes them look too often', () => {
    // From every `a` it looks for a z that never comes.
    const own = patterns('A = (?s)qa.*zz|qaq')
    const hostile = 'qaq'.repeat(700_000)
    const { spans, ownCut } = detect(hostile, { own })
    expect(spans.length).toBeGreaterThan(1000)
    expect(ownCut).toBeGreaterThan(1_000_000)
    expect(spans.at(-1)!.end).toBeLessThanOrEqual(hostile.length - ownCut!)
    // The same again: no clock decides.
    expect(detect(hostile, { own }).ownCut).toBe(ownCut)
    expect(detect('nothing '.repeat(100_000), { own })).not.toHaveProperty('ownCut')
  })
})
