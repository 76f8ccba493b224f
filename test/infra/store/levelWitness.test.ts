import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { toHex } from '../../../src/domain/bytes.ts'
import { EntryTooLarge } from '../../../src/domain/event/envelope.ts'
import { Chunk, LogCreated } from '../../../src/domain/event/event.ts'
import type { Digest } from '../../../src/domain/hash.ts'
import { leafHash } from '../../../src/domain/merkle/hash.ts'
import { verifyInclusion } from '../../../src/domain/merkle/proof.ts'
import { ed25519Signer, sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'
import { StoreFailure, TamperFound } from '../../../src/infra/store/errors.ts'
import { holderFile } from '../../../src/infra/store/holder.ts'
import { nodeKey } from '../../../src/infra/store/keys.ts'
import { openStoreDb } from '../../../src/infra/store/storeDb.ts'
import { FOLDS } from '../../../src/infra/store/fold.ts'
import {
  callDrafts,
  create,
  modeDraft,
  openLog,
  readLog,
  scratchDir,
  type OpenLog,
} from './scratchLog.ts'

const cleanups: Array<() => void> = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})
const scratch = (): string => {
  const { dir, remove } = scratchDir()
  cleanups.push(remove)
  return dir
}
const fresh = async (): Promise<OpenLog & { readonly dir: string }> => {
  const dir = scratch()
  return { dir, ...(await openLog(dir, await create(dir))) }
}
const tagsOf = async ({ log }: OpenLog): Promise<ReadonlyArray<string>> => {
  const tags: Array<string> = []
  for await (const slice of log.scan({}))
    for (const { bytes } of slice) tags.push(JSON.parse(Buffer.from(bytes).toString()).event._tag)
  return tags
}
const chunk = (bytes: number) => ({
  session: null,
  event: new Chunk({ digest: 'ab'.repeat(32) as Digest, data: 'A'.repeat(bytes) }),
})

describe('appending', () => {
  it('gives the entries of one append consecutive indexes, whoever appends beside it', async () => {
    const { log, close } = await fresh()
    const committed = await Promise.all(
      Array.from({ length: 40 }, (_, n) => log.append(callDrafts(n))),
    )
    expect(committed.map(({ first }) => first)).toEqual(
      Array.from({ length: 40 }, (_, n) => 1 + 3 * n),
    )
    expect(committed.every(({ first, size }) => size >= first + 3)).toBe(true)
    for (const [n, { first }] of committed.entries()) {
      const entry = await Effect.runPromise(log.entry(first + 1))
      expect(Buffer.from(entry!.bytes).toString()).toContain(`"toolUseId":"toolu_${n}"`)
    }
    await close()
  })

  it('resolves and tells subscribers, in order, only once the projections are folded', async () => {
    const { log, close } = await fresh()
    const seen: Array<readonly [number, boolean]> = []
    const stop = log.subscribe(({ index }) =>
      seen.push([index, log.projected().statistics.entries > index && log.head().size > index]),
    )
    await Promise.all([log.append([modeDraft('enforce')]), log.append(callDrafts(1))])
    expect(log.projected().gate.mode).toBe('enforce')
    expect(seen).toEqual([1, 2, 3, 4].map((index) => [index, true]))
    stop()
    await log.append(callDrafts(2))
    expect(seen).toHaveLength(4)
    await close()
  })

  it('goes on when a subscriber throws', async () => {
    const dir = scratch()
    const notices: Array<string> = []
    const { log, close } = await openLog(dir, await create(dir), {
      onNotice: ({ _tag }) => notices.push(_tag),
    })
    log.subscribe(() => {
      throw new Error('no')
    })
    await log.append([modeDraft('enforce')])
    expect(log.head().size).toBe(2)
    expect(notices).toEqual(['ListenerFailed'])
    await close()
  })

  it('refuses an entry that is too large, alone and whole', async () => {
    const { log, close } = await fresh()
    const large = log.append([chunk(100), chunk(66_000)])
    const small = log.append([chunk(200)])
    await expect(large).rejects.toBeInstanceOf(EntryTooLarge)
    await expect(small).resolves.toEqual({ first: 1, size: 2 })
    await close()
  })

  it('keeps a payload of many chunks together in one batch', async () => {
    const { log, close } = await fresh()
    const big = log.append(Array.from({ length: 60 }, () => chunk(64_000)))
    const after = log.append([modeDraft('enforce')])
    await expect(big).resolves.toEqual({ first: 1, size: 61 })
    await expect(after).resolves.toEqual({ first: 61, size: 62 })
    await close()
  })

  it('refuses the entries that only the log itself writes', async () => {
    const { log, close } = await fresh()
    const event = new LogCreated({ origin: 'x', verifierKey: 'y', authority: null, engine: 'z' })
    await expect(log.append([{ session: null, event }])).rejects.toThrow(/LogCreated/)
    expect(log.head().size).toBe(1)
    await close()
  })

  it('refuses a time that an entry cannot hold', async () => {
    const dir = scratch()
    const { log, close } = await openLog(dir, await create(dir), {
      now: () => 1.5,
    })
    await expect(log.append([modeDraft('enforce')])).rejects.toThrow(/clock/)
    await close().catch(() => undefined)
  })

  it('refuses once the log is closed', async () => {
    const { log, close } = await fresh()
    await close()
    await expect(log.append([modeDraft('enforce')])).rejects.toBeInstanceOf(StoreFailure)
  })
})

