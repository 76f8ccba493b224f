import { Tokenizer } from '@huggingface/tokenizers'
import * as Result from 'effect/Result'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wordPieceOf } from '../../../src/domain/intel/wordpiece.ts'
import { tokenizerJson, type TokenizerOptions } from './vocabulary.ts'

const made = (options: TokenizerOptions = {}) =>
  Result.getOrThrow(wordPieceOf(tokenizerJson(options)))

/** Texts of what normalisation minds: marks out of order, lone surrogates, controls, other scripts. */
const SPICE = [
  ...'aeZ Ößİı中文ﬀΣσς한글\u0301\u0323\u0345\u302e\u200d\u00ad\t\n\r\u0085\u00a0\u3000\ufeff\u0000\ufffd.,!@_[]',
  '😀',
  '\ud840\udc00',
  '\u{1d16d}',
  '\u{1d165}',
  '\ud83d',
  '\ude00',
  'ΑΣ',
  'ΑΣ\u0301Β',
  'smith',
  'john',
  'garcia',
  'GARCÍA',
  ' the ',
  '[SEP]',
  '\u037e',
  '\u1fef',
  // Marks that stay, out of order, on a punctuation.
  ';\u{1d165}\u{1d16d}',
]
const text = fc.oneof(
  fc.array(fc.constantFrom(...SPICE), { maxLength: 40 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
)

const options = fc.record({
  cleanText: fc.boolean(),
  handleChinese: fc.boolean(),
  lowercase: fc.boolean(),
  stripAccents: fc.constantFrom(null, true, false),
  most: fc.constantFrom(100, 5),
})

describe('WordPiece with places', () => {
  it('gives the ids of the Hugging Face tokenizer, for any text and way of normalising', () => {
    fc.assert(
      fc.property(text, options, (text, options) => {
        const reference = new Tokenizer(tokenizerJson(options), {})
        const { ids } = made(options).encode(text)
        expect(ids).toEqual(reference.encode(text, { add_special_tokens: false }).ids)
      }),
      { numRuns: 2000 },
    )
  })

  it('puts the tokens in order, inside the text, never overlapping and never splitting a pair', () => {
    const { encode } = made()
    fc.assert(
      fc.property(text, (text) => {
        const { ids, starts, ends, continues } = encode(text)
        let last = 0
        for (const at of ids.keys()) {
          expect(starts[at]).toBeLessThan(ends[at]!)
          // Both pieces of a letter that becomes two stand where the letter does; so do a punctuation
          // and its marks, where putting the marks in order moved one that stays.
          if (continues[at] !== true && (at === 0 || starts[at] !== starts[at - 1]))
            expect(starts[at]).toBeGreaterThanOrEqual(last)
          last = ends[at]!
          for (const edge of [starts[at]!, ends[at]!])
            expect(/^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(edge - 1, edge + 1))).toBe(
              false,
            )
        }
        expect(last).toBeLessThanOrEqual(text.length)
      }),
      { numRuns: 1000 },
    )
  })

  it('finds each token again where it says that it stands', () => {
    const source = 'José\u0301  GARCÍA, call 中文 Mu\u0308ller\u200d😀!'
    const { ids, starts, ends } = made().encode(source)
    const entries = Object.entries(tokenizerJson().model.vocab)
    const told = ids.map((id, at) => [
      entries.find(([, of]) => of === id)![0],
      source.slice(starts[at], ends[at]),
    ])
    expect(told).toContainEqual(['garcia', 'GARCÍA'])
    expect(told).toContainEqual(['call', 'call'])
    expect(told).toContainEqual(['中', '中'])
    expect(told).toContainEqual(['!', '!'])
  })

  it('has a mark, and what is gone, belong to the letter before it', () => {
    const source = 'jo\u0301hn smith\u0301'
    const { starts, ends } = made().encode(source)
    expect(source.slice(starts[0], ends[0])).toBe('jo\u0301hn')
    expect(ends.at(-1)).toBe(source.length)
  })

  it('reads no special token from a text', () => {
    const json = tokenizerJson()
    const special = [2, 3, 4]
    json.added_tokens = ['[CLS]', '[SEP]', '[MASK]'].map((content, at) => ({
      id: special[at],
      content,
      special: true,
    }))
    const { ids } = Result.getOrThrow(wordPieceOf(json)).encode('[CLS] john [SEP] [MASK]')
    expect(ids.filter((id) => special.includes(id))).toEqual([])
  })

  it('takes long hostile texts in a time that grows with them', () => {
    const { encode } = made({ most: 10_000 })
    for (const hostile of ['a'.repeat(200_000), '\u0301\u0323'.repeat(100_000), 'Σ'.repeat(50_000)])
      expect(encode(hostile).ids.length).toBeGreaterThanOrEqual(0)
  })

  it('says what it cannot read', () => {
    const failureOf = (json: unknown) => Result.getOrThrow(Result.flip(wordPieceOf(json)))
    const json = tokenizerJson()
    expect(failureOf(null)).toBe('is no tokenizer')
    expect(failureOf({ ...json, model: { ...json.model, type: 'Unigram' } })).toMatch(/WordPiece/)
    expect(failureOf({ ...json, model: { ...json.model, vocab: { a: 'x' } } })).toMatch(
      /vocabulary/,
    )
    expect(failureOf({ ...json, normalizer: null })).toMatch(/normalizer/)
    expect(failureOf({ ...json, pre_tokenizer: { type: 'ByteLevel' } })).toMatch(/pre-tokenizer/)
    expect(failureOf({ ...json, post_processor: { type: 'ByteLevel' } })).toMatch(/post-processor/)
    expect(failureOf({ ...json, added_tokens: [{ content: 'x', special: false }] })).toMatch(
      /added/,
    )
  })
})
