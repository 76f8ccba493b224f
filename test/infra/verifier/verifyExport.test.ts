import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { concat, utf8 } from '../../../src/domain/bytes.ts'
import { encodeBundle } from '../../../src/domain/merkle/tile.ts'
import type { VerifyExportOptions } from '../../../src/infra/verifier/verifyExport.ts'
import { verifyExport } from '../../../src/infra/verifier/verifyExport.ts'
import {
  cleanUp,
  entriesOf,
  type Files,
  firstEntry,
  keyOf,
  LOG_KEY,
  makeExport,
  OTHER_KEY,
  rootOf,
  writeExport,
} from './madeLog.ts'
import { runs } from '../../support/runs.ts'

afterEach(cleanUp)

const verify = (files: Files, options: Omit<VerifyExportOptions, 'dir'> = {}) =>
  Effect.runPromise(verifyExport({ dir: writeExport(files), ...options }))
const identity = { origin: LOG_KEY.origin, verifierKey: LOG_KEY.verifierKey }

const SIZE = 300
const entries = entriesOf(SIZE)
const good = makeExport(entries)
const checkpointAt = (size: number, of = entries): string =>
  LOG_KEY.checkpoint(size, rootOf(of.slice(0, size)))

describe('an honest export', () => {
  it('of any size is consistent, and anchored against any checkpoint of it', async () => {
    for (const size of [1, 2, 255, 256, 257, 512, 700]) {
      const entries = entriesOf(size)
      const files = makeExport(entries)
      expect(await verify(files), `${size}`).toMatchObject({
        verdict: 'unanchored',
        size,
        origin: LOG_KEY.origin,
        checkpoints: 1,
        problem: null,
      })
      for (const known of [1, 2, 255, 256, 300, size].filter((known) => known <= size)) {
        const against = checkpointAt(known, entries)
        expect(await verify(files, { identity, against }), `${size} ${known}`).toMatchObject({
          verdict: 'anchored',
          checkpoints: 2,
          problem: null,
        })
      }
    }
  })

  it('says how far it is, up to the end', async () => {
    const seen: Array<number> = []
    await verify(good, { onProgress: ({ done, total }) => seen.push(done / total) })
    expect(seen).toEqual([256 / 300, 1])
  })

  it('is not spoilt by files that its size does not call for', async () => {
    const files = new Map(good)
    files.set('tile/entries/001.p/43', utf8('an older checkpoint needed this'))
    files.set('tile/0/007', utf8('x'))
    files.set('README', utf8('x'))
    expect((await verify(files)).verdict).toBe('unanchored')
  })

  it('may be of a log with longer and empty entries', async () => {
    const odd = [firstEntry(LOG_KEY), new Uint8Array(65_535), new Uint8Array(0), utf8('x')]
    expect((await verify(makeExport(odd))).verdict).toBe('unanchored')
  })
})

describe('a changed export', () => {
  /** The first entry that a change at this byte of a bundle or tile makes bad. */
  const firstBad = (name: string, at: number): number | null => {
    if (name === 'checkpoint') return null
    const start = /\/001(\.p|$)/.test(name) ? 256 : 0
    if (name.startsWith('tile/1/')) return 0
    if (name.startsWith('tile/0/')) return start + Math.floor(at / 32)
    let end = 0
    for (let index = start; ; index++) {
      end += 2 + entries[index]!.length
      if (at < end) return index
    }
  }

  it('is found whichever byte of whichever file was flipped, and names the first bad entry', async () => {
    const place = fc
      .constantFrom(...good.keys())
      .chain((name) => fc.tuple(fc.constant(name), fc.nat({ max: good.get(name)!.length - 1 })))
    await fc.assert(
      fc.asyncProperty(place, fc.nat({ max: 7 }), async ([name, at], bit) => {
        const bytes = Uint8Array.from(good.get(name)!)
        bytes[at]! ^= 1 << bit
        const found = await verify(new Map(good).set(name, bytes))
        expect(found.verdict).toBe('bad')
        expect(found.problem).not.toBe(null)
        // A checkpoint's size may now call for entries that are not there.
        if (name !== 'checkpoint') expect(found.badIndex).toBe(firstBad(name, at))
      }),
      { numRuns: runs(60, 1000) },
    )
  })

  it('is found when any file is gone, empty, cut short or longer', async () => {
    for (const [name, bytes] of good) {
      const without = new Map(good)
      without.delete(name)
      expect(await verify(without), name).toMatchObject({
        verdict: 'bad',
        problem: `${name} is missing`,
      })
      for (const changed of [
        new Uint8Array(0),
        bytes.subarray(0, -1),
        bytes.subarray(1),
        concat(bytes, Uint8Array.of(0)),
      ])
        expect((await verify(new Map(good).set(name, changed))).verdict, name).toBe('bad')
    }
  })

  it('is found when entries are swapped, removed, repeated or added', async () => {
    const cases: ReadonlyArray<readonly [number, (all: Array<Uint8Array>) => void]> = [
      [5, (all) => all.splice(5, 2, all[6]!, all[5]!)],
      [5, (all) => all.splice(5, 1)],
      [5, (all) => all.splice(5, 0, all[4]!)],
      [5, (all) => all.splice(5, 1, utf8('not what happened'))],
      [255, (all) => all.pop()],
      [255, (all) => all.push(all[0]!)],
    ]
    for (const [badIndex, change] of cases) {
      const bundle = entries.slice(0, 256)
      change(bundle)
      const bytes = Result.getOrThrow(encodeBundle(bundle))
      const found = await verify(new Map(good).set('tile/entries/000', bytes))
      expect(found).toMatchObject({ verdict: 'bad', badIndex })
    }
  })

  it('is found when the tile was changed along with the entry, by the tile above', async () => {
    const rewritten = entries.with(200, utf8('not what happened'))
    const files = makeExport(rewritten, { checkpoint: checkpointAt(SIZE) })
    expect((await verify(files)).problem).toBe('the entries do not make the root in the checkpoint')
    files.set('tile/1/000.p/1', good.get('tile/1/000.p/1')!)
    expect(await verify(files)).toMatchObject({
      verdict: 'bad',
      badIndex: 0,
      problem: 'tile/1/000.p/1 disagrees with entries 0 to 255',
    })
  })

  it('is found when an earlier or later checkpoint of the same log is put in', async () => {
    for (const size of [299, 301])
      expect(
        (await verify(new Map(good).set('checkpoint', utf8(checkpointAt(size, entriesOf(301))))))
          .verdict,
      ).toBe('bad')
  })
})

