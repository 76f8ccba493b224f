import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Digest } from '../../../src/domain/hash.ts'
import { makeGuardRunner } from '../../../src/infra/guard/run.ts'
import { temporaryDir } from '../server/plane.ts'

const payload = Buffer.from('{"tool_name":"Bash","tool_input":{"command":"ls"}}\n')
const hashOf = (file: string): Digest =>
  createHash('sha256').update(fs.readFileSync(file)).digest('hex') as Digest

const script = (text: string, mode = 0o700): string => {
  const file = path.join(temporaryDir(), 'guard')
  fs.writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode })
  fs.chmodSync(file, mode)
  return file
}

const run = (file: string, { timeoutMs = 5000, hash = hashOf(file), cwd = '/' } = {}) =>
  makeGuardRunner('/home/nobody').run({ program: file, hash, timeoutMs }, payload, cwd)

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const until = async (holds: () => boolean): Promise<boolean> => {
  for (let i = 0; i < 100 && !holds(); i++) await new Promise((later) => setTimeout(later, 20))
  return holds()
}

describe('a guard that is run', () => {
  it('gets the payload, and answers by its status', async () => {
    expect(await run(script('exit 0'))).toMatchObject({ verdict: 'permit', code: 'answered' })
    expect(await run(script('grep -q \'"command":"ls"\' && echo no ls && exit 2'))).toMatchObject({
      verdict: 'deny',
      code: 'answered',
      reason: 'no ls',
    })
    expect(await run(script('exit 1'))).toMatchObject({ verdict: 'deny', code: 'status' })
    expect(await run(script('kill -9 $$'))).toMatchObject({ verdict: 'deny', code: 'status' })
  })

  it('has no environment but PATH and HOME, and the folder of the call', async () => {
    process.env['ISONAPSE_TEST_LEAK'] = 'leaked'
    const cwd = temporaryDir()
    const { stdout } = await run(script('pwd; /usr/bin/env'), { cwd })
    delete process.env['ISONAPSE_TEST_LEAK']
    const [at, ...env] = stdout.trim().split('\n')
    expect(at).toBe(cwd)
    expect(
      env
        .map((line) => line.split('=', 1)[0])
        .filter((name) => !/^(_|PWD|OLDPWD|SHLVL)$/.test(name!))
        .sort(),
    ).toEqual(['HOME', 'PATH'])
    expect((await run(script('pwd'), { cwd: '/no/such/folder' })).stdout).toBe('/\n')
  })

  it('that does not read what it is given answers all the same', async () => {
    const big = Buffer.alloc(8_000_000, 0x20)
    const file = script('exec 0<&-; exit 2')
    const runner = makeGuardRunner('/')
    expect(
      await runner.run({ program: file, hash: hashOf(file), timeoutMs: 5000 }, big, '/'),
    ).toMatchObject({ verdict: 'deny', code: 'answered' })
  })

  it('is ended when its time is over, with all that it started', async () => {
    const file = script('sleep 600 & echo $! ; echo $$; wait')
    const answer = await run(file, { timeoutMs: 300 })
    expect(answer).toMatchObject({ verdict: 'deny', code: 'slow' })
    const pids = answer.stdout.trim().split('\n').map(Number)
    expect(pids).toHaveLength(2)
    expect(await until(() => pids.every((pid) => !isAlive(pid)))).toBe(true)
  })

  it('is not waited for once it ended, whatever it left holding its pipes', async () => {
    const answer = await run(script('sleep 600 & echo $! ; echo fine; exit 0'))
    expect(answer).toMatchObject({ verdict: 'permit', code: 'answered' })
    expect(answer.ms).toBeLessThan(4000)
    const left = Number(answer.stdout.split('\n')[0])
    expect(await until(() => !isAlive(left))).toBe(true)
  })

  it('is ended when it writes without end', async () => {
    const answer = await run(script('yes'))
    expect(answer).toMatchObject({ verdict: 'deny', code: 'output' })
    expect(answer.stdout.length).toBeLessThanOrEqual(65_536)
    expect(await run(script('yes >&2'))).toMatchObject({ code: 'output' })
  })

  it('is not run where it is not the file that was registered', async () => {
    const mark = path.join(temporaryDir(), 'ran')
    const file = script('exit 0')
    const hash = hashOf(file)
    expect(await run(file, { hash })).toMatchObject({ verdict: 'permit' })
    fs.writeFileSync(file, `#!/bin/sh\ntouch ${mark}\n`)
    expect(await run(file, { hash })).toMatchObject({ verdict: 'deny', code: 'changed' })
    fs.rmSync(file)
    expect(await run(file, { hash })).toMatchObject({ verdict: 'deny', code: 'missing' })
    execFileSync('mkfifo', ['-m', '700', file])
    expect(await run(file, { hash })).toMatchObject({ verdict: 'deny', code: 'missing' })
    fs.rmSync(file)
    fs.symlinkSync(script('exit 0'), file)
    expect(await run(file, { hash })).toMatchObject({ verdict: 'deny', code: 'missing' })
    fs.rmSync(file)
    fs.mkdirSync(file)
    expect(await run(file, { hash })).toMatchObject({ verdict: 'deny', code: 'missing' })
    expect(fs.existsSync(mark)).toBe(false)
  })

  it('may not be another user’s to write, and must be executable and startable', async () => {
    expect(await run(script('exit 0', 0o722))).toMatchObject({ code: 'missing' })
    expect(await run(script('exit 0', 0o600))).toMatchObject({ code: 'missing' })
    const nonsense = path.join(temporaryDir(), 'guard')
    fs.writeFileSync(nonsense, '#!/no/such/interpreter\n', { mode: 0o700 })
    expect(await run(nonsense)).toMatchObject({ verdict: 'deny', code: 'unstarted' })
  })

  it('is one of so many at once', async () => {
    const file = script('sleep 0.3; exit 0')
    const guard = { program: file, hash: hashOf(file), timeoutMs: 5000 }
    const runner = makeGuardRunner('/')
    const answers = await Promise.all(
      Array.from({ length: 80 }, () => runner.run(guard, payload, '/')),
    )
    expect(answers.filter(({ code }) => code === 'busy')).toHaveLength(16)
    expect(await runner.run(guard, payload, '/')).toMatchObject({ verdict: 'permit' })
  })
})
