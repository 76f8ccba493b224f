import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { canonicalJson } from '../../../src/domain/canonical.ts'
import { ControlFailure } from '../../../src/domain/control/methods.ts'
import type { Entry } from '../../../src/domain/event/envelope.ts'
import { LOGICAL_START, recordedLines } from '../../../src/domain/replay/sessionFile.ts'
import { connectControlPlane } from '../../../src/infra/control/connect.ts'
import {
  type SessionReplayOptions,
  replaySession,
} from '../../../src/infra/control/replaySession.ts'
import { type AppPaths, pathsUnder } from '../../../src/infra/paths.ts'
import { countingPolicy } from '../replay/policies.ts'

const EXAMPLE = fs.readFileSync(
  path.resolve(import.meta.dirname, '../../../examples/sessions/web-dev.hooks.jsonl'),
)

const made: Array<string> = []
afterEach(() => {
  vi.unstubAllEnvs()
  vi.useRealTimers()
  for (const dir of made.splice(0)) fs.rmSync(dir, { recursive: true, force: true })
})

const emptyHome = (name = 'iso-'): AppPaths => {
  const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), name)))
  made.push(base)
  return pathsUnder(path.join(base, 'x'))
}

interface Played {
  readonly paths: AppPaths
  readonly entries: ReadonlyArray<Entry>
  readonly receipts: ReadonlyArray<string>
  readonly lines: ReadonlyArray<number>
}

const play = async (
  file: Uint8Array,
  options: Partial<SessionReplayOptions> = {},
): Promise<Played> => {
  const paths = options.paths ?? emptyHome()
  const entries: Array<Entry> = []
  const lines: Array<number> = []
  await Effect.runPromise(
    replaySession({
      file,
      mode: 'profile',
      apart: true,
      onLine: ({ line }, some) => {
        lines.push(line)
        entries.push(...some)
      },
      ...options,
      paths,
    }),
  )
  const receipts = entries.flatMap(({ event }) =>
    event._tag === 'DecisionMade' ? [canonicalJson(event.receipt)] : [],
  )
  return { paths, entries, receipts, lines }
}

const failure = (file: Uint8Array, options: Partial<SessionReplayOptions> = {}) =>
  play(file, options).then(
    () => undefined,
    (error: unknown) => error as ControlFailure,
  )

const text = (...lines: ReadonlyArray<unknown>) =>
  Buffer.from(
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  )

let uses = 0
const install = (name: string) => ({
  session_id: 's',
  transcript_path: '/home/dev/.claude/projects/p/s.jsonl',
  cwd: '/home/dev/app',
  permission_mode: 'default',
  hook_event_name: 'PreToolUse',
  tool_name: 'Bash',
  tool_input: { command: `npm install ${name}` },
  tool_use_id: `toolu_${(uses += 1)}`,
})

