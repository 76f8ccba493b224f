import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { backtestLines } from '../../../src/commands/render/backtest.ts'
import { learnedInWords } from '../../../src/commands/render/habit.ts'
import { observationTable, percent, reportLines } from '../../../src/commands/render/report.ts'
import { suggestionLines } from '../../../src/commands/render/suggestion.ts'
import { bar, sparkline } from '../../../src/commands/terminal/chart.ts'
import { PLAIN } from '../../../src/commands/terminal/style.ts'
import { widthOf } from '../../../src/commands/terminal/width.ts'
import type { Suggested } from '../../../src/domain/control/learning.ts'
import { compilePolicy } from '../../../src/domain/policy/decide.ts'
import { exampleAction } from '../../../src/domain/policy/examples.ts'
import { habitOf } from '../../../src/domain/profile/habit.ts'
import { observationLines, reportOf } from '../../../src/domain/profile/report.ts'
import { DEFAULT_THRESHOLDS } from '../../../src/domain/suggest/evidence.ts'
import { suggest } from '../../../src/domain/suggest/suggest.ts'
import { sha256, verifyEd25519 } from '../../../src/infra/crypto/nodeCrypto.ts'
import { backtest } from '../../../src/projections/backtest.ts'
import { template } from '../../../src/templates/templates.ts'
import { profileOf } from '../../domain/suggest/habits.ts'
import { playDays, recorder } from '../../support/recordedSession.ts'

const LOOK = { style: PLAIN, width: 80, now: () => Date.UTC(2026, 10, 9) }
const past = recorder()
playDays(past, 4)
const profile = profileOf(past.entries)
const { policy, left, ...made } = Result.getOrThrow(
  suggest(profile, template('default'), DEFAULT_THRESHOLDS),
)
const suggested: Suggested = {
  policy,
  digest: '0'.repeat(64),
  live: { name: 'default', digest: '1'.repeat(64) },
  thresholds: DEFAULT_THRESHOLDS,
  seen: { calls: 180, finished: 84, sessions: 12 },
  ...made,
  left: left.map(({ observation, ...one }) => ({
    capability: observation.capability,
    kind: observation.effect?.kind ?? null,
    scope: observation.scope,
    calls: observation.calls,
    finished: observation.outcomes.finished,
    sessions: observation.sessions.count,
    days: observation.days.count,
    ...one,
  })),
}

const fits = (lines: ReadonlyArray<string>): void => {
  for (const line of lines) expect([line, widthOf(line) <= 80]).toEqual([line, true])
}

describe('a report', () => {
  const report = { ...reportOf(profile, 5), scanned: null, gaps: 0, ungated: 0 }

  it('has totals, bars, what was held back, and how ready it is, in 80 columns', () => {
    const lines = reportLines(report, LOOK)
    fits(lines)
    const text = lines.join('\n')
    expect(lines[0]).toBe('tool calls  180 in 12 sessions')
    expect(text).toContain('84 finished, 4 failed, 92 held back or refused')
    expect(text).toContain('(nothing was blocked)')
    expect(text).toMatch(/tool:Bash:curl +█+ +12 {2}deny +8 sessions/)
    expect(text).toContain('Would have been held back by')
    expect(text.replaceAll(/\s+/g, ' ')).toMatch(
      /yes 0\.0% of the next calls .*95%: 0\.0% to 1\.7%/,
    )
    expect(text).toContain('isonapse hook suggest --diff')
  })

  it('says so where nothing was witnessed', () => {
    const none = { ...reportOf(profileOf([]), 5), scanned: null, gaps: 0, ungated: 0 }
    expect(reportLines(none, LOOK)[0]).toBe('No tool call was witnessed yet.')
  })

  it('goes on with its observations, each with its evidence', () => {
    const all = observationLines(profile, ({ capability }) => capability.startsWith('tool:mcp'))
    const lines = observationTable({ observations: all, inAll: all.length + 2 }, LOOK)
    fits(lines)
    expect(lines[0]).toBe('tool:mcp:crm:echo  opaque mcp-tool crm:echo')
    expect(lines.join('\n')).toContain('4 in 4 sessions on 4 days: 4 finished, 0 failed')
    expect(lines.at(-1)).toBe('and 2 more; --limit shows them')
  })
})

