import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import * as Result from 'effect/Result'
import { toHex } from '../../../src/domain/bytes.ts'
import {
  bundlePath,
  encodeBundle,
  encodeTile,
  MAX_BUNDLE_BYTES,
  splitBundle,
  tileLevels,
  tilePath,
  tilesAtLevel,
  tilesOf,
} from '../../../src/domain/merkle/tile.ts'
import { makeLeaves } from './reference.ts'

describe('tile paths', () => {
  it('are those of the tlog-tiles examples', () => {
    expect(tilePath({ level: 0, index: 1234067, width: 256 })).toBe('tile/0/x001/x234/067')
    expect(tilePath({ level: 63, index: 0, width: 1 })).toBe('tile/63/000.p/1')
    expect(tilePath({ level: 1, index: 1000, width: 255 })).toBe('tile/1/x001/000.p/255')
    expect(bundlePath(999, 256)).toBe('tile/entries/999')
    expect(bundlePath(1000, 17)).toBe('tile/entries/x001/000.p/17')
  })
})

describe('the tiles of a tree', () => {
  it('are those of the spec for 70,000 entries', () => {
    expect(tileLevels(70_000)).toBe(3)
    const level0 = [...tilesAtLevel(0, 70_000)]
    expect(level0.length).toBe(274)
    expect(level0.slice(0, 273).every(({ width }) => width === 256)).toBe(true)
    expect(level0[273]).toEqual({ level: 0, index: 273, width: 112 })
    expect([...tilesAtLevel(1, 70_000)].map(({ width }) => width)).toEqual([256, 17])
    expect([...tilesAtLevel(2, 70_000)].map(({ width }) => width)).toEqual([1])
  })

  it('are a full one and a level above it for 256 entries', () => {
    expect([...tilesOf(256)]).toEqual([
      { level: 0, index: 0, width: 256 },
      { level: 1, index: 0, width: 1 },
    ])
    expect([...tilesOf(0)]).toEqual([])
  })

  it('hold as many hashes a level as the size has runs of 256^level', () => {
    fc.assert(
      fc.property(fc.nat({ max: 200_000 }), (size) => {
        for (let level = 0; level < tileLevels(size); level++) {
          const widths = [...tilesAtLevel(level, size)].map(({ width }) => width)
          expect(widths.reduce((sum, width) => sum + width, 0)).toBe(
            Math.floor(size / 256 ** level),
          )
          expect(widths.slice(0, -1).every((width) => width === 256)).toBe(true)
          expect(widths.at(-1)).toBeGreaterThan(0)
        }
      }),
    )
  })
})

describe('tile bytes', () => {
  it('are the hashes and nothing else', () => {
    const hashes = makeLeaves(5)
    const bytes = encodeTile(hashes)
    expect(toHex(bytes)).toBe(hashes.map(toHex).join(''))
    expect(bytes.length).toBe(160)
  })
})

describe('entry bundles', () => {
  const entries = fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 30 })

  it('are read back entry for entry', () => {
    fc.assert(
      fc.property(entries, (entries) => {
        const bytes = Result.getOrThrow(encodeBundle(entries))
        const read = splitBundle(bytes, entries.length)
        expect(read.fault).toBeUndefined()
        expect(read.entries.map(toHex)).toEqual(entries.map(toHex))
      }),
    )
  })

  it('with a byte missing or left over, or of another width, are malformed', () => {
    fc.assert(
      fc.property(entries, fc.nat({ max: 255 }), (entries, byte) => {
        const bytes = Result.getOrThrow(encodeBundle(entries))
        const width = entries.length
        const longer = new Uint8Array([...bytes, byte])
        expect(splitBundle(longer, width).fault).toBeDefined()
        expect(splitBundle(bytes, width + 1).fault).toBeDefined()
        if (width > 0) {
          expect(splitBundle(bytes.subarray(0, -1), width).fault).toBeDefined()
          expect(splitBundle(bytes, width - 1).fault).toBeDefined()
        }
      }),
    )
  })

  it('say how many entries come before the fault', () => {
    const bytes = Result.getOrThrow(encodeBundle([new Uint8Array(3), new Uint8Array(4)]))
    expect(splitBundle(bytes.subarray(0, 8), 2).fault).toMatchObject({
      reason: 'truncated',
      at: 5,
      entries: 1,
    })
  })

  it('take entries of 65,535 bytes and refuse longer ones', () => {
    const longest = new Uint8Array(65_535).fill(7)
    const bytes = Result.getOrThrow(encodeBundle([longest]))
    expect(splitBundle(bytes, 1)).toEqual({ entries: [longest] })
    expect(bytes.length * 256).toBe(MAX_BUNDLE_BYTES)
    expect(Result.isFailure(encodeBundle([new Uint8Array(65_536)]))).toBe(true)
  })
})
