import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { describe, expect, it, vi } from 'vitest'
import { mendSwitch } from '../../../src/infra/client/mendSwitch.ts'
import {
  clientFilesOf,
  lookForSwitches,
  type SwitchKey,
  type Usable,
} from '../../../src/infra/client/switches.ts'
import { named } from '../../../src/infra/files/named.ts'
import { tempHome, text, write } from './tempHome.ts'

const PLUGIN = '/data/plugin'
const SOURCE = { source: { source: 'directory', path: PLUGIN } }
const OURS = {
  extraKnownMarketplaces: { isonapse: SOURCE },
  enabledPlugins: { 'isonapse@isonapse': true },
}
const OFF = { enabledPlugins: { 'isonapse@isonapse': false } }
const ELSEWHERE = {
  extraKnownMarketplaces: { isonapse: { source: { source: 'directory', path: '/evil' } } },
}
const LISTED = { isonapse: { ...SOURCE, installLocation: PLUGIN } }

type Layer = 'user' | 'project' | 'local' | 'lists'

const setUp = (scope: 'user' | 'project' = 'user') => {
  const { clientDir, project } = tempHome()
  const registered = scope === 'user' ? [{ scope } as const] : [{ scope, dir: project } as const]
  const [local, shared, user, lists] = clientFilesOf(clientDir, registered, project)
  const files = { local: local!, project: shared!, user: user!, lists: lists! }
  write(files.user.file, OURS)
  const look = (layer: Layer) => lookForSwitches(files[layer], PLUGIN)
  const keys = (layer: Layer): ReadonlyArray<SwitchKey> =>
    look(layer).switches.map(({ key }) => key)
  const mend = (layer: Layer, before?: Usable) => {
    for (const off of look(layer).switches) {
      const done = mendSwitch(files[layer], off, PLUGIN, { before, keeps: true })
      if (Result.isFailure(done) || done.success === undefined) return done
    }
    return undefined
  }
  return { files, project, clientDir, keys, mend, look }
}

describe('what keeps the client from loading the gate', () => {
  it.each<readonly [Layer, object | string, ReadonlyArray<SwitchKey>]>([
    ['user', { ...OURS, theme: 'dark', permissions: { allow: ['Bash'] } }, []],
    ['user', { ...OURS, disableAllHooks: false }, []],
    ['user', { ...OURS, disableAllHooks: true }, ['disableAllHooks']],
    ['user', { ...OURS, ...OFF }, ['enabledPlugins']],
    ['user', {}, ['enabledPlugins', 'extraKnownMarketplaces']],
    ['user', { ...OURS, ...ELSEWHERE }, ['extraKnownMarketplaces']],
    ['user', '{"x', ['unusable']],
    ['user', { ...OURS, model: 3 }, ['unusable']],
    ['local', {}, []],
    ['local', '{"x', []],
    ['local', { disableAllHooks: true }, ['disableAllHooks']],
    ['project', { ...OFF, disableAllHooks: true }, ['disableAllHooks', 'enabledPlugins']],
    ['project', ELSEWHERE, ['extraKnownMarketplaces']],
    ['lists', LISTED, []],
    ['lists', {}, []],
    ['lists', { isonapse: { ...SOURCE, installLocation: '/evil' } }, ['extraKnownMarketplaces']],
    ['lists', '{"x', ['unusable']],
    ['lists', { other: {} }, ['unusable']],
  ])('in %s: %j', (layer, content, expected) => {
    const { files, keys } = setUp()
    write(files[layer].file, content)
    expect(keys(layer)).toEqual(expected)
  })

  it('is missed only where it has to be', () => {
    const { files, keys } = setUp()
    expect([keys('local'), keys('project'), keys('lists')]).toEqual([[], [], []])
    fs.rmSync(files.user.file)
    expect(keys('user')).toEqual(['missing'])
    expect(setUp('project').keys('project')).toEqual(['missing'])
  })

  it('is told at once of what is no file', () => {
    const { files, keys } = setUp()
    fs.rmSync(files.user.file)
    execFileSync('mkfifo', [files.user.file])
    expect(keys('user')).toEqual(['unusable'])
    write(files.local.file, '')
    fs.rmSync(files.local.file)
    execFileSync('mkfifo', [files.local.file])
    expect(keys('local')).toEqual([])
    write(files.project.file, `{"disableAllHooks":true,"x":"${'x'.repeat(3_000_000)}"}`)
    expect(keys('project')).toEqual([])
  })
})

