import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detect } from '../../../src/domain/sensitive/detect.ts'
import { jsonText } from '../../../src/domain/sensitive/jsonText.ts'
import {
  collect,
  isMedia,
  mapped,
  named,
  pathOf,
  spliced,
} from '../../../src/domain/sensitive/strings.ts'
import { HASHES } from './hashes.ts'

/** What JSON.parse can give, `__proto__`, 1e999, minus zero and half characters too. */
const json: fc.Arbitrary<unknown> = fc
  .letrec<{ value: string }>((tie) => {
    const text = fc
      .oneof(
        fc.string({ unit: 'binary', maxLength: 6 }),
        fc.constantFrom(
          '__proto__',
          'constructor',
          'toJSON',
          '0',
          '17',
          '',
          '\ud800',
          '\udc00',
          'data',
        ),
      )
      .map((one) => JSON.stringify(one))
    return {
      value: fc.oneof(
        { depthSize: 'small' },
        text,
        fc.constantFrom(
          'null',
          'true',
          '-0',
          '0',
          '1e999',
          '-1e999',
          '1.5e-9',
          '12345678901234567890',
        ),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
        fc.array(tie('value'), { maxLength: 5 }).map((all) => `[${all.join(',')}]`),
        fc
          .array(fc.tuple(text, tie('value')), { maxLength: 5 })
          .map((all) => `{${all.map(([key, value]) => `${key}:${value}`).join(',')}}`),
      ),
    }
  })
  .value.map((text) => JSON.parse(text) as unknown)

const deep = (levels: number): unknown =>
  JSON.parse(`${'[{"a":'.repeat(levels)}"x"${'}]'.repeat(levels)}`)

describe('the strings of a JSON value', () => {
  it('are all found, names before values, with their places', () => {
    const leaves = collect({ a: 'x', b: [1, 'y', { c: null }], d: { '': ['z'] } })
    expect(leaves.map((leaf) => [pathOf(leaf), leaf.text, leaf.isName, leaf.name])).toEqual([
      [['a'], 'a', true, 'a'],
      [['a'], 'x', false, 'a'],
      [['b'], 'b', true, 'b'],
      [['b', 1], 'y', false, 'b'],
      [['b', 2, 'c'], 'c', true, 'c'],
      [['d'], 'd', true, 'd'],
      [['d', ''], '', true, ''],
      [['d', '', 0], 'z', false, ''],
    ])
    expect(collect('x').map((leaf) => [pathOf(leaf), leaf.text])).toEqual([[[], 'x']])
    expect(collect(7)).toEqual([])
  })

  it('left alone leave the very same value', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(mapped(value, (text) => text)).toBe(value)
      }),
    )
  })

  it('are replaced one by one, in the order they were found in, and the rest stays', () => {
    fc.assert(
      fc.property(json, (value) => {
        const leaves = collect(value)
        const seen: Array<string> = []
        const marked = mapped(value, (text, i) => {
          expect(i).toBe(seen.length)
          seen.push(text)
          return `<${text}>`
        })
        expect(seen).toEqual(leaves.map(({ text }) => text))
        // Back again, it is equal: names, order, numbers, `__proto__`.
        const back = mapped(marked, (text) => text.slice(1, -1))
        expect(isDeepStrictEqual(back, value)).toBe(true)
        expect(jsonText(back)).toBe(jsonText(value))
      }),
    )
  })

  it('that are not replaced keep their part of the value', () => {
    const value = { a: { deep: ['x'] }, b: { deep: ['me'] }, c: 1 }
    const other = mapped(value, (text) => (text === 'me' ? 'T' : text)) as typeof value
    expect(other).toEqual({ a: { deep: ['x'] }, b: { deep: ['T'] }, c: 1 })
    expect(other.a).toBe(value.a)
    expect(value.b.deep).toEqual(['me'])
  })

  it('that are names keep their order, and all entries when names become one', () => {
    const value = { first: 0, 'a@b': 1, T: 2, 'c@d': 3, last: 4 }
    const other = mapped(value, (text) => (text.includes('@') ? 'T' : text))
    expect(Object.entries(other as object)).toEqual([
      ['first', 0],
      ['T (2)', 1],
      ['T', 2],
      ['T (3)', 3],
      ['last', 4],
    ])
  })

  it('named `__proto__` are entries like others', () => {
    const value = JSON.parse('{"__proto__":{"a":"x"},"b":"x"}') as object
    const other = mapped(value, (text) => (text === 'x' ? 'y' : text)) as object
    expect(JSON.stringify(other)).toBe('{"__proto__":{"a":"y"},"b":"y"}')
    expect(Object.getPrototypeOf(other)).toBe(Object.prototype)
    expect(({} as { a?: unknown }).a).toBeUndefined()
  })

  it('are found at any depth', () => {
    const value = deep(20_000)
    expect(collect(value).at(-1)).toMatchObject({ text: 'x', isName: false })
    expect(jsonText(mapped(value, (text) => (text === 'x' ? 'y' : text)))).toContain('{"a":"y"}')
  })

  it('are no pictures: those are left alone in every shape they come in', () => {
    const data = 'iVBORw0KGgo'.repeat(60)
    for (const value of [
      { type: 'image', data, mimeType: 'image/png' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data } },
      { type: 'image', file: { base64: data, type: 'image/png', originalSize: 7 } },
      { type: 'pdf', file: { filePath: '/a.pdf', base64: data, originalSize: 7 } },
      { outputs: [{ image: { image_data: data, media_type: 'image/png' } }] },
      { type: 'resource', resource: { uri: 'x:', mimeType: 'application/pdf', blob: data } },
    ])
      expect(
        collect(value).some(({ text }) => text === data),
        JSON.stringify(value),
      ).toBe(false)
    for (const value of [
      { type: 'text', data },
      { type: 'image', data: `${data} mail ana@correo.es` },
      { type: 'image', text: data },
    ])
      expect(collect(value).some(({ text }) => text.startsWith(data))).toBe(true)
    expect(isMedia('ana@correo.es', 'data', { type: 'image' })).toBe(false)
  })

  it('mean what their names say', () => {
    const found = (value: unknown) =>
      collect(value).flatMap((leaf) => {
        const { text, offset } = named(leaf)
        return detect(text, { hashes: HASHES })
          .spans.filter(({ start }) => start >= offset)
          .map(({ start, end }) => leaf.text.slice(start - offset, end - offset))
      })
    const password = ['Kestrel', '4417'].join('!')
    expect(found({ rows: [{ user: 'x', password }, { dob: '1979-03-14' }] })).toEqual([
      password,
      '1979-03-14',
    ])
    expect(found({ password: `${password}\nmore` })).toEqual([password])
    expect(found({ note: password, path: '1979-03-14' })).toEqual([])
  })
})

