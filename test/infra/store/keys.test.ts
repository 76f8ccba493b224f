import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkpointKey,
  entryKey,
  HEAD_KEY,
  indexOfKey,
  nodeKey,
  parseSnapshotKey,
  placeOfNodeKey,
  rangeOf,
  snapshotKey,
} from '../../../src/infra/store/keys.ts'

const anyIndex = fc.maxSafeNat()

describe('keys', () => {
  it('read back as what they were made from', () => {
    fc.assert(
      fc.property(anyIndex, fc.nat(63), fc.string({ minLength: 1 }), (index, level, id) => {
        expect(indexOfKey(entryKey(index))).toBe(index)
        expect(indexOfKey(checkpointKey(index))).toBe(index)
        expect(placeOfNodeKey(nodeKey(level, index))).toEqual({ level, index })
        fc.pre(id.isWellFormed())
        expect(parseSnapshotKey(snapshotKey(id, index))).toEqual({ projection: id, size: index })
      }),
    )
  })

  it('have the order of their indexes', () => {
    fc.assert(
      fc.property(anyIndex, anyIndex, (a, b) => {
        expect(Math.sign(Buffer.compare(entryKey(a), entryKey(b)))).toBe(Math.sign(a - b))
      }),
    )
  })

  it('lie in the range of their prefix and of no other', () => {
    const keys = {
      entry: entryKey(2 ** 53 - 1),
      node: nodeKey(63, 2 ** 53 - 1),
      checkpoint: checkpointKey(1),
      head: HEAD_KEY,
      snapshot: snapshotKey('x', 1),
    } as const
    for (const [name, key] of Object.entries(keys))
      for (const prefix of Object.keys(keys) as Array<keyof typeof keys>) {
        const { gte, lt } = rangeOf(prefix)
        const inside = Buffer.compare(key, gte) >= 0 && Buffer.compare(key, lt) < 0
        expect(inside, `${name} in ${prefix}`).toBe(name === prefix)
      }
  })

  it('of another form are told apart, and none is misread', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
        const index = indexOfKey(bytes)
        expect(index === undefined).toBe(bytes.length !== 9)
        expect(placeOfNodeKey(bytes) === undefined).toBe(bytes.length !== 10)
        const parsed = parseSnapshotKey(Buffer.concat([Buffer.from('s'), bytes]))
        if (parsed !== undefined && Number.isFinite(parsed.size))
          expect(
            Buffer.compare(snapshotKey(parsed.projection, parsed.size).subarray(1), bytes),
          ).toBe(0)
      }),
    )
    expect(indexOfKey(Buffer.from('65ffffffffffffffff', 'hex'))).toBe(Number.POSITIVE_INFINITY)
  })
})