describe('opening', () => {
  it('finds the same head and states as were closed, and adds only its snapshot round', async () => {
    const { dir, log, close } = await fresh()
    const pin = (await Effect.runPromise(log.entry(0)))!
    for (let n = 0; n < 30; n++) await log.append(callDrafts(n))
    await log.append([modeDraft('enforce')])
    const size = log.head().size
    await close()
    const identity = JSON.parse(Buffer.from(pin.bytes).toString()).event
    const again = await openLog(dir, identity)
    expect(again.log.head().size).toBe(size + FOLDS.length)
    expect(again.log.projected()).toEqual({
      ...log.projected(),
      statistics: again.log.projected().statistics,
    })
    expect(again.log.projected().statistics.entries).toBe(size + FOLDS.length)
    await again.close()
    const third = await openLog(dir, identity)
    expect(third.log.head()).toEqual(again.log.head())
    await third.close()
  })

  it('says who holds the store', async () => {
    const dir = scratch()
    const pin = await create(dir)
    const { close } = await openLog(dir, pin)
    const second = openLog(dir, pin)
    await expect(second).rejects.toMatchObject({ _tag: 'StoreFailure', reason: 'held' })
    await expect(second).rejects.toMatchObject({
      detail: expect.stringContaining(`process ${process.pid} `),
    })
    await close()
    expect(fs.existsSync(holderFile(dir))).toBe(false)
  })

  it('does not believe a holder file that names nobody alive', async () => {
    const dir = scratch()
    const pin = await create(dir)
    const { close } = await openLog(dir, pin)
    for (const forged of [
      '{"pid":999999999,"since":1}',
      `{"pid":${process.pid},"since":1e300}`,
      '{"pid":-1,"since":1}',
      'x'.repeat(5000),
    ]) {
      fs.writeFileSync(holderFile(dir), forged, { mode: 0o600 })
      await expect(openLog(dir, pin)).rejects.toMatchObject({
        reason: 'held',
        detail: 'another process has it open',
      })
    }
    await close()
  })

  it('says that there is no log, and makes none', async () => {
    const dir = scratch()
    const pin = await create(scratch())
    await expect(openLog(dir, pin)).rejects.toMatchObject({ reason: 'missing' })
    expect(fs.existsSync(dir)).toBe(false)
  })

  it('refuses another log than the pinned one, and another key', async () => {
    const dir = scratch()
    const pin = await create(dir)
    const other = { ...pin, origin: 'elsewhere/log' }
    await expect(openLog(dir, other)).rejects.toMatchObject({ where: 'identity' })
    await expect(openLog(dir, { ...pin, authority: 'x' })).rejects.toBeInstanceOf(TamperFound)
    const signer = ed25519Signer(new Uint8Array(32).fill(8))
    await expect(openLog(dir, pin, { signer })).rejects.toMatchObject({ where: 'identity' })
  })

  it('creates a log once', async () => {
    const dir = scratch()
    const pin = await create(dir)
    const { log, close } = await openLog(dir, pin)
    await log.append([modeDraft('enforce')])
    await close()
    expect(await create(dir)).toEqual(pin)
    const again = await openLog(dir, pin)
    expect(again.log.projected().gate.mode).toBe('enforce')
    await again.close()
  })

  it('goes on with a store that a crash left empty', async () => {
    const dir = scratch()
    fs.mkdirSync(dir, { recursive: true })
    fs.writeFileSync(path.join(dir, 'LOG'), '')
    const pin = await create(dir)
    const { log, close } = await openLog(dir, pin)
    expect(log.head().size).toBe(1)
    await close()
  })
})

