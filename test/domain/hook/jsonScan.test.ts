import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../../src/domain/bytes.ts'
import { scanJson } from '../../../src/domain/hook/jsonScan.ts'
import { captures } from '../../captures/captures.ts'

const scan = (text: string, maxDepth = 64) => scanJson(utf8(text), maxDepth)

const parses = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const TOKENS = [
  '{} {} [] [] : : , , " \\ "a" "\\u00e9" "\\ud800" "\\x" "\\u12" 0 -0 01 1.5 1. .5 1e5 1E+5 1e - +1 1e999 12'.split(
    ' ',
  ),
  "true false null tru nulll NaN 'a' // é { } [ ]".split(' '),
  ['\t', ' ', '\n', '\u00a0', '\u0001', '\ufeff'],
].flat()

/** JSON-like text: mostly tokens, so that both whole and broken values come up often. */
const tokens = fc.array(fc.constantFrom(...TOKENS), { maxLength: 8 }).map((parts) => parts.join(''))

describe('scanJson', () => {
  it('calls complete exactly what JSON.parse accepts', () => {
    fc.assert(
      fc.property(fc.oneof(tokens, fc.json(), fc.string()), (text) => {
        expect(scan(text) === 'complete').toBe(parses(text))
      }),
      { numRuns: 3000 },
    )
  })

  it('calls every proper beginning of an object truncated', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(), (object, cut) => {
        const bytes = utf8(JSON.stringify(object))
        expect(scanJson(bytes.subarray(0, cut % bytes.length), 64)).toBe('truncated')
      }),
    )
  })

  it('calls truncated only what can be completed', () => {
    const endings = ['', '"', '0', 'a"', '0"', '00"', '000"', '0000"', 'e', 'ue', 'rue', 'l', 'll']
    endings.push('ull', 'se', 'lse', 'alse', '":0', ':0', '"":0', 'n"', '\\"')
    const closers = ['', '}', ']', '}}', ']]', '}]', ']}', '}}}', ']]]', '}]]', ']}}', ']]}', '}}]']
    fc.assert(
      fc.property(tokens, (text) => {
        fc.pre(scan(text) === 'truncated' && text.split(/[[{]/).length < 4)
        const completed = endings.some((end) =>
          closers.some((close) => parses(text + end + close) || parses(`${text}${end}:0${close}`)),
        )
        expect(completed, JSON.stringify(text)).toBe(true)
      }),
    )
  })

  it('finds every cut of a real payload', () => {
    for (const { file, bytes } of captures) {
      const end = bytes.lastIndexOf(0x7d)
      for (let cut = 0; cut <= end; cut += 7)
        expect(scanJson(bytes.subarray(0, cut), 64), file).toBe('truncated')
      expect(scanJson(bytes, 64), file).toBe('complete')
    }
  })

  it('counts open arrays and objects up to the limit and no further', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(scan(nested(64), 64)).toBe('complete')
    expect(scan(nested(65), 64)).toBe('too-deep')
    expect(scan('{"a":'.repeat(65), 64)).toBe('too-deep')
    expect(scan('[[],'.repeat(3000), 64)).toBe('too-deep')
    expect(scan(`[${'[],'.repeat(5000)}[]]`, 2)).toBe('complete')
  })

  it('does not count brackets inside strings', () => {
    expect(scan(JSON.stringify({ a: '[{'.repeat(5000), '\\"[[[': '\\' }), 1)).toBe('complete')
  })

  it('survives a million open brackets', () => {
    expect(scan('['.repeat(1_000_000), 512)).toBe('too-deep')
    expect(scan('{"a":'.repeat(200_000), 1_000_000)).toBe('truncated')
  })
})
