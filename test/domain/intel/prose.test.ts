import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { proseParts } from '../../../src/domain/intel/prose.ts'

const partsOf = (text: string) => proseParts(text).map(({ start, end }) => text.slice(start, end))

describe('parts of prose', () => {
  it.each([
    'Dear Maria, please call John Smith tomorrow.',
    'Patient: John Smith, born in London',
    '// Contact Anna Müller before you change this.',
    '> On Tuesday, Pedro wrote that he will come.',
    '昨日、田中さんが東京から来ました。',
    'the princess royal arrived at bauru this morning from bahrain.',
    'My number is 020 8341 0958, ask for Ms. O’Neil.',
  ])('are found: %s', (line) => expect(partsOf(line)).toEqual([line]))

  it.each([
    "import { thing } from './other.ts'",
    'const execute = SqlResolver.request(FindByName)',
    'return value',
    'export default function main',
    '{"name":"John Smith","city":"London"}',
    '  "name": "isonapse",',
    '2026-11-29 12:00:01 INFO user John Smith logged in',
    'ERROR: connection refused by the other side',
    '    at Object.run (node:internal/main:12:3)',
    'aGVsbG8gd29ybGQgdGhpcyBpcyBiYXNlNjQgdGV4dCBhbmQgbm8gcHJvc2U=',
    'drwxr-xr-x 2 user user 4096 Nov 29 12:00 src',
    'if (user.name === name) {',
    'npm install left pad',
  ])('are not: %s', (line) => expect(partsOf(line)).toEqual([]))

  it('are runs of lines, with the blank lines in them; fences are none', () => {
    expect(
      partsOf(
        'Hello Maria, how are you?\n\nI met John in London.\n```\nsome words of code here\n```\nThe end is near.\n',
      ),
    ).toEqual(['Hello Maria, how are you?\n\nI met John in London.', 'The end is near.'])
  })

  it('have the short lines of an address beside them', () => {
    const address = 'Please send it to\nSandra Cazares\n21 Cellar Road\nLewes\nQatar 85504'
    expect(partsOf(`${address}\nconst next = 1;`)).toEqual([address])
    expect(partsOf('src\ntest\nbench\n')).toEqual([])
  })

  it('are in order, apart, and within the text, of any text', () => {
    fc.assert(
      fc.property(
        fc
          .array(
            fc.oneof(
              fc.string({ unit: 'binary' }),
              fc.constantFrom('\n', 'two words here. ', '```\n'),
            ),
          )
          .map((parts) => parts.join('')),
        (text) => {
          let last = 0
          for (const { start, end } of proseParts(text)) {
            expect(start).toBeGreaterThanOrEqual(last)
            expect(end).toBeGreaterThan(start)
            last = end
          }
          expect(last).toBeLessThanOrEqual(text.length)
        },
      ),
    )
  })

  it('are found in one long line without holding anything up', () => {
    for (const hostile of [
      'a '.repeat(200_000),
      'a'.repeat(400_000),
      '. '.repeat(200_000),
      '(*_'.repeat(100_000),
    ])
      expect(proseParts(hostile).length).toBeLessThan(1000)
  })
})
