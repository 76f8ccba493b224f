import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseInstalled } from '../../../../src/domain/intel/installed.ts'
import { parsePins } from '../../../../src/domain/intel/pins.ts'
import { COMMIT, type Hub, sendFile, sha256, startHub } from './hubServer.ts'
import { FILES, filesIn, hubAt, install, modelWith, scratchDir } from './installing.ts'

let modelsDir: string
let dir: string
let hub: Hub

beforeEach(async () => {
  modelsDir = scratchDir()
  dir = path.join(modelsDir, 'small')
  hub = await startHub(FILES)
})

afterEach(async () => {
  await hub.close()
  fs.rmSync(modelsDir, { recursive: true })
})

const model = modelWith()
const installHere = (more: Partial<Parameters<typeof install>[0]> = {}) =>
  install({ model, modelsDir, source: hubAt(hub.url), ...more })

const failureOf = async (installing: ReturnType<typeof install>) => {
  const result = await installing
  if (Result.isSuccess(result)) throw new Error('it was installed')
  const { failure } = result
  return {
    kind: failure._tag === 'ModelFailure' ? failure.kind : failure.reason,
    message: failure.message,
    remedy: failure.remedy,
  }
}

const read = (name: string): Buffer => fs.readFileSync(path.join(dir, name))
const installed = () => Result.getOrThrow(parseInstalled(read('installed.json')))
const pins = () =>
  Result.getOrThrow(parsePins(fs.readFileSync(path.join(modelsDir, 'pins.json')))).models
const rangesAsked = () => hub.requests.map(({ headers }) => headers.range).filter(Boolean)

