// The script as a text: the same for the same options, right for any path, refused for what no script
// can hold.
import { afterAll, describe, expect, it } from 'vitest'
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { encodeFrame } from '../../../src/domain/hook/frame.ts'
import {
  clientTimeoutSeconds,
  hookClientArgv,
  HookClientOptions,
  hookClientScript,
} from '../../../src/infra/transport/hookClient.ts'
import { answering, AVAILABLE, makeFolder, removeFolders, run, serve } from './scripted.ts'

afterAll(removeFolders)

const OPTIONS: HookClientOptions = {
  programs: { env: '/usr/bin/env', sh: '/bin/sh', cat: '/bin/cat', sleep: '/bin/sleep' },
  exchange: { kind: 'perl', path: '/usr/bin/perl' },
  socket: '/run/user/1000/isonapse/hook.sock',
  marker: '/home/x/.local/share/isonapse/plugin/mode',
  start: ['/usr/bin/node', '/opt/isonapse/bin/isonapse.cjs', 'hook', 'start'],
  startEnvironment: { HOME: '/home/x', PATH: '/usr/bin:/bin' },
  deadlineSeconds: 8,
  startSeconds: 10,
}

const scriptOf = (change: Partial<HookClientOptions> = {}) =>
  hookClientScript({ ...OPTIONS, ...change })

describe('the text', () => {
  it('is the same for the same options, read back from JSON and in another order too', () => {
    const text = Result.getOrThrow(scriptOf())
    const decode = Schema.decodeUnknownSync(HookClientOptions)
    expect(Result.getOrThrow(hookClientScript(decode(JSON.parse(JSON.stringify(OPTIONS)))))).toBe(
      text,
    )
    const swapped = scriptOf({ startEnvironment: { PATH: '/usr/bin:/bin', HOME: '/home/x' } })
    expect(Result.getOrThrow(swapped)).toBe(text)
  })

  it('differs for every value that is baked in', () => {
    const changes: ReadonlyArray<Partial<HookClientOptions>> = [
      { exchange: { kind: 'nc-openbsd', path: '/usr/bin/nc' } },
      { exchange: { kind: 'perl', path: '/usr/local/bin/perl' } },
      { socket: '/x' },
      { marker: '/x' },
      { start: ['/x'] },
      { startEnvironment: {} },
      { deadlineSeconds: 9 },
      { startSeconds: 9 },
    ]
    const texts = [{}, ...changes].map((change) => Result.getOrThrow(scriptOf(change)))
    expect(new Set(texts).size).toBe(texts.length)
  })

  it.each([
    ['a socket path with a newline', { socket: '/a\nb' }],
    ['a relative socket path', { socket: 'hook.sock' }],
    ['a marker path with a NUL', { marker: '/a\0b' }],
    ['a relative program', { exchange: { kind: 'perl', path: 'perl' } }],
    ['a relative sleep', { programs: { ...OPTIONS.programs, sleep: 'sleep' } }],
    ['no start command', { start: [] }],
    ['a relative start command', { start: ['isonapse', 'hook', 'start'] }],
    ['a start argument with a newline', { start: ['/x', 'a\nb'] }],
    ['a variable that is no name', { startEnvironment: { 'A B': 'x' } }],
    ['a variable that is a command', { startEnvironment: { '$(id)': 'x' } }],
    ['a value with a newline', { startEnvironment: { A: 'x\ny' } }],
    [
      'a socket path that socat would read as options',
      { exchange: { kind: 'socat', path: '/usr/bin/socat' }, socket: '/a,shut-none' },
    ],
  ] as ReadonlyArray<readonly [string, Partial<HookClientOptions>]>)(
    'is refused with %s',
    (_, change) => {
      expect(Result.isFailure(scriptOf(change))).toBe(true)
    },
  )

  it('is registered behind an emptied environment, and the client waits longer than it does', () => {
    expect(hookClientArgv(OPTIONS.programs, '/p/client', 'Stop')).toEqual([
      '/usr/bin/env',
      '-i',
      '/bin/sh',
      '/p/client',
      'Stop',
    ])
    expect(clientTimeoutSeconds('PreToolUse', OPTIONS)).toBeGreaterThan(OPTIONS.deadlineSeconds)
    expect(clientTimeoutSeconds('SessionStart', OPTIONS)).toBeGreaterThan(
      2 * OPTIONS.deadlineSeconds + OPTIONS.startSeconds,
    )
  })
})

describe.each(AVAILABLE.filter(({ kind }) => kind !== 'socat'))('with $kind', (exchange) => {
  it.each(["it's", 'a b', '$(id)`id`', '"\\', '-n *;&|#~!', 'é😀', ',!:[]{}()'])(
    'works in a folder called %s',
    async (name) => {
      const dir = path.join(makeFolder(), name)
      fs.mkdirSync(dir)
      const options = {
        ...OPTIONS,
        exchange,
        socket: path.join(dir, 's'),
        marker: path.join(dir, 'marker'),
      }
      const script = path.join(dir, 'client')
      fs.writeFileSync(script, Result.getOrThrow(hookClientScript(options)))
      const server = await serve(
        options.socket,
        answering(encodeFrame({ exit: 2, stdout: '{"a":1}' })),
      )
      const answered = await run({ script }, 'PreToolUse', '{}')
      expect(answered).toEqual({ exit: 2, signal: null, stdout: '{"a":1}' })
      await server.close()
      fs.writeFileSync(options.marker, 'profile\n')
      expect(await run({ script }, 'PreToolUse', '{}')).toEqual({
        exit: 0,
        signal: null,
        stdout: '',
      })
    },
  )
})
