// The failure table of the hook client: what it says for every kind of answer, whole or broken, with
// each exchange program of this machine, in profile, in enforce and without a marker.
import { afterAll, describe, expect, it } from 'vitest'
import * as fs from 'node:fs'
import { utf8 } from '../../../src/domain/bytes.ts'
import { encodeFrame } from '../../../src/domain/hook/frame.ts'
import {
  answering,
  AVAILABLE,
  install,
  latin1,
  removeFolders,
  run,
  serve,
  SHELLS,
  unanswered,
  type Behaviour,
  type Run,
} from './scripted.ts'

afterAll(removeFolders)

const PAYLOAD = '{"hook_event_name":"PreToolUse","tool_name":"Bash"}\n'
const DENY =
  '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"no “é”"}}'
const LARGE = `{"x":"${'y'.repeat(5_000_000)}"}`

/** One run against a server that behaves so. */
const runOne = async (
  exchange: (typeof AVAILABLE)[number],
  behaviour: Behaviour,
  options: { readonly marker?: 'profile' | 'enforce'; readonly shell?: ReadonlyArray<string> },
): Promise<Run> => {
  const { marker, ...how } = options
  const client = install(exchange, marker === undefined ? {} : { marker })
  const server = await serve(client.socket, behaviour)
  const result = await run(client, 'PreToolUse', PAYLOAD, how)
  await server.close()
  return result
}

/** The same with either marker. */
const runBoth = async (exchange: (typeof AVAILABLE)[number], behaviour: Behaviour) => {
  const [profile, enforce] = await Promise.all([
    runOne(exchange, behaviour, { marker: 'profile' }),
    runOne(exchange, behaviour, { marker: 'enforce' }),
  ])
  return { profile, enforce }
}

/** The same for each state of the marker. */
const runAll = async (exchange: (typeof AVAILABLE)[number], behaviour: Behaviour) => {
  const [both, absent] = await Promise.all([
    runBoth(exchange, behaviour),
    runOne(exchange, behaviour, {}),
  ])
  return { ...both, absent }
}

const FAILED = {
  profile: unanswered('PreToolUse', 'profile'),
  enforce: unanswered('PreToolUse', 'enforce'),
  absent: unanswered('PreToolUse', 'enforce'),
}

const said = (exit: 0 | 2, body: string) => {
  const result = { exit, signal: null, stdout: latin1(body) }
  return { profile: result, enforce: result, absent: result }
}

const WHOLE: ReadonlyArray<readonly [name: string, exit: 0 | 2, body: string]> = [
  ['a permit', 0, ''],
  ['a denial', 2, DENY],
  ['an answer that ends in newlines', 0, '{}\n\n\n'],
  ['an answer that holds the end marker', 2, '{\n"a":"\nISO1-END\n"}\nISO1-END\n'],
  ['an answer that holds a head line', 0, '{"a":1}\nISO1 0 0\n'],
  [
    'an answer full of what shells and printf expand',
    0,
    String.raw`{"a":"$(id) %s %n \c \0 * ~ !"}`,
  ],
]

const frame = encodeFrame({ exit: 2, stdout: DENY })
const bytes = utf8(DENY).length
const END = '\nISO1-END\n'

