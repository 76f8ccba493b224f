import { describe, expect, it } from 'vitest'
import type { Action } from '../../../src/domain/action/action.ts'
import { MOST_FLAGS } from '../../../src/domain/action/action.ts'
import type { ActionEffect } from '../../../src/domain/action/effect.ts'
import { exampleAction } from '../../../src/domain/policy/examples.ts'
import { compileRule, matchesAction } from '../../../src/domain/policy/match.ts'
import type { Match } from '../../../src/domain/policy/rule.ts'
import type { Verdict } from '../../../src/domain/policy/verdict.ts'

const speaks = (match: Match, action: Action, verdict: Verdict = 'deny'): boolean =>
  matchesAction(compileRule({ id: 'a', verdict, match }), action)

const bash = (command: string): Action => exampleAction(command)
const doing = (effect: Partial<ActionEffect>, flags?: ReadonlyArray<string>): Action => ({
  tool: 'Bash',
  origin: 'builtin',
  capabilities: ['tool:Bash:x'] as never,
  effects: [{ kind: 'fs.read', certainty: 'certain', ...effect }],
  ...(flags === undefined ? {} : { flags: [flags] }),
})

describe('flag', () => {
  const force: Match = { capability: 'tool:Bash:git:push', flag: ['--force', '-f'] }

  it('is an option that the capability was used with', () => {
    for (const command of ['git push --force', 'git push -f', 'git push -fu origin a'])
      expect([command, speaks(force, bash(command))]).toEqual([command, true])
    for (const command of ['git push', 'git push origin force', 'git push; rm -f a'])
      expect([command, speaks(force, bash(command))]).toEqual([command, false])
  })

  it('restricts under its abbreviations, and where a list may have lost it', () => {
    expect(speaks({ flag: '--force' }, doing({}, ['--fo']))).toBe(true)
    const many = Array.from({ length: MOST_FLAGS }, (_, i) => `-${i}`)
    expect(speaks({ flag: '--force' }, doing({}, many))).toBe(true)
    expect(speaks({ flag: '--force' }, doing({}, many.slice(1)))).toBe(false)
    expect(speaks({ flag: '--force', effect: 'fs.read' }, doing({}, ['--fo']), 'permit')).toBe(
      false,
    )
  })

  it('permits only what every use had', () => {
    const rehearsed: Match = { effect: 'fs.delete', flag: '--dry-run' }
    const once = { ...doing({ kind: 'fs.delete', of: 0 }, ['--dry-run?']) }
    expect(speaks(rehearsed, once, 'permit')).toBe(false)
    expect(speaks(rehearsed, once, 'deny')).toBe(true)
    expect(bash('git push -f; git push --tags').flags).toEqual([['-f?', '--tags?']])
    expect(bash('git push -f; git push -f').flags).toEqual([['-f']])
    expect(bash('git push; git push -f').flags).toEqual([['-f?']])
  })
})

describe('flags_only', () => {
  const plain: Match = { effect: 'fs.read', flags_only: ['--quiet', '-n'] }

  it('holds while no other option was used', () => {
    for (const flags of [[], ['-n'], ['-n', '--quiet'], ['--quiet?']])
      for (const verdict of ['permit', 'deny'] as const)
        expect([flags, speaks(plain, doing({ of: 0 }, flags), verdict)]).toEqual([flags, true])
    for (const flags of [['-x'], ['-n', '--force'], ['--qui'], ['--force?']])
      for (const verdict of ['permit', 'deny'] as const)
        expect([flags, speaks(plain, doing({ of: 0 }, flags), verdict)]).toEqual([flags, false])
  })

  it('of a list that may have lost one permits nothing and restricts', () => {
    const many = Array.from({ length: MOST_FLAGS }, () => '-n')
    expect(speaks(plain, doing({ of: 0 }, many), 'permit')).toBe(false)
    expect(speaks(plain, doing({ of: 0 }, many), 'deny')).toBe(true)
  })

  it('is no option at all where the list is empty', () => {
    const bare: Match = { capability: 'tool:Bash:git:push', flags_only: [] }
    expect(speaks(bare, bash('git push origin a'))).toBe(true)
    expect(speaks(bare, bash('git push -f origin a'))).toBe(false)
  })
})

