import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { WitnessNotice } from '../../../src/infra/store/levelWitness.ts'
import { openStoreDb } from '../../../src/infra/store/storeDb.ts'
import { faults, faultyDb, type Faults } from './faultyDb.ts'
import {
  callDrafts,
  create,
  modeDraft,
  openLog,
  type OpenLog,
  readLog,
  scratchDir,
} from './scratchLog.ts'
import type { Pin } from '../../../src/infra/keys/identity.ts'

const cleanups: Array<() => void> = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})
const scratch = (): string => {
  const { dir, remove } = scratchDir()
  cleanups.push(remove)
  return dir
}

interface Faulty extends OpenLog {
  readonly dir: string
  readonly pin: Pin
  readonly plan: Faults
  readonly notices: Array<WitnessNotice>
}
const faultyLog = async (): Promise<Faulty> => {
  const dir = scratch()
  const pin = await create(dir)
  const plan = faults()
  const notices: Array<WitnessNotice> = []
  const opened = await openLog(dir, pin, {
    openDb: faultyDb(plan),
    onNotice: (notice) => notices.push(notice),
  })
  return { ...opened, dir, pin, plan, notices }
}
const verdict = async ({ log }: OpenLog): Promise<string> =>
  (await Effect.runPromise(log.verify())).problem ?? 'good'

describe('a write that fails', () => {
  it('rejects its appends, leaves the log as it was, and later ones work', async () => {
    const faulty = await faultyLog()
    const { log, plan, close } = faulty
    await log.append(callDrafts(0))
    const before = log.head()
    const states = structuredClone(log.projected())
    const told: Array<number> = []
    log.subscribe(({ index }) => told.push(index))
    plan.write = 'lost'
    const failed = [log.append(callDrafts(1)), log.append([modeDraft('enforce')])]
    for (const one of failed) await expect(one).rejects.toMatchObject({ reason: 'full' })
    expect(log.head()).toEqual(before)
    expect(log.projected()).toEqual(states)
    expect(told).toEqual([])
    expect(faulty.notices).toMatchObject([
      { _tag: 'StoreRenewal', renewed: true, failure: { reason: 'full' } },
    ])
    plan.write = 'none'
    await expect(log.append(callDrafts(2))).resolves.toEqual({ first: 4, size: 7 })
    expect(told).toEqual([4, 5, 6])
    expect(await verdict(faulty)).toBe('good')
    await close()
  })

  it('acknowledges a batch that turns out to be on the store', async () => {
    const faulty = await faultyLog()
    faulty.plan.write = 'landed'
    await expect(faulty.log.append([modeDraft('enforce')])).resolves.toEqual({ first: 1, size: 2 })
    expect(faulty.log.projected().gate.mode).toBe('enforce')
    faulty.plan.write = 'none'
    await faulty.log.append(callDrafts(0))
    expect(await verdict(faulty)).toBe('good')
    await faulty.close()
  })

  it('keeps refusing while the store cannot be opened again, and recovers with it', async () => {
    const faulty = await faultyLog()
    const { log, plan } = faulty
    plan.write = 'lost'
    plan.reopen = true
    for (let n = 0; n < 3; n++)
      await expect(log.append(callDrafts(n))).rejects.toMatchObject({ reason: 'full' })
    expect(log.head().size).toBe(1)
    await expect(Effect.runPromise(log.entry(0))).rejects.toMatchObject({ reason: 'full' })
    plan.write = 'none'
    plan.reopen = false
    await expect(log.append(callDrafts(3))).resolves.toEqual({ first: 1, size: 4 })
    expect(await verdict(faulty)).toBe('good')
    await faulty.close()
  })

  it('takes over, on recovery, a batch that had landed after all', async () => {
    const faulty = await faultyLog()
    const { log, plan } = faulty
    const told: Array<number> = []
    log.subscribe(({ index }) => told.push(index))
    plan.write = 'landed'
    plan.reopen = true
    await expect(log.append([modeDraft('enforce')])).rejects.toMatchObject({ reason: 'full' })
    expect(log.projected().gate.mode).toBe('profile')
    plan.write = 'none'
    plan.reopen = false
    await expect(log.append(callDrafts(0))).resolves.toEqual({ first: 2, size: 5 })
    expect(log.projected().gate.mode).toBe('enforce')
    expect(told).toEqual([1, 2, 3, 4])
    expect(await verdict(faulty)).toBe('good')
    await faulty.close()
  })

  it('recovers by itself when nobody appends', async () => {
    const faulty = await faultyLog()
    const { log, plan } = faulty
    plan.write = 'lost'
    plan.reopen = true
    await expect(log.append(callDrafts(0))).rejects.toMatchObject({ reason: 'full' })
    plan.reopen = false
    await vi.waitUntil(
      () => faulty.notices.some((one) => one._tag === 'StoreRenewal' && one.renewed),
      { timeout: 10_000 },
    )
    plan.write = 'none'
    expect(await verdict(faulty)).toBe('good')
    await faulty.close()
  })

  it('fails a checkpoint, and the next one is good', async () => {
    const faulty = await faultyLog()
    const { log, plan } = faulty
    plan.write = 'lost'
    await expect(Effect.runPromise(log.checkpoint)).rejects.toMatchObject({ reason: 'full' })
    expect(log.lastCheckpoint()).toBeUndefined()
    plan.write = 'none'
    const note = await Effect.runPromise(log.checkpoint)
    expect(log.lastCheckpoint()).toBe(note)
    expect((await Effect.runPromise(log.verify({ against: note }))).verdict).toBe('anchored')
    await faulty.close()
  })

  it('does not keep the log from closing, and is reported', async () => {
    const faulty = await faultyLog()
    await faulty.log.append(callDrafts(0))
    faulty.plan.write = 'lost'
    await faulty.close()
    expect(faulty.notices.map(({ _tag }) => _tag)).toEqual(
      expect.arrayContaining(['SnapshotFailed', 'CheckpointFailed']),
    )
    const again = await readLog(faulty.dir, faulty.pin)
    expect(again.log.head().size).toBe(4)
    await again.close()
  })
})

