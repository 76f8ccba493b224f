import { describe, expect, it } from 'vitest'
import { settle } from '../../../src/domain/action/consequences.ts'
import type { EffectDraft } from '../../../src/domain/action/draft.ts'
import { lossOf } from '../../../src/domain/action/loss.ts'
import { describeEffect, OBSERVED, PLACE } from './describe.ts'

const draft = (
  kind: EffectDraft['kind'],
  path: string,
  more: Partial<EffectDraft> = {},
): EffectDraft => ({
  kind,
  path,
  certainty: 'certain',
  ...more,
})

const settled = (...drafts: ReadonlyArray<EffectDraft>) =>
  settle(drafts, [], PLACE, OBSERVED).map(describeEffect)

describe('settle', () => {
  it('takes a path out of a linked folder to where the kernel goes', () => {
    const observed = {
      ...OBSERVED,
      links: [{ path: { project: 'link' }, real: { home: 'far/inner' } }],
    }
    const one = draft('fs.delete', '/home/dev/app/data', {
      unresolved: '/home/dev/app/link/../data',
      reach: 'all',
    })
    const plain = draft('fs.delete', '/home/dev/app/data')
    expect(settle([one, plain], [], PLACE, observed).map(describeEffect)).toEqual([
      'fs.delete ~/far/data',
      'destroy.data ~/far/data',
      'fs.delete data',
    ])
    expect(settle([one], [], PLACE, OBSERVED).map(describeEffect)).toEqual(['fs.delete data'])
  })

  it('adds what the location of a target means', () => {
    expect(settled(draft('fs.read', '/home/dev/.ssh/id_rsa'))).toContain(
      'secret.read ~/.ssh/id_rsa',
    )
    expect(settled(draft('fs.read', '/home/dev/.ssh/id_rsa', { shallow: true }))).toEqual([
      'fs.read ~/.ssh/id_rsa',
    ])
    expect(settled(draft('fs.write', '/run/user/1000/isonapse/hook.sock'))).toContain(
      'tamper /run/user/1000/isonapse/hook.sock',
    )
    expect(settled(draft('fs.read', '/home/dev/.local/share/isonapse/keys/master.key'))).toContain(
      'secret.read ~/.local/share/isonapse/keys/master.key',
    )
    expect(settled(draft('fs.read', '/home/dev/.ssh/config'))).toContain(
      'secret.read ~/.ssh/config',
    )
    expect(settled(draft('fs.write', '/home/dev/.ssh/config'))).toContain('persist ~/.ssh/config')
    expect(settled(draft('fs.read', '/home/dev/.bashrc'))).toEqual(['fs.read ~/.bashrc'])
    expect(settled(draft('fs.delete', '/home/dev/app/.husky/pre-commit'))).toContain(
      'persist .husky/pre-commit',
    )
    expect(settled(draft('fs.write', '/dev/sda'))).toContain('destroy.system /dev/sda')
    expect(settled(draft('fs.write', '/dev/nvme0n1p1'))).toContain('destroy.system /dev/nvme0n1p1')
  })

  it('sees controls taken along with the folder that holds them', () => {
    for (const path of [
      '/home/dev/.claude',
      '/home/dev/app/.claude',
      '/home/dev/.local/share',
      '/home/dev',
      '/run/user',
    ])
      expect(settled(draft('fs.delete', path, { reach: 'all' })), path).toContainEqual(
        expect.stringMatching(/^tamper/),
      )
    expect(
      settled(
        draft('fs.delete', '/home/dev/.claude', { reach: 'all', pattern: '/home/dev/.claude/*' }),
      ),
    ).toContain('tamper ~/.claude')
    expect(
      settled(draft('fs.delete', '/home/dev/app', { reach: 'all', pattern: '/home/dev/app/*' })),
    ).not.toContain('tamper .')
    expect(settled(draft('fs.delete', '/home/dev/app/src', { reach: 'all' }))).toEqual([
      'fs.delete src',
    ])
  })

  it('reads a secret wherever the whole home directory is read', () => {
    expect(settled(draft('fs.read', '/home/dev', { reach: 'all' }))).toContain('secret.read ~')
    expect(settled(draft('fs.read', '/home', { reach: 'all' }))).toContain('secret.read /home')
    expect(settled(draft('fs.read', '/home/dev/app', { reach: 'all' }))).toEqual(['fs.read .'])
  })

  it('says the same thing once, as certain as it ever was', () => {
    const one = draft('fs.read', '/etc/hosts', { certainty: 'possible' })
    expect(settle([one, { ...one, certainty: 'certain' }, one], [], PLACE, OBSERVED)).toEqual([
      {
        kind: 'fs.read',
        target: { path: { path: '/etc/hosts' }, zone: 'system' },
        certainty: 'certain',
      },
    ])
  })

  it('keeps the grave ones when there are too many, and says that some are missing', () => {
    const reads = Array.from({ length: 500 }, (_, at) => draft('fs.read', `/usr/share/${at}`))
    const effects = settle(
      [...reads, draft('fs.delete', '/etc', { reach: 'all' })],
      [],
      PLACE,
      OBSERVED,
    )
    expect(effects.length).toBeLessThanOrEqual(96)
    expect(effects.map(describeEffect)).toContain('destroy.system /etc')
    expect(effects.at(-1)).toEqual({ kind: 'opaque', certainty: 'possible', why: 'too-large' })
    const long = settle(
      [draft('fs.write', `/home/dev/.ssh/${'x'.repeat(2000)}`)],
      [],
      PLACE,
      OBSERVED,
    )
    expect(long.map(describeEffect)).toEqual(['fs.write', 'opaque too-large'])
  })
})

describe('lossOf', () => {
  it('tells the machine, data and history from what can be made again', () => {
    const lost = (path: string, reach: 'self' | 'some' | 'all' = 'all') =>
      lossOf(path, reach, PLACE)
    expect(lost('/')).toBe('destroy.system')
    expect(lost('/', 'some')).toBe('destroy.system')
    expect(lost('/etc/passwd', 'self')).toBe('destroy.system')
    expect(lost('/var/log')).toBe('destroy.system')
    expect(lost('/var/log/a.log', 'self')).toBeUndefined()
    expect(lost('/home')).toBe('destroy.system')
    expect(lost('/home/dev')).toBe('destroy.data')
    expect(lost('/home/dev', 'some')).toBe('destroy.data')
    expect(lost('/home/dev/app')).toBe('destroy.data')
    expect(lost('/home/dev/app', 'some')).toBeUndefined()
    expect(lost('/home/dev/app/node_modules')).toBeUndefined()
    expect(lost('/home/dev/app/.git')).toBe('destroy.vcs')
    expect(lost('/home/dev/other/.git/objects')).toBe('destroy.vcs')
    expect(lost('/home/dev/app/.git/index.lock', 'self')).toBeUndefined()
    expect(lost('/home/dev/app/.env', 'self')).toBe('destroy.data')
    expect(lost('/home/dev/Documents')).toBe('destroy.data')
    expect(lost('/home/dev/.cache/pip')).toBeUndefined()
    expect(lost('/tmp/x')).toBeUndefined()
    expect(lost('/tmp')).toBe('destroy.data')
    expect(lost('/data/set')).toBe('destroy.data')
  })
})
