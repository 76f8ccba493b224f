import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { luaModule } from '../../../../src/domain/policy/lua/module.ts'
import type { Policy } from '../../../../src/domain/policy/policy.ts'
import type { Rule } from '../../../../src/domain/policy/rule.ts'
import { template, TEMPLATE_NAMES } from '../../../../src/templates/templates.ts'
import { oddPolicy } from './generators.ts'
import { ascii, type Case, DIGEST, differences, type Lua, moduleOf, startLua } from './runtime.ts'
import { runs } from '../../../support/runs.ts'

let lua: Lua

beforeAll(async () => {
  lua = await startLua()
})

const policyOf = (rules: ReadonlyArray<Rule>, more: Partial<Policy> = {}): Policy => ({
  version: 1,
  name: 'test',
  rules,
  defaults: {},
  ...more,
})

const named = (name: string): Case => ({
  action: {
    tool: 'Bash',
    origin: 'builtin',
    capabilities: [],
    effects: [{ kind: 'destroy.data', certainty: 'certain', target: { name } }],
  },
  now: { mode: 'enforce', posture: 'interactive', state: { suspended: false } },
})

const hex = (text: string): string => Buffer.from(text, 'utf8').toString('hex')

describe('what a policy says can only be data', () => {
  /** Pieces that end a literal or a comment, in Lua or for the eye that reads it. */
  const PIECES = [
    '"',
    "'",
    '\\',
    '\\"',
    '\n',
    '\r',
    '\r\n',
    '\0',
    '\u2028',
    '\u2029',
    '\u0085',
    '\ufeff',
    '\u202e',
    '\u200b',
    ']]',
    '[[',
    '--[[',
    '--[==[',
    ']==]',
    '--]]',
    '\\z',
    '\\x41',
    '\\u{41}',
    '\\065',
    '${x}',
    '%s',
    ' CANARY = 1 ',
    ' } CANARY = 1 local x = { ',
    'error("CANARY")',
    'é',
    '😀',
    ' '.repeat(60),
    'x'.repeat(300),
  ]
  const hostile = fc
    .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary' })), { maxLength: 6 })
    .map((pieces) => pieces.join('').toWellFormed())

  const GLOBALS = `
    local known = {}
    for name in pairs(_G) do known[name] = true end
    local policy = dofile("policy.lua")
    for name in pairs(_G) do assert(known[name], name) end
    local function hex(text) return (text:gsub(".", function(c) return ("%02x"):format(c:byte()) end)) end
    local out = { hex(policy.policy.name), hex(policy.policy.digest) }
    for _, rule in ipairs(policy.rules) do
      out[#out + 1] = hex(rule.id)
      out[#out + 1] = hex(rule.match.name)
      out[#out + 1] = hex(rule.match.path[1])
      out[#out + 1] = hex(rule.unless[1].program)
    end
    return table.concat(out, " ")
  `

  it('whatever stands in its names, reasons and patterns', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 12, maxLength: 12 }), (texts) => {
        const [
          name,
          id,
          pattern,
          path,
          program,
          reason,
          instead,
          line,
          tool,
          watched,
          why,
          digest,
        ] = texts as [string, string, string, string, string, ...Array<string>]
        const rule: Rule = {
          id,
          verdict: 'deny',
          match: { name: pattern, path: [path] },
          unless: { program },
          reason: reason!,
          instead: instead!,
        }
        const policy = policyOf([rule], {
          name,
          tools: { [`${tool}*`]: { require_confirmation: true } },
          monitored: [watched!, { path: watched!, reason: why! }],
          layers: [{ name: reason!, rules: [{ ...rule, reason: why! }], defaults: {} }],
        })
        const module = luaModule(policy, { digest: digest!, lines: [line!, why!] })
        const one = [id, pattern, path, program].map(hex)
        expect(lua.run(GLOBALS, { 'policy.lua': module })).toBe(
          [hex(name), hex(digest!), ...one, ...one].join(' '),
        )
      }),
      { numRuns: runs(80, 2000) },
    )
  })

  it('nor can a lone surrogate, which has no UTF-8', () => {
    const policy = policyOf([
      { id: 'high', verdict: 'deny', match: { name: '\ud83d' } },
      { id: 'low', verdict: 'deny', match: { name: '?\ude00' } },
    ])
    const texts = ['\ud83d', '\ude00', '😀', '\ud83d\ud83d', 'x\ude00']
    expect(differences(lua, policy, texts.map(named))).toEqual([])
  })

  it('no line of the module moves the cursor, hides or reorders text', () => {
    const text = PIECES.join('')
    const rule: Rule = { id: 'a', verdict: 'deny', match: { name: text }, reason: text }
    const module = luaModule(policyOf([rule], { name: text }), { digest: DIGEST, lines: [text] })
    expect(module.replaceAll('\n', '')).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u)
  })
})

