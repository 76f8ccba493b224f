import * as Result from 'effect/Result'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/domain/bytes.ts'
import { canonicalJson } from '../../../src/domain/canonical.ts'
import { CLAUDE_EVENTS, GATING_EVENTS } from '../../../src/domain/hook/claudeEvents.ts'
import { decodeClaudePayload } from '../../../src/domain/hook/claudePayload.ts'
import type { HookEvent } from '../../../src/domain/hook/hookEvent.ts'
import { DEFAULT_LIMITS, type PayloadLimits } from '../../../src/domain/hook/payloadObject.ts'
import { capture, captures, statusLine } from '../../captures/captures.ts'

const decode = (registered: string | undefined, bytes: Uint8Array, limits?: PayloadLimits) =>
  decodeClaudePayload(registered, bytes, limits ?? DEFAULT_LIMITS)

const decodeJson = (value: object, registered?: string) => {
  const name = registered ?? (value as { hook_event_name?: string }).hook_event_name
  return decode(name, utf8(JSON.stringify(value)))
}

const eventOf = (value: object): HookEvent =>
  Result.getOrThrowWith(
    Result.map(decodeJson(value), ({ event }) => event),
    (rejected) => new Error(`${rejected.reason} ${rejected.field}`),
  )

const reasonOf = (result: ReturnType<typeof decode>) =>
  Result.isFailure(result) ? result.failure.reason : 'read'

const bash = capture('PreToolUse-Bash').payload
const base = { session_id: 's1', cwd: '/p', transcript_path: '/t' }

const KINDS: Readonly<Record<string, HookEvent['kind']>> = {
  PreToolUse: 'tool.before',
  PermissionRequest: 'permission.asked',
  PermissionDenied: 'permission.denied',
  PostToolUse: 'tool.after',
  PostToolUseFailure: 'tool.failed',
  PostToolBatch: 'tool.batch',
  UserPromptSubmit: 'prompt',
  UserPromptExpansion: 'prompt.expanded',
  SessionStart: 'session.start',
  SessionEnd: 'session.end',
  SubagentStart: 'agent.start',
  SubagentStop: 'agent.stop',
  Stop: 'stop',
  ConfigChange: 'config.changed',
  InstructionsLoaded: 'instructions.loaded',
  CwdChanged: 'cwd.changed',
  PreCompact: 'compact.before',
}

describe('what the client really sends', () => {
  it.each(captures)('$file is read as its kind', ({ event: name, bytes, payload }) => {
    const read = Result.getOrThrow(decode(name, bytes))
    expect(read.raw).toEqual(payload)
    expect(read.event).toMatchObject({
      name,
      kind: KINDS[name] ?? 'other',
      session: payload['session_id'],
      cwd: payload['cwd'],
      ...(KINDS[name] === undefined ? { known: true } : {}),
    })
  })

  it('keeps what the gate needs of a tool call', () => {
    const before = eventOf(capture('PreToolUse-mcp__echo__echo').payload)
    expect(before).toMatchObject({
      permissionMode: 'default',
      call: {
        name: 'mcp__echo__echo',
        input: { text: 'mcp-updatedMCP' },
        useId: 'toolu_7f07618f4e46095f38429663',
        mcpServer: { name: 'echo', source: 'dynamic' },
      },
    })
    expect(eventOf(capture('PostToolUse-Bash').payload)).toMatchObject({
      agentId: 'a216ee8784180ae03',
      agentType: 'general-purpose',
      response: { stdout: 'from-sub' },
      durationMs: 59,
    })
    expect(eventOf(capture('PostToolUseFailure-Bash').payload)).toMatchObject({
      error: 'Exit code 3\noops',
      interrupted: false,
    })
    const asked = eventOf(capture('PermissionRequest-Bash').payload)
    expect(asked.kind === 'permission.asked' && 'useId' in asked.call).toBe(false)
  })

  it('keeps the calls of a batch whose neighbour has a name the model made up', () => {
    const batch = eventOf(capture('PostToolBatch-refused').payload)
    expect(batch.kind === 'tool.batch' && batch.calls.map(({ name }) => name)).toEqual([
      'Bash',
      'NoSuch\ufffd[2JTool',
      'Bash',
      'Read',
    ])
  })

  it('does not take a status line for a hook', () => {
    expect(decode('PreToolUse', statusLine.bytes)).toMatchObject({
      failure: { reason: 'wrong-shape', field: 'hook_event_name' },
    })
  })
})

