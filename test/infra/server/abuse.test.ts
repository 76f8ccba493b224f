import * as Effect from 'effect/Effect'
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeRequestHead } from '../../../src/domain/hook/frame.ts'
import { markerFile } from '../../../src/infra/client/plugin.ts'
import { runControlPlane } from '../../../src/infra/server/controlPlane.ts'
import { isInsideClient } from '../../../src/infra/server/processTree.ts'
import { bash, exchange, type Plane, temporaryDir, withPlane } from './plane.ts'

const outside = { pid: process.pid }

const kindOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: { kind: string }) => error.kind,
  )

const withScript = ({ paths }: Plane): string => {
  const marker = markerFile(paths)
  fs.mkdirSync(path.dirname(marker), { recursive: true, mode: 0o700 })
  fs.writeFileSync(path.join(path.dirname(marker), 'hook.sh'), '')
  return marker
}

describe('changes of the gate that come at once', () => {
  it('leave the marker as strict as the log', async () => {
    await withPlane(async (plane) => {
      const marker = withScript(plane)
      await plane.call('mode.set', { mode: 'enforce' })
      await Promise.all([
        plane.call('mode.set', { mode: 'profile', ...outside }),
        plane.call('suspend', {}),
      ])
      expect(plane.context.log.projected().gate).toMatchObject({ mode: 'profile', suspended: true })
      expect(fs.readFileSync(marker, 'utf8').trim()).toBe('enforce')
    })
  })

  it('that the start itself makes are in the marker before they are in the log', async () => {
    const base = temporaryDir()
    const { paths, home, marker } = await withPlane(
      async (plane) => {
        const file = withScript(plane)
        await plane.call('mode.set', { mode: 'enforce' })
        await plane.call('mode.set', { mode: 'profile', ...outside })
        return { paths: plane.paths, home: plane.home, marker: file }
      },
      { base },
    )
    expect(fs.readFileSync(marker, 'utf8').trim()).toBe('profile')
    // As a crash in the middle of the start would have it: the append never ends well.
    let asked = 0
    const now = () => {
      if (asked++ > 0) throw new Error('no clock')
      return Date.now()
    }
    const started = Effect.scoped(
      runControlPlane({ paths, home, posture: 'locked', now, log: () => {} }),
    )
    await expect(Effect.runPromise(started)).rejects.toThrow()
    expect(fs.readFileSync(marker, 'utf8').trim()).toBe('enforce')
  })

  it('reach the marker although the script is away for the moment', async () => {
    await withPlane(async (plane) => {
      const marker = withScript(plane)
      fs.writeFileSync(marker, 'profile\n')
      fs.rmSync(path.join(path.dirname(marker), 'hook.sh'))
      await plane.call('mode.set', { mode: 'enforce' })
      expect(fs.readFileSync(marker, 'utf8').trim()).toBe('enforce')
    })
  })

  it('are each measured against what the one before it left', async () => {
    await withPlane(async (plane) => {
      const [, loosened] = await Promise.allSettled([
        plane.call('posture.set', { posture: 'dry_run' }),
        // Without a process to look at: refused, unless nothing is there yet that it would loosen.
        plane.call('posture.set', { posture: 'interactive' }),
      ])
      expect(loosened.status).toBe('rejected')
      expect(plane.context.log.projected().gate.posture).toBe('dry_run')
    })
  })

  it('are made whole although their caller hangs up', async () => {
    await withPlane(async (plane) => {
      const marker = withScript(plane)
      await plane.call('mode.set', { mode: 'enforce' })
      for (let i = 0; i < 20; i++) {
        const connection = net.connect(plane.paths.controlSocket)
        const params = { mode: i % 2 === 0 ? 'profile' : 'enforce', ...outside }
        await new Promise<void>((resolve) =>
          connection.write(`${JSON.stringify({ method: 'mode.set', params })}\n`, () => resolve()),
        )
        connection.destroy()
      }
      await plane.call('suspend', {})
      await plane.call('resume', outside)
      const { mode } = plane.context.log.projected().gate
      expect(fs.readFileSync(marker, 'utf8').trim()).toBe(mode)
    })
  })
})

