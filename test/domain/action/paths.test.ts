import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Place } from '../../../src/domain/action/place.ts'
import {
  absoluteOf,
  foldersLeft,
  isWithin,
  normalise,
  physicalOf,
  placeObserved,
  realOf,
  refOf,
  stricterZone,
  zoneOf,
} from '../../../src/domain/action/paths.ts'
import { OBSERVED, PLACE } from './describe.ts'

const segment = fc.oneof(
  fc.constantFrom('.', '..', '', 'a', 'src', '.git', '~', ' ', '\ud800', 'é'),
  fc.string({ maxLength: 4 }).map((text) => text.replaceAll('/', '')),
)
const somePath = fc.array(segment, { maxLength: 8 }).map((parts) => parts.join('/'))
const someAbsolute = somePath.map((path) => normalise(`/${path}`, '/', '/'))

describe('normalise', () => {
  it('resolves a path against the working directory and the home directory', () => {
    expect(normalise('a/../b//c/./d/', '/x', '/h')).toBe('/x/b/c/d')
    expect(normalise('../../../..', '/x/y', '/h')).toBe('/')
    expect(normalise('~', '/x', '/h')).toBe('/h')
    expect(normalise('~/../z', '/x', '/h')).toBe('/z')
    expect(normalise('~other', '/x', '/h')).toBe('/x/~other')
    expect(normalise('/', '/x', '/h')).toBe('/')
    expect(normalise('', '/x', '/h')).toBe('/x')
    expect(normalise('//etc//passwd', '/x', '/h')).toBe('/etc/passwd')
  })

  it('gives one form to a path: doing it again changes nothing, and no step is left in it', () => {
    fc.assert(
      fc.property(somePath, someAbsolute, (path, cwd) => {
        const once = normalise(path, cwd, '/home/dev')
        expect(normalise(once, '/other', '/home/dev')).toBe(once)
        expect(once === '/' || !/\/(?:\.{0,2})(?:\/|$)/.test(once)).toBe(true)
      }),
    )
  })
})

describe('refOf', () => {
  it('prefers the project to home and home to the root', () => {
    expect(refOf('/home/dev/app', PLACE)).toEqual({ project: '' })
    expect(refOf('/home/dev/app/src/a.ts', PLACE)).toEqual({ project: 'src/a.ts' })
    expect(refOf('/home/dev/application', PLACE)).toEqual({ home: 'application' })
    expect(refOf('/home/dev', PLACE)).toEqual({ home: '' })
    expect(refOf('/home/developer', PLACE)).toEqual({ path: '/home/developer' })
    expect(refOf('/', { ...PLACE, project: '/' })).toEqual({ project: '' })
    expect(refOf('/etc', { ...PLACE, project: '/' })).toEqual({ project: 'etc' })
  })

  it('can be turned back into the path, but for lone surrogates', () => {
    fc.assert(
      fc.property(someAbsolute, (path) => {
        expect(absoluteOf(refOf(path, PLACE), PLACE)).toBe(path.toWellFormed())
      }),
    )
  })

  it('says nothing of a masked path', () => {
    expect(absoluteOf({ home: ['a/', { pii: 'PERSON' }] }, PLACE)).toBeUndefined()
  })
})

describe('zoneOf', () => {
  it('tells the zones apart by location', () => {
    expect(zoneOf('/home/dev/app/src/a.ts', PLACE)).toBe('project')
    expect(zoneOf('/home/dev/notes', PLACE)).toBe('home')
    expect(zoneOf('/tmp/x', PLACE)).toBe('tmp')
    expect(zoneOf('/private/var/folders/ab/T/x', PLACE)).toBe('tmp')
    expect(zoneOf('/tmpfiles', PLACE)).toBe('system')
    expect(zoneOf('/usr/bin/ls', PLACE)).toBe('system')
    expect(zoneOf('/home/dev/.local/share/isonapse/witness/1.ldb', PLACE)).toBe('gate')
    expect(zoneOf('/HOME/dev/.local/share/Isonapse', PLACE)).toBe('gate')
    expect(zoneOf('/home/dev/.local/share/isonapse2', PLACE)).toBe('home')
  })

  it('keeps a project in a temporary folder a project, and its credentials secret', () => {
    const place: Place = { ...PLACE, project: '/tmp/w/app', cwd: '/tmp/w/app' }
    expect(zoneOf('/tmp/w/app/a', place)).toBe('project')
    expect(zoneOf('/tmp/w/other', place)).toBe('tmp')
    expect(zoneOf('/tmp/w/app/.env', place)).toBe('secret')
  })

  it('does not call the whole home directory a project because a session was started in it', () => {
    for (const project of ['/home/dev', '/home', '/']) {
      const place: Place = { ...PLACE, project, cwd: project }
      expect(zoneOf('/home/dev/Documents/x', place)).toBe('home')
      expect(zoneOf('/etc/hosts', place)).toBe('system')
    }
  })

  it('knows which of two zones is the stricter', () => {
    expect(stricterZone('project', 'secret')).toBe('secret')
    expect(stricterZone('gate', 'secret')).toBe('gate')
    expect(stricterZone('tmp', 'home')).toBe('home')
  })
})