describe('the event a payload is taken for', () => {
  it('is the registered one: a payload that says otherwise is rejected, and says what it said', () => {
    expect(decodeJson(bash, 'Stop')).toMatchObject({
      failure: { reason: 'wrong-event', reported: 'PreToolUse' },
    })
    expect(reasonOf(decodeJson(bash, 'pretooluse'))).toBe('wrong-event')
    expect(reasonOf(decodeJson(bash, ''))).toBe('wrong-event')
  })

  it("is the payload's own where there is no registration", () => {
    expect(Result.isSuccess(decode(undefined, utf8(JSON.stringify(bash))))).toBe(true)
  })

  it('is kept when the client is newer than this table', () => {
    const event = eventOf({ ...base, hook_event_name: 'PostFutureThing', surprise: [1] })
    expect(event).toMatchObject({ kind: 'other', known: false, name: 'PostFutureThing' })
    for (const name of ['constructor', 'toString'])
      expect(eventOf({ ...base, hook_event_name: name })).toMatchObject({ known: false })
  })

  it('is not a name that could not be shown', () => {
    for (const hook_event_name of ['Pre\u001b[2J', '', 'a b', 'x'.repeat(65), '__proto__', 7, null])
      expect(reasonOf(decode(undefined, utf8(JSON.stringify({ ...base, hook_event_name }))))).toBe(
        'wrong-shape',
      )
  })
})

describe('bytes that are no payload', () => {
  it('are told apart by what is wrong with them', () => {
    const whole = utf8(JSON.stringify(bash))
    const invalid = whole.slice()
    invalid[20] = 0xff
    const cases: ReadonlyArray<readonly [string, Uint8Array]> = [
      ['truncated', new Uint8Array()],
      ['truncated', utf8('\n')],
      ['truncated', whole.subarray(0, whole.length - 1)],
      ['truncated', utf8('{"a":"é"').subarray(0, 7)],
      ['not-json', utf8('hello')],
      ['not-json', utf8("{'a':1}")],
      ['not-json', utf8(`\ufeff${JSON.stringify(bash)}`)],
      ['not-json', utf8(`${JSON.stringify(bash)}${JSON.stringify(bash)}`)],
      ['not-json', utf8(`${JSON.stringify(bash)}\0`)],
      ['not-json', utf8('{"a":NaN}')],
      ['not-json', utf8('{"a":1,}')],
      ['not-utf8', invalid],
      ['not-utf8', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
      ['not-utf8', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)],
      ['too-deep', utf8('['.repeat(5000))],
      ['too-deep', utf8('{"a":'.repeat(5000) + '1' + '}'.repeat(5000))],
      ['wrong-shape', utf8('[]')],
      ['wrong-shape', utf8('null')],
      ['wrong-shape', utf8('"PreToolUse"')],
      ['wrong-shape', utf8('12')],
      ['wrong-shape', utf8('{}')],
    ]
    for (const [reason, bytes] of cases) expect(reasonOf(decode('PreToolUse', bytes))).toBe(reason)
  })

  it('are too large one byte beyond the limit, and read at it', () => {
    const bytes = utf8(JSON.stringify(bash))
    expect(reasonOf(decode('PreToolUse', bytes, { maxBytes: bytes.length }))).toBe('read')
    expect(reasonOf(decode('PreToolUse', bytes, { maxBytes: bytes.length - 1 }))).toBe('too-large')
    const huge = new Uint8Array(20_000_000).fill(0x5b)
    expect(reasonOf(decode('PreToolUse', huge))).toBe('too-large')
    expect(reasonOf(decode('PreToolUse', huge, { maxBytes: 1e9 }))).toBe('too-deep')
  })

  it('of 20 MB are read where the limit allows it', () => {
    const command = 'é"\\'.repeat(4_000_000)
    const bytes = utf8(JSON.stringify({ ...bash, tool_input: { command } }))
    expect(bytes.length).toBeGreaterThan(20_000_000)
    const read = Result.getOrThrow(decode('PreToolUse', bytes, { maxBytes: 1e9 }))
    expect(read.event.kind === 'tool.before' && read.event.call.input['command']).toBe(command)
  })

  it('never make it throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), (bytes, registered) => {
        expect(Result.isFailure(decode(registered, bytes))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('never make it throw when a byte of a real payload is changed, removed or added', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...captures),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        fc.constantFrom('set', 'insert', 'remove'),
        ({ event, bytes }, position, byte, how) => {
          const changed = Array.from(bytes)
          const at = position % bytes.length
          if (how === 'set') changed[at] = byte
          else changed.splice(at, how === 'remove' ? 1 : 0, ...(how === 'remove' ? [] : [byte]))
          const read = decode(event, Uint8Array.from(changed))
          if (Result.isSuccess(read)) expect(read.success.event.name).toBe(event)
        },
      ),
      { numRuns: 2000 },
    )
  })
})