describe('the module', () => {
  it('is the same text for the same policy', () => {
    fc.assert(
      fc.property(oddPolicy, (policy) => {
        expect(moduleOf(structuredClone(policy))).toBe(moduleOf(policy))
      }),
      { numRuns: 20 },
    )
  })

  it.each(TEMPLATE_NAMES)(
    'of the template %s runs without io, os, debug, load and require',
    (name) => {
      const code = `
      local file = io.open("policy.lua")
      local source = file:read("a")
      file:close()
      local given = {}
      for name in ("ipairs pairs next select type tonumber tostring error rawget string table math utf8")
        :gmatch("%S+") do given[name] = _G[name] end
      local policy = assert(load(source, "=policy", "t", given))()
      return policy.decide({ tool = "Bash", origin = "builtin", capabilities = {}, effects = {} })
    `
      expect(lua.run(code, { 'policy.lua': moduleOf(template(name)) })).toBe('permit')
    },
  )

  it('is loaded by require and dofile without a word, whatever the program was given', () => {
    const code = `
      local spoken = 0
      local say, leave = print, os.exit
      print = function() spoken = spoken + 1 end
      os.exit = function() spoken = spoken + 1 end
      package.path = "./?.lua"
      local found = {}
      for _, given in ipairs({ { [0] = "main.lua" }, { [0] = "main.lua", "policy", "./policy.lua" }, {} }) do
        arg = given
        package.loaded.policy = nil
        found[#found + 1] = require("policy").policy.name
        found[#found + 1] = dofile("policy.lua").policy.name
      end
      arg, print, os.exit = nil, say, leave
      return spoken .. " " .. table.concat(found, " ")
    `
    expect(lua.run(code, { 'policy.lua': moduleOf(template('default')) })).toBe(
      `0 ${Array.from({ length: 6 }, () => 'default').join(' ')}`,
    )
  })

  it('tells the reasons, the nearest ways and the evidence above the rules, in their order', () => {
    const policy = policyOf([
      {
        id: 'one',
        verdict: 'deny',
        match: { in: '**/*', effect: 'net.*' },
        reason: 'nothing leaves',
        instead: 'ask first',
        rate: { max: 20, per: 'hour' },
      },
      {
        id: 'two',
        verdict: 'permit',
        match: { tool: 'Bash', flags_only: [] },
        evidence: {
          calls: 12,
          sessions: 3,
          days: 1,
          first: Date.UTC(2026, 10, 20),
          last: 9e15,
          entries: [3, 9],
        },
      },
    ])
    const module = moduleOf(policy)
    expect(
      module.slice(module.indexOf('  rules = {'), module.indexOf('\n}\n')).split('\n'),
    ).toEqual([
      '  rules = {',
      '    -- nothing leaves',
      '    -- instead: ask first',
      '    {',
      '      id = "one",',
      '      verdict = "deny",',
      '      match = { ["in"] = "**/*", effect = "net.*" },',
      '      rate = { max = 20, per = "hour" },',
      '    },',
      '',
      '    -- learned from 12 calls in 3 sessions on 1 day, 2026-11-20 to 9000000000000000; entries of',
      '    -- the log: 3, 9',
      '    {',
      '      id = "two",',
      '      verdict = "permit",',
      '      match = { tool = "Bash", flags_only = {} },',
      '    },',
      '  },',
    ])
  })

  it('holds as many rules, layers and values as a policy may have', () => {
    const rules = Array.from({ length: 2000 }, (_, i): Rule => ({
      id: `r${i}`,
      verdict: i % 2 === 0 ? 'defer' : 'deny',
      match: { name: [`name-${i}`, `other-${i}`] },
    }))
    const wide: Rule = {
      id: 'wide',
      verdict: 'deny',
      match: { name: Array.from({ length: 200 }, (_, i) => `wide-${i}`) },
    }
    const policy = policyOf(rules.slice(0, 400), {
      tools: Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`tool-${i}*`, {}])),
      monitored: Array.from({ length: 500 }, (_, i) => `project:watched/${i}/**`),
      layers: Array.from({ length: 16 }, (_, i) => ({
        name: `layer ${i}`,
        rules: [...rules.slice(400 + i * 100, 500 + i * 100), ...(i === 15 ? [wide] : [])],
        defaults: {},
      })),
    })
    const names = ['name-0', 'other-399', 'name-1999', 'other-1234', 'wide-199', 'none']
    expect(differences(lua, policy, names.map(named))).toEqual([])
    expect(differences(lua, policyOf(rules), names.map(named))).toEqual([])
  })

  it('gives a copy of no rule that it decides by: changing what it returns changes no verdict', () => {
    const code = `
      local policy = dofile("policy.lua")
      local function judge()
        return policy.decide(policy.parse([==[${ascii(named('prod').action)}]==]), { rates = { a = 1 } })
      end
      local before = judge()
      for i, rule in ipairs(policy.rules) do
        rule.verdict, rule.match.name, rule.rate.max = "permit", "other", 9
        policy.rules[i] = nil
      end
      return before .. " " .. judge()
    `
    const policy = policyOf([
      { id: 'a', verdict: 'deny', match: { name: 'prod' }, rate: { max: 1, per: 'day' } },
    ])
    expect(lua.run(code, { 'policy.lua': moduleOf(policy) })).toBe('deny deny')
  })
})
