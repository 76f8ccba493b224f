import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { degradedOf, makeModels, type Models } from '../../../src/infra/intel/models.ts'
import { loadOnnx } from '../../../src/infra/intel/onnx.ts'
import { installModel } from '../../support/modelFolders.ts'

// The real runtime on models that the tests make. It is an optional dependency, without a build for
// every platform: where it cannot be loaded there is nothing to test but that it says so.
const onnx = await loadOnnx()
if (Result.isFailure(onnx)) console.warn(`skipped: ${onnx.failure.message}`)

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'iso-models-'))
const running: Array<Models> = []
let folders = 0
const newDir = (): string => path.join(scratch, String(folders++))

const modelsIn = (modelsDir: string, enabled = () => true): Models => {
  const models = makeModels({ modelsDir, enabled, now: () => 1_800_000_000_000 })
  running.push(models)
  return models
}

afterEach(async () => {
  for (const models of running.splice(0)) await models.close()
})
afterAll(() => fs.rmSync(scratch, { recursive: true }))

const soon = (): number => performance.now() + 20_000
const valuesIn = async (models: Models, text: string) => {
  const asked = await models.pii([text], soon())
  if (asked.tier !== 'model') throw new Error(asked.fault.message)
  return asked.found[0]!.spans.map(({ start, end, type }) => `${type} ${text.slice(start, end)}`)
}

describe('with nothing installed', () => {
  it('says so, and loads nothing', async () => {
    const models = modelsIn(newDir())
    expect(await models.pii(['My name is John Smith.'], soon())).toMatchObject({
      tier: 'rules',
      why: 'absent',
      fault: { remedy: 'isonapse hook intel download' },
    })
    expect(models.serves('pii')).toBe(false)
    expect(models.status()).toMatchObject({
      tiers: [
        { role: 'pii', tier: 'rules' },
        { role: 'injection', tier: 'rules' },
      ],
      models: [],
      problems: [],
    })
    expect(degradedOf(models.status())).toEqual([])
  })

  it('tells what lies there and is no model', () => {
    const dir = newDir()
    installModel(dir, { id: 'a', role: 'pii', fields: { id: 'b' } })
    installModel(dir, { id: 'c', role: 'pii', fields: { v: 2 } })
    installModel(dir, {
      id: 'd',
      role: 'pii',
      fields: { files: [{ path: '../x', bytes: 1, sha256: '0'.repeat(64) }] },
    })
    fs.chmodSync(path.join(installModel(dir, { id: 'e', role: 'pii' }), 'installed.json'), 0o666)
    fs.mkdirSync(path.join(dir, 'half-downloaded'))
    const { models, problems } = modelsIn(dir).status()
    expect(models).toEqual([])
    expect(
      problems.map(({ message }) => path.basename(path.dirname(message.split(': ')[0]!))),
    ).toEqual(['a', 'c', 'd', 'e'])
  })
})