/** Sends so many bytes of each large file, then breaks off; `times` times. */
const breakingOff = (bytes: number, times = Infinity) => {
  let left = times
  hub.between = (at, request, response) => {
    if (at !== 'store' || left-- <= 0) return false
    const content = hub.files.get('onnx/model.onnx')!
    const from = Number(/\d+/.exec(request.headers.range ?? '0')![0])
    response.writeHead(from === 0 ? 200 : 206, {
      etag: `"${sha256(content).slice(0, 32)}"`,
      'content-length': content.length - from,
      ...(from === 0
        ? {}
        : { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
    })
    response.write(content.subarray(from, from + bytes), () =>
      setTimeout(() => response.destroy(), 20),
    )
    return true
  }
}

describe('a model is downloaded', () => {
  it('from the hub and its store: checked, pinned, closed to others, with what loading needs', async () => {
    expect(await installHere()).toMatchObject({
      success: { id: 'small', state: 'installed', revision: COMMIT, pinned: true },
    })
    for (const [name, content] of Object.entries(FILES)) expect(read(name)).toEqual(content)
    expect(installed()).toMatchObject({
      id: 'small',
      repository: 'owner/small',
      revision: COMMIT,
      positive: 'MALICIOUS',
      files: Object.entries(FILES).map(([name, content]) => ({
        path: name,
        bytes: content.length,
        sha256: sha256(content),
      })),
    })
    expect(read('NOTICE').toString()).toContain('Kept notice.')
    expect(filesIn(modelsDir)).toEqual(
      [...Object.keys(FILES), 'NOTICE', 'installed.json']
        .map((name) => `small/${name}`)
        .concat('pins.json')
        .sort(),
    )
    for (const name of filesIn(modelsDir))
      expect([name, fs.statSync(path.join(modelsDir, name)).mode & 0o777]).toEqual([name, 0o600])
    for (const folder of [dir, path.join(dir, 'onnx')])
      expect(fs.statSync(folder).mode & 0o777).toBe(0o700)
  })

  it('asks main for its commit once, and takes the other files from that commit', async () => {
    await installHere()
    const asked = hub.requests.filter(({ at }) => at === 'hub').map(({ url }) => url)
    expect(asked).toEqual([
      '/owner/small/resolve/main/config.json',
      `/owner/small/resolve/${COMMIT}/tokenizer.json`,
      `/owner/small/resolve/${COMMIT}/onnx/model.onnx`,
    ])
  })

  it('and is there already the next time, without a request', async () => {
    await installHere()
    hub.requests.length = 0
    expect(await installHere()).toMatchObject({ success: { state: 'present' } })
    expect(hub.requests).toEqual([])
  })

  it('anew where a file was changed meanwhile, but only as it was pinned', async () => {
    await installHere()
    fs.writeFileSync(path.join(dir, 'config.json'), '{"id2label":{"1":"BENIGN"}}')
    expect(await installHere()).toMatchObject({ success: { state: 'installed', pinned: false } })
    expect(read('config.json')).toEqual(FILES['config.json'])
  })

  it('with the token for the hub alone, and none of it in what is said', async () => {
    const source = hubAt(hub.url, { HF_TOKEN: 'made-up-token' })
    await installHere({ source })
    const sent = (at: string) =>
      hub.requests.filter((one) => one.at === at).map(({ headers }) => headers.authorization)
    expect(new Set(sent('hub'))).toEqual(new Set(['Bearer made-up-token']))
    expect(sent('store')).toEqual([undefined])
    hub.between = (_, __, response) => {
      response.writeHead(401).end()
      return true
    }
    const failed = await failureOf(installHere({ source, repin: true }))
    expect(failed).toMatchObject({ kind: 'refused', remedy: expect.stringContaining('HF_TOKEN') })
    expect(JSON.stringify(failed)).not.toContain('made-up')
  })

  it('with the credentials of a mirror address taken out of it', async () => {
    const source = hubAt(hub.url.replace('//', '//ann:p%40ss@'))
    expect(source.shown).toBe(hub.url)
    await installHere({ source })
    const expected = `Basic ${Buffer.from('ann:p@ss').toString('base64')}`
    expect(hub.requests[0]!.headers.authorization).toBe(expected)
    expect(hub.requests.find(({ at }) => at === 'store')!.headers.authorization).toBeUndefined()
  })

  it('from a mirror that says no commit, pinned by its hashes', async () => {
    hub.between = (at, request, response) => {
      if (at !== 'hub') return false
      const name = request.url!.split('/resolve/main/')[1]!
      sendFile(request, response, hub.files.get(name)!, 'x')
      return true
    }
    expect(await installHere()).toMatchObject({ success: { revision: 'main' } })
    expect(pins()['small']!.files).toHaveLength(3)
  })
})

describe('what is on the server', () => {
  it('must be what the manifest knows', async () => {
    const facts = { 'onnx/model.onnx': { bytes: 300_000, sha256: sha256(Buffer.from('other')) } }
    const failed = await failureOf(installHere({ model: modelWith(facts) }))
    expect(failed).toMatchObject({ kind: 'wrong-hash', remedy: expect.stringContaining('mirror') })
    expect(filesIn(modelsDir).filter((name) => name.includes('model.onnx'))).toEqual([])
  })

  it('must be so even where the server says beforehand that it is', async () => {
    const known = FILES['onnx/model.onnx']
    const facts = { 'onnx/model.onnx': { bytes: known.length, sha256: sha256(known) } }
    hub.between = (at, request, response) => {
      if (at !== 'store') return false
      sendFile(request, response, Buffer.alloc(known.length, 'poison '), 'x')
      return true
    }
    const failed = await failureOf(installHere({ model: modelWith(facts) }))
    expect(failed.kind).toBe('wrong-hash')
    expect(fs.existsSync(path.join(dir, 'installed.json'))).toBe(false)
    expect(filesIn(modelsDir).filter((name) => name.includes('model.onnx'))).toEqual([])
  })

  it('must be what was pinned; --repin takes the new one', async () => {
    await installHere()
    hub.files.set('tokenizer.json', Buffer.from('{"model":{"type":"Changed"}}'))
    fs.rmSync(dir, { recursive: true })
    const failed = await failureOf(installHere())
    expect(failed).toMatchObject({
      kind: 'wrong-hash',
      remedy: expect.stringContaining('--repin'),
    })
    expect(fs.existsSync(path.join(dir, 'installed.json'))).toBe(false)
    expect(await installHere({ repin: true })).toMatchObject({ success: { pinned: true } })
    expect(read('tokenizer.json').toString()).toContain('Changed')
    expect(await installHere()).toMatchObject({ success: { state: 'present' } })
  })

  it('is not asked for in the place of a damaged pin', async () => {
    await installHere()
    fs.rmSync(dir, { recursive: true })
    fs.writeFileSync(path.join(modelsDir, 'pins.json'), '{"v":1,"models":{"small":{}}}')
    expect(await failureOf(installHere())).toMatchObject({
      kind: 'pins',
      remedy: expect.stringContaining('rm '),
    })
  })

  it('may be missing: that is said, with where to look', async () => {
    hub.files.delete('tokenizer.json')
    expect(await failureOf(installHere())).toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('has no tokenizer.json'),
    })
    expect(hub.requests).toHaveLength(2)
  })

  it('must not say that it is larger than the file can be', async () => {
    hub.between = (at, _, response) => {
      if (at !== 'store') return false
      response.writeHead(200, { 'content-length': 9_000_000_000 }).write('x')
      return true
    }
    expect(await failureOf(installHere())).toMatchObject({ kind: 'too-large' })
    expect(filesIn(dir).filter((name) => name.includes('model.onnx'))).toEqual([])
  })

  it('must not send more than the file can have', async () => {
    hub.between = (_, __, response) => {
      const endless = () => {
        while (response.write(Buffer.alloc(65_536, 'x')));
      }
      response.writeHead(200).on('drain', endless)
      endless()
      return true
    }
    expect(await failureOf(installHere())).toMatchObject({ kind: 'too-large' })
    expect(filesIn(dir)).toEqual([])
  })
})