describe('network', () => {
  const at = (host: string) =>
    (['local', 'private', 'metadata', 'public'] as const).filter((network) =>
      speaks({ network }, doing({ kind: 'net.fetch', target: { host } })),
    )

  it.each([
    ['localhost', 'local'],
    ['app.localhost', 'local'],
    ['127.8.9.1', 'local'],
    ['[::1]', 'local'],
    ['0.0.0.0', 'local'],
    ['localhost:3000', 'local'],
    ['10.1.2.3', 'private'],
    ['172.31.0.1', 'private'],
    ['192.168.1.1', 'private'],
    ['[fd12::1]', 'private'],
    ['[fe80::1]', 'private'],
    ['db.internal', 'private'],
    ['warehouse', 'private'],
    ['10.0.0.0/24', 'private'],
    ['169.254.169.254', 'metadata'],
    ['[::ffff:a9fe:a9fe]', 'metadata'],
    ['metadata.google.internal', 'metadata'],
    ['[::ffff:7f00:1]', 'local'],
    ['172.32.0.1', 'public'],
    ['localhost.example.com', 'public'],
    ['127.0.0.1.example.com', 'public'],
    ['example.com', 'public'],
  ] as const)('%s is %s, and nothing else', (host, network) => {
    expect(at(host)).toEqual([network])
  })

  it('says nothing of an effect without a host', () => {
    expect(speaks({ network: ['local', 'private', 'metadata', 'public'] }, doing({}))).toBe(false)
  })
})

describe('name', () => {
  it('is what it is done to, and for a restriction the host as well', () => {
    const named = doing({ kind: 'destroy.data', target: { name: 'App-PROD' } })
    const hosted = doing({ kind: 'net.fetch', target: { host: 'db.prod.example.com' } })
    expect(speaks({ name: '*prod*' }, named)).toBe(true)
    expect(speaks({ name: '*prod*' }, hosted)).toBe(true)
    expect(speaks({ name: '*prod*', effect: 'destroy.data' }, named, 'permit')).toBe(false)
    expect(speaks({ name: 'App-*', effect: 'destroy.data' }, named, 'permit')).toBe(true)
    expect(speaks({ name: '*prod*', effect: 'net.fetch' }, hosted, 'permit')).toBe(false)
  })
})

describe('reach', () => {
  it('is how far below its path an effect goes; all is some too, for a restriction', () => {
    const all = doing({ reach: 'all' })
    expect(speaks({ reach: 'all' }, all)).toBe(true)
    expect(speaks({ reach: 'some' }, all)).toBe(true)
    expect(speaks({ reach: 'some', effect: 'fs.read' }, all, 'permit')).toBe(false)
    expect(speaks({ reach: 'all' }, doing({ reach: 'some' }))).toBe(false)
    expect(speaks({ reach: ['some', 'all'] }, doing({}))).toBe(false)
  })

  it('takes a restriction of what lies below along', () => {
    const kept: Match = { effect: 'fs.write', path: 'project:db/migrations/**' }
    expect(speaks(kept, bash('chmod -R 777 db'))).toBe(true)
    expect(speaks(kept, bash('touch db'))).toBe(false)
  })
})

describe('in and origin', () => {
  const read = doing({
    in: { project: 'Scripts/x.sh' },
    origin: 'downloaded',
    kind: 'fs.write',
    target: { path: { project: 'a' }, zone: 'project' },
  })

  it('tell the script that an effect stands in, and whose it is', () => {
    expect(speaks({ in: 'project:scripts/**' }, read)).toBe(true)
    expect(speaks({ in: '**/*' }, read)).toBe(true)
    expect(speaks({ in: '/opt/**' }, read)).toBe(false)
    expect(speaks({ in: '**/*' }, doing({}))).toBe(false)
    expect(speaks({ in: 'project:scripts/**', effect: 'fs.write' }, read, 'permit')).toBe(false)
    expect(speaks({ origin: 'downloaded' }, read)).toBe(true)
    expect(speaks({ origin: 'written' }, read)).toBe(false)
    expect(speaks({ origin: ['written', 'downloaded'] }, doing({}))).toBe(false)
  })
})
