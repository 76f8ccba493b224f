import * as fc from 'fast-check'
import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { type JsonNode, readJson } from '../../../src/domain/validate/json.ts'

const valueOf = (node: JsonNode): unknown => {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.members.map(({ key, value }) => [key, valueOf(value)]))
    case 'array':
      return node.items.map(valueOf)
    default:
      return node.value
  }
}

const accepts = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('reading JSON', () => {
  it('gives what JSON.parse gives, for any value however it is spaced', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space)
        const read = readJson(text)
        expect(Result.isSuccess(read) && valueOf(read.success)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('accepts what JSON.parse accepts and nothing else, but for a key given twice', () => {
    const piece = fc.constantFrom(
      ...'{}[],:"\\ \n0123-+.eEutrfalsn/\u0001\u2028'.split(''),
      '"a"',
      'true',
      '\\u00e9',
      '1.5e3',
      '\ufeff',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const text = pieces.join('')
        const read = readJson(text)
        const twice = Result.isFailure(read) && read.failure.code === 'duplicate-key'
        if (!twice) expect(Result.isSuccess(read)).toBe(accepts(text))
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['', 0, 'not-json'],
    ['{"a": 1,}', 8, 'not-json'],
    ['{"a": 1 "b": 2}', 8, 'not-json'],
    ['[1, 2', 5, 'not-json'],
    ['{"a": 1, "a": 2}', 9, 'duplicate-key'],
    ["{'a': 1}", 1, 'not-json'],
    ['"a\tb"', 2, 'not-json'],
    ['"a\\x"', 2, 'not-json'],
    ['"open', 0, 'not-json'],
    ['01', 1, 'not-json'],
    ['{} {}', 3, 'not-json'],
    ['{"a": undefined}', 6, 'not-json'],
    [`${'['.repeat(300)}${']'.repeat(300)}`, 257, 'too-deep'],
  ])('says of %j where it goes wrong', (text, at, code) => {
    const read = readJson(text)
    expect(Result.isFailure(read) && read.failure).toMatchObject({ at, code })
  })

  it('takes in two megabytes of anything without running out of stack', () => {
    const long = 2_000_000
    for (const text of [
      `"${'a'.repeat(long)}"`,
      `"${'\\n'.repeat(long / 2)}"`,
      `${' '.repeat(long)}1`,
      '1'.repeat(long),
      `[${'1,'.repeat(long / 2)}1]`,
    ])
      expect(Result.isSuccess(readJson(text))).toBe(true)
    expect(Result.isFailure(readJson('['.repeat(long)))).toBe(true)
  })
})
