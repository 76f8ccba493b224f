import * as Result from 'effect/Result'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readRecord } from '../../../src/domain/cost/transcript.ts'
import { MOST_TOKENS } from '../../../src/domain/cost/tokens.ts'

const record = (usage: unknown, more: object = {}, message: object = {}): string =>
  JSON.stringify({
    type: 'assistant',
    message: { id: 'msg_1', model: 'claude-sonnet-4-5', usage, ...message },
    timestamp: '2026-11-21T00:30:08.472Z',
    ...more,
  })

const read = (line: string) => Result.getOrThrow(readRecord(line))
const code = (line: string): unknown => {
  const found = readRecord(line)
  return Result.isFailure(found) ? found.failure : found.success
}

describe('a record of the transcript', () => {
  it('gives the message’s usage by class, whatever else it holds', () => {
    const usage = {
      input_tokens: 3,
      output_tokens: 5,
      cache_creation_input_tokens: 30,
      cache_read_input_tokens: 7,
      cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20, later: 1 },
      server_tool_use: { web_search_requests: 2, web_fetch_requests: 4 },
      unheard_of: { of: [1] },
    }
    expect(read(record(usage, { also: 'new' }))).toEqual({
      kind: 'usage',
      message: 'msg_1',
      model: 'claude-sonnet-4-5',
      at: Date.UTC(2026, 10, 21, 0, 30, 8, 472),
      tokens: {
        input: 3,
        output: 5,
        cache_write_5m: 10,
        cache_write_1h: 20,
        cache_read: 7,
        web_search: 2,
      },
    })
  })

  it('counts what the breakdown of cache writes leaves out as written for five minutes', () => {
    const usage = {
      cache_creation_input_tokens: 751,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 51 },
    }
    expect(read(record(usage))).toMatchObject({
      tokens: { cache_write_5m: 700, cache_write_1h: 51 },
    })
  })

  it('says nothing where nothing was spent, or of other kinds', () => {
    expect(read(record({ input_tokens: 0, output_tokens: 0 }, {}, { model: '<synthetic>' }))).toBe(
      undefined,
    )
    expect(read('{"type":"user","message":{"content":"the \\"assistant\\" said"}}')).toBe(undefined)
    expect(read('{"type":"later-kind","of":"assistant"}')).toBe(undefined)
    expect(read('')).toBe(undefined)
  })

  it('is refused with a code where a count is none', () => {
    for (const count of [-1, 1.5, 1e300, MOST_TOKENS + 1, '12', true, [], {}])
      for (const name of ['input_tokens', 'output_tokens', 'cache_read_input_tokens'])
        expect(code(record({ output_tokens: 1, [name]: count })), JSON.stringify(count)).toBe(
          'bad-count',
        )
    expect(code(record({ cache_creation: { ephemeral_1h_input_tokens: -5 } }))).toBe('bad-count')
    expect(code(record({ server_tool_use: { web_search_requests: -5 } }))).toBe('bad-count')
  })

  it('is refused with a code where it is cut, no object, or names no message', () => {
    const whole = record({ input_tokens: 1 })
    expect(code(whole.slice(0, -20))).toBe('not-json')
    expect(code(whole + whole)).toBe('not-json')
    expect(code('["assistant"]')).toBe('wrong-shape')
    expect(code('{"type":"assistant"}')).toBe('wrong-shape')
    expect(code('{"type":"assistant","message":{"id":"m","model":"x"}}')).toBe('wrong-shape')
    for (const message of [{ id: 1 }, { id: '' }, { id: 'a b' }, { model: '\u001b[2J' }])
      expect(code(record({ input_tokens: 1 }, {}, message))).toBe('wrong-shape')
  })

  it('has no time where that cannot be read', () => {
    for (const timestamp of [
      undefined,
      5,
      'yesterday',
      '1950-01-01T00:00:00Z',
      '2026-13-01T00:00:00Z',
    ])
      expect(read(record({ input_tokens: 1 }, { timestamp }))).not.toHaveProperty('at')
  })

  it('gives the client’s own total, and refuses one that is no amount', () => {
    const total = (totalCostUSD: unknown) =>
      JSON.stringify({ type: 'cost-state', sessionId: 's', totalCostUSD })
    expect(read(total(0.17672849999999998))).toEqual({
      kind: 'total',
      session: 's',
      nanodollars: 176_728_500,
    })
    for (const value of [-1, 1e9, null, '1', undefined])
      expect(code(total(value))).toBe('bad-count')
  })

  it('never throws, whatever the line', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.json().map((json) => `{"type":"assistant","message":${json}}`),
      fc.json().map((json) => record(JSON.parse(json))),
      fc.json().map((json) => `{"type":"cost-state","totalCostUSD":${json}}`),
    )
    fc.assert(
      fc.property(hostile, (line) => {
        const found = readRecord(line)
        if (Result.isSuccess(found) && found.success?.kind === 'usage')
          for (const count of Object.values(found.success.tokens))
            expect(Number.isSafeInteger(count) && count >= 0).toBe(true)
      }),
    )
  })
})