describe('a redirect', () => {
  const leading = (location: string) => {
    hub.between = (at, _, response) => {
      if (at !== 'hub') return false
      response.writeHead(302, { location }).end()
      return true
    }
    return failureOf(installHere())
  }

  it('is not followed round in circles', async () => {
    expect(await leading('/again')).toMatchObject({ kind: 'redirect' })
    expect(hub.requests.length).toBeLessThan(12)
  })

  it.each(['http://example.com/model', 'ftp://127.0.0.1/model', 'file:///etc/passwd'])(
    'is not followed to %s',
    async (location) => {
      expect(await leading(location)).toMatchObject({ kind: 'redirect' })
    },
  )
})

describe('a connection', () => {
  it('that breaks off is gone on with, by what is missing alone', async () => {
    breakingOff(100_000, 2)
    expect(await installHere()).toMatchObject({ success: { state: 'installed' } })
    expect(read('onnx/model.onnx')).toEqual(FILES['onnx/model.onnx'])
    expect(rangesAsked()).toContain('bytes=200000-')
  })

  it('that always breaks off at once is given up, and what came stays for the next run', async () => {
    breakingOff(70_000, 1)
    const between = hub.between
    hub.between = (at, request, response) => {
      if (between(at, request, response)) return true
      if (at === 'hub') return false
      response.destroy()
      return true
    }
    expect(await failureOf(installHere())).toMatchObject({ kind: 'unreachable' })
    expect(fs.statSync(path.join(dir, 'onnx/model.onnx.part')).size).toBe(70_000)
    expect(fs.existsSync(path.join(dir, 'installed.json'))).toBe(false)
    hub.between = () => false
    hub.requests.length = 0
    expect(await installHere()).toMatchObject({ success: { state: 'installed', revision: COMMIT } })
    expect(rangesAsked()).toContain('bytes=70000-')
    // The small files were whole: nothing of them is asked for again.
    expect(hub.requests.map(({ at }) => at)).toEqual(['hub', 'store'])
  })

  it('on which nothing more comes is given up', async () => {
    hub.between = (at, _, response) => {
      if (at === 'store') response.writeHead(200, { 'content-length': 300_000 }).write('drop')
      return at === 'store'
    }
    expect(await failureOf(installHere())).toMatchObject({ kind: 'stalled' })
  })

  it('on which nobody answers is given up', async () => {
    hub.between = () => true
    expect(await failureOf(installHere())).toMatchObject({ kind: 'stalled' })
  })

  it('to nobody is told at once', async () => {
    const { url } = hub
    await hub.close()
    expect(await failureOf(installHere({ source: hubAt(url) }))).toMatchObject({
      kind: 'unreachable',
      remedy: expect.stringContaining('--from DIR'),
    })
    hub = await startHub(FILES)
  })

  it.each([
    [500, 'status', 3],
    [429, 'status', 3],
    [503, 'status', 3],
    [418, 'status', 1],
    [403, 'refused', 1],
  ])('with status %i is %s after %i requests', async (status, kind, requests) => {
    hub.between = (_, __, response) => {
      response.writeHead(status, { 'retry-after': '1' }).end()
      return true
    }
    expect((await failureOf(installHere())).kind).toBe(kind)
    expect(hub.requests).toHaveLength(requests)
  })

  it('is asked anew by the hub where a signed address ran out', async () => {
    let first = true
    hub.between = (at, _, response) => {
      if (at !== 'store' || !first) return false
      first = false
      response.writeHead(403).end()
      return true
    }
    expect(await installHere()).toMatchObject({ success: { state: 'installed' } })
  })
})

