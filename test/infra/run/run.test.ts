import { execFile } from 'node:child_process'
// Real shells, a real socket, the real program: what comes out of a script that was given secrets.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as os from 'node:os'
import * as path from 'node:path'
import * as Effect from 'effect/Effect'
import * as Exit from 'effect/Exit'
import * as Result from 'effect/Result'
import * as Scope from 'effect/Scope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { placeholderOf } from '../../../src/domain/secret/placeholder.ts'
import { rewrittenScript } from '../../../src/domain/secret/shell.ts'
import { wrappedCommand } from '../../../src/infra/run/wrappedCommand.ts'
import { makeTickets, type TicketOf } from '../../../src/infra/secrets/tickets.ts'
import { serveTickets } from '../../../src/infra/secrets/ticketSocket.ts'

const RUN = path.resolve(import.meta.dirname, '../../../src/infra/run/run.ts')
const S = placeholderOf('TOKEN')
const VALUE = ['not', 'a', 'real', 'secret', '42'].join('-')

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'isonapse-run-'))
fs.chmodSync(dir, 0o700)
const socket = path.join(dir, 'run.sock')
const scope = Scope.makeUnsafe()
let now = 0
const tickets = makeTickets({ now: () => now, seconds: () => 120 })
const CHECK = 'c'.repeat(32)
const FAILING = 'f'.repeat(32)
const redeemed: Array<TicketOf> = []
let logFails = false

beforeAll(async () => {
  const serve = serveTickets({
    socket,
    redeem: tickets.redeem,
    onRedeemed: ({ of }) => {
      redeemed.push(of)
      return logFails ? Promise.reject(new Error('the disk is full')) : Promise.resolve()
    },
    awaits: (check) => [CHECK, FAILING].includes(check),
    look: (check, texts) =>
      check === CHECK
        ? Promise.resolve(texts.map((text) => text.replaceAll('private', '[hidden]')))
        : check === FAILING
          ? Promise.reject(new Error('no log'))
          : undefined,
  })
  await Effect.runPromise(Scope.provide(scope)(serve))
})
afterAll(async () => {
  await Effect.runPromise(Scope.close(scope, Exit.void))
  fs.rmSync(dir, { recursive: true, force: true })
})

const ticketFor = (script: string, value = VALUE, shell?: string): string => {
  const { script: text, variables } = Result.getOrThrow(
    rewrittenScript(script, () => `ISO_${randomBytes(16).toString('hex')}`),
  )
  const env = Object.fromEntries([...variables.keys()].map((name) => [name, value]))
  return tickets.issue(
    { session: 's', toolUseId: 'toolu_1', secrets: ['TOKEN'] },
    {
      script: text,
      env,
      filters: [{ find: value, as: S }],
      ...(shell === undefined ? {} : { shell }),
    },
  )
}

const cwdFile = path.join(dir, 'cwd')
const commandFor = (ticket: string) =>
  wrappedCommand({ program: [process.execPath, RUN], ticket, socket, cwdFile })

interface Ran {
  readonly out: string
  readonly err: string
  readonly status: number | null
  readonly command: string
}

