import * as Result from 'effect/Result'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  removeEvery,
  removeMember,
  sameJson,
  setMember,
} from '../../../src/infra/client/jsonEdit.ts'

const ID = 'isonapse@isonapse'

const set = (text: string, keys: readonly [string, ...Array<string>], value: unknown): string =>
  Result.getOrThrow(setMember(text, keys, value))
const remove = (text: string, keys: readonly [string, ...Array<string>]): string =>
  Result.getOrThrow(removeMember(text, keys))

/** White space between JSON tokens. */
const space = fc
  .array(fc.constantFrom(' ', '\n', '\t', '\r\n', '\r', '  '), { maxLength: 3 })
  .map((parts) => parts.join(''))

const scalar = fc.oneof(
  fc.constantFrom('true', 'false', 'null', '1.0', '-0', '3.0e1', '123456789012345678901', '""'),
  fc.string().map((text) => JSON.stringify(text)),
  fc.constant('"\\u00e9 \\/ \\" { [ } ] , :"'),
)

const key = fc.oneof(
  fc.constantFrom(
    '"a"',
    '"enabledPlugins"',
    '"enabled\\u0050lugins"',
    '"other@market"',
    '"__proto__"',
  ),
  fc.string().map((text) => JSON.stringify(text)),
)

/** Objects and arrays of any layout, duplicate keys included. */
const { object } = fc.letrec<{ value: string; object: string; array: string }>((tie) => {
  const member = fc
    .tuple(space, key, space, space, tie('value'), space)
    .map(([a, name, b, c, value, d]) => `${a}${name}${b}:${c}${value}${d}`)
  const item = fc.tuple(space, tie('value'), space).map((parts) => parts.join(''))
  const filled = (open: string, close: string, inner: fc.Arbitrary<string>) =>
    fc.oneof(
      space.map((gap) => `${open}${gap}${close}`),
      fc
        .array(inner, { minLength: 1, maxLength: 4 })
        .map((members) => `${open}${members.join(',')}${close}`),
    )
  return {
    value: fc.oneof({ maxDepth: 4, depthSize: 'small' }, scalar, tie('object'), tie('array')),
    object: filled('{', '}', member),
    array: filled('[', ']', item),
  }
})

const root = fc
  .tuple(fc.constantFrom('', '\uFEFF'), space, object, space)
  .map((parts) => parts.join(''))

const valueOf = (text: string): Record<string, unknown> =>
  JSON.parse(text.replace(/^\uFEFF/, '')) as Record<string, unknown>

