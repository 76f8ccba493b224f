import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { factsOf, type ShownEntry } from '../../../src/commands/render/entry.ts'
import { foundLines } from '../../../src/commands/render/found.ts'
import { liveLine, liveLines } from '../../../src/commands/render/live.ts'
import { COLOURED, PLAIN } from '../../../src/commands/terminal/style.ts'
import { widthOf } from '../../../src/commands/terminal/width.ts'

const AT = new Date(2026, 2, 1, 14, 3, 59).getTime()
const entry = (event: ShownEntry['event'], index = 5): ShownEntry => ({
  index,
  time: AT,
  session: '3fa9c1d2-aaaa',
  event,
})

const received = (kind: string, name: string, tool?: string): ShownEntry =>
  entry({ _tag: 'HookReceived', name, kind, ...(tool === undefined ? {} : { tool }) })

const decided = (verdict: string, enforced: boolean, rules: ReadonlyArray<string>): ShownEntry =>
  entry({
    _tag: 'DecisionMade',
    verdict,
    enforced,
    receipt: {
      event: 'PreToolUse',
      rules,
      action: {
        tool: 'Bash',
        origin: 'builtin',
        capabilities: ['tool:Bash:cat', 'tool:Bash:curl'],
        effects: [
          {
            kind: 'fs.read',
            certainty: 'certain',
            by: 'cat',
            target: { path: { project: '.env' }, zone: 'secret' },
          },
          { kind: 'secret.send', certainty: 'certain', by: 'curl', target: { host: 'x.example' } },
        ],
      },
    },
  })

const WIDE = { style: PLAIN, width: 120 }

const linesOf = (entries: ReadonlyArray<ShownEntry>, look = WIDE) => {
  const lines = liveLines()
  const facts = entries.flatMap((one) => [...lines.next(one)])
  return [...facts, ...lines.flush()].map((one) => liveLine(one, look))
}

const detailOf = (event: ShownEntry['event']) => {
  const { detail, alarming } = factsOf(entry(event))
  return alarming ? `! ${detail}` : detail
}

