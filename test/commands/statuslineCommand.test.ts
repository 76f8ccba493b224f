import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, ended } from './ended.ts'

// The bundled program as the client would run it: by the line that install put into the settings.
const root = path.resolve(import.meta.dirname, '../..')
const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'iso-line-')))
const userHome = path.join(scratch, 'u')
const project = path.join(userHome, 'project')
const settings = path.join(userHome, '.claude/settings.json')
const seen = path.join(scratch, 'seen.json')
const MINE = `{ "type":"command", "command": "cat > ${seen}; printf 'mine 1\\\\nmine 2\\\\n'" }`
const SETTINGS = `{\n  "model": "opus",\n  "statusLine": ${MINE}\n}\n`
const env = {
  PATH: '/usr/bin:/bin',
  HOME: userHome,
  ISONAPSE_HOME: path.join(scratch, 'h'),
  NO_COLOR: '1',
}

const run = (line: string, input = '', more = {}): Promise<Ended> =>
  ended(
    spawn(process.execPath, [path.join(root, 'bin/isonapse.cjs'), ...line.split(' ')], {
      cwd: project,
      env: { ...env, ...more },
    }),
    input,
  )

const shown = (input: string, more = {}): Promise<Ended> => {
  const { statusLine } = JSON.parse(fs.readFileSync(settings, 'utf8')) as {
    statusLine: { command: string }
  }
  // Whatever a repository put into the environment: nothing of it leads elsewhere.
  return ended(
    spawn('/bin/sh', ['-c', statusLine.command], {
      cwd: '/',
      env: { ...env, ISONAPSE_HOME: '/nowhere', NODE_OPTIONS: '--require /nowhere.js', ...more },
    }),
    input,
  )
}

const status = (id: string, usd: number): string =>
  `${JSON.stringify({ session_id: id, cost: { total_cost_usd: usd } })}\n`

const call = (command: string): Promise<Ended> =>
  run(
    'hook gate',
    JSON.stringify({
      session_id: 's1',
      transcript_path: path.join(userHome, '.claude/projects/p/s1.jsonl'),
      cwd: project,
      permission_mode: 'default',
      hook_event_name: 'PreToolUse',
      tool_name: 'Bash',
      tool_input: { command },
      tool_use_id: `toolu_${command.length}`,
    }),
  )

beforeAll(async () => {
  fs.mkdirSync(project, { recursive: true })
  fs.mkdirSync(path.join(userHome, '.claude/projects/p'), { recursive: true })
  fs.writeFileSync(settings, SETTINGS)
  expect((await run('hook init')).code).toBe(0)
  expect((await run('hook start')).code).toBe(0)
  expect((await run('hook statusline install')).code).toBe(0)
})

afterAll(async () => {
  await run('hook stop')
  fs.rmSync(scratch, { recursive: true })
})

describe('hook statusline', () => {
  it('prints the line that was there before, given the same input, and then its own', async () => {
    const input = status('s1', 0.42)
    expect(await shown(input)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: 'mine 1\nmine 2\nisonapse · profile · $0.00 · log ok\n',
    })
    expect(fs.readFileSync(seen, 'utf8')).toBe(input)
    expect((await run('hook statusline install')).stdout).toContain('=')
    expect((await shown(input)).stdout.split('\n')).toHaveLength(4)
  })

  it('says mode, posture, spending against its budget, and what was denied', async () => {
    await run('hook mode enforce')
    await run('hook posture autonomous')
    await run('hook cost budget --session 1')
    fs.copyFileSync(
      path.join(root, 'test/transcripts/web-dev.jsonl'),
      path.join(userHome, '.claude/projects/p/s1.jsonl'),
    )
    expect((await call(`rm -rf ${userHome}/.claude`)).code).toBe(2)
    const { stdout } = await shown(status('s1', 0.14))
    expect(stdout).toMatch(
      /^mine 1\nmine 2\nisonapse · enforce · autonomous · \$0\.\d\d of \$1\.00 [█▏▎▍▌▋▊▉ ]+· 1 denied · log ok\n$/,
    )
    expect((await shown(status('s1', 0.14), { COLUMNS: '32' })).stdout).toContain(
      'isonapse · enforce · autonomous\n',
    )
    expect((await shown(status('s1', 0.14), { NO_COLOR: '' })).stdout).toContain('\u001b[')
    expect((await shown(status('s2', 0))).stdout).not.toContain('denied')
  })

  it('has the log say where the client counts otherwise, once', async () => {
    for (let i = 0; i < 2; i++) {
      await shown(status('s1', 7))
      await new Promise((resolve) => setTimeout(resolve, 2500))
    }
    const { stdout } = await run('hook witness query --kind CostReconciled --json')
    const entries = stdout.trim().split('\n').filter(Boolean)
    expect(entries).toHaveLength(1)
    expect(entries[0]).toContain('7000000000')
  })

  it('is neutral about anything it is given, and never fails', async () => {
    for (const input of ['', 'x', '{}', '[1]', '{"cost":{"total_cost_usd":-1},"session_id":7}'])
      expect(await shown(input), input).toMatchObject({ code: 0, stderr: '' })
    expect(await run('hook statusline --nonsense')).toMatchObject({
      code: 0,
      stdout: 'isonapse · ?\n',
    })
    expect((await run('hook statusline --help')).stdout).toContain('EXAMPLES')
  })

  it('says that no control plane runs, and does not wait for a line that hangs', async () => {
    await run('hook stop')
    const record = path.join(scratch, 'h/config/statusline.json')
    const held = fs.readFileSync(record, 'utf8')
    const hangs = JSON.stringify({
      ...JSON.parse(held),
      previous: '{"command":"sleep 60; echo no"}',
    })
    fs.writeFileSync(record, hangs)
    expect((await shown(status('s1', 1))).stdout).toBe(
      'isonapse · not running · isonapse hook start\n',
    )
    fs.writeFileSync(record, held)
  })

  it('puts back what was there, byte for byte, and leaves what was set since', async () => {
    expect((await run('hook statusline uninstall')).code).toBe(0)
    expect(fs.readFileSync(settings, 'utf8')).toBe(SETTINGS)
    await run('hook statusline install')
    const other = fs
      .readFileSync(settings, 'utf8')
      .replace(/"command":"[^"]*"/, '"command":"other"')
    fs.writeFileSync(settings, other)
    expect((await run('hook statusline uninstall')).stdout).toContain('which stays')
    expect(fs.readFileSync(settings, 'utf8')).toBe(other)
  })
})
