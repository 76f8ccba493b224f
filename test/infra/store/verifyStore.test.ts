import * as fc from 'fast-check'
import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/domain/bytes.ts'
import { canonicalJson } from '../../../src/domain/canonical.ts'
import { appendLeaf, EMPTY_FRONTIER, rootOfFrontier } from '../../../src/domain/merkle/frontier.ts'
import { leafHash } from '../../../src/domain/merkle/hash.ts'
import { sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'
import type { Pin } from '../../../src/infra/keys/identity.ts'
import { decodeHead, encodeHead } from '../../../src/infra/store/head.ts'
import {
  checkpointKey,
  entryKey,
  HEAD_KEY,
  nodeKey,
  placeOfNodeKey,
  rangeOf,
} from '../../../src/infra/store/keys.ts'
import type { StorePair } from '../../../src/infra/store/storeDb.ts'
import {
  type StoreVerification,
  verifyDirectory,
  verifyStore,
} from '../../../src/infra/store/verifyStore.ts'
import { PROJECTIONS } from '../../../src/projections/all.ts'
import { dump, memoryDb } from './memoryDb.ts'
import { callDrafts, create, modeDraft, openLog, scratchDir } from './scratchLog.ts'
import { runs } from '../../support/runs.ts'

const E = 0x65
const N = 0x6e

let pin: Pin
let pairs: ReadonlyArray<StorePair>
let notes: ReadonlyArray<string>
let dir: string
let removeScratch: () => void

// A small log with everything in it: entries, nodes up to level 6, checkpoints, two snapshot rounds.
beforeAll(async () => {
  const scratch = scratchDir()
  dir = scratch.dir
  removeScratch = scratch.remove
  pin = await create(dir)
  const { log, close } = await openLog(dir, pin, { snapshotEvery: 25 })
  const made: Array<string> = []
  await log.append([modeDraft('enforce')])
  for (let n = 0; n < 20; n++) {
    await log.append(callDrafts(n, 'AAAA'))
    if (n % 6 === 5) made.push(await Effect.runPromise(log.checkpoint))
  }
  await close()
  notes = made
  pairs = await dump(dir)
})
afterAll(() => removeScratch())

const verify = (
  changed: ReadonlyArray<StorePair>,
  options: Parameters<typeof verifyStore>[1] = {},
): Promise<StoreVerification> => verifyStore(memoryDb(changed), { identity: pin, ...options })

const sameKey = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
const valueOf = (key: Uint8Array, of = pairs): Uint8Array =>
  of.find(([one]) => sameKey(one, key))![1]
const withValue = (key: Uint8Array, value: Uint8Array, of = pairs): ReadonlyArray<StorePair> => [
  ...of.filter(([one]) => !sameKey(one, key)),
  [key, value],
]
const without = (key: Uint8Array, of = pairs): ReadonlyArray<StorePair> =>
  of.filter(([one]) => !sameKey(one, key))
const flipped = (bytes: Uint8Array, bit: number): Uint8Array => {
  const copy = Uint8Array.from(bytes)
  copy[(bit >> 3) % copy.length]! ^= 1 << (bit & 7)
  return copy
}

describe('a log that nobody touched', () => {
  it('is consistent, and anchored by a checkpoint from outside', async () => {
    const size = decodeHead(valueOf(HEAD_KEY))!.frontier.size
    expect(await verify(pairs)).toMatchObject({
      verdict: 'unanchored',
      size,
      origin: pin.origin,
      checkpoints: notes.length + 1,
      // Each projection's latest and the one before.
      snapshots: 2 * Object.keys(PROJECTIONS).length,
      unsigned: 0,
      badIndex: null,
      problem: null,
    })
    for (const against of notes) expect((await verify(pairs, { against })).verdict).toBe('anchored')
  })

  it('is the same through LevelDB, and reports its progress', async () => {
    const seen: Array<readonly [number, number]> = []
    const options = {
      identity: pin,
      onProgress: (done: number, total: number) => seen.push([done, total]),
    }
    const report = await Effect.runPromise(verifyDirectory(dir, options))
    expect({ ...report, tookMs: 0 }).toEqual({ ...(await verify(pairs)), tookMs: 0 })
    expect(seen.at(-1)).toEqual([report.size, report.size])
  })

  it('is verified by what entry 0 says when no identity is pinned', async () => {
    expect(await verifyStore(memoryDb(pairs))).toMatchObject({
      verdict: 'unanchored',
      origin: pin.origin,
    })
  })
})

type Change = (of: ReadonlyArray<StorePair>) => ReadonlyArray<StorePair>

const anyPair = fc.nat().map((n) => (of: ReadonlyArray<StorePair>) => of[n % of.length]!)
const anyChange: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(anyPair, fc.nat()).map(([pick, bit]): Change => (of) => {
    const [key, value] = pick(of)
    return withValue(key, flipped(value, bit), of)
  }),
  fc.tuple(anyPair, fc.nat()).map(([pick, bit]): Change => (of) => {
    const [key, value] = pick(of)
    return withValue(flipped(key, bit), value, without(key, of))
  }),
  anyPair.map(
    (pick): Change =>
      (of) =>
        without(pick(of)[0], of),
  ),
  fc
    .tuple(anyPair, fc.uint8Array({ minLength: 1, maxLength: 40 }))
    .map(([pick, more]): Change => (of) => {
      const [key, value] = pick(of)
      return withValue(key, Buffer.concat([value, more]), of)
    }),
  fc.tuple(anyPair, fc.nat()).map(([pick, keep]): Change => (of) => {
    const [key, value] = pick(of)
    return withValue(key, value.subarray(0, keep % value.length), of)
  }),
  fc.tuple(anyPair, anyPair).map(([one, other]): Change => (of) => {
    const [a, b] = [one(of), other(of)]
    return withValue(a[0], b[1], withValue(b[0], a[1], of))
  }),
  fc.tuple(anyPair, anyPair).map(([one, other]): Change => (of) => {
    const [a, b] = [one(of), other(of)]
    return withValue(a[0], b[1], of)
  }),
  fc
    .tuple(
      fc.constantFrom(...'enchs'),
      fc.uint8Array({ maxLength: 12 }),
      fc.uint8Array({ maxLength: 40 }),
    )
    .map(([prefix, rest, value]): Change => {
      const key = Buffer.concat([Buffer.from(prefix), rest])
      return (of) => withValue(key, value, of)
    }),
)