describe('an entry about what is sensitive', () => {
  it.each<readonly [string, ShownEntry['event']]>([
    [
      'EMAIL_ADDRESS 3, SECRET, in PostToolUse, 2 known',
      {
        _tag: 'PiiDetected',
        seenIn: 'PostToolUse',
        types: { SECRET: 1, EMAIL_ADDRESS: 3 },
        tier: 'rules',
        values: 4,
        cached: 2,
      },
    ],
    [
      '! EMAIL_ADDRESS, in PostToolUse, 1,200 characters not looked at, 5 values not kept',
      {
        _tag: 'PiiDetected',
        seenIn: 'PostToolUse',
        types: { EMAIL_ADDRESS: 1 },
        tier: 'rules',
        cut: 1200,
        unkept: 5,
      },
    ],
    [
      '! SECRET in UserPromptSubmit: the client lets no hook change a prompt',
      { _tag: 'PiiExposed', seenIn: 'UserPromptSubmit', types: { SECRET: 1 }, why: 'prompt' },
    ],
    [
      'SECRET in PostToolUse: profile mode only reports',
      { _tag: 'PiiExposed', seenIn: 'PostToolUse', types: { SECRET: 1 }, why: 'profile' },
    ],
    ['2 values', { _tag: 'VaultStored', generation: 1, rows: [{}, {}] }],
    ['1 value met again', { _tag: 'VaultUsed', tokens: ['[PII_00]'] }],
    ['[PII_00] was shown', { _tag: 'VaultRevealed', token: '[PII_00]' }],
    ['! 12 values written to a file', { _tag: 'VaultExported', rows: 12 }],
    [
      '1,000 values given up, 2 kept',
      { _tag: 'VaultCollected', generation: 2, collected: 1000, kept: 2 },
    ],
    [
      'DEPLOY, for programs curl, hosts api.example',
      {
        _tag: 'SecretStored',
        name: 'DEPLOY',
        sinks: { programs: ['curl'], hosts: ['api.example'], paths: [], servers: [] },
      },
    ],
    [
      'DEPLOY, for nothing yet',
      {
        _tag: 'SecretStored',
        name: 'DEPLOY',
        sinks: { programs: [], hosts: [], paths: [], servers: [] },
      },
    ],
    ['DEPLOY', { _tag: 'SecretDeleted', name: 'DEPLOY' }],
    ['DEPLOY into a command', { _tag: 'SecretInjected', name: 'DEPLOY', by: 'run' }],
    [
      './.env holds 1 value, 2 secrets in the clear',
      {
        _tag: 'FileRestored',
        path: { project: '.env' },
        state: 'restored',
        tokens: ['a'],
        secrets: ['b', 'c'],
      },
    ],
    [
      './.env holds tokens again',
      {
        _tag: 'FileRestored',
        path: { project: '.env' },
        state: 'covered',
        tokens: [],
        secrets: [],
      },
    ],
    [
      'another input runs: with values in place of tokens',
      { _tag: 'InputRewritten', tool: 'Write', toolUseId: 't', tag: '00', by: 'restored' },
    ],
    [
      '! 0.93 by rules:ignore, from the web or another host, in PostToolUse, kept from the model',
      {
        _tag: 'InjectionDetected',
        seenIn: 'PostToolUse',
        detector: 'rules:ignore',
        score: 0.93,
        tier: 'rules',
        source: 'web',
        withheld: true,
      },
    ],
    ['in every session', { _tag: 'TaintCleared', of: null }],
    ['in session 3fa9c1d2', { _tag: 'TaintCleared', of: '3fa9c1d2' }],
  ])('says %s', (said, event) => {
    expect(detailOf(event)).toBe(said)
  })

  it('is read with care where it is of another version, and steers no terminal', () => {
    for (const kind of ['PiiDetected', 'PiiExposed', 'VaultStored', 'SecretStored', 'FileRestored'])
      for (const event of [
        { _tag: kind },
        { _tag: kind, types: null, seenIn: 5, rows: 'x', sinks: [null], path: 'x', tokens: {} },
        {
          _tag: kind,
          name: '\u001b[2J',
          seenIn: '\u001b[2J',
          types: { '\u001b[2J': 1 },
          why: '\u001b',
        },
      ])
        // eslint-disable-next-line no-control-regex
        expect(detailOf(event)).not.toMatch(/[\u0000-\u001f]/)
  })

  it('tells the effect that a taint is about', () => {
    const [line] = linesOf([decided('defer', true, ['taint:secret.send'])])
    expect(line).toContain('taint:secret.send · curl sends secrets')
  })
})

