import { describe, expect, it } from 'vitest'
import type { Action } from '../../../src/domain/action/action.ts'
import type { ActionEffect, EffectKind } from '../../../src/domain/action/effect.ts'
import type { PathRef, Place } from '../../../src/domain/action/place.ts'
import { reachOf } from '../../../src/domain/integrity/reach.ts'

const place: Place = { home: '/home/dev', project: '/home/dev/p', cwd: '/home/dev/p', gate: [] }

const effect = (
  kind: EffectKind,
  path?: PathRef,
  more: Partial<ActionEffect> & { readonly as?: PathRef } = {},
): ActionEffect => {
  const { as, ...rest } = more
  return {
    kind,
    certainty: 'certain',
    ...(path === undefined
      ? {}
      : { target: { path, zone: 'project', ...(as === undefined ? {} : { as }) } }),
    ...rest,
  }
}
const reach = (...effects: ReadonlyArray<ActionEffect>) =>
  reachOf({ tool: 'Bash', origin: 'builtin', capabilities: [], effects } satisfies Action, place)

describe('what a call may change', () => {
  it('is nothing where it only looks and sends', () => {
    expect(reach()).toBe('nothing')
    expect(reach(effect('fs.read', { project: 'a' }), effect('net.send'))).toBe('nothing')
  })

  it('is what it names, by each of its names', () => {
    expect(
      reach(
        effect('fs.read', { project: 'x' }),
        effect('fs.write', { project: 'a' }, { as: { home: 'link' } }),
        effect('fs.delete', { path: '/srv/b' }),
      ),
    ).toEqual(['/home/dev/p/a', '/home/dev/link', '/srv/b'])
  })

  it('is anything where it runs something, reaches below a folder, or is masked', () => {
    for (const one of [
      effect('exec'),
      effect('opaque'),
      effect('spawn'),
      effect('destroy.vcs'),
      effect('persist'),
      effect('fs.write', { project: '' }, { reach: 'some' }),
      effect('fs.delete', { project: '.claude' }, { reach: 'all' }),
      effect('fs.write', { project: ['notes/', { pii: 'EMAIL_ADDRESS' }] }),
    ])
      expect(reach(effect('fs.write', { project: 'a' }), one)).toBe('anything')
  })
})
