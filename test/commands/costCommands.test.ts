import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, ended } from './ended.ts'

// The bundled program on a home of its own, with a client's folder in it.
const root = path.resolve(import.meta.dirname, '../..')
const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'iso-cost-')))
const userHome = path.join(scratch, 'u')
const project = path.join(userHome, 'project')
const transcript = path.join(userHome, '.claude/projects/p/s1.jsonl')

const run = (line: string, input = ''): Promise<Ended> =>
  ended(
    spawn(process.execPath, [path.join(root, 'bin/isonapse.cjs'), ...line.split(' ')], {
      cwd: project,
      env: { PATH: process.env['PATH'], HOME: userHome, ISONAPSE_HOME: path.join(scratch, 'h') },
    }),
    input,
  )

const recorded = (name: string): Buffer =>
  fs.readFileSync(path.join(root, 'test/transcripts', `${name}.jsonl`))

let calls = 0
const call = (): Promise<Ended> =>
  run(
    'hook gate',
    JSON.stringify({
      session_id: 's1',
      transcript_path: transcript,
      cwd: project,
      permission_mode: 'default',
      hook_event_name: 'PreToolUse',
      tool_name: 'Bash',
      tool_input: { command: 'ls' },
      tool_use_id: `toolu_${calls++}`,
    }),
  )

beforeAll(async () => {
  fs.mkdirSync(project, { recursive: true })
  fs.mkdirSync(path.dirname(transcript), { recursive: true })
  expect((await run('hook init')).code).toBe(0)
  expect((await run('hook start')).code).toBe(0)
})

afterAll(async () => {
  await run('hook stop')
  fs.rmSync(scratch, { recursive: true })
})

describe('hook cost', () => {
  it('says what to do while nothing was charged', async () => {
    expect((await run('hook cost')).stdout).toContain('Nothing was charged yet')
    expect((await run('hook cost budget')).stdout).toMatch(/^session +\$0\.00 +no budget/)
  })

  it('lets a budget be lowered by anybody, and raised only by somebody who agrees', async () => {
    const lowered = await run('hook cost budget --session 0.20 --day 5')
    expect(lowered).toMatchObject({ code: 0, stderr: '' })
    expect(lowered.stdout).toMatch(/^session +\$0\.00 +of \$0\.20 +\$0\.20 left/)
    for (const value of ['off', '0.30']) {
      const declined = await run(`hook cost budget --session ${value}`)
      expect(declined).toMatchObject({ code: 2, stdout: '' })
      expect(declined.stderr).toContain('budget.session_usd')
    }
  })

  it('takes no amount that is none, and changes nothing of what stands beside it', async () => {
    for (const wrong of ['--session -1', '--day 1e9', '--hour many', '--warn 0', '--warn 101'])
      expect((await run(`hook cost budget --session 0.01 ${wrong}`)).code, wrong).toBe(2)
    expect((await run('hook config get budget.session_usd')).stdout).toBe('0.2\n')
  })

  it('charges what the transcript holds, and a budget denies the very next call', async () => {
    await run('hook mode enforce')
    fs.writeFileSync(transcript, recorded('web-dev'))
    expect((await call()).code).toBe(0)
    fs.appendFileSync(transcript, recorded('infra'))
    const denied = await call()
    expect(denied.code).toBe(2)
    expect(denied.stdout).toContain('isonapse hook cost budget --session 1')
    const report = JSON.parse((await run('hook cost --json')).stdout) as Record<string, unknown>
    expect(report).toMatchObject({
      budgets: [{ of: 'session', left: 0 }, { limit: null }, { limit: 5_000_000_000 }],
      models: [{ model: 'claude-sonnet-4-5', estimated: false }],
      projects: [{ project: '~/project' }],
      days: [{ day: expect.stringMatching(/^2026-11-2[01]$/) as string }],
    })
    expect((await run('hook cost')).stdout).toMatch(/session s1 +\$0\.29 +of \$0\.20 +used up/)
    expect(await run('hook cost --session nobody')).toMatchObject({ code: 1, stdout: '' })
    expect((await run('hook cost budget --session 1 --yes')).code).toBe(0)
    expect((await call()).code).toBe(0)
  })

  it('reads on without a control plane, and sets nothing there', async () => {
    await run('hook stop')
    expect((await run('hook cost')).stdout).toMatch(/\$0\.29 in \d+ messages in all/)
    expect(await run('hook cost budget --session 0.1')).toMatchObject({ code: 1, stdout: '' })
    expect((await run('hook witness verify')).code).toBe(0)
  })
})
