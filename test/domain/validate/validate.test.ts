import { describe, expect, it } from 'vitest'
import type { PathRef } from '../../../src/domain/action/place.ts'
import { utf8 } from '../../../src/domain/bytes.ts'
import { readyValidator } from '../../../src/domain/validate/validate.ts'
import type { Validator } from '../../../src/domain/validate/validator.ts'
import { READERS } from '../../../src/infra/validate/readers.ts'

const made = (more: Partial<Validator>): Validator => ({
  id: 'one',
  paths: ['project:**'],
  kind: 'json',
  examples: { fires: '', passes: '' },
  ...more,
})

const found = (more: Partial<Validator>, content: string | Uint8Array) =>
  readyValidator(made(more), READERS).check(typeof content === 'string' ? utf8(content) : content, {
    left: 60_000_000,
  })

const places = (more: Partial<Validator>, content: string | Uint8Array) =>
  found(more, content).map(({ code, line = 0, column = 0 }) => `${code} ${line}:${column}`)

describe('a validator', () => {
  it('says where JSON goes wrong', () => {
    expect(places({}, '{"a": 1}\n')).toEqual([])
    expect(places({}, '{\n  "a": 1,\n}\n')).toEqual(['not-json 3:1'])
    expect(places({}, '{\r\n"a" 1}')).toEqual(['not-json 2:5'])
    expect(places({}, '\ufeff{}')).toEqual(['not-json 1:1'])
  })

  it('reads each line of JSONL', () => {
    expect(places({ kind: 'jsonl' }, '{"a":1}\n[2]\n')).toEqual([])
    expect(places({ kind: 'jsonl' }, '')).toEqual([])
    expect(places({ kind: 'jsonl' }, '{"a":1}\n\n{\n{"b":2}\n')).toEqual([
      'not-json 2:1',
      'not-json 3:2',
    ])
  })

  it('says where TOML goes wrong', () => {
    expect(places({ kind: 'toml' }, 'a = 1\n[b]\nc = "d"\n')).toEqual([])
    expect(found({ kind: 'toml' }, 'a = 1\nb = = 2\n')).toMatchObject([
      { code: 'not-toml', line: 2 },
    ])
    expect(found({ kind: 'toml' }, `a = ${'['.repeat(100_000)}`)).toMatchObject([
      { code: 'not-toml' },
    ])
    expect(places({ kind: 'toml' }, '#'.repeat(600_000))).toEqual(['unchecked 0:0'])
  })

  it('says where YAML goes wrong', () => {
    const yaml = { kind: 'yaml' } as const
    expect(places(yaml, 'a: 1\n---\nb: [c, d]\n')).toEqual([])
    expect(places(yaml, 'a: 1\n---\nb: 1\nb: 2\n')).toEqual(['duplicate-key 4:1'])
    expect(places(yaml, 'a: b: c\n')).toEqual(['not-yaml 1:4'])
    expect(places(yaml, Buffer.from('a: \xff\n', 'latin1'))).toEqual(['not-utf8 1:0'])
    expect(places(yaml, '- a\n'.repeat(500_000))).toEqual([
      expect.stringMatching(/^unchecked [0-9]+:[0-9]+$/),
    ])
  })

  it('counts bytes and lines', () => {
    expect(places({ kind: 'size', max_bytes: 4 }, 'abcd')).toEqual([])
    expect(places({ kind: 'size', max_bytes: 4 }, 'abcé')).toEqual(['too-large 0:0'])
    expect(places({ kind: 'size', max_lines: 2 }, 'a\nb\n')).toEqual([])
    expect(places({ kind: 'size', max_lines: 2 }, 'a\nb\nc')).toEqual(['too-many-lines 3:0'])
    expect(places({ kind: 'size', max_lines: 0 }, '')).toEqual([])
  })

  it('knows text of other encodings', () => {
    const encoding = { kind: 'encoding' } as const
    expect(places(encoding, 'héllo\n')).toEqual([])
    expect(places(encoding, '\ufeffa')).toEqual(['bom 1:1'])
    expect(places(encoding, 'a\nb\r\nc')).toEqual(['crlf 2:2'])
    expect(places({ ...encoding, allow: ['bom', 'crlf'] }, '\ufeffa\r\n')).toEqual([])
    for (const line of [1, 2, 3, 7, 8])
      expect(
        places(
          encoding,
          Buffer.from([...'a\n'.repeat(line - 1), '\xff', '\nb\n'.repeat(9)].join(''), 'latin1'),
        ),
      ).toEqual([`not-utf8 ${line}:0`])
    expect(places(encoding, Buffer.from('a\nb\xc3', 'latin1'))).toEqual(['not-utf8 2:0'])
  })

  it('finds what is forbidden, where it stands first', () => {
    const patterns = ['console\\.log', '(?i)fixme']
    const forbidden = { kind: 'forbidden', patterns } as const
    expect(places(forbidden, 'fine\n')).toEqual([])
    expect(places(forbidden, 'a\n  console.log(1)\nFIXME\n')).toEqual([
      'forbidden 2:3',
      'forbidden 3:1',
    ])
  })

  it('does not let a file pass for being too long to be looked at', () => {
    const patterns = [`needle${'[a-z]?'.repeat(60)}`, 'other']
    const found = places({ kind: 'forbidden', patterns }, `${'x'.repeat(2_000_000)}needle`)
    expect(found).toEqual(['unchecked 0:0'])
  })

  it('shares one budget with the others that look at a file', () => {
    const { check } = readyValidator(made({ kind: 'encoding' }), READERS)
    const steps = { left: 20_000 }
    expect(check(utf8('x'.repeat(1500)), steps)).toEqual([])
    expect(check(utf8('x'.repeat(1500)), steps)).toMatchObject([{ code: 'unchecked' }])
    const schema = { items: { enum: Array.from({ length: 100 }, (_, i) => i) } }
    const shape = readyValidator(made({ kind: 'schema', schema }), READERS)
    const wrong = shape.check(utf8(`[${'1,'.repeat(500)}1]`), { left: 20_000 })
    expect(wrong).toMatchObject([{ code: 'schema', says: 'from here on too much to be compared' }])
  })

  const schema = {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', pattern: '^[a-z]+$', minLength: 2, maxLength: 5 },
      port: { type: 'integer', minimum: 1, maximum: 9 },
      level: { enum: ['low', 'high', null] },
      fixed: { const: { a: [1] } },
      list: { type: 'array', minItems: 1, maxItems: 2, items: { type: ['number', 'null'] } },
      more: { type: 'object', additionalProperties: { type: 'boolean' } },
    },
  } as const

  it.each([
    [
      '{"name": "abc", "port": 1, "level": null, "fixed": {"a": [1]}, "list": [1, null], "more": {"x": true}}',
      [],
    ],
    ['[]', ['1:1 expected object, not array']],
    ['{}', ['1:1 "name" is missing']],
    ['{"name": "a"}', ['1:10 shorter than 2 characters']],
    ['{"name": "abcdef"}', ['1:10 longer than 5 characters']],
    ['{"name": "aB"}', ['1:10 not of the pattern that the schema has']],
    ['{"name": "ab", "port": 1.5}', ['1:24 expected integer, not number']],
    ['{"name": "ab", "port": 10}', ['1:24 more than 9']],
    ['{"name": "ab", "level": "mid"}', ['1:25 none of the values that the schema lists']],
    ['{"name": "ab", "fixed": {"a": [2]}}', ['1:25 not the value that the schema asks for']],
    ['{"name": "ab", "list": []}', ['1:24 fewer than 1 items']],
    ['{"name": "ab", "list": [1, "x"]}', ['1:28 expected number or null, not string']],
    ['{"name": "ab", "more": {"x": 1}}', ['1:30 expected boolean, not number']],
    ['{"name": "ab", "__proto__": 1}', ['1:16 a property that the schema does not have']],
    ['{"name": "ab", "toString": 1}', ['1:16 a property that the schema does not have']],
    ['{"name"}', ['1:8 expected a colon after the key']],
  ])('holds %s against a schema', (text, wrong) => {
    expect(
      found({ kind: 'schema', schema }, text).map(
        ({ line, column, says }) => `${line}:${column} ${says}`,
      ),
    ).toEqual(wrong)
  })

  it('holds each document of YAML against a schema, aliases and merge keys followed', () => {
    const is = (text: string) => places({ kind: 'schema', format: 'yaml', schema }, text)
    expect(is('name: abc\nport: 1\n---\nname: de\n')).toEqual([])
    expect(is('name: abc\n---\nname: de\nport: 10\n')).toEqual(['schema 4:7'])
    expect(is('name: &x ab\nlist: [*x]\n')).toEqual(['schema 1:10'])
    expect(is('more: &m {x: true}\n<<: {name: ab}\n')).toEqual([])
    expect(is('')).toEqual(['schema 1:1'])
    expect(is('name: ab\nname: cd\n')).toEqual(['duplicate-key 2:1'])
  })

  it.each([
    ['objects', 'a: &a {', 'k: 1', '}', { items: { required: ['k0'] } }],
    ['texts', 'a: &a "', 'xxxx', '"', { items: { minLength: 1 } }],
    ['lists', 'a: &a [', '1', ']', { items: { items: { type: 'number' } } }],
  ] as const)('goes through aliased %s no more often than it may', (_, open, one, close, by) => {
    const many = Array.from({ length: 6000 }, (_, i) => one.replace('k', `k${i}`))
    const shape = { type: 'object', properties: { b: by } } as const
    const text = `${open}${many.join(close === '"' ? '' : ', ')}${close}\nb:\n${'- *a\n'.repeat(20_000)}`
    const steps = { left: 80_000_000 }
    const validator = made({ kind: 'schema', format: 'yaml', schema: shape as never })
    const wrong = readyValidator(validator, READERS).check(utf8(text), steps)
    expect(wrong.at(-1)?.says).toContain('too much to be compared')
    expect(steps.left).toBeGreaterThan(-1_000_000)
  })

  it('says nothing of what a file holds', () => {
    const secret = 'hunter2hunter2'
    for (const validator of [
      { kind: 'json' },
      { kind: 'jsonl' },
      { kind: 'toml' },
      { kind: 'yaml' },
      { kind: 'schema', format: 'yaml', schema: { type: 'array' } },
      { kind: 'schema', schema: { type: 'object', additionalProperties: false } },
      { kind: 'forbidden', patterns: ['hunter[0-9]'] },
    ] as const)
      for (const text of [
        secret,
        `{"${secret}": ${secret}}`,
        `{"${secret}": 1}`,
        `!${secret}!x ${secret}: "\\q"`,
        `*${secret}`,
        `%${secret}`,
      ])
        expect(JSON.stringify(found(validator, text))).not.toContain('hunter2')
  })

  it('is for its paths, in any case, by any of their names', () => {
    const { isFor } = readyValidator(made({ paths: ['project:conf/**/*.json', '~/.rc'] }), READERS)
    const is = (...names: ReadonlyArray<PathRef>) => isFor(names)
    expect(is({ project: 'conf/a.json' })).toBe(true)
    expect(is({ project: 'CONF/x/A.JSON' })).toBe(true)
    expect(is({ project: 'src/a.json' }, { project: 'conf/b.json' })).toBe(true)
    expect(is({ home: '.rc' })).toBe(true)
    expect(is({ project: 'src/a.json' })).toBe(false)
  })
})
