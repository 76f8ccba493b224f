import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Ended, ended } from './ended.ts'

// The bundled program on a home of its own, with a client's folder in it.
const root = path.resolve(import.meta.dirname, '../..')
let scratch = ''
let project = ''
let settings = ''
const SETTINGS =
  '{\n  "model": "opus",\n\t"statusLine": { "type":"command",  "command": "echo mine" }\n}\n'

const run = (args: string | ReadonlyArray<string>, input = '', env = {}): Promise<Ended> =>
  ended(
    spawn(
      process.execPath,
      [path.join(root, 'bin/isonapse.cjs'), ...(typeof args === 'string' ? args.split(' ') : args)],
      {
        cwd: project,
        env: {
          PATH: '/usr/bin:/bin',
          HOME: path.join(scratch, 'u'),
          ISONAPSE_HOME: path.join(scratch, 'h'),
          ...env,
        },
      },
    ),
    input,
  )

const json = async (line: string): Promise<Record<string, unknown>> =>
  JSON.parse((await run(`${line} --json`)).stdout) as Record<string, unknown>

const word = async (): Promise<string> =>
  String((await json('hook danger purge --dry-run'))['word'])

beforeEach(() => {
  scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'iso-end-')))
  project = path.join(scratch, 'u/project')
  fs.mkdirSync(project, { recursive: true })
  settings = path.join(scratch, 'u/.claude/settings.json')
  fs.mkdirSync(path.dirname(settings), { recursive: true })
  fs.writeFileSync(settings, SETTINGS)
})

afterEach(async () => {
  await run('hook stop')
  fs.rmSync(scratch, { recursive: true })
})

const begun = async (): Promise<void> => {
  expect((await run('hook init')).code).toBe(0)
  expect((await run('hook install')).code).toBe(0)
  expect((await run('hook start')).code).toBe(0)
  expect((await run('hook mode enforce')).code).toBe(0)
}

describe('hook witness archive', () => {
  it('changes logs under a running control plane, and verify walks the chain', async () => {
    await begun()
    const before = await json('hook status')
    expect(await run('hook witness archive')).toMatchObject({ code: 2, stdout: '' })
    const done = await run('hook witness archive --yes')
    expect(done).toMatchObject({ code: 0, stderr: '' })
    expect(done.stdout).toMatch(/^A new log is in use; the old one is closed and whole\./)
    expect(done.stdout).toContain('started again')
    const after = await json('hook status')
    expect(after).toMatchObject({
      running: true,
      mode: 'enforce',
      policy: { digest: (before['policy'] as { digest: string }).digest },
    })
    expect(after['log']).not.toMatchObject({ origin: (before['log'] as { origin: string }).origin })
    const verified = await run('hook witness verify')
    expect(verified.code).toBe(0)
    expect(verified.stdout).toMatch(/It goes on from\n {2}consistent +\d+ entries +parent matches/)
    const [link] = (await json('hook witness verify'))['chain'] as ReadonlyArray<{ dir: string }>
    expect(link).toMatchObject({ verdict: 'consistent', matches: true })
    await run('hook stop')
    expect(await json('hook witness verify')).toMatchObject({ chain: [{ matches: true }] })
    expect((await run(['hook', 'witness', 'verify', link!.dir])).stdout).toContain(
      'an archived log',
    )
    // Another log in its place is not the parent, however well it fits together.
    fs.rmSync(path.join(link!.dir, 'witness'), { recursive: true })
    fs.cpSync(path.join(scratch, 'h/data/witness'), path.join(link!.dir, 'witness'), {
      recursive: true,
    })
    const broken = await run('hook witness verify')
    expect(broken.code).toBe(1)
    expect(broken.stdout).toContain('BAD')
  })

  it('is refused from inside Claude Code', async () => {
    await begun()
    const marked = { CLAUDECODE: '1' }
    for (const line of [
      'hook witness archive --yes',
      'hook danger reset --yes --confirm x',
      'hook danger purge --yes --confirm x',
    ])
      expect(await run(line, '', marked), line).toMatchObject({ code: 2, stdout: '' })
    expect(await json('hook status')).toMatchObject({ running: true })
  })
})

describe('hook danger', () => {
  it('reset wants the word, and leaves nothing learned and all that is in force', async () => {
    await begun()
    await run('hook cost budget --session 3')
    const before = await json('hook status')
    const dry = await run('hook danger reset --dry-run')
    expect(dry.code).toBe(0)
    expect(dry.stdout).toContain('This puts away, whole and verifiable:')
    for (const line of [
      'hook danger reset',
      'hook danger reset --yes',
      'hook danger reset --confirm wrong',
    ])
      expect((await run(line)).code, line).toBe(2)
    expect(await json('hook status')).toMatchObject({
      log: { origin: (before['log'] as { origin: string }).origin },
    })
    const done = await run(`hook danger reset --yes --confirm ${await word()}`)
    expect(done).toMatchObject({ code: 0, stderr: '' })
    expect(await json('hook status')).toMatchObject({ running: true, mode: 'enforce' })
    expect((await run('hook config get budget.session_usd')).stdout).toBe('3\n')
    expect((await run('hook witness verify')).code).toBe(0)
  })

  it('purge lists what goes, and leaves nothing of ours and the settings as they were', async () => {
    await begun()
    await run('hook statusline install')
    await run('hook witness archive --yes')
    expect(fs.readFileSync(settings, 'utf8')).not.toBe(SETTINGS)
    const plan = (await json('hook danger purge --dry-run'))['plan'] as ReadonlyArray<{
      path: string
      what: string
    }>
    expect(plan[0]).toMatchObject({ what: 'keys', path: path.join(scratch, 'h/data/keys') })
    for (const { path: at } of plan) expect(fs.existsSync(at), at).toBe(true)
    for (const line of ['hook danger purge', 'hook danger purge --yes'])
      expect((await run(line)).code, line).toBe(2)
    const done = await run(`hook danger purge --confirm ${await word()}`)
    expect(done.stdout).not.toContain('✗')
    expect(done.code).toBe(0)
    expect(fs.readFileSync(settings, 'utf8')).toBe(SETTINGS)
    const left = fs
      .readdirSync(scratch, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.relative(scratch, path.join(entry.parentPath, entry.name)))
    expect(left).toEqual(['u/.claude/settings.json'])
    expect((await run('hook status')).stderr).toContain('isonapse hook init')
  })
})
