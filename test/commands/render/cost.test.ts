import { describe, expect, it } from 'vitest'
import { budgetLines, byDay, costLines } from '../../../src/commands/render/cost.ts'
import { factsOf } from '../../../src/commands/render/entry.ts'
import { COLOURED, PLAIN } from '../../../src/commands/terminal/style.ts'
import { widthOf } from '../../../src/commands/terminal/width.ts'
import type { BudgetLine, CostReport } from '../../../src/domain/control/costs.ts'

const NOW = new Date(2026, 10, 29, 12, 30).getTime()
const HOUR = 3_600_000
const LOOK = { style: PLAIN, width: 80, now: () => NOW }

const budget = (of: BudgetLine['of'], more: Partial<BudgetLine> = {}): BudgetLine => ({
  of,
  spent: 1_200_000_000,
  limit: null,
  left: null,
  burn: 0,
  runsOut: null,
  ...more,
})

const REPORT: CostReport = {
  now: NOW,
  prices: '2026-11-29',
  nanodollars: 4_560_000_000,
  messages: 1234,
  session: '3f2a0000-0000-4000-8000-000000000001',
  budgets: [
    budget('session', {
      limit: 2_000_000_000,
      left: 800_000_000,
      burn: 400_000_000,
      runsOut: NOW + 2 * HOUR,
    }),
    budget('hour'),
    budget('day', { limit: 1_000_000_000, left: 0, runsOut: NOW }),
  ],
  warnPercent: 80,
  sessions: [
    {
      session: '3f2a0000-0000-4000-8000-000000000001',
      project: '~/work/thing',
      nanodollars: 1_200_000_000,
      messages: 30,
      first: NOW - 2 * HOUR,
      latest: NOW - 60_000,
      client: {
        nanodollars: 1_300_000_000,
        charged: 1_200_000_000,
        difference: 0.0769,
        reported: true,
      },
      unread: ['bad-count'],
    },
  ],
  sessionsInAll: 3,
  hours: [
    { at: NOW - 26 * HOUR - 1_800_000, nanodollars: 3_360_000_000 },
    { at: NOW - 2 * HOUR - 1_800_000, nanodollars: 700_000_000 },
    { at: NOW - 1_800_000, nanodollars: 500_000_000 },
  ],
  months: [
    { month: '2026-10', nanodollars: 9_000_000_000 },
    { month: '2026-11', nanodollars: 4_560_000_000 },
  ],
  models: [
    {
      model: 'claude-opus-5',
      nanodollars: 4_000_000_000,
      messages: 1000,
      tokens: { output: 1 },
      estimated: false,
    },
    {
      model: 'claude-opus-9\u001b[2J',
      nanodollars: 560_000_000,
      messages: 1,
      tokens: {},
      estimated: true,
    },
  ],
  projects: [
    { project: '~/work/thing', nanodollars: 4_000_000_000 },
    { project: null, nanodollars: 560_000_000 },
  ],
}

describe('hook cost', () => {
  it('shows each budget with what is left and how long it lasts', () => {
    expect(budgetLines(REPORT, LOOK)).toEqual([
      'session 3f2a0000  $1.20  of $2.00   $0.80 left  60.0%, $0.40 an hour, runs out',
      '                                                in 2 h',
      'last 60 minutes   $1.20  no budget',
      'last 24 hours     $1.20  of $1.00   used up     120.0%',
    ])
  })

  it('shows where it went, in bars, in the local time', () => {
    const text = costLines(REPORT, LOOK).join('\n')
    expect(text).toContain('today       $1.20')
    expect(text).toContain('this month  $4.56  before: 2026-10 $9.00')
    expect(text).toContain('10:00  $0.70  ████████████████████')
    expect(text).toContain('11:00\n')
    expect(text).toContain('2026-11-28  $3.36  ████████████████████')
    expect(text).toContain('1 message, estimated')
    expect(text).toContain('(not known)')
    expect(text).toMatch(/the client says \$1\.30: 7\.7% more\s+than was charged/)
    expect(text).toContain('bad-count')
    expect(text).toContain('and 2 more')
    expect(text).not.toContain('\u001b')
  })

  it('fits a terminal of 80 columns, coloured or not', () => {
    for (const style of [PLAIN, COLOURED])
      for (const line of costLines(REPORT, { ...LOOK, style }))
        expect(widthOf(line), line).toBeLessThanOrEqual(80)
  })

  it('says what to do where nothing was charged yet', () => {
    const lines = costLines({ ...REPORT, messages: 0 }, LOOK)
    expect(lines.join(' ')).toContain('isonapse hook status')
  })

  it('sums hours to days', () => {
    expect(byDay(REPORT.hours)).toEqual([
      { day: '2026-11-28', nanodollars: 3_360_000_000 },
      { day: '2026-11-29', nanodollars: 1_200_000_000 },
    ])
  })
})

describe('an entry of costs', () => {
  const facts = (event: { readonly _tag: string } & Record<string, unknown>) =>
    factsOf({ index: 1, time: NOW, session: 's', event })

  it('says the amount, and alarms where something is wrong', () => {
    expect(
      facts({ _tag: 'CostCharged', model: 'm\u001b', nanodollars: 5e9, estimated: true }),
    ).toMatchObject({ detail: '$5.00 (estimated)', tool: 'm\\u{1b}' })
    expect(facts({ _tag: 'CostReconciled', client: 2e9, charged: 1e9 })).toMatchObject({
      alarming: true,
    })
    expect(facts({ _tag: 'CostReconciled', client: 2e9, charged: 2e9 }).alarming).toBe(false)
    expect(facts({ _tag: 'CostUnread', code: 'not-json' })).toMatchObject({
      detail: 'records not charged: not-json',
    })
    expect(
      facts({ _tag: 'BudgetTold', of: 'day', level: 'warn', spent: 8e9, limit: 1e10 }).detail,
    ).toBe('day warn: $8.00 of $10.00')
    expect(facts({ _tag: 'CostCharged' }).detail).toBe('?')
  })
})
