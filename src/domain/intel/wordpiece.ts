// BERT's WordPiece with places: token ids as the Hugging Face tokenizers give them, and for each token
// where it stands in the original text, in UTF-16 units. Special tokens are never read from a text: who
// writes `[SEP]` into one gets the ids of those five characters.
import * as Result from 'effect/Result'
import { type BertNormalizerOptions, bertNormalised } from './bertNormalizer.ts'

export interface Tokens {
  readonly ids: ReadonlyArray<number>
  /** Half open, in the text as given. */
  readonly starts: ReadonlyArray<number>
  readonly ends: ReadonlyArray<number>
  /** Whether a token goes on with the word of the one before it. */
  readonly continues: ReadonlyArray<boolean>
}

/** What stands around the tokens of one window: `[CLS]` and `[SEP]`. */
export interface Frame {
  readonly prefix: ReadonlyArray<number>
  readonly suffix: ReadonlyArray<number>
}

export interface WordPiece {
  readonly encode: (text: string) => Tokens
  readonly frame: Frame
  /** One more than the greatest id. */
  readonly size: number
}

/** Most entries of a vocabulary that is read. */
const MOST_ENTRIES = 1_000_000
const USUAL_WORD = 100

/** Reads a `tokenizer.json`. Failure is what it is instead, as a sentence's end. */
export const wordPieceOf = (tokenizer: unknown): Result.Result<WordPiece, string> => {
  const root = recordOf(tokenizer)
  const model = recordOf(root?.['model'])
  if (root === undefined || model === undefined) return Result.fail('is no tokenizer')
  const { type, unk_token: unknown, vocab, continuing_subword_prefix: goesOn = '##' } = model
  if (type !== 'WordPiece') return Result.fail('is no WordPiece tokenizer')
  const entries = vocabularyOf(vocab)
  if (entries === undefined) return Result.fail('has no vocabulary of words and ids')
  if (typeof goesOn !== 'string') return Result.fail('has no continuing_subword_prefix')
  const unknownId = typeof unknown === 'string' ? entries.get(unknown) : undefined
  if (unknownId === undefined) return Result.fail('has no unknown token in its vocabulary')
  const most = model['max_input_chars_per_word'] ?? USUAL_WORD
  if (typeof most !== 'number' || !Number.isInteger(most) || most < 1 || most > 10_000)
    return Result.fail('has no usable max_input_chars_per_word')
  const normalizer = normalizerOf(root['normalizer'])
  if (normalizer === undefined) return Result.fail('has another normalizer than BertNormalizer')
  if (recordOf(root['pre_tokenizer'])?.['type'] !== 'BertPreTokenizer')
    return Result.fail('has another pre-tokenizer than BertPreTokenizer')
  if (!onlySpecial(root['added_tokens'])) return Result.fail('has words added to its vocabulary')
  const frame = frameOf(root['post_processor'])
  if (frame === undefined)
    return Result.fail('has another post-processor than one that puts a token before and after')
  const vocabulary = split(entries, goesOn)
  return Result.succeed({
    frame,
    size: 1 + Math.max(...frame.prefix, ...frame.suffix, vocabulary.greatest),
    encode: (text) => encode(text, { vocabulary, normalizer, unknownId, most }),
  })
}

type Fields = Readonly<Record<string, unknown>>

const recordOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined

const isId = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 31

const vocabularyOf = (vocab: unknown): ReadonlyMap<string, number> | undefined => {
  const record = recordOf(vocab)
  if (record === undefined) return undefined
  const entries = Object.entries(record)
  if (entries.length > MOST_ENTRIES) return undefined
  return entries.every((entry): entry is [string, number] => isId(entry[1]))
    ? new Map(entries)
    : undefined
}

const normalizerOf = (value: unknown): BertNormalizerOptions | undefined => {
  const fields = recordOf(value)
  if (fields?.['type'] !== 'BertNormalizer') return undefined
  const { clean_text, handle_chinese_chars, lowercase, strip_accents } = fields
  return {
    cleanText: clean_text === true,
    handleChinese: handle_chinese_chars === true,
    lowercase: lowercase === true,
    // Absent or null: as the case is.
    stripAccents: lowercase === true ? strip_accents !== false : strip_accents === true,
  }
}

/** Absent is none. Words that are added would have to be looked for before all else. */
const onlySpecial = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.every((one) => recordOf(one)?.['special'] === true))

const frameOf = (value: unknown): Frame | undefined => {
  if (value === null || value === undefined) return { prefix: [], suffix: [] }
  const fields = recordOf(value)
  switch (fields?.['type']) {
    case 'BertProcessing': {
      const [before, after] = [fields['cls'], fields['sep']].map((pair) =>
        Array.isArray(pair) ? (pair as ReadonlyArray<unknown>)[1] : undefined,
      )
      return isId(before) && isId(after) ? { prefix: [before], suffix: [after] } : undefined
    }
    case 'TemplateProcessing':
      return templateFrame(fields['single'], recordOf(fields['special_tokens']))
    default:
      return undefined
  }
}

