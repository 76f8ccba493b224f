import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spansOf } from '../../../src/domain/intel/bio.ts'
import { tokenLabelOf } from '../../../src/domain/intel/labels.ts'
import { likeliest, shareOf } from '../../../src/domain/intel/softmax.ts'
import type { Tokens } from '../../../src/domain/intel/wordpiece.ts'

const NAMES = [
  'O',
  'B-PERSON',
  'I-PERSON',
  'E-PERSON',
  'S-PERSON',
  'B-LOCATION',
  'I-LOCATION',
  'B-X',
]
const LABELS = NAMES.map(tokenLabelOf)

/** Tokens as `text|LABEL`, `##` joined to the one before; a number is how sure. */
const decoded = (line: string, threshold = 0.5) => {
  const ids: Array<number> = []
  const starts: Array<number> = []
  const ends: Array<number> = []
  const continues: Array<boolean> = []
  const logits: Array<number> = []
  let text = ''
  for (const part of line.split(' ')) {
    const [token = '', label = '', sure = '8'] = part.split('|')
    const goesOn = token.startsWith('##')
    const glued = goesOn || token.startsWith('_')
    if (text !== '' && !glued) text += ' '
    const letters = token.replace(/^##|^_/, '')
    starts.push(text.length)
    text += letters
    ends.push(text.length)
    continues.push(goesOn)
    ids.push(0)
    logits.push(...NAMES.map((name) => (name === label ? Number(sure) : 0)))
  }
  const tokens: Tokens = { ids, starts, ends, continues }
  const at = (token: number) => ({ values: logits, at: token * NAMES.length })
  return spansOf(text, tokens, at, { labels: LABELS, threshold, detector: 'model:test' }).map(
    ({ start, end, type }) => `${type} ${text.slice(start, end)}`,
  )
}

describe('decoding BIO and BIOES', () => {
  it.each([
    [
      'i|O am|O john|B-PERSON smith|I-PERSON of|O london|B-LOCATION',
      ['PERSON john smith', 'LOCATION london'],
    ],
    ['john|B-PERSON maria|B-PERSON', ['PERSON john', 'PERSON maria']],
    [
      'john|S-PERSON maria|B-PERSON garcia|E-PERSON ana|I-PERSON',
      ['PERSON john', 'PERSON maria garcia', 'PERSON ana'],
    ],
    // An inside with no beginning is one.
    ['call|O john|I-PERSON smith|I-PERSON', ['PERSON john smith']],
    ['john|B-PERSON london|I-LOCATION', ['PERSON john', 'LOCATION london']],
    // A word is not told in half, and pieces of it do not begin another value.
    ['gar|B-PERSON ##cia|O|1', ['PERSON garcia']],
    ['gar|B-PERSON ##cia|B-PERSON', ['PERSON garcia']],
    ['gar|O|9 ##cia|I-PERSON|2', []],
    // What touches belongs together.
    ["o|B-PERSON _'|B-PERSON _neil|B-PERSON", ["PERSON o'neil"]],
    // A kind that is none of ours ends a value.
    ['john|B-PERSON x|B-X smith|I-PERSON', ['PERSON john', 'PERSON smith']],
    ['-|B-PERSON', []],
  ])('%s', (line, spans) => expect(decoded(line)).toEqual(spans))

  it('leaves out what is below the threshold', () => {
    expect(decoded('john|B-PERSON|3', 0.5)).toEqual(['PERSON john'])
    expect(decoded('john|B-PERSON|3', 0.9)).toEqual([])
  })

  it('tells spans in order, apart, and inside the text, for any labels', () => {
    const word = fc.tuple(
      fc.constantFrom('a', 'bc', '##d', '_e', '.'),
      fc.constantFrom(...NAMES),
      fc.integer({ min: 0, max: 9 }),
    )
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        const line = words.map(([token, label, sure]) => `${token}|${label}|${sure}`).join(' ')
        const told = decoded(line)
        for (const span of told) expect(span).toMatch(/^(?:PERSON|LOCATION) \S/)
      }),
    )
  })
})

describe('softmax', () => {
  it('adds up to one and does not overflow, whatever the scores', () => {
    const score = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 1e308))
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 12 }), (scores) => {
        const shares = scores.map((_, label) => shareOf(scores, 0, scores.length, label))
        for (const share of shares) expect(share >= 0 && share <= 1).toBe(true)
        expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6)
        const best = likeliest(scores, 0, scores.length)
        expect(shares[best]).toBe(Math.max(...shares))
      }),
    )
  })
})
