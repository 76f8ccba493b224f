import * as fc from 'fast-check'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { chargedOf } from '../../../src/projections/charges.ts'
import { spendOf } from '../../../src/projections/budgets.ts'
import { scratch } from '../files/scratch.ts'
import {
  clientIn,
  EACH,
  follow,
  line,
  type MemoryLog,
  memoryLog,
  NOW,
  recordedText,
} from './client.ts'

const RUN: Readonly<Record<string, string>> = {
  'data-science': '11111111-1111-4111-8111-111111111103',
  infra: '11111111-1111-4111-8111-111111111102',
  'web-dev': '11111111-1111-4111-8111-111111111101',
}

const setUp = (log: MemoryLog = memoryLog()) => {
  const client = clientIn(scratch())
  const told: Array<string> = []
  const follower = follow(log, client.dir, told)
  onTestFinished(() => follower.stop())
  const read = async (session: string, file = client.file(session)): Promise<void> => {
    follower.seen(session, file)
    await follower.catchUp(session)
  }
  return { ...client, log, told, follower, read }
}

const sumOf = (log: MemoryLog, session = 's'): number =>
  spendOf(log.projected().budgets, session)?.sum ?? 0

describe('following a session', () => {
  it.each(['data-science', 'infra', 'web-dev'])(
    'charges the recorded session %s what the client itself says that it cost',
    async (name) => {
      const { file, agentFile, log, told, read } = setUp()
      const session = RUN[name]!
      fs.writeFileSync(file(session), recordedText(name))
      if (name === 'web-dev')
        fs.writeFileSync(
          agentFile(session, 'ac720ede69a1f6f1d'),
          recordedText('web-dev.agent-ac720ede69a1f6f1d'),
        )
      await read(session)
      const spend = spendOf(log.projected().budgets, session)!
      expect(spend.client).toEqual({ sum: spend.sum, charged: spend.sum })
      expect(spend.unread).toEqual([])
      expect(told).toEqual([])
      expect(log.charges().some(({ agent }) => agent !== undefined)).toBe(name === 'web-dev')
    },
  )

  it('reports a total of the client’s that differs by more than half a percent', async () => {
    const { file, log, told, read } = setUp()
    const total = (totalCostUSD: number, sessionId = 's') =>
      `${JSON.stringify({ type: 'cost-state', sessionId, totalCostUSD })}\n`
    fs.writeFileSync(file('s'), line('a', 1000) + total(99, 'forked from') + total(0.0151))
    await read('s')
    expect(spendOf(log.projected().budgets, 's')?.client).toEqual({
      sum: 15_100_000,
      charged: 15_000_000,
    })
    expect(told.join()).toMatch(/\$0\.0150 was charged, the client says \$0\.0151/)
    // The last one counts: totals go on over resumes.
    fs.appendFileSync(file('s'), line('b', 1000) + total(0.03))
    await read('s')
    expect(spendOf(log.projected().budgets, 's')?.client).toEqual({ sum: 3e7, charged: 3e7 })
    const before = log.bytes.length
    await read('s')
    expect(log.bytes.length).toBe(before)
  })

  it('charges what a message grows by, a repeated record nothing', async () => {
    const { file, log, read } = setUp()
    fs.writeFileSync(file('s'), line('a', 1) + line('a', 1) + line('a', 5) + line('a', 5))
    await read('s')
    fs.appendFileSync(file('s'), line('a', 5) + line('a', 9))
    await read('s')
    expect(log.charges().map(({ nanodollars }) => nanodollars)).toEqual([EACH, 4 * EACH, 4 * EACH])
    expect(spendOf(log.projected().budgets, 's')?.messages).toBe(1)
  })

  it('charges a new line by itself, and one of a subagent that came meanwhile', async () => {
    const { file, agentFile, log, read } = setUp()
    fs.writeFileSync(file('s'), line('a', 1))
    await read('s')
    fs.appendFileSync(file('s'), line('b', 2))
    await vi.waitFor(() => expect(sumOf(log)).toBe(3 * EACH), { timeout: 5000 })
    fs.writeFileSync(agentFile('s', 'x'), line('c', 3))
    await vi.waitFor(() => expect(sumOf(log)).toBe(6 * EACH), { timeout: 5000 })
    fs.appendFileSync(agentFile('s', 'x'), line('d', 4))
    await vi.waitFor(() => expect(sumOf(log)).toBe(10 * EACH), { timeout: 5000 })
    expect(log.charges().map(({ agent }) => agent)).toEqual([undefined, undefined, 'x', 'x'])
  })

  it('is told of a transcript that is not there yet', async () => {
    const { dir, log, follower } = setUp()
    const folder = path.join(dir, 'another-project')
    const later = path.join(folder, 's.jsonl')
    follower.seen('s', later)
    fs.mkdirSync(folder)
    follower.seen('s', later)
    await follower.catchUp('s')
    fs.writeFileSync(later, line('a', 1))
    await vi.waitFor(() => expect(sumOf(log)).toBe(EACH), { timeout: 5000 })
  })

  it('charges the copied messages of a fork to the session that they were sent in', async () => {
    const { file, log, read } = setUp()
    fs.writeFileSync(file('s'), line('a', 1))
    await read('s')
    fs.writeFileSync(file('fork'), line('a', 1) + line('b', 2))
    await read('fork')
    expect([sumOf(log), sumOf(log, 'fork')]).toEqual([EACH, 2 * EACH])
  })

  it('charges nothing twice when the file is cut, replaced, or begun anew', async () => {
    const { file, log, read } = setUp()
    fs.writeFileSync(file('s'), line('a', 1) + line('b', 2))
    await read('s')
    fs.writeFileSync(file('s'), line('b', 2))
    await read('s')
    fs.rmSync(file('s'))
    await read('s')
    fs.writeFileSync(file('s'), line('compacted', 3) + line('a', 1) + line('b', 2) + line('c', 4))
    await read('s')
    expect(sumOf(log)).toBe(10 * EACH)
    expect(new Set(log.charges().map(({ message }) => message)).size).toBe(log.charges().length)
  })

  it('reads on where the log says, by another program run', async () => {
    const first = setUp()
    fs.writeFileSync(first.file('s'), line('a', 1) + line('b', 2))
    await first.read('s')
    await first.follower.stop()
    const log = memoryLog(first.log.bytes)
    const again = follow(log, first.dir)
    onTestFinished(() => again.stop())
    fs.appendFileSync(first.file('s'), line('c', 3))
    again.seen('s', first.file('s'))
    await again.catchUp('s')
    const charges = log.charges()
    expect(charges.map(({ message }) => message)).toEqual(['a', 'b', 'c'])
    expect(charges.at(-1)?.read?.offset).toBe(fs.statSync(first.file('s')).size)
  })

  it('says once what it could not charge, and charges all around it', async () => {
    const { file, log, read } = setUp()
    const bad = line('x', -5)
    fs.writeFileSync(
      file('s'),
      `${line('a', 1)}${bad}${bad}\0\u0001"assistant"garbage\n{"type":"assistant"}\n${line('b', 2).slice(0, 40)}\n${line('c', 3)}`,
    )
    await read('s')
    fs.appendFileSync(file('s'), bad + line('d', 4))
    await read('s')
    expect(sumOf(log)).toBe(8 * EACH)
    expect(log.kinds().filter((kind) => kind === 'CostUnread')).toHaveLength(3)
    expect(spendOf(log.projected().budgets, 's')?.unread.toSorted()).toEqual([
      'bad-count',
      'not-json',
      'wrong-shape',
    ])
  })

  it('takes a time to come for now, and one that went back as it is', async () => {
    const { file, log, read } = setUp()
    fs.writeFileSync(
      file('s'),
      line('a', 1, { timestamp: '2031-01-01T00:00:00Z' }) +
        line('b', 2, { timestamp: '2026-11-28T00:00:00Z' }) +
        line('c', 3, { timestamp: 'never' }),
    )
    await read('s')
    const back = Date.UTC(2026, 10, 28)
    expect(log.charges().map(({ at }) => at)).toEqual([NOW, back, back])
  })

  it('reads on in a subagent’s file that was quiet, and takes in one that comes late', async () => {
    const { file, agentFile, log, read } = setUp()
    fs.writeFileSync(file('s'), line('a', 1))
    for (const agent of ['x', 'y']) fs.writeFileSync(agentFile('s', agent), line(agent, 2))
    await read('s')
    await read('s')
    fs.appendFileSync(agentFile('s', 'x'), line('x2', 3))
    fs.writeFileSync(agentFile('s', 'z'), line('z', 4))
    await read('s')
    expect(sumOf(log)).toBe(12 * EACH)
  })

  it('does not read another’s transcript, whatever an event says', async () => {
    const { file, log, read } = setUp()
    fs.writeFileSync(file('victim'), line('a', 1))
    await read('s', file('victim'))
    await read('s', '/etc/passwd')
    fs.symlinkSync(file('victim'), file('s'))
    await read('s')
    expect(log.bytes).toEqual([])
  })

  it('goes on when the store failed, and loses and doubles nothing', async () => {
    const { file, log, told, read } = setUp()
    fs.writeFileSync(file('s'), line('a', 1))
    log.failNext('lost')
    await read('s')
    expect(sumOf(log)).toBe(0)
    expect(told.join()).toMatch(/wait/)
    await read('s')
    expect(sumOf(log)).toBe(EACH)
    fs.appendFileSync(file('s'), line('b', 2))
    log.failNext('landed')
    await read('s')
    await read('s')
    expect(log.charges().map(({ message }) => message)).toEqual(['a', 'b'])
  })
})