describe('a recorded session replayed into an empty home', () => {
  it('gives the same receipts under another home, user, clock and time zone', async () => {
    const here = await play(EXAMPLE, { mode: 'enforce' })
    vi.stubEnv('HOME', '/home/dev')
    vi.stubEnv('USER', 'dev')
    vi.stubEnv('TZ', 'Pacific/Kiritimati')
    vi.useFakeTimers({ now: 4_000_000_000_000, toFake: ['Date'] })
    const there = await play(EXAMPLE, { mode: 'enforce', paths: emptyHome('another-machine-') })
    expect(here.receipts.length).toBeGreaterThan(30)
    expect(there.receipts).toEqual(here.receipts)
    for (const receipt of here.receipts) expect(receipt).not.toContain('/home/dev')
  })

  it('looks at no file of the machine', async () => {
    const project = path.join(path.dirname(emptyHome().dataDir), 'project')
    const call = {
      ...install(''),
      cwd: project,
      tool_input: { command: 'sh run.sh && cat linked/a' },
    }
    const bare = await play(text(call))
    fs.mkdirSync(path.join(project, '.git'), { recursive: true })
    fs.mkdirSync(path.join(project, 'sub'))
    fs.writeFileSync(path.join(project, 'run.sh'), 'rm -rf ~\n')
    fs.symlinkSync('/etc', path.join(project, 'linked'))
    const there = await play(text(call))
    expect(there.receipts).toEqual(bare.receipts)
    expect(there.receipts[0]).toContain('"observed":{"cwd":{"project":""},"links":[]}')
  })

  it('is a log that verifies, and whose own replay is the same', async () => {
    const { paths, receipts } = await play(EXAMPLE)
    const call = Effect.scoped(
      Effect.flatMap(connectControlPlane(paths, '/root'), (control) =>
        Effect.all([control.call('witness.verify', {}), control.call('witness.replay', {})]),
      ),
    )
    const [verified, replayed] = await Effect.runPromise(call)
    expect(verified.verdict).toBe('unanchored')
    expect(replayed).toMatchObject({ first: null, mismatches: 0, otherEngine: 0 })
    expect(replayed.decisions).toBe(receipts.length)
  })

  it('counts by the recording’s own clock, and without one by a second a line', async () => {
    const minute = 60_000
    const policy = countingPolicy
    const verdicts = async (...lines: ReadonlyArray<unknown>) =>
      (await play(text(...lines), { policy })).entries.flatMap(({ event, time }) =>
        event._tag === 'DecisionMade' ? [[event.verdict === 'deny', time]] : [],
      )
    const at = (time: number) => ({ time, payload: install('a') })
    expect(await verdicts(at(5), at(6), at(7), at(61 * minute + 7))).toEqual([
      [false, 5],
      [false, 6],
      [true, 7],
      [false, 61 * minute + 7],
    ])
    expect(await verdicts(install('a'), install('b'), at(9), install('c'))).toEqual([
      [false, LOGICAL_START],
      [false, LOGICAL_START + 1000],
      [true, 9],
      [true, 1009],
    ])
  })

  it('names lines that are broken, records them as rejected, and goes on', async () => {
    const whole = install('a')
    const { entries, lines } = await play(
      Buffer.concat([
        text(whole, '', 'not json', '{"hook_event_name":"PreToolUse"', '  ', '[1]'),
        text('', { ...whole, tool_name: 7 }, { time: -1, payload: whole }, { time: 1 }),
        Buffer.from([10, 0xff, 0xfe, 10]),
        text('\u001b[2J', JSON.stringify(install('z')), `${'['.repeat(40_000)}`),
      ]),
    )
    expect(lines).toEqual([1, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13])
    const rejected = entries.flatMap(({ event }) =>
      event._tag === 'HookRejected' ? [[event.name, event.reason]] : [],
    )
    expect(rejected).toEqual([
      ['unknown', 'not-json'],
      ['unknown', 'truncated'],
      ['unknown', 'wrong-shape'],
      ['PreToolUse', 'wrong-shape'],
      ['unknown', 'wrong-shape'],
      ['unknown', 'wrong-shape'],
      ['unknown', 'not-utf8'],
      ['unknown', 'not-json'],
      ['unknown', 'too-deep'],
    ])
    expect(entries.filter(({ event }) => event._tag === 'DecisionMade')).toHaveLength(2)
  })

  it('is refused where there is a log, and changes nothing of it', async () => {
    const { paths } = await play(text(install('a')))
    const before = fs.readdirSync(paths.witnessDir)
    const refused = await failure(EXAMPLE, { paths })
    expect(refused).toBeInstanceOf(ControlFailure)
    expect(refused).toMatchObject({ kind: 'log-exists', exit: 2 })
    expect(refused!.remedy).toContain('ISONAPSE_HOME')
    expect(fs.readdirSync(paths.witnessDir)).toEqual(before)
  })

  it('writes nothing where the file holds nothing', async () => {
    const paths = emptyHome()
    expect(await failure(Buffer.from('\n \r\n\n'), { paths })).toMatchObject({
      kind: 'no-payloads',
      exit: 2,
    })
    expect(fs.existsSync(paths.dataDir)).toBe(false)
  })
})

describe('the lines of a session file', () => {
  it('are the payload’s own bytes where they are one', () => {
    const odd = '{"hook_event_name":"Stop","a":1e400,"a":"\\ud800"}'
    const [line] = [...recordedLines(Buffer.from(`${odd}\r\n`))]
    expect(Buffer.from(line!.bytes).toString()).toBe(`${odd}\r`)
    expect(line).toMatchObject({ line: 1, name: 'Stop', time: LOGICAL_START })
  })

  it('carry a payload that itself has a time and a payload', () => {
    const payload = { hook_event_name: 'Stop', time: 3, payload: {} }
    const [bare, wrapped] = [...recordedLines(text(payload, { time: 8, payload }))]
    expect(bare).toMatchObject({ name: 'Stop', time: LOGICAL_START })
    expect(wrapped).toMatchObject({ name: 'Stop', time: 8 })
    expect(JSON.parse(Buffer.from(wrapped!.bytes).toString())).toEqual(payload)
  })
})
