import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import type { Digest } from '../../src/domain/hash.ts'
import { modelFilesOf, parseInstalled } from '../../src/domain/intel/installed.ts'
import { defaultModels } from '../../src/domain/intel/manifest.ts'
import { installedOf } from '../../src/infra/intel/download/downloadModel.ts'
import { modelManifest } from '../../src/templates/models.ts'

const manifest = modelManifest()

describe('the models that come with the program', () => {
  it('are two by default, one for each role', () => {
    expect(defaultModels(manifest).map(({ role }) => role)).toEqual(['pii', 'injection'])
  })

  it.each(manifest.models.filter(({ unusable }) => unusable === undefined))(
    'can be loaded once they are there: $id',
    (model) => {
      const files = model.files.map(({ path, bytes = 1 }) => ({
        path,
        bytes,
        sha256: '0'.repeat(64) as Digest,
      }))
      const text = JSON.stringify(installedOf(model, { revision: 'main', files, installed: 1 }))
      const installed = parseInstalled(Buffer.from(text))
      expect(Result.isSuccess(Result.flatMap(installed, modelFilesOf))).toBe(true)
    },
  )

  it('say what their licence asks for, where it asks for something', () => {
    for (const { id, licence } of manifest.models)
      expect([id, licence.consent === (licence.notice !== undefined)]).toEqual([id, true])
  })

  it('may never be larger than their files, nor files than a disk', () => {
    for (const { size, files } of manifest.models) {
      const most = files.reduce((sum, file) => sum + (file.bytes ?? file.most!), 0)
      expect(size).toBeLessThanOrEqual(most)
      expect(most).toBeLessThan(3 * size + 128 * 1024 * 1024)
    }
  })
})
