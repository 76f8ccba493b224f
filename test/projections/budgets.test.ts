import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/domain/canonical.ts'
import type { Limits } from '../../src/domain/cost/budget.ts'
import type { Entry } from '../../src/domain/event/envelope.ts'
import {
  BudgetTold,
  CostReconciled,
  CostUnread,
  HookReceived,
} from '../../src/domain/event/event.ts'
import {
  budgets,
  burnOf,
  figuresAt,
  MOST_SESSIONS,
  spendOf,
  spentOf,
  wasTold,
} from '../../src/projections/budgets.ts'
import { charges } from '../../src/projections/charges.ts'
import type { FoldCrypto, Projection } from '../../src/projections/projection.ts'
import { cost, folded, T, type Told } from './costs.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const YEAR = 365 * DAY

const hook = (project: string) =>
  new HookReceived({
    name: 'PreToolUse',
    kind: 'tool.before',
    cwd: { home: project },
    project: { home: project },
    payload: { key: 's', nonce: '', bytes: 0, data: '' },
  })

describe('what was spent', () => {
  it('is summed by session, model, hour, month and project', () => {
    const state = folded(budgets, [
      { event: hook('one') },
      { event: cost(100, { message: 'a', tokens: { input: 5 } }) },
      { event: cost(20, { message: 'a', more: true, tokens: { output: 2 } }) },
      {
        event: cost(7, { message: 'b', model: 'other', estimated: true }),
        session: 't',
        time: T + HOUR,
      },
      { event: cost(1, { message: 'c', at: T - 40 * DAY }), session: 't', time: T + HOUR },
    ])
    expect(state).toMatchObject({ sum: 128, messages: 3 })
    expect(spendOf(state, 's')).toMatchObject({ sum: 120, messages: 1, first: T, latest: T })
    expect(spendOf(state, 't')).toMatchObject({ sum: 8, messages: 2, first: T - 40 * DAY })
    expect(state.models['/claude-sonnet-4-5']).toMatchObject({
      sum: 121,
      messages: 2,
      tokens: [6, 2, 0, 0, 0, 0],
    })
    expect(state.models['/other']).toMatchObject({ sum: 7, estimated: true })
    expect(state.hours.map(({ sum }) => sum)).toEqual([1, 120, 7])
    expect(state.months.map(({ sum }) => sum)).toEqual([1, 127])
    expect(state.projects).toEqual({ '{"home":"one"}': 120, '': 8 })
  })

  it('before a session’s project was known belongs to the project all the same', () => {
    const state = folded(budgets, [
      { event: cost(100) },
      { event: cost(1), session: 'other' },
      { event: hook('one') },
      { event: hook('two') },
      { event: cost(5) },
    ])
    expect(state.projects).toEqual({ '{"home":"one"}': 105, '': 1 })
  })

  it('leaves the window of an hour and of a day when it is over', () => {
    const state = folded(budgets, [{ event: cost(100) }])
    expect(spentOf(state, 'hour', 's', T + 59 * MINUTE)).toBe(100)
    expect(spentOf(state, 'hour', 's', T + 62 * MINUTE)).toBe(0)
    expect(spentOf(state, 'day', 's', T + 23 * HOUR)).toBe(100)
    expect(spentOf(state, 'day', 's', T + 25 * HOUR)).toBe(0)
    expect(spentOf(state, 'session', 's', T + YEAR)).toBe(100)
    expect(spentOf(state, 'session', 'constructor', T)).toBe(0)
    expect(spentOf(state, 'session', undefined, T)).toBe(0)
  })

  it('long before it is charged counts for its session and not for the hour', () => {
    const state = folded(budgets, [{ event: cost(100, { at: T - 3 * HOUR }) }])
    expect(spentOf(state, 'hour', 's', T)).toBe(0)
    expect(spentOf(state, 'day', 's', T)).toBe(100)
    expect(spentOf(state, 'session', 's', T)).toBe(100)
  })

  it('is not forgotten by a clock that is set back, nor for ever held by one far ahead', () => {
    const back = folded(budgets, [
      { event: cost(100), time: T },
      { event: cost(1), time: T - DAY },
    ])
    expect(spentOf(back, 'hour', 's', T - DAY)).toBe(101)
    expect(spentOf(back, 'hour', 's', T - 2 * DAY)).toBe(101)
    const ahead = folded(budgets, [
      { event: cost(100), time: T + YEAR },
      { event: cost(1), time: T },
      { event: cost(1), time: T + MINUTE },
    ])
    expect(spentOf(ahead, 'hour', 's', T + MINUTE)).toBe(102)
    expect(spentOf(ahead, 'hour', 's', T + 65 * MINUTE)).toBe(0)
  })

  it('in the time to come is spent now', () => {
    const state = folded(budgets, [{ event: cost(100, { at: T + YEAR }) }])
    expect(spentOf(state, 'hour', 's', T + 62 * MINUTE)).toBe(0)
    expect(spendOf(state, 's')?.latest).toBe(T)
  })

  it('goes at a rate by the hour, which a few minutes are not yet', () => {
    const state = folded(budgets, [
      { event: cost(100), time: T },
      { event: cost(100), time: T + 30 * MINUTE },
    ])
    expect(burnOf(state, 's', T + 30 * MINUTE)).toBe(400)
    expect(burnOf(folded(budgets, [{ event: cost(100) }]), undefined, T)).toBe(600)
    expect(burnOf(state, 's', T + 5 * HOUR)).toBe(0)
    expect(burnOf(state, 'nobody', T)).toBe(0)
  })

  it('stays bounded and plain JSON, whatever the names', () => {
    const state = folded(budgets, [
      ...Array.from({ length: MOST_SESSIONS + 10 }, (_, i) => ({
        event: cost(1, { model: `m${i}`, at: T + i * HOUR, message: `${i}` }),
        session: `s${i}`,
        time: T + i * HOUR,
      })),
      { event: cost(1, { model: 'constructor' }), session: '__proto__', time: T + YEAR },
    ])
    expect(Object.keys(state.sessions).length).toBeLessThanOrEqual(MOST_SESSIONS)
    expect(Object.keys(state.models).length).toBeLessThanOrEqual(130)
    for (const slots of [state.hour, state.day]) expect(slots.length).toBeLessThanOrEqual(61)
    expect(state.sum).toBe(MOST_SESSIONS + 11)
    expect(spendOf(state, '__proto__')?.sum).toBe(1)
    expect(budgets.isState(JSON.parse(JSON.stringify(state)))).toBe(true)
  })

  it('counts no more than was charged in any window, and all of it by session', () => {
    const step = fc.record({
      sum: fc.nat(1000),
      session: fc.constantFrom('s', 't'),
      wait: fc.integer({ min: -HOUR, max: 2 * HOUR }),
      ago: fc.nat(2 * DAY),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let time = T
        const told = steps.map(({ sum, session, wait, ago }, i) => {
          time += wait
          return { time, session, event: cost(sum, { message: `${i}`, at: time - ago }) }
        })
        const state = folded(budgets, told)
        const all = steps.reduce((a, { sum }) => a + sum, 0)
        expect(spentOf(state, 'session', 's', time) + spentOf(state, 'session', 't', time)).toBe(
          all,
        )
        const [hour, day] = (['hour', 'day'] as const).map((of) => spentOf(state, of, 's', time))
        expect(hour!).toBeLessThanOrEqual(day!)
        expect(day!).toBeLessThanOrEqual(all)
        const latest = steps.at(-1)
        if (latest !== undefined && latest.ago < HOUR)
          expect(hour!).toBeGreaterThanOrEqual(latest.sum)
      }),
    )
  })
})

