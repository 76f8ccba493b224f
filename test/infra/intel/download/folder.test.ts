import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folderSource } from '../../../../src/infra/intel/download/folderSource.ts'
import { COMMIT, sha256 } from './hubServer.ts'
import { FILES, install, modelWith, scratchDir } from './installing.ts'

let scratch: string
let modelsDir: string
let from: string

beforeEach(() => {
  scratch = scratchDir()
  modelsDir = path.join(scratch, 'models')
  from = path.join(scratch, 'from')
  fs.mkdirSync(modelsDir, { mode: 0o700 })
})

afterEach(() => fs.rmSync(scratch, { recursive: true }))

const fill = (dir: string): void => {
  for (const [name, content] of Object.entries(FILES)) {
    fs.mkdirSync(path.dirname(path.join(dir, name)), { recursive: true })
    fs.writeFileSync(path.join(dir, name), content)
  }
}

const installFrom = (model = modelWith(), more = {}) =>
  install({ model, modelsDir, source: folderSource(from), ...more })

describe('a model from a folder', () => {
  it.each(['small', 'owner/small', '.'])('is found in DIR/%s, and pinned', async (below) => {
    fill(path.join(from, below))
    expect(await installFrom()).toMatchObject({ success: { state: 'installed', pinned: true } })
    expect(fs.readFileSync(path.join(modelsDir, 'small/onnx/model.onnx'))).toEqual(
      FILES['onnx/model.onnx'],
    )
  })

  it("is found in a copy of the hub's cache, whose files are links, with its commit", async () => {
    const snapshot = path.join(from, 'models--owner--small/snapshots', COMMIT)
    fill(path.join(scratch, 'blobs'))
    fs.mkdirSync(path.join(snapshot, 'onnx'), { recursive: true })
    for (const name of Object.keys(FILES))
      fs.symlinkSync(path.join(scratch, 'blobs', name), path.join(snapshot, name))
    expect(await installFrom()).toMatchObject({ success: { revision: COMMIT } })
    const placed = path.join(modelsDir, 'small/config.json')
    expect(fs.lstatSync(placed).isSymbolicLink()).toBe(false)
  })

  it('is checked like one from a server', async () => {
    fill(path.join(from, 'small'))
    const facts = { 'config.json': { most: 1000, sha256: sha256(Buffer.from('other')) } }
    expect(await installFrom(modelWith(facts))).toMatchObject({ failure: { kind: 'wrong-hash' } })
    const small = { 'onnx/model.onnx': { most: 1000 } }
    expect(await installFrom(modelWith(small))).toMatchObject({ failure: { kind: 'too-large' } })
    expect(fs.existsSync(path.join(modelsDir, 'small/installed.json'))).toBe(false)
  })

  it('that is not there is told, with where its files would have to be', async () => {
    fs.mkdirSync(from)
    expect(await installFrom()).toMatchObject({
      failure: { kind: 'folder', remedy: expect.stringContaining('config.json, tokenizer.json') },
    })
  })

  it('is read from regular files alone: a FIFO does not hang', async () => {
    fill(path.join(from, 'small'))
    const fifo = path.join(from, 'small/config.json')
    fs.rmSync(fifo)
    execFileSync('mkfifo', [fifo])
    expect(await installFrom()).toMatchObject({
      failure: { kind: 'folder', detail: expect.stringContaining('no regular file') },
    })
  })

  it('is refused where this version cannot use it', async () => {
    fill(path.join(from, 'small'))
    const unusable = modelWith({}, { unusable: 'a reason' })
    expect(await installFrom(unusable)).toMatchObject({ failure: { kind: 'unusable' } })
  })
})
