import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inCase, removed, replaced, sliceBounds } from '../../../src/domain/shell/parameterOps.ts'
import { printed } from '../../../src/domain/shell/textPrograms.ts'
import { UNKNOWN } from '../../../src/domain/shell/word.ts'

const print = (line: string, input?: string): string | undefined =>
  printed(line.split(' '), {
    input,
    cwd: '/home/dev/app',
    project: '/home/dev/app',
    file: (path) => (path === 'known' ? 'b\na\n' : undefined),
  })

describe('programs of plain text', () => {
  it('print what they do in a shell', () => {
    expect(print('echo -n a b')).toBe('a b')
    expect(print('echo -e a\\tb')).toBe('a\tb\n')
    expect(print('echo a\\tb')).toBe('a\\tb\n')
    expect(print('printf %s-%s\\n a b c')).toBe('a-b\nc-\n')
    expect(print('printf %03d%%%x 7 255')).toBe('007%ff')
    expect(print('printf %b\\n \\0101\\x42')).toBe('AB\n')
    expect(print('cat known -', 'c')).toBe('b\na\nc')
    expect(print('sort known')).toBe('a\nb\n')
    expect(print('tr [:lower:] [:upper:]', 'ab1')).toBe('AB1')
    expect(print('tr -d ab', 'cabd')).toBe('cd')
    expect(print('tr a-z n-za-m', 'ez')).toBe('rm')
    expect(print('cut -d: -f2-', 'a:b:c\n')).toBe('b:c\n')
    expect(print('cut -c1,3', 'abc\n')).toBe('ac\n')
    expect(print('head -n 1', 'a\nb\n')).toBe('a\n')
    expect(print('tail -n +2', 'a\nb\nc\n')).toBe('b\nc\n')
    expect(print('head -c 2', 'abc')).toBe('ab')
    expect(print('sed s/a/b/g', 'aa\n')).toBe('bb\n')
    expect(print('grep a', 'ab\nc\n')).toBe('ab\n')
    expect(print('base64 -d', 'cm0=\n')).toBe('rm')
    expect(print('base32 -d', 'OJWQ====')).toBe('rm')
    expect(print('xxd -r -p', '72 6d\n')).toBe('rm')
    expect(print('openssl base64 -d', 'cm0=')).toBe('rm')
    expect(print('rev', 'ab\ncd\n')).toBe('ba\ndc\n')
    expect(print('seq 2 4')).toBe('2\n3\n4\n')
    expect(print('dirname /a/b')).toBe('/a\n')
    expect(print('basename /a/b/')).toBe('b\n')
    expect(print('git rev-parse --show-toplevel')).toBe('/home/dev/app\n')
  })

  it('are not followed where they do what is not told here', () => {
    for (const line of [
      'sed -n p',
      'sed s/./x/',
      'grep a.c',
      'tr -c a b',
      'awk {print$1$2}',
      'foo',
    ])
      expect(print(line, 'abc'), line).toBeUndefined()
    expect(print('base64 -d', 'H4sIAAAAAAAAA0vMKwEAdIHdxQQAAAA=')).toBeUndefined()
    expect(print('cat other')).toContain(UNKNOWN)
  })

  it('never take a part of an unknown text for all of it', () => {
    const names =
      'echo printf cat tee rev tac sort uniq tr base64 base32 openssl xxd head tail cut sed grep awk seq xargs yes dirname'
    const word = fc.constantFrom(
      '-d',
      '-n',
      '1',
      '-c',
      '-f1',
      '-r',
      '-p',
      'a-z',
      'A-Z',
      '-',
      's/a/b/',
      'a',
      '\\000-\\377',
      '%s',
      '-f',
      '2-',
      '{print $1}',
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...names.split(' ')),
        fc.array(word, { maxLength: 4 }),
        fc.string({ maxLength: 8 }),
        (name, args, text) => {
          const call = { cwd: '/', project: undefined, file: () => undefined }
          const one = printed([name, ...args], { ...call, input: `${text}${UNKNOWN}b` })
          if (one === undefined || one.includes(UNKNOWN)) return
          // What it prints has then nothing to do with the input.
          expect(printed([name, ...args], { ...call, input: 'quite another' })).toBe(one)
        },
      ),
      { numRuns: 800 },
    )
  })
})

describe('operations on a value', () => {
  it('cut and replace as the shell does', () => {
    expect(removed('a/b/c', '##', '*/')).toBe('c')
    expect(removed('a/b/c', '#', '*/')).toBe('b/c')
    expect(removed('a.b.c', '%', '.*')).toBe('a.b')
    expect(removed('a.b.c', '%%', '.*')).toBe('a')
    expect(removed('abc', '#', 'x')).toBe('abc')
    expect(removed('abc', '#', '?')).toBeUndefined()
    expect(replaced('aXbX', '//', 'X', '$&')).toBe('a$&b$&')
    expect(replaced('aXbX', '/', 'X', '')).toBe('abX')
    expect(replaced('abc', '/#', 'a', 'x')).toBe('xbc')
    expect(replaced('abc', '//', '?', 'x')).toBeUndefined()
    expect('abcd'.slice(...sliceBounds(4, '1', '2')!)).toBe('bc')
    expect('abcd'.slice(...sliceBounds(4, ' -2', undefined)!)).toBe('cd')
    expect(sliceBounds(4, 'x', undefined)).toBeUndefined()
    expect(inCase('aB', '^')).toBe('AB')
    expect(inCase('AB', ',,')).toBe('ab')
  })
})
