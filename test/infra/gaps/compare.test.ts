import * as fc from 'fast-check'
import * as fs from 'node:fs'
import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { decodeEntry, type Draft } from '../../../src/domain/event/envelope.ts'
import { DecisionMade, GapFound, HookReceived } from '../../../src/domain/event/event.ts'
import type { Digest } from '../../../src/domain/hash.ts'
import type { Verdict } from '../../../src/domain/policy/verdict.ts'
import { makeComparer, RUNNING_ON_MS, SETTLED_MS } from '../../../src/infra/gaps/compare.ts'
import { comparedTo } from '../../../src/projections/compared.ts'
import { scratch } from '../files/scratch.ts'
import { clientIn, type MemoryLog, memoryLog, NOW } from '../transcript/client.ts'

const at = (ms: number) => new Date(ms).toISOString()
const LONG_AGO = NOW - 10 * 60_000

const made = (id: string, ms = LONG_AGO, name = 'Bash') =>
  `${JSON.stringify({ type: 'assistant', timestamp: at(ms), message: { content: [{ type: 'tool_use', id, name }] } })}\n`
const ended = (id: string, ms = LONG_AGO, more: object = {}) =>
  `${JSON.stringify({ type: 'user', timestamp: at(ms), message: { content: [{ type: 'tool_result', tool_use_id: id, content: 'x' }] }, ...more })}\n`
const pair = (id: string, ms = LONG_AGO) => made(id, ms) + ended(id, ms)

const received = (session: string): Draft => ({
  session,
  event: new HookReceived({
    name: 'SessionStart',
    kind: 'session.start',
    payload: { key: 'a', nonce: '', bytes: 0, data: '' },
  }),
})

const zero = '0'.repeat(64) as Digest
const decided = (session: string, toolUseId: string, verdict: Verdict = 'permit'): Draft => ({
  session,
  event: new DecisionMade({
    toolUseId,
    verdict,
    enforced: verdict === 'deny',
    receipt: {
      v: 1,
      engine: '1',
      event: 'PreToolUse',
      action: { tool: 'Bash', origin: 'builtin', capabilities: [], effects: [] },
      observed: { cwd: { project: '' }, links: [] },
      policy: zero,
      mode: 'enforce',
      posture: 'interactive',
      state: { suspended: false },
      verdict,
      rules: [],
    },
    receiptDigest: zero,
  }),
})

const eventsOf = (log: MemoryLog) => log.bytes.map((leaf) => Result.getOrThrow(decodeEntry(leaf)))
const gapsIn = (log: MemoryLog): ReadonlyArray<string> =>
  eventsOf(log).flatMap(({ event }) => (event._tag === 'GapFound' ? [event.toolUseId] : []))
const ungatedIn = (log: MemoryLog) =>
  eventsOf(log).flatMap(({ event, session }) => (event._tag === 'SessionUngated' ? [session] : []))

const setUp = async (log: MemoryLog = memoryLog(), installed = NOW - 86_400_000) => {
  // The log's clock stands still: it begins before everything here.
  const client = clientIn(scratch())
  let now = NOW
  const begin = () => {
    const comparer = makeComparer({ log, installed: () => installed, now: () => now })
    return (session: string, final = true) =>
      comparer.compare([{ session, file: client.file(session) }], final)
  }
  return { ...client, log, begin, compare: begin(), later: (ms: number) => void (now += ms) }
}

/** A log whose first entry is older than what the transcripts tell. */
const oldLog = async (...drafts: ReadonlyArray<Draft>): Promise<MemoryLog> => {
  const log = memoryLog()
  await log.append([received('earlier'), ...drafts])
  const { statistics, compared } = log.projected()
  Object.assign(statistics, { oldest: NOW - 86_400_000 })
  Object.assign(compared, { firstHook: NOW - 86_400_000 })
  return log
}

