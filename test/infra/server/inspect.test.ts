import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { decodeClaudePayload } from '../../../src/domain/hook/claudePayload.ts'
import { makeInspect } from '../../../src/infra/server/inspect.ts'

const VALUE = { type: 'PASSWORD', value: 'Tr0ub4dor' }

/** What the model may read of a file, of whose text the last `cut` units nobody looked at. */
const shownOf = async (text: string, cut: number): Promise<string> => {
  const inspect = makeInspect({
    scanner: {
      scan: (texts: ReadonlyArray<string>) =>
        Promise.resolve(
          texts.map((one) => ({ spans: [], cut: one.includes(text) ? cut : 0, tier: 'rules' })),
        ),
    } as never,
    vault: {
      of: () =>
        Promise.resolve({
          tokenise: (values) => ({
            tokens: values.map((_, i) => `[PII_${String(i).padStart(32, '0')}]`),
            events: [],
            cached: 0,
            unkept: 0,
          }),
          valueOf: () => undefined,
        }),
    },
    actionOf: () => () => 'tokenize',
    isOff: () => false,
    withoutSecrets: () => undefined,
    looksForInjection: () => false,
    own: () => '',
    asked: (_, raw) => raw,
  })
  const bytes = Buffer.from(
    JSON.stringify({
      session_id: '11111111-1111-4111-8111-111111111101',
      transcript_path: '/nowhere/t.jsonl',
      cwd: '/home/dev',
      permission_mode: 'default',
      hook_event_name: 'PostToolUse',
      tool_name: 'Bash',
      tool_input: { command: 'cat notes' },
      tool_response: { stdout: text, stderr: '', interrupted: false },
      tool_use_id: 'toolu_1',
    }),
  )
  const decoded = Result.getOrThrow(
    decodeClaudePayload('PostToolUse', bytes, { maxBytes: 1_000_000 }),
  )
  const inspected = await inspect(decoded, bytes, [VALUE])
  return (inspected.output(true) as { readonly stdout: string }).stdout
}

describe('a result that was not looked through to its end', () => {
  const text = `looked at ${'Tr0ub4dor '.repeat(20)}${'unseen '.repeat(40)}`

  it('is shown up to there, and to no value that goes on, however many values are in either', async () => {
    for (const cut of [1, 280, 284, 300, 450, text.length]) {
      const clear = (await shownOf(text, cut))
        .split('\n[')[0]!
        .replace(/\[PII_[0-9]{32}\]/g, VALUE.value)
      expect(text.startsWith(clear)).toBe(true)
      expect(clear.length).toBeLessThanOrEqual(text.length - cut)
      expect(clear.length).toBeGreaterThan(text.length - cut - VALUE.value.length)
    }
    expect(await shownOf(text, 0)).not.toContain(VALUE.value)
  })
})