describe('realOf', () => {
  const links = [
    { path: { project: 'l' }, real: { home: '.ssh' } },
    { path: { project: 'l/deep' }, real: { path: '/etc' } },
  ] as const
  const observed = { ...OBSERVED, links }

  it('follows the observed links, the longest first', () => {
    expect(realOf('/home/dev/app/l', observed, PLACE)).toBe('/home/dev/.ssh')
    expect(realOf('/home/dev/app/l/id_rsa', observed, PLACE)).toBe('/home/dev/.ssh/id_rsa')
    expect(realOf('/home/dev/app/l/deep/passwd', observed, PLACE)).toBe('/etc/passwd')
    expect(realOf('/home/dev/app/link', observed, PLACE)).toBe('/home/dev/app/link')
  })

  it('leaves every path alone where nothing was observed', () => {
    fc.assert(
      fc.property(someAbsolute, (path) => {
        expect(realOf(path, OBSERVED, PLACE)).toBe(path)
      }),
    )
  })
})

describe('a path through /proc', () => {
  it('is the path that it stands for', () => {
    const at = (text: string) => normalise(text, '/home/dev/app', '/home/dev')
    expect(at('/proc/self/root/etc/shadow')).toBe('/etc/shadow')
    expect(at('/proc/1/root')).toBe('/')
    expect(at('//proc/./self/root//home/dev/.netrc')).toBe('/home/dev/.netrc')
    expect(at('/proc/self/cwd/.env')).toBe('/home/dev/app/.env')
    expect(at('/proc/thread-self/cwd')).toBe('/home/dev/app')
    expect(at('/proc/self/task/7/root/proc/self/cwd/a')).toBe('/home/dev/app/a')
    expect(at('/proc/self/roots/x')).toBe('/proc/self/roots/x')
    expect(at('/proc/self/environ')).toBe('/proc/self/environ')
  })

  it('comes to an end, whatever it is made of', () => {
    const long = '/proc/self/root'.repeat(5000)
    expect(normalise(long, '/', '/').length).toBeLessThan(long.length)
  })
})

describe('physicalOf', () => {
  const links = [
    { path: { project: 'l' }, real: { path: '/far/inner' } },
    { path: { project: 'l2' }, real: { home: '' } },
  ] as const
  const observed = { ...OBSERVED, links }
  const at = (text: string) => physicalOf(text, observed, PLACE)

  it('leaves the folder that a link leads to', () => {
    expect(at('/home/dev/app/l/../x')).toBe('/far/x')
    expect(at('/home/dev/app/l/../../x')).toBe('/x')
    expect(at('/home/dev/app/src/../l/sub/../../y')).toBe('/far/y')
    expect(at('/home/dev/app/l2/../z')).toBe('/home/z')
    expect(at('/home/dev/app/../../../../..')).toBe('/')
  })

  it('is the path as it is collapsed where no link is on the way', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '..', '.', '', 'b c')), (parts) => {
        const text = `/${parts.join('/')}`
        expect(physicalOf(text, OBSERVED, PLACE)).toBe(normalise(text, '/', '/'))
      }),
    )
  })

  it('is bounded, however often a path goes up and down', () => {
    const text = `/home/dev/app${'/l/..'.repeat(2000)}`
    expect(at(text).startsWith('/')).toBe(true)
    expect(foldersLeft(text).length).toBeLessThanOrEqual(16)
  })
})

describe('a file system that knows no case', () => {
  const place: Place = { ...PLACE, caseless: true }
  it('has one zone for every spelling of a path', () => {
    expect(zoneOf('/HOME/DEV/APP/src', place)).toBe('project')
    expect(zoneOf('/HOME/DEV/APP/src', PLACE)).toBe('system')
    expect(zoneOf('/Home/Dev/notes', place)).toBe('home')
    expect(zoneOf('/TMP/x', place)).toBe('tmp')
    expect(zoneOf('/HOME/DEV/.SSH/ID_RSA', place)).toBe('secret')
    expect(refOf('/HOME/DEV/APP/Src', place)).toEqual({ project: 'Src' })
    expect(refOf('/HOME/dev/x', place)).toEqual({ home: 'x' })
  })
})

describe('another working tree', () => {
  it('is a zone of its own, but no excuse for what is special or for the home directory', () => {
    const place: Place = { ...PLACE, worktrees: ['/home/dev/fix', '/home', '/home/dev'] }
    expect(zoneOf('/home/dev/fix/src', place)).toBe('worktree')
    expect(zoneOf('/home/dev/fix/.env', place)).toBe('secret')
    expect(zoneOf('/home/dev/fix/.github/workflows/ci.yml', place)).toBe('persist')
    expect(zoneOf('/home/dev/notes', place)).toBe('home')
    expect(zoneOf('/home/other', place)).toBe('system')
  })

  it('comes back from what was observed', () => {
    const observed = { ...OBSERVED, worktrees: [{ home: 'fix' }], caseless: true as const }
    expect(placeObserved(PLACE, observed)).toEqual({
      ...PLACE,
      worktrees: ['/home/dev/fix'],
      caseless: true,
    })
    expect(placeObserved(PLACE, OBSERVED)).toEqual(PLACE)
  })
})

describe('isWithin', () => {
  it('compares whole levels', () => {
    expect(isWithin('/a/b', '/a')).toBe(true)
    expect(isWithin('/a', '/a')).toBe(true)
    expect(isWithin('/ab', '/a')).toBe(false)
    expect(isWithin('/a', '/a/b')).toBe(false)
    expect(isWithin('/a', '/')).toBe(true)
  })
})
