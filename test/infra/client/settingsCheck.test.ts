import { describe, expect, it } from 'vitest'
import { settingsProblem } from '../../../src/infra/client/settingsCheck.ts'
import { OBSERVED } from './observedSettings.ts'

const KINDS: Readonly<Record<string, unknown>> = {
  null: null,
  bool: true,
  num: 1,
  str: 'x',
  arr: [],
  obj: {},
}

const hook = (handler: unknown, event = 'PreToolUse') => ({
  hooks: { [event]: [{ hooks: [handler] }] },
})
const COMMAND = { type: 'command', command: 'true' }

describe('whether the client would use a settings file', () => {
  it.each(OBSERVED)('says what the client does for the settings that take $accepts', (row) => {
    for (const key of row.keys.split(' '))
      for (const [kind, value] of Object.entries(KINDS)) {
        const accepted = settingsProblem({ [key]: value }) === undefined
        expect([key, kind, accepted]).toEqual([key, kind, row.accepts.split('|').includes(kind)])
      }
  })

  it.each<[unknown]>([
    [{}],
    [{ unknownTomorrow: [null] }],
    [{ env: { A: 1, B: {} } }],
    [{ permissions: { allow: [1], defaultMode: 'manual', tomorrow: 3 } }],
    [{ enabledPlugins: { 'x@y': true, 'z@y': [] } }],
    [{ extraKnownMarketplaces: { foo: null } }],
    [{ statusLine: { type: 'command', command: 'x', tomorrow: 1 } }],
    [{ hooks: { Stop: 'x', Zzz: 3, PreToolUse: null } }],
    [hook({ ...COMMAND, timeout: 1.5, onFailure: 'block', args: ['a'], tomorrow: 1 })],
    [hook({ type: 'http', url: 'http://a/' })],
    [hook({ type: 'mcp_tool', server: 'a', tool: 'b' })],
    [hook({ type: 'prompt', prompt: 'x' })],
    [hook({ ...COMMAND, onFailure: 'deny' }, 'Stop')],
    [hook({ ...COMMAND, timeout: -1 }, 'UserPromptSubmit')],
  ])('accepts %j, as the client did', (value) => {
    expect(settingsProblem(value)).toBe(undefined)
  })

  it.each<[unknown, string]>([
    [null, 'expected an object'],
    [[], 'expected an object'],
    [{ permissions: { allow: 'x' } }, 'permissions: allow: expected an array'],
    [{ permissions: { additionalDirectories: [1] } }, 'permissions: additionalDirectories'],
    [{ permissions: { defaultMode: 'delegate' } }, 'permissions: defaultMode: expected one of'],
    [{ enabledPlugins: { 'x@y': 3 } }, 'enabledPlugins: x@y: expected true or false'],
    [{ enabledPlugins: { 'x@y': null } }, 'enabledPlugins: x@y'],
    [{ cleanupPeriodDays: 0 }, 'cleanupPeriodDays: expected a whole number of at least 1'],
    [{ autoUpdatesChannel: 'beta' }, 'autoUpdatesChannel'],
    [{ statusLine: { type: 'command' } }, 'statusLine: expected an object with type and command'],
    [hook({ type: 'command' }), 'hooks: PreToolUse: 0: hooks: 0: expected an object with command'],
    [hook({ type: 'callback' }), 'type: expected one of command'],
    [hook({ type: '__proto__' }), 'type: expected one of command'],
    [hook({ type: 'http', url: 'x' }), 'url: expected a URL'],
    [hook({ ...COMMAND, onFailure: 'deny' }), 'onFailure: expected one of continue, block'],
    [hook({ ...COMMAND, timeout: 0 }), 'timeout'],
    [hook({ ...COMMAND, timeout: '1' }, 'PermissionRequest'), 'timeout'],
    [hook({ ...COMMAND, args: 'x' }), 'args: expected an array of strings'],
    [{ hooks: { PreToolUse: 'x' } }, 'hooks: PreToolUse: expected an array'],
    [{ hooks: { PreToolUse: [{ matcher: '*' }] } }, 'expected an object with hooks'],
    [{ hooks: { PreToolUse: [{ matcher: 1, hooks: [] }] } }, 'matcher: expected a string'],
  ])('refuses %j, as the client did', (value, problem) => {
    expect(settingsProblem(value)).toContain(problem)
  })

  it('never repeats a value of the file, which may be a secret', () => {
    expect(settingsProblem({ apiKeyHelper: ['hunter2'] })).not.toContain('hunter2')
    expect(settingsProblem({ permissions: { defaultMode: 'hunter2' } })).not.toContain('hunter2')
  })
})
