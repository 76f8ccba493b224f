// Small models as a download leaves them on disk: a PII model that knows a few names, an injection model
// that minds two words. What they say is looked up, so that a test knows it beforehand.
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { tokenizerJson } from '../domain/intel/vocabulary.ts'
import { lookupSequence, lookupTokens } from './onnx.ts'

const SURE = 9

export const PII_LABELS = ['O', 'B-PERSON', 'I-PERSON', 'B-LOCATION', 'B-EMAIL_ADDRESS']

const NAMED: Readonly<Record<string, string>> = {
  john: 'B-PERSON',
  maria: 'B-PERSON',
  smith: 'I-PERSON',
  garcia: 'I-PERSON',
  london: 'B-LOCATION',
}

export const piiModel = (): Uint8Array => {
  const { vocab } = tokenizerJson().model
  return lookupTokens(
    Object.keys(vocab).map((word) => {
      const label = NAMED[word] ?? 'O'
      return PII_LABELS.map((name) => (name === label ? SURE : 0))
    }),
  )
}

const PIECES = [
  '<unk>',
  '[PAD]',
  '[CLS]',
  '[SEP]',
  '▁',
  '▁ignore',
  '▁instructions',
  '▁words',
  '▁are',
]
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz.,[]']

export const unigramJson = () => {
  const vocab = [...PIECES, ...LETTERS].map((piece, at) => [piece, at === 0 ? 0 : -1 - at / 100])
  const special = (content: string) => ({ SpecialToken: { id: content, type_id: 0 } })
  const metaspace = { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true }
  return {
    version: '1.0',
    added_tokens: ['[PAD]', '[CLS]', '[SEP]'].map((content, at) => ({
      id: at + 1,
      content,
      special: true,
      normalized: false,
      lstrip: false,
      rstrip: false,
      single_word: false,
    })),
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: metaspace,
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, special('[SEP]')],
      pair: [],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
      },
    },
    decoder: metaspace,
    model: { type: 'Unigram', unk_id: 0, vocab },
  }
}

/** Only both of its words in one window are injection: each alone is too little. */
export const injectionModel = (): Uint8Array =>
  lookupSequence(
    [...PIECES, ...LETTERS].map((piece) =>
      piece === '▁ignore' ? [0, SURE] : piece === '[PAD]' ? [SURE, 0] : [3, 0],
    ),
  )

export interface ModelFolder {
  readonly id: string
  readonly role: 'pii' | 'injection'
  /** Default: what the small model of the role is made of. */
  readonly files?: Readonly<Record<string, Uint8Array | string>>
  /** Over the fields of installed.json. */
  readonly fields?: Readonly<Record<string, unknown>>
}

export const filesOf = (
  role: 'pii' | 'injection',
): Readonly<Record<string, Uint8Array | string>> =>
  role === 'pii'
    ? {
        'onnx/model_quantized.onnx': piiModel(),
        'tokenizer.json': JSON.stringify(tokenizerJson()),
        'config.json': JSON.stringify({ id2label: { ...PII_LABELS } }),
      }
    : {
        'model.quant.onnx': injectionModel(),
        'tokenizer.json': JSON.stringify(unigramJson()),
        'config.json': JSON.stringify({ id2label: { 0: 'BENIGN', 1: 'MALICIOUS' } }),
      }

/** Writes the folder; returns it. */
export const installModel = (modelsDir: string, model: ModelFolder): string => {
  const { id, role } = model
  const dir = path.join(modelsDir, id)
  const files = Object.entries({ ...filesOf(role), ...model.files }).map(([name, content]) => {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    const file = path.join(dir, name)
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
    fs.writeFileSync(file, bytes, { mode: 0o600 })
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return { path: name, bytes: bytes.length, sha256 }
  })
  const installed = {
    v: 1,
    id,
    repository: `made/${id}`,
    revision: 'main',
    role,
    files,
    task: role === 'pii' ? 'token-classification' : 'sequence-classification',
    tokenizer: role === 'pii' ? 'wordpiece' : 'hub',
    maxLength: 32,
    ...(role === 'injection' ? { positive: 'MALICIOUS' } : {}),
    installed: 1_790_000_000_000,
    ...model.fields,
  }
  fs.writeFileSync(path.join(dir, 'installed.json'), JSON.stringify(installed), { mode: 0o600 })
  return dir
}
