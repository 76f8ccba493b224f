import * as Result from 'effect/Result'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearest } from '../../../src/domain/nearest.ts'
import { parseAnchor } from '../../../src/infra/config/setting.ts'
import {
  checkSetting,
  configEntries,
  effectiveSettings,
  parseSetting,
  SETTING_KEYS,
  SETTINGS,
  unusableSettings,
} from '../../../src/infra/config/settings.ts'
import { failureIn } from '../files/scratch.ts'

const parsed = (key: string, text: string) => Result.getOrThrow(parseSetting(key, text))
const refusal = (key: string, text: string) => failureIn(parseSetting(key, text)).message

describe('the table of settings', () => {
  it('has defaults that its own rules accept, and says how each is written', () => {
    for (const key of SETTING_KEYS) {
      const { default: standard, type, about } = SETTINGS[key]
      expect(Result.getOrThrow(checkSetting(key, standard))).toBe(standard)
      expect(parsed(key, String(standard))).toBe(standard)
      expect(type).not.toBe('')
      expect(about).toMatch(/\.$/)
      expect(key).toMatch(/^[a-z]+\.[a-z_]+$/)
    }
  })
})

describe('parseSetting', () => {
  it('reads values by their type', () => {
    expect(parsed('gate.max_payload_bytes', '65536')).toBe(65_536)
    expect(parsed('witness.durability', 'fsync')).toBe('fsync')
    expect(parsed('witness.anchor', '')).toBe('')
    expect(parsed('witness.anchor', '/var/log/anchor')).toBe('/var/log/anchor')
  })

  it('refuses numbers out of range or not plainly written, and says the range', () => {
    for (const text of [
      '99',
      '60001',
      '-100',
      '1e3',
      '0x100',
      '100.5',
      ' 100',
      '',
      'NaN',
      '9'.repeat(400),
    ])
      expect(refusal('gate.deadline_ms', text)).toBe(
        'gate.deadline_ms: must be a whole number of milliseconds, 100 to 60000',
      )
  })

  it('reads amounts of dollars and prices of models, and refuses what is none', () => {
    expect(parsed('budget.session_usd', '2.50')).toBe(2.5)
    expect(parsed('budget.day_usd', '$5')).toBe(5)
    expect(parsed('budget.hour_usd', '0.0001')).toBe(0.0001)
    for (const text of ['', '-1', '1e3', '0.00001', '1000001', ' 5', '5 USD', 'NaN', '0x10', '.5'])
      expect(refusal('budget.session_usd', text), text).toContain('US dollars')
    for (const value of [-1, Number.NaN, Infinity, '5', null, 0.00001])
      expect(failureIn(checkSetting('budget.session_usd', value)).message).toContain('US dollars')
    expect(parsed('cost.prices', 'mine 1 2.5; other 1 2 3 4 5')).toBe('mine 1 2.5; other 1 2 3 4 5')
    expect(refusal('cost.prices', 'mine 1')).toContain('must have 2 or 5 prices after mine')
    expect(refusal('cost.prices', 'mine 1 2\nother 1 2')).toContain('one line')
    expect(refusal('cost.prices', 'm'.repeat(5000))).toContain('longer')
  })

  it('refuses another word and names the valid ones', () => {
    expect(refusal('witness.durability', 'OS')).toBe('witness.durability: must be "os" or "fsync"')
  })

  it('refuses an unknown key, with the one probably meant and all there are', () => {
    const near = {
      'gate.deadline': 'gate.deadline_ms',
      'gate.deadlin_ms': 'gate.deadline_ms',
      durability: 'witness.durability',
      'witness.durabilty': 'witness.durability',
    }
    for (const [key, meant] of Object.entries(near))
      expect(refusal(key, '1')).toContain(`did you mean ${meant}?`)
    for (const key of ['mode', '__proto__', 'constructor', 'toString', '', 'x'.repeat(100_000)]) {
      const message = refusal(key, '1')
      expect(message).not.toContain('did you mean')
      for (const valid of SETTING_KEYS) expect(message).toContain(valid)
    }
  })

  it('refuses anchors that are neither file nor command, or that would not fit one line', () => {
    for (const text of [
      'relative',
      '|',
      '|  ',
      ' /x',
      '/a\nb',
      '/a\0',
      '/\u009b',
      '/\ud800',
      `/${'x'.repeat(5000)}`,
    ])
      expect(refusal('witness.anchor', text)).toContain('witness.anchor: ')
    expect(parseAnchor('| tee /x')).toEqual({ kind: 'command', command: 'tee /x' })
    expect(parseAnchor('/a/../b')).toEqual({ kind: 'file', path: '/b' })
    expect(parseAnchor('')).toEqual({ kind: 'none' })
  })
})

describe('effectiveSettings', () => {
  it('is the defaults for an empty log, and what the log holds over them', () => {
    expect(effectiveSettings({})['gate.deadline_ms']).toBe(SETTINGS['gate.deadline_ms'].default)
    expect(effectiveSettings({ 'witness.durability': '"fsync"' })['witness.durability']).toBe(
      'fsync',
    )
  })

  it('takes back what parseSetting read, through its JSON', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 60_000 }), (ms) => {
        const json = JSON.stringify(parsed('gate.deadline_ms', String(ms)))
        expect(effectiveSettings({ 'gate.deadline_ms': json })['gate.deadline_ms']).toBe(ms)
      }),
    )
  })

  it('falls back to the default for values of another version, and names them', () => {
    const state = {
      'gate.deadline_ms': '"soon"',
      'gate.max_payload_bytes': '{',
      'witness.durability': '"both"',
      'later.setting': '1',
    }
    expect(effectiveSettings(state)).toEqual(effectiveSettings({}))
    expect(unusableSettings(state).map(({ key }) => key)).toEqual(Object.keys(state))
    expect(unusableSettings({ 'gate.deadline_ms': '500' })).toEqual([])
  })

  it('lists every setting with its value for config show', () => {
    const entries = configEntries(effectiveSettings({ 'gate.deadline_ms': '500' }))
    expect(entries.map(({ key }) => key)).toEqual(SETTING_KEYS)
    expect(entries.find(({ key }) => key === 'gate.deadline_ms')).toMatchObject({
      value: 500,
      default: SETTINGS['gate.deadline_ms'].default,
    })
  })
})

describe('nearest', () => {
  it('finds a slip and stays silent on another word', () => {
    expect(nearest('profil', ['profile', 'enforce'])).toBe('profile')
    expect(nearest('xyz', ['profile', 'enforce'])).toBeUndefined()
    expect(nearest('a', [])).toBeUndefined()
  })
})
