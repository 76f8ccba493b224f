import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfigEffect, type Registered } from '../../../src/infra/client/configEffect.ts'
import { tempHome, write } from './tempHome.ts'

const OURS = {
  extraKnownMarketplaces: { isonapse: { source: { source: 'directory', path: '/data/plugin' } } },
  enabledPlugins: { 'isonapse@isonapse': true },
}
const HARMLESS = { disablesHooks: false, removesGate: false, readable: true }
const DROPPED = { disablesHooks: false, removesGate: true, readable: false, key: 'unusable' }
const USER: Registered = { scopes: ['user'], pluginDir: '/data/plugin' }
const PROJECT: Registered = { scopes: ['project'], pluginDir: '/data/plugin' }

const effectOf = (content: unknown, source: string, registered?: Registered) => {
  const { clientDir } = tempHome()
  return readConfigEffect(write(path.join(clientDir, 'settings.json'), content), source, registered)
}

describe('what a changed settings file would do to the gate', () => {
  it('finds nothing in the settings that our own installation wrote', () => {
    expect(effectOf({ model: 'opus', ...OURS }, 'user_settings', USER)).toEqual(HARMLESS)
    expect(effectOf({ model: 'opus' }, 'project_settings', USER)).toEqual(HARMLESS)
    expect(effectOf({ model: 'opus' }, 'local_settings', USER)).toEqual(HARMLESS)
  })

  it.each(['user_settings', 'project_settings', 'local_settings', 'policy_settings', 'tomorrow'])(
    'sees disableAllHooks in %s',
    (source) => {
      const { disablesHooks, readable } = effectOf({ ...OURS, disableAllHooks: true }, source)
      expect({ disablesHooks, readable }).toEqual({ disablesHooks: true, readable: true })
    },
  )

  it.each(['user_settings', 'project_settings', 'local_settings'])(
    'sees the plugin disabled in %s, where a repository can do it too',
    (source) => {
      const content = { ...OURS, enabledPlugins: { 'isonapse@isonapse': false } }
      expect(effectOf(content, source, USER).removesGate).toBe(true)
    },
  )

  it('sees the registration gone from the file that holds it, and only from that one', () => {
    expect(effectOf({}, 'user_settings', USER).removesGate).toBe(true)
    expect(effectOf({}, 'user_settings', PROJECT).removesGate).toBe(false)
    expect(effectOf({}, 'project_settings', PROJECT).removesGate).toBe(true)
    expect(effectOf({}, 'local_settings', PROJECT).removesGate).toBe(false)
    // Not told what is registered: as if for the whole user.
    expect(effectOf({}, 'user_settings').removesGate).toBe(true)
  })

  it('sees the marketplace pointed at another folder', () => {
    const elsewhere = {
      ...OURS,
      extraKnownMarketplaces: { isonapse: { source: { source: 'directory', path: '/evil' } } },
    }
    expect(effectOf(elsewhere, 'user_settings', USER).removesGate).toBe(true)
    expect(effectOf(elsewhere, 'project_settings').removesGate).toBe(true)
    const remote = {
      ...OURS,
      extraKnownMarketplaces: { isonapse: { source: { source: 'github' } } },
    }
    expect(effectOf(remote, 'user_settings', USER).removesGate).toBe(true)
  })

  it('counts a file that the client drops as the end of what it registered', () => {
    for (const content of [
      '{"x',
      '',
      'null',
      { ...OURS, model: 3 },
      { ...OURS, disableAllHooks: 'no' },
    ])
      expect(effectOf(content, 'user_settings', USER)).toEqual(DROPPED)
    expect(effectOf('{"x', 'project_settings', USER)).toEqual({ ...DROPPED, removesGate: false })
  })

  it('reads a file as the client does: marks of byte order, bytes that are no UTF-8', () => {
    const json = JSON.stringify({ ...OURS, disableAllHooks: true })
    const utf16 = Buffer.from(`\uFEFF${json}`, 'utf16le')
    const latin1 = Buffer.from(json.replace('{', '{"x":"\xff",'), 'latin1')
    for (const content of [utf16, latin1, `\uFEFF${json}`])
      expect(effectOf(content, 'user_settings', USER)).toEqual({
        ...HARMLESS,
        disablesHooks: true,
        key: 'disableAllHooks',
      })
  })

  it('takes the last of duplicate keys, as the client does', () => {
    const text = '{"disableAllHooks":false,"disableAllHooks":true}'
    expect(effectOf(text, 'local_settings').disablesHooks).toBe(true)
    expect(effectOf('{"__proto__":{"disableAllHooks":true}}', 'local_settings')).toEqual(HARMLESS)
  })

  it('has an answer at once for what is no file, and says a missing one removes the gate', () => {
    const { clientDir } = tempHome()
    const file = path.join(clientDir, 'settings.json')
    expect(readConfigEffect(file, 'user_settings', USER)).toEqual({
      ...DROPPED,
      readable: true,
      key: 'missing',
    })
    execFileSync('mkfifo', [file])
    expect(readConfigEffect(file, 'user_settings', USER)).toEqual(DROPPED)
    fs.unlinkSync(file)
    fs.mkdirSync(file)
    expect(readConfigEffect(file, 'user_settings', USER)).toEqual(DROPPED)
    expect(readConfigEffect('/dev/zero', 'user_settings', USER)).toEqual(DROPPED)
    expect(readConfigEffect('relative.json', 'user_settings', USER)).toEqual(DROPPED)
    expect(readConfigEffect('/a\0b', 'user_settings', USER)).toEqual(DROPPED)
    expect(readConfigEffect('', 'local_settings', USER).readable).toBe(false)
    write(path.join(clientDir, 'big.json'), `{"a":"${'x'.repeat(3_000_000)}"}`)
    expect(readConfigEffect(path.join(clientDir, 'big.json'), 'user_settings', USER)).toEqual(
      DROPPED,
    )
  })

  it('names what of it does so, and nothing where nothing does', () => {
    const key = (more: object, source = 'user_settings') =>
      effectOf({ ...OURS, ...more }, source, USER).key
    expect(key({})).toBeUndefined()
    expect(key({ model: 'opus', permissions: { allow: ['Bash(ls:*)'] } })).toBeUndefined()
    expect(key({ disableAllHooks: true })).toBe('disableAllHooks')
    expect(key({ enabledPlugins: {} })).toBe('enabledPlugins')
    expect(key({ extraKnownMarketplaces: { isonapse: {} } })).toBe('extraKnownMarketplaces')
    const managed = { allowManagedHooksOnly: true, enabledPlugins: {} }
    expect(key(managed, 'policy_settings')).toBe('allowManagedHooksOnly')
  })

  it('looks at no file for a change of skills', () => {
    expect(readConfigEffect('/dev/zero', 'skills')).toEqual(HARMLESS)
  })
})
