import * as fc from 'fast-check'
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import { policyJsonSchema } from '../../../src/domain/policy/jsonSchema.ts'
import {
  MOST_POLICY_BYTES,
  parsePolicy,
  parsePolicyText,
  policyBytes,
  policyDigest,
} from '../../../src/domain/policy/policy.ts'
import { fromUtf8 } from '../../../src/domain/bytes.ts'
import { sha256 } from '../../../src/infra/crypto/nodeCrypto.ts'
import { policy } from './generators.ts'

const base = { version: 1, name: 'test', rules: [], defaults: {} }
const rule = { id: 'a', verdict: 'deny', match: { tool: 'Bash' } }

const problemsOf = (value: unknown): ReadonlyArray<string> => {
  const parsed = parsePolicy(value)
  if (Result.isSuccess(parsed)) return []
  return parsed.failure.problems.map(({ path, problem }) => `${path}: ${problem}`)
}

const withRule = (fields: object) => ({ ...base, rules: [{ ...rule, ...fields }] })

describe('parsePolicy', () => {
  it('reads a policy with everything in it, and keeps it as it is', () => {
    const whole = {
      $schema: './policy.schema.json',
      version: 1,
      name: 'whole',
      tools: {
        Bash: {
          effects: ['read', 'execute'],
          postures: ['interactive'],
          require_confirmation: true,
        },
        'mcp__crm__*': { effects: [] },
      },
      unknown_tool: 'defer',
      rules: [
        {
          id: 'no-push',
          verdict: 'defer',
          match: {
            tool: ['Bash'],
            capability: 'tool:Bash:git:push',
            effect: ['net.send', 'destroy.*'],
            certainty: 'certain',
          },
          unless: [{ host: '*.example.com' }, { path: 'project:**/a.ts', zone: 'project' }],
          reason: 'pushes are read first',
          examples: {
            match: ['git push', { command: 'git push', cwd: 'sub' }],
            not: [{ tool: 'Read', input: { file_path: '/x', n: [1, { a: null }] } }],
          },
        },
        {
          id: 'ok',
          verdict: 'permit',
          match: { why: 'project-code', program: 'npm' },
          approve: true,
        },
      ],
      defaults: { 'fs.*': 'permit', tamper: 'deny' },
    }
    expect(parsePolicy(whole)).toEqual(Result.succeed(whole))
    expect(parsePolicyText(JSON.stringify(whole, null, 2))).toEqual(Result.succeed(whole))
  })

  it.each<[string, unknown, RegExp]>([
    ['not an object', 5, /^: expected object$/],
    ['null', null, /^: expected object$/],
    ['a key missing', { version: 1, name: 'x', rules: [] }, /^defaults: is missing$/],
    ['another version', { ...base, version: 2 }, /^version: expected 1$/],
    [
      'an unknown key',
      { ...base, budgets: {} },
      /^budgets: unknown key; valid: \$schema, version, name, tools, unknown_tool, monitored, taint, validators, rules, defaults, layers$/,
    ],
    [
      'an unknown condition',
      withRule({ match: { tol: 'Bash' } }),
      /^rules\[0\] \(a\)\.match\.tol: unknown key; did you mean "tool"\?$/,
    ],
    [
      'an unknown key of an exception',
      withRule({ unless: { x: 1 } }),
      /^rules\[0\] \(a\)\.unless\.x: unknown key; valid: tool,/,
    ],
    [
      'an unknown verdict',
      withRule({ verdict: 'allow' }),
      /^rules\[0\] \(a\)\.verdict: expected "permit" \| "defer" \| "deny"$/,
    ],
    [
      'an unknown effect',
      withRule({ match: { effect: 'fs.chmod' } }),
      /^rules\[0\] \(a\)\.match\.effect: expected "fs\.read" \|/,
    ],
    [
      'an unknown effect of several',
      withRule({ match: { effect: ['tamper', 'x'] } }),
      /^rules\[0\] \(a\)\.match\.effect\[1\]: expected "fs\.read" \|/,
    ],
    [
      'an unknown zone',
      withRule({ match: { zone: 'house' } }),
      /match\.zone: expected "project" \|/,
    ],
    [
      'an unknown code',
      withRule({ match: { why: 'magic' } }),
      /match\.why: expected "project-code" \|/,
    ],
    [
      'an unknown kind of default',
      { ...base, defaults: { 'fs.chmod': 'deny' } },
      /^defaults\.fs\.chmod: unknown key; valid: fs\.read,/,
    ],
    ['a match without a condition', withRule({ match: {} }), /at least one condition/],
    ['no alternatives', withRule({ match: { tool: [] } }), /length of at least 1/],
    [
      'a path that climbs',
      withRule({ match: { path: 'project:../x' } }),
      /match\.path: expected a path pattern/,
    ],
    ['a path without a root', withRule({ match: { path: 'src/**' } }), /expected a path pattern/],
    ['a path with two slashes', withRule({ match: { path: '/a//b' } }), /expected a path pattern/],
    [
      'a capability that ends in :',
      withRule({ match: { capability: 'tool:Bash:' } }),
      /expected a capability/,
    ],
    ['a host with a star inside', withRule({ match: { host: 'a.*.com' } }), /expected a host name/],
    ['an id of the baseline', withRule({ id: 'baseline:tamper' }), /expected an id/],
    [
      'a reason of two lines',
      withRule({ reason: 'a\nb' }),
      /\.reason: expected a reason: one line/,
    ],
    ['a reason that reverses text', withRule({ reason: 'a\u202eb' }), /expected a reason/],
    [
      'a denial that approves',
      withRule({ approve: true }),
      /^rules\[0\] \(a\)\.approve: only a permit can approve$/,
    ],
    [
      'two rules of one id',
      { ...base, rules: [rule, rule] },
      /^rules\[1\] \(a\)\.id: the id of an earlier rule$/,
    ],
    [
      'an unknown manifest word',
      { ...base, tools: { Bash: { effects: ['rm'] } } },
      /^tools\.Bash\.effects\[0\]: expected "read" \|/,
    ],
    ['a tool name with a space', { ...base, tools: { 'B h': {} } }, /^tools\.B h: unknown key/],
    [
      'an example of another shape',
      withRule({ examples: { match: [5] } }),
      /examples\.match\[0\]: expected/,
    ],
    [
      'a number without a canonical form',
      withRule({ examples: { match: [{ tool: 'X', input: { a: -0 } }] } }),
      /negative zero/,
    ],
    ['a lone surrogate', withRule({ examples: { match: ['\ud800'] } }), /lone surrogate/],
  ])('refuses %s', (_, value, expected) => {
    const problems = problemsOf(value)
    expect(problems).not.toEqual([])
    expect(problems.join('\n')).toMatch(new RegExp(expected.source, 'm'))
  })

  it('names every problem at once, in one printable message', () => {
    const parsed = parsePolicy({ ...base, rules: [{ id: 'x\u001b[2J', verdict: 'no' }], 'a\nb': 1 })
    const message = Result.isFailure(parsed) ? parsed.failure.message : ''
    expect(message).toMatch(/^the policy is invalid: /)
    for (const part of ['verdict', 'match: is missing', 'a\\u{a}b: unknown key'])
      expect(message).toContain(part)
    expect(message).toMatch(/^[^\p{C}]*$/u)
  })

  it('refuses what is too deep, too large or too many without falling over', () => {
    let deep: unknown = {}
    for (let i = 0; i < 50_000; i++) deep = { a: deep }
    expect(problemsOf(withRule({ examples: { match: [{ tool: 'X', input: deep }] } }))).toEqual([
      ': nested deeper than 64 levels',
    ])
    const long = 'x'.repeat(4096)
    const rules = Array.from({ length: 300 }, (_, i) => ({
      ...rule,
      id: `r${i}`,
      examples: { match: [long] },
    }))
    expect(problemsOf({ ...base, rules })).toEqual([
      expect.stringContaining(`at most ${MOST_POLICY_BYTES}`),
    ])
    const many = Array.from({ length: 2001 }, (_, i) => ({ ...rule, id: `r${i}` }))
    expect(problemsOf({ ...base, rules: many }).join()).toContain('at most 2000')
  })

  it('a __proto__ key is an unknown key like any other', () => {
    expect(
      problemsOf(JSON.parse('{"version":1,"name":"x","rules":[],"defaults":{},"__proto__":{}}')),
    ).toEqual([expect.stringMatching(/^__proto__: unknown key/)])
    expect(
      problemsOf(
        JSON.parse('{"version":1,"name":"x","rules":[],"defaults":{"__proto__":"permit"}}'),
      ),
    ).toEqual([expect.stringMatching(/^defaults\.__proto__: unknown key/)])
  })
})

