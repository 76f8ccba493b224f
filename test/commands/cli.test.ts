import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, ended } from './ended.ts'

// The program as it is installed: the bundle, run as a child process, on a home of its own.
const root = path.resolve(import.meta.dirname, '../..')
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'iso-cli-'))
const home = path.join(scratch, 'h')
const userHome = path.join(scratch, 'u')
const project = path.join(userHome, 'project')

const begin = (args: ReadonlyArray<string>, env: Record<string, string> = {}): ChildProcess =>
  spawn(process.execPath, [path.join(root, 'bin/isonapse.cjs'), ...args], {
    cwd: project,
    env: { PATH: process.env['PATH'], HOME: userHome, ISONAPSE_HOME: home, ...env },
  })

const run = (line: string, input = '', env: Record<string, string> = {}): Promise<Ended> =>
  ended(begin(line.split(' '), env), input)

const json = async (line: string): Promise<Record<string, unknown>> =>
  JSON.parse((await run(`${line} --json`)).stdout) as Record<string, unknown>

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

beforeAll(async () => {
  fs.mkdirSync(project, { recursive: true, mode: 0o700 })
  expect(await run('hook status')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^isonapse: .*\n {2}→ isonapse hook init/) as string,
  })
  expect((await run('hook init')).code).toBe(0)
  expect((await run('hook start')).stdout).toMatch(/^Started \(pid \d+\), profile mode/)
})

afterAll(async () => {
  await run('hook stop')
  fs.rmSync(scratch, { recursive: true })
})