describe('reading only', () => {
  it('shows the log and refuses to change it', async () => {
    const dir = scratch()
    const pin = await create(dir)
    const writer = await openLog(dir, pin)
    await writer.log.append(callDrafts(0))
    await writer.close()
    const { log, close } = await readLog(dir, pin)
    expect(log.head()).toEqual(writer.log.head())
    expect(log.projected()).toEqual(writer.log.projected())
    expect(log.lastCheckpoint()).toBe(writer.log.lastCheckpoint())
    await expect(log.append([modeDraft('enforce')])).rejects.toMatchObject({ reason: 'read-only' })
    await expect(Effect.runPromise(log.checkpoint)).rejects.toMatchObject({ reason: 'read-only' })
    await close()
    const again = await readLog(dir, pin)
    expect(again.log.head()).toEqual(writer.log.head())
    await again.close()
  })

  it('scans forwards, backwards and in parts', async () => {
    const { log, close } = await fresh()
    for (let n = 0; n < 300; n++) await log.append(callDrafts(n))
    const indexes = async (range: Parameters<typeof log.scan>[0]): Promise<Array<number>> => {
      const all: Array<number> = []
      for await (const slice of log.scan(range)) all.push(...slice.map(({ index }) => index))
      return all
    }
    const all = Array.from({ length: 901 }, (_, i) => i)
    expect(await indexes({})).toEqual(all)
    expect(await indexes({ reverse: true })).toEqual(all.toReversed())
    expect(await indexes({ from: 890, to: 5000 })).toEqual(all.slice(890))
    expect(await indexes({ from: 10, to: 13, reverse: true })).toEqual([12, 11, 10])
    expect(await indexes({ from: 13, to: 10 })).toEqual([])
    expect(await indexes({ from: -5, to: 2 })).toEqual([0, 1])
    await close()
  })

  it('has no entry outside the log', async () => {
    const { log, close } = await fresh()
    for (const index of [-1, 1, 0.5, 2 ** 53, Number.NaN])
      expect(await Effect.runPromise(log.entry(index))).toBeUndefined()
    await close()
  })

  it('stops a scan that is given up without keeping the store open', async () => {
    const { log, close } = await fresh()
    for (let n = 0; n < 300; n++) await log.append(callDrafts(n))
    for await (const slice of log.scan({})) {
      expect(slice.length).toBeGreaterThan(0)
      break
    }
    await close()
  })
})

describe('inclusion proofs', () => {
  it('verify for every entry in every tree the log has been', async () => {
    const { log, close } = await fresh()
    const roots = new Map([[log.head().size, log.head().root]])
    for (let n = 0; n < 7; n++) {
      await log.append(callDrafts(n))
      roots.set(log.head().size, log.head().root)
    }
    for (const [size, root] of roots)
      for (let index = 0; index < size; index++) {
        const entry = (await Effect.runPromise(log.entry(index)))!
        const proof = await Effect.runPromise(log.inclusion(index, size))
        const claim = { index, size, leafHash: leafHash(sha256, entry.bytes), proof, root }
        expect(verifyInclusion(sha256, claim), `${index} of ${size}`).toBe(true)
      }
    await close()
  })

  it('are a defect to ask for outside the log', async () => {
    const { log, close } = await fresh()
    await expect(Effect.runPromise(log.inclusion(1, 1))).rejects.toBeInstanceOf(RangeError)
    await expect(Effect.runPromise(log.inclusion(0, 2))).rejects.toBeInstanceOf(RangeError)
    await close()
  })
  it('are tampering, not a wrong proof, where a node is damaged', async () => {
    const { dir, log, close } = await fresh()
    const pin = JSON.parse(Buffer.from((await Effect.runPromise(log.entry(0)))!.bytes).toString())
    for (let n = 0; n < 30; n++) await log.append(callDrafts(n))
    await close()
    const db = await openStoreDb(dir, { create: false })
    await db.write([{ key: nodeKey(1, 3), value: new Uint8Array(32) }], true)
    await db.close()
    const again = await openLog(dir, pin.event)
    const { size } = again.log.head()
    await expect(Effect.runPromise(again.log.inclusion(4, size))).rejects.toBeInstanceOf(
      TamperFound,
    )
    expect(await Effect.runPromise(again.log.inclusion(size - 1, size))).not.toEqual([])
    await again.close()
  })
})

describe('the bytes', () => {
  it('are the same for the same events at the same times', async () => {
    const roots: Array<string> = []
    for (let run = 0; run < 2; run++) {
      const opened = await fresh()
      for (let n = 0; n < 10; n++) await opened.log.append(callDrafts(n))
      roots.push(toHex(opened.log.head().root))
      expect(await tagsOf(opened)).toHaveLength(31)
      await opened.close()
    }
    expect(roots[0]).toBe(roots[1])
  })
})