describe('editing one member of a JSON text', () => {
  it('gives every byte back when what was added is taken out again', () => {
    fc.assert(
      fc.property(root, fc.boolean(), (text, reversed) => {
        const paths = [
          ['enabledPlugins', ID],
          ['extraKnownMarketplaces', 'isonapse'],
        ] as const
        const value = { source: { source: 'directory', path: '/a b' } }
        let edited = text
        for (const [i, keys] of paths.entries()) {
          const next = setMember(edited, keys, i === 0 ? true : value)
          // Its enabledPlugins is no object: refused, and nothing to undo.
          if (Result.isFailure(next)) return
          edited = next.success
        }
        expect(edited).not.toBe(text)
        for (const keys of reversed ? paths.toReversed() : paths) edited = remove(edited, keys)
        expect(edited).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })

  it('adds exactly the member to the value, and nothing when it is there', () => {
    fc.assert(
      fc.property(root, key, fc.jsonValue(), (text, name, value) => {
        const last = JSON.parse(name) as string
        const edited = set(text, [last], value)
        const want = valueOf(text)
        Object.defineProperty(want, last, {
          value: JSON.parse(JSON.stringify(value)) as unknown,
          enumerable: true,
          configurable: true,
          writable: true,
        })
        expect(sameJson(valueOf(edited), want)).toBe(true)
        expect(set(edited, [last], value)).toBe(edited)
      }),
      { numRuns: 1000 },
    )
  })

  it('keeps the whole of the text around an insertion', () => {
    fc.assert(
      fc.property(root, (text) => {
        const edited = set(text, ['not there yet'], true)
        const prefix = [...text].findIndex((_, i) => text[i] !== edited[i])
        const suffix = text.slice(prefix)
        expect(edited.startsWith(text.slice(0, prefix))).toBe(true)
        expect(edited.endsWith(suffix)).toBe(true)
      }),
    )
  })

  it('lays a member out as the ones beside it', () => {
    const text = '{\r\n\t"model": "opus",\r\n\t"env": {}\r\n}\r\n'
    expect(set(text, ['enabledPlugins', ID], true)).toBe(
      `{\r\n\t"model": "opus",\r\n\t"env": {},\r\n\t"enabledPlugins": {\r\n\t\t"${ID}": true\r\n\t}\r\n}\r\n`,
    )
    expect(set('{"a":1}', ['enabledPlugins', ID], true)).toBe(
      `{"a":1,"enabledPlugins": { "${ID}": true }}`,
    )
    expect(set('{}\n', ['enabledPlugins', ID], true)).toBe(
      `{\n  "enabledPlugins": {\n    "${ID}": true\n  }\n}\n`,
    )
  })

  it('changes only the bytes of a value that is another one', () => {
    const text = `{ "enabledPlugins" : { "${ID}" : false , "x@y":true } }`
    expect(set(text, ['enabledPlugins', ID], true)).toBe(
      `{ "enabledPlugins" : { "${ID}" : true , "x@y":true } }`,
    )
  })

  it('edits the last of duplicate keys, which is the one that counts', () => {
    const text = '{"enabledPlugins":{"x@y":true},"enabledPlugins":{"z@y":true}}'
    expect(set(text, ['enabledPlugins', ID], true)).toBe(
      `{"enabledPlugins":{"x@y":true},"enabledPlugins":{"z@y":true,"${ID}": true}}`,
    )
  })

  it('takes a member out wherever it stands', () => {
    expect(remove(`{"p":{"${ID}":true, "x":1}}`, ['p', ID])).toBe('{"p":{"x":1}}')
    expect(remove(`{"p":{"x":1, "${ID}":true}}`, ['p', ID])).toBe('{"p":{"x":1}}')
    expect(remove(`{"p":{"x":1, "${ID}":true , "y":2}}`, ['p', ID])).toBe('{"p":{"x":1 , "y":2}}')
    expect(remove('{"p":3}', ['p', ID])).toBe('{"p":3}')
    expect(remove('{"p":{}}', ['p', ID])).toBe('{"p":{}}')
  })

  it.each([
    ['', 'is not valid JSON'],
    ['{"a":1,}', 'is not valid JSON'],
    ['// hi\n{}', 'is not valid JSON'],
    ['[]', 'is not a JSON object'],
    ['null', 'is not a JSON object'],
    ['{"enabledPlugins":[]}', '"enabledPlugins" is not an object in it'],
  ])('refuses %j', (text, detail) => {
    const edited = setMember(text, ['enabledPlugins', ID], true)
    expect(Result.isFailure(edited) && edited.failure.detail).toContain(detail)
  })

  it('never quotes the text it refuses, which may hold a key', () => {
    const edited = setMember('{"apiKey": "hunter2" oops}', ['a'], 1)
    expect(Result.isFailure(edited)).toBe(true)
    if (Result.isFailure(edited)) expect(JSON.stringify(edited.failure)).not.toMatch(/hunter2|oops/)
  })

  it('is not stopped by depth', () => {
    const deep = `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`
    expect(remove(set(deep, ['b'], 1), ['b'])).toBe(deep)
  })
})

describe('taking out every member of a name', () => {
  it.each([
    ['{"x":1}', '{}'],
    ['{ "x":1, "x":2 }', '{  }'],
    ['{ "x":1, "x":2, "a":3, "x":4 , "b":5,"x":6}', '{ "a":3 , "b":5}'],
    ['{"a":3,"x":1,"x":2}', '{"a":3}'],
    ['{"a":{"x":1},"b":{"x":"x"}}', '{"a":{"x":1},"b":{"x":"x"}}'],
    ['{"a":1}', '{"a":1}'],
  ])('of %s leaves %s', (text, left) => {
    expect(Result.getOrThrow(removeEvery(text, ['x']))).toBe(left)
  })

  it('goes into each object that is named alike, and past what is none', () => {
    const text = '{"o":{"x":1,"a":2},"o":[{"x":1}],"p":{"x":1},"o":{"a":1,"x":{"x":1}}}'
    expect(Result.getOrThrow(removeEvery(text, ['o', 'x']))).toBe(
      '{"o":{"a":2},"o":[{"x":1}],"p":{"x":1},"o":{"a":1}}',
    )
  })
})
