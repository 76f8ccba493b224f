import * as Result from 'effect/Result'
import * as fc from 'fast-check'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  checkSetting,
  effectiveSettings,
  SETTING_KEYS,
  SETTINGS,
  type Settings,
} from '../../../src/infra/config/settings.ts'
import {
  configDrift,
  readConfig,
  renderConfig,
  writeConfig,
} from '../../../src/infra/config/toml.ts'
import { failureIn, modeOf, scratch } from '../files/scratch.ts'

const DEFAULTS = effectiveSettings({})

const dollars = fc.nat(10_000_000_000).map((parts) => parts / 10_000)

const settings: fc.Arbitrary<Settings> = fc.record({
  'gate.max_payload_bytes': fc.integer({ min: 65_536, max: 268_435_456 }),
  'gate.deadline_ms': fc.integer({ min: 100, max: 60_000 }),
  'witness.durability': fc.constantFrom('os', 'fsync'),
  'witness.checkpoint_idle_ms': fc.integer({ min: 100, max: 3_600_000 }),
  'witness.checkpoint_dirty_ms': fc.integer({ min: 100, max: 86_400_000 }),
  'witness.anchor': fc
    .string({ unit: 'grapheme' })
    .map((text) => `/${text}`)
    .filter((text) => Result.isSuccess(checkSetting('witness.anchor', text))),
  'injection.action': fc.constantFrom('off', 'report', 'warn', 'withhold'),
  'budget.session_usd': dollars,
  'budget.hour_usd': dollars,
  'budget.day_usd': dollars,
  'budget.warn_percent': fc.integer({ min: 1, max: 100 }),
  'pii.action': fc.constantFrom('off', 'report', 'tokenize'),
  'pii.types': fc.constantFrom('', 'EMAIL_ADDRESS=report, IP_ADDRESS=off'),
  'pii.patterns': fc.constantFrom('', 'STAFF = E-[0-9]{6}'),
  'pii.prompt': fc.constantFrom('off', 'warn', 'block'),
  'pii.failures': fc.constantFrom('report', 'filter'),
  'pii.restore': fc.constantFrom('off', 'files', 'commands'),
  'context.policy': fc.constantFrom('on', 'off'),
  'context.file': fc.constantFrom('', '~/notes.md', '/srv/notes "a".md'),
  'intel.models': fc.constantFrom('on', 'off'),
  'secrets.ticket_seconds': fc.integer({ min: 5, max: 3600 }),
  'cost.prices': fc.constantFrom('', 'local 0 0', 'a 1.5 2; b-[1m] 3 4 5 6 7'),
})

const written = (text: string): string => {
  const file = path.join(scratch(), 'config.toml')
  fs.writeFileSync(file, text, { mode: 0o600 })
  return file
}
const driftOf = (text: string) => configDrift(written(text), DEFAULTS).map(({ detail }) => detail)
const edited = (from: string | RegExp, to: string) =>
  driftOf(renderConfig(DEFAULTS).replace(from, to))

