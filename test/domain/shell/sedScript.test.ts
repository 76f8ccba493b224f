import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sedReaches } from '../../../src/domain/shell/sedScript.ts'

const short = (script: string): string | undefined =>
  sedReaches(script)
    ?.map(({ does, text }) => `${does} ${text}`.trim())
    .join(', ')

describe('what a sed script reaches', () => {
  it('is nothing for a script that only prints and replaces', () => {
    for (const script of [
      '1,5p',
      '$d',
      's/a/b/g; s|x|y|2p',
      '/start/,/end/{/x/!p}',
      '0~3d',
      '2,+3d',
      '/w/d;/e rm/d',
      'y/ew/we/',
      's/\\/e/\\/w/',
      ':a;N;$!ba;s/\\n/ /g',
      '/a/{n;d}',
      '# w /etc/passwd',
      '5q1',
      '\\,e x,d',
      '/a/I,/b/Ms/c/d/I',
    ])
      expect(short(script), script).toBe('')
  })

  it('is the file after w, W, r and R, to the end of the line', () => {
    expect(short('w a b.txt')).toBe('write a b.txt')
    expect(short('/x/W out;p')).toBe('write out;p')
    expect(short('$r /etc/x\np')).toBe('read /etc/x')
    expect(short('s/a/b/gw out')).toBe('write out')
    expect(short('1{R f\n}')).toBe('read f')
  })

  it('is the command after e, and whatever a replacement makes', () => {
    expect(short('1e date')).toBe('run date')
    expect(short('e')).toBe('run')
    expect(short('s/a/rm b/e')).toBe('run')
    expect(short('s,a,b,pe;w c')).toBe('run, write c')
  })

  it('takes text that is added for text, up to a line without a backslash', () => {
    expect(short('a\\\ne reboot')).toBe('')
    expect(short('i e reboot\nw b')).toBe('write b')
    expect(short('c\\\nx\\\ny\ne z')).toBe('run z')
  })

  it('finds what either reading of a delimiter in brackets finds', () => {
    expect(short('s/[/]/x/;w out')).toContain('write out')
    expect(short('/[/]w x/d;e reboot')).toContain('run reboot')
    expect(short('s/[[:alpha:]/]/x/e')).toContain('run')
  })

  it('is not known where the script is not one', () => {
    for (const script of ['s/a', 'y/a/b', 'k', '/x', 'w', 's', '1,2', 's/a/b/ x'])
      expect(short(script), script).toBeUndefined()
  })

  it('says something of any text, however long', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        const reaches = sedReaches(text)
        expect(reaches === undefined || Array.isArray(reaches)).toBe(true)
      }),
    )
    for (const piece of ['[', 's/[', '[\n', '{', '/\\', 'a\\', ',', 's/a/b/;'])
      expect(() => sedReaches(piece.repeat(16_000 / piece.length))).not.toThrow()
    expect(sedReaches('p;'.repeat(20_000))).toBeUndefined()
  })

  it('finds a file that is written wherever in the script it stands', () => {
    const harmless = fc.constantFrom('p', '1d', 's/a/b/', '/x/d', 'y/a/b/', '$!N', 's|[|]|x|')
    fc.assert(
      fc.property(fc.array(harmless), fc.array(harmless), (before, after) => {
        const script = [...before, 'w out', ...after].join('\n')
        expect(sedReaches(script)).toContainEqual({ does: 'write', text: 'out' })
      }),
    )
  })
})