const templateFrame = (single: unknown, special: Fields | undefined): Frame | undefined => {
  if (!Array.isArray(single) || special === undefined) return undefined
  const prefix: Array<number> = []
  const suffix: Array<number> = []
  let into = prefix
  for (const part of single as ReadonlyArray<unknown>) {
    const fields = recordOf(part)
    const token = recordOf(fields?.['SpecialToken'])
    if (token === undefined) {
      if (recordOf(fields?.['Sequence']) === undefined || into === suffix) return undefined
      into = suffix
      continue
    }
    const { id } = token
    const known = typeof id === 'string' && Object.hasOwn(special, id) ? special[id] : undefined
    const ids = recordOf(known)?.['ids']
    if (!Array.isArray(ids) || !ids.every(isId)) return undefined
    into.push(...ids)
  }
  return into === suffix && prefix.length + suffix.length <= 8 ? { prefix, suffix } : undefined
}

interface Vocabulary {
  readonly first: ReadonlyMap<string, number>
  /** Without the prefix that says so. */
  readonly further: ReadonlyMap<string, number>
  /** Longest entries, UTF-16 units: what is longer need not be looked up. */
  readonly longestFirst: number
  readonly longestFurther: number
  readonly greatest: number
}

const split = (entries: ReadonlyMap<string, number>, goesOn: string): Vocabulary => {
  const further = new Map<string, number>()
  let longestFirst = 0
  let longestFurther = 0
  let greatest = 0
  for (const [word, id] of entries) {
    longestFirst = Math.max(longestFirst, word.length)
    greatest = Math.max(greatest, id)
    if (!word.startsWith(goesOn)) continue
    const rest = word.slice(goesOn.length)
    further.set(rest, id)
    longestFurther = Math.max(longestFurther, rest.length)
  }
  return { first: entries, further, longestFirst, longestFurther, greatest }
}

const SPACE = 1
const PUNCTUATION = 2
const LETTER = 3
const classes = new Uint8Array(65_536)
const PUNCTUATION_CHAR = /^[\p{P}!-/:-@[-`{-~]$/u

const classOf = (point: number): number => {
  const known = point < 65_536 ? classes[point]! : 0
  if (known !== 0) return known
  const char = String.fromCodePoint(point)
  const found = /^\s$/.test(char) ? SPACE : PUNCTUATION_CHAR.test(char) ? PUNCTUATION : LETTER
  if (point < 65_536) classes[point] = found
  return found
}

interface Encoder {
  readonly vocabulary: Vocabulary
  readonly normalizer: BertNormalizerOptions
  readonly unknownId: number
  /** Characters of a word; a longer one is unknown. */
  readonly most: number
}

const encode = (text: string, encoder: Encoder): Tokens => {
  const { text: read, from, to } = bertNormalised(text, encoder.normalizer)
  const ids: Array<number> = []
  const starts: Array<number> = []
  const ends: Array<number> = []
  const continues: Array<boolean> = []
  const token = (id: number, start: number, end: number, goesOn: boolean): void => {
    ids.push(id)
    starts.push(from[start]!)
    ends.push(to[end - 1]!)
    continues.push(goesOn)
  }
  let at = 0
  while (at < read.length) {
    const begin = at
    let characters = 0
    let is = 0
    while (at < read.length) {
      const point = read.codePointAt(at)!
      is = classOf(point)
      if (is !== LETTER) break
      at += point > 0xffff ? 2 : 1
      characters++
    }
    if (at > begin) wordPieces(read, begin, at, characters, encoder, token)
    if (at >= read.length) break
    const width = read.codePointAt(at)! > 0xffff ? 2 : 1
    if (is === PUNCTUATION) wordPieces(read, at, at + width, 1, encoder, token)
    at += width
  }
  return { ids, starts, ends, continues }
}

/** Greedy, the longest entry first; a word of which some part is no entry is unknown as a whole. */
const wordPieces = (
  text: string,
  begin: number,
  end: number,
  characters: number,
  { vocabulary, unknownId, most }: Encoder,
  token: (id: number, start: number, end: number, goesOn: boolean) => void,
): void => {
  if (characters > most) return token(unknownId, begin, end, false)
  const found: Array<number> = []
  const cuts: Array<number> = [begin]
  let at = begin
  while (at < end) {
    const [entries, longest] =
      at === begin
        ? [vocabulary.first, vocabulary.longestFirst]
        : [vocabulary.further, vocabulary.longestFurther]
    let to = Math.min(end, at + longest)
    let id: number | undefined
    for (; to > at; to--) {
      if (splitsPair(text, to)) continue
      id = entries.get(text.slice(at, to))
      if (id !== undefined) break
    }
    if (id === undefined) return token(unknownId, begin, end, false)
    found.push(id)
    cuts.push(to)
    at = to
  }
  for (const [i, id] of found.entries()) token(id, cuts[i]!, cuts[i + 1]!, i > 0)
}

const splitsPair = (text: string, at: number): boolean => {
  const unit = text.charCodeAt(at)
  const before = text.charCodeAt(at - 1)
  return unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff
}
