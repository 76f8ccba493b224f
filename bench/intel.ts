// What a model beside the rules costs: `npm run bench:intel`. The models are made here, with random
// weights in the shapes of real ones; texts go through the whole way that the gate takes, worker included.
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { makeModels } from '../src/infra/intel/models.ts'
import { tokenizerJson } from '../test/domain/intel/vocabulary.ts'
import { installModel } from '../test/support/modelFolders.ts'
import { type BertShape, quantisedBert } from './intel/bert.ts'
import { type ComparedRow, tableOf } from './table.ts'

const VOCABULARY = 30_522
const LABELS = [
  'O',
  ...['PERSON', 'LOCATION', 'PHONE_NUMBER', 'ORGANIZATION', 'AGE', 'TITLE'].flatMap((kind) => [
    `B-${kind}`,
    `I-${kind}`,
  ]),
]

const SHAPES: ReadonlyArray<
  readonly [name: string, shape: Omit<BertShape, 'vocabulary' | 'labels'>, target?: number]
> = [
  ['2 × 128', { layers: 2, hidden: 128, heads: 2, positions: 512 }, 60],
  ['4 × 256', { layers: 4, hidden: 256, heads: 4, positions: 512 }],
  ['4 × 512', { layers: 4, hidden: 512, heads: 8, positions: 512 }],
]

const CALLS = Number(process.argv[2] ?? 60)

/** Words of two to three pieces each third time, as in real text: about a token for four letters. */
const SYLLABLES = [
  'ba',
  'con',
  'der',
  'fi',
  'gal',
  'hem',
  'in',
  'jo',
  'kel',
  'lor',
  'mi',
  'nes',
  'or',
  'pra',
]
const words = SYLLABLES.flatMap((a) => SYLLABLES.flatMap((b) => [a + b, `${a + b}ten`]))
const tokenizer = (): string => {
  const json = tokenizerJson()
  const vocab: Record<string, number> = { ...json.model.vocab }
  let next = Object.keys(vocab).length
  for (const [at, word] of words.entries()) if (at % 3 !== 0) vocab[word] ??= next++
  for (const syllable of SYLLABLES) {
    vocab[syllable] ??= next++
    vocab[`##${syllable}`] ??= next++
  }
  while (next < VOCABULARY) vocab[`[unused${next}]`] = next++
  return JSON.stringify({ ...json, model: { ...json.model, vocab } })
}

const textOf = (length: number, seed: number): string => {
  let text = ''
  let state = seed
  while (text.length < length) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    text += `${words[state % words.length]!}${state % 11 === 0 ? '. ' : ' '}`
  }
  return text.slice(0, length)
}

const quantile = (times: ReadonlyArray<number>, part: number): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))]!

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'iso-bench-intel-'))
const rows: Array<ComparedRow> = []
try {
  for (const [name, shape, target] of SHAPES) {
    const modelsDir = path.join(scratch, name.replaceAll(' ', ''))
    const bytes = quantisedBert({ ...shape, vocabulary: VOCABULARY, labels: LABELS.length })
    installModel(modelsDir, {
      id: 'bench',
      role: 'pii',
      files: {
        'onnx/model_quantized.onnx': bytes,
        'tokenizer.json': tokenizer(),
        'config.json': JSON.stringify({ id2label: { ...LABELS } }),
      },
      fields: { maxLength: 512 },
    })
    const models = makeModels({ modelsDir, enabled: () => true, now: () => Date.now() })
    const ask = async (text: string): Promise<number> => {
      const begun = performance.now()
      const asked = await models.pii([text], begun + 60_000)
      if (asked.tier === 'rules') throw new Error(asked.fault.message)
      if (asked.found[0]!.cut > 0) throw new Error('the text was not read whole')
      return performance.now() - begun
    }
    const first = await ask(textOf(4096, 1))
    const measured = async (length: number): Promise<ReadonlyArray<number>> => {
      const times: Array<number> = []
      for (let call = 0; call < CALLS; call++) times.push(await ask(textOf(length, call + 2)))
      return times
    }
    await measured(4096)
    const times = await measured(4096)
    const short = await measured(512)
    const model = `${name}, ${(bytes.length / 1e6).toFixed(1)} MB`
    rows.push(
      {
        name: `${model}: 4 kB, p95`,
        value: quantile(times, 0.95),
        unit: 'ms',
        ...(target === undefined ? {} : { target }),
      },
      { name: `${model}: 4 kB, median`, value: quantile(times, 0.5), unit: 'ms' },
      { name: `${model}: 512 B, p95`, value: quantile(short, 0.95), unit: 'ms' },
      { name: `${model}: first answer, loading included`, value: first, unit: 'ms' },
      { name: `${model}: session`, value: models.status().models[0]!.sessionMs!, unit: 'ms' },
    )
    await models.close()
  }
} finally {
  fs.rmSync(scratch, { recursive: true })
}
console.log(tableOf(rows))
