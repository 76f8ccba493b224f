import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guardSaid } from '../../../src/domain/guard/answer.ts'
import { isForTool } from '../../../src/domain/guard/guard.ts'

const json = (permissionDecision: string, more: object = {}) =>
  JSON.stringify({ hookSpecificOutput: { permissionDecision, ...more } })

describe('what a guard says', () => {
  it.each<[number | null, string, string, string, string, string]>([
    [0, '', '', 'permit', 'answered', ''],
    [0, 'looks fine\n', '', 'permit', 'answered', ''],
    [2, 'not on Fridays\n', '', 'deny', 'answered', 'not on Fridays'],
    [2, 'debug\n', 'not on Fridays', 'deny', 'answered', 'not on Fridays'],
    [2, '', '', 'deny', 'answered', ''],
    [1, '', 'Traceback', 'deny', 'status', 'Traceback'],
    [null, '', '', 'deny', 'status', ''],
    [127, '', '', 'deny', 'status', ''],
    [0, json('deny', { permissionDecisionReason: 'no' }), '', 'deny', 'answered', 'no'],
    [0, json('ask'), '', 'defer', 'answered', ''],
    [0, json('allow'), '', 'permit', 'answered', ''],
    [0, '{"decision":"block","reason":"no"}', '', 'deny', 'answered', 'no'],
    [
      0,
      '{"decision":"approve","hookSpecificOutput":{"permissionDecision":"deny"}}',
      '',
      'deny',
      'answered',
      '',
    ],
    [0, '{"continue":false}', '', 'deny', 'answered', ''],
    [2, json('allow', { permissionDecisionReason: 'no' }), '', 'deny', 'answered', 'no'],
    [0, '{}', '', 'permit', 'answered', ''],
    [0, '{"hookSpecificOutput":{"permissionDecision":"denied"}}', '', 'deny', 'unreadable', ''],
    [0, '{"hookSpecificOutput":{"permissionDecision":"de', '', 'deny', 'unreadable', ''],
  ])('with status %s, %j and %j is read', (status, stdout, stderr, verdict, code, reason) => {
    expect(guardSaid(status, stdout, stderr)).toEqual({ verdict, code, reason })
  })

  it('permits with status 0 alone, and denies with 2, whatever it writes', () => {
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 0, max: 255 }), { nil: null }),
        fc.oneof(fc.string(), fc.json(), fc.constant(json('allow'))),
        fc.string(),
        (status, stdout, stderr) => {
          const { verdict, code } = guardSaid(status, stdout, stderr)
          if (status !== 0) expect(verdict).toBe('deny')
          if (code !== 'answered') expect(verdict).toBe('deny')
        },
      ),
    )
  })

  it('is asked for by its tools, whatever the client calls them', () => {
    const tools = ['Bash', 'Agent', 'mcp__crm__*']
    for (const tool of ['Bash', 'bash', 'Task', 'Agent', 'mcp__crm__lookup', 'Bash(x)'])
      expect([tool, isForTool({ tools }, tool)]).toEqual([tool, true])
    for (const tool of ['Write', 'BashOutput', 'mcp__other__lookup'])
      expect([tool, isForTool({ tools }, tool)]).toEqual([tool, false])
  })
})
