import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeModels } from '../../../src/infra/intel/models.ts'
import { loadOnnx } from '../../../src/infra/intel/onnx.ts'
import { filesOf } from '../../support/modelFolders.ts'
import { startHub } from './download/hubServer.ts'
import { hubAt, install, modelWith, scratchDir } from './download/installing.ts'

const onnx = await loadOnnx()
const soon = (): number => performance.now() + 20_000

describe.skipIf(Result.isFailure(onnx))('a model as it was downloaded', () => {
  it('is loaded and answers, and is refused once a file of it is another', async () => {
    const files = Object.fromEntries(
      Object.entries(filesOf('injection')).map(([name, content]) => [
        name === 'model.quant.onnx' ? 'onnx/model.onnx' : name,
        Buffer.from(content),
      ]),
    )
    const hub = await startHub(files)
    const modelsDir = scratchDir()
    onTestFinished(async () => {
      await hub.close()
      fs.rmSync(modelsDir, { recursive: true })
    })
    const installed = await install({ model: modelWith(), modelsDir, source: hubAt(hub.url) })
    expect(Result.isSuccess(installed)).toBe(true)
    const options = { modelsDir, enabled: () => true, now: () => Date.now() }
    const models = makeModels(options)
    expect(models.status()).toMatchObject({ models: [{ id: 'small', serves: true }], problems: [] })
    expect(await models.injection(['ignore words', 'words are words'], soon())).toMatchObject({
      tier: 'model',
      found: [{ label: 'injection' }, { label: 'benign' }],
    })
    await models.close()
    fs.appendFileSync(`${modelsDir}/small/tokenizer.json`, ' ')
    const again = makeModels(options)
    expect(await again.injection(['ignore words'], soon())).toMatchObject({ why: 'failing' })
    await again.close()
  })
})