describe('a budget', () => {
  const limits: Limits = { session: 100, hour: 0, day: 500 }

  it('is seen by a decision where it is set', () => {
    const state = folded(budgets, [{ event: cost(120) }, { event: cost(5), session: 't' }])
    expect(figuresAt(state, limits, 's', T)).toEqual([
      { of: 'session', spent: 120, limit: 100 },
      { of: 'day', spent: 125, limit: 500 },
    ])
    expect(figuresAt(state, { session: 0, hour: 0, day: 0 }, 's', T)).toEqual([])
  })

  it('is told of once, and again when it was changed or the window has passed', () => {
    const told = (of: 'session' | 'day', limit: number) =>
      new BudgetTold({ of, level: 'warn', spent: 90, limit })
    const state = folded(budgets, [{ event: told('session', 100) }, { event: told('day', 500) }])
    const session = { of: 'session', spent: 95, limit: 100 } as const
    const day = { of: 'day', spent: 450, limit: 500 } as const
    expect(wasTold(state, session, 'warn', 's', T + YEAR)).toBe(true)
    expect(wasTold(state, session, 'over', 's', T)).toBe(false)
    expect(wasTold(state, session, 'warn', 't', T)).toBe(false)
    expect(wasTold(state, { ...session, limit: 200 }, 'warn', 's', T)).toBe(false)
    expect(wasTold(state, day, 'warn', 't', T + 23 * HOUR)).toBe(true)
    expect(wasTold(state, day, 'warn', 't', T + 25 * HOUR)).toBe(false)
  })
})

