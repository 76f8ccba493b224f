import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, fromUtf8, utf8 } from '../../../src/domain/bytes.ts'
import { compileFilter, filtered, FilterStream } from '../../../src/domain/secret/filter.ts'

const VALUE = ['made', 'up', 'for', 'this', 'test'].join('-')
const MASK = '{{ secret.X }}'
const one = (find: string) => compileFilter([{ find, as: MASK }])

const streamed = (find: string, chunks: ReadonlyArray<Uint8Array>): string => {
  const stream = new FilterStream(one(find))
  return fromUtf8(concat(...chunks.map((chunk) => stream.write(chunk)), stream.end()))!
}

const chunked = (bytes: Uint8Array, cuts: ReadonlyArray<number>): ReadonlyArray<Uint8Array> => {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  )
  return places.slice(1).map((to, i) => bytes.slice(places[i], to))
}

const text = fc.string({ unit: fc.constantFrom(...'ab\'"\\$`\n é😀-% +/'), minLength: 1 })

describe('a filter', () => {
  it('leaves text without a value as it is', () => {
    const some = 'nothing \ud800 here'
    expect(filtered(one(VALUE), some)).toBe(some)
  })

  it('replaces every occurrence, however the stream is cut', () => {
    fc.assert(
      fc.property(
        text,
        fc.array(fc.string({ unit: fc.constantFrom(...'xyzé \n'), maxLength: 12 }), {
          minLength: 1,
        }),
        fc.array(fc.nat(400)),
        (value, between, cuts) => {
          const bytes = utf8(between.join(value))
          const out = streamed(value, chunked(bytes, cuts))
          expect(out).toBe(filtered(one(value), between.join(value)))
          // Without the masks what stood beside one would touch, and may look like the value.
          expect(out.replaceAll(MASK, '\0')).not.toContain(value)
          // One that overlaps itself is one with what it overlaps.
          const again = Array.from(value.slice(1)).some((_, i) =>
            value.startsWith(value.slice(i + 1)),
          )
          const least = utf8(value).length < 6 && !again && !/[xyz ]|é|\n/.test(value)
          if (least) expect(out).toBe(between.join(MASK))
        },
      ),
    )
  })

  it('says nothing of a value below six bytes but where it stands as it is', () => {
    expect(filtered(one('abcde'), 'abcde YWJjZGU= 6162636465')).toBe(`${MASK} YWJjZGU= 6162636465`)
  })

  const bytes = Buffer.from(VALUE)
  const encodings: ReadonlyArray<readonly [string, string]> = [
    ['base64', bytes.toString('base64')],
    ['base64url', bytes.toString('base64url')],
    ['base64 after one byte', Buffer.concat([Buffer.from('a'), bytes]).toString('base64')],
    ['base64 after two bytes', Buffer.concat([Buffer.from('ab'), bytes]).toString('base64')],
    ['base64 with the line end', Buffer.from(`${VALUE}\n`).toString('base64')],
    ['hex', bytes.toString('hex')],
    ['HEX', bytes.toString('hex').toUpperCase()],
    ['od', bytes.toString('hex').match(/../g)!.join(' ')],
    [
      'xxd',
      bytes
        .toString('hex')
        .match(/.{1,4}/g)!
        .join(' '),
    ],
    [
      'base64 in lines',
      bytes
        .toString('base64')
        .match(/.{1,12}/g)!
        .join('\n'),
    ],
    [
      'hex in lines',
      bytes
        .toString('hex')
        .match(/.{1,20}/g)!
        .join('\r\n'),
    ],
    ['every byte percent-encoded', bytes.toString('hex').replaceAll(/../g, '%$&')],
  ]
  for (const [name, encoded] of encodings)
    it(`finds it as ${name}`, () => {
      const out = filtered(one(VALUE), `before:${encoded}:after`)
      expect(out).toContain(MASK)
      // At most a letter at either end, which has bits of what stands beside the value.
      const rest = out.replace('before:', '').replace(':after', '').replace(MASK, '')
      expect(rest.length).toBeLessThanOrEqual(6)
    })

  const odd = `it's "so" $x \\ \`y\` 100%&<é>\tz`
  const quoted: ReadonlyArray<readonly [string, string]> = [
    ['JSON', JSON.stringify(odd).slice(1, -1)],
    ['a URL', encodeURIComponent(odd)],
    ['a form', new URLSearchParams({ a: odd }).toString().slice(2)],
    ['single quotes', odd.replaceAll("'", "'\\''")],
    ['double quotes', odd.replaceAll(/["\\$`]/g, '\\$&')],
    ['ANSI-C quotes', odd.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\t', '\\t')],
  ]
  for (const [name, form] of quoted)
    it(`finds it in ${name}`, () => expect(filtered(one(odd), `(${form})`)).toBe(`(${MASK})`))

  it('finds the lines of a longer value', () => {
    const line = 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo'
    const pem = `-----BEGIN THING-----\n${line}\n${line.toLowerCase()}\n-----END THING-----\n`
    expect(filtered(one(pem), `x ${line.toLowerCase()} y`)).toBe(`x ${MASK} y`)
    expect(filtered(one(pem), `x ${pem} y`)).toBe(`x ${MASK} y`)
  })

  it('leaves nothing of values that overlap or lie within one another', () => {
    const filter = compileFilter([
      { find: 'abcdefgh', as: '1' },
      { find: 'cdefgh', as: '2' },
      { find: 'defghijk', as: '3' },
    ])
    expect(filtered(filter, 'xabcdefghijky')).toBe('x1y')
    expect(filtered(filter, 'xcdefghy')).toBe('x2y')
    expect(filtered(filter, 'xdefghijky')).toBe('x3y')
  })

  it('holds back only what may become a value', () => {
    const stream = new FilterStream(one(VALUE))
    const say = (said: string) => fromUtf8(stream.write(utf8(said)))
    expect(say('Password: ')).toBe('Password: ')
    expect(say('50%\r')).toBe('50%\r')
    expect(say(`and ${VALUE.slice(0, 4)}`)).toBe('and ')
    expect(say('x')).toBe(`${VALUE.slice(0, 4)}x`)
    expect(say('an ordinary line ends in 6d\n')).toMatch(/in 6d\n$/)
  })

  it('reads a megabyte of a value’s own beginning over and over in linear time', () => {
    const value = `${'a'.repeat(5000)}b`
    const stream = new FilterStream(one(value))
    const chunk = new Uint8Array(65_536).fill(97)
    let out = 0
    for (let i = 0; i < 16; i++) out += stream.write(chunk).length
    out += stream.end().length
    expect(out).toBe(16 * 65_536)
  })
})