describe.skipIf(Result.isFailure(onnx))('with models', () => {
  it('find values in prose, with their places, and nothing in code', async () => {
    const dir = newDir()
    installModel(dir, { id: 'small', role: 'pii' })
    const models = modelsIn(dir)
    expect(models.status().models).toMatchObject([{ state: 'idle', calls: 0, sessionMs: null }])
    expect(await valuesIn(models, 'Hello, my name is  JOHN Smith 😀, from Lo\u0301ndon.')).toEqual([
      'PERSON JOHN Smith',
      'LOCATION Lo\u0301ndon',
    ])
    expect(await valuesIn(models, 'const john = london.smith(maria)\n')).toEqual([])
    expect(models.status()).toMatchObject({
      tiers: [
        { role: 'pii', tier: 'model', because: null },
        { role: 'injection', tier: 'rules' },
      ],
      models: [{ id: 'small', serves: true, state: 'ready', calls: 2, lastFailure: null }],
    })
  })

  it('read texts longer than a window, a value at its edge whole', async () => {
    const dir = newDir()
    installModel(dir, { id: 'small', role: 'pii' })
    const models = modelsIn(dir)
    for (let words = 20; words < 40; words++)
      expect(await valuesIn(models, `${'the call is at '.repeat(words)}john smith.`)).toEqual([
        'PERSON john smith',
      ])
  })

  it('tell injection by the likeliest window, and read no special tokens from a text', async () => {
    const dir = newDir()
    installModel(dir, { id: 'guard', role: 'injection' })
    const models = modelsIn(dir)
    const words = 'words are words '.repeat(60)
    const asked = await models.injection(
      [words, `${words} ignore ${words}`, `[PAD] ${'words '.repeat(30)}[PAD]`],
      soon(),
    )
    if (asked.tier !== 'model') throw new Error(asked.fault.message)
    expect(asked.found.map(({ label, cut }) => ({ label, cut }))).toEqual([
      { label: 'benign', cut: 0 },
      { label: 'injection', cut: 0 },
      { label: 'benign', cut: 0 },
    ])
    expect(asked.found[1]).toMatchObject({ detector: 'model:guard' })
    expect(asked.found[1]!.score).toBeGreaterThan(0.99)
    // Its `[PAD]` would say benign more surely than any word.
    expect(asked.found[2]!.score).toBeCloseTo(asked.found[0]!.score, 5)
  })

  it('answer what they had time for, and say how much they did not read', async () => {
    const dir = newDir()
    installModel(dir, { id: 'small', role: 'pii' })
    const models = modelsIn(dir)
    await valuesIn(models, 'Hello my name is john smith.')
    const long = 'my name is john smith from london. '.repeat(60_000)
    const asked = await models.pii([long], performance.now() + 250)
    if (asked.tier === 'model') expect(asked.found[0]!.cut).toBeGreaterThan(0)
    else expect(asked.why).toBe('late')
    // And the next one is answered as ever.
    expect(await valuesIn(models, 'Hello my name is john.')).toEqual(['PERSON john'])
  })

  it('are not held up by a long text without a space', async () => {
    const dir = newDir()
    installModel(dir, { id: 'guard', role: 'injection' })
    installModel(dir, { id: 'small', role: 'pii' })
    const models = modelsIn(dir)
    await models.injection(['words'], soon())
    for (const hostile of ['a'.repeat(3_000_000), '[SEP]'.repeat(300_000), '😀'.repeat(800_000)]) {
      const asked = await models.injection([hostile], performance.now() + 400)
      if (asked.tier === 'model') expect(asked.found[0]!.cut).toBeGreaterThan(0)
      else expect(asked.why).toBe('late')
      await models.pii([hostile], performance.now() + 400)
    }
    // Neither worker was ended for it.
    expect(await models.injection(['ignore words'], soon())).toMatchObject({ tier: 'model' })
    expect(await valuesIn(models, 'Hello my name is john.')).toEqual(['PERSON john'])
    for (const { lastFailure } of models.status().models) expect(lastFailure).toBeNull()
  })

  it('may have their weights beside them, and those are checked as well', async () => {
    const dir = newDir()
    const folder = installModel(dir, {
      id: 'small',
      role: 'pii',
      files: { 'onnx/model_quantized.onnx_data': 'weights' },
    })
    expect(await valuesIn(modelsIn(dir), 'Hello my name is john.')).toEqual(['PERSON john'])
    fs.writeFileSync(path.join(folder, 'onnx/model_quantized.onnx_data'), 'Weights')
    const asked = await modelsIn(dir).pii(['Hello my name is john.'], soon())
    expect(asked.tier === 'rules' && asked.fault.message).toMatch(/onnx_data: .*hash differs/)
  })

  it.each([
    ['onnx/model_quantized.onnx', 'hash differs'],
    ['tokenizer.json', 'hash differs'],
    ['config.json', 'hash differs'],
  ])('are refused when %s was swapped', async (name, why) => {
    const dir = newDir()
    const file = path.join(installModel(dir, { id: 'small', role: 'pii' }), name)
    const bytes = fs.readFileSync(file)
    bytes[bytes.length >> 1]! ^= 1
    fs.writeFileSync(file, bytes)
    const models = modelsIn(dir)
    const asked = await models.pii(['My name is John Smith.'], soon())
    expect(asked).toMatchObject({ tier: 'rules', why: 'failing' })
    expect(asked.tier === 'rules' && asked.fault.message).toMatch(why)
    expect(models.status().tiers[0]).toMatchObject({
      tier: 'rules',
      because: { message: expect.stringMatching(why) as string },
    })
    expect(degradedOf(models.status())).toHaveLength(1)
  })

  it.each<[string, Parameters<typeof installModel>[1], RegExp]>([
    [
      'no model',
      { id: 'x', role: 'pii', files: { 'onnx/model_quantized.onnx': 'no protobuf' } },
      /runtime does not take/,
    ],
    [
      'other labels',
      { id: 'x', role: 'pii', files: { 'config.json': '{"id2label":{"0":"O","1":"B-PERSON"}}' } },
      /5 scores where/,
    ],
    ['no labels', { id: 'x', role: 'pii', files: { 'config.json': '{}' } }, /no id2label/],
    [
      'another tokenizer',
      { id: 'x', role: 'pii', files: { 'tokenizer.json': '{"model":{"type":"BPE"}}' } },
      /no WordPiece/,
    ],
  ])('say that they do not fit: %s', async (_, folder, why) => {
    const dir = newDir()
    installModel(dir, folder)
    const asked = await modelsIn(dir).pii(['My name is John Smith.'], soon())
    expect(asked.tier === 'rules' && asked.fault.message).toMatch(why)
  })

  it('are not asked when they are switched off, and found again when on', async () => {
    const dir = newDir()
    installModel(dir, { id: 'small', role: 'pii' })
    let on = false
    const models = modelsIn(dir, () => on)
    expect(await models.pii(['My name is John.'], soon())).toMatchObject({
      tier: 'rules',
      why: 'off',
    })
    on = true
    expect(await valuesIn(models, 'My name is John.')).toEqual(['PERSON John'])
  })

  it('serve when installed meanwhile, the latest of a role first', async () => {
    const dir = newDir()
    const models = modelsIn(dir)
    expect(models.serves('pii')).toBe(false)
    installModel(dir, { id: 'old', role: 'pii' })
    installModel(dir, { id: 'new', role: 'pii', fields: { installed: 1_790_000_000_001 } })
    await expect.poll(() => models.serves('pii'), { timeout: 5000 }).toBe(true)
    const asked = await models.pii(['My name is John.'], soon())
    expect(asked.tier === 'model' && asked.found[0]!.spans[0]!.detector).toBe('model:new')
    expect(models.status().models.map(({ id, serves }) => [id, serves])).toEqual([
      ['new', true],
      ['old', false],
    ])
  })

  it('answer many at once, each its own', async () => {
    const dir = newDir()
    installModel(dir, { id: 'small', role: 'pii' })
    const models = modelsIn(dir)
    const texts = Array.from({ length: 20 }, (_, at) => `${'so '.repeat(at)}I am john now.`)
    const all = await Promise.all(texts.map((text) => models.pii([text], soon())))
    for (const [at, asked] of all.entries())
      expect(asked.tier === 'model' && asked.found[0]!.spans[0]!.start).toBe(3 * at + 5)
  })
})
