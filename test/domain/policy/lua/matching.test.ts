// The pieces of matching that Lua has no library for: letters' case, UTF-16 units, names of networks.
import * as fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Action } from '../../../../src/domain/action/action.ts'
import { METADATA } from '../../../../src/domain/action/hosts.ts'
import type { Target } from '../../../../src/domain/action/effect.ts'
import { Network } from '../../../../src/domain/policy/network.ts'
import type { Policy } from '../../../../src/domain/policy/policy.ts'
import { type Case, differences, engineAnswers, type Lua, moduleOf, startLua } from './runtime.ts'

let lua: Lua

beforeAll(async () => {
  lua = await startLua()
})

const on = (target: Target): Case => {
  const action: Action = {
    tool: 'Bash',
    origin: 'builtin',
    capabilities: [],
    effects: [{ kind: 'fs.read', certainty: 'certain', target }],
  }
  return { action, now: { mode: 'enforce', posture: 'interactive', state: { suspended: false } } }
}

/** A rule for each pattern, so that what decided says which of them matched. */
const policyOf = (condition: 'name' | 'network', patterns: ReadonlyArray<string>): Policy => ({
  version: 1,
  name: 'test',
  rules: patterns.map((pattern, i) => ({
    id: `r${i}`,
    verdict: 'deny',
    match: { [condition]: pattern },
  })),
  defaults: { 'fs.read': 'permit' },
})

const agreeOnNames = (patterns: ReadonlyArray<string>, names: ReadonlyArray<string>): void => {
  expect(
    differences(
      lua,
      policyOf('name', patterns),
      names.map((name) => on({ name })),
    ),
  ).toEqual([])
}

const CAPITALS = Array.from({ length: 0x20000 }, (_, code) => String.fromCodePoint(code)).filter(
  (char) => char.toLowerCase() !== char,
)