describe('a text with values replaced', () => {
  it('is the same to the unit everywhere else', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 1 })),
        ),
        fc.string({ unit: 'binary' }),
        (pairs, rest) => {
          let text = ''
          const spans = pairs.map(([plain, value]) => {
            const start = text.length + plain.length
            text += plain + value
            return {
              start,
              end: text.length,
              type: 'SECRET',
              score: 1,
              detector: 'rules:a',
            } as const
          })
          const seen: Array<string> = []
          const other = spliced(text + rest, spans, (value) => `<${seen.push(value)}>`)
          expect(seen).toEqual(pairs.map(([, value]) => value))
          expect(other).toBe(pairs.map(([plain], i) => `${plain}<${i + 1}>`).join('') + rest)
        },
      ),
    )
  })
})

describe('JSON text', () => {
  it('means the same when it is parsed again, whatever JSON.parse gave', () => {
    fc.assert(
      fc.property(json, (value) => {
        const again = JSON.parse(jsonText(value)) as unknown
        expect(isDeepStrictEqual(again, value)).toBe(true)
        expect(jsonText(again)).toBe(jsonText(value))
      }),
      { numRuns: 500 },
    )
  })

  it('is what JSON.stringify writes where that is right', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown
        expect(jsonText(plain)).toBe(JSON.stringify(plain))
      }),
    )
  })

  it('keeps what JSON.stringify loses', () => {
    expect(jsonText(JSON.parse('[1e999,-1e999,-0,"\\ud800"]'))).toBe('[1e999,-1e999,-0,"\\ud800"]')
  })

  it('is written at any depth', () => {
    expect(jsonText(deep(20_000)).length).toBe(20_000 * 8 + 3)
  })
})
