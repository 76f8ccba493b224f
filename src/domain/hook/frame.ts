// The bytes on the hook socket: the head line of a request and the framed answer. A reader must
// never act on part of a frame: the client takes cut JSON with exit status 0 for a permission.
//
//   request:  ISO1 <Event>\n  then the client's payload up to the end of the stream
//   answer:   ISO1 <exit> <length>\n  then <length> bytes of body, then  \nISO1-END\n
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { concat, equalBytes, fromUtf8, utf8 } from '../bytes.ts'
import type { HookAnswer } from './hookEvent.ts'

/** Longest head line of a request, its newline included. Bytes. */
export const MAX_HEAD_BYTES = 128

/**
 * Longest body of an answer. Bytes. A refusal is below 4 KiB; a tool's output with tokens in it is as
 * long as the output. The hook client takes 64 MiB with the frame.
 */
export const MAX_BODY_BYTES = 67_107_840

/** What a request's first line says: the event the hook was registered for. */
export interface RequestHead {
  readonly event: string
}

/** The head and the offset in bytes at which the payload begins. */
export interface RequestStart {
  readonly head: RequestHead
  readonly payloadAt: number
}

/** A first line that is no request's. Fatal for the connection: nothing after it can be trusted. */
export class HeadInvalid extends Schema.TaggedError<HeadInvalid>()('HeadInvalid', {
  reason: Schema.Literals(['too-long', 'malformed']),
}) {}

/** Bytes that are not exactly one whole answer. */
export class FrameInvalid extends Schema.TaggedError<FrameInvalid>()('FrameInvalid', {
  reason: Schema.Literals(['head', 'length', 'end', 'body']),
}) {}

const NEWLINE = 0x0a
const HEAD = /^ISO1 ([A-Za-z]{1,40})$/
const ANSWER_HEAD = /^ISO1 ([02]) (0|[1-9][0-9]{0,7})$/
const END = utf8('\nISO1-END\n')
/** `ISO1 2 67107840\n` */
const MAX_ANSWER_HEAD_BYTES = 16

/**
 * Reads the head of a request from the bytes received so far: undefined while its line is not
 * complete (never for more than MAX_HEAD_BYTES). Whoever may connect controls all of it:
 * it says nothing of who asks.
 */
export const parseRequestHead = (
  bytes: Uint8Array,
): Result.Result<RequestStart | undefined, HeadInvalid> => {
  const newline = bytes.subarray(0, MAX_HEAD_BYTES).indexOf(NEWLINE)
  if (newline < 0)
    return bytes.length < MAX_HEAD_BYTES
      ? Result.succeed(undefined)
      : Result.fail(new HeadInvalid({ reason: 'too-long' }))
  const match = HEAD.exec(fromUtf8(bytes.subarray(0, newline)) ?? '')
  if (match === null) return Result.fail(new HeadInvalid({ reason: 'malformed' }))
  return Result.succeed({
    head: { event: match[1]! },
    payloadAt: newline + 1,
  })
}

/** The head line of a request, newline included. `event` is `[A-Za-z]{1,40}`. */
export const encodeRequestHead = ({ event }: RequestHead): Uint8Array => utf8(`ISO1 ${event}\n`)

/** Frames an answer. The length counts bytes of the body's UTF-8. */
export const encodeFrame = (answer: HookAnswer): Uint8Array => {
  const body = utf8(answer.stdout)
  return concat(utf8(`ISO1 ${answer.exit} ${body.length}\n`), body, END)
}

/**
 * Reads one whole answer. Refuses anything else: a frame cut at any byte, a byte after the end
 * marker, a length that does not lead to the marker, a body that the client would not take for an
 * answer (it must be empty or begin with `{`: the client skips an answer with text before it).
 */
export const parseFrame = (bytes: Uint8Array): Result.Result<HookAnswer, FrameInvalid> => {
  const invalid = (reason: FrameInvalid['reason']) => Result.fail(new FrameInvalid({ reason }))
  const newline = bytes.subarray(0, MAX_ANSWER_HEAD_BYTES).indexOf(NEWLINE)
  const match = ANSWER_HEAD.exec(fromUtf8(bytes.subarray(0, Math.max(newline, 0))) ?? '')
  if (match === null) return invalid('head')
  const length = Number(match[2])
  const end = newline + 1 + length
  if (length > MAX_BODY_BYTES || bytes.length !== end + END.length) return invalid('length')
  if (!equalBytes(bytes.subarray(end), END)) return invalid('end')
  const stdout = fromUtf8(bytes.subarray(newline + 1, end))
  if (stdout === undefined || (stdout !== '' && stdout[0] !== '{')) return invalid('body')
  return Result.succeed({ exit: match[1] === '2' ? 2 : 0, stdout })
}
