import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadOnnx } from '../../../src/infra/intel/onnx.ts'
import { installModel } from '../../support/modelFolders.ts'
import { withPlane } from './plane.ts'

const onnx = await loadOnnx()
const soon = (): number => performance.now() + 20_000

describe('the models of a control plane', () => {
  it('are none at first: the rules decide, and nothing is wrong', async () => {
    await withPlane(async (plane) => {
      expect(await plane.call('intel.status', {})).toMatchObject({
        running: true,
        models: [],
        tiers: [{ because: { remedy: 'isonapse hook intel download' } }, {}],
      })
      expect((await plane.call('status', {})).faults).toEqual([])
    })
  })

  it.skipIf(Result.isFailure(onnx))(
    'are told in status when they do not answer, and not when they are switched off',
    async () => {
      await withPlane(async (plane) => {
        const { models } = plane.context
        const dir = installModel(plane.paths.modelsDir, { id: 'small', role: 'pii' })
        await expect.poll(() => models.serves('pii'), { timeout: 5000 }).toBe(true)
        expect((await plane.call('status', {})).faults).toEqual([])
        const file = path.join(dir, 'config.json')
        fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('PERSON', 'person'))
        expect(await models.pii(['My name is John.'], soon())).toMatchObject({ why: 'failing' })
        const { faults } = await plane.call('status', {})
        expect(faults).toHaveLength(1)
        expect(faults[0]!.message).toMatch(/^a model does not answer, rules alone decide: .*hash/)
        const { tiers, models: told } = await plane.call('intel.status', {})
        expect(tiers[0]).toMatchObject({
          tier: 'rules',
          because: { message: expect.stringMatching(/hash/) as string },
        })
        expect(told).toMatchObject([{ state: 'down', calls: 0 }])
        await plane.call('config.set', { key: 'intel.models', value: 'off', pid: process.pid })
        expect((await plane.call('intel.status', {})).tiers[0]).toMatchObject({
          because: { remedy: 'isonapse hook config set intel.models on' },
        })
        expect((await plane.call('status', {})).faults).toEqual([])
      })
    },
  )
})
