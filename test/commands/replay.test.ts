import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROJECTIONS } from '../../src/projections/all.ts'
import { type Ended, ended } from './ended.ts'

// The program as it is installed, on homes of its own.
const root = path.resolve(import.meta.dirname, '../..')
const session = path.join(root, 'examples/sessions/web-dev.hooks.jsonl')
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'iso-replay-'))
const userHome = path.join(scratch, 'user')
const home = path.join(scratch, 'iso')

const run = (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = { ISONAPSE_HOME: home },
): Promise<Ended> =>
  ended(
    spawn(process.execPath, [path.join(root, 'bin/isonapse.cjs'), 'hook', ...args], {
      cwd: userHome,
      env: { PATH: process.env['PATH'], HOME: userHome, ...env },
    }),
    '',
  )
const replay = (...args: ReadonlyArray<string>) => run(['witness', 'replay', ...args])

beforeAll(() => {
  fs.mkdirSync(userHome, { mode: 0o700 })
})
afterAll(async () => {
  await run(['stop'])
  fs.rmSync(scratch, { recursive: true, force: true })
})

describe('hook witness replay', () => {
  it('replays a session into an empty home, and says what was decided on each call', async () => {
    const { code, stdout, stderr } = await replay('--session', session, '--mode', 'enforce')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(
      /^ +68 {2}Bash rm -rf ~\/ +deny +baseline:delete-roots baseline:tamper$/m,
    )
    expect(stdout).toMatch(
      /^88 payloads in enforce mode by default: \d+ permit, \d+ defer, \d+ deny$/m,
    )
    expect(stdout).toContain('hook witness compare')
  })

  it('refuses to replay one into a home that has a log, in one line with the way on', async () => {
    const { code, stdout, stderr } = await replay('--session', session)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^isonapse: there is a log in .*\n {2}→ ISONAPSE_HOME=.*\n$/)
  })

  it('finds the log it made the same, read by itself and by a running control plane', async () => {
    const alone = await replay()
    expect(alone.code).toBe(0)
    expect(alone.stdout).toMatch(/^the same\n/)
    expect(await run(['start'])).toMatchObject({ code: 0 })
    const { code, stdout } = await replay('--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      decisions: 37,
      payloads: { analysed: 88, withoutKey: 0 },
      projections: Object.keys(PROJECTIONS).length,
      mismatches: 0,
      first: null,
    })
  })

  it('decides the recorded calls by another policy', async () => {
    const file = path.join(scratch, 'strict.json')
    fs.writeFileSync(
      file,
      JSON.stringify({
        version: 1,
        name: 'strict',
        rules: [{ id: 'all-bash', verdict: 'deny', match: { tool: 'Bash' } }],
        defaults: { '*': 'permit' },
      }),
    )
    const refused = await replay('--policy', file)
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('strict.json')
    const policy = JSON.parse((await run(['policy', 'show', '--json'])).stdout) as {
      readonly policy?: object
    }
    const own = (policy.policy ?? policy) as { readonly rules: ReadonlyArray<object> }
    fs.writeFileSync(
      file,
      JSON.stringify({
        ...own,
        name: 'strict',
        rules: [
          ...own.rules,
          { id: 'no-npm', verdict: 'deny', match: { capability: 'tool:Bash:npm' } },
        ],
      }),
    )
    const { code, stdout } = await replay('--policy', file)
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^strict [0-9a-f]{16}\nJudged again {2}24 recorded calls of 1 session: 2 /,
    )
    expect(stdout).toMatch(
      /Newly denied \(2\)\n +1× +Bash:npm:test +was permit +no-npm; 1 finished/,
    )
    expect(stdout).not.toContain('Newly permitted')
  })

  it('looks at part of a log, and refuses what is not in it', async () => {
    expect(JSON.parse((await replay('--from', '10', '--to', '40', '--json')).stdout)).toMatchObject(
      {
        from: 10,
        to: 40,
        folded: 41,
        projections: 0,
        mismatches: 0,
      },
    )
    expect(await replay('--from', '40', '--to', '10')).toMatchObject({ code: 2, stdout: '' })
    expect(await replay('--to', '99999999')).toMatchObject({ code: 2, stdout: '' })
    expect((await replay('--mode', 'enforce')).code).toBe(2)
  })

  it('names the lines of a session that could not be read', async () => {
    const file = path.join(scratch, 'broken.jsonl')
    fs.writeFileSync(file, `${fs.readFileSync(session, 'utf8')}{"half":\n`)
    const other = { ISONAPSE_HOME: path.join(scratch, 'other') }
    const { code, stdout } = await run(['witness', 'replay', '--session', file], other)
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /1 line could not be read; recorded as rejected\n {2}line 89 {2}truncated\n/,
    )
  })

  it('does not begin the user’s own log with a policy that the agent chose', async () => {
    const args = ['witness', 'replay', '--session', session, '--template', 'default']
    const { code, stderr } = await run(args, { CLAUDECODE: '1' })
    expect(code).toBe(2)
    expect(stderr).toContain('inside Claude Code')
    expect((await run(['status'], {})).stderr).toContain('there is no witness')
    const apart = { CLAUDECODE: '1', ISONAPSE_HOME: path.join(scratch, 'apart') }
    expect((await run(args, apart)).code).toBe(0)
  })
})
