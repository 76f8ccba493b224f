import { describe, expect, it } from 'vitest'
import { StoreFailure } from '../../../src/infra/store/errors.ts'
import { storeFailure } from '../../../src/infra/store/storeFailure.ts'

const coded = (code: string, message: string): Error => Object.assign(new Error(message), { code })
const notOpen = (cause: Error): Error =>
  Object.assign(new Error('Database failed to open', { cause }), {
    code: 'LEVEL_DATABASE_NOT_OPEN',
  })

// Texts as LevelDB and Linux write them.
describe('a failure of the store', () => {
  it.each([
    ['held', notOpen(coded('LEVEL_LOCKED', 'IO error: lock /w/LOCK: already held by process'))],
    ['full', coded('LEVEL_IO_ERROR', 'IO error: /w/000081.log: No space left on device')],
    ['full', coded('LEVEL_IO_ERROR', 'IO error: /w/000081.log: File too large')],
    ['full', coded('LEVEL_IO_ERROR', 'IO error: /w/000081.log: Disk quota exceeded')],
    ['read-only', notOpen(coded('LEVEL_IO_ERROR', 'IO error: /w/LOCK: Read-only file system'))],
    ['read-only', coded('EROFS', "EROFS: read-only file system, mkdir '/w'")],
    ['permission', notOpen(coded('LEVEL_IO_ERROR', 'IO error: /w/LOCK: Permission denied'))],
    ['permission', coded('EACCES', "EACCES: permission denied, scandir '/w'")],
    ['corrupt', notOpen(coded('LEVEL_CORRUPTION', 'Corruption: 1 missing files; e.g.: /w/5.ldb'))],
    ['corrupt', coded('LEVEL_CORRUPTION', 'truncated block read')],
    [
      'missing',
      notOpen(new Error('Invalid argument: /w: does not exist (create_if_missing is false)')),
    ],
    ['io', coded('LEVEL_IO_ERROR', 'IO error: /w/000004.log: Input/output error')],
    ['io', 'something that is no error'],
  ] as const)('is %s: %s', (reason, error) => {
    const failure = storeFailure('/w', error)
    expect(failure).toMatchObject({ _tag: 'StoreFailure', reason, path: '/w' })
    expect(failure.detail).not.toBe('')
  })

  it('stays what it was', () => {
    const failure = new StoreFailure({ reason: 'full', path: '/a', detail: 'x' })
    expect(storeFailure('/b', failure)).toBe(failure)
  })

  it('is not made of a defect of the program', () => {
    expect(() => storeFailure('/w', new TypeError('x is undefined'))).toThrow(TypeError)
  })
})
