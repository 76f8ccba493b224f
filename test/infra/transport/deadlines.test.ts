// A control plane that is there and does not answer: whatever it does instead, the hook client ends
// by its own deadline and then decides by the marker. A payload of any size and shape gets through.
import { afterAll, describe, expect, it } from 'vitest'
import { encodeFrame } from '../../../src/domain/hook/frame.ts'
import {
  AVAILABLE,
  install,
  latin1,
  removeFolders,
  run,
  serve,
  unanswered,
  type Behaviour,
} from './scripted.ts'

afterAll(removeFolders)

const whole = encodeFrame({ exit: 0, stdout: '{"a":1}' })
const HUGE = Buffer.alloc(20_000_000, 'x')

/** Writes a byte every 50 ms, for ever. */
const drip = (first: Uint8Array | string): Behaviour => ({
  answer: (peer) => {
    peer.write(first)
    const timer = setInterval(() => peer.write('x'), 50)
    peer.on('close', () => clearInterval(timer))
  },
})

const STUCK: ReadonlyArray<
  readonly [name: string, behaviour: Behaviour, payload?: Buffer, keepOpen?: boolean]
> = [
  ['accepts and never answers', {}],
  ['never reads a payload of 20 MB', { accept: () => false }, HUGE],
  ['answers a byte at a time without end', drip('')],
  ['begins an answer and drips', drip('ISO1 0 9000\n{')],
  ['answers whole and does not hang up', { answer: (peer) => void peer.write(whole) }],
  ['answers whole and goes on', drip(whole)],
  ['floods', { answer: (peer) => flood(peer.write.bind(peer)) }],
  ['waits for the end of a payload that never ends', {}, Buffer.from('{'), true],
]

/** A few MB at once; then nothing more, and no end. */
const flood = (write: (bytes: Buffer) => boolean): void => {
  for (let i = 0; i < 64; i++) write(Buffer.alloc(65_536, 'y'))
}

describe.each(AVAILABLE)('with $kind', (exchange) => {
  it('does not wait for a server that is stuck, however it is', async () => {
    const outcome = async (
      [, behaviour, payload = Buffer.from('{}'), keepOpen = false]: (typeof STUCK)[number],
      marker: 'profile' | 'enforce',
      event: string,
    ) => {
      const client = install(exchange, { marker, deadlineSeconds: 1 })
      const server = await serve(client.socket, behaviour)
      const result = await run(client, event, payload, { keepOpen })
      await server.close()
      return result
    }
    const outcomesOf = async (stuck: (typeof STUCK)[number]) => {
      const [profile, enforce, stop] = await Promise.all([
        outcome(stuck, 'profile', 'PreToolUse'),
        outcome(stuck, 'enforce', 'PreToolUse'),
        outcome(stuck, 'enforce', 'Stop'),
      ])
      return { profile, enforce, stop }
    }
    const outcomes = await Promise.all(
      STUCK.map(async (stuck) => ({
        name: stuck[0],
        ...(await outcomesOf(stuck)),
      })),
    )
    const wanted = {
      profile: unanswered('PreToolUse', 'profile'),
      enforce: unanswered('PreToolUse', 'enforce'),
      stop: { exit: 0, signal: null, stdout: '' },
    }
    expect(outcomes).toEqual(STUCK.map(([name]) => ({ name, ...wanted })))
  })

  it('waits for an answer that is slow but within the deadline', async () => {
    const client = install(exchange, { marker: 'enforce' })
    const server = await serve(client.socket, {
      answer: (peer) => void setTimeout(() => peer.end(whole), 300),
    })
    expect(await run(client, 'PreToolUse', '{}')).toEqual({
      exit: 0,
      signal: null,
      stdout: '{"a":1}',
    })
    await server.close()
  })

  it('delivers a payload of 20 MB, and one of every byte there is, exactly', async () => {
    const client = install(exchange, { marker: 'enforce' })
    const server = await serve(client.socket, { answer: (peer) => peer.end(whole) })
    const every = Buffer.from(Array.from({ length: 100_000 }, (_, i) => i & 0xff))
    for (const payload of [HUGE, every, Buffer.from('\n\n\0\n\n'), Buffer.alloc(0)]) {
      const { exit, stdout } = await run(client, 'PostToolUse', payload)
      expect({ exit, stdout }).toEqual({ exit: 0, stdout: '{"a":1}' })
      const head = Buffer.from('ISO1 PostToolUse\n')
      expect(server.requests.at(-1)!.equals(Buffer.concat([head, payload]))).toBe(true)
    }
    await server.close()
  })

  it('takes an answer, or fails, when the server hangs up in the middle of a huge payload', async () => {
    const answers: ReadonlyArray<Uint8Array> = [new Uint8Array(), whole]
    for (const answer of answers) {
      const client = install(exchange, { marker: 'enforce' })
      const server = await serve(client.socket, {
        accept: (peer) => {
          peer.once('data', () => {
            peer.pause()
            peer.write(answer, () => peer.destroy())
          })
          return true
        },
      })
      const failed = unanswered('PreToolUse', 'enforce')
      const passed = { exit: 0, signal: null, stdout: '{"a":1}' }
      const result = await run(client, 'PreToolUse', HUGE)
      expect(answer.length === 0 ? [failed] : [failed, passed]).toContainEqual(result)
      await server.close()
    }
  })

  it('answers a hundred clients at once', async () => {
    const client = install(exchange, { marker: 'enforce', deadlineSeconds: 60 })
    const server = await serve(client.socket, {
      answer: (peer, request) => {
        const stdout = `{"echo":"${request.subarray(-3).toString()}"}`
        peer.end(encodeFrame({ exit: 0, stdout }))
      },
    })
    const count = exchange.kind === 'node' ? 10 : 100
    const ids = Array.from({ length: count }, (_, i) => String(i).padStart(3, '0'))
    const results = await Promise.all(ids.map((id) => run(client, 'PreToolUse', `{}${id}`)))
    expect(results.map(({ stdout }) => stdout)).toEqual(ids.map((id) => latin1(`{"echo":"${id}"}`)))
    await server.close()
  })
})

it('knows at least one exchange program here', () => {
  expect(AVAILABLE.length).toBeGreaterThan(0)
})
