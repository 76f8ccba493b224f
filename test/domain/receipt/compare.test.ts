import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PathRef } from '../../../src/domain/action/place.ts'
import { type Cause, causesOf } from '../../../src/domain/receipt/causes.ts'
import {
  compareAsSets,
  compareInOrder,
  type Comparison,
} from '../../../src/domain/receipt/compare.ts'
import { differencesOf, type Part } from '../../../src/domain/receipt/differences.ts'
import { type Receipt, receiptDigest } from '../../../src/domain/receipt/receipt.ts'
import { sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'
import { type Made, RECORDED_ON, receiptsOn, stepsOf } from './recorded.ts'
import { runs } from '../../support/runs.ts'

const SESSION = receiptsOn(RECORDED_ON)
const made = (receipt: Receipt): Made => ({ digest: receiptDigest(receipt, sha256), receipt })

/** Each changes one thing that a receipt holds. */
const CHANGES: Readonly<Record<string, { cause: Cause; change: (one: Receipt) => Receipt }>> = {
  engine: { cause: 'engine', change: (one) => ({ ...one, engine: `${one.engine}-next` }) },
  policy: {
    cause: 'policy',
    change: (one) => ({ ...one, policy: 'f'.repeat(64) as Receipt['policy'] }),
  },
  mode: {
    cause: 'state',
    change: (one) => ({ ...one, mode: one.mode === 'profile' ? 'enforce' : 'profile' }),
  },
  posture: {
    cause: 'state',
    change: (one) => ({ ...one, posture: one.posture === 'dry_run' ? 'interactive' : 'dry_run' }),
  },
  suspended: {
    cause: 'state',
    change: (one) => ({ ...one, state: { ...one.state, suspended: !one.state.suspended } }),
  },
  rates: {
    cause: 'state',
    change: (one) => ({ ...one, state: { ...one.state, rates: { r: 7 } } }),
  },
  tainted: {
    cause: 'state',
    change: (one) => ({
      ...one,
      state: { ...one.state, tainted: { score: 0.9, source: 'web' as const } },
    }),
  },
  'no rates': { cause: 'state', change: (one) => ({ ...one, state: { ...one.state, rates: {} } }) },
  cwd: {
    cause: 'observation',
    change: (one) => ({ ...one, observed: { ...one.observed, cwd: { path: '/elsewhere' } } }),
  },
  link: {
    cause: 'observation',
    change: (one) => ({
      ...one,
      observed: {
        ...one.observed,
        links: [...one.observed.links, { path: { project: 'a' }, real: { home: 'x' } }],
      },
    }),
  },
  script: {
    cause: 'observation',
    change: (one) => ({
      ...one,
      observed: { ...one.observed, scripts: [{ path: { project: 'b.sh' }, is: 'pending' }] },
    }),
  },
  caseless: {
    cause: 'observation',
    change: (one) => ({ ...one, observed: { ...one.observed, caseless: true } }),
  },
  settings: {
    cause: 'observation',
    change: (one) => ({
      ...one,
      observed: {
        ...one.observed,
        config: { disablesHooks: true, removesGate: false, readable: true },
      },
    }),
  },
  event: { cause: 'input', change: (one) => ({ ...one, event: `${one.event}2` }) },
  tool: {
    cause: 'input',
    change: (one) => ({ ...one, action: { ...one.action, tool: `${one.action.tool}2` } }),
  },
  effect: {
    cause: 'input',
    change: (one) => ({
      ...one,
      action: {
        ...one.action,
        effects: [...one.action.effects, { kind: 'privilege', certainty: 'possible' }],
      },
    }),
  },
  'place of an effect': {
    cause: 'input',
    change: (one) => ({
      ...one,
      action: {
        ...one.action,
        effects: [...one.action.effects, { kind: 'spawn', certainty: 'possible', of: 77 }],
      },
    }),
  },
  verdict: {
    cause: 'decision',
    change: (one) => ({ ...one, verdict: one.verdict === 'deny' ? 'permit' : 'deny' }),
  },
  rules: { cause: 'decision', change: (one) => ({ ...one, rules: [...one.rules, 'z-rule'] }) },
}

const aChange = fc.constantFrom(...Object.keys(CHANGES))
const aRow = fc.array(fc.nat({ max: SESSION.length - 1 }), { minLength: 1, maxLength: 40 })
const rowOf = (picked: ReadonlyArray<number>): ReadonlyArray<Made> =>
  picked.map((at) => SESSION[at]!)
const compared = (a: ReadonlyArray<Made>, b: ReadonlyArray<Made>): Comparison =>
  compareInOrder(stepsOf(a), stepsOf(b))
const mirror = ({ same, divergences }: Comparison): Comparison => ({
  same,
  divergences: divergences.map(({ kind, a, b }) => ({
    kind: kind === 'missing' ? 'extra' : kind === 'extra' ? 'missing' : kind,
    a: b,
    b: a,
  })),
})
const RUNS = { numRuns: runs(300) }

describe('two rows of decisions', () => {
  it('are identical to themselves', () => {
    fc.assert(
      fc.property(aRow, (picked) => {
        const row = rowOf(picked)
        const whole = { same: row.length, divergences: [] }
        expect(compared(row, row)).toEqual(whole)
        const asSet = compareAsSets(stepsOf(row), stepsOf(row))
        expect(asSet).toEqual({
          same: new Set(picked.map((at) => SESSION[at]!.digest)).size,
          divergences: [],
        })
      }),
      RUNS,
    )
  })

  it('that differ in one field part there, and for its cause alone', () => {
    fc.assert(
      fc.property(aRow, fc.nat(), aChange, (picked, nth, name) => {
        const a = rowOf(picked)
        const at = nth % a.length
        const { cause, change } = CHANGES[name]!
        const other = made(change(a[at]!.receipt))
        const b = a.with(at, other)
        expect(other.digest).not.toBe(a[at]!.digest)
        expect(compared(a, b)).toEqual({
          same: a.length - 1,
          divergences: [{ kind: 'changed', a: at, b: at }],
        })
        const differences = differencesOf(a[at]!.receipt, other.receipt)
        expect(differences.length).toBeGreaterThan(0)
        for (const { a: left, b: right } of differences) expect(left).not.toBe(right)
        expect(causesOf(differences)).toEqual([cause])
      }),
      RUNS,
    )
  })

  it('with several changes in one decision name all causes, the root one first', () => {
    const ORDER: ReadonlyArray<Part> = [
      'engine',
      'policy',
      'state',
      'observation',
      'input',
      'decision',
    ]
    fc.assert(
      fc.property(
        fc.nat({ max: SESSION.length - 1 }),
        fc.uniqueArray(aChange, { minLength: 2, maxLength: 6 }),
        (at, names) => {
          const before = SESSION[at]!.receipt
          const after = names.reduce((one, name) => CHANGES[name]!.change(one), before)
          const told = causesOf(differencesOf(before, after))
          const changed = new Set(names.map((name) => CHANGES[name]!.cause))
          expect(told).toEqual(ORDER.filter((part) => told.includes(part)))
          for (const cause of ['engine', 'policy', 'state', 'observation'] as const)
            expect(told.includes(cause)).toBe(changed.has(cause))
          // What follows from a root is no cause of its own.
          expect(told.includes('decision')).toBe([...changed].every((one) => one === 'decision'))
          if (told.includes('input')) expect(changed.has('input')).toBe(true)
        },
      ),
      RUNS,
    )
  })

  it('in another order have the same receipts elsewhere, and nothing is missing', () => {
    fc.assert(
      fc.property(
        aRow.chain((picked) =>
          fc.tuple(
            fc.constant(picked),
            fc.shuffledSubarray(picked, { minLength: picked.length, maxLength: picked.length }),
          ),
        ),
        ([picked, shuffled]) => {
          const [a, b] = [rowOf(picked), rowOf(shuffled)]
          const { divergences } = compared(a, b)
          const same = a.every(({ digest }, at) => digest === b[at]!.digest)
          expect(divergences.length === 0).toBe(same)
          for (const { kind, a: i, b: j } of divergences) {
            expect(kind).toBe('order')
            expect(a[i!]!.digest).toBe(b[j!]!.digest)
          }
        },
      ),
      RUNS,
    )
  })

  it('of which one lacks a decision miss it where it is', () => {
    fc.assert(
      fc.property(aRow, fc.nat(), (picked, nth) => {
        const a = rowOf(picked)
        const at = nth % a.length
        const b = a.toSpliced(at, 1)
        const { same, divergences } = compared(a, b)
        expect(same).toBe(a.length - 1)
        expect(divergences).toHaveLength(1)
        const [{ kind, a: where, b: none }] = divergences as [Comparison['divergences'][number]]
        expect([kind, none]).toEqual(['missing', null])
        // Of equal neighbours it cannot be told which one is gone.
        expect(a[where!]!.digest).toBe(a[at]!.digest)
        expect(a.toSpliced(where!, 1)).toEqual(b)
        expect(compared(b, a).divergences).toEqual([{ kind: 'extra', a: null, b: where }])
      }),
      RUNS,
    )
  })

  const edited = fc
    .tuple(
      aRow,
      fc.array(fc.tuple(fc.nat(), fc.constantFrom('drop', 'repeat', 'change'), aChange), {
        maxLength: 8,
      }),
    )
    .map(([picked, edits]) => {
      const a = rowOf(picked)
      const b = edits.reduce<ReadonlyArray<Made>>((row, [nth, edit, name]) => {
        if (row.length === 0) return row
        const at = nth % row.length
        if (edit === 'drop') return row.toSpliced(at, 1)
        if (edit === 'repeat') return row.toSpliced(at, 0, row[(at * 7) % row.length]!)
        return row.with(at, made(CHANGES[name]!.change(row[at]!.receipt)))
      }, a)
      return [a, b] as const
    })

  it('say the same with their sides exchanged', () => {
    fc.assert(
      fc.property(edited, ([a, b]) => {
        expect(compared(b, a)).toEqual(mirror(compared(a, b)))
        const sets = compareAsSets(stepsOf(a), stepsOf(b))
        const exchanged = compareAsSets(stepsOf(b), stepsOf(a))
        expect(exchanged).toEqual(mirror(sets))
      }),
      RUNS,
    )
  })

  it('account for every decision once, and first for the first that differs', () => {
    fc.assert(
      fc.property(edited, ([a, b]) => {
        const { same, divergences } = compared(a, b)
        const [left, right] = [divergences.map((one) => one.a), divergences.map((one) => one.b)]
        const told = (side: ReadonlyArray<number | null>) => side.filter((at) => at !== null)
        expect(same + told(left).length).toBe(a.length)
        expect(same + told(right).length).toBe(b.length)
        expect(new Set(told(left)).size).toBe(told(left).length)
        const first = a.findIndex(({ digest }, at) => digest !== b[at]?.digest)
        const prefix = first < 0 ? Math.min(a.length, b.length) : first
        const [one] = divergences
        if (one === undefined)
          expect(a.map(({ digest }) => digest)).toEqual(b.map(({ digest }) => digest))
        else expect(Math.min(one.a ?? Infinity, one.b ?? Infinity)).toBe(prefix)
      }),
      RUNS,
    )
  })

  it('pair one call under two policies although every receipt differs, some are gone and some are new', () => {
    const under = SESSION.map(({ receipt }) => made(CHANGES['policy']!.change(receipt)))
    const extra = made({ ...under[3]!.receipt, event: 'Somewhere' })
    const { divergences } = compared(SESSION, [extra, ...under.toSpliced(5, 1)])
    const kinds = Map.groupBy(divergences, ({ kind }) => kind)
    expect(kinds.get('changed')).toHaveLength(SESSION.length - 1)
    expect(kinds.get('missing')).toEqual([{ kind: 'missing', a: 5, b: null }])
    expect(kinds.get('extra')).toEqual([{ kind: 'extra', a: null, b: 0 }])
    for (const { a, b } of kinds.get('changed')!)
      expect(SESSION[a!]!.receipt.action).toEqual(
        [extra, ...under.toSpliced(5, 1)][b!]!.receipt.action,
      )
  })
})

describe('sets of receipts', () => {
  it('say nothing of an order, and pair what is the same call', () => {
    const b = [...SESSION].toReversed()
    expect(compareAsSets(stepsOf(SESSION), stepsOf(b)).divergences).toEqual([])
    const at = 7
    const other = made(CHANGES['mode']!.change(SESSION[at]!.receipt))
    const rest = b.filter(({ digest }) => digest !== SESSION[at]!.digest)
    const { divergences } = compareAsSets(stepsOf(SESSION), stepsOf([other, ...rest]))
    expect(divergences).toEqual([
      { kind: 'changed', a: SESSION.findIndex((one) => one.digest === SESSION[at]!.digest), b: 0 },
    ])
  })
})

describe('what two receipts say differently', () => {
  const receipt = SESSION.find(({ receipt }) => receipt.action.tool === 'Bash')!.receipt
  const linked = (real: PathRef): Receipt => ({
    ...receipt,
    observed: { ...receipt.observed, links: [{ path: { project: 'a' }, real }] },
  })

  it('is said of either side, in words', () => {
    expect(differencesOf(linked({ home: 'x' }), receipt)).toEqual([
      { part: 'observation', field: 'link', of: './a', a: 'is a link to ~/x', b: null },
    ])
    expect(differencesOf(linked({ home: 'x' }), linked({ path: '/etc' }))).toEqual([
      {
        part: 'observation',
        field: 'link',
        of: './a',
        a: 'is a link to ~/x',
        b: 'is a link to /etc',
      },
    ])
    const { policy } = receipt
    expect(differencesOf(receipt, CHANGES['policy']!.change(receipt))).toEqual([
      { part: 'policy', field: 'policy', a: policy, b: 'f'.repeat(64) },
    ])
  })

  it('finds an effect that is there twice, and a list in another order', () => {
    const { effects } = receipt.action
    const withEffects = (list: typeof effects): Receipt => ({
      ...receipt,
      action: { ...receipt.action, effects: list },
    })
    const twice = differencesOf(receipt, withEffects([...effects, effects[0]!]))
    expect(twice).toEqual([
      { part: 'input', field: 'effect', a: null, b: expect.any(String) as string },
    ])
    expect(effects.length).toBeGreaterThan(1)
    const turned = differencesOf(receipt, withEffects(effects.toReversed()))
    expect(turned).toMatchObject([{ part: 'input', field: 'action' }])
  })
})
