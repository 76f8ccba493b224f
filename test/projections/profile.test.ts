import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Action } from '../../src/domain/action/action.ts'
import { canonicalJson } from '../../src/domain/canonical.ts'
import {
  CostCharged,
  type DecisionMade,
  GapFound,
  InjectionDetected,
  InputSwapped,
  PiiDetected,
  type WitnessEvent,
} from '../../src/domain/event/event.ts'
import { compilePolicy } from '../../src/domain/policy/decide.ts'
import { exampleAction } from '../../src/domain/policy/examples.ts'
import { habitOf } from '../../src/domain/profile/habit.ts'
import { NONE_SEEN, type Profile, withSeen } from '../../src/domain/profile/profile.ts'
import { readinessOf } from '../../src/domain/profile/readiness.ts'
import { observationLines, reportOf } from '../../src/domain/profile/report.ts'
import { profile } from '../../src/projections/profile.ts'
import { type Call, history, logOf, profileOf } from '../domain/suggest/habits.ts'

const ASKS = compilePolicy({
  version: 1,
  name: 'asks',
  rules: [],
  defaults: { 'fs.read': 'permit' },
})
const LOG = () => logOf(ASKS)

const called = (command: string, more: Partial<Call> = {}): Call => ({
  action: exampleAction(command),
  session: 0,
  day: 0,
  outcome: 'finished',
  ...more,
})

const only = (state: Profile) => {
  const all = Object.values(state.observations)
  expect(all).toHaveLength(1)
  return all[0]!
}

