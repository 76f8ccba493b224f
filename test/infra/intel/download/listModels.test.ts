import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NO_PINS } from '../../../../src/domain/intel/pins.ts'
import { folderSource } from '../../../../src/infra/intel/download/folderSource.ts'
import { listModels, removeModel } from '../../../../src/infra/intel/download/listModels.ts'
import { FILES, install, modelWith, scratchDir } from './installing.ts'

let scratch: string
let modelsDir: string
let dir: string
const model = modelWith()

beforeEach(async () => {
  scratch = scratchDir()
  modelsDir = path.join(scratch, 'models')
  dir = path.join(modelsDir, 'small')
  fs.mkdirSync(modelsDir, { mode: 0o700 })
  for (const [name, content] of Object.entries(FILES)) {
    fs.mkdirSync(path.dirname(path.join(scratch, 'from', name)), { recursive: true })
    fs.writeFileSync(path.join(scratch, 'from', name), content)
  }
  await install({ model, modelsDir, source: folderSource(path.join(scratch, 'from')) })
})

afterEach(() => fs.rmSync(scratch, { recursive: true }))

const state = () => listModels({ version: '', models: [model] }, modelsDir, NO_PINS)[0]!.state

describe('the folder of models', () => {
  it('says what is whole, begun, damaged and absent', () => {
    expect(state()).toBe('installed')
    fs.appendFileSync(path.join(dir, 'config.json'), ' ')
    expect(state()).toBe('damaged')
    fs.writeFileSync(path.join(dir, 'installed.json'), '{"v":1}')
    expect(state()).toBe('damaged')
    fs.rmSync(path.join(dir, 'installed.json'))
    expect(state()).toBe('unfinished')
    fs.rmSync(dir, { recursive: true })
    expect(state()).toBe('absent')
  })

  it('loses a model that is removed, and keeps its pin', () => {
    expect(removeModel(modelsDir, model)).toEqual(Result.succeed(true))
    expect(fs.readdirSync(modelsDir)).toEqual(['pins.json'])
    expect(removeModel(modelsDir, model)).toEqual(Result.succeed(false))
  })

  it('loses a link in the place of a model, and nothing behind it', () => {
    fs.renameSync(dir, path.join(scratch, 'elsewhere'))
    fs.symlinkSync(path.join(scratch, 'elsewhere'), dir)
    expect(removeModel(modelsDir, model)).toEqual(Result.succeed(true))
    expect(fs.existsSync(dir)).toBe(false)
    expect(fs.existsSync(path.join(scratch, 'elsewhere/installed.json'))).toBe(true)
  })
})
