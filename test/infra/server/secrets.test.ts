// Secrets in a running control plane: stored, used by ticket, deleted, and never seen anywhere.
import * as Effect from 'effect/Effect'
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { filtered } from '../../../src/domain/secret/filter.ts'
import { signLoosening } from '../../../src/infra/keys/authority.ts'
import { wrappedCommand } from '../../../src/infra/run/wrappedCommand.ts'
import { secretFile, writeSecret } from '../../../src/infra/secrets/secretFiles.ts'
import { type Plane, temporaryDir, withPlane } from './plane.ts'

const VALUE = ['quite', 'made', 'up', '0123'].join('_')
const sinks = { programs: ['curl', 'anchor'], hosts: ['api.example.com'], paths: [], servers: [] }
const outside = { pid: process.pid }
const RUN = path.resolve(import.meta.dirname, '../../../src/infra/run/run.ts')

const failureOf = (promise: Promise<unknown>): Promise<{ kind: string; message: string }> =>
  promise.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: { kind: string; message: string }) => error,
  )

const filesBelow = (dir: string): ReadonlyArray<string> =>
  fs
    .readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))

const set = (plane: Plane, more: object = {}) =>
  plane.call('secret.set', { name: 'TOKEN', value: VALUE, sinks, ...outside, ...more })