describe('the profile', () => {
  it('learns from calls that finished and from no others', () => {
    const log = LOG()
    log.play([
      called('rm src/a.ts', { session: 0, day: 0 }),
      called('rm src/b.ts', { session: 1, day: 1 }),
      called('rm src/secret.ts', { session: 2, day: 2, outcome: 'unfinished' }),
      called('rm src/broken.ts', { session: 3, day: 3, outcome: 'failed' }),
      called('rm src/pending.ts', { session: 3, day: 3, outcome: null }),
    ])
    const state = profileOf(log.entries)
    expect(state).toMatchObject({
      calls: 5,
      outcomes: { finished: 2, failed: 1, unfinished: 1 },
      shadow: [0, 5, 0],
      pendingCount: 1,
    })
    const one = only(state)
    expect(one).toMatchObject({ calls: 5, scope: './src', sessions: { count: 4 } })
    expect(one.learned).toMatchObject({
      calls: 2,
      sessions: { count: 2 },
      days: { count: 2 },
      targets: ['./src/a.ts', './src/b.ts'],
    })
  })

  it('learns in a session with an injection hit only from the calls before it', () => {
    const log = LOG()
    log.play([called('rm src/a.ts')])
    log.hit(0)
    log.play([called('rm src/b.ts'), called('rm src/c.ts', { session: 1 })])
    const one = only(profileOf(log.entries))
    expect(one.outcomes.finished).toBe(3)
    expect(one.learned).toMatchObject({ calls: 2, targets: ['./src/a.ts', './src/c.ts'] })
  })

  it('learns from a call that was under way when the hit came', () => {
    const log = LOG()
    log.play([called('rm src/a.ts', { outcome: null })])
    log.hit(0)
    const { session, time } = log.entries[0]!
    const state = [
      ...log.entries,
      {
        index: 2,
        time,
        session,
        event: { _tag: 'ToolFinished', tool: 'Bash', toolUseId: 'call0', outcome: 'finished' },
      },
    ].reduce<Profile>(
      (before, entry) => profile.step(before, entry as never, {} as never),
      profile.initial(),
    )
    expect(only(state).learned?.calls).toBe(1)
  })

  it.each<readonly [string, (toolUseId: string) => WitnessEvent]>([
    [
      'whose input was swapped',
      (toolUseId) =>
        new InputSwapped({
          tool: 'Bash',
          toolUseId,
          decision: 0,
          action: exampleAction('rm src/a.ts'),
          observed: { cwd: { project: '' }, links: [] },
          verdict: 'defer',
        }),
    ],
    [
      'that ran although it was denied',
      (toolUseId) => new GapFound({ tool: 'Bash', toolUseId, seenIn: 'PostToolUse' }),
    ],
  ])('learns nothing from a call %s', (_, event) => {
    const log = LOG()
    log.play([called('rm src/a.ts')])
    const [decision, end] = log.entries
    const between = { ...end!, event: event('call0') }
    expect(only(profileOf([decision!, between, { ...end!, index: 2 }])).learned).toBeUndefined()
  })

  it('counts a call once that is asked about twice, and learns nothing from it', () => {
    const log = LOG()
    log.play([called('rm src/a.ts')])
    const [decision, end] = log.entries
    const state = profileOf([decision!, { ...decision!, index: 1 }, { ...end!, index: 2 }])
    expect(state.calls).toBe(1)
    expect(only(state).learned).toBeUndefined()
  })

  it('has detections, hits and charges beside the calls', () => {
    const log = LOG()
    log.play([called('rm src/a.ts')])
    const add = (event: WitnessEvent) =>
      log.entries.push({ index: log.entries.length, time: 1, session: 'r0s0', event })
    add(new PiiDetected({ seenIn: 'PostToolUse', types: { EMAIL: 3, PHONE: 1 }, tier: 'rules' }))
    add(new InjectionDetected({ seenIn: 'PostToolUse', detector: 'a', score: 1, tier: 'rules' }))
    add(
      new CostCharged({
        message: 'm',
        model: 'x',
        nanodollars: 1500,
        tokens: { input: 3 },
        prices: '1',
      }),
    )
    const report = reportOf(profileOf(log.entries), 5)
    expect(report).toMatchObject({
      calls: 1,
      sessions: 1,
      tainted: 1,
      pii: { EMAIL: 3, PHONE: 1 },
      injections: { a: 1 },
      spend: { nanodollars: 1500, messages: 1 },
      heldBack: [{ rule: 'default:fs.delete', defer: 1, deny: 0 }],
    })
    expect(report.capabilities).toMatchObject([{ capability: 'tool:Bash:rm', calls: 1 }])
  })

  it('says how ready it is: what was seen once is new again', () => {
    const log = LOG()
    for (let i = 0; i < 50; i++) log.play([called('cat src/a.ts', { session: i % 4 })])
    log.play([called('rm src/a.ts')])
    const { all, families } = readinessOf(profileOf(log.entries))
    expect(all).toMatchObject({ calls: 51, once: 1 })
    expect(all.estimate).toBeCloseTo(1 / 51)
    expect(families.find(({ family }) => family === 'tool:Bash:cat')).toMatchObject({ calls: 50 })
  })

  it('tells of a call what is known of it', () => {
    const log = LOG()
    log.play([
      called('rm src/a.ts', { session: 0 }),
      called('rm src/b.ts', { session: 1, day: 1 }),
      called('rm lib/c.ts', { session: 1, day: 1 }),
    ])
    const state = profileOf(log.entries)
    expect(habitOf(state, exampleAction('rm src/new.ts'))).toMatchObject({
      calls: 2,
      sessions: 2,
      days: 2,
      parts: [{ kind: 'fs.delete', scope: './src', calls: 2, scopes: ['./src', './lib'] }],
    })
    expect(habitOf(state, exampleAction('rm docs/a.md'))).toMatchObject({
      calls: 0,
      parts: [{ calls: 0, scopes: ['./src', './lib'] }],
    })
  })

  it('lists what was observed, the most frequent first', () => {
    const log = LOG()
    log.play([called('rm src/a.ts'), called('cat src/a.ts'), called('cat src/b.ts')])
    const lines = observationLines(profileOf(log.entries), () => true)
    expect(lines.map(({ capability, calls }) => [capability, calls])).toEqual([
      ['tool:Bash:cat', 2],
      ['tool:Bash:rm', 1],
    ])
  })

  it('is the same folded in one go, in chunks, and from a stored state', () => {
    fc.assert(
      fc.property(history, fc.nat(50), (calls, cut) => {
        const log = LOG()
        log.play(calls)
        const whole = profileOf(log.entries)
        const first = profileOf(log.entries.slice(0, cut))
        const stored: unknown = JSON.parse(canonicalJson(first))
        expect(profile.isState(stored)).toBe(true)
        const rest = log.entries
          .slice(cut)
          .reduce((state, entry) => profile.step(state, entry, {} as never), stored as Profile)
        expect(canonicalJson(rest)).toBe(canonicalJson(whole))
      }),
      { numRuns: 200 },
    )
  })

  it('stays bounded, the same whether it was stored in between or not', () => {
    const log = LOG()
    for (let i = 0; i < 2600; i++)
      log.play([
        called(`rm d${i}/a.ts e${i}/b.ts`, {
          session: i % 3,
          outcome: i % 2 === 0 ? 'finished' : null,
        }),
      ])
    const whole = profileOf(log.entries)
    expect(Object.keys(whole.observations).length).toBeLessThanOrEqual(1024)
    expect(whole.observationCount).toBe(Object.keys(whole.observations).length)
    expect(whole.forgotten).toBeGreaterThan(0)
    expect(whole.pendingCount).toBe(Object.keys(whole.pending).length)
    expect(whole.pendingCount).toBeLessThanOrEqual(128)
    const stored = JSON.parse(canonicalJson(profileOf(log.entries.slice(0, 3000)))) as Profile
    const rest = log.entries
      .slice(3000)
      .reduce((state, entry) => profile.step(state, entry, {} as never), stored)
    expect(canonicalJson(rest)).toBe(canonicalJson(whole))
  })

  it('keeps a session with a hit when others are given up', () => {
    const log = LOG()
    log.hit(0)
    for (let i = 1; i <= 1100; i++) log.play([called('cat src/a.ts', { session: i })])
    log.play([called('rm src/a.ts', { session: 0 })])
    const state = profileOf(log.entries)
    expect(state.sessionCount).toBeLessThanOrEqual(512)
    const rm = Object.values(state.observations).find((one) => one.capability === 'tool:Bash:rm')
    expect(rm!.outcomes.finished).toBe(1)
    expect(rm!.learned).toBeUndefined()
  })
})

