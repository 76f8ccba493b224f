// What goes into a module's decide() and parse(): nobody vouches for it.
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Policy } from '../../../../src/domain/policy/policy.ts'
import { ascii, type Lua, moduleOf, startLua } from './runtime.ts'

const POLICY: Policy = { version: 1, name: 'test', rules: [], defaults: { 'fs.*': 'permit' } }

let lua: Lua

beforeAll(async () => {
  lua = await startLua()
  lua.run('', { 'policy.lua': moduleOf(POLICY) })
})

/** Lua that says what a value is, in a form in which no two values look the same. */
const DUMP = `
  local policy = dofile("policy.lua")
  local function hex(text) return (text:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
  local function dump(value)
    if type(value) == "string" then return "s" .. hex(value) end
    if type(value) == "number" then return ("n%.17g"):format(value) end
    if type(value) ~= "table" then return tostring(value) end
    local fields = {}
    for key, part in pairs(value) do fields[#fields + 1] = dump(key) .. "=" .. dump(part) end
    table.sort(fields)
    return "{" .. table.concat(fields, ",") .. "}"
  end
`

const PARSE = `${DUMP}
  local out = {}
  for line in io.lines("lines") do
    local done, value = pcall(policy.parse, line)
    out[#out + 1] = done and dump(value) or "error " .. value
  end
  return table.concat(out, "\\n")
`

const parsed = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  (lua.run(PARSE, { lines: lines.map((line) => `${line}\n`).join('') }) as string).split('\n')

/** Bytes that Lua's own utf8.char gives: a lone surrogate as three. */
const hex = (text: string): string =>
  Array.from(text, (char) => {
    const code = char.codePointAt(0)!
    return code >= 0xd800 && code <= 0xdfff
      ? `ed${(0x80 | ((code >> 6) & 63)).toString(16)}${(0x80 | (code & 63)).toString(16)}`
      : Buffer.from(char).toString('hex')
  }).join('')

const dumped = (value: unknown): string => {
  if (typeof value === 'string') return `s${hex(value)}`
  if (typeof value === 'number') return `n${value}`
  if (typeof value !== 'object' || value === null) return String(value)
  const fields = Array.isArray(value)
    ? value.map((part, i) => `${dumped(i + 1)}=${dumped(part)}`)
    : Object.entries(value).map(([key, part]) => `${dumped(key)}=${dumped(part)}`)
  return `{${fields.sort().join(',')}}`
}

describe('parse', () => {
  const text = fc.string({ unit: 'binary', maxLength: 8 })
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.oneof(
        text,
        fc.boolean(),
        fc.integer(),
        fc.integer().map((n) => n / 4),
      ),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }))

  it('reads what JSON.stringify writes, escaped or not', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 20, maxLength: 20 }), (values) => {
        const read = values.map((one) => JSON.parse(JSON.stringify(one)) as unknown)
        expect(parsed(values.map((one) => ascii(one)))).toEqual(read.map(dumped))
        const spaced = values.map((one) => JSON.stringify(one, null, '\t').replaceAll('\n', '\r '))
        expect(parsed(spaced)).toEqual(read.map(dumped))
      }),
      { numRuns: 100 },
    )
  })

  it('reads numbers, escapes and lone surrogates as JSON.parse does', () => {
    const lines = [
      '-50e-2',
      '1.25e-1',
      '1E+2',
      '123456789',
      '0',
      '"\\u0041\\ud83d\\ude00\\/\\b\\f\\n\\r\\t\\"\\\\"',
      '"\\ud83d"',
      '"\\ude00\\ud83d"',
      '"\\ud83d\\u0041"',
      '"\\u0000"',
      ' [ 1 , [ ] , { } ] ',
    ]
    expect(parsed(lines)).toEqual(lines.map((line) => dumped(JSON.parse(line))))
  })

  it('refuses what is no JSON, whole', () => {
    const lines = [
      '',
      '{',
      '[1',
      '[1,]',
      '{"a":1,}',
      '{"a"}',
      '{a:1}',
      "'a'",
      '"a',
      '"\\x41"',
      '"\\u12"',
      '"\\u123g"',
      '"\t"',
      '01',
      '-',
      '1.',
      '.5',
      '1e',
      '0x10',
      'nan',
      'inf',
      'truex',
      'true false',
      '[1] 2',
      '{"a":1 "b":2}',
      'return 1',
      '\u00a01',
    ]
    for (const line of lines) expect(() => JSON.parse(line) as unknown).toThrow()
    for (const answer of parsed(lines)) expect(answer).toMatch(/^error JSON, byte \d+: /)
  })

  it('refuses null, a key given twice, and what is too deep or too long', () => {
    const lines = [
      '[null]',
      '{"effects":[],"effects":[]}',
      `${'['.repeat(65)}${']'.repeat(65)}`,
      `${'['.repeat(100_000)}`,
      `"${'x'.repeat(1_048_576)}"`,
    ]
    expect(parsed(lines)).toEqual([
      'error JSON, byte 2: null is no value here',
      'error JSON, byte 24: a key stands twice in one object',
      'error JSON, byte 65: nested deeper than 64 levels',
      'error JSON, byte 65: nested deeper than 64 levels',
      'error JSON: longer than 1048576 bytes',
    ])
  })
})