describe('durability', () => {
  it('syncs what was asked to be durable, everything under fsync, and nothing else', async () => {
    const dir = scratch()
    const pin = await create(dir)
    const plan = faults()
    let durability: 'os' | 'fsync' = 'os'
    const { log, close } = await openLog(dir, pin, {
      openDb: faultyDb(plan),
      durability: () => durability,
    })
    await log.append(callDrafts(0))
    await log.append(callDrafts(1), true)
    await Promise.all([log.append(callDrafts(2)), log.append(callDrafts(3), true)])
    durability = 'fsync'
    await log.append(callDrafts(4))
    expect(plan.writes).toEqual([false, true, true, true])
    await close()
  })

  it('syncs a checkpoint’s entries before the checkpoint is written', async () => {
    const dir = scratch()
    const pin = await create(dir)
    const plan = faults()
    const { log, close } = await openLog(dir, pin, { openDb: faultyDb(plan) })
    await log.append(callDrafts(0))
    await Effect.runPromise(log.checkpoint)
    expect(plan.writes).toEqual([false, true, true])
    await close()
  })
})

/** A store with tables and a log file, closed. */
const madeStore = async (): Promise<{ readonly dir: string; readonly pin: Pin }> => {
  const dir = scratch()
  const pin = await create(dir)
  const { log, close } = await openLog(dir, pin)
  for (let n = 0; n < 50; n++) await log.append(callDrafts(n))
  await close()
  const again = await openLog(dir, pin)
  await again.log.append(callDrafts(50))
  await again.close()
  return { dir, pin }
}
const filesLike = (dir: string, pattern: RegExp): ReadonlyArray<string> =>
  fs
    .readdirSync(dir)
    .filter((name) => pattern.test(name))
    .map((name) => path.join(dir, name))

