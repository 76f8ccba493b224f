// Token ids by the Hugging Face tokenizers, for models whose tokens need no places. Special tokens are
// taken out of what it looks for in texts: who writes `[SEP]` into one must not end the model's input.
import { Tokenizer } from '@huggingface/tokenizers'
import * as Result from 'effect/Result'
import type { Frame } from '../../domain/intel/wordpiece.ts'

export interface Encoded {
  readonly ids: ReadonlyArray<number>
  /** UTF-16 units that were tokenised. */
  readonly reached: number
}

export interface HubTokenizer {
  /** `goesOn` is asked before each piece, with how many ids there are. */
  readonly encode: (text: string, goesOn: (ids: number) => boolean) => Encoded
  readonly frame: Frame
}

/** Tokenising is done in pieces: what is between two spaces may cost more than its length. */
const MOST_PIECE = 4096

/** Failure is what is wrong, as a sentence's end. */
export const hubTokenizerOf = (json: unknown): Result.Result<HubTokenizer, string> =>
  Result.try({
    try: (): HubTokenizer => {
      const whole = json as {
        readonly added_tokens?: ReadonlyArray<{ readonly special?: boolean }>
      }
      const added = whole.added_tokens ?? []
      const framing = new Tokenizer({ ...whole, added_tokens: added }, {})
      const plain = new Tokenizer(
        { ...whole, added_tokens: added.filter(({ special }) => special !== true) },
        {},
      )
      return { frame: frameOf(framing), encode: (text, goesOn) => encode(plain, text, goesOn) }
    },
    catch: (error) =>
      `is not what the tokenizer can read: ${error instanceof Error ? error.message : String(error)}`,
  })

/** What is put around a text, told from what is put around one letter. */
const frameOf = (tokenizer: Tokenizer): Frame => {
  const inner: ReadonlyArray<number> = tokenizer.encode('a', { add_special_tokens: false }).ids
  const outer: ReadonlyArray<number> = tokenizer.encode('a').ids
  for (let at = 0; at + inner.length <= outer.length; at++)
    if (inner.every((id, i) => outer[at + i] === id))
      return { prefix: outer.slice(0, at), suffix: outer.slice(at + inner.length) }
  throw new Error('what it puts around a text cannot be told from the text')
}

const encode = (tokenizer: Tokenizer, text: string, goesOn: (ids: number) => boolean): Encoded => {
  const ids: Array<number> = []
  let from = 0
  while (from < text.length && goesOn(ids.length)) {
    let to = Math.min(text.length, from + MOST_PIECE)
    if (to < text.length) {
      const space = text.lastIndexOf(' ', to)
      if (space > from + MOST_PIECE / 2) to = space
      else if (/[\udc00-\udfff]/.test(text.charAt(to))) to--
    }
    for (const id of tokenizer.encode(text.slice(from, to), { add_special_tokens: false }).ids)
      ids.push(id)
    from = to
  }
  return { ids, reached: from }
}
