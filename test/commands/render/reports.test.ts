import { describe, expect, it } from 'vitest'
import type {
  StatusReport,
  Verification,
  WitnessStats,
} from '../../../src/domain/control/methods.ts'
import { configLines, settingNamed } from '../../../src/commands/render/config.ts'
import { statsLines } from '../../../src/commands/render/stats.ts'
import { isWell, statusLines, warningsOf } from '../../../src/commands/render/status.ts'
import { stepLines } from '../../../src/commands/render/steps.ts'
import { verificationExit, verificationLines } from '../../../src/commands/render/verification.ts'
import { PLAIN } from '../../../src/commands/terminal/style.ts'

const NOW = new Date(2026, 2, 1, 12, 0, 0).getTime()
const LOOK = { style: PLAIN, width: 80, now: () => NOW }

const WELL: StatusReport = {
  running: true,
  pid: 123,
  since: NOW - 60_000,
  hookSocket: '/run/hook.sock',
  dataDir: '/data',
  mode: 'enforce',
  posture: null,
  suspended: false,
  level: 'open',
  policy: { digest: 'abcdef0123456789abcdef', since: NOW - 3_600_000 },
  log: { size: 1234, root: '0123456789abcdef0123', origin: 'isonapse.local/a' },
  lastHook: { time: NOW - 3000, name: 'PreToolUse', session: 's1' },
  clientVersion: '2.1.329',
  wiring: { loaded: true, scope: 'user', detail: '' },
  drift: [],
  gaps: 0,
  ungated: 0,
  faults: [],
  swaps: 0,
  rejected: 0,
  tainted: 0,
}

describe('status', () => {
  it('of a gate that is well has no warning, and facts in columns', () => {
    expect(isWell(WELL)).toBe(true)
    expect(statusLines(WELL, LOOK)).toEqual([
      'gate       running (pid 123, started 1 min ago)',
      'mode       enforce',
      'posture    auto (the client’s permission mode decides)',
      'assurance  open',
      'policy     abcdef0123456789, in force since 1 h ago',
      'client     Claude Code 2.1.329 loads the hooks (user settings)',
      'last hook  PreToolUse 3 s ago, session s1',
      'witness    1,234 entries, root 0123456789abcdef',
      'log        isonapse.local/a',
      'found      0 gaps, 0 swapped inputs, 0 unreadable payloads',
      'socket     /run/hook.sock',
      'data       /data',
    ])
  })

  it('says first what is wrong and what to run', () => {
    const lines = statusLines({ ...WELL, running: false, pid: null, since: null }, LOOK)
    expect(lines.slice(0, 3)).toEqual([
      '! no control plane runs: the client’s calls are blocked until one does',
      '  → isonapse hook start',
      '',
    ])
  })

  it('is not well when it does not run, has drifted, or is not loaded by a client it was wired to', () => {
    expect(isWell({ ...WELL, running: false })).toBe(false)
    expect(
      isWell({ ...WELL, drift: [{ subject: 'script', detail: 'is not what was installed' }] }),
    ).toBe(false)
    expect(
      isWell({ ...WELL, wiring: { loaded: false, scope: 'user', detail: 'hooks are off' } }),
    ).toBe(false)
  })

  it('is well, and warns, where the gate was never installed or what happened is past', () => {
    const wiring = { loaded: false, scope: null, detail: 'not installed: isonapse hook install' }
    const report = { ...WELL, wiring, gaps: 2, ungated: 1, swaps: 1, suspended: true }
    expect(isWell(report)).toBe(true)
    expect(warningsOf(report).map((one) => one.remedy)).toEqual([
      'isonapse hook resume',
      'isonapse hook install, then restart Claude Code',
      'isonapse hook witness gaps',
      'isonapse hook witness gaps, then isonapse hook doctor',
      'isonapse hook witness query --kind InputSwapped',
    ])
  })

  it('prints nothing raw that a file name or a client put there', () => {
    const detail = '\u001b[2J'
    const lines = statusLines(
      {
        ...WELL,
        clientVersion: detail,
        wiring: { loaded: false, scope: detail, detail },
        drift: [{ subject: 'plugin', detail }],
        lastHook: { time: NOW, name: detail, session: detail },
        log: { ...WELL.log, origin: detail },
      },
      LOOK,
    )
    expect(lines.join('')).not.toContain('\u001b')
  })
})