describe('an entry that no follower wrote', () => {
  const number = fc.oneof(
    fc.constantFrom(
      0,
      -0,
      -1,
      1e300,
      -1e300,
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
      8.65e15,
      0.5,
    ),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  )
  const whole = number.map((one) =>
    Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.round(one))),
  )
  const text = fc.oneof(
    fc.constantFrom(
      'a',
      '__proto__',
      'constructor',
      '',
      'x'.repeat(70_000),
      `${'y'.repeat(255)}\u{1f600}`,
    ),
    fc.string({ unit: 'binary' }).map((one) => one.toWellFormed()),
  )
  const told = fc.record({
    time: number,
    session: fc.option(text),
    event: fc.oneof(
      fc.record({
        _tag: fc.constant('CostCharged'),
        message: text,
        model: text,
        nanodollars: whole,
        tokens: fc.dictionary(fc.constantFrom('input', 'cache_read', 'toString'), whole),
        prices: text,
        at: number,
        read: fc.record({ offset: whole, tail: text }),
      }),
      fc.record({ _tag: fc.constant('CostReconciled'), client: whole, charged: whole }),
      fc.record({
        _tag: fc.constant('BudgetTold'),
        of: fc.constantFrom('session', 'hour', 'day'),
        level: fc.constantFrom('warn', 'over'),
        spent: whole,
        limit: whole,
      }),
      fc.record({ _tag: fc.constant('HookReceived'), project: fc.record({ home: text }) }),
    ),
  })

  it('leaves states that can be stored, read back and asked, and no larger than others', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 20 }), fc.boolean(), (entries, later) => {
        for (const projection of [budgets, charges] as ReadonlyArray<Projection<unknown>>) {
          const state = folded(projection, entries as unknown as ReadonlyArray<Told>)
          const stored = canonicalJson(state)
          expect(projection.isState(JSON.parse(stored))).toBe(true)
          expect(stored.length).toBeLessThan(30_000 + entries.length * 2000)
        }
        const state = folded(budgets, entries as unknown as ReadonlyArray<Told>)
        const now = later ? T : 8.64e15
        for (const name of ['session', 'hour', 'day'] as const)
          expect(Number.isSafeInteger(spentOf(state, name, 'a', now))).toBe(true)
        expect(Number.isFinite(burnOf(state, 'a', now))).toBe(true)
      }),
    )
  })
})

describe('folded over snapshots', () => {
  const step = fc.record({
    sum: fc.nat(1000),
    message: fc.constantFrom('a', 'b', 'c', 'd'),
    model: fc.constantFrom('one', 'two', '__proto__'),
    session: fc.constantFrom('s', 't', 'constructor'),
    wait: fc.integer({ min: -HOUR, max: 2 * HOUR }),
    stored: fc.boolean(),
  })

  it('both projections come to the same state, stored and read back anywhere between', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let time = T
        const entries = steps.map(({ sum, message, model, session, wait }, index) => {
          time += wait
          const event = cost(sum, {
            message,
            model,
            at: time - sum,
            read: { offset: index, tail: '' },
          })
          return { index, time, session, event } as Entry
        })
        for (const projection of [budgets, charges] as ReadonlyArray<Projection<unknown>>) {
          let [straight, stored] = [projection.initial(), projection.initial()]
          for (const [i, entry] of entries.entries()) {
            straight = projection.step(straight, entry, {} as FoldCrypto)
            if (steps[i]!.stored) stored = JSON.parse(canonicalJson(stored)) as unknown
            expect(projection.isState(stored)).toBe(true)
            stored = projection.step(stored, entry, {} as FoldCrypto)
          }
          expect(canonicalJson(stored)).toBe(canonicalJson(straight))
        }
      }),
    )
  })
})

describe('a session', () => {
  it('keeps the client’s last total and what could not be read', () => {
    const state = folded(budgets, [
      { event: new CostReconciled({ client: 5, charged: 4 }) },
      { event: new CostReconciled({ client: 9, charged: 9 }) },
      { event: new CostUnread({ code: 'bad-count' }) },
      { event: new CostUnread({ code: 'bad-count', agent: 'x' }) },
    ])
    expect(spendOf(state, 's')).toMatchObject({
      client: { sum: 9, charged: 9 },
      unread: ['bad-count'],
    })
  })
})