describe('a suggestion', () => {
  it('says what it permits on what evidence, what it denies, closes and leaves, in 80 columns', () => {
    const lines = suggestionLines(suggested, LOOK)
    fits(lines)
    const text = lines.join('\n')
    expect(lines[0]).toBe('default+learned')
    expect(text).toContain('mcp crm echo does what cannot be read (mcp-tool)')
    expect(text.replaceAll(/\s+/g, ' ')).toContain('(4 calls in 4 sessions on 4 days)')
    expect(text).toContain('reading in project')
    expect(text).toContain('guard.published-history')
    expect(text).toMatch(/net\.fetch +defer +what is new is asked about/)
    expect(text).toMatch(
      /it cannot be taken back, or reaches outside the project: cat secret\.read/,
    )
  })

  it('says when nothing was learned, and which guard was left out', () => {
    const lines = suggestionLines(
      { ...suggested, learned: [], guards: [], unguarded: [{ rule: made.guards[0]!, calls: 3 }] },
      LOOK,
    )
    const text = lines.join('\n')
    expect(text).toContain('Nothing was seen often enough')
    expect(text).toContain('guard.published-history: 3 such calls finished')
  })
})

describe('a backtest', () => {
  const test = backtest(compilePolicy(policy), { sha256, verifyEd25519 })
  for (const entry of past.entries) test.see(entry)

  it('counts what changes and lists it, calls that are alike together', () => {
    const lines = backtestLines(test.report(), LOOK)
    fits(lines)
    const text = lines.join('\n')
    expect(lines[0]).toMatch(
      /^Judged again {2}180 recorded calls of 12 sessions: \d+ verdicts change$/,
    )
    expect(text).toMatch(/Newly denied \(8\)\n +4× +Bash:git:push +was defer/)
    expect(text).toMatch(/Newly permitted \(4\)\n +4× +mcp:crm:echo/)
    expect(text).toContain('4 finished')
  })

  it('says that there is nothing to judge', () => {
    const none = backtest(compilePolicy(policy), { sha256, verifyEd25519 })
    expect(backtestLines(none.report(), LOOK)).toEqual(['No recorded tool call to judge again.'])
  })
})

describe('what was learned of a call', () => {
  const told = (command: string) =>
    learnedInWords({
      verdict: 'permit',
      capabilities: [],
      effects: [],
      rules: [],
      reason: '',
      habit: habitOf(profile, exampleAction(command)),
      suggested: { verdict: 'defer', rules: ['default:net.send'] },
    })

  it('is how often it was seen, on what, and what is suggested', () => {
    expect(told('git push --force origin main')).toEqual([
      'all of it was seen before, in 4 calls of 4 sessions on 4 days or more',
      'git push net.send: always origin',
      'the suggested policy would ask about it (default:net.send)',
    ])
    expect(told('git push elsewhere main').slice(0, 2)).toEqual([
      'never seen before',
      'git push net.send: so far only origin',
    ])
    expect(told('never-met --x')[0]).toBe('never seen before')
  })

  it('is nothing without a control plane', () => {
    const bare = {
      verdict: 'permit',
      capabilities: [],
      effects: [],
      rules: [],
      reason: '',
    } as const
    expect(learnedInWords(bare)).toEqual([])
  })
})

describe('pictures of numbers', () => {
  it('are in proportion, and show what is not nothing', () => {
    expect(bar(8, 8, 4)).toBe('████')
    expect(bar(4, 8, 4)).toBe('██')
    expect(bar(1, 1000, 4)).toBe('▏')
    expect(bar(0, 8, 4)).toBe('')
    expect(bar(9, 8, 4)).toBe('████')
    expect(sparkline([0, 1, 4, 8])).toBe('·▁▄█')
    expect(sparkline([])).toBe('')
    expect(sparkline([0, 0])).toBe('··')
  })

  it('have percentages that say when they are small', () => {
    expect([0, 0.0004, 0.012, 1].map(percent)).toEqual(['0.0%', '< 0.1%', '1.2%', '100.0%'])
  })
})