describe('any interleaving of reading, writing, crashes and repetition', () => {
  const message = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    output: fc.integer({ min: 1, max: 9 }),
  })
  const where = fc.constantFrom('s', 'fork', 'agent')
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('write' as const), to: where, message }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('half' as const), to: where, message }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), to: where }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('rotate' as const), to: where }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('crash' as const),
        to: where,
        how: fc.constantFrom('lost' as const, 'landed' as const),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('together' as const), to: where }) },
  )

  it('charges each message its largest count, once', async () => {
    const root = scratch()
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 24 }), async (steps) => {
        const { dir, file, agentFile } = clientIn(path.join(root, String((run += 1))))
        const fileOf = (to: string) => (to === 'agent' ? agentFile('s', 'x') : file(to))
        const sessionOf = (to: string) => (to === 'agent' ? 's' : to)
        let log = memoryLog()
        let follower = follow(log, dir)
        const largest = new Map<string, number>()
        const torn = new Map<string, string>()
        const append = (to: string, text: string): void => {
          fs.appendFileSync(fileOf(to), (torn.get(to) ?? '') + text)
          torn.delete(to)
        }
        const read = async (to: string): Promise<void> => {
          follower.seen(sessionOf(to), file(sessionOf(to)))
          await follower.catchUp(sessionOf(to))
        }
        for (const one of steps) {
          if (one.do === 'write' || one.do === 'half') {
            const { id, output } = one.message
            const text = line(id, output)
            largest.set(id, Math.max(largest.get(id) ?? 0, output))
            if (one.do === 'write') append(one.to, text)
            else {
              append(one.to, text.slice(0, 25))
              torn.set(one.to, text.slice(25))
            }
          } else if (one.do === 'read') await read(one.to)
          else if (one.do === 'together')
            await Promise.all([read('s'), read('fork'), read('s'), read(one.to)])
          else if (one.do === 'rotate') {
            // What was written is known: else it would be lost with the file.
            await read(one.to)
            append(one.to, '')
            const text = fs.existsSync(fileOf(one.to))
              ? fs.readFileSync(fileOf(one.to), 'utf8')
              : ''
            fs.rmSync(fileOf(one.to), { force: true })
            fs.writeFileSync(fileOf(one.to), `{"rotated":${run}}\n${text}`)
          } else {
            log.failNext(one.how)
            await read(one.to)
            await follower.stop()
            log = memoryLog(log.bytes)
            follower = follow(log, dir)
          }
        }
        for (const to of ['s', 'fork', 'agent']) append(to, '')
        await read('s')
        await read('fork')
        await read('s')
        await follower.stop()
        for (const [id, output] of largest)
          expect(chargedOf(log.projected().charges, id)?.nanodollars, id).toBe(output * EACH)
        const all = [...largest.values()].reduce((a, b) => a + b, 0) * EACH
        expect(log.projected().budgets.sum).toBe(all)
        expect(log.projected().budgets.messages).toBe(largest.size)
        expect(spendOf(log.projected().budgets, 's')?.unread ?? []).toEqual([])
      }),
      { numRuns: 150 },
    )
  })
})
