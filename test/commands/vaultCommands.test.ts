import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withPlane } from '../infra/server/plane.ts'
import { type Ended, ended } from './ended.ts'

// The bundled program on a home whose log holds rows already.
const root = path.resolve(import.meta.dirname, '../..')
const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'iso-vault-')))
const run = (...args: ReadonlyArray<string>): Promise<Ended> =>
  ended(
    spawn(process.execPath, [path.join(root, 'bin/isonapse.cjs'), 'hook', ...args], {
      cwd: base,
      env: {
        PATH: process.env['PATH'],
        HOME: path.join(base, 'home'),
        ISONAPSE_HOME: path.join(base, 'iso'),
      },
    }),
    '',
  )

const VALUES = ['first@e.test', 'second "quoted" \ud800\n@e.test']
let tokens: ReadonlyArray<string> = []

beforeAll(async () => {
  await withPlane(
    async ({ context: { vault, log } }) => {
      const made = (await vault.of('session-1')).tokenise(
        VALUES.map((value) => ({ type: 'EMAIL_ADDRESS', value })),
      )
      tokens = made.tokens
      await log.append(made.events.map((event) => ({ session: 'session-1', event })))
    },
    { base },
  )
  expect((await run('start')).code).toBe(0)
})

afterAll(async () => {
  await run('stop')
  fs.rmSync(base, { recursive: true })
})

describe('hook vault', () => {
  it('shows what there is, with no value in it', async () => {
    const { code, stdout } = await run('vault', 'stats')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^values +2$/m)
    expect(stdout).toContain('EMAIL_ADDRESS')
    const json = await run('vault', 'stats', '--json', '--session', 'session')
    expect(JSON.parse(json.stdout)).toMatchObject({ rows: 2, sessions: [{ session: 'session-1' }] })
    expect(stdout + json.stdout).not.toContain('e.test')
  })

  it('reveals to somebody who agrees, and to nobody else', async () => {
    const asked = await run('vault', 'reveal', tokens[0]!)
    expect(asked).toMatchObject({ code: 2, stdout: '' })
    expect(asked.stderr).toContain('This loosens the gate')
    const shown = await run('vault', 'reveal', tokens[0]!, '--yes')
    expect(shown.stdout).toMatch(/^value +first@e\.test$/m)
    const json = await run('vault', 'reveal', tokens[1]!, '--yes', '--json', '--session', 'sess')
    expect(JSON.parse(json.stdout)).toMatchObject({ plaintext: VALUES[1], type: 'EMAIL_ADDRESS' })
    const wrong = await run('vault', 'reveal', 'first@e.test', '--yes')
    expect(wrong.code).toBe(2)
    const entries = await run('witness', 'query', '--kind', 'VaultRevealed')
    expect(entries.stdout.match(/was shown/g)).toHaveLength(2)
  })

  it('exports into a new file that is its owner’s alone', async () => {
    const file = path.join(base, 'out.json')
    expect((await run('vault', 'export', '--out', file)).code).toBe(2)
    expect(fs.existsSync(file)).toBe(false)
    const done = await run('vault', 'export', '--out', file, '--yes')
    expect(done).toMatchObject({ code: 0 })
    expect(done.stdout).toContain('2 values of 1 session written')
    expect(done.stderr).toContain(`2 values of the vault, written in the clear to ${file}`)
    expect(fs.statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toEqual(
      VALUES.map((plaintext, i) => ({
        session: 'session-1',
        token: tokens[i],
        type: 'EMAIL_ADDRESS',
        plaintext,
      })),
    )
    const again = await run('vault', 'export', '--out', file, '--yes')
    expect(again).toMatchObject({ code: 1 })
    expect(again.stderr).toContain('exists already')
    const none = await run('vault', 'export', '--out', `${file}2`, '--session', 'x', '--yes')
    expect(none.code).toBe(1)
    expect(fs.existsSync(`${file}2`)).toBe(false)
  })

  it('gives up what is old, after asking', async () => {
    for (const wrong of ['30', 'soon', '-1d', '1y'])
      expect(await run('vault', 'gc', '--ttl', wrong), wrong).toMatchObject({ code: 2 })
    expect((await run('vault', 'gc')).stdout).toContain('nothing to give up')
    const dry = await run('vault', 'gc', '--ttl', '0', '--dry-run')
    expect(dry.stdout).toContain('2 values in 1 session would be given up')
    expect((await run('vault', 'gc', '--ttl', '0')).code).toBe(2)
    const done = await run('vault', 'gc', '--ttl', '0', '--yes', '--json')
    expect(JSON.parse(done.stdout)).toMatchObject({ collected: 2, keys: 1, payloadKeys: null })
    expect((await run('vault', 'reveal', tokens[0]!, '--yes')).stderr).toContain('it was collected')
    expect((await run('witness', 'verify')).code).toBe(0)
    const entries = await run('witness', 'query', '--kind', 'VaultCollected')
    expect(entries.stdout).toContain('2 values given up, 0 kept')
  })

  it('reads without a control plane, and changes nothing then', async () => {
    await run('stop')
    expect((await run('vault', 'stats')).code).toBe(0)
    for (const args of [
      ['gc', '--ttl', '0', '--yes'],
      ['reveal', tokens[0]!, '--yes'],
      ['export', '--out', path.join(base, 'x'), '--yes'],
    ])
      expect((await run('vault', ...args)).stderr, args[0]).toContain('no control plane is running')
    expect(fs.existsSync(path.join(base, 'x'))).toBe(false)
  })
})
