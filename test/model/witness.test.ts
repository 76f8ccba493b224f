// The log against a model of it: any order of appends, failures, checkpoints, snapshots and reopening
// leaves exactly the entries that were acknowledged, in order, in a log that verifies.
import * as fc from 'fast-check'
import * as Effect from 'effect/Effect'
import { describe, expect, it } from 'vitest'
import { EntryTooLarge } from '../../src/domain/event/envelope.ts'
import { Chunk } from '../../src/domain/event/event.ts'
import type { Digest } from '../../src/domain/hash.ts'
import type { Pin } from '../../src/infra/keys/identity.ts'
import { callDrafts, create, openLog, type OpenLog, scratchDir } from '../infra/store/scratchLog.ts'
import { faults, faultyDb, type Faults } from '../infra/store/faultyDb.ts'

/** Tool use ids in the order of their entries. */
interface Model {
  calls: Array<number>
}
interface Real {
  readonly dir: string
  readonly pin: Pin
  readonly plan: Faults
  opened: OpenLog
  notes: Array<string>
}
type Command = fc.AsyncCommand<Model, Real>

let next = 0
const reopen = async (real: Real): Promise<void> => {
  real.opened = await openLog(real.dir, real.pin, {
    openDb: faultyDb(real.plan),
    snapshotEvery: 12,
  })
}
const callsOf = async ({ opened: { log } }: Real): Promise<ReadonlyArray<number>> => {
  const calls: Array<number> = []
  for await (const slice of log.scan({}))
    for (const { bytes } of slice) {
      const { event } = JSON.parse(Buffer.from(bytes).toString())
      if (event._tag === 'ToolFinished') calls.push(Number(event.toolUseId.slice(6)))
    }
  return calls
}

const always = { check: () => true }

const append = (writers: number, durable: boolean): Command => ({
  ...always,
  toString: () => `append ${writers}${durable ? ' durably' : ''}`,
  run: async (model, { opened: { log } }) => {
    const mine = Array.from({ length: writers }, () => next++)
    const done = await Promise.all(mine.map((n) => log.append(callDrafts(n, 'AA'), durable)))
    expect(done.map(({ first }) => first).toSorted((a, b) => a - b)).toEqual(
      done.map(({ first }) => first),
    )
    model.calls.push(...mine)
  },
})

const appendTooLarge = (): Command => ({
  ...always,
  toString: () => 'append too large',
  run: async (model, { opened: { log } }) => {
    const data = 'A'.repeat(70_000)
    const event = new Chunk({ digest: 'ab'.repeat(32) as Digest, data })
    const n = next++
    const refused = log.append([...callDrafts(next++, 'AA'), { session: null, event }])
    const beside = log.append(callDrafts(n, 'AA'))
    await expect(refused).rejects.toBeInstanceOf(EntryTooLarge)
    await beside
    model.calls.push(n)
  },
})

const fail = (write: 'lost' | 'landed', shut: boolean): Command => ({
  ...always,
  toString: () => `fail ${write}${shut ? ' and cannot be opened again' : ''}`,
  run: async (model, { opened: { log }, plan }) => {
    plan.write = write
    plan.reopen = shut
    const n = next++
    const outcome = await log.append(callDrafts(n, 'AA')).then(
      () => 'resolved',
      () => 'rejected',
    )
    plan.write = 'none'
    plan.reopen = false
    expect(outcome).toBe(write === 'landed' && !shut ? 'resolved' : 'rejected')
    // Rejected or not, what is on the store is part of the log from its recovery on.
    if (write === 'landed') model.calls.push(n)
    const after = next++
    await log.append(callDrafts(after, 'AA'))
    model.calls.push(after)
  },
})

const checkpoint = (): Command => ({
  ...always,
  toString: () => 'checkpoint',
  run: async (_, real) => {
    real.notes.push(await Effect.runPromise(real.opened.log.checkpoint))
  },
})

const restart = (): Command => ({
  ...always,
  toString: () => 'close and open',
  run: async (_, real) => {
    const { log, close } = real.opened
    await close()
    const states = structuredClone(log.projected())
    await reopen(real)
    expect(real.opened.log.head()).toEqual(log.head())
    expect(real.opened.log.projected()).toEqual(states)
  },
})

const verify = (): Command => ({
  ...always,
  toString: () => 'verify',
  run: async (model, real) => {
    const against = real.notes.at(-1)
    const report = await Effect.runPromise(
      real.opened.log.verify(against === undefined ? {} : { against }),
    )
    expect(report.problem).toBeNull()
    expect(report.verdict).toBe(against === undefined ? 'unanchored' : 'anchored')
    expect(await callsOf(real)).toEqual(model.calls)
  },
})

describe('the log', () => {
  it('is what its model says after any commands', async () => {
    const commands = fc.commands(
      [
        fc.tuple(fc.integer({ min: 1, max: 6 }), fc.boolean()).map((one) => append(...one)),
        fc.constant(0).map(appendTooLarge),
        fc
          .tuple(fc.constantFrom('lost' as const, 'landed' as const), fc.boolean())
          .map((one) => fail(...one)),
        fc.constant(0).map(checkpoint),
        fc.constant(0).map(restart),
        fc.constant(0).map(verify),
      ],
      { maxCommands: 25 },
    )
    await fc.assert(
      fc.asyncProperty(commands, async (all) => {
        const { dir, remove } = scratchDir()
        const pin = await create(dir)
        const real: Real = { dir, pin, plan: faults(), opened: undefined as never, notes: [] }
        await reopen(real)
        const model: Model = { calls: [] }
        await fc.asyncModelRun(() => ({ model, real }), [...all, verify()])
        await real.opened.close()
        remove()
      }),
      { numRuns: 40 },
    )
  })
})