const BROKEN: ReadonlyArray<readonly [name: string, answer: Uint8Array | string]> = [
  ['nothing at all', ''],
  ['garbage', 'panic: out of memory\n'],
  ['an HTTP answer', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'],
  ['bare JSON', DENY],
  ['a length one too large', `ISO1 0 3\n{}${END}`],
  ['a length one too small', `ISO1 0 1\n{}${END}`],
  ['a length in characters instead of bytes', `ISO1 2 ${DENY.length}\n${DENY}${END}`],
  ['a negative length', `ISO1 0 -2\n{}${END}`],
  ['a length with a leading zero', `ISO1 0 02\n{}${END}`],
  ['a length with a sign', `ISO1 0 +2\n{}${END}`],
  ['a length in another notation', `ISO1 0 2e0\n{}${END}`],
  ['no length', `ISO1 0 \n{}${END}`],
  ['no length and no body', `ISO1 0\n${END}`],
  ['a length beyond all memory', `ISO1 0 99999999999999999999\n{}${END}`],
  ['an exit status of 1', `ISO1 1 2\n{}${END}`],
  ['an exit status of two digits', `ISO1 02 2\n{}${END}`],
  ['another version', `ISO2 0 2\n{}${END}`],
  ['a head that ends in CRLF', `ISO1 0 2\r\n{}${END}`],
  ['a byte before the frame', `\nISO1 0 2\n{}${END}`],
  ['a newline after the frame', `ISO1 0 2\n{}${END}\n`],
  ['a byte after the frame', `ISO1 0 2\n{}${END}x`],
  ['two frames', `ISO1 0 2\n{}${END}ISO1 0 2\n{}${END}`],
  ['no end marker', 'ISO1 0 2\n{}'],
  ['an end marker in lower case', 'ISO1 0 2\n{}\niso1-end\n'],
  ['an end marker without its first newline', 'ISO1 0 0\nISO1-END\n'],
  ['a body that is no JSON object', `ISO1 0 2\nok${END}`],
  ['a body after a newline', `ISO1 0 3\n\n{}${END}`],
  ['a body of newlines', `ISO1 0 3\n\n\n\n${END}`],
]

describe.each(AVAILABLE)('with $kind', (exchange) => {
  it.each(WHOLE)('passes on %s exactly', async (_, exit, body) => {
    const answer = encodeFrame({ exit, stdout: body })
    expect(await runAll(exchange, answering(answer))).toEqual(said(exit, body))
  })

  it('passes on an answer of 5 MB', async () => {
    const answer = encodeFrame({ exit: 2, stdout: LARGE })
    const result = await runAll(exchange, answering(answer))
    expect(result.enforce.exit).toBe(2)
    expect(result.enforce.stdout === LARGE).toBe(true)
  })

  it('passes on an answer that comes in many pieces', async () => {
    const answer = Buffer.from(encodeFrame({ exit: 2, stdout: DENY }))
    const inPieces: Behaviour = {
      answer: (peer) => {
        const next = (at: number): void => {
          if (at >= answer.length) peer.end()
          else peer.write(answer.subarray(at, at + 7), () => setImmediate(next, at + 7))
        }
        next(0)
      },
    }
    expect(await runAll(exchange, inPieces)).toEqual(said(2, DENY))
  })

  it.each(BROKEN)('takes %s for a failure', async (_, answer) => {
    const { profile, enforce } = FAILED
    expect(await runBoth(exchange, answering(answer))).toEqual({ profile, enforce })
  })

  it('takes an answer cut at any byte for a failure', async () => {
    const client = install(exchange, { marker: 'enforce' })
    const short = encodeFrame({ exit: 0, stdout: '{"a":"b"}' })
    // Every byte for those that start in no time.
    const step = exchange.kind === 'node' ? 6 : 1
    for (let cut = 0; cut < short.length; cut += step) {
      const server = await serve(client.socket, answering(short.subarray(0, cut)))
      const result = await run(client, 'PreToolUse', PAYLOAD)
      await server.close()
      expect({ cut, ...result }).toEqual({ cut, ...FAILED.enforce })
    }
  })

  it('never passes on a body whose NULs were lost', async () => {
    const body = '{"a":"\0"}'
    const whole = encodeFrame({ exit: 0, stdout: body })
    const { enforce } = await runAll(exchange, answering(whole))
    expect([said(0, body).enforce, FAILED.enforce]).toContainEqual(enforce)
  })

  it('fails, or at most loses them, on NULs put between the bytes of an answer', async () => {
    // A shell drops NULs: without them the frame is whole, and nothing else can come of it.
    const { enforce } = await runAll(exchange, answering(`ISO1 0\0 2\0\n{\0}${END}\0`))
    expect([said(0, '{}').enforce, FAILED.enforce]).toContainEqual(enforce)
  })

  it('proceeds in profile and blocks otherwise when the server hangs up at once', async () => {
    const hangUp: Behaviour = {
      accept: (peer) => {
        peer.destroy()
        return false
      },
    }
    expect(await runAll(exchange, hangUp)).toEqual(FAILED)
  })

  it('proceeds in profile and blocks otherwise when nobody listens', async () => {
    for (const marker of ['profile', 'enforce'] as const) {
      const client = install(exchange, { marker })
      expect(await run(client, 'PreToolUse', PAYLOAD)).toEqual(FAILED[marker])

      // A socket file left behind: the name is there, and connecting is refused.
      const server = await serve(`${client.socket}0`, {})
      fs.renameSync(`${client.socket}0`, client.socket)
      await server.close()
      expect(fs.lstatSync(client.socket).isSocket()).toBe(true)
      expect(await run(client, 'PreToolUse', PAYLOAD)).toEqual(FAILED[marker])

      fs.rmSync(client.socket)
      fs.writeFileSync(client.socket, frame)
      expect(await run(client, 'PreToolUse', PAYLOAD)).toEqual(FAILED[marker])
    }
  })
})

describe.each(SHELLS.slice(1))('under $name', ({ argv: shell }) => {
  it.each(AVAILABLE.filter(({ kind }) => kind !== 'node'))(
    'answers, and fails closed, alike with $kind',
    async (exchange) => {
      const enforced = (answer: Uint8Array | string) =>
        runOne(exchange, answering(answer), { marker: 'enforce', shell })
      for (const [name, exit, body] of WHOLE) {
        const result = await enforced(encodeFrame({ exit, stdout: body }))
        expect({ name, ...result }).toEqual({ name, ...said(exit, body).enforce })
      }
      for (const [name, answer] of BROKEN)
        expect({ name, ...(await enforced(answer)) }).toEqual({ name, ...FAILED.enforce })
      const dead = await run(install(exchange, { marker: 'profile' }), 'PreToolUse', '{}', {
        shell,
      })
      expect(dead).toEqual(FAILED.profile)
    },
  )
})

it('measures lengths in bytes, which differ here from characters', () => {
  expect(bytes).toBeGreaterThan(DENY.length)
  expect(AVAILABLE.length).toBeGreaterThan(0)
})
