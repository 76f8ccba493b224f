import * as Result from 'effect/Result'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, fromUtf8, utf8 } from '../../../src/domain/bytes.ts'
import {
  encodeFrame,
  encodeRequestHead,
  MAX_BODY_BYTES,
  MAX_HEAD_BYTES,
  parseFrame,
  parseRequestHead,
} from '../../../src/domain/hook/frame.ts'
import type { HookAnswer } from '../../../src/domain/hook/hookEvent.ts'

const answers: fc.Arbitrary<HookAnswer> = fc.record({
  exit: fc.constantFrom(0 as const, 2 as const),
  stdout: fc.oneof(
    fc.constant(''),
    fc.dictionary(fc.string({ unit: 'binary' }), fc.string()).map((json) => JSON.stringify(json)),
    // A body that imitates the end marker and another frame.
    fc.constant('{\nISO1-END\nISO1 0 0\n\nISO1-END\n'),
  ),
})

describe('an answer frame', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(answers, (answer) => {
        expect(parseFrame(encodeFrame(answer))).toEqual(Result.succeed(answer))
      }),
    )
  })

  it('is refused when it is cut at any byte', () => {
    fc.assert(
      fc.property(answers, fc.nat(), (answer, cut) => {
        const frame = encodeFrame(answer)
        expect(Result.isFailure(parseFrame(frame.subarray(0, cut % frame.length)))).toBe(true)
      }),
    )
  })

  it('is refused with anything before or after it', () => {
    fc.assert(
      fc.property(answers, fc.uint8Array({ minLength: 1, maxLength: 40 }), (answer, more) => {
        const frame = encodeFrame(answer)
        expect(Result.isFailure(parseFrame(concat(frame, more)))).toBe(true)
        expect(Result.isFailure(parseFrame(concat(more, frame)))).toBe(true)
        expect(Result.isFailure(parseFrame(concat(frame, frame)))).toBe(true)
      }),
    )
  })

  it('never turns one exit status into the other when a byte is flipped outside the digit', () => {
    const frame = encodeFrame({ exit: 2, stdout: '{"decision":"block"}' })
    for (let at = 0; at < frame.length; at++) {
      if (at === 5) continue
      const flipped = frame.slice()
      flipped[at] = flipped[at]! ^ 1
      const read = parseFrame(flipped)
      if (Result.isSuccess(read)) expect(read.success.exit).toBe(2)
    }
  })

  it('is refused when any byte of its end marker is another', () => {
    const frame = encodeFrame({ exit: 0, stdout: '{}' })
    for (let at = frame.length - 10; at < frame.length; at++) {
      const flipped = frame.slice()
      flipped[at] = flipped[at]! ^ 1
      expect(parseFrame(flipped)).toMatchObject({ failure: { reason: 'end' } })
    }
  })

  it.each([
    ['nothing at all', ''],
    ['a permit without a frame', '{}'],
    ['another exit status', 'ISO1 1 0\n\nISO1-END\n'],
    ['a length with a leading zero', 'ISO1 0 00\n\nISO1-END\n'],
    ['a length in other digits', 'ISO1 0 ٠\n\nISO1-END\n'],
    ['a length with a sign', 'ISO1 0 +0\n\nISO1-END\n'],
    ['another version', 'ISO2 0 0\n\nISO1-END\n'],
    ['a carriage return', 'ISO1 0 0\r\n\nISO1-END\n'],
    ['text before the JSON', 'ISO1 2 4\nno{}\nISO1-END\n'],
    ['a body that is shorter than it says', 'ISO1 0 3\n{}\nISO1-END\n'],
    ['a body that is longer than it says', 'ISO1 0 1\n{}\nISO1-END\n'],
    ['a body longer than any answer', `ISO1 0 ${MAX_BODY_BYTES + 1}\n{}\nISO1-END\n`],
  ])('refuses %s', (_, text) => {
    expect(Result.isFailure(parseFrame(utf8(text)))).toBe(true)
  })

  it('refuses a body that is not UTF-8', () => {
    const frame = encodeFrame({ exit: 0, stdout: '{"a":"é"}' })
    frame[frame.indexOf(0xc3)] = 0xff
    expect(Result.isFailure(parseFrame(frame))).toBe(true)
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(Result.isFailure(parseFrame(bytes))).toBe(true)
      }),
    )
  })

  it('counts the length in bytes', () => {
    expect(fromUtf8(encodeFrame({ exit: 0, stdout: '{"é":1}' }))).toBe(
      'ISO1 0 8\n{"é":1}\nISO1-END\n',
    )
  })
})

describe('a request head', () => {
  const names = fc.stringMatching(/^[A-Za-z]{1,40}$/)

  it('is read back as it was written, with the payload after it', () => {
    fc.assert(
      fc.property(names, (event) => {
        const head = encodeRequestHead({ event })
        const read = parseRequestHead(concat(head, utf8('{"a":"\n"}')))
        expect(read).toEqual(Result.succeed({ head: { event }, payloadAt: head.length }))
      }),
    )
  })

  it('waits for more while the line is not complete', () => {
    const head = encodeRequestHead({ event: 'PreToolUse' })
    for (let cut = 0; cut < head.length; cut++)
      expect(parseRequestHead(head.subarray(0, cut))).toEqual(Result.succeed(undefined))
  })

  it('gives up at the longest line there can be', () => {
    expect(parseRequestHead(utf8('A'.repeat(MAX_HEAD_BYTES - 1)))).toEqual(
      Result.succeed(undefined),
    )
    const read = parseRequestHead(utf8('A'.repeat(MAX_HEAD_BYTES)))
    expect(read).toMatchObject({ failure: { reason: 'too-long' } })
    const late = parseRequestHead(utf8(`${'A'.repeat(MAX_HEAD_BYTES)}\n`))
    expect(late).toMatchObject({ failure: { reason: 'too-long' } })
  })

  it.each([
    '\n',
    'GET / HTTP/1.1\r\n',
    'ISO1 PreToolUse \n',
    'ISO1 PreToolUse 4242\n',
    'ISO1  PreToolUse\n',
    'ISO1 PreToolUse\r\n',
    'ISO1\n',
    'ISO1 Pre-Tool 12\n',
    'ISO1 ../../x 12\n',
    'ISO1  12\n',
    `ISO1 ${'A'.repeat(41)} 12\n`,
    'ISO1 PreToolUse 12 \n',
    'ISO1 PreToolUse 12\r\n',
    ' ISO1 PreToolUse 12\n',
    'ISO2 PreToolUse 12\n',
    'ISO1 PreTool\u0000Use 12\n',
    '{"hook_event_name":"PreToolUse"}\n',
  ])('refuses %j', (line) => {
    expect(parseRequestHead(utf8(line))).toMatchObject({ failure: { reason: 'malformed' } })
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const read = parseRequestHead(bytes)
        if (Result.isSuccess(read) && read.success === undefined)
          expect(bytes.length).toBeLessThan(MAX_HEAD_BYTES)
      }),
    )
  })
})