describe('policies that are only asked about', () => {
  it('never push out the one in force', async () => {
    await withPlane(async (plane) => {
      const { policy } = await plane.call('policy.show', {})
      await plane.call('mode.set', { mode: 'enforce' })
      for (let i = 0; i < 12; i++) {
        const next = { ...(policy as object), monitored: [`tool:Bash:x${i}`] }
        await plane
          .call('challenge', { method: 'policy.import', params: { policy: next } })
          .catch(() => undefined)
        await plane.call('policy.import', { policy: next }).catch(() => undefined)
      }
      expect(await plane.hook('PreToolUse', bash(plane, 'ls'))).toEqual({ exit: 0, stdout: '' })
    })
  })
})

describe('who asks to loosen', () => {
  it('is refused when it is no process of this user', async () => {
    await withPlane(async (plane) => {
      await plane.call('mode.set', { mode: 'enforce' })
      for (const pid of [0, -1, 1, Number.MAX_SAFE_INTEGER, process.pid + 0.5])
        await expect(
          kindOf(plane.call('mode.set', { mode: 'profile', pid })),
          String(pid),
        ).resolves.toMatch(/denied|usage/)
    })
  })

  it('is found inside the client however deep it hides below it', async () => {
    // A process named like the client, with more shells below it than are ever looked at.
    const depth = 80
    const script = `
      const { spawn } = require('node:child_process')
      const left = Number(process.argv[1])
      if (left === ${depth}) process.title = 'claude'
      if (left === 0) console.log(process.pid)
      else {
        const sh = 'i=$1; if [ "$i" -gt 0 ]; then /bin/sh -c "$0" "$0" $((i - 1)); else echo $$; sleep 60; fi; :'
        spawn('/bin/sh', ['-c', sh, sh, String(left)], { stdio: 'inherit', env: {} })
      }
      setTimeout(() => {}, 60000)`
    const root = spawn(process.execPath, ['-e', script, String(depth)], {
      env: {},
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    })
    try {
      const pid = await new Promise<number>((resolve) =>
        root.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString()))),
      )
      expect(isInsideClient(pid)).toBe(true)
    } finally {
      process.kill(-root.pid!, 'SIGKILL')
    }
  })
})

