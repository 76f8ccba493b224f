// A tokenizer.json of a small made-up vocabulary, in the shape that the Hugging Face tokenizers write.

const LETTERS = [...'abcdefghijklmnopqrstuvwxyz0123456789.,;:!?@-_/()\'"#$%&*+']
const WORDS =
  'the my name is john smith call maria garcia from london at hello world ich bin müller στο ς σ'.split(
    ' ',
  )
const PIECES = [
  '##s',
  '##ing',
  '##er',
  '##mith',
  '##arcia',
  '##ndon',
  '##llo',
  '##12',
  '##ß',
  '##ά',
]

export const entriesOf = (): Record<string, number> => {
  const words = [
    '[PAD]',
    '[UNK]',
    '[CLS]',
    '[SEP]',
    '[MASK]',
    ...LETTERS,
    ...WORDS,
    ...Array.from('äöüßéñ中文日本한글σςабв😀'),
    'ᄒ',
    ...PIECES,
    ...LETTERS.map((letter) => `##${letter}`),
    '##ü',
    '##σ',
    '##ς',
    '##😀',
  ]
  return Object.fromEntries([...new Set(words)].map((word, id) => [word, id]))
}

export interface TokenizerOptions {
  readonly cleanText?: boolean
  readonly handleChinese?: boolean
  readonly lowercase?: boolean
  readonly stripAccents?: boolean | null
  readonly most?: number
}

export const tokenizerJson = ({
  cleanText = true,
  handleChinese = true,
  lowercase = true,
  stripAccents = null,
  most = 100,
}: TokenizerOptions = {}) => {
  const vocab = entriesOf()
  const special = (content: string) => ({ SpecialToken: { id: content, type_id: 0 } })
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [] as Array<unknown>,
    normalizer: {
      type: 'BertNormalizer',
      clean_text: cleanText,
      handle_chinese_chars: handleChinese,
      strip_accents: stripAccents,
      lowercase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]')],
      pair: [],
      special_tokens: Object.fromEntries(
        ['[CLS]', '[SEP]'].map((token) => [
          token,
          { id: token, ids: [vocab[token]], tokens: [token] },
        ]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: most,
      vocab,
    },
  }
}