describe('what is gone on with', () => {
  const half = async () => {
    breakingOff(150_000)
    const source = hubAt(hub.url)
    const between = hub.between
    let once = false
    hub.between = (at, request, response) => {
      if (at === 'store' && once) {
        response.writeHead(418).end()
        return true
      }
      once ||= at === 'store'
      return between(at, request, response)
    }
    await failureOf(installHere({ source }))
    expect(fs.statSync(path.join(dir, 'onnx/model.onnx.part')).size).toBe(150_000)
    hub.between = () => false
    hub.requests.length = 0
  }

  it('is never mixed with what the server has instead by now', async () => {
    await half()
    const other = Buffer.alloc(300_000, 'changed ')
    hub.files.set('onnx/model.onnx', other)
    expect(await installHere()).toMatchObject({ success: { state: 'installed' } })
    expect(read('onnx/model.onnx')).toEqual(other)
  })

  it('is begun anew where the server knows no ranges', async () => {
    await half()
    hub.between = (at, _, response) => {
      if (at !== 'store') return false
      response.writeHead(200).end(hub.files.get('onnx/model.onnx'))
      return true
    }
    expect(await installHere()).toMatchObject({ success: { state: 'installed' } })
    expect(read('onnx/model.onnx')).toEqual(FILES['onnx/model.onnx'])
  })

  it('is begun anew where the file has become shorter', async () => {
    await half()
    const shorter = Buffer.alloc(1000, 'short ')
    hub.files.set('onnx/model.onnx', shorter)
    expect(await installHere()).toMatchObject({ success: { state: 'installed' } })
    expect(read('onnx/model.onnx')).toEqual(shorter)
  })

  it('is found out where somebody changed the part', async () => {
    await half()
    const part = path.join(dir, 'onnx/model.onnx.part')
    fs.writeFileSync(part, Buffer.alloc(150_000, 'poison '))
    expect(await installHere()).toMatchObject({ success: { state: 'installed' } })
    expect(read('onnx/model.onnx')).toEqual(FILES['onnx/model.onnx'])
  })

  it('is not written through a link that lies in its place', async () => {
    const target = path.join(modelsDir, 'target')
    fs.writeFileSync(target, 'precious')
    fs.mkdirSync(dir, { mode: 0o700 })
    fs.symlinkSync(target, path.join(dir, 'config.json.part'))
    expect(await failureOf(installHere())).toMatchObject({ kind: 'symlink' })
    expect(fs.readFileSync(target, 'utf8')).toBe('precious')
  })

  it('is not put into a folder that is a link', async () => {
    const elsewhere = scratchDir()
    fs.symlinkSync(elsewhere, dir)
    await failureOf(installHere())
    expect(fs.readdirSync(elsewhere)).toEqual([])
    fs.rmSync(elsewhere, { recursive: true })
  })
})

describe('a crash', () => {
  it('between the pins and the end is mended without a request', async () => {
    await installHere()
    // As it is after some of the renames: no installed.json, one file in its place, two parts.
    fs.rmSync(path.join(dir, 'installed.json'))
    for (const name of ['tokenizer.json', 'onnx/model.onnx']) {
      const content = read(name)
      fs.renameSync(path.join(dir, name), path.join(dir, `${name}.part`))
      const note = {
        repository: 'owner/small',
        revision: COMMIT,
        commit: COMMIT,
        total: content.length,
        marks: {},
      }
      fs.writeFileSync(path.join(dir, `${name}.part.json`), JSON.stringify(note), { mode: 0o600 })
    }
    hub.requests.length = 0
    expect(await installHere()).toMatchObject({ success: { state: 'installed', pinned: false } })
    expect(hub.requests).toEqual([])
    expect(filesIn(dir).filter((name) => name.includes('.part'))).toEqual([])
  })

  it('while a model is replaced leaves no installed.json beside other files', async () => {
    await installHere()
    hub.files.set('config.json', Buffer.from('{"id2label":{"0":"SAFE"}}'))
    const before = read('installed.json')
    hub.files.delete('onnx/model.onnx')
    await failureOf(installHere({ repin: true }))
    // Not all parts were whole: the old model stays as it was.
    expect(read('installed.json')).toEqual(before)
    expect(read('config.json')).toEqual(FILES['config.json'])
  })
})

describe('space', () => {
  it('is looked at before anything is asked for', async () => {
    expect(await failureOf(installHere({ freeBytes: () => 1_000_000 }))).toMatchObject({
      kind: 'no-space',
      message: expect.stringContaining('1 MB are free'),
    })
    expect(hub.requests).toEqual([])
  })

  it('that the file system cannot tell of is a failure that says so', async () => {
    const freeBytes = () => {
      throw Object.assign(new Error('no'), { code: 'EACCES' })
    }
    expect(await failureOf(installHere({ freeBytes }))).toMatchObject({ kind: 'permission' })
  })
})

describe('two downloads at once', () => {
  it('do not run: the second is told who does', async () => {
    const [one, other] = await Promise.all([installHere(), installHere()])
    const results = [one, other]
    expect(results.filter(Result.isSuccess)).toHaveLength(1)
    expect(results.find(Result.isFailure)).toMatchObject({
      failure: { kind: 'busy', detail: expect.stringContaining(String(process.pid)) },
    })
  })

  it('do run where the first is dead', async () => {
    fs.writeFileSync(path.join(modelsDir, '.download.lock'), '4194305 abc\n', { mode: 0o600 })
    expect(await installHere()).toMatchObject({ success: { state: 'installed' } })
    expect(fs.existsSync(path.join(modelsDir, '.download.lock'))).toBe(false)
  })
})