describe('putting it back', () => {
  it.each<readonly [Layer, object]>([
    ['user', { theme: 'dark', ...OURS, disableAllHooks: true }],
    ['user', { theme: 'dark', ...OURS, ...OFF, ...ELSEWHERE }],
    ['user', { theme: 'dark' }],
    ['local', { theme: 'dark', ...OFF, disableAllHooks: true }],
    ['project', { theme: 'dark', ...ELSEWHERE }],
  ])('in %s touches our own keys alone: %j', (layer, content) => {
    const { files, keys, mend } = setUp()
    write(files[layer].file, content)
    expect(mend(layer)).toBeUndefined()
    expect(keys(layer)).toEqual([])
    const now = JSON.parse(text(files[layer].file)) as Record<string, unknown>
    expect(now['theme']).toBe('dark')
    expect(JSON.parse(text(`${files[layer].file}.isonapse-backup-1`))).toEqual(content)
  })

  it('leaves no duplicate of the key in force', () => {
    const { files, keys, mend } = setUp()
    write(files.local.file, '{"disableAllHooks":true,"a":1,"disableAllHooks":true}')
    mend('local')
    expect(keys('local')).toEqual([])
    expect(text(files.local.file)).toContain('"a":1')
  })

  it('leaves none of a key that is there a hundred thousand times, and takes no longer for it', () => {
    const { files, keys, mend } = setUp()
    const often = (member: string): string => Array.from({ length: 70_000 }, () => member).join(',')
    const began = performance.now()
    write(files.local.file, `{ ${often('"disableAllHooks":true')}, "a": 1 }`)
    expect(mend('local')).toBeUndefined()
    const off = often('"isonapse@isonapse":false')
    write(files.project.file, `{"b":2,"enabledPlugins":{"x@y":true,${off}}}`)
    expect(mend('project')).toBeUndefined()
    expect(text(files.project.file)).toBe('{"b":2,"enabledPlugins":{"x@y":true}}')
    expect(keys('local')).toEqual([])
    expect(text(files.local.file)).toBe('{ "a": 1 }')
    // One at a time they took minutes.
    expect(performance.now() - began).toBeLessThan(5000)
  })

  it('of a file that cannot be used, or is gone, as it was last seen usable', () => {
    const { files, keys, mend, look } = setUp()
    write(files.user.file, { theme: 'dark', ...OURS })
    const before = look('user').usable!
    write(files.user.file, '{"x')
    expect(Result.getOrThrow(mend('user')!)).toBeUndefined()
    expect(text(files.user.file)).toBe('{"x')
    mend('user', before)
    expect(keys('user')).toEqual([])
    expect(text(files.user.file)).toContain('dark')
    expect(text(`${files.user.file}.isonapse-backup-1`)).toBe('{"x')
    fs.rmSync(files.user.file)
    mend('user', before)
    expect(text(files.user.file)).toContain('dark')
    fs.rmSync(files.user.file)
    mend('user')
    expect(keys('user')).toEqual([])
  })

  it('of a folder or a pipe in its place, which stays beside it', () => {
    const { files, keys, mend, look } = setUp()
    const before = look('user').usable!
    fs.rmSync(files.user.file)
    fs.mkdirSync(files.user.file)
    mend('user', before)
    expect(keys('user')).toEqual([])
    expect(fs.statSync(`${files.user.file}.isonapse-backup-1`).isDirectory()).toBe(true)
    fs.rmSync(files.user.file)
    execFileSync('mkfifo', [files.user.file])
    mend('user', before)
    expect(keys('user')).toEqual([])
  })

  it('takes out through a link what the client reads there, and puts nothing in outside the folder', () => {
    const { files, project, clientDir, keys, mend } = setUp('project')
    write(path.join(project, 'x.json'), { disableAllHooks: true, a: 1 })
    fs.mkdirSync(path.dirname(files.local.file))
    fs.symlinkSync(path.join(project, 'x.json'), files.local.file)
    mend('local')
    expect(keys('local')).toEqual([])
    expect(fs.lstatSync(files.local.file).isSymbolicLink()).toBe(true)
    const outside = write(path.join(clientDir, 'theirs.json'), { disableAllHooks: true, a: 1 })
    fs.rmSync(files.local.file)
    fs.symlinkSync(outside, files.local.file)
    expect(mend('local')).toBeUndefined()
    expect(JSON.parse(text(outside))).toEqual({ a: 1 })
    fs.symlinkSync(outside, files.project.file)
    expect(Result.isFailure(mend('project')!)).toBe(true)
    expect(JSON.parse(text(outside))).toEqual({ a: 1 })
  })

  it('of a file that became a link to another one leaves that other one as it is', () => {
    const { files, project, keys, mend, look } = setUp('project')
    write(files.project.file, { ...OURS, theme: 'dark' })
    const before = look('project').usable!
    const user = look('user').usable!
    const theirs = write(path.join(project, '..', 'theirs.txt'), 'dear to them')
    for (const [layer, bytes] of [
      ['project', before],
      ['user', user],
    ] as const) {
      fs.rmSync(files[layer].file)
      fs.symlinkSync(theirs, files[layer].file)
      mend(layer, bytes)
      expect(text(theirs)).toBe('dear to them')
      expect(keys(layer)).toEqual([])
      expect(fs.lstatSync(files[layer].file).isFile()).toBe(true)
      expect(fs.readlinkSync(`${files[layer].file}.isonapse-backup-1`)).toBe(theirs)
    }
    // One that could be edited, neither.
    const other = write(path.join(project, '..', 'other.json'), { a: 1 })
    fs.rmSync(files.user.file)
    fs.symlinkSync(other, files.user.file)
    mend('user', user)
    expect(JSON.parse(text(other))).toEqual({ a: 1 })
    expect(keys('user')).toEqual([])
  })

  it('through a link that was the user’s already, which stays', () => {
    const { files, project, keys, mend, look } = setUp()
    const real = write(path.join(project, 'dotfiles.json'), { ...OURS, theme: 'dark' })
    fs.rmSync(files.user.file)
    fs.symlinkSync(real, files.user.file)
    const before = look('user').usable!
    for (const off of ['{"x', {}]) {
      write(real, off)
      mend('user', before)
      expect(keys('user')).toEqual([])
      expect(fs.readlinkSync(files.user.file)).toBe(real)
    }
    // Gone for the moment: the link is kept beside it.
    fs.rmSync(real)
    mend('user', before)
    expect(keys('user')).toEqual([])
    expect(fs.existsSync(real)).toBe(false)
    const beside = fs
      .readdirSync(path.dirname(files.user.file))
      .map((name) => path.join(path.dirname(files.user.file), name))
    expect(beside.filter((file) => fs.lstatSync(file).isSymbolicLink())).toHaveLength(1)
  })

  it('whatever it is written in, and whatever stands where an object belongs', () => {
    const { files, keys, mend } = setUp()
    const off = '{"a":"é","disableAllHooks":true}'
    for (const bytes of [
      Buffer.from(`\ufeff${off}`, 'utf16le'),
      Buffer.from(off, 'latin1'),
      Buffer.from(`\ufeff${off}`),
    ]) {
      write(files.local.file, bytes)
      mend('local')
      expect(keys('local')).toEqual([])
      expect(text(files.local.file)).toContain('"a"')
    }
    expect(fs.readdirSync(path.dirname(files.local.file))).toHaveLength(4)
    for (const other of ['[]', 'null', '"x"', '{}, "extraKnownMarketplaces": 5']) {
      write(files.user.file, `{"a":1,"extraKnownMarketplaces":${other}}`)
      mend('user')
      expect(keys('user')).toEqual([])
      expect(text(files.user.file)).toContain('"a":1')
    }
  })

  it('of a project’s whole folder that was taken away', () => {
    const { files, keys, mend, look } = setUp('project')
    write(files.project.file, { ...OURS, theme: 'dark' })
    const before = look('project').usable!
    fs.rmSync(path.dirname(files.project.file), { recursive: true })
    mend('project', before)
    expect(keys('project')).toEqual([])
    expect(text(files.project.file)).toContain('dark')
  })

  it('leaves a pipe or a folder where it lies, if nothing can be written in its place', () => {
    const { files, project } = setUp()
    // So long a name that none for a temporary is left, as on a full disk.
    const file = path.join(project, 'x'.repeat(236))
    fs.mkdirSync(file)
    const before = { bytes: Buffer.from('{}'), real: file }
    const off = { file, key: 'unusable' } as const
    expect(
      Result.isFailure(mendSwitch({ ...files.user, file }, off, PLUGIN, { before, keeps: true })),
    ).toBe(true)
    expect(fs.readdirSync(project)).toEqual(['x'.repeat(236)])
  })

  it('takes what could not be looked at for nothing that is off', () => {
    const { files, look } = setUp()
    vi.spyOn(named, 'openSync').mockImplementationOnce(() => {
      throw Object.assign(new Error('too many'), { code: 'EMFILE' })
    })
    const seen = look('user')
    vi.restoreAllMocks()
    expect(seen).toEqual({ switches: [], isUnknown: true })
    expect(look('user').usable).toBeDefined()
    expect(files.user.holds).toHaveLength(2)
  })

  it('of the client’s own list, however often our entry is in it, and whatever it is written in', () => {
    const { files, keys, mend } = setUp()
    const evil = JSON.stringify({ ...SOURCE, installLocation: '/evil' })
    const list = `{"isonapse":${evil},"a":${evil},"isonapse":${evil},"isonapse":${evil}}`
    for (const bytes of [list, Buffer.from(`\ufeff${list}`, 'utf16le')]) {
      write(files.lists.file, bytes)
      mend('lists')
      expect(keys('lists')).toEqual([])
      expect(text(files.lists.file)).toContain(`"a":${evil}`)
    }
  })

  it('of the client’s own list takes our entry out, and leaves the others', () => {
    const { files, keys, mend, look } = setUp()
    const other = { source: { source: 'github', repo: 'a/b' }, installLocation: '/x' }
    write(files.lists.file, { other, isonapse: { ...SOURCE, installLocation: '/evil' } })
    mend('lists')
    expect(keys('lists')).toEqual([])
    expect(JSON.parse(text(files.lists.file))).toEqual({ other })
    const before = look('lists').usable!
    write(files.lists.file, '{')
    mend('lists', before)
    expect(JSON.parse(text(files.lists.file))).toEqual({ other })
  })
})
