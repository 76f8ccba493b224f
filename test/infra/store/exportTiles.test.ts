import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Pin } from '../../../src/infra/keys/identity.ts'
import { entryKey } from '../../../src/infra/store/keys.ts'
import { openStoreDb } from '../../../src/infra/store/storeDb.ts'
import { verifyExport } from '../../../src/infra/verifier/verifyExport.ts'
import { callDrafts, create, openLog, type OpenLog, scratchDir } from './scratchLog.ts'

const cleanups: Array<() => void> = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

const opened = async (): Promise<OpenLog & { readonly dir: string; out: string; pin: Pin }> => {
  const { dir, remove } = scratchDir()
  cleanups.push(remove)
  const pin = await create(dir)
  return { dir, pin, out: path.join(path.dirname(dir), 'export'), ...(await openLog(dir, pin)) }
}
const grow = async ({ log }: OpenLog, calls: number, from = 0): Promise<void> => {
  await Promise.all(Array.from({ length: calls }, (_, n) => log.append(callDrafts(from + n, 'AA'))))
}
const exported = async ({ log }: OpenLog, out: string) => {
  await Effect.runPromise(log.checkpoint)
  return Effect.runPromise(log.exportTo(out))
}
const filesOf = (dir: string): ReadonlyArray<string> =>
  fs
    .readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((one) => !one.isDirectory())
    .map((one) => path.relative(dir, path.join(one.parentPath, one.name)))
    .toSorted()
const contentOf = (dir: string): ReadonlyMap<string, string> =>
  new Map(filesOf(dir).map((name) => [name, fs.readFileSync(path.join(dir, name), 'hex')]))

describe('an export', () => {
  it('is what the portable verifier accepts, at every interesting size', async () => {
    const opening = await opened()
    const { log, out, pin } = opening
    // 1 is entry 0 alone; then within a tile, a full one, past it, two.
    for (const [step, calls] of [0, 1, 84, 1, 86, 30].entries()) {
      await grow(opening, calls, step * 1000)
      const dir = `${out}-${step}`
      const { size, files } = await exported(opening, dir)
      expect(size).toBe(log.head().size)
      expect(filesOf(dir)).toHaveLength(files)
      const report = await Effect.runPromise(
        verifyExport({ dir, identity: pin, against: log.lastCheckpoint()! }),
      )
      expect(report).toMatchObject({ verdict: 'anchored', size, problem: null })
    }
    await opening.close()
  })

  it('extended is byte for byte the export made afresh', async () => {
    const opening = await opened()
    const { out, pin } = opening
    for (const [step, calls] of [3, 20, 70, 100, 0, 1].entries()) {
      await grow(opening, calls, step * 1000)
      await exported(opening, out)
      await exported(opening, `${out}-fresh-${step}`)
      expect(contentOf(out)).toEqual(contentOf(`${out}-fresh-${step}`))
    }
    expect((await Effect.runPromise(verifyExport({ dir: out, identity: pin }))).verdict).toBe(
      'unanchored',
    )
    await opening.close()
  })

  it('writes nothing when there is nothing new', async () => {
    const opening = await opened()
    await grow(opening, 10)
    expect((await exported(opening, opening.out)).files).toBe(3)
    expect((await exported(opening, opening.out)).files).toBe(0)
    await opening.close()
  })

  it('that was cut off is taken up again', async () => {
    const opening = await opened()
    const { out, pin } = opening
    await grow(opening, 100)
    await exported(opening, out)
    const whole = contentOf(out)
    // As a crash before the first checkpoint leaves it: some tiles, half a temporary file, a marker.
    fs.rmSync(path.join(out, 'checkpoint'))
    fs.rmSync(path.join(out, 'tile/1'), { recursive: true })
    fs.writeFileSync(path.join(out, 'tile/entries/001.p.tmp'), 'half')
    fs.writeFileSync(path.join(out, 'tile/0/000.tmp'), 'half')
    fs.writeFileSync(path.join(out, '.unfinished'), pin.verifierKey)
    await exported(opening, out)
    const again = contentOf(out)
    for (const [name, bytes] of whole) expect(again.get(name), name).toBe(bytes)
    expect(again.has('.unfinished')).toBe(false)
    await opening.close()
  })
})