const textOf = (of: ReadonlyArray<StorePair>): string =>
  of
    .map(
      ([key, value]) => `${Buffer.from(key).toString('hex')}=${Buffer.from(value).toString('hex')}`,
    )
    .toSorted()
    .join('\n')

describe('a log that somebody touched', () => {
  it('is found out whatever byte or key was flipped, removed, swapped, cut or added', async () => {
    await fc.assert(
      fc.asyncProperty(anyChange, async (change) => {
        const changed = change(pairs)
        fc.pre(textOf(changed) !== textOf(pairs))
        const report = await verify(changed)
        expect(report.verdict).toBe('bad')
        expect(report.problem).not.toBeNull()
      }),
      { numRuns: runs(200) },
    )
  })

  it('has every single key and value covered', async () => {
    for (const [i, [key, value]] of pairs.entries()) {
      const name = Buffer.from(key).toString('hex')
      expect((await verify(without(key))).verdict, `${name} removed`).toBe('bad')
      const changed = withValue(key, flipped(value, i * 13))
      expect((await verify(changed)).verdict, `${name} flipped`).toBe('bad')
    }
  })

  it('has the first bad entry named', async () => {
    const size = decodeHead(valueOf(HEAD_KEY))!.frontier.size
    await fc.assert(
      fc.asyncProperty(
        fc.nat(size - 1),
        fc.nat(size - 1),
        fc.nat(),
        fc.boolean(),
        async (a, b, bit, gone) => {
          const key = entryKey(a)
          const changed = gone ? without(key) : withValue(key, flipped(valueOf(key), bit))
          const other = entryKey(b)
          const both = withValue(other, flipped(valueOf(other), bit + 1), changed)
          expect((await verify(changed)).badIndex).toBe(a)
          if (b > a) expect((await verify(both)).badIndex).toBe(a)
        },
      ),
      { numRuns: 100 },
    )
    expect((await verify(withValue(entryKey(size), valueOf(entryKey(size - 1))))).badIndex).toBe(
      size,
    )
  })

  it('has a damaged node told from a damaged entry', async () => {
    const nodes = pairs.filter(([key]) => key[0] === N)
    for (const [key, value] of nodes) {
      const { level, index } = placeOfNodeKey(key)!
      const report = await verify(withValue(key, flipped(value, 5)))
      // The right edge is in the head record too: there, entry and head both speak against the node.
      expect(report).toMatchObject({ verdict: 'bad', badIndex: index * 2 ** level })
      expect(report.problem).toMatch(/^node: /)
    }
    const entry = await verify(withValue(entryKey(7), flipped(valueOf(entryKey(7)), 4001)))
    expect(entry.problem).toMatch(/^entry: entry 7 /)
  })

  it('is bad, and not missing, when only its head is gone', async () => {
    expect(await verify(without(HEAD_KEY))).toMatchObject({ verdict: 'bad', size: 0 })
    await expect(verify([])).rejects.toMatchObject({ _tag: 'StoreFailure', reason: 'missing' })
  })

  it('is bad when LevelDB cannot even open it', async () => {
    const broken = `${dir}-broken`
    fs.cpSync(dir, broken, { recursive: true })
    fs.rmSync(path.join(broken, 'CURRENT'))
    expect(await Effect.runPromise(verifyDirectory(broken))).toMatchObject({
      verdict: 'bad',
      problem: expect.stringContaining('CURRENT'),
    })
  })

  it('is of another log than the one pinned', async () => {
    const report = await verifyStore(memoryDb(pairs), { identity: { ...pin, authority: 'x' } })
    expect(report).toMatchObject({ verdict: 'bad', badIndex: 0 })
  })
})

