import * as fc from 'fast-check'
import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { readCallRecord } from '../../../src/domain/gap/transcriptCalls.ts'
import { recordedText } from '../../infra/transcript/client.ts'

const result = (more: object, block: object = {}) =>
  JSON.stringify({
    type: 'user',
    timestamp: '2026-11-29T11:00:00.000Z',
    message: { content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'x', ...block }] },
    ...more,
  })

const ran = (line: string): boolean | undefined =>
  Result.getOrThrow(readCallRecord(line))?.ended[0]?.ran

/** As 2.1.329 writes them, and as older clients do, which say nothing of the decision. */
const RAN: ReadonlyArray<readonly [string, string]> = [
  ['a plain result', result({})],
  [
    'a failed command',
    result(
      { permissionDecision: { decision: 'accept' } },
      { is_error: true, content: 'Exit code 1' },
    ),
  ],
  [
    'a failed command of an older client',
    result({}, { is_error: true, content: 'Exit code 1\nno' }),
  ],
  [
    'a result that looks like a refusal and was permitted',
    result(
      { permissionDecision: { decision: 'accept' } },
      { is_error: true, content: '<tool_use_error>' },
    ),
  ],
  ['output that begins like a refusal', result({}, { content: '<tool_use_error>' })],
  [
    'a result withheld after it ran',
    result({ toolDenialKind: 'permission-rule', toolDenialAfterRun: true }, { is_error: true }),
  ],
]

const REFUSED: ReadonlyArray<readonly [string, string]> = [
  [
    'a hook’s denial',
    result(
      {
        toolDenialKind: 'permission-rule',
        permissionDecision: { decision: 'reject', source: 'hook' },
      },
      { is_error: true, content: 'PreToolUse:Bash hook error: no' },
    ),
  ],
  [
    'a permission that nobody gave',
    result(
      { toolDenialKind: 'user-rejected' },
      { is_error: true, content: 'This command requires approval' },
    ),
  ],
  ['auto mode', result({ toolDenialKind: 'automode-blocked' }, { is_error: true })],
  ['an interruption', result({ toolDenialKind: 'interrupted' }, { is_error: true })],
  ['a kind of a later client', result({ toolDenialKind: 'later' }, { is_error: true })],
  [
    'an unknown tool',
    result(
      {},
      {
        is_error: true,
        content: '<tool_use_error>Error: No such tool available: Nope</tool_use_error>',
      },
    ),
  ],
  [
    'a refusal in blocks',
    result({}, { is_error: true, content: [{ type: 'text', text: '<tool_use_error>x' }] }),
  ],
  [
    'a denial of an older client',
    result({}, { is_error: true, content: 'Claude requested permissions to use WebFetch, but' }),
  ],
]

describe('whether a call ran', () => {
  it.each(RAN)('%s: it ran', (_, line) => expect(ran(line)).toBe(true))
  it.each(REFUSED)('%s: it did not', (_, line) => expect(ran(line)).toBe(false))
})

describe('other records', () => {
  it('of the recorded sessions say which calls were made, each once', () => {
    const made = (name: string) =>
      recordedText(name)
        .split('\n')
        .filter(Boolean)
        .flatMap((line) => Result.getOrThrow(readCallRecord(line))?.made ?? [])
    expect(made('data-science')).toHaveLength(10)
    expect(made('infra')).toHaveLength(11)
    const inAgent = made('web-dev.agent-ac720ede69a1f6f1d')
    const all = [...made('web-dev'), ...inAgent]
    expect([all.length, inAgent.length]).toEqual([24, 1])
    expect(new Set(all.map(({ useId }) => useId)).size).toBe(24)
  })

  it('repeat results to the model, which are those of no call here', () => {
    const blob = `{"type":"api-request-blob","message":${JSON.stringify({
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'x' }],
    })}}`
    expect(Result.getOrThrow(readCallRecord(blob))).toBeUndefined()
  })

  it('are passed over where an id or a name is none', () => {
    const made = (block: object) =>
      Result.getOrThrow(
        readCallRecord(
          JSON.stringify({
            type: 'assistant',
            message: { content: [{ type: 'tool_use', ...block }] },
          }),
        ),
      )?.made
    expect(made({ id: 'toolu_1', name: 'Bash' })).toEqual([{ useId: 'toolu_1', tool: 'Bash' }])
    expect(made({ id: 'a b', name: 'Bash' })).toEqual([])
    expect(made({ id: 'x'.repeat(129), name: 'Bash' })).toEqual([])
    expect(made({ id: 'toolu_1', name: 5 })).toEqual([])
    expect(made({ id: 'toolu_1', name: 'EndConversation' })).toEqual([])
  })

  it('of any shape never throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc
            .jsonValue()
            .map((value) => JSON.stringify({ type: 'user', message: { content: [value] } })),
        ),
        (line) => {
          const read = readCallRecord(line)
          if (Result.isSuccess(read) && read.success !== undefined)
            for (const { useId } of [...read.success.made, ...read.success.ended])
              expect(useId).toMatch(/^[\x21-\x7e]{1,128}$/)
        },
      ),
    )
  })
})