describe('parsePolicyText', () => {
  const problem = (text: string) => {
    const parsed = parsePolicyText(text)
    return Result.isFailure(parsed) ? parsed.failure.problems[0] : undefined
  }

  it('refuses text that is not JSON', () => {
    expect(problem('{')).toMatchObject({ path: '', problem: expect.stringMatching(/^not JSON: /) })
  })

  it('refuses a key given twice, which hides the first', () => {
    const text =
      '{"version":1,"name":"x","defaults":{"tamper":"deny","tamper":"permit"},"rules":[]}'
    expect(problem(text)).toEqual({ path: 'defaults.tamper', problem: 'given twice in one object' })
  })

  it('refuses what is far too long before it is parsed', () => {
    expect(problem(' '.repeat(4 * MOST_POLICY_BYTES + 1))?.problem).toMatch(/^longer than/)
  })
})

describe('whatever stands in a policy', () => {
  /** A valid policy with one value somewhere in it replaced, or one key renamed. */
  const damaged = fc
    .tuple(policy, fc.nat(), fc.jsonValue({ maxDepth: 2 }), fc.boolean())
    .map(([one, at, value, rename]) => {
      const copy = JSON.parse(JSON.stringify(one)) as Record<string, unknown>
      const places: Array<readonly [Record<string, unknown>, string]> = []
      const walk = (node: unknown): void => {
        if (typeof node !== 'object' || node === null) return
        for (const key of Object.keys(node)) {
          places.push([node as Record<string, unknown>, key])
          walk((node as Record<string, unknown>)[key])
        }
      }
      walk(copy)
      const [node, key] = places[at % places.length]!
      if (rename && !Array.isArray(node)) {
        node[`${key}x`] = node[key]
        delete node[key]
      } else node[key] = value
      return copy
    })

  it('it loads, or each problem names its place', () => {
    fc.assert(
      fc.property(damaged, (value) => {
        for (const problem of problemsOf(value)) {
          expect(problem).toMatch(/^(?:[^:[\]]|\["(?:[^"\\]|\\.)*"\]|\[\d+\])+: \S/)
          expect(problem).toMatch(/^[^\p{C}]*$/u)
        }
      }),
    )
  })

  it('a slip is answered with what was probably meant', () => {
    for (const [value, expected] of [
      [
        withRule({ match: { efect: 'tamper' } }),
        'rules[0] (a).match.efect: unknown key; did you mean "effect"?',
      ],
      [
        withRule({ verdict: 'denyy' }),
        'rules[0] (a).verdict: expected "permit" | "defer" | "deny"; did you mean "deny"?',
      ],
      [
        { ...base, defaults: { 'fs.wirte': 'deny' } },
        'defaults.fs.wirte: unknown key; did you mean "fs.write"?',
      ],
      [
        { ...base, layers: [{ name: 'l', rules: [{ ...rule, verdict: 1 }], defaults: {} }] },
        'layers[0].rules[0] (a).verdict: expected "permit" | "defer" | "deny"',
      ],
    ] as const)
      expect(problemsOf(value)).toEqual([expected])
  })

  it('conditions that nothing can match yet are refused, not passed over', () => {
    for (const key of ['pii', 'injection'])
      expect(problemsOf(withRule({ match: { tool: 'Bash', [key]: 'x' } })).join()).toContain(
        `match.${key}: unknown key; valid: tool, capability, flag, flags_only, effect`,
      )
    for (const key of ['guards', 'budgets'])
      expect(problemsOf({ ...base, [key]: [] }).join()).toContain(`${key}: unknown key`)
  })

  it('one id is one rule, in layers too', () => {
    const layer = (match: object) => ({ name: 'l', rules: [{ ...rule, match }], defaults: {} })
    expect(problemsOf({ ...base, rules: [rule], layers: [layer({ tool: 'Bash' })] })).toEqual([])
    expect(problemsOf({ ...base, rules: [rule], layers: [layer({ tool: 'Write' })] })).toEqual([
      'layers[0].rules[0] (a).id: the id of another rule, in another layer',
    ])
  })
})

describe('a policy', () => {
  it('is the same after its own bytes were read back', () => {
    fc.assert(
      fc.property(policy, (one) => {
        const text = fromUtf8(policyBytes(one))!
        expect(parsePolicyText(text)).toEqual(Result.succeed(one))
      }),
    )
  })

  it('has one digest, whatever the order of its keys', () => {
    const reversed = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(reversed)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .map(([key, field]) => [key, reversed(field)] as const)
                .toReversed(),
            )
          : value
    fc.assert(
      fc.property(policy, (one) => {
        const other = Result.getOrThrow(parsePolicy(reversed(one)))
        expect(policyDigest(other, sha256)).toBe(policyDigest(one, sha256))
      }),
    )
  })

  it('has another digest when its rules are in another order, or anything else differs', () => {
    const digest = (value: unknown) => policyDigest(Result.getOrThrow(parsePolicy(value)), sha256)
    const [one, two] = [rule, { ...rule, id: 'b' }]
    const digests = [
      digest({ ...base, rules: [one, two] }),
      digest({ ...base, rules: [two, one] }),
      digest({ ...base, rules: [one] }),
      digest({ ...base, rules: [one], defaults: { exec: 'deny' } }),
    ]
    expect(new Set(digests).size).toBe(4)
  })
})

it('policy.schema.json is the one of this code (scripts/policy-schema.ts writes it)', () => {
  const file = new URL('../../../policy.schema.json', import.meta.url)
  expect(JSON.parse(fs.readFileSync(file, 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(policyJsonSchema())),
  )
})
