import { execFileSync, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, ended } from './ended.ts'

// Faults as somebody at a terminal meets them: the built program, its daemon and its hook script.
const root = path.resolve(import.meta.dirname, '../..')
const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'iso-f-')))
const userHome = path.join(scratch, 'u')
const home = path.join(scratch, 'h')
const data = path.join(home, 'data')
const hookSocket = path.join(home, 'run/hook.sock')
const script = path.join(data, 'plugin/isonapse/hook.sh')

const run = (line: string, input = '', env: Record<string, string> = {}): Promise<Ended> =>
  ended(
    spawn(process.execPath, [path.join(root, 'bin/isonapse.cjs'), ...line.split(' ')], {
      cwd: userHome,
      env: { PATH: process.env['PATH'], HOME: userHome, ISONAPSE_HOME: home, ...env },
    }),
    input,
  )

const payload = JSON.stringify({
  session_id: 's1',
  transcript_path: `${userHome}/t.jsonl`,
  cwd: userHome,
  permission_mode: 'default',
  hook_event_name: 'PreToolUse',
  tool_name: 'Bash',
  tool_input: { command: 'ls' },
  tool_use_id: 't1',
})

/** The event as the client fires it, and as `hook gate` relays it: both must come out the same. */
const fired = async (): Promise<ReadonlyArray<number | null>> => {
  const hook = ended(
    spawn('/usr/bin/env', ['-i', '/bin/sh', script, 'PreToolUse'], { cwd: userHome }),
    payload,
  )
  return [(await hook).code, (await run('hook gate PreToolUse', payload)).code]
}

/** One line of what is wrong and one of what mends it, and nothing else: no stack, no noise. */
const TOLD = /^isonapse: [^\n]+\n {2}→ [^\n]+\n$/

const pidOf = async (): Promise<number> => {
  const { pid } = JSON.parse((await run('hook status --json')).stdout) as { pid: number }
  return pid
}

const inMode = async (mode: 'profile' | 'enforce', use: () => Promise<void>): Promise<void> => {
  await run('hook start')
  await run(`hook mode ${mode} --yes`)
  await run('hook stop')
  await use()
}

beforeAll(async () => {
  fs.mkdirSync(userHome, { mode: 0o700 })
  expect((await run('hook up --yes')).code).toBe(0)
})

afterAll(async () => {
  await run('hook stop')
  fs.rmSync(scratch, { recursive: true, force: true })
})

describe('a control plane that cannot start', () => {
  for (const [what, harm, mend] of [
    [
      'for its key is open to others',
      () => fs.chmodSync(path.join(data, 'keys/log.key'), 0o644),
      () => fs.chmodSync(path.join(data, 'keys/log.key'), 0o600),
    ],
    [
      'for a FIFO is where its log should be',
      () => {
        fs.rmSync(path.join(data, 'control-plane.log'))
        execFileSync('mkfifo', [path.join(data, 'control-plane.log')])
      },
      () => fs.rmSync(path.join(data, 'control-plane.log')),
    ],
  ] as const)
    it(`says so in one line, ${what}, and leaves the calls to the marker`, async () => {
      for (const [mode, exits] of [
        ['enforce', [2, 2]],
        ['profile', [0, 0]],
      ] as const)
        await inMode(mode, async () => {
          harm()
          expect(await run('hook start')).toMatchObject({
            code: 1,
            stdout: '',
            stderr: expect.stringMatching(TOLD) as string,
          })
          expect(await fired()).toEqual(exits)
          mend()
          expect((await run('hook start')).code).toBe(0)
        })
    })

  it('names a stranger on its socket, whom no call is let through by', async () => {
    await inMode('enforce', async () => {
      const stranger = net.createServer((socket) => {
        socket.on('error', () => {}).resume()
        socket.end('ISO1 0 0\n')
      })
      await new Promise<void>((resolve) => stranger.listen(hookSocket, resolve))
      const { code, stderr } = await run('hook start')
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(TOLD) as string })
      expect(stderr).toContain(hookSocket)
      expect(await fired()).toEqual([2, 2])
      await new Promise((resolve) => stranger.close(resolve))
      expect((await run('hook start')).code).toBe(0)
    })
  })
})

describe('a control plane that was killed', () => {
  it('leaves what blocks in enforce, and the next start cleans up', async () => {
    await run('hook start')
    await run('hook mode enforce')
    process.kill(await pidOf(), 'SIGKILL')
    const hook = spawn('/usr/bin/env', ['-i', '/bin/sh', script, 'PreToolUse'], { cwd: userHome })
    expect((await ended(hook, payload)).code).toBe(2)
    const starts = await Promise.all([run('hook start'), run('hook start')])
    expect(starts.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      starts.map(() => ({ code: 0, stderr: '' })),
    )
    expect(await fired()).toEqual([0, 0])
    expect((await run('hook witness verify')).stdout).toMatch(/^consistent/)
    await run('hook mode profile --yes')
  })
})

describe('a place that cannot be used', () => {
  it('is refused before anything is made there', async () => {
    for (const [env, exit] of [
      [{ ISONAPSE_HOME: 'relative' }, 2],
      [{ HOME: 'relative' }, 2],
      [{ ISONAPSE_HOME: path.join(scratch, 'x'.repeat(110)) }, 1],
    ] as const) {
      const { code, stdout, stderr } = await run('hook up --yes', '', env)
      expect({ code, stdout }).toEqual({ code: exit, stdout: '' })
      expect(stderr).toMatch(TOLD)
    }
    expect(fs.readdirSync(userHome).filter((name) => name === 'relative')).toEqual([])
    expect(fs.readdirSync(scratch).sort()).toEqual(['h', 'u'])
  })
})
