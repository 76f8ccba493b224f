import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/domain/canonical.ts'
import type { Entry } from '../../src/domain/event/envelope.ts'
import { GapFound, HookReceived, ModeChanged } from '../../src/domain/event/event.ts'
import {
  sessions,
  projectOf,
  MOST_SESSIONS,
  type Sessions,
} from '../../src/projections/sessions.ts'
import { type Statistics, statistics } from '../../src/projections/statistics.ts'

const crypto = { sha256: () => new Uint8Array(), verifyEd25519: () => false }
const sealed = { key: 'a', nonce: '', bytes: 0, data: '' }
const hook = (kind: string, project?: string) =>
  new HookReceived({
    name: 'SessionStart',
    kind,
    ...(project === undefined ? {} : { project: { home: project } }),
    payload: sealed,
  })
type Event = Entry['event']

const count = (events: ReadonlyArray<Event>): Statistics =>
  events.reduce<Statistics>(
    (state, event, index) =>
      statistics.step(state, { index, time: 100 + index, session: 's', event }, crypto),
    statistics.initial(),
  )

describe('the statistics', () => {
  it('count every entry once, by its kind', () => {
    const state = count([
      hook('session.start'),
      new GapFound({ tool: 'Bash', toolUseId: '1', seenIn: 'PostToolUse' }),
      new GapFound({ tool: 'Bash', toolUseId: '2', seenIn: 'PostToolUse' }),
      new ModeChanged({ from: 'profile', to: 'enforce' }),
    ])
    expect(state).toMatchObject({
      entries: 4,
      byKind: { HookReceived: 1, GapFound: 2, ModeChanged: 1 },
      sessionStarts: 1,
      oldest: 100,
      newest: 103,
      lastHook: { time: 100, name: 'SessionStart', session: 's' },
    })
  })

  it('stay bounded under kinds that a forged log makes up', () => {
    const kinds = fc.array(fc.string({ maxLength: 80 }), { minLength: 300, maxLength: 600 })
    fc.assert(
      fc.property(kinds, (names) => {
        const state = count(names.map((kind) => ({ _tag: 'Unknown', kind, fields: {} })))
        const counted = Object.values(state.byKind).reduce((sum, n) => sum + n, 0)
        expect(counted).toBe(names.length)
        expect(Object.keys(state.byKind).length).toBeLessThanOrEqual(201)
      }),
      { numRuns: 10 },
    )
  })
})

describe('the sessions', () => {
  const fold = (steps: ReadonlyArray<readonly [string, Event]>): Sessions =>
    steps.reduce<Sessions>(
      (state, [session, event], index) =>
        sessions.step(state, { index, time: 1, session, event }, crypto),
      sessions.initial(),
    )

  it('keep the project that their first event named', () => {
    const state = fold([
      ['a', hook('session.start', 'work/x')],
      ['a', hook('tool.before', 'elsewhere')],
      ['b', hook('tool.before')],
    ])
    expect(projectOf(state, 'a')).toEqual({ home: 'work/x' })
    expect(projectOf(state, 'b')).toBeUndefined()
    expect(projectOf(state, '__proto__')).toBeUndefined()
  })

  it('stay bounded, those silent for longest forgotten first', () => {
    const many = Array.from(
      { length: MOST_SESSIONS * 2 },
      (_, i) => [`s${i}`, hook('session.start', `p${i}`)] as const,
    )
    const state = fold([...many, ['s0', hook('stop', 'anew')]])
    expect(Object.keys(state.known).length).toBeLessThanOrEqual(MOST_SESSIONS)
    expect(projectOf(state, `s${MOST_SESSIONS * 2 - 1}`)).toEqual({
      home: `p${MOST_SESSIONS * 2 - 1}`,
    })
    expect(projectOf(state, 's0')).toEqual({ home: 'anew' })
    expect(sessions.isState(JSON.parse(canonicalJson(state)))).toBe(true)
  })
})
