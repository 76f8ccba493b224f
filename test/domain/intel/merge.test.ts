import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filledIn, surerInjection } from '../../../src/domain/intel/merge.ts'
import type { EntityType, Injection, Span } from '../../../src/domain/sensitive/span.ts'

const spanOf = (text: string, value: string, type: EntityType, detector: string): Span => {
  const start = text.indexOf(value)
  return { start, end: start + value.length, type, score: 0.9, detector }
}

const merged = (
  text: string,
  rules: ReadonlyArray<readonly [string, EntityType]>,
  model: ReadonlyArray<readonly [string, EntityType]>,
) =>
  filledIn(
    text,
    rules.map(([value, type]) => spanOf(text, value, type, 'rules:test')),
    model.map(([value, type]) => spanOf(text, value, type, 'model:test')),
  ).map(({ start, end, type, detector }) => `${detector} ${type} ${text.slice(start, end)}`)

describe('values of a model beside those of the rules', () => {
  it('fill in what the rules have not', () => {
    expect(
      merged(
        'ask John Smith at ana@correo.es',
        [['ana@correo.es', 'EMAIL_ADDRESS']],
        [['John Smith', 'PERSON']],
      ),
    ).toEqual(['model:test PERSON John Smith', 'rules:test EMAIL_ADDRESS ana@correo.es'])
  })

  it('give way to them, and keep what is left', () => {
    const text = 'John Smith <ana@correo.es>, Madrid'
    expect(merged(text, [['ana@correo.es', 'EMAIL_ADDRESS']], [[text, 'PERSON']])).toEqual([
      'model:test PERSON John Smith',
      'rules:test EMAIL_ADDRESS ana@correo.es',
      'model:test PERSON Madrid',
    ])
    expect(
      merged(
        '+44 20 8341 0958',
        [['44 20 8341 0958', 'PHONE_NUMBER']],
        [['+44 20 8341 0958', 'PHONE_NUMBER']],
      ),
    ).toEqual(['rules:test PHONE_NUMBER 44 20 8341 0958'])
  })

  it.each<[string, string, EntityType]>([
    ['mail test@example.com', 'test@example.com', 'EMAIL_ADDRESS'],
    ['card 4111 1111 1111 1112', '4111 1111 1111 1112', 'CREDIT_CARD'],
    [
      'id 9f8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b',
      '9f8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a0b',
      'US_BANK_NUMBER',
    ],
    ['at 1700000000 it began', '1700000000', 'PHONE_NUMBER'],
    ['the useState hook', 'useState', 'PERSON'],
    ['the user_name field', 'user_name', 'PERSON'],
    ['in src/lib', 'src', 'LOCATION'],
    ['see README.md', 'README', 'ORGANIZATION'],
    ['at https://api.example.com/x', 'https://api.example.com/x', 'URL'],
    ['with $DB_PASSWORD set', 'DB_PASSWORD', 'PASSWORD'],
    ['a - b', '-', 'PERSON'],
  ])('do not bring back what developer text is full of: %s', (text, value, type) =>
    expect(merged(text, [], [[value, type]])).toEqual([]),
  )

  it('are none where they are too long, whatever is in them, and take no time', () => {
    for (const text of ['a'.repeat(300_000), '-'.repeat(300_000), 'a1'.repeat(200_000)])
      expect(merged(text, [], [[text, 'PASSWORD']])).toEqual([])
  })

  it('may be numbers where the kind is one', () =>
    expect(merged('she is 45 now', [], [['45', 'AGE']])).toEqual(['model:test AGE 45']))

  it('never overlap, and never change a value of the rules', () => {
    const spans = (detector: string, type: EntityType) =>
      fc
        .array(fc.tuple(fc.nat(6), fc.integer({ min: 1, max: 8 })), { maxLength: 6 })
        .map((steps) => {
          let at = 0
          return steps.map(([gap, length]): Span => {
            const start = at + gap
            at = start + length
            return { start, end: at, type, score: 0.9, detector }
          })
        })
    fc.assert(
      fc.property(spans('rules:r', 'EMAIL_ADDRESS'), spans('model:m', 'PERSON'), (rules, model) => {
        const text = 'Ana Bo, Cy; '.repeat(10)
        const all = filledIn(text, rules, model)
        expect(all.filter(({ detector }) => detector === 'rules:r')).toEqual(rules)
        for (const [at, span] of all.entries()) {
          expect(span.end).toBeGreaterThan(span.start)
          if (at > 0) expect(span.start).toBeGreaterThanOrEqual(all[at - 1]!.end)
        }
      }),
    )
  })
})

describe('injection by rules and by a model', () => {
  const hit = { start: 0, end: 4, rule: 'override', weight: 0.9 }
  const rules = (label: Injection['label'], score: number): Injection => ({
    label,
    score,
    detector: 'rules:injection',
    hits: label === 'injection' ? [hit] : [],
  })
  const model = (label: Injection['label'], score: number): Injection => ({
    label,
    score,
    detector: 'model:guard',
    hits: [],
  })

  it('is one where either says so; the surer of two that agree is told', () => {
    expect(surerInjection(rules('injection', 0.7), model('benign', 0.01))).toEqual(
      rules('injection', 0.7),
    )
    expect(surerInjection(rules('benign', 0.1), model('injection', 0.8))).toEqual(
      model('injection', 0.8),
    )
    expect(surerInjection(rules('injection', 0.7), model('injection', 0.9))).toEqual({
      ...model('injection', 0.9),
      hits: [hit],
    })
  })
})
