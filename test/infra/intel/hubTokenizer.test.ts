import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { hubTokenizerOf } from '../../../src/infra/intel/hubTokenizer.ts'
import { tokenizerJson } from '../../domain/intel/vocabulary.ts'
import { unigramJson } from '../../support/modelFolders.ts'

const always = () => true
const made = (json: unknown) => Result.getOrThrow(hubTokenizerOf(json))

describe('the tokenizer of models without places', () => {
  it('tells what stands around a text', () => {
    expect(made(unigramJson()).frame).toEqual({ prefix: [2], suffix: [3] })
    expect(made({ ...unigramJson(), post_processor: null }).frame).toEqual({
      prefix: [],
      suffix: [],
    })
    expect(made(tokenizerJson()).frame).toEqual({ prefix: [2], suffix: [3] })
  })

  it('reads no special token from a text', () => {
    const { encode } = made(unigramJson())
    const { ids } = encode('words [SEP] [CLS] [PAD]', always)
    expect(ids[0]).toBe(7)
    for (const special of [1, 2, 3]) expect(ids).not.toContain(special)
  })

  it('goes on as long as it is told to, and says how far it came', () => {
    const { encode } = made(unigramJson())
    const text = 'words are words '.repeat(2000)
    const whole = encode(text, always)
    expect(whole.reached).toBe(text.length)
    const part = encode(text, (ids) => ids < 1500)
    expect(part.reached).toBeLessThan(text.length)
    expect(part.ids).toEqual(whole.ids.slice(0, part.ids.length))
    expect(encode(text, () => false)).toEqual({ ids: [], reached: 0 })
  })

  it('says what it cannot read, and throws nothing', () => {
    for (const json of [null, {}, { ...unigramJson(), model: { type: 'None' } }, []])
      expect(Result.isFailure(hubTokenizerOf(json))).toBe(true)
  })
})
