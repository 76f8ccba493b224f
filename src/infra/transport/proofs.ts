// The exchanges that a hook client must get right before its exchange program is used: small and
// large ones, of every byte, and answers cut short, which must be found out.
import { utf8 } from '../../domain/bytes.ts'
import { encodeFrame } from '../../domain/hook/frame.ts'
import { FAIL_CLOSED } from './unanswered.ts'

/** The event of all of them: one whose failure must block, so that it can be told from silence. */
export const PROBE_EVENT = 'PreToolUse'

const BLOCKED = utf8(`${FAIL_CLOSED.find(({ event }) => event === PROBE_EVENT)!.stdout}\n`)

const ANSWER = encodeFrame({ exit: 0, stdout: '{"probe":"é"}\n\n' })

/** Payload, frame sent back, and what must come of it. The last two are answers cut short. */
export const PROOFS: ReadonlyArray<{
  readonly payload: Uint8Array
  readonly answer: Uint8Array
  readonly exit: number
  readonly stdout: Uint8Array
  readonly wrong: string
}> = [
  {
    payload: utf8('{'),
    answer: ANSWER,
    exit: 0,
    stdout: utf8('{"probe":"é"}\n\n'),
    wrong: 'does not carry a small exchange',
  },
  {
    // Every byte value: a NUL, a newline, what is no text.
    payload: Uint8Array.from({ length: 200_000 }, (_, i) => i & 0xff),
    answer: encodeFrame({ exit: 2, stdout: `{"probe":"${'x'.repeat(200_000)}"}` }),
    exit: 2,
    stdout: utf8(`{"probe":"${'x'.repeat(200_000)}"}`),
    wrong: 'does not carry a large exchange',
  },
  {
    payload: utf8('{}'),
    answer: ANSWER.subarray(0, -1),
    exit: 2,
    stdout: BLOCKED,
    wrong: 'does not report an answer that lacks its last byte',
  },
  {
    payload: utf8('{}'),
    answer: new Uint8Array(),
    exit: 2,
    stdout: BLOCKED,
    wrong: 'does not report an empty answer',
  },
]
