// What each event is answered when nobody else answers, how a session's start brings the control plane
// up, and what ends the hook client early.
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { encodeFrame } from '../../../src/domain/hook/frame.ts'
import { GATING_EVENTS } from '../../../src/domain/hook/claudeEvents.ts'
import { FAIL_CLOSED } from '../../../src/infra/transport/unanswered.ts'
import {
  AVAILABLE,
  install,
  makeFolder,
  PROGRAMS,
  removeFolders,
  run,
  serve,
  SHELLS,
  unanswered,
} from './scripted.ts'

afterAll(removeFolders)

const GATING = [
  'PreToolUse',
  'PermissionRequest',
  'UserPromptSubmit',
  'UserPromptExpansion',
  'ConfigChange',
]
const OTHERS = [
  'PostToolUse',
  'PostToolUseFailure',
  'PostToolBatch',
  'PermissionDenied',
  'SessionEnd',
  'Stop',
  'SubagentStart',
  'SubagentStop',
  'InstructionsLoaded',
  'CwdChanged',
  'PreCompact',
  'SomethingNew',
]

describe.each(SHELLS)('with nobody to answer, under $name', ({ argv: shell }) => {
  const [exchange] = AVAILABLE

  it.each(GATING)('%s is blocked in its own words', async (event) => {
    const result = await run(install(exchange!), event, '{}', { shell })
    expect(result.exit).toBe(2)
    const said = JSON.parse(result.stdout)
    expect(JSON.stringify(said)).toContain('isonapse hook start')
    const output = said.hookSpecificOutput
    if (event === 'PreToolUse')
      expect(output).toMatchObject({ hookEventName: event, permissionDecision: 'deny' })
    else if (event === 'PermissionRequest')
      expect(output).toMatchObject({ hookEventName: event, decision: { behavior: 'deny' } })
    else expect(said.decision).toBe('block')
  })

  it.each(OTHERS)('%s goes on in silence', async (event) => {
    for (const marker of ['profile', 'enforce', 'locked'] as const) {
      const result = await run(install(exchange!, { marker }), event, '{}', { shell })
      expect(result).toEqual({ exit: 0, signal: null, stdout: '' })
    }
  })

  it.each(['', 'Pre ToolUse', 'PreToolUse\nISO1 x', '$(id)', '../x', 'PreToolUse;'])(
    'an event called %j is an error that is not a block',
    async (event) => {
      const result = await run(install(exchange!, { marker: 'profile' }), event, '{}', { shell })
      expect(result).toEqual({ exit: 1, signal: null, stdout: '' })
    },
  )
})

it('fails closed on exactly the events that can hold something back', () => {
  expect(FAIL_CLOSED.map(({ event }) => event)).toEqual(GATING)
  expect(GATING).toEqual([...GATING_EVENTS])
})

describe("on a session's start", () => {
  const started: Array<number> = []
  afterEach(() => {
    for (const pid of started.splice(0)) process.kill(pid, 'SIGKILL')
  })

  /** A control plane, as a file in the folder, that leaves a note of how it was started. */
  const plane = (dir: string, socket: string): ReadonlyArray<string> => {
    const file = path.join(dir, 'plane.cjs')
    fs.writeFileSync(
      file,
      `const fs = require('node:fs'), net = require('node:net')
      const { pid, argv, env } = process
      const note = { pid, cwd: process.cwd(), env, args: argv.slice(2) }
      fs.appendFileSync(${JSON.stringify(path.join(dir, 'note'))}, JSON.stringify(note) + '\\n')
      net.createServer({ allowHalfOpen: true }, (peer) => {
        const parts = []
        peer.on('data', (part) => parts.push(part)).on('end', () => {
          const body = JSON.stringify({ bytes: Buffer.concat(parts).length })
          peer.end('ISO1 0 ' + body.length + '\\n' + body + '\\nISO1-END\\n')
        })
      }).listen(${JSON.stringify(socket)})`,
    )
    return [process.execPath, file, `it's "quoted" $HOME`]
  }

  it.each(AVAILABLE)(
    'a control plane that is down is started and gets that very event, with $kind',
    async (exchange) => {
      const dir = makeFolder()
      const socket = path.join(dir, 's')
      const client = install(exchange, {
        marker: 'enforce',
        socket,
        start: plane(dir, socket),
        startEnvironment: { HOME: "/it's home", ISONAPSE_HOME: '/a b' },
        startSeconds: 20,
      })
      const payload = '{"source":"startup"}\n'
      const result = await run(client, 'SessionStart', payload, {
        env: { PATH: '/evil', NODE_OPTIONS: '--bogus', HOME: '/other' },
        cwd: dir,
      })
      const notes = fs.readFileSync(path.join(dir, 'note'), 'utf8').trim().split('\n')
      const how = JSON.parse(notes[0]!)
      started.push(how.pid)
      const bytes = `ISO1 SessionStart\n${payload}`.length
      expect(result).toEqual({ exit: 0, signal: null, stdout: JSON.stringify({ bytes }) })
      expect(notes.length).toBe(1)
      expect(how.cwd).toBe('/')
      expect(how.env).toEqual({ HOME: "/it's home", ISONAPSE_HOME: '/a b' })
      expect(how.args).toEqual([`it's "quoted" $HOME`])

      // It is detached: the client that started it is gone, and the next event is answered.
      const next = await run(client, 'PreToolUse', '{}')
      expect(next.exit).toBe(0)
      expect(next.stdout).not.toBe('')
    },
  )

  it.concurrent.each(AVAILABLE)(
    'one that cannot be started holds nobody up, with $kind',
    async (exchange) => {
      const results = await Promise.all(
        [['/nonexistent/isonapse'], [PROGRAMS.sleep, '3']].map((start) => {
          const client = install(exchange, { marker: 'enforce', start, startSeconds: 1 })
          return run(client, 'SessionStart', '{}')
        }),
      )
      const silent = { exit: 0, signal: null, stdout: '' }
      expect(results).toEqual([silent, silent])
    },
  )

  it.concurrent.each(AVAILABLE)('only this event starts anything, with $kind', async (exchange) => {
    const { dir } = install(exchange)
    const start = [PROGRAMS.sh, '-c', `: >${dir}/started`]
    const client = install(exchange, { marker: 'enforce', start })
    await run(client, 'PreToolUse', '{}')
    await run(client, 'Stop', '{}')
    expect(fs.existsSync(path.join(dir, 'started'))).toBe(false)
    await run(client, 'SessionStart', '{}')
    expect(fs.existsSync(path.join(dir, 'started'))).toBe(true)
  })
})

