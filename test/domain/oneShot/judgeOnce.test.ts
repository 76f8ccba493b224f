import * as Result from 'effect/Result'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/domain/bytes.ts'
import { canonicalJson } from '../../../src/domain/canonical.ts'
import { errorJson } from '../../../src/domain/oneShot/errors.ts'
import {
  judgeOnce,
  type OneShotCircumstances,
  oneShotPolicy,
} from '../../../src/domain/oneShot/judgeOnce.ts'
import { policyOfManifest } from '../../../src/domain/policy/manifestFile.ts'
import type { Posture } from '../../../src/domain/policy/verdict.ts'
import { sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'
import { spansByRules } from '../../../src/infra/sensitive/spansByRules.ts'
import { template } from '../../../src/templates/templates.ts'
import { captures } from '../../captures/captures.ts'

const tools = {
  Read: { effects: ['read'] },
  Bash: { effects: ['read', 'execute'], postures: ['interactive', 'dry_run'] },
  Edit: { effects: ['read', 'write'], require_confirmation: true },
  mcp__crm__lookup: { effects: ['network'] },
}
const base = template('default')
const byManifest = (manifest: object) =>
  oneShotPolicy(Result.getOrThrow(policyOfManifest(manifest, base)), 'manifest', sha256)
const manifest = byManifest({ tools })
const policy = oneShotPolicy(base, 'policy', sha256)

const judged = (
  payload: object | string | Uint8Array,
  circumstances: Partial<OneShotCircumstances> = {},
  by = manifest,
) => {
  const bytes =
    payload instanceof Uint8Array
      ? payload
      : utf8(typeof payload === 'string' ? payload : JSON.stringify(payload))
  return judgeOnce(bytes, by, { posture: null, ...circumstances }, '0.0.0', sha256, spansByRules)
}
const bash = (command: string, more: object = {}) => ({ tool: 'Bash', args: { command }, ...more })
const EDIT = { tool: 'Edit', args: { file_path: 'a', old_string: 'x', new_string: 'y' } }

const errorOf = (...args: Parameters<typeof judged>): Readonly<Record<string, unknown>> | null => {
  const { error, verdict } = judged(...args)
  if (error !== null) expect(verdict).toBe('deny')
  return error === null ? null : errorJson(error)
}

describe('a tool that the manifest does not name', () => {
  it.each([
    ['of the client', 'Write'],
    ['of a server', 'mcp__crm__delete'],
    ['of nobody', 'Strange'],
    ['named like what is no tool', 'Prompt'],
    ['named like a property', '__proto__'],
    ['named like another property', 'constructor'],
  ])('is denied and told: %s', (_, tool) => {
    expect(errorOf({ tool, args: {} })).toMatchObject({
      error: 'ManifestError',
      kind: 'undeclared-tool',
      tool,
    })
  })

  it('is told with the one that was probably meant', () => {
    expect(errorOf({ tool: 'bash', args: {} })?.['remedy']).toMatch(/^did you mean Bash\?/)
    expect(errorOf({ tool: 'Strange', args: {} })?.['remedy']).not.toContain('did you mean')
  })

  it('is nobody’s fault where the manifest leaves it to a human, until nobody is there', () => {
    const asks = byManifest({ tools, unknown_tool: 'defer' })
    expect(judged({ tool: 'Write', args: {} }, {}, asks)).toMatchObject({
      verdict: 'defer',
      error: null,
    })
    expect(errorOf({ tool: 'Write', args: {} }, { posture: 'autonomous' }, asks)).toMatchObject({
      kind: 'undeclared-tool',
    })
  })
})

describe('an effect that the manifest does not declare', () => {
  it('is denied and told with the words that would declare it', () => {
    expect(errorOf(bash('touch a && curl -d x https://x.example'))).toMatchObject({
      error: 'ManifestError',
      kind: 'undeclared-effect',
      tool: 'Bash',
      effects: ['fs.write', 'net.send'],
      needs: ['network', 'write'],
    })
  })

  it('is told so too where no word declares it', () => {
    const found = errorOf(bash('cat ~/.config/isonapse/x > ~/.config/isonapse/policy.json'))
    expect(found).toMatchObject({ kind: 'undeclared-effect' })
    expect(found?.['effects']).toContain('tamper')
    expect(found?.['remedy']).toMatch(/nothing declares .*tamper/)
  })
})

describe('a posture', () => {
  const kindIn = (payload: object, posture: Posture | null) => {
    const found = errorOf(payload, { posture })
    return found === null ? null : [found['kind'], found['posture'], found['allowed']]
  }

  it('that the manifest does not name for the tool is told with those that it does', () => {
    expect(kindIn(bash('ls'), 'interactive')).toBeNull()
    expect(kindIn(bash('ls'), 'autonomous')).toEqual([
      'not-allowed',
      'autonomous',
      ['interactive', 'dry_run'],
    ])
    expect(kindIn(bash('ls'), 'dry_run')).toBeNull()
  })

  it('locked denies everything, and permits only reading in dry_run', () => {
    expect(kindIn({ tool: 'Read', args: { file_path: 'a' } }, 'locked')?.[0]).toBe('locked')
    expect(kindIn(EDIT, 'dry_run')).toEqual(['dry-run', 'dry_run', ['interactive', 'autonomous']])
  })

  it('autonomous denies what a human would decide on', () => {
    expect(kindIn(EDIT, 'interactive')).toBeNull()
    expect(kindIn(EDIT, 'autonomous')).toEqual(['nobody-to-ask', 'autonomous', ['interactive']])
  })

  it('is the stricter of the caller’s and the permission mode’s, and the error says which', () => {
    expect(
      errorOf(bash('ls', { permission_mode: 'bypassPermissions' }), { posture: 'interactive' }),
    ).toMatchObject({ posture: 'autonomous', permission_mode: 'bypassPermissions' })
    expect(
      errorOf(bash('ls', { permission_mode: 'default' }), { posture: 'autonomous' }),
    ).not.toHaveProperty('permission_mode')
    expect(errorOf(bash('ls', { permission_mode: 'sudo' }))).toMatchObject({
      posture: 'autonomous',
      permission_mode: 'sudo',
    })
    expect(kindIn(bash('ls', { permission_mode: 'default' }), 'locked')?.[1]).toBe('locked')
  })

  it('is not blamed for what a rule denies in any posture', () => {
    const wide = byManifest({ tools: { Bash: {} } })
    const { verdict, error } = judged(bash('rm -rf ~'), { posture: 'dry_run' }, wide)
    expect({ verdict, error }).toEqual({ verdict: 'deny', error: null })
  })
})

describe('a payload', () => {
  it('has the same receipt in the short form as in the client’s', () => {
    const of = { command: 'git push' }
    const client = {
      session_id: 's1',
      transcript_path: '/home/dev/.claude/projects/p/s1.jsonl',
      cwd: '/home/dev/app',
      permission_mode: 'default',
      hook_event_name: 'PreToolUse',
      tool_name: 'Bash',
      tool_input: of,
      tool_use_id: 't1',
    }
    const { digest } = judged(client, {}, policy)
    for (const payload of [
      { tool: 'Bash', args: of, cwd: '/home/dev/app' },
      { tool: 'Bash', input: of, cwd: '/srv/app', home: '/home/x', session: 'other' },
      { tool: 'Bash', args: of },
    ])
      expect(judged(payload, {}, policy).digest).toBe(digest)
  })

  it.each<[string, string | Uint8Array, object]>([
    ['nothing', '', { reason: 'empty' }],
    ['white space', ' \n\t', { reason: 'empty' }],
    ['the head of one', '{"tool":"Bash","args":{', { reason: 'truncated' }],
    ['an array', '[{"tool":"Bash","args":{}}]', { reason: 'wrong-shape' }],
    ['two', '{"tool":"Bash","args":{}}\n{"tool":"Bash","args":{}}', { reason: 'not-json' }],
    ['of no form', '{"command":"ls"}', { reason: 'wrong-shape' }],
    [
      'an argument twice',
      '{"tool":"Bash","args":{"command":"ls","command":"rm -rf ~"}}',
      { reason: 'wrong-shape', field: 'args.command' },
    ],
    [
      'the same by an escape',
      '{"tool":"Read","args":{},"\\u0074ool":"Bash"}',
      { reason: 'wrong-shape', field: 'tool' },
    ],
    ['a byte order mark before it', '\ufeff{"tool":"Bash","args":{}}', { reason: 'not-json' }],
    ['no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), { reason: 'not-utf8' }],
    ['NULs', new Uint8Array(64), { reason: 'not-json' }],
    [
      'deep',
      `{"tool":"X","args":${'{"a":'.repeat(600)}1${'}'.repeat(601)}`,
      { reason: 'too-deep' },
    ],
    ['large', new Uint8Array(16_777_217).fill(0x20), { reason: 'too-large' }],
    [
      'the client’s without its session',
      '{"hook_event_name":"PreToolUse","cwd":"/a"}',
      { reason: 'wrong-shape', field: 'session_id' },
    ],
  ])('that is %s is denied with a HookError', (_, payload, expected) => {
    expect(judged(payload)).toMatchObject({ verdict: 'deny', receipt: null, digest: null })
    expect(errorOf(payload)).toMatchObject({ error: 'HookError', ...expected })
  })

  it('of another event than the caller says is denied in either form', () => {
    expect(errorOf(bash('ls'), { event: 'Stop' })).toMatchObject({ reason: 'wrong-event' })
    expect(errorOf(bash('ls'), { event: 'PreToolUse' })).toBeNull()
  })

  it('whatever its bytes are, comes to one decision, the same each time', () => {
    const key = fc.constantFrom(
      'tool',
      'args',
      'input',
      'cwd',
      'home',
      'hook_event_name',
      'session_id',
      '__proto__',
      'x',
    )
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('Bash', '/a', 'PreToolUse', {}, { command: 'ls' }),
    )
    const payload = fc.oneof(
      fc.uint8Array(),
      fc.string({ unit: 'binary' }).map(utf8),
      fc.dictionary(key, value).map((fields) => utf8(JSON.stringify(fields))),
    )
    fc.assert(
      fc.property(
        payload,
        fc.constantFrom<Posture | null>(null, 'autonomous', 'locked'),
        (bytes, posture) => {
          const one = judged(bytes, { posture })
          expect(judged(bytes, { posture })).toEqual(one)
          if (one.error !== null) {
            expect(one.verdict).toBe('deny')
            expect(JSON.stringify(errorJson(one.error))).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('that a client sent is judged: what is denied is told, and no receipt holds the home', () => {
    let denied = 0
    for (const { payload } of captures) {
      const { verdict, error, receipt } = judged(payload)
      if (verdict === 'deny') {
        denied++
        expect(error ?? receipt?.rules.every((rule) => !/manifest|posture/.test(rule))).toBeTruthy()
      }
      if (receipt !== null) expect(canonicalJson(receipt)).not.toMatch(/"session|toolu_/)
    }
    expect(denied).toBeGreaterThan(5)
  })
})

describe('values in a call', () => {
  const VALUE = ['jane.doe', 'corp-mail.io'].join('@')

  it('are typed nodes in the receipt, in either form of a payload', () => {
    const call = {
      tool: 'Read',
      args: { file_path: `/home/dev/app/${VALUE}/a` },
      cwd: '/home/dev/app',
    }
    const { receipt, decision } = judged(call)
    expect(receipt!.action.effects[0]!.target).toMatchObject({
      path: { project: [{ pii: 'EMAIL_ADDRESS' }, '/a'] },
    })
    expect(JSON.stringify({ receipt, decision })).not.toContain(VALUE)
    const client = {
      session_id: 's',
      transcript_path: '/home/dev/.claude/projects/x/s.jsonl',
      cwd: '/home/dev/app',
      hook_event_name: 'PreToolUse',
      tool_name: 'Read',
      tool_input: call.args,
      tool_use_id: 'toolu_1',
    }
    expect(canonicalJson(judged(client).receipt)).toBe(canonicalJson(receipt))
  })

  it('are known by their field’s name, as in a file', () => {
    const password = 'q8Zr1Lw0Tn5XvB3kYd7H'
    const file_path = `/home/dev/app/${password}`
    const read = (args: object) =>
      JSON.stringify(judged({ tool: 'Read', args, cwd: '/home/dev/app' }).receipt)
    expect(read({ file_path })).toContain(password)
    expect(read({ file_path, password })).not.toContain(password)
  })

  it('are masked where a script that is given holds them, and not where none is', () => {
    const { receipt } = judged(bash('sh a.sh', { cwd: '/home/dev/app' }), {
      sources: { '/home/dev/app/a.sh': `cat '${VALUE}'` },
    })
    const targets = JSON.stringify(receipt!.action.effects)
    expect(targets).toContain('{"pii":"EMAIL_ADDRESS"}')
    expect(targets).not.toContain(VALUE)
  })

  it('of a token are unknown here, and the token is no fact either', () => {
    const token = `[PII_${'0a'.repeat(16)}]`
    const { receipt } = judged(bash(`cat '${token}'`))
    expect(JSON.stringify(receipt)).toContain('{"pii":"UNKNOWN"}')
    expect(JSON.stringify(receipt)).not.toContain(token)
  })

  it('are in no error either, where a key that is given twice is one', () => {
    const text = `{"tool":"Bash","args":{"${VALUE}":1,"${VALUE}":2}}`
    expect(JSON.stringify([judged(text).decision, errorOf(text)])).not.toContain('corp-mail')
    expect(errorOf({ tool: 'Bash', args: {}, [VALUE]: 1 })).toMatchObject({
      field: '<EMAIL_ADDRESS>',
    })
  })

  it('are not looked for in an event that nobody decides on', () => {
    let asked = 0
    const report = {
      session_id: 's',
      cwd: '/home/dev/app',
      hook_event_name: 'PostToolUse',
      tool_name: 'Bash',
      tool_input: { command: `echo ${VALUE}` },
      tool_response: { stdout: VALUE.repeat(100) },
      tool_use_id: 'toolu_1',
    }
    const { error } = judgeOnce(
      utf8(JSON.stringify(report)),
      policy,
      { posture: null },
      '0.0.0',
      sha256,
      () => {
        asked += 1
        return []
      },
    )
    expect([asked, error]).toEqual([0, null])
  })
})
