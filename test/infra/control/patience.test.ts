import { describe, expect, it } from 'vitest'
import { patience } from '../../../src/infra/control/patience.ts'
import { progressIn, refoldingLine } from '../../../src/infra/server/daemonProgress.ts'

describe('waiting for a start', () => {
  it('ends when nothing is heard, and goes on as long as it gets on', () => {
    const waiting = patience(60_000, 1000)
    expect(waiting.isOver(60_999)).toBe(false)
    expect(waiting.isOver(61_000)).toBe(true)
    expect(waiting.told(8192, 60_000)).toBe(true)
    expect(waiting.isOver(119_999)).toBe(false)
    expect(waiting.told(16_384, 119_000)).toBe(true)
    expect(waiting.isOver(178_999)).toBe(false)
    expect(waiting.isOver(179_000)).toBe(true)
  })

  it('takes the same figure again, or a smaller one, for no progress', () => {
    const waiting = patience(60_000, 0)
    expect(waiting.told(8192, 10_000)).toBe(true)
    expect(waiting.told(8192, 50_000)).toBe(false)
    expect(waiting.told(1, 50_000)).toBe(false)
    expect(waiting.told(Number.NaN, 50_000)).toBe(false)
    expect(waiting.isOver(70_000)).toBe(true)
  })
})

describe('progress in the daemon’s log', () => {
  const refolding = { projections: ['gate', 'rates'], done: 8192, total: 20_000 }
  const line = (time: string, more = refolding) => `${time} ${refoldingLine(more)}\n`
  const TIME = '2026-01-01T00:00:00.000Z'

  it('is the last whole line of it', () => {
    const text = `${line(TIME)}${line(TIME, { ...refolding, done: 16_384 })}${TIME} started\n`
    expect(progressIn(text)).toEqual({
      done: 16_384,
      total: 20_000,
      what: 'entries folded anew for gate, rates',
    })
    // The file is looked at from anywhere, and while it is written.
    expect(progressIn(text.slice(40))?.done).toBe(16_384)
    expect(progressIn(line(TIME).slice(0, -3))).toBeUndefined()
  })

  it('is in no line that says anything else', () => {
    for (const text of [
      '',
      `${TIME} failed: opening the log: 5 of 6 entries folded anew for gate\n`,
      `${TIME} opening the log: 99999999999999999999 of 6 entries folded anew for gate\n`,
      `${TIME} opening the log: -1 of 6 entries folded anew for gate\n`,
      `${TIME} opening the log: 5 of 6 entries folded anew for \u001b[2Jgate\n`,
      `${TIME} opening the log: 5 of 6 entries folded anew for ${'x'.repeat(500)}\n`,
    ])
      expect(progressIn(text)).toBeUndefined()
  })
})