describe.each(AVAILABLE)('when something ends it early, with $kind', (exchange) => {
  it.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
    '%s to its whole group blocks in enforce, proceeds in profile, and never stops a stop',
    async (signal) => {
      const outcome = async (marker: 'profile' | 'enforce', event: string) => {
        const client = install(exchange, { marker, deadlineSeconds: 1 })
        let group = 0
        const server = await serve(client.socket, {
          answer: () => void process.kill(-group, signal),
        })
        const result = await run(client, event, '{}', { started: (pid) => void (group = pid) })
        await server.close()
        return result
      }
      // A shell makes its background commands deaf to SIGINT; there it is the deadline that ends it.
      const outcomes = await Promise.all([
        outcome('enforce', 'PreToolUse'),
        outcome('profile', 'PreToolUse'),
        outcome('enforce', 'Stop'),
      ])
      expect(outcomes).toEqual([
        unanswered('PreToolUse', 'enforce'),
        unanswered('PreToolUse', 'profile'),
        { exit: 0, signal: null, stdout: '' },
      ])
    },
  )

  it('a signal to the script alone does not change an answer that came', async () => {
    const client = install(exchange, { marker: 'enforce' })
    let script = 0
    const server = await serve(client.socket, {
      answer: (peer) => {
        process.kill(script, 'SIGTERM')
        peer.end(encodeFrame({ exit: 0, stdout: '{"a":1}' }))
      },
    })
    const result = await run(client, 'PreToolUse', '{}', { started: (pid) => void (script = pid) })
    expect(result).toEqual({ exit: 0, signal: null, stdout: '{"a":1}' })
    await server.close()
  })

  it('a closed standard input, output or error lets nothing through', async () => {
    for (const marker of ['profile', 'enforce'] as const)
      for (const closed of ['<&-', '>&-', '2>&-', '<&- >&- 2>&-']) {
        const client = install(exchange, { marker })
        const server = await serve(client.socket, {
          answer: (peer) => peer.end(encodeFrame({ exit: 2, stdout: '{"no":1}' })),
        })
        const exitOf = async (event: string): Promise<number | null> => {
          const outer = path.join(client.dir, 'outer')
          fs.writeFileSync(
            outer,
            `exec ${PROGRAMS.env} -i ${PROGRAMS.sh} ${client.script} ${event} ${closed}\n`,
          )
          return (await run({ script: outer }, 'x', '{}')).exit
        }
        const wanted = marker === 'profile' && closed !== '2>&-' ? [0, 2] : [2]
        expect(wanted).toContain(await exitOf('PreToolUse'))
        await server.close()
        if (marker === 'enforce') expect(await exitOf('PreToolUse')).toBe(2)
        // There a client heeds JSON only, which cannot be said: a failure that is not status 2 blocks.
        if (marker === 'enforce' && closed.includes('>&-') && !closed.startsWith('2'))
          expect(await exitOf('PermissionRequest')).toBe(1)
        expect([0, 1]).toContain(await exitOf('Stop'))
      }
  })
})

it.skipIf(spawnSync('ps').error !== undefined)('leaves no process behind', async () => {
  for (const exchange of AVAILABLE) {
    const client = install(exchange, { marker: 'enforce', deadlineSeconds: 77 })
    const server = await serve(client.socket, {
      answer: (peer) => peer.end(encodeFrame({ exit: 0, stdout: '' })),
    })
    const calls = exchange.kind === 'node' ? 2 : 40
    await Promise.all(Array.from({ length: calls }, () => run(client, 'PreToolUse', '{}')))
    await server.close()
  }
  // A watchdog's sleep would be there for 77 seconds; it is told to end once the answer is in.
  for (let tries = 0; tries < 50 && sleeping().length > 0; tries++)
    await new Promise((resolve) => setTimeout(resolve, 20))
  expect(sleeping()).toEqual([])
})

const sleeping = (): ReadonlyArray<string> =>
  spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line.endsWith('sleep 77'))
