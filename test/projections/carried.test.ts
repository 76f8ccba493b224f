import * as Result from 'effect/Result'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../src/domain/canonical.ts'
import { encodeEntry } from '../../src/domain/event/envelope.ts'
import { StateCarried } from '../../src/domain/event/event.ts'
import { ENTERED_ANEW, PROJECTIONS } from '../../src/projections/all.ts'
import { type Carry, carrying, partsOf } from '../../src/projections/carried.ts'
import type { Projection } from '../../src/projections/projection.ts'
import { budgets } from '../../src/projections/budgets.ts'
import { cost, folded, T } from './costs.ts'
import { FOLD_CRYPTO } from '../../src/infra/store/fold.ts'

interface Held {
  readonly count: number
  readonly list: ReadonlyArray<number>
  readonly of: Readonly<
    Record<string, { at: number; note: string; inner: Record<string, { at: number }> }>
  >
}

const CARRY: Carry = { records: { of: ['at'] }, inner: { of: 'inner' } }

const toy: Projection<Held> = {
  id: 'toy',
  version: 1,
  initial: () => ({ count: 0, list: [], of: {} }),
  isState: (value): value is Held => typeof value === 'object' && value !== null && 'of' in value,
  step: (state) => state,
}

const entry = (projection: string, state: unknown) => ({
  index: 3,
  time: 0,
  session: null,
  event: new StateCarried({ projection, state }),
})

const taken = <S>(projection: Projection<S>, parts: ReadonlyArray<unknown>, from: S): S =>
  parts.reduce<S>(
    (state, part) => projection.step(state, entry(projection.id, part), FOLD_CRYPTO),
    from,
  )

const states = fc.record({
  count: fc.nat(9),
  list: fc.array(fc.nat(9), { maxLength: 5 }),
  of: fc.dictionary(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.record({
      at: fc.nat(99),
      note: fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.repeat(200)),
      inner: fc.dictionary(
        fc.string({ maxLength: 6 }).map((text) => `/${text.repeat(60)}`),
        fc.record({ at: fc.nat(99) }),
        { maxKeys: 150 },
      ),
    }),
    { maxKeys: 20 },
  ),
})

describe('what is carried over', () => {
  it('comes to the same state in parts that each fit an entry, its indexes below nought', () => {
    fc.assert(
      fc.property(states, (state) => {
        const carried = carrying(toy, CARRY)
        const parts = partsOf(toy, CARRY, state as Held, 100)
        for (const part of parts) {
          expect(Buffer.byteLength(canonicalJson(part))).toBeLessThan(60_000)
          expect(toy.isState(part)).toBe(true)
        }
        const next = taken(carried, parts, toy.initial())
        const back = JSON.parse(
          JSON.stringify(next).replaceAll(
            /"at":(-\d+)/g,
            (_, at: string) => `"at":${Number(at) + 100}`,
          ),
        ) as unknown
        expect(canonicalJson(back)).toBe(canonicalJson(state))
      }),
      { numRuns: 60 },
    )
  })

  it('adds what is not there, and changes nothing that is', () => {
    const value = { at: 1, note: 'mine', inner: {} }
    const mine: Held = { count: 2, list: [1], of: { a: value } }
    const forged = { count: 0, list: [], of: { a: { ...value, note: 'forged' }, b: value } }
    expect(taken(carrying(toy, CARRY), [forged], mine)).toEqual({
      count: 2,
      list: [1],
      of: { a: value, b: value },
    })
  })

  it('is nothing of what is no state, has no canonical form, or is another projection’s', () => {
    const carried = carrying(toy, CARRY)
    for (const bad of [null, 7, { of: { a: -0 } }, { of: { a: '\ud800' } }])
      expect(taken(carried, [bad], toy.initial())).toEqual(toy.initial())
    const other = entry('other', { count: 5, list: [], of: {} })
    expect(carried.step(toy.initial(), other, FOLD_CRYPTO)).toEqual(toy.initial())
  })

  it('fits entries where a state is as full as it gets', () => {
    const hours = Array.from({ length: 1488 }, (_, hour) => ({
      session: `s${hour % 40}`,
      time: T,
      event: cost(4_503_599_627, {
        message: `msg_${hour}`,
        model: `model-${hour % 200}`,
        at: T - hour * 3_600_000,
      }),
    }))
    const spent = folded(budgets, hours)
    const files = Array.from({ length: 256 }, (_, i) => [
      `/${'long/'.repeat(48)}${i}`,
      { is: 'downloaded' as const, at: i, call: `toolu_${'x'.repeat(120)}` },
    ])
    const windows = Array.from({ length: 64 }, (_, i) => ({
      folder: `/${'folder/'.repeat(34)}${i}`,
      own: true,
      at: i,
      call: `toolu_${'x'.repeat(120)}`,
      from: T,
      until: T,
    }))
    const one = { files: Object.fromEntries(files), count: 256, windows, turn: 0, last: 300 }
    const full = [
      [PROJECTIONS.budgets, spent],
      [PROJECTIONS.origins, { sessions: { '/s': one }, count: 1 }],
    ] as const
    for (const [projection, state] of full) {
      const { id, carry } = projection
      const of = projection as unknown as Projection<unknown>
      const parts = partsOf(of, carry, state, 1000)
      for (const part of parts) expect(Result.isSuccess(encodeEntry(entry(id, part)))).toBe(true)
      const next = taken(of, parts, of.initial())
      expect(of.isState(next)).toBe(true)
      // Once more is carried as it was: nothing is lost from log to log.
      const again = taken(of, partsOf(of, carry, next, 0), of.initial())
      expect(canonicalJson(again)).toBe(canonicalJson(next))
    }
    expect(
      taken(
        PROJECTIONS.budgets,
        partsOf(budgets, PROJECTIONS.budgets.carry, spent, 0),
        budgets.initial(),
      ),
    ).toEqual(spent)
  })

  it('is decided for every projection: carried, or entered anew', () => {
    for (const [name, projection] of Object.entries(PROJECTIONS))
      expect('carry' in projection, name).toBe(!(name in ENTERED_ANEW))
  })

  it('names fields that the states have', () => {
    for (const [name, projection] of Object.entries(PROJECTIONS)) {
      if (!('carry' in projection)) continue
      const { carry, initial } = projection as unknown as Projection<unknown> & { carry: Carry }
      const fields = Object.keys(initial() as object)
      for (const field of [...Object.keys(carry.records), ...(carry.own ?? [])])
        expect(fields, `${name}.${field}`).toContain(field)
    }
  })
})
