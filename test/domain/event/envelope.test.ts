import * as Result from 'effect/Result'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/domain/bytes.ts'
import { decodeEntry, encodeEntry, MAX_ENTRY_BYTES } from '../../../src/domain/event/envelope.ts'
import { Chunk, ModeChanged } from '../../../src/domain/event/event.ts'
import type { Digest } from '../../../src/domain/hash.ts'

const entry = (event: ModeChanged | Chunk) => ({
  index: 7,
  time: 1_795_251_532_009,
  session: 's-1',
  event,
})
const zero = '0'.repeat(64) as Digest

describe('an entry', () => {
  it('has canonical JSON as its leaf bytes', () => {
    const bytes = Result.getOrThrow(
      encodeEntry(entry(new ModeChanged({ from: 'profile', to: 'enforce' }))),
    )
    expect(new TextDecoder().decode(bytes)).toBe(
      '{"event":{"_tag":"ModeChanged","from":"profile","to":"enforce"},"index":7,"session":"s-1","time":1795251532009,"v":1}',
    )
  })

  it('reads back as it was written', () => {
    const written = entry(new ModeChanged({ from: 'profile', to: 'enforce' }))
    const read = Result.getOrThrow(decodeEntry(Result.getOrThrow(encodeEntry(written))))
    expect(read).toEqual(written)
    expect(read.event).toBeInstanceOf(ModeChanged)
  })

  it('is refused when it is larger than a tile entry may be', () => {
    const fits = (bytes: number) =>
      Result.isSuccess(encodeEntry(entry(new Chunk({ digest: zero, data: 'A'.repeat(bytes) }))))
    const around = MAX_ENTRY_BYTES - 170
    expect(fits(around - 100)).toBe(true)
    expect(fits(around + 200)).toBe(false)
  })

  it('of a kind that this version does not know is kept with its fields', () => {
    const bytes = utf8(
      '{"event":{"_tag":"FromTheFuture","x":[1]},"index":0,"session":null,"time":5,"v":2}',
    )
    expect(Result.getOrThrow(decodeEntry(bytes)).event).toEqual({
      _tag: 'Unknown',
      kind: 'FromTheFuture',
      fields: { x: [1] },
    })
  })

  it('of a known kind with fields of another version is kept as unknown', () => {
    const bytes = utf8(
      '{"event":{"_tag":"ModeChanged","to":"paranoid"},"index":0,"session":null,"time":5,"v":1}',
    )
    expect(Result.getOrThrow(decodeEntry(bytes)).event).toMatchObject({
      _tag: 'Unknown',
      kind: 'ModeChanged',
    })
  })

  it('with an escape that canonical JSON never writes is no entry', () => {
    const bytes = (value: string) =>
      utf8(
        `{"event":{"_tag":"ConfigChanged","key":"a","value":"${value}"},"index":0,"session":null,"time":5,"v":1}`,
      )
    expect(Result.isFailure(decodeEntry(bytes('\\ud800')))).toBe(true)
    expect(Result.isFailure(decodeEntry(bytes('\\u0041')))).toBe(true)
    expect(Result.isSuccess(decodeEntry(bytes('\\u0001')))).toBe(true)
    expect(Result.isSuccess(decodeEntry(bytes('\\\\ud800')))).toBe(true)
  })

  it('is never a throw, whatever the bytes are', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.json().map(utf8),
      fc.constantFrom('null', '[]', '{"v":1}', '{"__proto__":{}}', '\ufeff{}').map(utf8),
    )
    fc.assert(
      fc.property(hostile, (bytes) => {
        expect(Result.isFailure(decodeEntry(bytes))).toBe(true)
      }),
    )
  })
})
