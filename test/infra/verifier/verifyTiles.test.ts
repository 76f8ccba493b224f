import { describe, expect, it } from 'vitest'
import { sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'
import type { Fault, TilesToVerify } from '../../../src/infra/verifier/verifyTiles.ts'
import { verifyTiles } from '../../../src/infra/verifier/verifyTiles.ts'
import { entriesOf, type Files, makeExport, rootOf } from './madeLog.ts'

// Large enough for a third level of tiles.
const SIZE = 66_000
const entries = entriesOf(SIZE)
const good = makeExport(entries)
const root = rootOf(entries)

const verify = (files: Files, options: Partial<TilesToVerify> = {}): Promise<Fault | undefined> =>
  verifyTiles({
    files: { read: (file) => Promise.resolve(files.get(file) ?? 'missing') },
    sha256,
    size: SIZE,
    roots: [{ size: SIZE, root, fault: { badIndex: null, problem: 'root' } }],
    first: () => undefined,
    onEntries: () => {},
    signal: new AbortController().signal,
    ...options,
  })

describe('the pass over the tiles of a large log', () => {
  it('agrees with an honest one', async () => {
    expect(await verify(good)).toBeUndefined()
  })

  it('finds a changed hash on any level and names where its entries begin', async () => {
    const flipped = (name: string, at: number): Files => {
      const bytes = Uint8Array.from(good.get(name)!)
      bytes[at * 32]! ^= 1
      return new Map(good).set(name, bytes)
    }
    expect(await verify(flipped('tile/0/200', 9))).toMatchObject({ badIndex: 200 * 256 + 9 })
    expect(await verify(flipped('tile/1/000', 77))).toMatchObject({ badIndex: 77 * 256 })
    expect(await verify(flipped('tile/1/001.p/1', 0))).toMatchObject({ badIndex: 65_536 })
    expect(await verify(flipped('tile/2/000.p/1', 0))).toMatchObject({ badIndex: 0 })
  })

  it('finds a tile of a higher level that is missing or too long', async () => {
    for (const name of ['tile/1/000', 'tile/2/000.p/1']) {
      const without = new Map(good)
      without.delete(name)
      expect((await verify(without))?.problem).toBe(`${name} is missing`)
    }
    const longer = new Uint8Array([...good.get('tile/1/000')!, 0])
    expect(await verify(new Map(good).set('tile/1/000', longer))).toEqual({
      badIndex: null,
      problem: 'tile/1/000 is not 256 hashes long',
    })
  })

  it('stops when it is told to', async () => {
    const controller = new AbortController()
    const onEntries = (done: number): void => {
      if (done >= 1024) controller.abort()
    }
    const reads: Array<string> = []
    const files = {
      read: (file: string) => {
        reads.push(file)
        return Promise.resolve(good.get(file)!)
      },
    }
    await expect(verify(good, { files, onEntries, signal: controller.signal })).rejects.toThrow()
    expect(reads.length).toBe(8)
  })
})