describe('the program', () => {
  it.each(['/proc', '/proc/nowhere', '/nowhere'])('ends where the home is %s', async (home) => {
    const ended = await run('hook status --json', '', { HOME: home })
    expect(ended).toMatchObject({ code: 0, signal: null })
    expect(JSON.parse(ended.stdout)).toMatchObject({ running: true })
  })

  it('loads no module that a file in the data folder names', async () => {
    const data = path.join(scratch, 'data')
    const [folder, planted] = [path.join(data, 'isonapse'), path.join(data, 'planted')]
    const ran = path.join(data, 'ran')
    for (const dir of [folder, planted]) fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
    const put = (dir: string, value: object) =>
      fs.writeFileSync(path.join(dir, 'package.json'), JSON.stringify(value))
    const kinds = ['user', 'link'].map((type) => ({ type, name: 'planted', root: planted }))
    put(folder, { name: 'any', oclif: { plugins: kinds } })
    put(planted, { name: 'planted', version: '1.0.0', oclif: { hooks: { init: './index.js' } } })
    const code = `require('fs').writeFileSync(${JSON.stringify(ran)}, '')\nmodule.exports = () => {}`
    fs.writeFileSync(path.join(planted, 'index.js'), code)
    expect((await run('hook status', '', { XDG_DATA_HOME: data })).code).toBe(0)
    expect(fs.existsSync(ran)).toBe(false)
  })

  it('answers wrong usage with one line, a remedy and exit status 2', async () => {
    expect(await run('hook stauts')).toEqual({
      code: 2,
      signal: null,
      stdout: '',
      stderr:
        'isonapse: there is no command "hook stauts"\n  → did you mean  isonapse hook status  ?\n',
    })
    const { code, stdout } = await run('hook config get nothing.here --json')
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({ error: { kind: 'usage' } })
  })

  it('colours nothing that is piped unless told to', async () => {
    expect((await run('hook status')).stdout).not.toContain('\u001b')
    expect((await run('hook status', '', { FORCE_COLOR: '1' })).stdout).toContain('\u001b[')
    expect(
      (await run('hook status', '', { FORCE_COLOR: '1', NO_COLOR: '1' })).stdout,
    ).not.toContain('\u001b')
  })

  it('ends quietly when its reader goes away', async () => {
    const child = begin(['hook', 'policy', 'show'])
    child.stdout!.destroy()
    expect(await ended(child)).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('mode, posture and suspension', () => {
  it('tighten at once, and loosen only when somebody agrees', async () => {
    expect((await run('hook mode enforce')).code).toBe(0)
    const asked = await run('hook mode profile')
    expect(asked).toMatchObject({ code: 2, stdout: '' })
    expect(asked.stderr).toContain('enforce → profile')
    expect(await json('hook mode')).toEqual({ mode: 'enforce' })
    expect((await run('hook mode profile --yes')).code).toBe(0)
    expect(await json('hook mode')).toEqual({ mode: 'profile' })
  })

  it('deny everything while suspended, in profile mode too', async () => {
    await run('hook suspend')
    expect((await run('hook gate', payload('ls'))).code).toBe(2)
    expect((await run('hook resume --yes')).stdout).toBe('Resumed.\n')
    expect(await run('hook gate', payload('ls'))).toMatchObject({ code: 0, stdout: '' })
  })

  it('hold a setting that was changed', async () => {
    expect((await run('hook config set witness.durability fsync --yes')).code).toBe(0)
    expect((await run('hook config get witness.durability')).stdout).toBe('fsync\n')
    expect((await run('hook config set witness.durability never --yes')).stderr).toContain('"os"')
  })
})

describe('hook gate', () => {
  it('answers as the hook client does, and starts a control plane that is down', async () => {
    await run('hook mode enforce')
    const denied = await run('hook gate PreToolUse', payload('rm -rf ~'))
    expect(denied.code).toBe(2)
    expect(JSON.parse(denied.stdout)).toMatchObject({
      hookSpecificOutput: {
        permissionDecision: 'deny',
        permissionDecisionReason: expect.stringContaining('baseline:') as string,
      },
    })
    expect((await run('hook stop')).stdout).toBe('Stopped.\n')
    expect((await run('hook status')).code).toBe(1)
    expect((await run('hook gate', payload('rm -rf ~'))).code).toBe(2)
    expect(await json('hook status')).toMatchObject({ running: true, mode: 'enforce' })
    await run('hook mode profile --yes')
  })
})

describe('hook explain', () => {
  it('judges a batch without a control plane, line for line', async () => {
    const input = '{"command":"ls"}\nnope\n{"tool":"Read","input":{"file_path":"a"}}'
    const { code, stdout } = await run('hook explain --batch', input, { ISONAPSE_HOME: '/nowhere' })
    const answers = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(code).toBe(1)
    expect(answers.map((one) => Object.keys(one)[0])).toEqual(['verdict', 'error', 'verdict'])
  })

  it('judges one command by the policy in force, and records nothing', async () => {
    const before = (await json('hook status'))['log'] as { size: number }
    const explained = await ended(begin(['hook', 'explain', 'git push origin main', '--json']))
    expect(JSON.parse(explained.stdout)).toMatchObject({
      verdict: 'defer',
      findings: [{ verdict: 'defer', rules: ['default:net.send'] }],
      reasons: [{ id: 'default:net.send', source: 'default' }],
      instead: [{ command: 'git push origin main --dry-run', verdict: 'permit' }],
      inForce: { suspended: false },
      answers: { interactive: 'asks', autonomous: 'blocked', dry_run: 'blocked' },
    })
    expect(((await json('hook status'))['log'] as { size: number }).size).toBe(before.size)
  })
})

describe('the policy', () => {
  it('is one of the templates, several of them together, or a file', async () => {
    const listed = async () =>
      (await json('hook policy list'))['templates'] as ReadonlyArray<{
        name: string
        inForce: string
      }>
    expect((await listed()).filter((one) => one.inForce === 'yes').map((one) => one.name)).toEqual([
      'default',
    ])
    const file = path.join(scratch, 'policy.json')
    expect((await run(`hook policy export ${file}`)).code).toBe(0)
    expect(fs.statSync(file).mode & 0o777).toBe(0o600)
    expect((await run(`hook policy export ${file}`)).code).toBe(1)
    expect((await run(`hook policy export ${file} --force`)).code).toBe(0)

    const printed = JSON.parse((await run('hook policy export -')).stdout) as unknown
    expect(printed).toEqual(JSON.parse(fs.readFileSync(file, 'utf8')))

    const rehearsed = await run('hook policy apply web-dev hardened --dry-run')
    expect(rehearsed.code).toBe(0)
    expect(rehearsed.stdout).toMatch(
      /\+ deny production-database[^]*\n {2}→ isonapse hook policy apply web-dev hardened/,
    )
    expect((await json('hook policy list'))['inForce']).toMatchObject({ name: 'default' })

    const asked = await run('hook policy apply web-dev hardened')
    expect(asked).toMatchObject({ code: 2, stdout: '' })
    expect(asked.stderr).toContain('+ deny production-database')
    expect((await run('hook policy apply web-dev hardened --yes')).code).toBe(0)
    expect((await listed()).filter((one) => one.inForce === 'yes').map((one) => one.name)).toEqual([
      'web-dev',
      'hardened',
    ])
    const config = fs.readdirSync(path.join(home, 'config'))
    expect(config.filter((name) => /^policy\.json\..*\.bak$/.test(name))).toHaveLength(1)
    expect((await run('hook policy apply web-dev hardened --yes')).stdout).toContain(
      'in force already',
    )
    expect((await run('hook policy test')).stdout).toMatch(
      /^ {2}✓ pass[^]*\nLayer hardened\n {2}✓ pass[^]*all as they should be\n$/,
    )

    expect((await run(`hook policy import ${file} --yes`)).code).toBe(0)
    expect(await json('hook policy show --summary')).toMatchObject({ layers: 1, tools: 0 })
  })

  it('is described by a schema, and tested by its examples', async () => {
    expect(JSON.parse((await run('hook policy schema')).stdout)).toMatchObject({
      $id: 'urn:isonapse:policy:1',
    })
    const file = path.join(scratch, 'wrong.json')
    const rule = {
      id: 'a',
      verdict: 'deny',
      match: { program: 'curl' },
      examples: { match: ['ls'] },
    }
    fs.writeFileSync(
      file,
      JSON.stringify({ version: 1, name: 'wrong', rules: [rule], defaults: {} }),
    )
    const tested = await run(`hook policy test ${file}`)
    expect(tested.code).toBe(1)
    expect(tested.stdout).toContain('rules[0] (a).examples.match[0]: the rule does not match ls')
    expect((await run(`hook policy import ${file} --yes`)).code).toBe(2)
  })

  it('is told apart from what nobody has', async () => {
    expect((await run('hook policy apply web-dv --yes')).stderr).toContain(
      'did you mean "web-dev"?',
    )
    expect((await run('hook policy import http://example.com/p.json --yes')).stderr).toContain(
      'only https is used',
    )
    expect((await run('hook policy show nothing.json')).stderr).toContain('there is no such file')
  })
})

describe('the witness', () => {
  it('is exported, proved and verified, and a changed byte is found', async () => {
    const dir = path.join(scratch, 'export')
    const note = path.join(scratch, 'note')
    const proof = path.join(scratch, 'proof')
    expect((await run(`hook witness export ${dir}`)).code).toBe(0)
    expect((await run(`hook witness checkpoint --out ${note}`)).code).toBe(0)
    expect((await run(`hook witness prove 0 --out ${proof}`)).code).toBe(0)
    expect((await run(`hook witness verify ${dir}`)).stdout).toMatch(/^consistent, unanchored\n/)
    expect((await run(`hook witness verify ${dir} --strict`)).code).toBe(1)
    expect((await run(`hook witness verify --against ${note} --strict`)).stdout).toMatch(
      /^consistent and anchored\n/,
    )
    expect(await json(`hook witness verify ${proof}`)).toMatchObject({ verdict: 'unanchored' })

    const entries = path.join(dir, 'tile/entries')
    const [bundle] = fs
      .readdirSync(entries, { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(entries, name))
      .filter((file) => fs.statSync(file).isFile())
    const bytes = fs.readFileSync(bundle!)
    const at = bytes.length >> 1
    bytes[at] = bytes[at]! ^ 1
    fs.writeFileSync(bundle!, bytes)
    const bad = await run(`hook witness verify ${dir}`)
    expect(bad.code).toBe(1)
    expect(bad.stdout).toMatch(/^BAD: .*\n {2}first bad {2,}entry \d+/)
  })

  it('is searched, and what is found is one JSON object a line', async () => {
    await run('hook gate', payload('git push'))
    const { stdout } = await run('hook witness query --verdict defer --limit 1 --json')
    expect(JSON.parse(stdout)).toMatchObject({ event: { _tag: 'DecisionMade', verdict: 'defer' } })
    const text = await run('hook witness query --text git --payloads')
    expect(text.stdout).toContain('git push')
  })

  it('is watched until Ctrl-C, without noise', async () => {
    const monitor = begin(['hook', 'witness', 'monitor'])
    const watched = ended(monitor)
    const heard = { lines: 0 }
    monitor.stdout!.on('data', () => heard.lines++)
    // It hears nothing until it listens, and says nothing when it begins to.
    for (let tries = 0; heard.lines === 0 && tries < 100; tries++)
      await run('hook gate', payload(`ls ${tries}`))
    monitor.kill('SIGINT')
    const { signal, stderr, stdout } = await watched
    expect({ signal, stderr }).toEqual({ signal: 'SIGINT', stderr: '' })
    expect(stdout).toMatch(/PreToolUse +Bash +permit/)
  })
})

describe('hook serve', () => {
  it('says who holds the log, shows a line for every event, and ends on Ctrl-C', async () => {
    const second = await run('hook serve')
    expect(second.code).toBe(1)
    expect(second.stderr).toMatch(/^isonapse: .*\d+/)

    await run('hook stop')
    const server = begin(['hook', 'serve'])
    const served = ended(server)
    await new Promise((resolve) => server.stderr!.once('data', resolve))
    await run('hook gate', payload('rm -rf ~'))
    server.kill('SIGINT')
    const { code, stdout } = await served
    expect(code).toBe(0)
    expect(stdout).toMatch(/PreToolUse +Bash +deny shadow +baseline:/)
  })
})

describe('setting up and taking away', () => {
  it('wires the client, and leaves nothing of ours and all of everybody else’s', async () => {
    const other = { ISONAPSE_HOME: path.join(scratch, 'o') }
    const settings = path.join(userHome, '.claude/settings.json')
    const before = '{ "model": "opus",\n  "hooks": {} }\n'
    fs.mkdirSync(path.dirname(settings))
    fs.writeFileSync(settings, before)

    const up = await run('hook up', '', other)
    expect(up).toMatchObject({ code: 0, stderr: '' })
    expect(up.stdout).toContain('restart Claude Code')
    expect((await run('hook up', '', other)).stdout).toContain('runs already')
    const report = JSON.parse((await run('hook status --json', '', other)).stdout) as object
    expect(report).toMatchObject({
      running: true,
      wiring: { loaded: true, scope: 'user' },
      drift: [],
    })

    expect((await run('hook disable', '', other)).code).toBe(0)
    expect(fs.readFileSync(settings, 'utf8')).toBe(before)
    expect((await run('hook status', '', other)).stdout).toContain('isonapse hook enable')
    expect((await run('hook enable', '', other)).code).toBe(0)

    const asked = await run('hook uninstall', 'yes\n', other)
    expect(asked).toMatchObject({ code: 2, stdout: '' })
    expect(asked.stderr).toContain('add --yes')
    expect((await run('hook uninstall --yes', '', other)).code).toBe(0)
    expect(fs.readFileSync(settings, 'utf8')).toBe(before)
    expect(fs.existsSync(path.join(scratch, 'o/data/keys'))).toBe(false)
    expect(fs.existsSync(path.join(scratch, 'o/config'))).toBe(false)
  })
})