describe('an export of another log', () => {
  const forged = makeExport(entriesOf(20, OTHER_KEY), { key: OTHER_KEY })

  it('fits together by itself, and is refused where the identity is known', async () => {
    expect((await verify(forged)).verdict).toBe('unanchored')
    expect(await verify(forged, { identity })).toMatchObject({ verdict: 'bad', badIndex: 0 })
    const { verifierKey } = LOG_KEY
    expect((await verify(forged, { identity: { verifierKey } })).verdict).toBe('bad')
  })

  it('is refused when only the signature or only entry 0 is the right one', async () => {
    const theirs = makeExport(entries, { key: OTHER_KEY })
    expect(await verify(theirs)).toMatchObject({ verdict: 'bad' })
    expect(await verify(theirs, { identity })).toMatchObject({ verdict: 'bad' })
    const ours = makeExport(entriesOf(20, OTHER_KEY), { key: LOG_KEY })
    expect(await verify(ours)).toMatchObject({ verdict: 'bad', badIndex: 0 })
    expect(await verify(ours, { identity })).toMatchObject({ verdict: 'bad', badIndex: 0 })
  })

  it('is refused when the signature does not verify', async () => {
    const unsigned = LOG_KEY.checkpoint(SIZE, rootOf(entries)).replace(/\n300\n/, '\n299\n')
    expect((await verify(new Map(good).set('checkpoint', utf8(unsigned)))).problem).toBe(
      "checkpoint has a signature that is not the log's",
    )
  })

  it('is refused when entry 0 does not create a log', async () => {
    const nameless = [utf8('entry 0'), utf8('entry 1')]
    expect(await verify(makeExport(nameless))).toMatchObject({ verdict: 'bad', badIndex: 0 })
    const unreadable = [utf8('{"v":1,"event":{"_tag":"LogCreated"}}')]
    expect(await verify(makeExport(unreadable))).toMatchObject({ verdict: 'bad', badIndex: 0 })
  })
})

describe('comparing with a checkpoint from elsewhere', () => {
  it('finds a log rewritten from its start, though it fits together and its key signed it', async () => {
    const rewritten = entries.with(40, utf8('not what happened'))
    const files = makeExport(rewritten)
    expect((await verify(files, { identity })).verdict).toBe('unanchored')
    for (const size of [41, 256, 257, 300])
      expect(await verify(files, { identity, against: checkpointAt(size) })).toMatchObject({
        verdict: 'bad',
        problem: `the log was rewritten: its first ${size} entries are not those the checkpoint to compare with covers`,
      })
    expect((await verify(files, { identity, against: checkpointAt(40) })).verdict).toBe('anchored')
  })

  it('finds a log that was cut off', async () => {
    const cut = makeExport(entries.slice(0, 280))
    expect(await verify(cut, { identity, against: checkpointAt(300) })).toMatchObject({
      verdict: 'bad',
      badIndex: 280,
    })
    const max = LOG_KEY.checkpoint(2n ** 64n - 1n, new Uint8Array(32))
    expect((await verify(cut, { against: max })).badIndex).toBe(280)
  })

  it('takes only checkpoints that the log itself signed', async () => {
    const root = rootOf(entries)
    for (const against of [
      '',
      'text\n',
      checkpointAt(300).replace('\n300\n', '\n300\nextension\n'),
      OTHER_KEY.checkpoint(300, root),
    ])
      expect(await verify(good, { identity, against }), against).toMatchObject({ verdict: 'bad' })
  })

  it('of an empty tree is no anchor', async () => {
    const against = LOG_KEY.checkpoint(0, rootOf([]))
    expect(await verify(good, { identity, against })).toMatchObject({ verdict: 'unanchored' })
  })
})

