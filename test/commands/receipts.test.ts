import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, ended } from './ended.ts'

// The program as it is installed, on two homes: one log is written, two folders of single receipts.
const root = path.resolve(import.meta.dirname, '../..')
const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'iso-cmp-')))
const userHome = path.join(scratch, 'u')
const project = path.join(userHome, 'project')

const run = (args: ReadonlyArray<string>, input = ''): Promise<Ended> =>
  ended(
    spawn(process.execPath, [path.join(root, 'bin/isonapse.cjs'), 'hook', ...args], {
      cwd: project,
      env: {
        PATH: process.env['PATH'],
        HOME: userHome,
        ISONAPSE_HOME: path.join(scratch, 'h'),
      },
    }),
    input,
  )
const witness = (...args: ReadonlyArray<string>): Promise<Ended> => run(['witness', ...args])

let calls = 0
const payload = (command: string): string =>
  JSON.stringify({
    session_id: 's1',
    transcript_path: `${userHome}/.claude/projects/p/s1.jsonl`,
    cwd: project,
    permission_mode: 'default',
    hook_event_name: 'PreToolUse',
    tool_name: 'Bash',
    tool_input: { command },
    tool_use_id: `toolu_${calls++}`,
  })
const policy = path.join(scratch, 'policy.json')
const once = (dir: string, command: string, posture = 'interactive'): Promise<Ended> =>
  run(['gate', '--policy', policy, '--posture', posture, '--receipt-dir', dir], payload(command))

beforeAll(async () => {
  fs.mkdirSync(path.join(project, '.git'), { recursive: true, mode: 0o700 })
  expect((await run(['init'])).code).toBe(0)
  expect((await run(['start'])).code).toBe(0)
  for (const command of ['ls', 'git push', 'ls'])
    await run(['gate', 'PreToolUse'], payload(command))
  expect((await run(['policy', 'export', policy])).code).toBe(0)
})
afterAll(async () => {
  await run(['stop'])
  fs.rmSync(scratch, { recursive: true })
})

describe('hook witness receipts', () => {
  it('writes what was decided, again and again the same', async () => {
    expect(await witness('receipts', '--out', 'r')).toMatchObject({
      code: 0,
      stdout: `Wrote 2 receipts of 3 decisions to ${project}/r\n`,
      stderr: '',
    })
    const again = await witness('receipts', '--out', 'r', '--json')
    expect(JSON.parse(again.stdout)).toEqual({ dir: `${project}/r`, decisions: 3, receipts: 2 })
    expect(fs.readdirSync(path.join(project, 'r'))).toHaveLength(3)
  })

  it('writes nothing where nothing was decided, and nothing into a folder of something else', async () => {
    const none = await witness('receipts', '--out', 'none', '--session', 'other')
    expect(none).toMatchObject({ code: 1, stdout: '' })
    expect(none.stderr).toMatch(
      /^isonapse: the log: holds no decisions of those asked for; nothing was written\n {2}→ .+\n$/,
    )
    expect(fs.existsSync(path.join(project, 'none'))).toBe(false)
    const home = await witness('receipts', '--out', '.')
    expect(home).toMatchObject({ code: 1, stdout: '' })
    expect(home.stderr).toMatch(/holds "\.git", so it is no folder of receipts/)
    expect((await witness('receipts', '--out', 'x', '--from', '5', '--to', '2')).code).toBe(2)
    expect((await witness('receipts', '--out', 'x', '--since', 'whenever')).code).toBe(2)
  })
})

describe('hook witness compare', () => {
  it('says identical with 0, where two part with 1, and what cannot be compared with 2', async () => {
    expect(await witness('compare', 'live', 'r')).toMatchObject({ code: 0, stderr: '' })
    await run(['mode', 'enforce'])
    await run(['gate', 'PreToolUse'], payload('ls'))
    const parted = await witness('compare', 'live', 'r')
    expect(parted).toMatchObject({ code: 1, stderr: '' })
    expect(parted.stdout).toMatch(/^diverged at decision 4: missing\n/)
    const json = JSON.parse((await witness('compare', 'live', 'r', '--json')).stdout) as object
    expect(json).toMatchObject({
      verdict: 'diverged',
      divergences: 1,
      same: 3,
      first: { kind: 'missing', b: null, a: { position: 3, event: 'PreToolUse', tool: 'Bash' } },
    })
    const wrong = await witness('compare', 'live', 'nowhere')
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toMatch(/^isonapse: nowhere: there is no such folder\n {2}→ .+\n$/)
    expect((await witness('compare', 'live')).code).toBe(2)
  })

  it('compares an export that verifies, and refuses one that does not', async () => {
    expect((await witness('export', path.join(scratch, 'e'))).code).toBe(0)
    const exported = path.join(scratch, 'e')
    expect((await witness('compare', exported, 'live')).code).toBe(0)
    const bundle = fs
      .readdirSync(path.join(exported, 'tile/entries'), { recursive: true, withFileTypes: true })
      .find((one) => one.isFile())!
    const file = path.join(bundle.parentPath, bundle.name)
    const bytes = fs.readFileSync(file)
    bytes[bytes.length >> 1]! ^= 1
    fs.writeFileSync(file, bytes)
    const refused = await witness('compare', exported, 'live')
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toMatch(
      /does not verify, so it is not compared: .*\n {2}→ .*witness verify/,
    )
  })

  it('compares single receipts of the gate as sets', async () => {
    for (const command of ['ls', 'git push', 'rm -rf ~/']) await once('one', command)
    for (const command of ['rm -rf ~/', 'ls', 'git push']) await once('two', command)
    const same = await witness('compare', 'one', 'two')
    expect(same.stdout).toMatch(/^identical, as sets: no order is known\n/)
    await once('two', 'ls', 'dry_run')
    const more = JSON.parse(
      (await witness('compare', 'one', 'two', '--all', '--json')).stdout,
    ) as object
    expect(more).toMatchObject({ ordered: false, divergences: 1, all: [{ kind: 'extra' }] })
    // Beside an order they are no part of the row, and it is said so.
    await once('r', 'rm -rf ~/')
    expect((await witness('compare', 'r', 'r')).stdout).toMatch(/1 more outside its order/)
  })
})