describe('comparing a transcript with the log', () => {
  it('tells a call that ran and was not decided on, with its tool, once', async () => {
    const { file, compare, begin, log } = await setUp(
      await oldLog(received('s'), decided('s', 'a')),
    )
    fs.writeFileSync(file('s'), pair('a') + made('b', LONG_AGO, 'Write') + ended('b'))
    const found = await compare('s')
    expect(found).toMatchObject({ calls: 2, waiting: 0, ungated: [] })
    expect(found.gaps.map(({ event }) => event)).toEqual([
      new GapFound({ tool: 'Write', toolUseId: 'b', seenIn: 'transcript', at: LONG_AGO }),
    ])
    expect((await compare('s')).gaps).toEqual([])
    expect((await begin()('s')).gaps).toEqual([])
    expect(gapsIn(log)).toEqual(['b'])
  })

  it('finds what was decided long ago in the log itself', async () => {
    const { file, compare, log } = await setUp(await oldLog(received('s'), decided('s', 'a')))
    const { calls } = log.projected() as { calls: { open: Record<string, unknown> } }
    for (const key of Object.keys(calls.open)) delete calls.open[key]
    fs.writeFileSync(file('s'), pair('a') + pair('b'))
    expect((await compare('s')).gaps.map(({ event }) => event.toolUseId)).toEqual(['b'])
  })

  it('takes the copied calls of a fork for those that they were', async () => {
    const log = await oldLog(received('s'), decided('s', 'a'), received('fork'))
    const { file, compare } = await setUp(log)
    fs.writeFileSync(file('fork'), pair('a'))
    expect((await compare('fork')).gaps).toEqual([])
  })

  it('finds calls of subagents, and says whose they are', async () => {
    const { file, agentFile, compare, log } = await setUp(await oldLog(received('s')))
    fs.writeFileSync(file('s'), '')
    fs.writeFileSync(agentFile('s', 'x1'), pair('inside'))
    await compare('s')
    expect(eventsOf(log).find(({ event }) => event._tag === 'GapFound')?.event).toMatchObject({
      toolUseId: 'inside',
      agent: 'x1',
    })
  })

  it('does not judge a call that ended just now, and does when it is old enough', async () => {
    const { file, compare, later } = await setUp(await oldLog(received('s')))
    fs.writeFileSync(file('s'), pair('a', NOW - 1000))
    expect(await compare('s')).toMatchObject({ waiting: 1, gaps: [] })
    later(SETTLED_MS)
    expect((await compare('s')).gaps).toHaveLength(1)
  })

  it('is not put off by a time to come, nor by none', async () => {
    const { file, compare } = await setUp(await oldLog(received('s')))
    const timeless = pair('b').replaceAll(/"timestamp":"[^"]*",/g, '')
    fs.writeFileSync(file('s'), timeless + pair('a', NOW + 86_400_000))
    expect((await compare('s')).gaps).toHaveLength(2)
  })

  it('waits for a result, over a restart too', async () => {
    const { file, compare, begin } = await setUp(await oldLog(received('s')))
    fs.writeFileSync(file('s'), pair('a') + made('b', LONG_AGO, 'Write'))
    await compare('s')
    fs.appendFileSync(file('s'), ended('b'))
    expect((await begin()('s')).gaps.map(({ event }) => event.tool)).toEqual(['Write'])
  })

  it('tells a call that was denied and ran all the same', async () => {
    const log = await oldLog(received('s'), decided('s', 'a', 'deny'))
    const { file, compare } = await setUp(log)
    fs.writeFileSync(file('s'), pair('a'))
    expect((await compare('s')).gaps[0]?.event.decision).toBe(2)
  })
})

describe('what is no gap', () => {
  it('is what ran before the hooks came, or where they never did', async () => {
    const { file, compare } = await setUp(await oldLog(received('s')), NOW - 60_000)
    fs.writeFileSync(file('s'), pair('a'))
    // The first hook is older than the record says: what came in between counts.
    expect((await compare('s')).gaps).toHaveLength(1)

    const fresh = memoryLog()
    const none = await setUp(fresh)
    fs.writeFileSync(none.file('s'), pair('a'))
    expect((await none.compare('s')).gaps).toHaveLength(1)
    const never = makeComparer({ log: memoryLog(), installed: () => undefined, now: () => NOW })
    const target = { session: 's', file: none.file('s') }
    expect(await never.compare([target], true)).toMatchObject({ since: null, gaps: [], calls: 0 })
  })

  it('is a session that was running when they came, for a day', async () => {
    const installed = NOW - 2 * RUNNING_ON_MS
    const log = await oldLog()
    Object.assign(log.projected().statistics, { oldest: installed })
    Object.assign(log.projected().compared, { firstHook: installed })
    const { file, compare } = await setUp(log, installed)
    fs.writeFileSync(
      file('s'),
      pair('before', installed - 1000) + pair('running', installed + 1000),
    )
    expect(await compare('s')).toMatchObject({ gaps: [], ungated: [] })
    fs.appendFileSync(file('s'), pair('resumed', installed + RUNNING_ON_MS + 1000))
    expect((await compare('s')).gaps.map(({ event }) => event.toolUseId)).toEqual(['resumed'])
  })

  it('is an answer without calls; but a session without the gate is told, once', async () => {
    const { file, compare, begin, log } = await setUp(await oldLog())
    const said = `${JSON.stringify({ type: 'assistant', timestamp: at(LONG_AGO), message: { content: [{ type: 'text', text: 'x' }] } })}\n`
    fs.writeFileSync(file('bare'), said)
    expect(await compare('bare')).toMatchObject({ gaps: [], ungated: ['bare'] })
    expect(await compare('bare')).toMatchObject({ ungated: [] })
    expect(await begin()('bare')).toMatchObject({ ungated: [] })
    fs.writeFileSync(file('earlier'), said)
    expect(await compare('earlier')).toMatchObject({ ungated: [] })
    expect(ungatedIn(log)).toEqual(['bare'])
  })
})

