import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../src/domain/action/analyse.ts'
import type { Place } from '../../../src/domain/action/place.ts'
import { MOST_SOURCE_BYTES } from '../../../src/domain/action/sources.ts'
import type { HookEvent } from '../../../src/domain/hook/hookEvent.ts'
import type { FilesOf } from '../../../src/infra/server/gatherSources.ts'
import { observe } from '../../../src/infra/server/observe.ts'
import { describeEffect } from '../../domain/action/describe.ts'
import { temporaryDir } from './plane.ts'

interface Machine {
  readonly place: Place
  readonly home: string
  readonly write: (file: string, text: string | Uint8Array) => string
  readonly seen: (command: string, filesOf?: FilesOf) => ReturnType<typeof observe>
  /** What the call would do, as it is described beside programs. */
  readonly told: (command: string, filesOf?: FilesOf) => ReadonlyArray<string>
}

const machine = (more: Partial<Place> = {}): Machine => {
  const home = path.join(temporaryDir(), 'home')
  const project = path.join(home, 'app')
  fs.mkdirSync(project, { recursive: true })
  const place: Place = { home, project, cwd: project, gate: [path.join(home, '.iso')], ...more }
  const eventOf = (command: string): HookEvent => ({
    kind: 'tool.before',
    name: 'PreToolUse',
    session: 's',
    cwd: place.cwd,
    call: { name: 'Bash', input: { command } },
  })
  const see = (event: HookEvent, filesOf?: FilesOf) =>
    observe(event, place, {
      registered: () => ({ scopes: ['user'] }),
      ...(filesOf === undefined ? {} : { filesOf }),
    })
  return {
    place,
    home,
    write: (file, text) => {
      const at = path.resolve(project, file)
      fs.mkdirSync(path.dirname(at), { recursive: true })
      fs.writeFileSync(at, text)
      return at
    },
    seen: (command, filesOf) => see(eventOf(command), filesOf),
    told: (command, filesOf) => {
      const event = eventOf(command)
      const { observed, sources } = see(event, filesOf)
      return analyse(event, place, observed, sources)!.effects.map(describeEffect)
    },
  }
}

const states = (seen: ReturnType<typeof observe>) =>
  (seen.observed.scripts ?? []).map(({ path: ref, is }) => [Object.values(ref)[0], is])