/** All of the tree rewritten around a changed set of entries, with everything that needs no key. */
const rewritten = (change: (index: number, bytes: Uint8Array) => Uint8Array, size: number) => {
  let frontier = EMPTY_FRONTIER
  const out: Array<StorePair> = []
  for (let index = 0; index < size; index++) {
    const bytes = change(index, valueOf(entryKey(index)))
    const grown = appendLeaf(sha256, frontier, leafHash(sha256, bytes))
    out.push([entryKey(index), bytes])
    for (const node of grown.nodes) out.push([nodeKey(node.level, node.index), node.hash])
    frontier = grown.frontier
  }
  const { checkpoints } = decodeHead(valueOf(HEAD_KEY))!
  const head = { frontier, root: rootOfFrontier(sha256, frontier), checkpoints }
  const others = pairs.filter(([key]) => ![E, N].includes(key[0]!) && !sameKey(key, HEAD_KEY))
  return [...others, ...out, [HEAD_KEY, encodeHead(head)]] as ReadonlyArray<StorePair>
}

describe('a log rewritten with its whole tree', () => {
  /** Entry 5 is a HookReceived; no projection looks at the payload's length. */
  const lie = (index: number, bytes: Uint8Array): Uint8Array =>
    index === 5
      ? Buffer.from(Buffer.from(bytes).toString().replace('"bytes":300', '"bytes":301'))
      : bytes
  const lieAboutState = (index: number, bytes: Uint8Array): Uint8Array => {
    if (index !== 5) return bytes
    const entry = JSON.parse(Buffer.from(bytes).toString())
    return utf8(canonicalJson({ ...entry, session: 'somebody-else' }))
  }

  it('contradicts the hashes of the states it folds to', async () => {
    const size = decodeHead(valueOf(HEAD_KEY))!.frontier.size
    const report = await verify(rewritten(lieAboutState, size))
    expect(report).toMatchObject({
      verdict: 'bad',
      problem: expect.stringContaining('does not fold to'),
    })
  })

  it('contradicts the checkpoints that were signed after the change', async () => {
    const size = decodeHead(valueOf(HEAD_KEY))!.frontier.size
    const report = await verify(rewritten(lie, size))
    expect(report.verdict).toBe('bad')
    expect(report.problem).toContain('entry 0 to')
  })

  it('contradicts a checkpoint kept outside even when all inside are gone', async () => {
    const size = decodeHead(valueOf(HEAD_KEY))!.frontier.size
    const { gte, lt } = rangeOf('checkpoint')
    const { checkpoints: _, ...head } = decodeHead(valueOf(HEAD_KEY, rewritten(lie, size)))!
    const none = { count: 0, last: 0, digest: new Uint8Array(32) }
    const changed = withValue(
      HEAD_KEY,
      encodeHead({ ...head, checkpoints: none }),
      rewritten(lie, size).filter(
        ([key]) => Buffer.compare(key, gte) < 0 || Buffer.compare(key, lt) >= 0,
      ),
    )
    expect((await verify(changed)).verdict).toBe('unanchored')
    for (const against of notes) {
      const report = await verify(changed, { against })
      expect(report.verdict).toBe('bad')
      expect(report.problem).toContain('rewritten')
    }
  })

  it('is found when it was rolled back behind a checkpoint from outside', async () => {
    const full = decodeHead(valueOf(HEAD_KEY))!
    const last = Buffer.from(valueOf(checkpointKey(full.checkpoints.last))).toString()
    const other = await (async () => {
      const scratch = scratchDir()
      const same = await create(scratch.dir)
      const { log, close } = await openLog(scratch.dir, same)
      await log.append([modeDraft('enforce')])
      await close()
      const small = await dump(scratch.dir)
      scratch.remove()
      return small
    })()
    const { size } = decodeHead(valueOf(HEAD_KEY, other))!.frontier
    expect((await verify(other)).verdict).toBe('unanchored')
    expect(await verify(other, { against: last })).toMatchObject({
      verdict: 'bad',
      badIndex: size,
      problem: expect.stringContaining('rolled back'),
    })
  })
})