describe('any JSON under the names of the protocol', () => {
  const names = Object.keys(CLAUDE_EVENTS)
  const keys = [
    ...Object.values(CLAUDE_EVENTS).flatMap((event) => Object.keys(event.fields.fields)),
    ...Object.keys(bash),
    '__proto__',
    'constructor',
  ]
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(-0, 1e300, 2 ** 53 + 2, '\ud800', '/\udc00', '', null),
  )

  it('is read or rejected, never thrown at; and what enters the log in the clear has a canonical form', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.dictionary(fc.constantFrom(...keys), values),
        fc.constantFrom(...captures),
        (registered, fields, { payload }) => {
          const text = JSON.stringify({ ...payload, ...fields, hook_event_name: registered })
          const read = decode(registered, utf8(text))
          if (Result.isFailure(read)) {
            expect(read.failure.reason).toMatch(/^wrong-(shape|event)$/)
            return
          }
          const { event } = read.success
          const { name, session, cwd, kind, permissionMode, agentId, agentType } = event
          const call = 'call' in event ? { tool: event.call.name, useId: event.call.useId } : {}
          const duration = 'durationMs' in event ? { durationMs: event.durationMs } : {}
          const clear = { name, session, cwd, kind, permissionMode, agentId, agentType }
          expect(() => canonicalJson({ ...clear, ...call, ...duration })).not.toThrow()
        },
      ),
      { numRuns: 3000 },
    )
  })
})

