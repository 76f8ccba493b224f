import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ended, ended } from './ended.ts'

// The bundled program on a home of its own.
const root = path.resolve(import.meta.dirname, '../..')
const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'iso-secret-')))
const home = path.join(scratch, 'h')
const VALUE = ['nothing', 'but', 'made', 'up'].join('~')

const everything: Array<string> = []
const run = async (
  line: string,
  input = '',
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> => {
  const child = spawn(process.execPath, [path.join(root, 'bin/isonapse.cjs'), ...line.split(' ')], {
    cwd: scratch,
    env: { PATH: process.env['PATH'], HOME: scratch, ISONAPSE_HOME: home, ...env },
  })
  const done = await ended(child, input)
  everything.push(done.stdout, done.stderr)
  return done
}

beforeAll(async () => {
  expect((await run('hook init')).code).toBe(0)
  expect((await run('hook start')).code).toBe(0)
})
afterAll(async () => {
  await run('hook stop')
  fs.rmSync(scratch, { recursive: true })
})

describe('hook secret', () => {
  it('says what to do while there is none', async () => {
    expect((await run('hook secret list')).stdout).toMatch(/^No secret is stored\.\n.*secret set/)
    expect(await run('hook secret delete A --yes')).toMatchObject({ code: 1, stdout: '' })
  })

  it('takes a value from a pipe, less one line end, and from the environment', async () => {
    const set = 'hook secret set A --program curl --host api.example.com --host *.example.org'
    const done = await run(`${set} --yes`, `${VALUE}\n`)
    expect(done).toMatchObject({ code: 0 })
    expect(done.stdout).toBe(
      'Stored. {{ secret.A }} may go to curl; at api.example.com, *.example.org.\n',
    )
    expect(done.stderr).toMatch(/loosens the gate:\n {2}secret A may go to curl/)
    const env = await run('hook secret set B --from-env V --path .env --yes --json', '', {
      V: VALUE,
    })
    expect(JSON.parse(env.stdout)).toMatchObject({
      name: 'B',
      sinks: { programs: [], hosts: [], paths: ['.env'], servers: [] },
    })
    expect((await run('hook secret set C --yes', VALUE)).stdout).toContain('nothing can use it yet')
  })

  it('asks, and stores nothing where nobody answers or something is wrong', async () => {
    expect(await run('hook secret set D --program curl', VALUE)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('--yes') as string,
    })
    for (const [line, input, words] of [
      ['D-1 --program curl', VALUE, 'letters'],
      ['D --program ../x', VALUE, 'program'],
      ['D --program curl', '', 'empty'],
      ['D --program curl', '\n', 'empty'],
      ['D --program curl', 'a\0b', 'NUL'],
      ['D --program curl', 'x'.repeat(65_537), 'longer'],
      ['D --from-env NONE', '', 'NONE'],
    ] as const) {
      const done = await run(`hook secret set ${line} --yes`, input)
      expect(done, line).toMatchObject({ code: 2, stdout: '' })
      expect(done.stderr).toContain(words)
    }
  })

  it('lists names and sinks, and destroys one', async () => {
    const { stdout } = await run('hook secret list')
    expect(stdout).toMatch(/A +set .* never used +curl; at api\.example\.com, \*\.example\.org/)
    expect(stdout).toMatch(/B .* file \.env/)
    expect(stdout).toMatch(/C .* nowhere/)
    expect(await run('hook secret delete B')).toMatchObject({ code: 2, stdout: '' })
    expect((await run('hook secret delete B --yes')).stdout).toBe('B is gone.\n')
    const listed = JSON.parse((await run('hook secret list --json')).stdout) as {
      secrets: ReadonlyArray<{ name: string }>
    }
    expect(listed.secrets.map(({ name }) => name)).toEqual(['A', 'C'])
  })

  it('shows the value nowhere, and keeps it nowhere in the clear', async () => {
    expect((await run('hook witness query --kind SecretStored --json')).stdout).toContain('"A"')
    expect(everything.join('\n')).not.toContain(VALUE)
    for (const entry of fs.readdirSync(home, { withFileTypes: true, recursive: true }))
      if (entry.isFile())
        expect(fs.readFileSync(path.join(entry.parentPath, entry.name), 'latin1')).not.toContain(
          VALUE,
        )
  })

  it('runs nothing by a ticket that is none', async () => {
    const socket = path.join(home, 'run', 'run.sock')
    expect(await run(`run --ticket ${'0'.repeat(32)} --socket ${socket}`)).toMatchObject({
      code: 126,
      stdout: '',
      stderr: expect.stringMatching(/^isonapse run: this ticket is not valid.*\n$/) as string,
    })
    expect(await run('run --nonsense')).toMatchObject({ code: 126, stdout: '' })
  })
})
