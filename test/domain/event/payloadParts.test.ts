import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Observed } from '../../../src/domain/action/action.ts'
import type { PathRef } from '../../../src/domain/action/place.ts'
import { utf8 } from '../../../src/domain/bytes.ts'
import { packPayload, sourcesOf, unpackPayload } from '../../../src/domain/event/payloadParts.ts'

const text = fc.string({ unit: 'binary' }).map((one) => one.toWellFormed().replace(/^\uFEFF+/, ''))
const ref: fc.Arbitrary<PathRef> = fc.oneof(
  text.map((project) => ({ project })),
  text.map((home) => ({ home })),
  text.map((one) => ({ path: `/${one}` })),
)
const texts = fc.array(fc.record({ path: ref, text }), { maxLength: 4 })
/** A client's payload is JSON and holds no NUL byte; nothing rests on that. */
const payload = fc.oneof(
  fc.uint8Array(),
  fc.uint8Array().map((bytes) => Uint8Array.from([0, ...bytes])),
)

describe('what a sealed payload carries', () => {
  it('comes back as it was put in', () => {
    fc.assert(
      fc.property(payload, texts, (bytes, carried) => {
        const parts = unpackPayload(packPayload({ payload: bytes, texts: carried }))
        expect(parts?.texts).toEqual(carried)
        expect([...parts!.payload]).toEqual([...bytes])
      }),
    )
  })

  it('is the client’s own bytes where no file was read, as it always was', () => {
    const bytes = utf8('{"hook_event_name":"PreToolUse"}\n')
    expect(packPayload({ payload: bytes, texts: [] })).toBe(bytes)
    expect(unpackPayload(bytes)).toEqual({ payload: bytes, texts: [] })
  })

  it('is nothing where it was cut, padded or made by a later version', () => {
    const whole = packPayload({
      payload: utf8('{}'),
      texts: [{ path: { project: 'a' }, text: 'b' }],
    })
    for (let length = 1; length < whole.length; length++)
      expect(unpackPayload(whole.subarray(0, length)), `${length} bytes`).toBeUndefined()
    expect(unpackPayload(new Uint8Array([...whole, 0]))).toBeUndefined()
    expect(unpackPayload(utf8('\0isonapse.payload.3\n{}\n'))).toBeUndefined()
    expect(unpackPayload(utf8('\0isonapse.payload.2\n{"payload":-1,"texts":[]}\n'))).toBeUndefined()
    expect(unpackPayload(utf8('\0isonapse.payload.2\n{"payload":9,"texts":[]}\n'))).toBeUndefined()
  })

  it('is read from any bytes without failing', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        unpackPayload(bytes)
        unpackPayload(new Uint8Array([...utf8('\0isonapse.payload.2\n'), ...bytes]))
      }),
    )
  })
})

describe('the files of a decision', () => {
  const place = { home: '/home/dev', project: '/home/dev/app' }
  const scripts: NonNullable<Observed['scripts']> = [
    { path: { project: 'a.sh' }, is: 'text', origin: 'downloaded' },
    { path: { home: 'link/../b.sh' }, is: 'text' },
    { path: { path: '/tmp/c' }, is: 'binary' },
    { path: { project: 'gone.sh' }, is: 'text' },
  ]

  it('are what the log says of them, with the texts that it carries', () => {
    const sources = sourcesOf(
      scripts,
      [
        { path: { project: 'a.sh' }, text: 'A' },
        { path: { home: 'link/../b.sh' }, text: 'B' },
        { path: { project: 'never-asked' }, text: 'X' },
      ],
      place,
    )
    expect([...sources]).toEqual([
      ['/home/dev/app/a.sh', { is: 'text', text: 'A', origin: 'downloaded' }],
      ['/home/dev/link/../b.sh', { is: 'text', text: 'B' }],
      ['/tmp/c', { is: 'binary' }],
    ])
  })
})