describe('decide', () => {
  const judged = (action: string, now = 'nil'): unknown =>
    lua.run(`
      local policy = dofile("policy.lua")
      local action = { tool = "Bash", origin = "builtin", capabilities = {}, effects = {} }
      local effect = { kind = "fs.read", certainty = "certain" }
      action.effects[1] = effect
      ${action}
      local done, verdict = pcall(policy.decide, action, ${now})
      return verdict
    `)

  it('permits the call that the others are spoilt from', () => {
    expect(judged('')).toBe('permit')
  })

  it.each([
    ['action = nil', 'action: a table is expected'],
    ['action = "x"', 'action: a table is expected'],
    ['action.tool = nil', 'action.tool: a text is expected'],
    ['action.tool = "\\xff"', 'action.tool: not UTF-8'],
    ['action.tool = "\\xc0\\x80"', 'action.tool: not UTF-8'],
    ['action.origin = "own"', 'action.origin: not one of its words'],
    ['action.effects = nil', 'action.effects: a list is expected'],
    ['action.effects = { a = effect }', 'action.effects: a list is expected'],
    ['action.effects = { [2] = effect }', 'action.effects: a list is expected'],
    ['action.effect = {}', 'action: a field that does not belong there'],
    ['action.capabilities = { 1 }', 'action.capabilities[1]: a text is expected'],
    ['action.flags = { "-f" }', 'action.flags[1]: a list is expected'],
    ['effect.kind = "fs.*"', 'action.effects[1].kind: not one of its words'],
    ['effect.certainty = nil', 'action.effects[1].certainty: not one of its words'],
    ['effect.reech = "all"', 'action.effects[1]: a field that does not belong there'],
    ['effect.reach = "whole"', 'action.effects[1].reach: not one of its words'],
    ['effect.of = "0"', 'action.effects[1].of: a number is expected'],
    ['effect["in"] = "a.sh"', 'action.effects[1].in: a table is expected'],
    ['effect.target = "/"', 'action.effects[1].target: a table is expected'],
    [
      'effect.target = {}',
      'action.effects[1].target: a path, a host, a program or a name is expected',
    ],
    [
      'effect.target = { host = "a", name = "b" }',
      'action.effects[1].target: a field that does not belong there',
    ],
    [
      'effect.target = { path = { path = "/" } }',
      'action.effects[1].target.zone: not one of its words',
    ],
    [
      'effect.target = { path = "/", zone = "tmp" }',
      'action.effects[1].target.path: a table is expected',
    ],
    [
      'effect.target = { path = {}, zone = "tmp" }',
      'action.effects[1].target.path.path: a text is expected',
    ],
    [
      'effect.target = { name = { { pii = 1 } } }',
      'action.effects[1].target.name[1].pii: a text is expected',
    ],
  ])('after %s says what is wrong', (spoilt, problem) => {
    expect(judged(spoilt)).toBe(problem)
  })

  it.each([
    ['{ posture = "open" }', 'circumstances.posture: not one of its words'],
    ['{ mode = "off" }', 'circumstances.mode: not one of its words'],
    ['{ suspended = "no" }', 'circumstances.suspended: true or false is expected'],
    ['{ rates = { "a" } }', 'circumstances.rates: numbers by the ids of rules are expected'],
    ['{ tainted = true }', 'circumstances.tainted: a table is expected'],
    ['{ tainted = {} }', 'circumstances.tainted.score: a number is expected'],
    ['{ tainted = { score = 0/0 } }', 'circumstances.tainted.score: a number is expected'],
    ['{ tainted = { score = "1" } }', 'circumstances.tainted.score: a number is expected'],
    [
      '{ tainted = { score = 1, by = "x" } }',
      'circumstances.tainted: a field that does not belong there',
    ],
    ['{ state = { suspended = true } }', 'circumstances: a field that does not belong there'],
    ['"locked"', 'circumstances: a table is expected'],
  ])('in circumstances %s says what is wrong', (now, problem) => {
    expect(judged('', now)).toBe(problem)
  })

  it('changes nothing of what it is given', () => {
    expect(
      lua.run(`${DUMP}
        local action = policy.parse([==[{
          "tool": "Bash", "origin": "builtin", "capabilities": ["tool:Bash:ls"], "flags": [["-l"]],
          "effects": [{ "kind": "fs.read", "certainty": "certain", "of": 0,
            "target": { "path": { "home": ["\\ud83d\\ude00", { "pii": "NAME" }] }, "zone": "home" } }]
        }]==])
        local before = dump(action)
        return policy.decide(action) .. tostring(dump(action) == before)
      `),
    ).toBe('permittrue')
  })
})
