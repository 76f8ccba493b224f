import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import {
  CLAUDE_EVENTS,
  type ClaudeEventName,
  GATING_EVENTS,
  isClaudeEvent,
  readClaudeFields,
  refusalShapeOf,
  SUBSCRIBED_EVENTS,
} from '../../../src/domain/hook/claudeEvents.ts'
import { BaseFields } from '../../../src/domain/hook/claudeFields.ts'
import { captures } from '../../captures/captures.ts'

describe('the table of events', () => {
  it('has every event of the client', () => {
    expect(Object.keys(CLAUDE_EVENTS)).toHaveLength(33)
  })

  it('reads the fields of every captured payload', () => {
    for (const { file, event, payload } of captures) {
      const fields = readClaudeFields(event as ClaudeEventName, payload)
      expect(Result.isSuccess(fields), file).toBe(true)
    }
  })

  it('knows every field that was captured', () => {
    const base = new Set(Object.keys(BaseFields.fields))
    for (const { file, event, payload } of captures) {
      const known = new Set(Object.keys(CLAUDE_EVENTS[event as ClaudeEventName].fields.fields))
      const unknown = Object.keys(payload).filter((key) => !base.has(key) && !known.has(key))
      expect(unknown, file).toEqual([])
    }
  })

  it('names as matcher a field that the captured payloads have', () => {
    for (const { file, event, payload } of captures) {
      const { matcher } = CLAUDE_EVENTS[event as ClaudeEventName]
      if (matcher !== null) expect(typeof payload[matcher], file).toBe('string')
    }
  })

  it('gates the five events in which something may still be stopped', () => {
    expect([...GATING_EVENTS].sort()).toEqual([
      'ConfigChange',
      'PermissionRequest',
      'PreToolUse',
      'UserPromptExpansion',
      'UserPromptSubmit',
    ])
  })

  it('refuses only where the client lets a hook refuse, and registers for what it refuses', () => {
    for (const name of GATING_EVENTS) {
      const { may, refusal } = CLAUDE_EVENTS[name]
      const power = refusal === 'prompt' ? 'block' : refusal
      expect(may, name).toContain(power)
      expect(SUBSCRIBED_EVENTS).toContain(name)
    }
  })

  it('never refuses what would keep the agent going', () => {
    for (const name of Object.keys(CLAUDE_EVENTS) as Array<ClaudeEventName>)
      if ((CLAUDE_EVENTS[name].may as ReadonlyArray<string>).includes('continue'))
        expect(refusalShapeOf(name), name).toBeNull()
  })

  it('knows no event by the names that every object has', () => {
    for (const name of [
      'constructor',
      '__proto__',
      'toString',
      'hasOwnProperty',
      '',
      'pretooluse',
    ]) {
      expect(isClaudeEvent(name), name).toBe(false)
      expect(refusalShapeOf(name), name).toBeNull()
    }
  })
})