describe('an export is refused', () => {
  it('into a directory that holds something else, which stays as it was', async () => {
    const opening = await opened()
    const { log, out } = opening
    await Effect.runPromise(log.checkpoint)
    for (const name of ['photo.jpg', 'tile', '.git']) {
      const dir = `${out}-${name}`
      fs.mkdirSync(dir)
      fs.writeFileSync(path.join(dir, name), 'mine')
      await expect(Effect.runPromise(log.exportTo(dir))).rejects.toMatchObject({
        _tag: 'ExportRefused',
        reason: 'not-empty',
      })
      expect(filesOf(dir)).toEqual([name])
    }
    fs.writeFileSync(out, 'a file')
    await expect(Effect.runPromise(log.exportTo(out))).rejects.toMatchObject({
      reason: 'not-directory',
    })
    await opening.close()
  })

  it('into the export of another log', async () => {
    const opening = await opened()
    await grow(opening, 5)
    await exported(opening, opening.out)
    const { dir, remove } = scratchDir()
    cleanups.push(remove)
    // Same name, same key, other entries: a log that was begun again.
    const pin = await create(dir, { now: () => 1_000_000 })
    const other = await openLog(dir, pin)
    await grow(other, 1)
    await Effect.runPromise(other.log.checkpoint)
    await expect(Effect.runPromise(other.log.exportTo(opening.out))).rejects.toMatchObject({
      _tag: 'ExportRefused',
      reason: 'conflict',
    })
    await grow(other, 10)
    await Effect.runPromise(other.log.checkpoint)
    await expect(Effect.runPromise(other.log.exportTo(opening.out))).rejects.toMatchObject({
      reason: 'conflict',
    })
    fs.writeFileSync(path.join(opening.out, 'checkpoint'), 'not a note')
    await expect(Effect.runPromise(opening.log.exportTo(opening.out))).rejects.toMatchObject({
      reason: 'other-log',
    })
    await other.close()
    await opening.close()
  })

  it('through a link that leads out of the directory', async () => {
    const opening = await opened()
    const { log, out } = opening
    await grow(opening, 5)
    await exported(opening, out)
    const elsewhere = `${out}-elsewhere`
    fs.renameSync(path.join(out, 'tile'), elsewhere)
    fs.symlinkSync(elsewhere, path.join(out, 'tile'))
    const before = contentOf(elsewhere)
    await grow(opening, 5, 100)
    await Effect.runPromise(log.checkpoint)
    await expect(Effect.runPromise(log.exportTo(out))).rejects.toMatchObject({
      _tag: 'ExportRefused',
    })
    expect(contentOf(elsewhere)).toEqual(before)
    fs.rmSync(path.join(out, 'checkpoint'))
    fs.symlinkSync('/etc/hostname', path.join(out, 'checkpoint'))
    await expect(Effect.runPromise(log.exportTo(out))).rejects.toMatchObject({
      _tag: 'ExportRefused',
    })
    await opening.close()
  })

  it('before there is a checkpoint', async () => {
    const opening = await opened()
    await expect(Effect.runPromise(opening.log.exportTo(opening.out))).rejects.toMatchObject({
      reason: 'no-checkpoint',
    })
    expect(fs.existsSync(opening.out)).toBe(false)
    await opening.close()
  })

  it('of a log whose entries are not those that were signed, and leaves no checkpoint', async () => {
    const first = await opened()
    await grow(first, 100)
    await first.close()
    const db = await openStoreDb(first.dir, { create: false })
    const entry = Buffer.from(db.get(entryKey(50))!)
    entry[entry.indexOf('session-') + 8] = 0x39
    await db.write([{ key: entryKey(50), value: entry }], true)
    await db.close()
    const { log, close } = await openLog(first.dir, first.pin)
    await expect(Effect.runPromise(log.exportTo(first.out))).rejects.toMatchObject({
      _tag: 'TamperFound',
    })
    expect(fs.existsSync(path.join(first.out, 'checkpoint'))).toBe(false)
    await close()
  })
})
