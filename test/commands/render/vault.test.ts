import { describe, expect, it } from 'vitest'
import {
  gcLines,
  gcPreview,
  revealedLines,
  statsLines,
} from '../../../src/commands/render/vault.ts'
import type { GcReport, SessionFigures, VaultStats } from '../../../src/domain/control/vault.ts'
import { bufferTerminal } from '../bufferTerminal.ts'

const NOW = Date.UTC(2026, 0, 1)
const look = bufferTerminal()

const session = (n: number, more: Partial<SessionFigures> = {}): SessionFigures => ({
  session: `${n}f2a4444-0000-4000-8000-000000000000`,
  generation: 0,
  rows: 10 * n,
  types: { EMAIL_ADDRESS: 10 * n },
  lookups: 40,
  hits: 30,
  ratio: 0.75,
  used: NOW - 120_000,
  keyFile: `/d/keys/vault/${n}.0.key`,
  ...more,
})
const stats = (sessions: ReadonlyArray<SessionFigures>): VaultStats => ({
  now: NOW,
  store: '/d/witness',
  keys: '/d/keys/vault',
  sessions,
  sessionsInAll: sessions.length,
  rows: 30,
  types: { EMAIL_ADDRESS: 27, SECRET: 3 },
  lookups: 80,
  hits: 60,
  ratio: 0.75,
})

describe('the vault in words', () => {
  it('lists sessions with bars, their hits and where everything is, in 80 columns', () => {
    const lines = statsLines(stats([session(2), session(1, { keyFile: null, ratio: null })]), look)
    expect(lines).toMatchInlineSnapshot(`
      [
        "30 values in 2 sessions, 75.0% answered from memory (60 of 80)",
        "",
        "session                         values  at hand  last used",
        "2f2a4444  ████████████████████  20      75.0%    2 min ago",
        "1f2a4444  ██████████            10      -        2 min ago, its key is gone",
        "",
        "EMAIL_ADDRESS  ████████████████████  27",
        "SECRET         ██▎                   3",
        "",
        "rows  /d/witness (sealed, in the log)",
        "keys  /d/keys/vault",
      ]
    `)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('shows one session with its key', () => {
    expect(statsLines(stats([session(3, { generation: 2 })]), look)).toMatchInlineSnapshot(`
      [
        "session    3f2a4444-0000-4000-8000-000000000000",
        "values     30",
        "at hand    75.0% answered from memory (30 of 40)",
        "last used  2 min ago",
        "collected  2 times",
        "key        /d/keys/vault/3.0.key",
        "",
        "EMAIL_ADDRESS  ████████████████████  27",
        "SECRET         ██▎                   3",
        "",
        "rows  /d/witness (sealed, in the log)",
        "keys  /d/keys/vault",
      ]
    `)
  })

  it('says what to do while it is empty', () => {
    const empty = { ...stats([]), rows: 0, types: {}, lookups: 0, hits: 0, ratio: null }
    expect(statsLines(empty, look).join('\n')).toContain('The vault is empty.')
  })

  it('shows a value without letting it act on the terminal', () => {
    const [, , , value] = revealedLines(
      {
        session: 's',
        token: '[PII_x]',
        type: 'SECRET',
        plaintext: 'a\u001b[2Jb\u202ec\nd',
        index: 7,
      },
      { ...look, width: Infinity },
    )
    for (const acts of ['\u001b', '\u202e', '\n']) expect(value).not.toContain(acts)
    expect(value).toContain('a')
  })

  it('says what goes, what went, and what did not', () => {
    const report: GcReport = {
      dryRun: true,
      collected: 1200,
      kept: 3,
      sessions: 1,
      keys: 0,
      payloadKeys: 2,
      failed: [],
    }
    expect(gcPreview(report)).toBe(
      '1,200 values in 1 session would be given up, 3 kept.\n2 payload keys of silent sessions would be destroyed: their payloads stay closed for ever.',
    )
    const failed = [{ session: 'abcdefgh-1', message: 'is damaged', remedy: 'move it away' }]
    const done = gcLines({ ...report, dryRun: false, keys: 1, failed }, look).join('\n')
    expect(done).toContain('1,200 values in 1 session given up, 3 kept; 1 key overwritten')
    expect(done).toContain('not done in session abcdefgh: is damaged')
    expect(done).toContain('SSD')
  })
})