describe('a store that LevelDB cannot read', () => {
  it('is corrupt, not missing, without its CURRENT file, and nothing in it is deleted', async () => {
    const { dir, pin } = await madeStore()
    fs.rmSync(path.join(dir, 'CURRENT'))
    const before = fs.readdirSync(dir)
    await expect(openLog(dir, pin)).rejects.toMatchObject({ reason: 'corrupt' })
    await expect(create(dir)).rejects.toMatchObject({ reason: 'corrupt' })
    expect(fs.readdirSync(dir)).toEqual(before)
  })

  it.each([
    ['an empty CURRENT', /^CURRENT$/, Buffer.alloc(0)],
    ['a CURRENT that names nothing', /^CURRENT$/, Buffer.from('MANIFEST-999999\n')],
    ['a CURRENT of noise', /^CURRENT$/, Buffer.alloc(4096, 0xa5)],
    ['an empty MANIFEST', /^MANIFEST/, Buffer.alloc(0)],
    ['a MANIFEST of noise', /^MANIFEST/, Buffer.alloc(4096, 0xa5)],
  ])('says so of %s', async (_, pattern, bytes) => {
    const { dir, pin } = await madeStore()
    for (const file of filesLike(dir, pattern)) fs.writeFileSync(file, bytes)
    await expect(openLog(dir, pin)).rejects.toMatchObject({
      _tag: 'StoreFailure',
      reason: expect.stringMatching(/^(corrupt|io)$/),
    })
  })

  it('says so of tables that are gone, cut off or overwritten', async () => {
    for (const spoil of [
      (file: string) => fs.rmSync(file),
      (file: string) => fs.truncateSync(file, 10),
      (file: string) => fs.writeFileSync(file, Buffer.alloc(fs.statSync(file).size, 0x5a)),
    ]) {
      const { dir, pin } = await madeStore()
      for (const file of filesLike(dir, /\.ldb$/)) spoil(file)
      await expect(openLog(dir, pin)).rejects.toMatchObject({
        _tag: expect.stringMatching(/^(StoreFailure|TamperFound)$/),
      })
    }
  })

  it('never crashes on, and never believes, a table with one byte changed', async () => {
    const { dir, pin } = await madeStore()
    const file = filesLike(dir, /\.ldb$/).toSorted(
      (a, b) => fs.statSync(b).size - fs.statSync(a).size,
    )[0]!
    const bytes = fs.readFileSync(file)
    const reference = await readLog(dir, pin)
    const { root } = reference.log.head()
    await reference.close()
    for (let i = 0; i < 40; i++) {
      const changed = Buffer.from(bytes)
      changed[Math.floor((i * bytes.length) / 40)]! ^= 1 << (i % 8)
      fs.writeFileSync(file, changed)
      // LevelDB may have moved on to other files meanwhile; then the change is one nobody reads.
      const outcome = await readLog(dir, pin).then(
        async ({ log, close }) => {
          const report = await Effect.runPromise(log.verify()).catch((error: unknown) => error)
          await close()
          return report
        },
        (error: unknown) => error,
      )
      expect(outcome).toSatisfy(
        (found: { verdict?: string; _tag?: string; root?: string }) =>
          found.verdict === 'bad' ||
          (found.verdict === 'unanchored' && found.root === Buffer.from(root).toString('hex')) ||
          ['StoreFailure', 'TamperFound'].includes(found._tag ?? ''),
      )
      fs.writeFileSync(file, bytes)
    }
  })
})

describe('a directory that is none', () => {
  it('is named when a file is in its place', async () => {
    const dir = scratch()
    fs.writeFileSync(dir, 'not a directory')
    const pin = await create(scratch())
    await expect(openLog(dir, pin)).rejects.toMatchObject({ _tag: 'StoreFailure', path: dir })
    await expect(create(dir)).rejects.toMatchObject({ _tag: 'StoreFailure', path: dir })
    expect(fs.readFileSync(dir, 'utf8')).toBe('not a directory')
  })

  it('is named when a file is above it', async () => {
    const dir = path.join(scratch(), 'below')
    fs.writeFileSync(path.dirname(dir), 'not a directory')
    await expect(openStoreDb(dir, { create: true })).rejects.toMatchObject({
      _tag: 'StoreFailure',
      path: dir,
    })
  })
})
