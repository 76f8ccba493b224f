import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { HookRejected } from '../../../src/domain/event/event.ts'
import { encodeRequestHead } from '../../../src/domain/hook/frame.ts'
import { runControlPlane } from '../../../src/infra/server/controlPlane.ts'
import { bash, exchange, type Plane, temporaryDir, withPlane } from './plane.ts'

const rejected = async (plane: Plane): Promise<ReadonlyArray<HookRejected>> =>
  (await plane.entries()).flatMap(({ event }) => (event._tag === 'HookRejected' ? [event] : []))

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  for (let i = 0; i < 200; i++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('it never came about')
}

describe('the hook socket', () => {
  it('is closed to other users, in a folder that is', async () => {
    await withPlane(async ({ paths }) => {
      expect(fs.statSync(paths.hookSocket).mode & 0o777).toBe(0o600)
      expect(fs.statSync(path.dirname(paths.hookSocket)).mode & 0o777).toBe(0o700)
    })
  })

  it('answers 200 at once, each by its own call, and loses none', async () => {
    await withPlane(async (plane) => {
      await plane.call('mode.set', { mode: 'enforce' })
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, i) =>
          plane.hook('PreToolUse', bash(plane, i % 2 === 0 ? 'ls' : 'rm -rf ~/')),
        ),
      )
      expect(answers.map(({ exit }) => exit)).toEqual(answers.map((_, i) => (i % 2 === 0 ? 0 : 2)))
      const made = (await plane.entries()).filter(({ event }) => event._tag === 'DecisionMade')
      expect(made).toHaveLength(200)
    })
  })

  it('answers a payload of 5 MB', async () => {
    await withPlane(async (plane) => {
      const payload = bash(plane, `echo ${'x'.repeat(5_000_000)}`)
      expect((await plane.hook('PreToolUse', payload)).exit).toBe(0)
      const { verdict } = await plane.call('witness.verify', {})
      expect(verdict).toBe('unanchored')
    })
  })

  it('rejects 40 MB, blocks it in enforce, and answers the next', async () => {
    await withPlane(async (plane) => {
      await plane.call('mode.set', { mode: 'enforce' })
      const huge = bash(plane, `echo ${'x'.repeat(40_000_000)}`)
      expect((await plane.hook('PreToolUse', huge)).exit).toBe(2)
      expect((await plane.hook('PreToolUse', bash(plane, 'ls'))).exit).toBe(0)
      const [one] = await rejected(plane)
      expect(one).toMatchObject({ name: 'PreToolUse', reason: 'too-large' })
      expect(one?.bytes).toBeGreaterThan(33_000_000)
    })
  })

  it('counts a connection that is cut off as a truncated payload', async () => {
    await withPlane(async (plane) => {
      const connection = net.connect(plane.paths.hookSocket)
      connection.write(encodeRequestHead({ event: 'PreToolUse' }))
      connection.write('{"session_id":"a"')
      await new Promise((resolve) => setTimeout(resolve, 30))
      connection.destroy()
      await until(async () => (await rejected(plane)).length === 1)
      expect((await rejected(plane))[0]).toMatchObject({ name: 'PreToolUse', reason: 'truncated' })
    })
  })

  it('gives up on a slow writer, answers for its event, and serves others meanwhile', async () => {
    await withPlane(async (plane) => {
      await plane.call('config.set', { key: 'gate.deadline_ms', value: '200', pid: process.pid })
      await plane.call('mode.set', { mode: 'enforce' })
      const connection = net.connect({ path: plane.paths.hookSocket, allowHalfOpen: true })
      connection.write(encodeRequestHead({ event: 'PreToolUse' }))
      const drip = setInterval(() => connection.write('x'), 20)
      connection.on('error', () => {})
      const answer = new Promise<string>((resolve) => {
        connection.once('data', (chunk) => resolve(chunk.toString()))
      })
      expect((await plane.hook('PreToolUse', bash(plane, 'ls'))).exit).toBe(0)
      expect(await answer).toMatch(/^ISO1 2 /)
      clearInterval(drip)
      connection.destroy()
      expect((await rejected(plane))[0]).toMatchObject({ name: 'PreToolUse', reason: 'slow' })
    })
  })

  it.each(['', 'GET / HTTP/1.1\r\n\r\n', 'ISO1 \n{}', `${'A'.repeat(5000)}\n`, '\0\0\0'])(
    'answers nothing to %j, which is no request of the hook client’s',
    async (text) => {
      await withPlane(async (plane) => {
        const sent = exchange(plane.paths.hookSocket, Buffer.from(text))
        expect((await sent.catch(() => Buffer.alloc(0))).length).toBe(0)
        expect((await plane.hook('PreToolUse', bash(plane, 'ls'))).exit).toBe(0)
      })
    },
  )
})