const started = (command: string, env: NodeJS.ProcessEnv = {}): ChildProcess =>
  spawn('/bin/bash', ['-c', command], {
    env: { PATH: process.env['PATH'], SHELL: '/bin/bash', SHLVL: '2', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: dir,
  })

const finished = (child: ChildProcess, command: string, input = ''): Promise<Ran> =>
  new Promise((resolve) => {
    let [out, err] = ['', '']
    child.stdout!.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.stdin!.on('error', () => {})
    child.stdin!.end(input)
    child.on('close', (status) => resolve({ out, err, status, command }))
  })

const run = (
  script: string,
  options: { value?: string; input?: string; shell?: string; after?: string } = {},
  env: NodeJS.ProcessEnv = {},
): Promise<Ran> => {
  const command = `${commandFor(ticketFor(script, options.value, options.shell))}${options.after ?? ''}`
  return finished(started(command, env), command, options.input)
}

describe('isonapse run', () => {
  it('gives the script its value and keeps it from what is read', async () => {
    const { out, err, status, command } = await run(
      `test ${S} = "$(printf '%s' ${VALUE.split('-').join("'-'")})" && echo "<${S}>" && echo '${S}' >&2`,
    )
    expect({ out, err, status }).toEqual({ out: `<${S}>\n`, err: `${S}\n`, status: 0 })
    expect(command).not.toContain(VALUE)
    expect(redeemed.at(-1)).toEqual({ session: 's', toolUseId: 'toolu_1', secrets: ['TOKEN'] })
  })

  it.each([
    [`printf %s ${S} | base64`],
    [`printf %s ${S} | od -An -tx1`],
    [`printf 'a%s' ${S} | base64 -w 8`],
    [`printf %q ${S}`],
    [`x=${S}; declare -p x`],
    [`set -x; : ${S}`],
    [`env X=${S} | grep X`],
    [`printf %s ${S} | cut -c1-8 | tr -d '\\n'; printf %s ${S} | cut -c9-`],
    [`echo ${S} > /dev/stderr; echo ${S} | tee /dev/stdout`],
    [`echo ${S} >&2; exit 3`],
    [`ls /nonexistent-${S}`],
    [`set -e; false; echo no ${S}`],
  ])('shows nothing of it for %s', async (script) => {
    const { out, err } = await run(script)
    for (const shown of [out, err]) {
      expect(shown).not.toContain(VALUE)
      expect(shown).not.toContain(Buffer.from(VALUE).toString('base64').slice(0, -4))
      expect(shown.replace(/\s/g, '')).not.toContain(Buffer.from(VALUE).toString('hex'))
      expect(shown).not.toContain('secret-42')
    }
  })

  it('hands on values with every byte that text can have', async () => {
    const every = Array.from({ length: 255 }, (_, i) => String.fromCharCode(i + 1)).join('')
    const value = `-n '"$(touch pwned)\`x\` \\ ${every}\n`
    const { out, status } = await run(`printf '%s' ${S} | wc -c; printf '[%s]' ${S}`, { value })
    expect(out).toBe(`${Buffer.byteLength(value)}\n[${S}]`)
    expect(status).toBe(0)
    expect(fs.existsSync(path.join(dir, 'pwned'))).toBe(false)
  })

  it('leaves other programs of the script without it, and no process with it as an argument', async () => {
    const { out } = await run(
      `env | grep -c ISO_; tr '\\0' '\\n' < /proc/self/environ | grep -c ISO_; tr '\\0' ' ' < /proc/$$/cmdline; : ${S}`,
    )
    expect(out).toMatch(/^0\n0\n\/bin\/bash --norc -c eval/)
  })

  it('passes the status on', async () => {
    expect((await run(`exit 7 # ${S}`)).status).toBe(7)
    expect((await run(`false ${S}`)).status).toBe(1)
    expect((await run(`nosuchprogram ${S}`)).status).toBe(127)
    expect((await run(`kill -9 $$ ${S}`)).status).toBe(137)
    expect((await run(`kill -TERM $$; sleep 5; : ${S}`)).status).toBe(143)
  })

  it('leaves standard input to the script', async () => {
    const { out } = await run(`cat; echo ${S}`, { input: 'a\nb\n' })
    expect(out).toBe(`a\nb\n${S}\n`)
  })

  it('leaves the caller where the script went, also when it fails', async () => {
    const inner = path.join(dir, "it's\\ here")
    fs.mkdirSync(inner, { recursive: true })
    const moved = await run(`cd "it's\\\\ here"; echo ${S} >/dev/null`, {
      after: '; s=$?; pwd -P; exit $s',
    })
    expect(moved.out).toBe(`${fs.realpathSync(inner)}\n`)
    expect(moved.status).toBe(0)
    const failed = await run(`cd /; exit 4 # ${S}`, { after: '; s=$?; pwd; exit $s' })
    expect(failed).toMatchObject({ out: '/\n', status: 4 })
    expect(fs.existsSync(cwdFile)).toBe(false)
  })

  it('ends with the script, while what it left running is still filtered', async () => {
    const begun = Date.now()
    const { out, status } = await run(
      `( sleep 1; echo late ${S}; echo later ) & echo early ${S}; exit 5`,
      { after: '; s=$?; echo over; exit $s' },
    )
    expect(status).toBe(5)
    expect(out).toBe(`early ${S}\nover\nlate ${S}\nlater\n`)
    expect(Date.now() - begun).toBeGreaterThan(900)
  })

  it('hands signals on and ends as the script does', async () => {
    const script = `X=${S}; trap 'echo got "$X"; exit 9' TERM; echo ready; while :; do sleep 0.05; done`
    const [program] = commandFor(ticketFor(script)).split('; isonapse_status')
    const command = `exec env ${program!}`
    const child = started(command)
    child.stdout!.once('data', () => child.kill('SIGTERM'))
    const { out, status } = await finished(child, command)
    expect(out).toBe(`ready\ngot ${S}\n`)
    expect(status).toBe(9)
  })

  it('does not wait with what cannot be a value', async () => {
    const command = commandFor(ticketFor(`printf 'Password: '; read -r x; echo "$x" ${S}`))
    const child = started(command)
    let seen = ''
    const prompted = new Promise<void>((resolve) =>
      child.stdout!.on('data', (chunk) => {
        seen += String(chunk)
        if (seen === 'Password: ') resolve()
      }),
    )
    await prompted
    const { status } = await finished(child, command, 'typed\n')
    expect(seen).toBe(`Password: typed ${S}\n`)
    expect(status).toBe(0)
  })

  it('passes large outputs on in order, and ends when nobody reads them', async () => {
    const { out } = await run(`seq 1 200000; echo ${S}`)
    expect(out).toBe(`${Array.from({ length: 200_000 }, (_, i) => i + 1).join('\n')}\n${S}\n`)
    const command = `set -o pipefail; { ${commandFor(ticketFor(`yes ${S}`))}; } | head -2`
    const cut = await finished(started(command), command)
    expect(cut.out).toBe(`${S}\n${S}\n`)
  })

  it('runs nothing with a ticket that is used, old, revoked or invented', async () => {
    const mark = path.join(dir, 'ran')
    const ticket = ticketFor(`echo x >> ${mark}; : ${S}`)
    const command = commandFor(ticket)
    expect((await finished(started(command), command)).status).toBe(0)
    const old = ticketFor(`echo x >> ${mark}; : ${S}`)
    now += 120_000
    const revoked = ticketFor(`echo x >> ${mark}; : ${S}`)
    expect(tickets.revoke('toolu_1')).toBe(1)
    for (const bad of [ticket, old, revoked, 'f'.repeat(32), '{"a":"']) {
      const text = commandFor(bad)
      const { status, err, out } = await finished(started(text), text)
      expect({ status, out }).toEqual({ status: 126, out: '' })
      expect(err).toMatch(/^isonapse run: .*nothing was run\n$/)
    }
    expect(fs.readFileSync(mark, 'utf8')).toBe('x\n')
    expect(fs.readdirSync(dir).filter((name) => name.startsWith('run-'))).toEqual([])
  })

  it('runs nothing where nobody listens, or the log cannot be written', async () => {
    const program = [process.execPath, RUN]
    const command = wrappedCommand({ program, ticket: 'x', socket: path.join(dir, 'none') })
    const { status, err } = await finished(started(command), command)
    expect(status).toBe(126)
    expect(err).toMatch(/ENOENT.*nothing was run\n$/)
    logFails = true
    const unlogged = await run(`echo ${S}`)
    logFails = false
    expect(unlogged).toMatchObject({ status: 126, out: '' })
    expect(unlogged.err).not.toContain(VALUE)
  })

  it('loads nothing that the client’s environment names', async () => {
    const evil = path.join(dir, 'evil.sh')
    fs.writeFileSync(evil, 'echo loaded "$(env)"\n')
    const script = path.join(dir, 'evil.cjs')
    fs.writeFileSync(script, 'console.log("loaded")\n')
    const { out, status } = await run(
      `echo done ${S}; echo "$NODE_OPTIONS"`,
      {},
      {
        BASH_ENV: evil,
        ENV: evil,
        NODE_OPTIONS: `--require ${script}`,
        'BASH_FUNC_echo%%': '() { printf "loaded %s" "$@"; }',
      },
    )
    // The outer shell is the client's and loads it, before there is anything to see.
    const inner = out.slice(out.lastIndexOf('done'))
    expect(inner).toBe(`done ${S}\n--require ${script}\n`)
    expect(status).toBe(0)
  })

  const checked = async (script: string, check: string) => {
    const ticket = tickets.issue(
      { session: 's', toolUseId: 'toolu_2', secrets: [] },
      { script, env: {}, filters: [], check },
    )
    return new Promise<{ out: string; err: string; status: number | null }>((resolve) => {
      execFile('/bin/bash', ['-c', commandFor(ticket)], (error, out, err) =>
        resolve({ out, err, status: error === null ? 0 : Number(error.code) }),
      )
    })
  }

  it('has the output of a script that fails looked through, and of no other', async () => {
    expect(await checked('echo private; echo private >&2; exit 3', CHECK)).toEqual({
      out: '[hidden]\n',
      err: '[hidden]\n',
      status: 3,
    })
    expect(await checked('echo private', CHECK)).toEqual({ out: 'private\n', err: '', status: 0 })
  })

  it('withholds the output of a script that fails where nobody looks it through', async () => {
    for (const check of [FAILING, '0'.repeat(32)]) {
      const { out, err, status } = await checked('echo private; exit 4', check)
      expect({ out, status }).toEqual({ out: '', status: 4 })
      expect(err).toMatch(/^isonapse run: the output is withheld/)
    }
  })

  it('keeps nothing of what comes for no check, or for one whose output is coming already', async () => {
    const open: Array<net.Socket> = []
    const begins = (check: string): Promise<string> => {
      const client = net.connect(socket)
      open.push(client)
      client.write(`${JSON.stringify({ check, bytes: 1000 })}\n[`)
      return new Promise((resolve) => {
        client.setEncoding('utf8').once('data', (said) => resolve(String(said)))
        setTimeout(() => resolve('waits'), 300)
      })
    }
    expect(await begins('0'.repeat(32))).toContain('not valid')
    expect(await begins(CHECK)).toBe('waits')
    expect(await begins(CHECK)).toContain('not valid')
    open[1]!.destroy()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await begins(CHECK)).toBe('waits')
    for (const client of open) client.destroy()
  })

  it.each(['/bin/zsh', '/usr/bin/zsh', '/bin/sh'].filter((shell) => fs.existsSync(shell)))(
    'runs in %s as well',
    async (shell) => {
      const ran = await run(
        `cd /; printf '<%s>' ${S} 'a ${S}'; exit 3`,
        { after: '; s=$?; pwd; exit $s' },
        { SHELL: shell },
      )
      expect(ran).toMatchObject({ out: `<${S}><a ${S}>/\n`, status: 3 })
    },
  )
})