describe('the control socket', () => {
  it('takes one request of a connection, whatever else comes with it', async () => {
    await withPlane(async (plane) => {
      const line = '{"method":"witness.stats","params":{}}\n'
      const answer = await exchange(plane.paths.controlSocket, Buffer.from(line.repeat(500)))
      expect(answer.toString().trim().split('\n')).toHaveLength(1)
    })
  })

  it('makes nothing for a reader that does not read, and all of it once it does', async () => {
    await withPlane(async (plane) => {
      const { keys } = plane.context
      const open = keys.open
      let opened = 0
      Object.assign(keys, {
        open: (...args: Parameters<typeof open>) => {
          opened += 1
          return open(...args)
        },
      })
      const connection = net.connect(plane.paths.controlSocket)
      connection.pause()
      connection.write(
        '{"method":"witness.query","params":{"follow":true,"limit":0,"payloads":true}}\n',
      )
      await new Promise((resolve) => setTimeout(resolve, 50))
      for (let i = 0; i < 30; i++)
        await plane.hook('PreToolUse', bash(plane, `echo ${'x'.repeat(400_000)}`))
      expect(opened).toBeLessThan(10)
      let lines = 0
      connection.on('data', (chunk: Buffer) => {
        for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1
        if (lines === 60) connection.destroy()
      })
      connection.resume()
      await new Promise((resolve) => connection.once('close', resolve))
      expect(opened).toBe(30)
    })
  })

  it('streams entries in their order, also when payloads have to be opened', async () => {
    await withPlane(async (plane) => {
      const indexes: Array<number> = []
      const connection = net.connect(plane.paths.controlSocket)
      connection.write(
        '{"method":"witness.query","params":{"follow":true,"limit":0,"payloads":true}}\n',
      )
      let text = ''
      connection.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      await new Promise((resolve) => setTimeout(resolve, 50))
      const big = 'x'.repeat(200_000)
      for (let i = 0; i < 5; i++)
        await plane.hook('PreToolUse', bash(plane, i % 2 === 0 ? `echo ${big}` : 'ls'))
      for (let i = 0; i < 200 && text.split('"DecisionMade"').length < 6; i++)
        await new Promise((resolve) => setTimeout(resolve, 10))
      for (const line of text.trim().split('\n'))
        indexes.push((JSON.parse(line) as { item: { index: number } }).item.index)
      connection.destroy()
      expect(indexes).toHaveLength(10)
      expect(indexes).toEqual(indexes.toSorted((a, b) => a - b))
    })
  })

  it('outlives a store that fails under a stream', async () => {
    await withPlane(async (plane) => {
      const { log } = plane.context
      const connection = net.connect(plane.paths.controlSocket)
      connection.on('error', () => {})
      connection.write(
        '{"method":"witness.query","params":{"follow":true,"limit":0,"payloads":true}}\n',
      )
      await new Promise((resolve) => setTimeout(resolve, 50))
      const answer = new Promise<string>((resolve) => {
        let text = ''
        connection.on('data', (chunk: Buffer) => {
          text += chunk.toString()
        })
        connection.once('close', () => resolve(text))
      })
      const scan = log.scan
      Object.assign(log, {
        scan: () => {
          throw new Error('input/output error')
        },
      })
      await plane.hook('PreToolUse', bash(plane, `echo ${'x'.repeat(200_000)}`))
      expect(await answer).toContain('"fail"')
      Object.assign(log, { scan })
      expect((await plane.hook('PreToolUse', bash(plane, 'ls'))).exit).toBe(0)
    })
  })
})

describe('the hook socket', () => {
  it('is missed by `status` when it is gone, or somebody else’s', async () => {
    await withPlane(async (plane) => {
      const faults = async () =>
        (await plane.call('status', {})).faults.map(({ message }) => message).join('\n')
      const { hookSocket } = plane.paths
      expect(await faults()).not.toContain(hookSocket)
      fs.rmSync(hookSocket)
      expect(await faults()).toContain(hookSocket)
      const other = net.createServer().listen(hookSocket)
      await new Promise((resolve) => other.once('listening', resolve))
      expect(await faults()).toContain(hookSocket)
      await new Promise((resolve) => other.close(resolve))
    })
  })

  it('holds a bounded number of bytes, however many send at once', async () => {
    await withPlane(async (plane) => {
      await plane.call('mode.set', { mode: 'enforce' })
      // No part of this is about time: on a busy machine they would be rejected as slow.
      const patient = { key: 'gate.deadline_ms', value: '60000', pid: process.pid }
      await plane.call('config.set', patient)
      const part = Buffer.alloc(30_000_000, 0x20)
      const answers: Array<string> = []
      // Not one of them sends all it announced, and each alone is within the limit.
      const connections = Array.from({ length: 12 }, () => {
        const connection = net.connect({ path: plane.paths.hookSocket, allowHalfOpen: true })
        connection.on('error', () => {})
        connection.on('data', (chunk: Buffer) => answers.push(chunk.toString()))
        connection.write(encodeRequestHead({ event: 'PreToolUse' }))
        connection.write(part)
        return connection
      })
      while (answers.length < 8) await new Promise((resolve) => setTimeout(resolve, 20))
      // One that sends little is served all the while.
      expect((await plane.hook('PreToolUse', bash(plane, 'ls'))).exit).toBe(0)
      for (const connection of connections) connection.destroy()
      for (const answer of answers) expect(answer).toMatch(/^ISO1 2 /)
      const reasons = (await plane.entries()).flatMap(({ event }) =>
        event._tag === 'HookRejected' ? [event.reason] : [],
      )
      expect(reasons.filter((reason) => reason === 'too-large').length).toBeGreaterThanOrEqual(8)
    })
  })
})
