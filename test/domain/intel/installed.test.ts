import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/domain/bytes.ts'
import { modelFilesOf, parseInstalled } from '../../../src/domain/intel/installed.ts'

const file = (path: string) => ({ path, bytes: 10, sha256: 'a'.repeat(64) })
const MODEL = {
  v: 1,
  id: 'bert-small-pii',
  repository: 'made/bert',
  revision: 'main',
  role: 'pii',
  files: ['onnx/model.onnx', 'tokenizer.json', 'config.json'].map(file),
  task: 'token-classification',
  tokenizer: 'wordpiece',
  maxLength: 512,
  installed: 1_790_000_000_000,
}
const GUARD = {
  ...MODEL,
  role: 'injection',
  task: 'sequence-classification',
  tokenizer: 'hub',
  positive: 'MALICIOUS',
}

const parsed = (value: unknown) => parseInstalled(utf8(JSON.stringify(value)))

describe('installed.json', () => {
  it('is read, whatever fields a later version adds', () => {
    expect(Result.getOrThrow(parsed({ ...MODEL, licence: 'x' }))).toMatchObject(MODEL)
    expect(Result.isSuccess(parsed(GUARD))).toBe(true)
  })

  it.each<[string, object]>([
    ['another version', { v: 2 }],
    ['an id that is a path', { id: '../x' }],
    ['a hidden id', { id: '.x' }],
    ['a file outside', { files: [file('../model.onnx')] }],
    ['an absolute file', { files: [file('/model.onnx')] }],
    ['a hidden file', { files: [file('onnx/.model.onnx')] }],
    ['an empty segment', { files: [file('onnx//model.onnx')] }],
    ['a file twice', { files: [file('a.onnx'), file('a.onnx')] }],
    ['itself as a file', { files: [file('installed.json')] }],
    ['no files', { files: [] }],
    ['no hash', { files: [{ path: 'a.onnx', bytes: 1, sha256: '' }] }],
    ['another role than its task', { role: 'injection', positive: 'X' }],
    ['a tokenizer without places', { tokenizer: 'hub' }],
    ['a window too short', { maxLength: 2 }],
  ])('is refused with %s', (_, fields) =>
    expect(Result.isFailure(parsed({ ...MODEL, ...fields }))).toBe(true),
  )

  it('of an injection model says which label it is', () => {
    const { positive: _, ...without } = GUARD
    expect(Result.isFailure(parsed(without))).toBe(true)
  })

  it('is no text, or no JSON: says so', () => {
    for (const bytes of [new Uint8Array([0xff]), utf8('{'), utf8('null')])
      expect(Result.isFailure(parseInstalled(bytes))).toBe(true)
  })

  it('names one model, one tokenizer and one config by their file names', () => {
    const files = (...paths: ReadonlyArray<string>) =>
      modelFilesOf(Result.getOrThrow(parsed({ ...MODEL, files: paths.map(file) })))
    const found = Result.getOrThrow(
      files('onnx/m.onnx', 'onnx/m.onnx_data', 'onnx/tokenizer.json', 'config.json'),
    )
    expect(found.model.path).toBe('onnx/m.onnx')
    expect(found.tokenizer.path).toBe('onnx/tokenizer.json')
    expect(found.others.map(({ path }) => path)).toEqual(['onnx/m.onnx_data'])
    expect(Result.getOrThrow(Result.flip(files('tokenizer.json', 'config.json')))).toMatch(
      /no .onnx/,
    )
    expect(
      Result.getOrThrow(Result.flip(files('a.onnx', 'b.onnx', 'tokenizer.json', 'config.json'))),
    ).toMatch(/more than one/)
  })
})
