import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { duplicateKey, exceedsDepth } from '../../../src/domain/policy/jsonFaults.ts'

describe('duplicateKey', () => {
  it.each([
    ['{"a":1,"a":2}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"rules":[{"id":"x"},{"id":"y","match":{"tool":1,"tool":2}}]}', 'rules[1].match.tool'],
    ['{"a":[[1,{"b":1,"b":1}]]}', 'a[0][1].b'],
    ['{"a":{"a":1},"b":{"a":1}}', undefined],
    ['["a","a",{"a":"a"}]', undefined],
    ['{"a":"\\"a\\":1,\\"a\\":2"}', undefined],
    ['{"a\\\\":1,"a":2}', undefined],
    ['"a"', undefined],
  ])('%s: %s', (text, expected) => {
    JSON.parse(text)
    expect(duplicateKey(text)).toBe(expected)
  })

  it('finds nothing in what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(3), (value, indent) => {
        expect(duplicateKey(JSON.stringify(value, null, indent))).toBeUndefined()
      }),
    )
  })
})

describe('exceedsDepth', () => {
  it('counts the levels of nesting, and survives any number of them', () => {
    expect(exceedsDepth(1, 0)).toBe(false)
    expect(exceedsDepth([], 0)).toBe(false)
    expect(exceedsDepth([1], 1)).toBe(false)
    expect(exceedsDepth({ a: [1] }, 1)).toBe(true)
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = [deep]
    expect(exceedsDepth(deep, 64)).toBe(true)
  })
})