describe('the live line', () => {
  it('shows an event with its decision as one', () => {
    expect(
      linesOf([
        received('tool.before', 'PreToolUse', 'Bash'),
        decided('deny', true, ['default:secret.send']),
      ]),
    ).toEqual([
      '14:03:59  3fa9c1d2  PreToolUse           Bash            deny enforced   default:secret.send · curl sends secrets to x.…',
    ])
  })

  it('says of a shadow verdict that it is one', () => {
    const [line] = linesOf([decided('defer', false, ['default:fs.read', 'remote-code'])])
    expect(line).toContain('defer shadow')
    expect(line).toContain('default:fs.read +1 · cat reads ./.env (secret)')
  })

  it('tells the call where a rule of the policy decided: it may be about any of its effects', () => {
    expect(linesOf([decided('deny', true, ['remote-code'])])[0]).toContain(
      'remote-code · cat, curl',
    )
  })

  it('shows what a permitted call is', () => {
    const [line] = linesOf([decided('permit', true, ['default:exec'])])
    expect(line).toMatch(/permit +cat, curl$/)
  })

  it('shows the end of a call on the line of its event', () => {
    expect(
      linesOf([
        received('tool.after', 'PostToolUse', 'Bash'),
        entry({
          _tag: 'ToolFinished',
          tool: 'Bash',
          toolUseId: 't',
          outcome: 'finished',
          durationMs: 12.4,
        }),
      ]),
    ).toEqual([
      '14:03:59  3fa9c1d2  PostToolUse          Bash                            finished in 12 ms',
    ])
  })

  it('holds back nothing: an event without a decision is shown by itself', () => {
    expect(linesOf([received('tool.before', 'PreToolUse', 'Bash')])).toHaveLength(1)
    expect(linesOf([received('stop', 'Stop'), received('stop', 'Stop')])).toHaveLength(2)
    expect(
      linesOf([received('tool.before', 'PreToolUse', 'Bash'), received('stop', 'Stop')]),
    ).toHaveLength(2)
  })

  it('leaves out pieces and bookkeeping, and an event across them stays one', () => {
    expect(linesOf([entry({ _tag: 'Chunk' }), entry({ _tag: 'SnapshotTaken' })])).toEqual([])
  })

  it('fits the terminal', () => {
    const entries = [
      received('tool.before', 'PreToolUse', 'mcp__a_very_long_server__and_tool'),
      decided('deny', true, ['default:secret.send']),
    ]
    for (const width of [80, 100, 120]) {
      const [line] = linesOf(entries, { style: COLOURED, width })
      expect(widthOf(line!)).toBeLessThanOrEqual(width)
    }
  })
})

describe('an entry that somebody forged', () => {
  const hostile = fc.dictionary(
    fc.constantFrom(
      'name',
      'tool',
      'kind',
      'reason',
      'detail',
      'verdict',
      'key',
      'value',
      'outcome',
      'from',
      'to',
      'what',
      'subject',
      'seenIn',
      'receipt',
      'action',
      'digest',
    ),
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constant('\u001b]0;owned\u0007'),
      fc.integer(),
      fc.constant(null),
    ),
  )
  const tags = fc.constantFrom(
    'HookReceived',
    'HookRejected',
    'ToolFinished',
    'InputSwapped',
    'GapFound',
    'SessionUngated',
    'TranscriptCompared',
    'CanaryAnswered',
    'ModeChanged',
    'PolicyApplied',
    'ConfigChanged',
    'IntegrityViolated',
    'LogCreated',
    'SomethingLater\u001b[2J',
  )

  it('of another version is shown as far as it can be read', () => {
    for (const receipt of [null, 5, 'x', { rules: 'x', action: { effects: [{ kind: 'later' }] } }])
      expect(factsOf(entry({ _tag: 'DecisionMade', verdict: 'deny', receipt }))).toMatchObject({
        what: 'DecisionMade',
        verdict: 'deny',
        detail: '',
      })
  })

  it('puts nothing on the terminal that steers it', () => {
    fc.assert(
      fc.property(tags, hostile, (tag, fields) => {
        const shown = { ...entry({ ...fields, _tag: tag }), session: '\u001b[31m' }
        const line = liveLine(factsOf(shown), WIDE)
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      }),
    )
  })
})

describe('what a search found', () => {
  it('has its index, the day once, and opened payloads below', () => {
    const lines = foundLines({ style: PLAIN, width: 100 })
    const item = { ...received('stop', 'Stop'), payload: { note: 'a\u001b[2J' } }
    expect(lines(item)).toEqual([
      '2026-03-01',
      '      5 14:03:59 3fa9 Stop',
      '          {',
      '            "note": "a\\u001b[2J"',
      '          }',
    ])
    expect(lines({ ...received('stop', 'Stop'), sealed: 'no-key' as const })).toEqual([
      '      5 14:03:59 3fa9 Stop',
      '          sealed: its key is gone',
    ])
  })

  it('keeps control characters of a payload that is text out of the terminal', () => {
    const lines = foundLines({ style: PLAIN, width: 100 })
    const all = lines({ ...received('stop', 'Stop'), payload: 'x\u009b2J\u202e\nsecond' }).join('')
    expect(all).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })
})
