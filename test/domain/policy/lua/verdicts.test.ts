import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Action } from '../../../../src/domain/action/action.ts'
import type { Policy } from '../../../../src/domain/policy/policy.ts'
import type { Posture } from '../../../../src/domain/policy/verdict.ts'
import { template, TEMPLATE_NAMES } from '../../../../src/templates/templates.ts'
import { policy } from '../generators.ts'
import { realActions } from './calls.ts'
import { cases, oddPolicy } from './generators.ts'
import { sharp } from './sharp.ts'
import { type Case, differences, engineAnswers, type Lua, startLua } from './runtime.ts'

let lua: Lua
let real: ReadonlyArray<Action>
const compared = { all: 0, permit: 0, defer: 0, deny: 0 }

beforeAll(async () => {
  lua = await startLua()
  real = await realActions()
})

const agree = (by: Policy, on: ReadonlyArray<Case>): void => {
  compared.all += on.length
  for (const answer of engineAnswers(by, on))
    compared[answer.split(' ')[0] as 'permit' | 'defer' | 'deny']++
  expect(differences(lua, by, on)).toEqual([])
}

/** So many that what is limited by the hour counts. */
const RATES = Object.fromEntries(
  TEMPLATE_NAMES.flatMap((name) => template(name).rules).flatMap(({ id, rate }) =>
    rate === undefined ? [] : [[id, rate.max]],
  ),
)
const POSTURES: ReadonlyArray<Posture> = ['interactive', 'autonomous', 'interactive', 'dry_run']

describe('the verdict and what decided are those of the engine', () => {
  it('for policies and actions of the plain vocabulary', () => {
    fc.assert(fc.property(policy, cases(40), agree), { numRuns: 40 })
  })

  it('for every rule that matches, where all have one verdict and their values nearly meet', () => {
    fc.assert(
      fc.property(sharp, ([by, on]) => agree(by, on)),
      { numRuns: 60 },
    )
  })

  it('for texts beyond ASCII, layers, manifests with postures and hosts of every network', () => {
    fc.assert(fc.property(oddPolicy, cases(40), agree), { numRuns: 60 })
  })

  it.each(TEMPLATE_NAMES)('for what agents and attackers do, under the template %s', (name) => {
    const on = real.map((action, i): Case => ({
      action,
      now: {
        mode: 'enforce',
        posture: POSTURES[i % POSTURES.length]!,
        state: { suspended: false, ...(i % 8 < 4 ? { rates: RATES } : {}) },
      },
    }))
    expect(real.length).toBeGreaterThan(3_000)
    agree(
      template(name),
      on.filter((_, i) => name === 'default' || i % 3 === 0),
    )
  })

  afterAll(() => {
    expect(compared.all).toBeGreaterThanOrEqual(10_000)
    for (const verdict of ['permit', 'defer', 'deny'] as const)
      expect(compared[verdict]).toBeGreaterThan(compared.all / 10)
  })
})