describe('hostile fields', () => {
  it.each([
    ['a megabyte', 'a'.repeat(1_000_000)],
    ['a path', '../../etc/passwd'],
    ['a slash', 'a/b'],
    ['an escape sequence', 'a\u001b[2J'],
    ['a newline', 'a\nb'],
    ['a lone surrogate', 'a\ud800'],
    ['nothing', ''],
    ['the key of no session', '-'],
    ['an option', '--yes'],
    ['a hidden file', '.keys'],
    ['another script', 'ａｂｃ'],
    ['a number', 7],
    ['null', null],
    ['a list', ['a']],
  ])('a session id that is %s is refused', (_, session_id) => {
    expect(decodeJson({ ...bash, session_id })).toMatchObject({
      failure: { reason: 'wrong-shape', field: 'session_id', reported: 'PreToolUse' },
    })
  })

  it.each([
    ['cwd', 'relative/path'],
    ['cwd', '/a\0b'],
    ['cwd', `/${'a'.repeat(4096)}`],
    ['cwd', 7],
    ['permission_mode', 7],
    ['permission_mode', 'default\u001b[0m'],
    ['agent_id', ['a']],
    ['tool_name', ''],
    ['tool_name', 'Ba sh'],
    ['tool_name', 'Bash\n'],
    ['tool_name', 'Bаsh'],
    ['tool_name', 'x'.repeat(257)],
    ['tool_name', { name: 'Bash' }],
    ['tool_input', 'rm -rf /'],
    ['tool_input', ['rm']],
    ['tool_input', null],
    ['tool_use_id', 7],
    ['tool_use_id', 'a b'],
  ])('a %s of %j is refused, as something relies on it', (field, value) => {
    for (const name of ['PreToolUse', 'PermissionRequest', 'PostToolUse'])
      expect(decodeJson({ ...bash, hook_event_name: name, [field]: value })).toMatchObject({
        failure: { reason: 'wrong-shape', field },
      })
  })

  it.each(['session_id', 'cwd', 'tool_name', 'tool_input'])('a missing %s is refused', (field) => {
    const { [field]: _, ...rest } = bash
    expect(decodeJson(rest)).toMatchObject({ failure: { reason: 'wrong-shape', field } })
  })

  it('wrong types of what nothing relies on are as if absent', () => {
    const event = eventOf({
      ...bash,
      transcript_path: 7,
      prompt_id: {},
      agent_type: [],
      effort: 'high',
      mcp_server: 'echo',
      duration_ms: 'long',
      unknown_field: { deep: true },
    })
    expect(event).not.toHaveProperty('transcript')
    expect(event).not.toHaveProperty('promptId')
    expect(event).not.toHaveProperty('call.mcpServer')
    expect(event).toMatchObject({ kind: 'tool.before', call: { name: 'Bash' } })
  })

  it('null means absent where a field may be absent', () => {
    const event = eventOf({ ...bash, permission_mode: null, agent_id: null, tool_use_id: null })
    for (const key of ['permissionMode', 'agentId', 'call.useId'])
      expect(event).not.toHaveProperty(key)
  })

  it('a key named __proto__ reaches no prototype and stays in the input', () => {
    const text = JSON.stringify(bash).replace(
      '"tool_input":{',
      '"__proto__":{"permission_mode":"plan","agent_id":"x"},"tool_input":{"__proto__":{"command":"x"},',
    )
    const { event } = Result.getOrThrow(decode('PreToolUse', utf8(text)))
    expect(event.agentId).toBe('a216ee8784180ae03')
    expect(event.permissionMode).toBe('default')
    if (event.kind !== 'tool.before') throw new Error(event.kind)
    expect(Object.keys(event.call.input)).toContain('__proto__')
    expect(Object.getPrototypeOf(event.call.input)).toBe(Object.prototype)
    expect(({} as { command?: string }).command).toBeUndefined()
  })

  it('fields cannot be supplied through a key named __proto__', () => {
    const { tool_name: _, ...rest } = bash
    const text = JSON.stringify(rest).replace('{', '{"__proto__":{"tool_name":"Read"},')
    expect(decode('PreToolUse', utf8(text))).toMatchObject({ failure: { field: 'tool_name' } })
  })

  it('of a key given twice the last value counts, as for the client', () => {
    const text = JSON.stringify(bash).replace('{', '{"tool_name":"Read",')
    expect(Result.getOrThrow(decode('PreToolUse', utf8(text))).event).toMatchObject({
      call: { name: 'Bash' },
    })
  })

  it('numbers beyond 2^53 and lone surrogates in an input do not stop a call', () => {
    const text = JSON.stringify(bash).replace(
      '"command":',
      '"big":9007199254740993,"huge":1e999,"zero":-0,"cut":"\\ud800","command":',
    )
    const { event } = Result.getOrThrow(decode('PreToolUse', utf8(text)))
    expect(event).toMatchObject({
      call: { input: { big: 9007199254740992, huge: Number.POSITIVE_INFINITY, cut: '\ud800' } },
    })
  })

  it.each([-0, 0, -1, Number.POSITIVE_INFINITY, 1e300, '5', null])(
    'a duration of %s is a number a log can hold',
    (d) => {
      const text = JSON.stringify(capture('PostToolUse-Bash').payload).replace(
        '"duration_ms":59',
        `"duration_ms":${Object.is(d, -0) ? '-0' : d === Number.POSITIVE_INFINITY ? '1e999' : JSON.stringify(d)}`,
      )
      const { event } = Result.getOrThrow(decode('PostToolUse', utf8(text)))
      if (event.kind !== 'tool.after') throw new Error(event.kind)
      expect(event.durationMs).toBe(d === 0 ? 0 : undefined)
    },
  )

  it('labels that are shown become one bounded line', () => {
    const event = eventOf({
      ...bash,
      agent_type: `x\u001b]0;owned\u0007\n${'y'.repeat(1000)}`,
      mcp_server: { name: 'a\u202eb', source: `${'z'.repeat(1000)}` },
    })
    expect(event.agentType).toMatch(/^x\ufffd\]0;owned\ufffdy+…$/)
    if (event.kind !== 'tool.before') throw new Error(event.kind)
    expect(event.call.mcpServer?.name).toBe('a\ufffdb')
    expect(event.call.mcpServer?.source?.length).toBeLessThanOrEqual(256)
  })

  it('a batch is bounded in calls, and its odd calls do not hide the others', () => {
    const batch = capture('PostToolBatch').payload
    const [call] = batch['tool_calls'] as [Record<string, unknown>]
    const many = { ...batch, tool_calls: Array.from({ length: 1025 }, () => call) }
    expect(decodeJson(many)).toMatchObject({ failure: { field: 'tool_calls' } })
    const odd = eventOf({
      ...batch,
      tool_calls: [{ ...call, tool_input: 'not an object', tool_use_id: 'a\nb' }, call],
    })
    expect(odd).toMatchObject({ calls: [{ name: 'Bash', input: {} }, { name: 'Bash' }] })
    expect(odd).not.toHaveProperty('calls.0.useId')
    expect(decodeJson({ ...batch, tool_calls: [call, 7] })).toMatchObject({
      failure: { field: 'tool_calls.1' },
    })
  })

  it('a settings file of a wrong type on a change of settings is refused', () => {
    const change = capture('ConfigChange-user_settings').payload
    expect(eventOf({ ...change, file_path: undefined })).not.toHaveProperty('file')
    expect(reasonOf(decodeJson({ ...change, file_path: 7 }))).toBe('wrong-shape')
  })

  it('a rejection holds none of the payload', () => {
    const secret = 'SECRET'
    for (const name of GATING_EVENTS) {
      const read = decodeJson({ ...bash, hook_event_name: name, cwd: secret, tool_input: secret })
      expect(Result.isFailure(read) && JSON.stringify(read.failure)).not.toContain(secret)
    }
  })
})