const VERIFIED: Verification = {
  verdict: 'unanchored',
  size: 1234,
  root: 'ff00',
  origin: 'isonapse.local/a',
  checkpoints: 2,
  snapshots: 1,
  badIndex: null,
  problem: null,
  tookMs: 5,
}

describe('a verification', () => {
  it('has different words and, where strict, a different exit for anchored and unanchored', () => {
    const anchored = { ...VERIFIED, verdict: 'anchored' as const }
    expect(verificationLines(VERIFIED, 'log', 'pinned', LOOK)[0]).toBe('consistent, unanchored')
    expect(verificationLines(anchored, 'log', 'pinned', LOOK)[0]).toBe('consistent and anchored')
    expect([verificationExit(VERIFIED, false), verificationExit(VERIFIED, true)]).toEqual([0, 1])
    expect([verificationExit(anchored, false), verificationExit(anchored, true)]).toEqual([0, 0])
  })

  it('that is bad names the first bad entry and exits with 1', () => {
    const bad = {
      ...VERIFIED,
      verdict: 'bad' as const,
      badIndex: 41,
      problem: 'entry 41 is another one',
    }
    const lines = verificationLines(bad, 'export', 'entry 0', LOOK)
    expect(lines[0]).toBe('BAD: entry 41 is another one')
    expect(lines[1]).toMatch(/first bad +entry 41/)
    expect(verificationExit(bad, false)).toBe(1)
  })

  it('says whose log it was taken to be', () => {
    expect(verificationLines(VERIFIED, { entry: 3 }, 'given', LOOK).join('\n')).toMatch(
      /the proof of entry 3, in a log of 1,234.*\n.*\n.*given with --key/,
    )
  })
})

describe('statistics', () => {
  it('stand in columns', () => {
    const stats: WitnessStats = {
      entries: 1234,
      receipts: 600,
      enforced: { permit: 1, defer: 2, deny: 3 },
      shadow: { permit: 400, defer: 50, deny: 1000 },
      byKind: { Chunk: 1, HookReceived: 1100 },
      oldest: NOW - 7_200_000,
      newest: NOW - 2000,
      checkpoint: null,
    }
    const lines = statsLines(stats, LOOK)
    expect(lines.slice(-8)).toEqual([
      '',
      'Decisions    permit    defer     deny',
      'enforced          1        2        3',
      'shadow          400       50    1,000',
      '',
      'Entries by kind',
      'HookReceived      1,100',
      'Chunk                 1',
    ])
  })
})

describe('settings', () => {
  const setting = { key: 'a.b', value: 2, default: 1, type: 'a number', about: 'About it.' }

  it('are shown with what they may be, and with the default where they differ from it', () => {
    const lines = configLines(
      { paths: { dataDir: '/d' }, settings: [setting] },
      { mode: 'profile', posture: null },
      LOOK,
    )
    expect(lines).toContain('  a.b = 2 (default 1)')
    expect(lines).toContain('      About it. Must be a number.')
    expect(lines).toContain('  dataDir  /d')
  })

  it('that do not exist are answered with those that do', () => {
    expect(() => settingNamed([setting], 'a.c')).toThrow(
      'there is no setting "a.c"; did you mean a.b?',
    )
  })
})

describe('steps', () => {
  it('are a checklist', () => {
    expect(
      stepLines(
        [
          { what: 'plugin', path: '/p', outcome: 'done', detail: 'written' },
          { what: 'settings', path: null, outcome: 'failed', detail: 'no\u0007' },
        ],
        LOOK,
      ),
    ).toEqual(['  ✓  plugin    written  (/p)', '  ✗  settings  no\\u{7}'])
  })
})
