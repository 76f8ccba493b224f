import * as fc from 'fast-check'
import * as fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../src/domain/canonical.ts'
import type { Pin } from '../../../src/infra/keys/identity.ts'
import { StoreFailure, TamperFound } from '../../../src/infra/store/errors.ts'
import {
  checkpointKey,
  entryKey,
  HEAD_KEY,
  nodeKey,
  snapshotKey,
} from '../../../src/infra/store/keys.ts'
import { decodeHead, encodeHead } from '../../../src/infra/store/head.ts'
import { recover } from '../../../src/infra/store/recover.ts'
import type { StorePair } from '../../../src/infra/store/storeDb.ts'
import { dump, memoryDb } from './memoryDb.ts'
import { callDrafts, create, modeDraft, openLog, scratchDir } from './scratchLog.ts'
import { runs } from '../../support/runs.ts'

const made = async (): Promise<{
  readonly pin: Pin
  readonly pairs: ReadonlyArray<StorePair>
}> => {
  const { dir, remove } = scratchDir()
  const pin = await create(dir)
  const { log, close } = await openLog(dir, pin, { snapshotEvery: 30 })
  await log.append([modeDraft('enforce')])
  for (let n = 0; n < 25; n++) await log.append(callDrafts(n, 'AAAA'))
  await close()
  // Entries behind the last snapshot and the last checkpoint, as a killed process leaves them.
  const again = await openLog(dir, pin, { snapshotEvery: 10_000 })
  for (let n = 25; n < 29; n++) await again.log.append(callDrafts(n, 'AAAA'))
  const killed = `${dir}-killed`
  fs.cpSync(dir, killed, { recursive: true })
  await again.close()
  const pairs = await dump(killed)
  remove()
  return { pin, pairs }
}
const log = made()

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
const without = (of: ReadonlyArray<StorePair>, key: Uint8Array): ReadonlyArray<StorePair> =>
  of.filter(([one]) => !same(one, key))
const valueOf = (of: ReadonlyArray<StorePair>, key: Uint8Array): Uint8Array =>
  of.find(([one]) => same(one, key))![1]

describe('opening a log that somebody touched', () => {
  it('fails as tampering or comes to the very states, never to others', async () => {
    const { pin, pairs } = await log
    const honest = await recover(memoryDb(pairs), pin)
    const states = canonicalJson(honest.states)
    await fc.assert(
      fc.asyncProperty(
        fc.nat(pairs.length - 1),
        fc.nat(),
        fc.constantFrom('flip', 'remove', 'key'),
        async (at, bit, how) => {
          const [key, value] = pairs[at]!
          const flip = (bytes: Uint8Array): Uint8Array => {
            const copy = Uint8Array.from(bytes)
            copy[(bit >> 3) % copy.length]! ^= 1 << (bit & 7)
            return copy
          }
          const rest = without(pairs, key)
          const changed: ReadonlyArray<StorePair> =
            how === 'remove'
              ? rest
              : how === 'flip'
                ? [...rest, [key, flip(value)]]
                : [...rest, [flip(key), value]]
          const outcome = await recover(memoryDb(changed), pin).catch((error: unknown) => error)
          if (outcome instanceof TamperFound || outcome instanceof StoreFailure) return
          expect(canonicalJson((outcome as typeof honest).states)).toBe(states)
        },
      ),
      { numRuns: runs(150) },
    )
  })

  it('finds what lies beyond the head', async () => {
    const { pin, pairs } = await log
    const head = decodeHead(valueOf(pairs, HEAD_KEY))!
    const { size } = head.frontier
    const beyond: ReadonlyArray<StorePair> = [
      [entryKey(size), valueOf(pairs, entryKey(1))],
      [entryKey(size + 100), valueOf(pairs, entryKey(1))],
      [nodeKey(0, size), new Uint8Array(32)],
      [nodeKey(3, Math.floor(size / 8)), new Uint8Array(32)],
      [nodeKey(50, 0), new Uint8Array(32)],
      [checkpointKey(size + 1), valueOf(pairs, checkpointKey(head.checkpoints.last))],
      [snapshotKey('gate', size), valueOf(pairs, entryKey(1))],
    ]
    for (const pair of beyond)
      await expect(recover(memoryDb([...pairs, pair]), pin)).rejects.toBeInstanceOf(TamperFound)
  })

  it('finds that the last checkpoint is gone, or that the log was cut off behind it', async () => {
    const { pin, pairs } = await log
    const head = decodeHead(valueOf(pairs, HEAD_KEY))!
    const { last } = head.checkpoints
    await expect(recover(memoryDb(without(pairs, checkpointKey(last))), pin)).rejects.toMatchObject(
      { where: 'checkpoint' },
    )
    const none = { count: 0, last: 0, digest: new Uint8Array(32) }
    const uncounted = encodeHead({ ...head, checkpoints: none })
    const cut: ReadonlyArray<StorePair> = [...without(pairs, HEAD_KEY), [HEAD_KEY, uncounted]]
    await expect(recover(memoryDb(cut), pin)).rejects.toMatchObject({ where: 'checkpoint' })
  })

  it('says which entry of the tail is not the one the tree holds', async () => {
    const { pin, pairs } = await log
    const { size } = decodeHead(valueOf(pairs, HEAD_KEY))!.frontier
    const key = entryKey(size - 6)
    const text = Buffer.from(valueOf(pairs, key)).toString()
    const changed = text.replace(/session-\d/, 'session-9')
    expect(changed).not.toBe(text)
    const outcome = recover(memoryDb([...without(pairs, key), [key, Buffer.from(changed)]]), pin)
    await expect(outcome).rejects.toMatchObject({ _tag: 'TamperFound', index: size - 6 })
  })

  it('is missing when nothing is there, and tampered with when only the head is gone', async () => {
    const { pin, pairs } = await log
    await expect(recover(memoryDb([]), pin)).rejects.toMatchObject({ reason: 'missing' })
    await expect(recover(memoryDb(without(pairs, HEAD_KEY)), pin)).rejects.toMatchObject({
      where: 'head',
    })
  })
})
