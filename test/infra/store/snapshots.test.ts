import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { afterEach, describe, expect, it } from 'vitest'
import { gateState } from '../../../src/projections/gateState.ts'
import { encodeState, type Projection } from '../../../src/projections/projection.ts'
import { sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'
import type { Pin } from '../../../src/infra/keys/identity.ts'
import { FOLDS } from '../../../src/infra/store/fold.ts'
import { rangeOf, snapshotKey } from '../../../src/infra/store/keys.ts'
import type { WitnessNotice } from '../../../src/infra/store/levelWitness.ts'
import { nodesOf } from '../../../src/infra/store/nodes.ts'
import { recover } from '../../../src/infra/store/recover.ts'
import { readSnapshot, storedSnapshots } from '../../../src/infra/store/snapshots.ts'
import { openStoreDb, type StoreDb, type StoreOp } from '../../../src/infra/store/storeDb.ts'
import { callDrafts, create, fetchDrafts, modeDraft, openLog, scratchDir } from './scratchLog.ts'

const cleanups: Array<() => void> = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

const raw = async <A>(dir: string, use: (db: StoreDb) => Promise<A>): Promise<A> => {
  const db = await openStoreDb(dir, { create: false })
  return use(db).finally(() => db.close())
}
const put = (dir: string, ops: ReadonlyArray<StoreOp>): Promise<void> =>
  raw(dir, (db) => db.write(ops, true))

/** A log with several rounds, closed; `states` are those at its head. */
const madeLog = async (): Promise<{
  readonly dir: string
  readonly pin: Pin
  readonly states: unknown
  readonly sizes: ReadonlyArray<number>
}> => {
  const { dir, remove } = scratchDir()
  cleanups.push(remove)
  const pin = await create(dir)
  const { log, close } = await openLog(dir, pin, { snapshotEvery: 20 })
  await log.append([modeDraft('enforce')])
  for (let n = 0; n < 40; n++) await log.append(fetchDrafts(n))
  await close()
  const sizes = await raw(dir, async (db) => (await storedSnapshots(db)).get('gate')!)
  return { dir, pin, states: structuredClone(log.projected()), sizes }
}

describe('snapshots', () => {
  it('are taken every so many entries, and the last two of each projection are kept', async () => {
    const { dir, pin, sizes } = await madeLog()
    expect(sizes).toHaveLength(2)
    const stored = await raw(dir, storedSnapshots)
    expect([...stored.keys()].toSorted()).toEqual(FOLDS.map(([, { id }]) => id).toSorted())
    for (const kept of stored.values()) expect(kept).toEqual(sizes)
    const { log, close } = await openLog(dir, pin)
    const rounds = log.projected().statistics.byKind['SnapshotTaken']! / FOLDS.length
    expect(rounds).toBeGreaterThan(4)
    await close()
  })

  it('spare opening the entries before them', async () => {
    const { dir, pin, sizes, states } = await madeLog()
    const recovered = await raw(dir, (db) => recover(db, pin))
    expect(recovered.snapshotAt).toBe(sizes[1])
    expect(recovered.passedOver).toEqual([])
    expect(recovered.states).toEqual(states)
  })

  it.each(['origins', 'rates'] as const)('of %s are verified as the others are', async (id) => {
    const { dir, pin, sizes } = await madeLog()
    const [, projection] = FOLDS.find(([name]) => name === id)!
    const lie = encodeState(projection.initial(), sha256).bytes
    await put(dir, [{ key: snapshotKey(id, sizes[0]!), value: lie }])
    const { log, close } = await openLog(dir, pin)
    expect(await Effect.runPromise(log.verify())).toMatchObject({
      verdict: 'bad',
      problem: expect.stringContaining(`snapshot of ${id}`),
    })
    await close()
  })

  it.each([
    ['the last is damaged', 1],
    ['both are damaged', 2],
  ])('are not used when their bytes are not those of the log: %s', async (_, damaged) => {
    const { dir, pin, sizes, states } = await madeLog()
    const lie = Buffer.from(JSON.stringify({ ...gateState.initial(), mode: 'profile' }))
    const bad = sizes.slice(-damaged)
    await put(
      dir,
      bad.map((size) => ({ key: snapshotKey('gate', size), value: lie })),
    )
    const recovered = await raw(dir, (db) => recover(db, pin))
    expect(recovered.passedOver).toEqual(
      bad.toReversed().map((size) => ({ projection: 'gate', size, why: 'hash' })),
    )
    expect(recovered.snapshotAt).toBe(damaged === 1 ? sizes[0] : 0)
    expect(recovered.states).toEqual(states)
    const notices: Array<WitnessNotice> = []
    const { log, close } = await openLog(dir, pin, { onNotice: (one) => notices.push(one) })
    expect(notices.map(({ _tag }) => _tag)).toEqual(bad.map(() => 'SnapshotPassedOver'))
    expect(log.projected().gate.mode).toBe('enforce')
    expect(await Effect.runPromise(log.verify())).toMatchObject({
      verdict: 'bad',
      problem: expect.stringContaining('snapshot of gate'),
    })
    await close()
  })

  it('are refolded when they are missing, and taken anew', async () => {
    const { dir, pin, states } = await madeLog()
    await raw(dir, async (db) => {
      const cursor = db.cursor(rangeOf('snapshot'))
      const all = await cursor.next(1000)
      await cursor.close()
      await db.write(
        all.map(([key]) => ({ key, value: undefined })),
        true,
      )
    })
    const { log, close } = await openLog(dir, pin)
    expect(log.projected()).toEqual(states)
    await close()
    const recovered = await raw(dir, (db) => recover(db, pin))
    expect(recovered.snapshotAt).toBeGreaterThan(0)
  })

  it('of a projection that an earlier version did not have are folded from the whole log', async () => {
    const { dir, pin, sizes, states } = await madeLog()
    await put(
      dir,
      ['origins', 'rates'].flatMap((id) =>
        sizes.map((size) => ({ key: snapshotKey(id, size), value: undefined })),
      ),
    )
    const recovered = await raw(dir, (db) => recover(db, pin))
    expect(recovered.snapshotAt).toBe(0)
    expect(recovered.states).toEqual(states)
    expect(Object.keys(recovered.states.origins.sessions).length).toBeGreaterThan(1)
    expect(Object.keys(recovered.states.rates.rules)).toEqual(['/fetches'])
  })

  it('of another version of a projection are passed over', async () => {
    const { dir, pin, sizes } = await madeLog()
    await raw(dir, async (db) => {
      const { head } = await recover(db, pin)
      const tree = { size: head.frontier.size, root: head.root, node: nodesOf(db) }
      const read = (projection: Projection<unknown>, size: number) =>
        readSnapshot(db, tree, projection, size)
      const gate = gateState as Projection<unknown>
      expect(Result.isSuccess(read(gate, sizes[1]!))).toBe(true)
      expect(read({ ...gate, version: gate.version + 1 }, sizes[1]!)).toEqual(
        Result.fail('version'),
      )
      expect(read({ ...gate, id: 'other' }, sizes[1]!)).toEqual(Result.fail('unvouched'))
      expect(read(gate, sizes[1]! - 1)).toEqual(Result.fail('unvouched'))
      const isState = (value: unknown): value is unknown => value === 'nothing is'
      expect(read({ ...gate, isState }, sizes[1]!)).toEqual(Result.fail('shape'))
    })
  })

  it('hold states larger than an entry', async () => {
    const { dir, remove } = scratchDir()
    cleanups.push(remove)
    const pin = await create(dir)
    const { log, close } = await openLog(dir, pin)
    for (let n = 0; n < 700; n++) await log.append(callDrafts(n, 'AAAA'))
    await close()
    const { sizes, bytes } = await raw(dir, async (db) => {
      const sizes = (await storedSnapshots(db)).get('calls')!
      return { sizes, bytes: db.get(snapshotKey('calls', sizes[0]!))!.length }
    })
    expect(sizes).toHaveLength(1)
    expect(bytes).toBeGreaterThan(65_535)
    const again = await openLog(dir, pin)
    expect(again.log.projected()).toEqual(log.projected())
    await again.close()
  })
})
