import * as Result from 'effect/Result'
import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { backupsOf } from '../../../src/infra/client/backups.ts'
import {
  addMarketplace,
  addToSettings,
  allOf,
  enablePlugin,
  keepLayout,
  removeFromSettings,
  removeMarketplace,
  removePlugin,
} from '../../../src/infra/client/settings.ts'
import { tempHome, text, write } from './tempHome.ts'

const ADD = allOf(addMarketplace('/data/plugin'), enablePlugin)
const REMOVE = allOf(removePlugin, removeMarketplace)

const add = (file: string) => Result.getOrThrow(addToSettings(file, ADD))
const remove = (file: string) => Result.getOrThrow(removeFromSettings(file, REMOVE))

const refusalOf = (file: string): string => {
  const added = addToSettings(file, ADD)
  return Result.isFailure(added) ? added.failure.message : 'accepted'
}

const ODD =
  '\uFEFF{\r\n    "model" : "opus",\r\n\t"env":{"A":"1.0","B":"\\u00e9"}, "cleanupPeriodDays": 3.0e1,\r\n "hooks":{ "Stop" :[ ] } }\r\n\r\n'

describe('registering in a settings file', () => {
  it('keeps every unrelated byte, and gives all of them back when it is undone', () => {
    const { clientDir } = tempHome()
    const file = write(path.join(clientDir, 'settings.json'), ODD, 0o640)
    expect(add(file).outcome).toBe('changed')
    expect(JSON.parse(text(file).slice(1))).toEqual({
      model: 'opus',
      env: { A: '1.0', B: 'é' },
      cleanupPeriodDays: 30,
      hooks: { Stop: [] },
      extraKnownMarketplaces: {
        isonapse: { source: { source: 'directory', path: '/data/plugin' } },
      },
      enabledPlugins: { 'isonapse@isonapse': true },
    })
    expect(text(file).startsWith(ODD.slice(0, ODD.indexOf(' }\r\n\r\n')))).toBe(true)
    expect(fs.statSync(file).mode & 0o777).toBe(0o640)
    expect(remove(file)).toEqual({ file, outcome: 'changed', backup: null })
    expect(text(file)).toBe(ODD)
    expect(backupsOf(file)).toHaveLength(1)
    expect(fs.statSync(file).mode & 0o777).toBe(0o640)
  })

  it('changes nothing the second time, and makes no second backup', () => {
    const { clientDir } = tempHome()
    const file = write(path.join(clientDir, 'settings.json'), '{"model":"opus"}')
    add(file)
    const after = text(file)
    expect(add(file)).toEqual({ file, outcome: 'unchanged', backup: null })
    expect(text(file)).toBe(after)
    expect(backupsOf(file)).toHaveLength(1)
  })

  it('leaves the bytes from before beside the file, for the owner alone', () => {
    const { clientDir } = tempHome()
    const file = write(path.join(clientDir, 'settings.json'), ODD)
    const { backup } = add(file)
    expect(backup).toBe(`${file}.isonapse-backup-1`)
    expect(text(backup!)).toBe(ODD)
    expect(fs.statSync(backup!).mode & 0o777).toBe(0o600)
  })

  it('never overwrites a backup, whatever stands under its name', () => {
    const { clientDir } = tempHome()
    const file = write(path.join(clientDir, 'settings.json'), '{}')
    write(`${file}.isonapse-backup-1`, 'mine')
    fs.mkdirSync(`${file}.isonapse-backup-2`)
    expect(add(file).backup).toBe(`${file}.isonapse-backup-3`)
    expect(text(`${file}.isonapse-backup-1`)).toBe('mine')
  })

  it('writes through a link into somebody’s dotfiles and leaves it a link', () => {
    const { home, clientDir } = tempHome()
    const real = write(path.join(home, 'dotfiles/claude.json'), ODD, 0o644)
    const file = path.join(clientDir, 'settings.json')
    fs.symlinkSync('../dotfiles/claude.json', file)
    expect(add(file).backup).toBe(`${file}.isonapse-backup-1`)
    expect(fs.readlinkSync(file)).toBe('../dotfiles/claude.json')
    expect(fs.readdirSync(path.join(home, 'dotfiles'))).toEqual(['claude.json'])
    expect(text(real)).toContain('isonapse@isonapse')
    remove(file)
    expect(text(real)).toBe(ODD)
    expect(fs.lstatSync(file).isSymbolicLink()).toBe(true)
  })

  it('creates the file that a dangling link points to', () => {
    const { home, clientDir } = tempHome()
    fs.mkdirSync(path.join(home, 'dotfiles'))
    const file = path.join(clientDir, 'settings.json')
    fs.symlinkSync('../dotfiles/claude.json', file)
    expect(add(file).outcome).toBe('created')
    expect(text(path.join(home, 'dotfiles/claude.json'))).toContain('isonapse@isonapse')
    expect(remove(file).outcome).toBe('removed')
    expect(fs.readdirSync(path.join(home, 'dotfiles'))).toEqual([])
    expect(fs.lstatSync(file).isSymbolicLink()).toBe(true)
  })

  it('never leaves a project through a link that a repository put there', () => {
    const { home, project } = tempHome()
    const precious = write(path.join(home, 'other/settings.json'), '{"precious":1}')
    fs.symlinkSync(path.dirname(precious), path.join(project, '.claude'))
    const file = path.join(project, '.claude/settings.json')
    const added = addToSettings(file, enablePlugin, { within: project })
    expect(Result.isFailure(added) && added.failure.message).toContain('leads out of')
    fs.unlinkSync(path.join(project, '.claude'))
    fs.mkdirSync(path.join(project, '.claude'))
    fs.symlinkSync('../../other/new.json', file)
    expect(Result.isFailure(addToSettings(file, enablePlugin, { within: project }))).toBe(true)
    expect(fs.readdirSync(path.join(home, 'other'))).toEqual(['settings.json'])
    expect(text(precious)).toBe('{"precious":1}')
    fs.unlinkSync(file)
    fs.symlinkSync('../shared.json', file)
    expect(addToSettings(file, enablePlugin, { within: project })).toMatchObject({
      _tag: 'Success',
    })
    expect(text(path.join(project, 'shared.json'))).toContain('isonapse@isonapse')
  })

  it('creates a missing file and its folder, and takes the file away again', () => {
    const { project } = tempHome()
    const file = path.join(project, '.claude/settings.json')
    expect(add(file)).toEqual({ file, outcome: 'created', backup: null })
    expect(fs.statSync(file).mode & 0o777).toBe(0o600)
    expect(remove(file).outcome).toBe('removed')
    expect(fs.readdirSync(project)).toEqual([])
    expect(remove(file).outcome).toBe('unchanged')
  })

  it('keeps an empty file that was there before', () => {
    const { clientDir } = tempHome()
    const file = write(path.join(clientDir, 'settings.json'), '{}\n')
    add(file)
    remove(file)
    expect(text(file)).toBe('{}\n')
  })

  it('keeps a created file to which somebody added a setting', () => {
    const { clientDir } = tempHome()
    const file = path.join(clientDir, 'settings.json')
    add(file)
    write(file, text(file).replace('{', '{\n  "model": "opus",'))
    expect(remove(file).outcome).toBe('changed')
    expect(JSON.parse(text(file))).toEqual({ model: 'opus' })
  })

  it('corrects an entry that disables the plugin or points elsewhere', () => {
    const { clientDir } = tempHome()
    const file = write(path.join(clientDir, 'settings.json'), {
      enabledPlugins: { 'isonapse@isonapse': false },
      extraKnownMarketplaces: { isonapse: { source: { source: 'directory', path: '/evil' } } },
    })
    add(file)
    expect(JSON.parse(text(file))).toEqual({
      enabledPlugins: { 'isonapse@isonapse': true },
      extraKnownMarketplaces: {
        isonapse: { source: { source: 'directory', path: '/data/plugin' } },
      },
    })
  })

  it('takes a registration out although duplicate keys hide a second one', () => {
    const { clientDir } = tempHome()
    const entry = '{ "isonapse@isonapse": true }'
    const file = write(
      path.join(clientDir, 'settings.json'),
      `{"model":"a","enabledPlugins":${entry},"enabledPlugins":${entry}}`,
    )
    remove(file)
    expect(text(file)).toBe('{"model":"a"}')
  })

  it.each([
    ['{"model": "opus",}', 'is not valid JSON'],
    ['// mine\n{}', 'is not valid JSON'],
    ['', 'is not valid JSON'],
    ['[]', 'expected an object'],
    ['{"model": 3}', 'model: expected a string'],
    [
      '{"hooks":{"PreToolUse":[{"hooks":[{"type":"command","command":"x","onFailure":"deny"}]}]}}',
      'onFailure: expected one of continue, block',
    ],
    ['{"enabledPlugins":{"x@y":"yes"}}', 'x@y: expected true or false'],
    ['{"extraKnownMarketplaces":[]}', '"extraKnownMarketplaces" is not an object in it'],
  ])('refuses %j and changes nothing', (content, problem) => {
    const { clientDir } = tempHome()
    const file = write(path.join(clientDir, 'settings.json'), content)
    expect(refusalOf(file)).toContain(problem)
    expect(text(file)).toBe(content)
    expect(fs.readdirSync(clientDir)).toEqual(['settings.json'])
  })

  it('refuses what it could not write back byte for byte', () => {
    const { clientDir } = tempHome()
    const latin1 = Buffer.from('{"model":"\xff"}', 'latin1')
    const utf16 = Buffer.from('\uFEFF{"model":"opus"}', 'utf16le')
    for (const bytes of [latin1, utf16]) {
      const file = write(path.join(clientDir, 'settings.json'), bytes)
      expect(refusalOf(file)).toContain('is not UTF-8')
      expect(fs.readFileSync(file).equals(bytes)).toBe(true)
    }
  })

  it('refuses a folder, a FIFO and a giant without waiting', () => {
    const { clientDir } = tempHome()
    const file = path.join(clientDir, 'settings.json')
    fs.mkdirSync(file)
    expect(refusalOf(file)).toContain('is not a regular file')
    fs.rmdirSync(file)
    execFileSync('mkfifo', [file])
    expect(refusalOf(file)).toContain('is not a regular file')
    fs.unlinkSync(file)
    write(file, `{"a":"${'x'.repeat(3_000_000)}"}`)
    expect(refusalOf(file)).toContain('is larger than')
  })

  it('removes from a file that holds an invalid value, which needs no valid one', () => {
    const { clientDir } = tempHome()
    const file = write(path.join(clientDir, 'settings.json'), '{"model":"opus"}')
    add(file)
    write(file, text(file).replace('"opus"', '3'))
    expect(remove(file).outcome).toBe('changed')
    expect(text(file)).toBe('{"model":3}')
  })
})

describe('putting back the layout after the client rewrote the file', () => {
  it('restores the bytes when only the layout changed', () => {
    const { clientDir } = tempHome()
    const file = write(path.join(clientDir, 'settings.json'), ODD, 0o640)
    add(file)
    const bytes = fs.readFileSync(file)
    write(file, JSON.stringify(JSON.parse(bytes.toString().slice(1)), null, 2))
    expect(keepLayout(file, bytes)).toEqual(Result.succeed(true))
    expect(fs.readFileSync(file).equals(bytes)).toBe(true)
    expect(fs.statSync(file).mode & 0o777).toBe(0o640)
  })

  it('leaves a file in which something else changed', () => {
    const { clientDir } = tempHome()
    const file = write(path.join(clientDir, 'settings.json'), '{"model":"opus"}')
    const bytes = fs.readFileSync(file)
    write(file, '{"model":"sonnet"}')
    expect(keepLayout(file, bytes)).toEqual(Result.succeed(false))
    expect(text(file)).toBe('{"model":"sonnet"}')
  })
})