describe('bad transcripts', () => {
  it('with half lines, garbage, lines without end or other records lose no call', async () => {
    const { file, compare } = await setUp(await oldLog(received('s')))
    const half = made('half').slice(0, 60)
    fs.writeFileSync(
      file('s'),
      `${half}\n"tool_use" not json\n[]\n{"type":"assistant","message":5}\n${pair('a')}` +
        `${JSON.stringify({ type: 'user', message: { content: 'x'.repeat(9_000_000) + '"tool_result"' } })}\n${pair('b')}` +
        made('c').slice(0, 40),
    )
    const found = await compare('s')
    expect(found.gaps.map(({ event }) => event.toolUseId)).toEqual(['a', 'b'])
    expect(found.unread).toBeGreaterThanOrEqual(3)
    fs.appendFileSync(file('s'), made('c').slice(40) + ended('c'))
    expect((await compare('s')).gaps.map(({ event }) => event.toolUseId)).toEqual(['c'])
  })

  it('that are cut, replaced, links or pipes tell nothing twice, and hold nothing up', async () => {
    const { file, compare, log } = await setUp(await oldLog(received('s')))
    fs.writeFileSync(file('s'), pair('a') + pair('b'))
    await compare('s')
    fs.writeFileSync(file('s'), pair('b') + pair('c'))
    await compare('s')
    fs.writeFileSync(file('s'), pair('c'))
    await compare('s')
    fs.rmSync(file('s'))
    fs.symlinkSync('/dev/zero', file('s'))
    await compare('s')
    expect([...gapsIn(log)].sort()).toEqual(['a', 'b', 'c'])
  })

  it('names of tools that the model made up do not reach the log', async () => {
    const { file, compare } = await setUp(await oldLog(received('s')))
    fs.writeFileSync(file('s'), made('a', LONG_AGO, 'rm -rf\u001b[2J') + ended('a'))
    expect((await compare('s')).gaps[0]?.event.tool).toBe('?')
  })
})

describe('each gap is told once', () => {
  const call = fc.record({ id: fc.nat(12), seen: fc.boolean(), agent: fc.boolean() })
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), call }) },
    fc.record({ do: fc.constantFrom('read', 'both', 'restart', 'lose', 'land') }),
  )

  it('however transcripts are read, cut off, and the store fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
        const log = await oldLog(received('s'))
        const { file, agentFile, begin } = await setUp(log)
        fs.writeFileSync(file('s'), '')
        let compare = begin()
        const expected = new Set<string>()
        const seen = new Set<string>()
        for (const one of steps)
          if ('call' in one) {
            const id = `toolu_${one.call.id}`
            if (one.call.seen && !expected.has(id)) {
              seen.add(id)
              await log.append([decided('s', id)])
            } else if (!seen.has(id)) expected.add(id)
            fs.appendFileSync(one.call.agent ? agentFile('s', 'x') : file('s'), pair(id))
          } else if (one.do === 'read') await compare('s', false)
          else if (one.do === 'both') await Promise.all([compare('s'), compare('s')])
          else if (one.do === 'restart') compare = begin()
          else {
            log.failNext(one.do === 'lose' ? 'lost' : 'landed')
            await compare('s').catch(() => undefined)
            log.failNext(undefined)
          }
        await compare('s')
        await begin()('s')
        expect([...gapsIn(log)].sort()).toEqual([...expected].sort())
      }),
      { numRuns: 60 },
    )
  })

  it('and what was compared is not read again', async () => {
    const { file, compare, log, begin } = await setUp(
      await oldLog(received('s'), decided('s', 'a')),
    )
    fs.writeFileSync(file('s'), pair('a'))
    await compare('s')
    const size = fs.statSync(file('s')).size
    expect(comparedTo(log.projected().compared, 's', undefined)?.offset).toBe(size)
    expect(await begin()('s')).toMatchObject({ calls: 0 })
  })
})