describe('stored secrets', () => {
  it('are in no file, entry or answer in the clear, and outlive the control plane', async () => {
    const base = temporaryDir()
    await withPlane(
      async (plane) => {
        expect(await set(plane)).toMatchObject({ name: 'TOKEN', sinks })
        const store = plane.context.secrets!
        expect(store.valueOf('TOKEN')).toBe(VALUE)
        expect(filtered(store.filter(), `a ${VALUE} b`)).toBe('a {{ secret.TOKEN }} b')
        expect(store.filter()).toBe(store.filter())
        const { secrets } = await plane.call('secret.list', {})
        expect(secrets).toMatchObject([{ name: 'TOKEN', sinks, lastUsed: null, usable: true }])
        expect(JSON.stringify([secrets, await plane.entries()])).not.toContain(VALUE)
      },
      { base },
    )
    for (const file of filesBelow(base))
      expect(fs.readFileSync(file, 'latin1'), file).not.toContain(VALUE)
    await withPlane(
      async (plane) => {
        expect(plane.context.secrets!.all()).toEqual([{ name: 'TOKEN', value: VALUE }])
        expect(plane.context.secrets!.find('TOKEN')).toEqual({ name: 'TOKEN', sinks })
        await plane.call('secret.delete', { name: 'TOKEN', ...outside })
        expect(plane.context.secrets!.all()).toEqual([])
        expect(filtered(plane.context.secrets!.filter(), VALUE)).toBe(VALUE)
        expect(fs.existsSync(secretFile(plane.paths.keysDir, 'TOKEN'))).toBe(false)
        const again = plane.call('secret.delete', { name: 'TOKEN', ...outside })
        expect(await failureOf(again)).toMatchObject({ kind: 'no-secret' })
      },
      { base },
    )
  })

  it('are neither stored nor destroyed from inside the client', async () => {
    await withPlane(async (plane) => {
      const child = spawn(process.execPath, ['-e', 'console.log(1);setTimeout(() => {}, 60000)'], {
        env: { CLAUDECODE: '1' },
        stdio: ['ignore', 'pipe', 'ignore'],
        detached: true,
      })
      try {
        await new Promise((resolve) => child.stdout.once('data', resolve))
        const pid = child.pid!
        await set(plane)
        for (const attempt of [
          set(plane, { pid }),
          plane.call('secret.set', { name: 'B', value: VALUE, sinks }),
          plane.call('secret.delete', { name: 'TOKEN', pid }),
          plane.call('secret.delete', { name: 'TOKEN' }),
        ])
          expect(await failureOf(attempt)).toMatchObject({ kind: 'denied' })
        expect(plane.context.secrets!.all()).toHaveLength(1)
        expect(fs.existsSync(secretFile(plane.paths.keysDir, 'B'))).toBe(false)
      } finally {
        child.kill('SIGKILL')
      }
    })
  })

  it('take the signature at level authority, which is not over the value', async () => {
    const passphrase = 'correct horse battery staple'
    await withPlane(
      async (plane) => {
        expect(await failureOf(set(plane))).toMatchObject({ kind: 'denied' })
        expect(plane.context.secrets!.all()).toEqual([])
        const params = { name: 'TOKEN', value: VALUE, sinks }
        const challenge = await plane.call('challenge', { method: 'secret.set', params })
        expect(JSON.stringify(challenge)).not.toContain(VALUE)
        const authorisation = await Effect.runPromise(
          signLoosening(plane.paths.authorityFile, passphrase, challenge),
        )
        const wider = { ...sinks, hosts: ['*'] }
        expect(await failureOf(set(plane, { sinks: wider, authorisation }))).toMatchObject({
          kind: 'denied',
        })
        await set(plane, { authorisation })
        expect(plane.context.secrets!.valueOf('TOKEN')).toBe(VALUE)
      },
      { passphrase },
    )
  })

  it.each([
    [{ name: 'a-b' }, 'secret’s name'],
    [{ value: '' }, 'empty'],
    [{ value: 'a\0b' }, 'NUL'],
    [{ value: 'x'.repeat(65_537) }, 'longer'],
    [{ sinks: { ...sinks, programs: ['../x'] } }, 'program'],
    [{ sinks: { ...sinks, hosts: ['http://x/'] } }, 'host'],
    [{ sinks: { ...sinks, paths: ['a/../../b'] } }, 'path'],
  ])('are refused where %j is wrong', async (more, words) => {
    await withPlane(async (plane) => {
      const failure = await failureOf(set(plane, more))
      expect(failure).toMatchObject({ kind: 'usage' })
      expect(failure.message).toContain(words)
      expect(await plane.call('secret.list', {})).toEqual({ secrets: [] })
    })
  })

  it('never go where they were not declared for, whatever a crash left', async () => {
    const base = temporaryDir()
    await withPlane((plane) => set(plane), { base })
    await withPlane(
      async (plane) => {
        // A crash after the new value's file and before its entry.
        const key = fs.readFileSync(path.join(plane.paths.keysDir, 'master.key'), 'utf8')
        const master = Buffer.from(key.split(' ')[1]!, 'base64')
        const wide = { ...sinks, hosts: ['*'] }
        for (const name of ['TOKEN', 'ORPHAN'])
          writeSecret(plane.paths.keysDir, master, { name, sinks: wide, value: VALUE })
      },
      { base },
    )
    await withPlane(
      async (plane) => {
        const { secrets } = await plane.call('secret.list', {})
        expect(secrets).toMatchObject([{ name: 'TOKEN', sinks, usable: false }])
        expect(plane.context.secrets!.valueOf('TOKEN')).toBeUndefined()
        expect(plane.logged.join('\n')).toContain('TOKEN')
        expect(fs.existsSync(secretFile(plane.paths.keysDir, 'ORPHAN'))).toBe(false)
        await set(plane)
        expect(plane.context.secrets!.valueOf('TOKEN')).toBe(VALUE)
      },
      { base },
    )
  })

  it('reach a command by its ticket, and the log says so before they do', async () => {
    await withPlane(async (plane) => {
      await set(plane)
      const ticket = plane.context.running!.tickets.issue(
        { session: 's', toolUseId: 'toolu_1', secrets: ['TOKEN'] },
        { script: 'echo "$V"', env: { V: VALUE }, filters: [{ find: VALUE, as: '<masked>' }] },
      )
      const program = [process.execPath, RUN]
      const text = wrappedCommand({ program, ticket, socket: plane.paths.runSocket })
      const child = spawn('/bin/sh', ['-c', text])
      let out = ''
      child.stdout.on('data', (chunk) => (out += String(chunk)))
      await new Promise((resolve) => child.on('close', resolve))
      expect(out).toBe('<masked>\n')
      const used = (await plane.entries()).filter(({ event }) => event._tag === 'SecretInjected')
      expect(used).toMatchObject([
        { session: 's', event: { name: 'TOKEN', toolUseId: 'toolu_1', by: 'run' } },
      ])
      const { secrets } = await plane.call('secret.list', {})
      expect(secrets[0]!.lastUsed).toBeGreaterThan(0)
    })
  })

  it('may be named by the anchor, where they are declared for it', async () => {
    await withPlane(async (plane) => {
      const file = path.join(plane.home, 'anchored')
      const value = `| printf '%s,%s' "{{ secret.TOKEN }}" '{{ secret.TOKEN }}' > ${file}`
      await plane.call('config.set', { key: 'witness.anchor', value, ...outside })
      const anchored = async () => {
        fs.rmSync(file, { force: true })
        await plane.call('witness.checkpoint', {})
        for (let i = 0; i < 400 && !(fs.existsSync(file) && fs.statSync(file).size > 0); i++)
          await new Promise((resolve) => setTimeout(resolve, 5))
        return fs.readFileSync(file, 'utf8')
      }
      await set(plane, { sinks: { ...sinks, programs: ['curl'] } })
      expect(await anchored()).toBe('{{ secret.TOKEN }},{{ secret.TOKEN }}')
      await set(plane)
      expect(await anchored()).toBe(`${VALUE},${VALUE}`)
    })
  })
})
