import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Hub, startHub } from '../infra/intel/download/hubServer.ts'
import { scratchDir } from '../infra/intel/download/installing.ts'
import { type Ended, ended } from './ended.ts'

// The program as it is installed, with no control plane, against a hub on the loopback that serves other
// files under the names of the real ones.
const root = path.resolve(import.meta.dirname, '../..')
const WEIGHTS = Buffer.alloc(400_000, 'weights ')

let scratch: string
let models: string
let hub: Hub

beforeEach(async () => {
  scratch = scratchDir()
  models = path.join(scratch, 'h/data/models')
  hub = await startHub({
    'config.json': Buffer.from('{"id2label":{}}'),
    'tokenizer.json': Buffer.from('{}'),
    'model.quant.onnx': WEIGHTS,
    'onnx/model_quantized.onnx': WEIGHTS,
  })
})

afterEach(async () => {
  await hub.close()
  fs.rmSync(scratch, { recursive: true })
})

const begin = (
  args: ReadonlyArray<string>,
  env: Record<string, string> = {},
  before: ReadonlyArray<string> = [],
): ChildProcess => {
  const line = [
    ...before,
    process.execPath,
    path.join(root, 'bin/isonapse.cjs'),
    'hook',
    'intel',
    'download',
    ...args,
  ]
  return spawn(line[0]!, line.slice(1), {
    cwd: scratch,
    env: {
      PATH: process.env['PATH'],
      HOME: scratch,
      ISONAPSE_HOME: path.join(scratch, 'h'),
      HF_ENDPOINT: hub.url,
      ...env,
    },
  })
}

const download = (args: ReadonlyArray<string>, env = {}): Promise<Ended> => ended(begin(args, env))
const json = async (args: ReadonlyArray<string>): Promise<unknown> =>
  JSON.parse((await download([...args, '--json'])).stdout)

describe('hook intel download', () => {
  it('asks first: without a terminal and --yes nothing is asked of a server', async () => {
    const { code, stdout, stderr } = await download([])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('99.5 MB')
    expect(stderr).toContain('Llama 4 Community License')
    expect(stderr).toContain('Built with Llama')
    expect(stderr).toMatch(/isonapse: this asks for confirmation.*\n {2}→ add --yes\n$/)
    expect(hub.requests).toEqual([])
  })

  it('brings the two defaults, keeps the notice, lists and removes them', async () => {
    const first = await download(['--yes'])
    expect(first).toMatchObject({ code: 0 })
    expect(first.stdout.split('\n')).toEqual([
      expect.stringMatching(/^bert-small-pii is installed: 0\.4 MB, at .* pinned/),
      expect.stringMatching(/^prompt-guard-2-22m is installed/),
      '',
    ])
    expect(fs.readFileSync(path.join(models, 'prompt-guard-2-22m/NOTICE'), 'utf8')).toContain(
      'Copyright © Meta Platforms',
    )
    expect(await json(['--yes'])).toMatchObject({
      models: [{ state: 'present' }, { id: 'prompt-guard-2-22m', state: 'present' }],
    })
    const listed = await download(['--list'])
    expect(listed.stdout).toMatch(/bert-small-pii +pii +27 MB +installed +Apache-2\.0/)
    expect(await json(['--remove', 'bert-small-pii', '--yes'])).toEqual({
      id: 'bert-small-pii',
      removed: true,
    })
    expect(fs.readdirSync(models).sort()).toEqual(['pins.json', 'prompt-guard-2-22m'])
  })

  it('goes on after a kill with what is missing', async () => {
    hub.between = (at, _, response) => {
      if (at !== 'store') return false
      response.writeHead(200, { etag: '"one"', 'content-length': WEIGHTS.length })
      response.write(WEIGHTS.subarray(0, 250_000))
      return true
    }
    const child = begin(['bert-small-pii', '--yes'])
    const dying = ended(child)
    const part = path.join(models, 'bert-small-pii/onnx/model_quantized.onnx.part')
    await expect
      .poll(() => fs.statSync(part, { throwIfNoEntry: false })?.size, { timeout: 20_000 })
      .toBe(250_000)
    child.kill('SIGKILL')
    await dying
    expect(fs.existsSync(path.join(models, 'bert-small-pii/installed.json'))).toBe(false)
    hub.requests.length = 0
    hub.between = (at, request, response) => {
      if (at !== 'store') return false
      const rest = WEIGHTS.subarray(250_000)
      expect(request.headers.range).toBe('bytes=250000-')
      response.writeHead(206, {
        etag: '"one"',
        'content-length': rest.length,
        'content-range': `bytes 250000-${WEIGHTS.length - 1}/${WEIGHTS.length}`,
      })
      response.end(rest)
      return true
    }
    expect(await download(['bert-small-pii', '--yes'])).toMatchObject({ code: 0 })
    expect(hub.requests.map(({ at }) => at)).toContain('store')
    expect(fs.readdirSync(path.join(models, 'bert-small-pii/onnx'))).toEqual([
      'model_quantized.onnx',
    ])
  })

  it('says plainly that the disk is full, and what to do', async () => {
    // A limit on the size of a file fails a write as a full disk does.
    const limited = ['sh', '-c', 'ulimit -f 300; exec "$@"', 'sh']
    const { code, stderr } = await ended(begin(['bert-small-pii', '--yes'], {}, limited))
    expect(code).toBe(1)
    expect(stderr).toMatch(/no space left \(EFBIG\)\n {2}→ free some space, then try again\n$/)
    expect(stderr).not.toContain('do-not-tell')
    expect(await download(['bert-small-pii', '--yes'])).toMatchObject({ code: 0 })
  })

  it('is refused inside the client, where only the list is shown', async () => {
    const inside = { CLAUDECODE: '1' }
    for (const args of [['--yes'], ['--repin', '--yes'], ['--remove', 'bert-small-pii', '--yes']])
      expect(await download(args, inside)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('from inside Claude Code'),
      })
    expect(await download(['--list'], inside)).toMatchObject({ code: 0 })
    expect(hub.requests).toEqual([])
  })

  it.each([
    [['no-such-model'], /there is no model "no-such-model"/],
    [['bert-small-pi', '--yes'], /did you mean bert-small-pii/],
    [['--mirror', 'http://models.example.com', '--yes'], /only https/],
    [['--mirror', 'https://a.example.com', '--from', '.'], /do not go together/],
    [['--list', 'bert-small-pii'], /--list goes without/],
    [['--lst'], /unknown flag: --lst/],
    [['privacy-filter', '--yes'], /cannot be used by this version/],
    [['--from', 'nowhere', '--yes'], /does not hold the files/],
  ])('tells %j in one line with what to do', async (args, said) => {
    const { code, stderr } = await download(args)
    expect(code).toBe(2)
    expect(stderr).toMatch(said)
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^ {2}→ /)
    expect(hub.requests).toEqual([])
  })
})