describe('a log that was not written by this program', () => {
  const LOG_OF_ONE = () => {
    const log = LOG()
    log.play([called('rm src/a.ts')])
    return log.entries
  }
  const isSound = (state: Profile): void => {
    const text = canonicalJson(state)
    expect(profile.isState(JSON.parse(text))).toBe(true)
    expect(canonicalJson(JSON.parse(text))).toBe(text)
    // What a snapshot would not hold is not there either.
    expect(JSON.parse(JSON.stringify(state))).toEqual(JSON.parse(text))
    expect(Object.getPrototypeOf(state.heldBack)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>)['deny']).toBeUndefined()
  }
  const LONG = 'x'.repeat(60_000)

  it.each([-1, -3_600_001, -0, 1e300, 8.64e15 + 1, 0.5, Number.MAX_SAFE_INTEGER])(
    'harms nothing by an entry of the time %d',
    (time) => {
      const state = profileOf(LOG_OF_ONE().map((entry) => ({ ...entry, time })))
      isSound(state)
      expect(state.calls).toBe(time >= 0 && time <= 8.64e15 ? 1 : 0)
    },
  )

  it('counts charges and detections beyond all sense up to what a number can hold', () => {
    const most = Number.MAX_SAFE_INTEGER
    const charge = (nanodollars: number) =>
      new CostCharged({ message: 'm', model: 'x', nanodollars, tokens: {}, prices: '1' })
    const found = (spans: number) =>
      new PiiDetected({ seenIn: 'PostToolUse', types: { EMAIL: spans }, tier: 'rules' })
    const events = [charge(most), charge(most), charge(-5), found(most), found(7), found(-most)]
    const state = profileOf(
      events.map((event, index) => ({
        index,
        time: 1,
        session: 's',
        event: event as WitnessEvent,
      })),
    )
    isSound(state)
    expect(state.spend).toEqual({ nanodollars: most, messages: 3 })
    expect(state.pii).toEqual({ EMAIL: most })
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', LONG])(
    'is not led astray by a rule, detector, type or session named %.20s',
    (name) => {
      const [decision, end] = LOG_OF_ONE()
      const { event } = decision!
      const made = event as DecisionMade
      const entries = [
        {
          ...decision!,
          session: name,
          event: Object.assign(
            Object.create(Object.getPrototypeOf(made) as object) as object,
            made,
            {
              toolUseId: name,
              receipt: { ...made.receipt, rules: [name, name] },
            },
          ) as WitnessEvent,
        },
        {
          ...end!,
          session: name,
          event: {
            ...(end!.event as object),
            _tag: 'ToolFinished',
            toolUseId: name,
          } as WitnessEvent,
        },
        {
          ...end!,
          event: new InjectionDetected({
            seenIn: 'PostToolUse',
            detector: name,
            score: 1,
            tier: 'rules',
          }),
        },
        {
          ...end!,
          event: new PiiDetected({
            seenIn: 'PostToolUse',
            types: JSON.parse(JSON.stringify({ [name]: 2 })) as Record<string, number>,
            tier: 'rules',
          }),
        },
      ].map((entry, index) => ({ ...entry, index }))
      const state = profileOf(entries)
      isSound(state)
      expect(state.outcomes.finished).toBe(1)
      expect(Object.values<{ defer: number }>(state.heldBack)).toMatchObject([{ defer: 2 }])
      expect(Object.values(state.injections)).toEqual([1])
    },
  )

  it('holds no text of a size that analysis never gives', () => {
    const bare = exampleAction('rm src/a.ts')
    const odd: ReadonlyArray<Partial<Action>> = [
      { tool: LONG },
      { capabilities: [`tool:${LONG}` as Action['capabilities'][number]] },
      { flags: [[LONG, `--${LONG}`]] },
      { flags: [Array.from({ length: 5000 }, (_, i) => `--${i}`)] },
      { effects: bare.effects.map((one) => ({ ...one, why: LONG, by: LONG })) },
      { effects: bare.effects.map((one) => ({ ...one, by: LONG })) },
      {
        effects: [
          {
            kind: 'fs.read',
            certainty: 'certain',
            target: { path: { project: 'a' }, zone: 'project', as: { project: LONG } },
          },
        ],
      },
      ...(['program', 'host', 'name'] as const).map((key) => ({
        effects: [{ kind: 'exec', certainty: 'certain', target: { [key]: LONG } } as never],
      })),
      {
        effects: [
          { kind: 'fs.read', certainty: 'certain', target: { path: { home: LONG }, zone: 'home' } },
        ],
      },
    ]
    const log = LOG()
    log.play(odd.map((more) => called('', { action: { ...bare, ...more } })))
    const state = profileOf(log.entries)
    isSound(state)
    expect(canonicalJson(state).length).toBeLessThan(20_000)
  })
})

describe('a session that does a thousand things', () => {
  it('empties no table of what several sessions have in common', () => {
    const log = LOG()
    for (const session of [0, 1, 2]) log.play([called('rm src/a.ts', { session, day: session })])
    const flood = Array.from({ length: 200 }, (_, i) =>
      called(Array.from({ length: 20 }, (_, j) => `rm d${i}/e${j}/a.ts`).join(' && '), {
        session: 3,
      }),
    )
    log.play(flood)
    const state = profileOf(log.entries)
    expect(state.forgotten).toBeGreaterThan(0)
    const kept = Object.values(state.observations).find(({ scope }) => scope === './src')
    expect(kept?.learned).toMatchObject({ calls: 3, sessions: { count: 3 }, days: { count: 3 } })
  })
})

describe('distinct numbers', () => {
  it('are counted once each, and never more often than they are distinct', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 200 }), (numbers) => {
        const seen = numbers.reduce(withSeen, NONE_SEEN)
        const distinct = new Set(numbers).size
        expect(seen.count).toBeLessThanOrEqual(distinct)
        if (distinct <= 8) expect(seen.count).toBe(distinct)
      }),
    )
  })
})