describe('an export made to harm its reader', () => {
  const replaced = async (name: string, replace: (file: string) => void) => {
    const dir = writeExport(good)
    fs.rmSync(path.join(dir, name), { recursive: true })
    replace(path.join(dir, name))
    return Effect.runPromise(verifyExport({ dir }))
  }
  const someFiles = ['checkpoint', 'tile/0/000', 'tile/1/000.p/1', 'tile/entries/001.p/44']

  it('has no link followed, be it to a good file', async () => {
    const elsewhere = writeExport(good)
    for (const name of someFiles)
      expect(
        await replaced(name, (file) => fs.symlinkSync(path.join(elsewhere, name), file)),
      ).toMatchObject({ verdict: 'bad', problem: `${name} is not a plain file` })
    for (const folder of ['tile', 'tile/entries', 'tile/0/001.p'])
      expect(
        (await replaced(folder, (file) => fs.symlinkSync(path.join(elsewhere, folder), file)))
          .problem,
      ).toMatch('is outside the export')
    expect(
      (await replaced('tile/entries', (file) => fs.symlinkSync('entries', file))).verdict,
    ).toBe('bad')
  })

  it('has no folder or file in the other place taken', async () => {
    for (const name of someFiles)
      expect(await replaced(name, (file) => fs.mkdirSync(file))).toMatchObject({
        problem: `${name} is not a plain file`,
      })
    expect((await replaced('tile/entries', (file) => fs.writeFileSync(file, 'x'))).verdict).toBe(
      'bad',
    )
  })

  it('has no file read that is larger than it can be', async () => {
    for (const name of someFiles)
      expect(
        await replaced(name, (file) => {
          fs.writeFileSync(file, '')
          fs.truncateSync(file, 2 ** 40)
        }),
      ).toMatchObject({ problem: `${name} is too large` })
  })

  it('makes nobody wait for entries that a huge size claims', async () => {
    const root = rootOf(entries)
    for (const size of [Number.MAX_SAFE_INTEGER, 2 ** 40]) {
      const files = makeExport(entries, { checkpoint: LOG_KEY.checkpoint(size, root) })
      expect(await verify(files)).toMatchObject({
        verdict: 'bad',
        badIndex: 256,
        problem: 'tile/0/001 is missing',
      })
    }
    const beyond = makeExport(entries, { checkpoint: LOG_KEY.checkpoint(2n ** 60n, root) })
    expect((await verify(beyond)).verdict).toBe('bad')
  })

  it('is not taken for a log when it claims to be empty', async () => {
    const files = new Map(good).set('checkpoint', utf8(LOG_KEY.checkpoint(0, rootOf([]))))
    expect(await verify(files)).toMatchObject({ verdict: 'bad', badIndex: 0 })
  })

  it('cannot put what steers a terminal into what is reported', async () => {
    const root = Buffer.from(rootOf(entries)).toString('base64')
    for (const origin of ['x\u001b[31m', 'x\u009b31m', 'x\u202ey', 'x\u2028y']) {
      const body = `${origin}\n300\n${root}\n`
      const files = new Map(good).set('checkpoint', utf8(`${body}\n— x AAAAAAAA\n`))
      const found = await verify(files)
      expect(found.verdict).toBe('bad')
      expect(`${found.problem} ${found.origin}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u)
      const evil = keyOf(`x${origin.slice(1).replace(/\s/u, '')}`.replaceAll('\u001b', ''), 9)
      const theirs = makeExport(entriesOf(3, evil), { key: evil })
      const other = await verify(theirs, { identity })
      expect(`${other.problem} ${other.origin}`).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u)
    }
  })
})

describe('a folder that cannot be read', () => {
  it('is a failure, not a verdict', async () => {
    const dir = writeExport(good)
    for (const wrong of [path.join(dir, 'absent'), path.join(dir, 'checkpoint')]) {
      const failed = await Effect.runPromise(Effect.flip(verifyExport({ dir: wrong })))
      expect(failed).toMatchObject({ _tag: 'ExportUnreadable', path: wrong })
    }
  })

  it('that holds nothing is a bad export', async () => {
    expect(await verify(new Map())).toMatchObject({
      verdict: 'bad',
      problem: 'checkpoint is missing',
    })
  })
})
