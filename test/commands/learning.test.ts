// The commands of learning as a person runs them: the bundle as a child process, on a home of its own.
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Payload, recordedPayloads } from '../support/recordedSession.ts'
import { hookRequest } from '../infra/server/plane.ts'
import { type Ended, ended } from './ended.ts'

const root = path.resolve(import.meta.dirname, '../..')
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'iso-learn-'))
const userHome = path.join(scratch, 'u')
const project = path.join(userHome, 'project')

const run = (line: string, input = ''): Promise<Ended> =>
  ended(
    spawn(process.execPath, [path.join(root, 'bin/isonapse.cjs'), ...line.split(' ')], {
      cwd: project,
      env: {
        PATH: process.env['PATH'],
        HOME: userHome,
        ISONAPSE_HOME: path.join(scratch, 'h'),
      },
    }),
    input,
  )

/** The calls that the test speaks of, and few more. */
const isPlayed = ({ hook_event_name, tool_name }: Payload): boolean =>
  /^P\w+ToolUse$/.test(hook_event_name) && ['mcp__crm__echo', 'Edit', 'Agent'].includes(tool_name!)

const EASY = '--min-sessions 2 --min-days 1'

beforeAll(async () => {
  fs.mkdirSync(project, { recursive: true, mode: 0o700 })
  expect((await run('hook init')).code).toBe(0)
  expect((await run('hook start')).code).toBe(0)
})

afterAll(async () => {
  await run('hook stop')
  fs.rmSync(scratch, { recursive: true })
})

describe('learning at the command line', () => {
  it('says what to do while there is nothing, and writes nothing', async () => {
    const out = path.join(project, 'policy.json')
    expect(await run(`hook suggest --out ${out}`)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^isonapse: no tool call was witnessed yet.*\n {2}→ /,
      ) as string,
    })
    expect(fs.existsSync(out)).toBe(false)
    expect((await run('hook report')).stdout).toContain('No tool call was witnessed yet')
    expect((await run('hook apply --yes')).code).toBe(1)
    expect((await run('hook policy rollback --yes')).code).toBe(2)
  })

  it('goes from a report to a suggestion, to enforcing it, and back', async () => {
    for (const session of ['a', 'b'])
      for (const payload of recordedPayloads('web-dev', session).filter(isPlayed))
        await hookRequest(path.join(scratch, 'h/run/hook.sock'), payload.hook_event_name, payload)
    const report = JSON.parse((await run('hook report --json')).stdout) as { calls: number }
    expect(report.calls).toBe(6)
    const observed = await run('hook observations --capability tool:mcp')
    expect(observed.stdout).toContain('tool:mcp:crm:echo  opaque mcp-tool crm:echo')

    const lua = await run(`hook suggest ${EASY}`)
    expect(lua).toMatchObject({ code: 0, stderr: '' })
    expect(lua.stdout).toMatch(/^-- Policy default\+learned/)
    expect(lua.stdout).toContain('learned.opaque.mcp.crm.echo')
    const file = path.join(project, 'suggested.json')
    const written = await run(`hook suggest ${EASY} --out ${file}`)
    expect(written.stderr).toContain('Nothing was changed')
    const policy = JSON.parse(fs.readFileSync(file, 'utf8')) as { name: string }
    expect(policy.name).toBe('default+learned')
    expect((await run(`hook suggest ${EASY} --out ${file}`)).stderr).toContain('exists already')
    expect((await run(`hook policy test ${file}`)).code).toBe(0)
    const history = await run(`hook policy test ${file} --history`)
    expect(history.stdout).toMatch(/Judged again {2}6 recorded calls of 2 sessions/)

    const diff = await run(`hook suggest ${EASY} --diff`)
    expect(diff.stdout).toMatch(/^--- policy default\n\+\+\+ policy default\+learned\n@@/)
    expect(diff.stdout).toContain('Newly permitted (2)')
    expect((await run('hook status')).stdout).toMatch(/^mode +profile/m)

    expect(await run(`hook apply ${EASY}`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--yes') as string,
    })
    expect((await run(`hook apply ${EASY} --dry-run`)).stdout).toContain('Nothing was changed')
    const applied = await run(`hook apply ${EASY} --yes`)
    expect(applied).toMatchObject({ code: 0 })
    expect(applied.stdout).toContain('is in force and enforced now')
    expect((await run('hook status')).stdout).toMatch(/^mode +enforce/m)
    expect((await run(`hook apply ${EASY} --yes`)).stdout).toContain(
      'in force and enforced already',
    )

    const explained = await run('hook explain --tool mcp__crm__echo --input {"text":"x"}')
    expect(explained.stdout).toMatch(/^PERMIT/)
    expect(explained.stdout).toContain('learned       all of it was seen before')
    expect((await run('hook policy rollback --list')).stdout).toMatch(
      /suggest.*\(in force\)\n.*init/,
    )
    expect((await run('hook policy rollback --yes')).stdout).toContain('is in force again')
    expect((await run('hook status')).stdout).toMatch(/^mode +enforce/m)
  })

  it('refuses what makes no sense, and says what does', async () => {
    for (const [line, about] of [
      ['hook suggest --max-new lots', 'not a percentage'],
      ['hook suggest --since 7d', '--diff'],
      ['hook policy test --since 7d', '--history'],
      ['hook report --since yesterday', 'not a time'],
      ['hook policy rollback ffffffff', 'no policy whose digest'],
      ['hook suggest --min-sessions 0', 'min-sessions'],
    ] as const) {
      const { code, stdout, stderr } = await run(line)
      expect([line, code, stdout]).toEqual([line, 2, ''])
      expect(stderr).toContain(about)
      expect(stderr.split('\n').length).toBeLessThanOrEqual(3)
    }
  })
})
