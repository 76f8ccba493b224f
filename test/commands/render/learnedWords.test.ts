// What a person is shown of what was learned: true, in whole words, and within 80 columns.
import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { backtestLines } from '../../../src/commands/render/backtest.ts'
import { observationTable, reportLines } from '../../../src/commands/render/report.ts'
import { suggestionLines } from '../../../src/commands/render/suggestion.ts'
import { PLAIN } from '../../../src/commands/terminal/style.ts'
import { widthOf } from '../../../src/commands/terminal/width.ts'
import type { Suggested } from '../../../src/domain/control/learning.ts'
import { compilePolicy } from '../../../src/domain/policy/decide.ts'
import { observationLines, reportOf } from '../../../src/domain/profile/report.ts'
import { DEFAULT_THRESHOLDS } from '../../../src/domain/suggest/evidence.ts'
import { GUARDS } from '../../../src/domain/suggest/guards.ts'
import { suggest } from '../../../src/domain/suggest/suggest.ts'
import { sha256, verifyEd25519 } from '../../../src/infra/crypto/nodeCrypto.ts'
import { backtest } from '../../../src/projections/backtest.ts'
import { template } from '../../../src/templates/templates.ts'
import { profileOf } from '../../domain/suggest/habits.ts'
import { playDays, recorder } from '../../support/recordedSession.ts'

const NOW = Date.UTC(2026, 10, 29, 12)
const LOOK = { style: PLAIN, width: 80, now: () => NOW }
const LIVE = template('default')

const shown = (days: number) => {
  const past = recorder(LIVE)
  playDays(past, days)
  const state = profileOf(past.entries)
  const made = Result.getOrThrow(
    suggest(state, LIVE, { ...DEFAULT_THRESHOLDS, minSessions: 1, minDays: 1 }),
  )
  const { policy, left, ...more } = made
  const test = backtest(compilePolicy(policy), { sha256, verifyEd25519 })
  for (const entry of past.entries) test.see(entry)
  const suggested: Suggested = {
    policy,
    digest: '',
    live: { name: LIVE.name, digest: '' },
    thresholds: DEFAULT_THRESHOLDS,
    seen: { calls: state.calls, finished: state.outcomes.finished, sessions: state.sessionsMet },
    ...more,
    unguarded: [{ rule: GUARDS[0]!, calls: 1 }],
    left: left.map(({ observation, verdict, rules, because }) => ({
      capability: observation.capability,
      kind: observation.effect?.kind ?? null,
      scope: observation.scope,
      calls: observation.calls,
      finished: observation.outcomes.finished,
      sessions: observation.sessions.count,
      days: observation.days.count,
      verdict,
      rules,
      because,
    })),
  }
  return { past, state, suggested, tested: test.report() }
}

const linesOf = ({ state, suggested, tested }: ReturnType<typeof shown>) => {
  const observations = observationLines(state, () => true)
  return [
    ...reportLines({ ...reportOf(state, 50), scanned: null, gaps: 0, ungated: 0 }, LOOK),
    ...observationTable({ observations, inAll: observations.length + 1 }, LOOK),
    ...suggestionLines(suggested, LOOK),
    ...backtestLines(tested, LOOK),
  ]
}

describe('what was learned, for a person', () => {
  it.each([1, 4])('fits 80 columns, after %d days', (days) => {
    const wide = linesOf(shown(days)).filter((line) => widthOf(line) > 80)
    expect(wide).toEqual([])
  })

  it('speaks of one in the singular', () => {
    const text = linesOf(shown(1)).join('\n')
    expect(text).toContain('1 such call finished')
    expect(text.match(/\b1 (calls|sessions|days|verdicts|rules|families|observations)\b/g)).toBe(
      null,
    )
    expect(text).toMatch(/\b1 call\b/)
  })

  it('says the day of the last call once', () => {
    const to = linesOf(shown(1)).find((line) => line.startsWith('to '))
    expect(to).toMatch(/^to {10}2026-11-02 [\d:]{8} {2}\(2[67] d ago\)$/)
  })

  it('says of a part of the log without calls that it is of that part', () => {
    const { state } = shown(1)
    const none = { ...reportOf(state, 5), calls: 0 }
    expect(reportLines({ ...none, scanned: 12, gaps: 0, ungated: 0 }, LOOK)[0]).toBe(
      'No tool call in this part of the log.',
    )
    expect(reportLines({ ...none, scanned: null, gaps: 0, ungated: 0 }, LOOK)[0]).toBe(
      'No tool call was witnessed yet.',
    )
  })

  it('says what a closed default costs besides what is new', () => {
    const { suggested, tested } = shown(4)
    const text = suggestionLines(suggested, { ...LOOK, width: Infinity }).join('\n')
    const closed = suggested.closings.filter((one) => one.closed)
    expect(closed.length).toBeGreaterThan(0)
    expect(tested.matrix.permit.defer).toBeGreaterThan(0)
    for (const { kind, unfinished } of closed)
      if (unfinished > 0)
        expect(text).toMatch(new RegExp(`${kind} .*never finished: ${unfinished} calls so far`))
    const told = closed.reduce((sum, { unfinished }) => sum + unfinished, 0)
    expect(told).toBeGreaterThanOrEqual(tested.matrix.permit.defer)
  })
})
