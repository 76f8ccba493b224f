import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { toHex } from '../../../src/domain/bytes.ts'
import { readCheckpoint } from '../../../src/infra/store/checkpointNote.ts'
import type { WitnessNotice, WriteOptionsOfLog } from '../../../src/infra/store/levelWitness.ts'
import { callDrafts, create, modeDraft, openLog, scratchDir } from './scratchLog.ts'

const cleanups: Array<() => void> = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

const opened = async (options: Partial<WriteOptionsOfLog> = {}) => {
  const { dir, remove } = scratchDir()
  cleanups.push(remove)
  const pin = await create(dir)
  const notices: Array<WitnessNotice> = []
  const anchored: Array<string> = []
  const log = await openLog(dir, pin, {
    onNotice: (notice) => notices.push(notice),
    anchor: async (note) => void anchored.push(note),
    ...options,
  })
  return { ...log, dir, pin, notices, anchored }
}
const never = 3_600_000

describe('a checkpoint', () => {
  it('is a note of the head, signed by the log’s key', async () => {
    const { log, pin, close } = await opened()
    await log.append(callDrafts(0))
    const note = await Effect.runPromise(log.checkpoint)
    const read = Result.getOrThrow(readCheckpoint(note, pin))
    expect(read.size).toBe(4)
    expect(toHex(read.root)).toBe(toHex(log.head().root))
    expect(note.split('\n')[0]).toBe(pin.origin)
    expect(log.lastCheckpoint()).toBe(note)
    await close()
  })

  it('is made once for a head, also when several ask at once', async () => {
    const { log, close, anchored } = await opened()
    const asked = [0, 1, 2].map(() => Effect.runPromise(log.checkpoint))
    const notes = new Set(await Promise.all(asked))
    expect(notes.size).toBe(1)
    expect(await Effect.runPromise(log.checkpoint)).toBe([...notes][0])
    expect(anchored).toEqual([...notes])
    await close()
  })

  it('covers what was appended before it was asked for', async () => {
    const { log, pin, close } = await opened()
    const append = log.append(callDrafts(0))
    const note = await Effect.runPromise(log.checkpoint)
    expect(Result.getOrThrow(readCheckpoint(note, pin)).size).toBe(4)
    await append
    await close()
  })

  it('comes when the log goes quiet', async () => {
    const { log, anchored, close } = await opened({
      checkpointEvery: () => ({ idleMs: 5, dirtyMs: never }),
    })
    await log.append(callDrafts(0))
    await vi.waitUntil(() => anchored.length > 0, { timeout: 10_000 })
    await close()
  })

  it('comes some time after an entry although the log is never quiet', async () => {
    const { log, anchored, close } = await opened({
      checkpointEvery: () => ({ idleMs: never, dirtyMs: 5 }),
    })
    for (let n = 0; anchored.length < 2; n++) {
      await log.append(callDrafts(n))
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    await close()
  })

  it('is made on closing and is there on opening', async () => {
    const { log, dir, pin, anchored, close } = await opened()
    await log.append(callDrafts(0))
    await close()
    expect(anchored).toHaveLength(1)
    const again = await openLog(dir, pin)
    expect(again.log.lastCheckpoint()).toBe(anchored[0])
    expect(Result.getOrThrow(readCheckpoint(anchored[0]!, pin)).size).toBe(again.log.head().size)
    await again.close()
  })

  it('holds for every later log', async () => {
    const { log, close } = await opened()
    const notes: Array<string> = []
    for (let n = 0; n < 6; n++) {
      notes.push(await Effect.runPromise(log.checkpoint))
      await log.append(callDrafts(n))
    }
    for (const against of notes)
      expect(await Effect.runPromise(log.verify({ against }))).toMatchObject({
        verdict: 'anchored',
        checkpoints: 6,
      })
    await close()
  })
})

describe('an anchor', () => {
  it('receives every checkpoint in order, one at a time', async () => {
    let under = 0
    const got: Array<string> = []
    const { log, close } = await opened({
      anchor: async (note) => {
        under++
        expect(under).toBe(1)
        await new Promise((resolve) => setTimeout(resolve, 2))
        got.push(note)
        under--
      },
    })
    const notes: Array<string> = []
    for (let n = 0; n < 5; n++) {
      await log.append(callDrafts(n))
      notes.push(await Effect.runPromise(log.checkpoint))
    }
    await close()
    expect(got).toEqual([...notes, log.lastCheckpoint()])
  })

  it('that fails is reported and stops nothing', async () => {
    const { log, notices, close } = await opened({
      anchor: () => Promise.reject(new Error('no such host')),
    })
    await Effect.runPromise(log.checkpoint)
    await log.append([modeDraft('enforce')])
    await close()
    expect(notices).toContainEqual({ _tag: 'AnchorFailed', detail: 'Error: no such host' })
  })

  it('that throws where it should reject is reported too', async () => {
    const { log, notices, close } = await opened({
      anchor: () => {
        throw new Error('at once')
      },
    })
    await Effect.runPromise(log.checkpoint)
    await close()
    expect(notices).toContainEqual({ _tag: 'AnchorFailed', detail: 'Error: at once' })
  })
})
