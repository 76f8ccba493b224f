import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ago, dateAndClock, duration, parseMoment } from '../../../src/commands/terminal/time.ts'

const NOW = new Date(2026, 2, 10, 12, 0, 0).getTime()
const HOUR = 3_600_000

describe('a moment on the command line', () => {
  it('may be how long ago', () => {
    expect(parseMoment('2h', NOW)).toBe(NOW - 2 * HOUR)
    expect(parseMoment('3d', NOW)).toBe(NOW - 72 * HOUR)
    expect(parseMoment('90s', NOW)).toBe(NOW - 90_000)
    expect(parseMoment('5min', NOW)).toBe(parseMoment('5m', NOW))
  })

  it('may be a day: its beginning, or its end', () => {
    expect(parseMoment('2026-03-01', NOW)).toBe(new Date(2026, 2, 1).getTime())
    expect(parseMoment('2026-03-01', NOW, true)).toBe(new Date(2026, 2, 2).getTime() - 1)
  })

  it('may be a time here, or one with its zone', () => {
    expect(parseMoment('2026-03-01T14:30', NOW)).toBe(new Date(2026, 2, 1, 14, 30).getTime())
    expect(parseMoment('2026-03-01 14:30:05', NOW)).toBe(new Date(2026, 2, 1, 14, 30, 5).getTime())
    expect(parseMoment('2026-03-01T14:30Z', NOW)).toBe(Date.UTC(2026, 2, 1, 14, 30))
  })

  it('is nothing else', () => {
    for (const text of ['', 'yesterday', '2h ago', '-2h', '2026-02-30', '2026-13-01', '12', '1e3h'])
      expect(parseMoment(text, NOW), text).toBeUndefined()
  })

  it('reads back what it shows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000_000 }), (ms) => {
        const shown = dateAndClock(ms)
        const back = parseMoment(shown, NOW)
        expect(back === undefined ? undefined : dateAndClock(back)).toBe(shown)
      }),
    )
  })
})

describe('a moment shown', () => {
  it('is how long ago it is, with the date when that is days', () => {
    expect(ago(NOW - 5000, NOW)).toBe('5 s ago')
    expect(ago(NOW + 100, NOW)).toBe('just now')
    expect(ago(NOW - 50 * HOUR, NOW)).toBe('2026-03-08 10:00:00 (2 d ago)')
  })

  it('takes the largest unit that fits', () => {
    expect(duration(0)).toBe('0 s')
    expect(duration(61_000)).toBe('1 min')
    expect(duration(25 * HOUR)).toBe('1 d')
  })
})