const askRaw = async (plane: Plane, line: string): Promise<unknown> => {
  const answer = await exchange(plane.paths.controlSocket, Buffer.from(line))
  return JSON.parse(answer.toString().trim().split('\n').at(-1) ?? 'null')
}

describe('the control socket', () => {
  it.each([
    ['no JSON', 'hello\n', 'usage'],
    ['an unknown method', '{"method":"rm","params":{}}\n', 'usage'],
    ['a method of the prototype', '{"method":"constructor","params":{}}\n', 'usage'],
    ['a parameter of the wrong type', '{"method":"mode.set","params":{"mode":"off"}}\n', 'usage'],
    ['a parameter there is not', '{"method":"stop","params":{"x":1}}\n', 'usage'],
    ['null', 'null\n', 'usage'],
    ['a list', '[]\n', 'usage'],
    ['a number', '7\n', 'usage'],
  ])('answers %s with a failure that says so', async (_, line, kind) => {
    await withPlane(async (plane) => {
      expect(await askRaw(plane, line)).toMatchObject({ fail: { kind, exit: 2 } })
      expect(await askRaw(plane, '{"method":"witness.stats","params":{}}\n')).toHaveProperty('ok')
    })
  })

  it('holds only so much of requests that never end, and answers whoever asks meanwhile', async () => {
    await withPlane(async (plane) => {
      const endless = Array.from({ length: 24 }, () => net.connect(plane.paths.controlSocket))
      let ended = 0
      for (const one of endless) {
        one.on('error', () => {})
        one.on('close', () => ended++)
        one.write(Buffer.alloc(2 * 1024 * 1024, 'x'))
      }
      await until(() => Promise.resolve(ended >= 16))
      expect(await plane.call('status', {})).toMatchObject({ running: true })
      expect(ended).toBeLessThan(endless.length)
      for (const one of endless) one.destroy()
    })
  })

  it('ends a stream when its caller hangs up', async () => {
    await withPlane(async (plane) => {
      const connection = net.connect(plane.paths.controlSocket)
      connection.write('{"method":"witness.query","params":{"follow":true,"limit":0}}\n')
      const first = new Promise<string>((resolve) =>
        connection.once('data', (chunk) => resolve(chunk.toString())),
      )
      await new Promise((resolve) => setTimeout(resolve, 50))
      await plane.hook('PreToolUse', bash(plane, 'ls'))
      expect(JSON.parse((await first).split('\n')[0]!)).toMatchObject({
        item: { event: { _tag: 'HookReceived' } },
      })
      connection.destroy()
      expect((await plane.hook('PreToolUse', bash(plane, 'ls'))).exit).toBe(0)
    })
  })
})

describe('a second control plane on the same data', () => {
  it('is refused and told who has it, and leaves the first one’s sockets alone', async () => {
    await withPlane(async (plane) => {
      const second = await Effect.runPromise(
        Effect.flip(
          Effect.scoped(
            runControlPlane({
              paths: plane.paths,
              home: plane.home,
              now: () => Date.now(),
              log: () => {},
            }),
          ),
        ),
      )
      expect(second.kind).toBe('store-held')
      expect(second.message).toContain(String(process.pid))
      expect((await plane.hook('PreToolUse', bash(plane, 'ls'))).exit).toBe(0)
    })
  })

  it('takes over what a killed one left', async () => {
    const base = temporaryDir()
    const paths = await withPlane((plane) => Promise.resolve(plane.paths), { base })
    // A socket file that nobody listens on, as kill -9 leaves it.
    const stale = net.createServer().listen(`${paths.hookSocket}.x`)
    await new Promise((resolve) => stale.once('listening', resolve))
    fs.renameSync(`${paths.hookSocket}.x`, paths.hookSocket)
    await new Promise((resolve) => stale.close(resolve))
    await withPlane(
      async (plane) => expect((await plane.hook('PreToolUse', bash(plane, 'ls'))).exit).toBe(0),
      { base },
    )
  })
})
