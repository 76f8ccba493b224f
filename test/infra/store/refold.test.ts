import { afterEach, describe, expect, it } from 'vitest'
import { PROJECTIONS } from '../../../src/projections/all.ts'
import type { WitnessNotice } from '../../../src/infra/store/levelWitness.ts'
import { REFOLD_REPORTED_EVERY } from '../../../src/infra/store/refolding.ts'
import { create, fetchDrafts, openLog, readLog, scratchDir } from './scratchLog.ts'

const cleanups: Array<() => void> = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

/** What the running program takes for its version; undone at once. */
const asVersion = async <A>(version: number, use: () => Promise<A>): Promise<A> => {
  const mutable = PROJECTIONS.rates as { version: number }
  const before = mutable.version
  mutable.version = version
  return use().finally(() => {
    mutable.version = before
  })
}

/** A log of an earlier version's, closed in order. */
const madeLog = async () => {
  const { dir, remove } = scratchDir()
  cleanups.push(remove)
  const pin = await create(dir)
  const entries = await asVersion(1, async () => {
    const { log, close } = await openLog(dir, pin)
    const calls = Array.from({ length: REFOLD_REPORTED_EVERY }, (_, n) => n)
    await Promise.all(calls.map((n) => log.append(fetchDrafts(n, 'AA'))))
    await close()
    return log.head().size
  })
  return { dir, pin, entries }
}

const told = (notices: ReadonlyArray<WitnessNotice>) =>
  notices.flatMap((one) => (one._tag === 'Refolding' ? [one] : []))

describe('a log whose snapshots are of another version of a projection', () => {
  it('is folded anew for that projection alone, says how far it is, and only once', async () => {
    const { dir, pin, entries } = await madeLog()
    const notices: Array<WitnessNotice> = []
    const { log, close } = await openLog(dir, pin, { onNotice: (one) => notices.push(one) })
    expect(notices).toContainEqual(
      expect.objectContaining({ _tag: 'SnapshotPassedOver', projection: 'rates', why: 'version' }),
    )
    const progress = told(notices)
    expect(progress.map(({ done }) => done)).toEqual(
      Array.from({ length: progress.length }, (_, i) => (i + 1) * REFOLD_REPORTED_EVERY),
    )
    expect(progress.length).toBe(Math.floor(log.head().size / REFOLD_REPORTED_EVERY))
    for (const { projections, total } of progress) {
      expect(projections).toEqual(['rates'])
      expect(total).toBe(log.head().size)
    }
    expect(log.head().size).toBeGreaterThanOrEqual(entries)
    expect(Object.keys(log.projected().rates.rules)).toEqual(['/fetches'])
    await close()

    const again: Array<WitnessNotice> = []
    const second = await openLog(dir, pin, { onNotice: (one) => again.push(one) })
    expect(told(again)).toEqual([])
    expect(second.log.projected().rates).toEqual(log.projected().rates)
    await second.close()
  }, 60_000)

  it('says so to whoever only reads it too', async () => {
    const { dir, pin } = await madeLog()
    const notices: Array<WitnessNotice> = []
    const { close } = await readLog(dir, pin, (one) => notices.push(one))
    await close()
    expect(told(notices).length).toBeGreaterThan(1)
  }, 60_000)
})
