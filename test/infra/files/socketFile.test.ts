import { describe, expect, it } from '@effect/vitest'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import { onTestFinished } from 'vitest'
import { ownUid } from '../../../src/infra/files/secureDirs.ts'
import { checkSocketPath, removeStaleSocket } from '../../../src/infra/files/socketFile.ts'
import { failureIn, scratch } from './scratch.ts'

const listen = (file: string): Effect.Effect<net.Server> =>
  Effect.callback((resume) => {
    const server = net.createServer((socket) => socket.destroy())
    onTestFinished(() => void server.close())
    server.listen(file, () => resume(Effect.succeed(server)))
  })

/** The socket file of a process that was killed while it listened. */
const abandoned = (file: string): Effect.Effect<void> =>
  Effect.promise(async () => {
    const code = `require('node:net').createServer().listen(process.argv[1], () => process.stdout.write('.'))`
    const child = spawn(process.execPath, ['-e', code, file])
    const ended = new Promise((resolve) => child.once('exit', resolve))
    await new Promise((resolve) => child.stdout.once('data', resolve))
    child.kill('SIGKILL')
    await ended
  })

describe('checkSocketPath', () => {
  it('counts bytes against what the system holds, and says how much is too much', () => {
    const of = (bytes: number) => `/${'x'.repeat(bytes - 1)}`
    expect(Result.isSuccess(checkSocketPath(of(107), 'linux'))).toBe(true)
    expect(Result.isSuccess(checkSocketPath(of(103), 'darwin'))).toBe(true)
    expect(failureIn(checkSocketPath(of(104), 'darwin')).reason).toBe('too-long')
    const failure = failureIn(checkSocketPath(`/${'ü'.repeat(60)}`, 'linux'))
    expect(failure.detail).toContain('121 bytes')
    expect(failure.remedy).toContain('14 bytes shorter')
  })

  it.effect('knows the limit that this system really has', () =>
    Effect.gen(function* () {
      const dir = scratch()
      const limit = process.platform === 'linux' ? 107 : 103
      const longest = path.join(dir, 'x'.repeat(limit - Buffer.byteLength(dir) - 1))
      expect(Result.isSuccess(checkSocketPath(longest))).toBe(true)
      yield* listen(longest)
      expect(fs.lstatSync(longest).isSocket()).toBe(true)
    }),
  )
})

describe('removeStaleSocket', () => {
  it.effect('does nothing where there is nothing', () =>
    removeStaleSocket(path.join(scratch(), 'none.sock')),
  )

  it.effect('removes the socket of a process that is gone', () =>
    Effect.gen(function* () {
      const file = path.join(scratch(), 'hook.sock')
      yield* abandoned(file)
      expect(fs.lstatSync(file).isSocket()).toBe(true)
      yield* removeStaleSocket(file)
      expect(fs.existsSync(file)).toBe(false)
    }),
  )

  it.effect('leaves a socket that somebody listens on', () =>
    Effect.gen(function* () {
      const file = path.join(scratch(), 'hook.sock')
      yield* listen(file)
      expect((yield* Effect.flip(removeStaleSocket(file))).reason).toBe('in-use')
      expect(fs.lstatSync(file).isSocket()).toBe(true)
    }),
  )

  it.effect('leaves whatever is no socket of ours', () =>
    Effect.gen(function* () {
      const dir = scratch()
      const [stale, file, link] = ['stale', 'file', 'link'].map((name) => path.join(dir, name)) as [
        string,
        string,
        string,
      ]
      yield* abandoned(stale)
      fs.writeFileSync(file, 'kept')
      fs.symlinkSync(stale, link)
      const reasonOf = (at: string, uid?: number) =>
        Effect.map(Effect.flip(removeStaleSocket(at, uid)), ({ reason }) => reason)
      expect(yield* reasonOf(file)).toBe('not-socket')
      expect(yield* reasonOf(link)).toBe('not-socket')
      expect(yield* reasonOf(stale, ownUid() + 1)).toBe('owner')
      expect(fs.readdirSync(dir).sort()).toEqual(['file', 'link', 'stale'])
    }),
  )
})