describe('a script that a call would run', () => {
  it('is read to what it would do, and logged by its path alone', () => {
    const { write, seen, told } = machine()
    write('clean.sh', 'rm -rf ~/notes\n')
    expect(told('bash clean.sh')).toContain('fs.delete ~/notes')
    const { observed, texts } = seen('bash clean.sh')
    expect(observed.scripts).toEqual([{ path: { project: 'clean.sh' }, is: 'text' }])
    expect(JSON.stringify(observed)).not.toContain('notes')
    expect(texts).toEqual([{ path: { project: 'clean.sh' }, text: 'rm -rf ~/notes\n' }])
  })

  it('is not looked for where a call runs none', () => {
    const { seen } = machine()
    const { observed, sources, texts } = seen('ls -la && git status')
    expect(observed.scripts).toBeUndefined()
    expect([sources.size, texts.length]).toEqual([0, 0])
  })

  it('is followed into the scripts that it runs, and links inside them are looked up', () => {
    const { write, told, home, place } = machine()
    write('a.sh', 'bash sub/b.sh\n')
    write('sub/b.sh', 'cat notes/x\n')
    fs.mkdirSync(path.join(home, '.ssh'))
    fs.symlinkSync(path.join(home, '.ssh'), path.join(place.project, 'notes'))
    expect(told('bash a.sh')).toContain('secret.read ~/.ssh/x')
  })

  it('that runs itself, or runs in a circle, comes to an end', () => {
    const { write, told } = machine()
    write('self.sh', 'source self.sh; bash ./self.sh; rm -rf ~/a\n')
    expect(told('bash self.sh')).toContain('fs.delete ~/a')
    write('x.sh', 'bash y.sh; rm -rf ~/x\n')
    write('y.sh', 'bash x.sh; rm -rf ~/y\n')
    expect(told('bash x.sh')).toEqual(expect.arrayContaining(['fs.delete ~/x', 'fs.delete ~/y']))
  })

  it('that each runs the next one many times is given up on, not read for ever', () => {
    const { write, told } = machine()
    for (let n = 0; n < 12; n++) write(`s${n}.sh`, `bash s${n + 1}.sh\n`.repeat(40))
    expect(told('bash s0.sh')).toContain('opaque too-large')
  })

  it('is not read where it is no regular file, and nothing waits for it', () => {
    const { write, seen, place } = machine()
    const at = (name: string) => path.join(place.project, name)
    execFileSync('mkfifo', [at('pipe.sh')])
    fs.mkdirSync(at('dir.sh'))
    fs.symlinkSync('/dev/zero', at('zero.sh'))
    fs.symlinkSync('loop.sh', at('loop.sh'))
    write('binary.sh', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]))
    write('latin.sh', Buffer.from([0x72, 0x6d, 0x20, 0xe9, 0x0a]))
    expect(states(seen('bash pipe.sh; bash dir.sh; bash zero.sh; bash none.sh'))).toEqual([
      ['pipe.sh', 'irregular'],
      ['dir.sh', 'irregular'],
      ['zero.sh', 'irregular'],
      ['none.sh', 'missing'],
    ])
    expect(states(seen('bash binary.sh; bash latin.sh; bash loop.sh'))).toEqual([
      ['binary.sh', 'binary'],
      ['latin.sh', 'unreadable'],
      ['loop.sh', 'unreadable'],
    ])
  })

  it('is not read where it is too large, however little of it lies on the disk', () => {
    const { write, seen, told } = machine()
    fs.truncateSync(write('sparse.sh', 'x'), 10 * 1024 ** 3)
    write('long.sh', '#'.repeat(MOST_SOURCE_BYTES + 1))
    expect(states(seen('bash sparse.sh; bash long.sh'))).toEqual([
      ['sparse.sh', 'too-large'],
      ['long.sh', 'too-large'],
    ])
    expect(told('bash sparse.sh')).toContain('opaque unread-script')
  })

  it('is read within bounds of files, of bytes and of names', () => {
    const { write, seen } = machine()
    for (let n = 0; n < 40; n++) write(`n${n}.sh`, `echo ${'x'.repeat(20_000)}\n`)
    const all = Array.from({ length: 40 }, (_, n) => `bash n${n}.sh`).join('\n')
    const { texts, observed } = seen(all)
    const bytes = texts.reduce((sum, { text }) => sum + text.length, 0)
    expect(bytes).toBeLessThanOrEqual(96 * 1024)
    expect(texts.length).toBeGreaterThan(0)
    expect(observed.scripts!.length).toBeLessThanOrEqual(48)
    const far = Array.from({ length: 40 }, (_, n) => `bash ${'d/'.repeat(400)}${n}.sh`).join('\n')
    expect(JSON.stringify(seen(far).observed.scripts).length).toBeLessThan(16_384)
  })

  it('is never read where it is a credential or the gate’s own', () => {
    const { write, seen, home, place } = machine()
    write(path.join(home, '.ssh/id_rsa'), 'SECRET')
    write(path.join(home, '.iso/keys/a'), 'SECRET')
    fs.symlinkSync(path.join(home, '.ssh/id_rsa'), path.join(place.project, 'run.sh'))
    const { texts, observed } = seen('bash run.sh; bash ~/.iso/keys/a; source ~/.ssh/id_rsa')
    expect(texts).toEqual([])
    expect(observed.scripts?.every(({ is }) => is === 'unreadable')).toBe(true)
  })

  it('is the file that the kernel would open, past a link and its parent', () => {
    const { write, told, home, place } = machine()
    write('x.sh', 'echo harmless\n')
    write(path.join(home, 'far/x.sh'), 'rm -rf ~/notes\n')
    fs.mkdirSync(path.join(home, 'far/inner'))
    fs.symlinkSync(path.join(home, 'far/inner'), path.join(place.project, 'link'))
    expect(told('bash x.sh')).not.toContain('fs.delete ~/notes')
    expect(told('bash link/../x.sh')).toContain('fs.delete ~/notes')
    expect(told('./link/../x.sh')).toContain('fs.delete ~/notes')
    expect(told('cd link && bash ../x.sh')).toContain('fs.delete ~/notes')
  })

  it('that is a program of another place is none of the project’s', () => {
    const { write, told, home, place } = machine()
    const program = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0])
    write(path.join(home, 'tool'), program)
    write('own', program)
    fs.symlinkSync(path.join(home, 'tool'), path.join(place.project, 'tool'))
    expect(told('./own')).toContain('opaque project-code')
    expect(told('./tool')).not.toContain('opaque project-code')
  })

  it('is a program only where it starts as one: a shell runs any other bytes as a script', () => {
    const { write, told } = machine()
    const script = [...Buffer.from('\nrm -rf ~\n')]
    write('latin', Buffer.from([...Buffer.from('#!/bin/sh\n#'), 0xe9, ...script]))
    write('late', Buffer.from([...Buffer.from('#!/bin/sh'), ...script, 0]))
    write('posing', Buffer.from([0x7f, 0x45, 0x4c, 0x46, ...script, 0]))
    for (const name of ['./latin', './late', './posing', 'bash latin', 'bash posing'])
      expect(told(name)).not.toContain('opaque project-code')
  })

  it('is opaque while another call writes to it, and told by its origin', () => {
    const { write, told, seen } = machine()
    write('a.sh', 'echo hi\n')
    const pending: FilesOf = () => ({ pending: true, origin: 'written' })
    expect(told('bash a.sh', pending)).toContain('opaque unread-script')
    const downloaded: FilesOf = () => ({ pending: false, origin: 'downloaded' })
    expect(seen('bash a.sh', downloaded).observed.scripts).toEqual([
      { path: { project: 'a.sh' }, is: 'text', origin: 'downloaded' },
    ])
  })
})