describe('a checkpoint to compare with', () => {
  it.each([
    ['is no note', 'hello'],
    ['is empty', ''],
    ['is signed by nobody', `isonapse.test/log\n1\n${'A'.repeat(43)}=\n`],
  ])('that %s is refused', async (_, against) => {
    expect(await verify(pairs, { against })).toMatchObject({
      verdict: 'bad',
      problem: expect.stringContaining('to compare with'),
    })
  })

  it('whose signature was changed is refused', async () => {
    const against = notes[0]!.replace(
      /.{12}\n$/,
      (end) => `${end.slice(6, 12)}${end.slice(0, 6)}\n`,
    )
    expect((await verify(pairs, { against })).verdict).toBe('bad')
  })
})

describe('verifying a log in use', () => {
  it('looks at one moment of it while appends go on', async () => {
    const scratch = scratchDir()
    const same = await create(scratch.dir)
    const { log, close } = await openLog(scratch.dir, same, { snapshotEvery: 100 })
    for (let n = 0; n < 50; n++) await log.append(callDrafts(n))
    const stop = new AbortController()
    const busy = (async () => {
      for (let n = 50; !stop.signal.aborted; n++) await log.append(callDrafts(n))
    })()
    for (let i = 0; i < 5; i++) {
      const before = log.head().size
      const report = await Effect.runPromise(log.verify())
      expect(report).toMatchObject({ verdict: 'unanchored', problem: null })
      expect(report.size).toBeGreaterThanOrEqual(before)
      expect(report.size).toBeLessThanOrEqual(log.head().size)
    }
    stop.abort()
    await busy
    await close()
    scratch.remove()
  })

  it('ends with the log when that is closed, and does not keep it open', async () => {
    const scratch = scratchDir()
    const same = await create(scratch.dir)
    const { log, close } = await openLog(scratch.dir, same)
    for (let n = 0; n < 500; n++) await log.append(callDrafts(n))
    const outcome = Effect.runPromise(log.verify()).then(
      ({ problem }) => problem,
      ({ _tag }) => _tag,
    )
    await close()
    expect([null, 'StoreFailure']).toContain(await outcome)
    scratch.remove()
  })

  it('stops when it is interrupted', async () => {
    const scratch = scratchDir()
    const same = await create(scratch.dir)
    const { log, close } = await openLog(scratch.dir, same)
    for (let n = 0; n < 500; n++) await log.append(callDrafts(n))
    const seen: Array<number> = []
    const controller = new AbortController()
    const verifying = Effect.runPromise(
      log.verify({
        onProgress: (done) => {
          seen.push(done)
          controller.abort()
        },
      }),
      { signal: controller.signal },
    )
    await expect(verifying).rejects.toBeDefined()
    await close()
    expect(seen.at(-1)).toBeLessThan(1501)
    scratch.remove()
  })

  it('counts loosenings without a signature, which are no tampering', async () => {
    const scratch = scratchDir()
    const authority = Buffer.alloc(32, 3).toString('base64')
    const same = await create(scratch.dir, { authority })
    const { log, close } = await openLog(scratch.dir, same)
    await log.append([modeDraft('enforce'), modeDraft('profile'), modeDraft('profile')])
    expect(log.projected().gate.mode).toBe('enforce')
    expect(await Effect.runPromise(log.verify())).toMatchObject({
      verdict: 'unanchored',
      unsigned: 2,
    })
    await close()
    scratch.remove()
  })
})
