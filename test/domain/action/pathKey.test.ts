import { describe, expect, it } from 'vitest'
import { keyOutside } from '../../../src/domain/action/pathKey.ts'

describe('the key of a path, told from outside its project', () => {
  it('is the one of the path that it stands for, whatever the project’s root is', () => {
    expect(keyOutside({ project: 'db/a' }, { home: 'p' })).toBe('~/p/db/a')
    expect(keyOutside({ project: 'a' }, { home: '' })).toBe('~/a')
    expect(keyOutside({ project: 'srv/a' }, { path: '/' })).toBe('/srv/a')
    expect(keyOutside({ project: '' }, { path: '/' })).toBe('/')
    expect(keyOutside({ project: '' }, { path: '/srv' })).toBe('/srv')
    expect(keyOutside({ home: 'a' }, { path: '/' })).toBe('~/a')
    expect(keyOutside({ project: 'a' }, undefined)).toBeUndefined()
    expect(keyOutside({ project: ['a', { pii: 'EMAIL_ADDRESS' }] }, { home: 'p' })).toBeUndefined()
  })
})