describe('scripts of a package', () => {
  it('are read from the nearest package.json, with what runs before and after', () => {
    const { write, told } = machine()
    const scripts = { prebuild: 'rm -rf ~/old', build: 'node make.js', postbuild: 'npm run ship' }
    write('package.json', JSON.stringify({ scripts: { ...scripts, ship: 'scp a h.example:/a' } }))
    const effects = told('npm run build')
    expect(effects).toContain('fs.delete ~/old')
    expect(effects.some((one) => one.startsWith('net.send'))).toBe(true)
  })

  it('are those of the package that the call is in, no higher than the project', () => {
    const { write, told, home } = machine()
    write(path.join(home, 'package.json'), '{"scripts":{"x":"rm -rf ~/home"}}')
    expect(told('npm run x')).toEqual(['exec npm', 'opaque project-code'])
    write('package.json', '{"scripts":{"x":"rm -rf ~/root"}}')
    fs.mkdirSync(path.join(home, 'app/packages/a/src'), { recursive: true })
    expect(told('cd packages/a/src && npm run x')).toContain('fs.delete ~/root')
    write('packages/a/package.json', '{"scripts":{"x":"rm -rf ~/inner"}}')
    expect(told('cd packages/a/src && npm run x')).toContain('fs.delete ~/inner')
  })

  it('in a circle come to an end', () => {
    const { write, told } = machine()
    write('package.json', '{"scripts":{"a":"npm run b","b":"npm run a; rm -rf ~/b"}}')
    expect(told('npm run a')).toContain('fs.delete ~/b')
  })
})

describe('a path that leaves a linked folder', () => {
  it('is where the kernel goes, while the shell’s own cd stays as written', () => {
    const { told, home, place } = machine()
    fs.mkdirSync(path.join(home, 'far/inner'), { recursive: true })
    fs.writeFileSync(path.join(home, 'far/data'), '')
    fs.symlinkSync(path.join(home, 'far/inner'), path.join(place.project, 'link'))
    expect(told('rm -rf link/../data')).toContain('fs.delete ~/far/data')
    expect(told('cd link && rm -rf ../data')).toContain('fs.delete ~/far/data')
    expect(told('cd link/.. && rm -rf data')).toContain('fs.delete data')
    expect(told('cat data; rm -rf link/../data')).toEqual(
      expect.arrayContaining(['fs.read data', 'fs.delete ~/far/data']),
    )
    expect(told('rm -rf link/../*')).toContain('fs.delete ~/far')
  })

  it('is followed through a second link behind it', () => {
    const { told, home, place } = machine()
    fs.mkdirSync(path.join(home, 'far/inner'), { recursive: true })
    fs.mkdirSync(path.join(home, '.ssh'))
    fs.symlinkSync(path.join(home, '.ssh'), path.join(home, 'far/keys'))
    fs.symlinkSync(path.join(home, 'far/inner'), path.join(place.project, 'link'))
    expect(told('cat link/../keys/id_rsa')).toContain('secret.read ~/.ssh/id_rsa')
  })
})
