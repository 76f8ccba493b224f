import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Schema from 'effect/Schema'
import { JsonObject } from '../../../src/domain/hook/claudeFields.ts'
import { comparableInput, comparableText } from '../../../src/domain/hook/claudeInput.ts'
import { capture, captures } from '../../captures/captures.ts'

const Call = Schema.Struct({
  tool_name: Schema.String,
  tool_input: JsonObject,
  tool_use_id: Schema.optionalKey(Schema.String),
})
type Call = typeof Call.Type
const callIn = Schema.decodeUnknownSync(Call)

const textOf = (call: Call) => comparableText(call.tool_name, call.tool_input)
const callOf = (file: string) => callIn(capture(file).payload)

/** Pairs of the same call before and after it ran. */
const pairs = captures
  .filter(({ event }) => event === 'PostToolUse' || event === 'PostToolUseFailure')
  .flatMap(({ file, payload }) => {
    const after = callIn(payload)
    const before = captures.find(
      (one) => one.event === 'PreToolUse' && callIn(one.payload).tool_use_id === after.tool_use_id,
    )
    return before === undefined ? [] : [{ file, after, before: callIn(before.payload) }]
  })

describe('comparing the input decided on with the input that ran', () => {
  it('finds no difference in calls that nothing swapped', () => {
    const honest = pairs.filter(({ file }) => !file.includes('swapped'))
    expect(honest.length).toBeGreaterThan(20)
    for (const { file, before, after } of honest) expect(textOf(after), file).toBe(textOf(before))
  })

  it('finds the call that another hook rewrote', () => {
    const swapped = pairs.find(({ file }) => file === 'PostToolUse-Bash-swapped.json')!
    expect(textOf(swapped.after)).not.toBe(textOf(swapped.before))
  })

  it('shows why a batch is not to be compared: it hides a rewrite and shows unmended input', () => {
    const batchCall = (file: string) => (capture(file).payload['tool_calls'] as Array<Call>)[0]!
    expect(textOf(batchCall('PostToolBatch-swapped'))).toBe(
      textOf(callOf('PreToolUse-Bash-swapped')),
    )
    expect(textOf(batchCall('PostToolBatch-Edit-mended'))).not.toBe(
      textOf(callOf('PostToolUse-Edit-mended')),
    )
  })

  it('finds a message changed or sent to somebody else, whatever the derived fields say', () => {
    const { tool_name, tool_input } = callOf('PreToolUse-SendMessage')
    const before = comparableText(tool_name, tool_input)
    for (const field of ['to', 'message', 'summary'])
      expect(comparableText(tool_name, { ...tool_input, [field]: 'else' })).not.toBe(before)
    expect(comparableText(tool_name, { ...tool_input, recipient: 'x', content: 'y' })).toBe(before)
  })

  it('finds a changed question, and answers of another shape than the client gives', () => {
    const { tool_name, tool_input } = callOf('PreToolUse-AskUserQuestion')
    const before = comparableText(tool_name, tool_input)
    expect(comparableText(tool_name, { ...tool_input, questions: [] })).not.toBe(before)
    expect(comparableText(tool_name, { ...tool_input, answers: { a: 'b' } })).toBe(before)
    for (const answers of ['yes', ['b'], { a: { command: 'rm' } }, null])
      expect(comparableText(tool_name, { ...tool_input, answers })).not.toBe(before)
    const annotations = { 'Q?': { notes: 'n' } }
    expect(comparableText(tool_name, { ...tool_input, annotations })).toBe(before)
    expect(comparableText(tool_name, { ...tool_input, annotations: { a: 1 } })).not.toBe(before)
  })

  it('leaves out nothing of any other tool, whose input may have fields of the same names', () => {
    for (const tool of ['Bash', 'Agent', 'mcp__x__SendMessage', 'sendmessage', 'constructor']) {
      const input = { content: 'a', recipient: 'b', answers: { a: 'b' }, type: 'message' }
      expect(comparableInput(tool, input)).toEqual(input)
    }
  })

  it('is the same for any order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (input) => {
        const turned = Object.fromEntries(Object.entries(input).toReversed())
        expect(comparableText('X', turned)).toBe(comparableText('X', input))
      }),
    )
  })

  it('differs whenever the JSON differs', () => {
    const inputs = fc.dictionary(fc.string({ maxLength: 2 }), fc.jsonValue({ maxDepth: 2 }), {
      maxKeys: 3,
    })
    fc.assert(
      fc.property(inputs, inputs, (a, b) => {
        const equal = comparableText('X', a) === comparableText('X', b)
        let same = true
        try {
          expect(JSON.parse(JSON.stringify(a))).toEqual(JSON.parse(JSON.stringify(b)))
        } catch {
          same = false
        }
        expect(equal).toBe(same)
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['{"__proto__":{"a":1}}', '{}'],
    ['{"__proto__":{"a":1}}', '{"__proto__":{"a":2}}'],
    ['{"a":{"__proto__":1}}', '{"a":{}}'],
    ['{"a":1e999}', '{"a":null}'],
    ['{"a":-1e999}', '{"a":1e999}'],
    ['{"a":"\\ud800"}', '{"a":"\\ufffd"}'],
    ['{"\\ud800":1}', '{"\\ud801":1}'],
    ['{"a":"1"}', '{"a":1}'],
    ['{"a":[1,2]}', '{"a":{"0":1,"1":2}}'],
    ['{"a":[]}', '{"a":{}}'],
    ['{"a":null}', '{}'],
  ])('tells %s from %s for every tool', (a, b) => {
    for (const tool of ['Bash', 'SendMessage', 'AskUserQuestion'])
      expect(comparableText(tool, JSON.parse(a))).not.toBe(comparableText(tool, JSON.parse(b)))
  })
})