describe('the case of letters', () => {
  it('is that of the engine for every letter that has one', () => {
    expect(CAPITALS.length).toBeGreaterThan(1_400)
    // One rule with every letter's lower case: a capital that Lua leaves as it is does not match.
    const names = CAPITALS.map((char) => char.toLowerCase())
    const policy: Policy = {
      version: 1,
      name: 'all',
      rules: [{ id: 'any', verdict: 'deny', match: { name: names } }],
      defaults: { 'fs.read': 'permit' },
    }
    const cases = CAPITALS.map((name) => on({ name }))
    expect(new Set(engineAnswers(policy, cases))).toEqual(new Set(['deny any']))
    expect(differences(lua, policy, cases)).toEqual([])
  })

  it('matters for no other letters than those that the module lists', () => {
    // What a pattern of ASCII alone can tell apart: its letters, and how many units there are.
    const names = CAPITALS.flatMap((char) => [char, `x${char}`, `${char}k`])
    agreeOnNames(['k', 'i*', '?', '??', '*k', 'x?', 'å'], names)
    const [, after] = moduleOf(policyOf('name', ['k', '*'])).split('local LETTERS = {\n')
    expect(after!.slice(0, after!.indexOf('\n}')).split('\n')).toEqual([
      '  ["\\u{130}"] = "i\\u{307}",',
      '  ["\\u{212a}"] = "k",',
    ])
  })

  it('of a sigma hangs on its neighbours, as Unicode has it', () => {
    const part = fc.constantFrom(
      'Σ',
      'Σ',
      'σ',
      'ς',
      'a',
      'Α',
      '1',
      ' ',
      "'",
      '.',
      '\u0301',
      'ʰ',
      '𐐀',
      '😀',
      '\u{1d165}',
    )
    const word = fc.array(part, { maxLength: 6 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 2, maxLength: 4 }),
        fc.array(word, { minLength: 20, maxLength: 20 }),
        (patterns, names) => {
          // In lower case, in which the two small sigmas can be told apart.
          agreeOnNames([...patterns, ...names.map((name) => name.toLowerCase())], names)
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('wildcards', () => {
  it('count in UTF-16 units', () => {
    agreeOnNames(
      ['?', '??', '???', '*?', '?😀', '😀?', '*😀*', '*é', 'é*?', '**', ''],
      ['', 'a', 'é', 'ह', '€', '😀', 'a😀', '😀a', '😀😀', 'éé', '€é', '\ud83d', 'é\ude00'],
    )
  })

  it('match what the engine says', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'é', '€', '😀', '*', '?'), { maxLength: 6 })
    const joined = text.map((parts) => parts.join(''))
    const many = fc.array(joined, { minLength: 15, maxLength: 15 })
    fc.assert(fc.property(many, many, agreeOnNames), { numRuns: 40 })
  })

  it('match what the engine says where they are made to try again and again', () => {
    const name = 'a'.repeat(2_000)
    agreeOnNames([`${'*a'.repeat(200)}b`, `*${'a'.repeat(200)}*b`], [name, `${name}b`])
  })
})

describe('the network of a host', () => {
  const PARTS = (
    '0 1 10 127 172 16 31 192 168 169 254 100 64 999 . . . : :: ::ffff: a9fe fd fe80 fc00: ' +
    '0000 00001 /8 /240 - [ ] :80 localhost .localhost .local .home.arpa nip.io .sslip.io .xip.io a9fea9fe. x K _ é 64:ff9b::'
  ).split(' ')
  const part = fc.constantFrom(...PARTS, '\n')
  const dotted = fc
    .array(
      fc.constantFrom('0', '10', '100', '127', '169', '172', '192', '254', '64', '168', '16'),
      {
        minLength: 4,
        maxLength: 4,
      },
    )
    .map((parts) => parts.join('.'))
  const spelt = fc
    .tuple(
      fc.constantFrom('', 'x.', 'x-', 'x'),
      fc.constantFrom('.', '-'),
      fc.constantFrom('.nip.io', '.xip.io', '.io', ''),
    )
    .map(
      ([before, between, after]) =>
        `${before}${['169', '254', '169', '254'].join(between)}${after}`,
    )
  const host = fc.oneof(
    fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join('')),
    dotted,
    spelt,
    fc.constantFrom(...METADATA, ...[...METADATA].map((one) => `${one}.`)),
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV6().map((address) => `[${address}]:443`),
    fc.domain(),
  )

  it('changes where the engine has it change', () => {
    const hosts = [
      ...'0.0.0.0 0.0.0.1 0.0.1.0 0.1.0.0 1.0.0.0 127.255.0.1 128.0.0.1 10.0.0.0 11.0.0.0'.split(
        ' ',
      ),
      ...'172.15.0.1 172.16.0.1 172.31.0.1 172.32.0.1 100.63.0.1 100.64.0.1 100.127.0.1'.split(' '),
      ...'100.128.0.1 192.168.0.1 192.167.0.1 169.254.0.1 1234.0.0.1 10.0.0.1/99 10.0.0.1/100'.split(
        ' ',
      ),
      ...'[::ffff:7f00:0001] [::ffff:7f00:00001] [::ffff:07f00:1] [::ffff:c0a8:1] [::1] [::]'.split(
        ' ',
      ),
      ...'[::10.0.0.1] [0:0:0:0:0:0:0:1] [0:0:0:0:0:0:0:0:1] [00000::1] [::0001] [::00001]'.split(
        ' ',
      ),
      ...'[fc00::1] [fdff::1] [fe80::1] [febf::1] [fec0::1] [fd00:ec2::254] [64:ff9b::a9fe:a9fe]'.split(
        ' ',
      ),
    ]
    const policy = policyOf('network', Network.literals)
    const cases = hosts.map((one) => on({ host: one }))
    expect(new Set(engineAnswers(policy, cases)).size).toBe(Network.literals.length)
    expect(differences(lua, policy, cases)).toEqual([])
  })

  it('is the one that the engine tells by its name', () => {
    fc.assert(
      fc.property(fc.array(host, { minLength: 100, maxLength: 100 }), (hosts) => {
        const policy = policyOf('network', Network.literals)
        const cases = hosts.map((one) => on({ host: one }))
        expect(differences(lua, policy, cases)).toEqual([])
      }),
      { numRuns: 30 },
    )
  })
})
