import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { modelNamed, parseManifest } from '../../../src/domain/intel/manifest.ts'
import manifest from '../../../src/templates/models.json' with { type: 'json' }

const with_ = (change: (model: Record<string, unknown>) => void): boolean => {
  const copy = structuredClone(manifest) as { models: Array<Record<string, unknown>> }
  change(copy.models[0]!)
  return Result.isSuccess(parseManifest(copy))
}

describe('the manifest', () => {
  it.each(['/etc/passwd', '../config.json', 'a/../../b', 'a//b', '.hidden', 'a\\b', 'a/.part', ''])(
    'names no file %j',
    (name) => {
      expect(with_((model) => (model['files'] = [{ path: name, most: 1 }]))).toBe(false)
    },
  )

  it.each(['..', 'a/b', '.x', 'A', '', 'pins.json/'])('names no model %j', (id) => {
    expect(with_((model) => (model['id'] = id))).toBe(false)
  })

  it('asks for a commit or for main, of one repository', () => {
    expect(with_((model) => (model['revision'] = 'main/../x'))).toBe(false)
    expect(with_((model) => (model['repository'] = 'https://example.com'))).toBe(false)
    expect(with_((model) => (model['repository'] = 'a/b/../c'))).toBe(false)
    expect(with_(() => {})).toBe(true)
  })

  it('bounds every file, by its size or by what it may have', () => {
    const labels = { path: 'config.json' }
    expect(with_((model) => (model['files'] = [labels]))).toBe(false)
    expect(with_((model) => (model['files'] = [{ ...labels, most: 10 }]))).toBe(true)
    expect(with_((model) => (model['files'] = [{ ...labels, most: 10, bytes: 10 }]))).toBe(false)
  })

  it('knows the model that was probably meant', () => {
    const parsed = Result.getOrThrow(parseManifest(manifest))
    expect(modelNamed(parsed, 'bert-small-pii')).toMatchObject({ success: { role: 'pii' } })
    expect(modelNamed(parsed, 'bert-smal-pii')).toMatchObject({
      failure: { remedy: expect.stringContaining('bert-small-pii') },
    })
  })
})