describe('config.toml', () => {
  it('says of any settings exactly what they are', () => {
    fc.assert(
      fc.property(settings, (some) => {
        const read = Result.getOrThrow(readConfig(renderConfig(some)))
        expect(Object.fromEntries(read)).toEqual(some)
      }),
    )
  })

  it('keeps quotes, backslashes and hashes of a command', () => {
    const anchor = `| sh -c "tee 'a\\b' # x" \u{1f4be}`
    const read = Result.getOrThrow(
      readConfig(renderConfig({ ...DEFAULTS, 'witness.anchor': anchor })),
    )
    expect(read.get('witness.anchor')).toBe(anchor)
  })

  it('explains every setting and warns that an edit does nothing', () => {
    const text = renderConfig(DEFAULTS)
    for (const key of SETTING_KEYS) {
      expect(text).toContain(SETTINGS[key].about)
      expect(text).toContain(SETTINGS[key].type)
    }
    expect(text).toContain('isonapse hook config set KEY VALUE')
    expect(text.match(/^\[.*\]$/gm)).toEqual([
      '[gate]',
      '[witness]',
      '[budget]',
      '[injection]',
      '[secrets]',
      '[cost]',
      '[pii]',
      '[context]',
      '[intel]',
    ])
  })

  it('does not differ from what it was written from, and is for the user alone', () => {
    const file = path.join(scratch(), 'config.toml')
    Result.getOrThrow(writeConfig(file, DEFAULTS))
    expect(modeOf(file)).toBe('600')
    expect(configDrift(file, DEFAULTS)).toEqual([])
    expect(configDrift(file, { ...DEFAULTS, 'gate.deadline_ms': 500 })).toEqual([
      {
        subject: 'config',
        detail: `gate.deadline_ms is ${DEFAULTS['gate.deadline_ms']} in ${file}, and 500 in force`,
      },
    ])
  })

  it('names each key that was edited, removed, misspelt or given a wrong value', () => {
    expect(edited('durability = "os"', 'durability = "fsync"')).toEqual([
      expect.stringMatching(/^witness\.durability is "fsync" in .*, and "os" in force$/),
    ])
    expect(edited(/deadline_ms = .*/, 'deadline_ms = "soon"')).toEqual([
      'gate.deadline_ms: must be a whole number of milliseconds, 100 to 60000',
    ])
    expect(edited(/deadline_ms = .*/, '')).toEqual([
      expect.stringMatching(/^gate\.deadline_ms is not in /),
    ])
    expect(edited('deadline_ms', 'deadlin_ms')).toEqual([
      expect.stringContaining('gate.deadline_ms is not in'),
      expect.stringContaining('did you mean gate.deadline_ms?'),
    ])
    expect(edited('[gate]', '__proto__ = 1\nconstructor = 2\n[gate]')).toHaveLength(2)
  })

  it('says the line of a file that is not TOML', () => {
    expect(driftOf('[gate]\ndeadline_ms = \n')).toEqual([expect.stringContaining('line 2: ')])
    expect(driftOf('a = 1\na = 2\n')).toEqual([expect.stringContaining('line 2: ')])
    expect(driftOf('a = 99999999999999999999')).toEqual([expect.stringContaining('line 1: ')])
  })

  it('says what is wrong with a file that is missing, open to others, huge or no text', () => {
    const dir = scratch()
    expect(configDrift(path.join(dir, 'config.toml'), DEFAULTS)[0]!.detail).toContain(
      'does not exist',
    )
    const open = written(renderConfig(DEFAULTS))
    fs.chmodSync(open, 0o666)
    expect(configDrift(open, DEFAULTS)[0]!.detail).toContain(`chmod 600 ${open}`)
    expect(driftOf(`# ${'x'.repeat(300_000)}`)[0]).toContain('larger than')
    const binary = path.join(dir, 'binary')
    fs.writeFileSync(binary, new Uint8Array([0x23, 0xff]), { mode: 0o600 })
    expect(configDrift(binary, DEFAULTS)[0]!.detail).toContain('not UTF-8')
  })

  it('reads any text at all to a value or an error, however deep', () => {
    const deep = [
      `a = ${'['.repeat(100_000)}`,
      `a = ${'{a='.repeat(50_000)}`,
      `[${'a.'.repeat(50_000)}a]`,
      `${'a.'.repeat(50_000)}a = 1`,
      `[${'['.repeat(50_000)}`,
    ]
    for (const text of deep) expect(Result.isResult(readConfig(text))).toBe(true)
    const piece = fc.constantFrom(
      ...'[]{}=.,"\'\n#\\\0 a1-',
      '[[',
      '"""',
      '__proto__',
      '1979-05-27T07:32:00Z',
      '0x',
      'nan',
      'true',
      '\\u0000',
      '\ud800',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const result = readConfig(pieces.join(''))
        if (Result.isFailure(result)) expect(result.failure.line).toBeGreaterThan(0)
      }),
      { numRuns: 3000 },
    )
  })

  it('quotes nothing of an unreadable file but the place', () => {
    const failure = failureIn(readConfig('token = "hunter2\n'))
    expect(failure.message).toContain('line 1')
    expect(failure.message).not.toContain('hunter2')
  })
})
