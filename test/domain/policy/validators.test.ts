import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { composePolicies } from '../../../src/domain/policy/compose.ts'
import { differencesOf } from '../../../src/domain/policy/differences.ts'
import { luaModule } from '../../../src/domain/policy/lua/module.ts'
import { parsePolicy, type Policy, validatorsOf } from '../../../src/domain/policy/policy.ts'
import { checkValidatorExamples } from '../../../src/domain/policy/validatorExamples.ts'
import { READERS } from '../../../src/infra/validate/readers.ts'

const json = {
  id: 'json',
  paths: ['project:**/*.json'],
  kind: 'json',
  examples: { fires: '{,}', passes: '{}' },
}

const policyWith = (validators: ReadonlyArray<object>, more: object = {}) => ({
  version: 1,
  name: 'test',
  rules: [],
  defaults: {},
  validators,
  ...more,
})

const problemsOf = (...validators: ReadonlyArray<object>): ReadonlyArray<string> => {
  const parsed = parsePolicy(policyWith(validators))
  const checked = Result.flatMap(parsed, (policy) => checkValidatorExamples(policy, READERS))
  return Result.isSuccess(checked)
    ? []
    : checked.failure.problems.map(({ path, problem }) => `${path}: ${problem}`)
}

describe('a policy with validators', () => {
  it('loads where their examples hold', () => {
    expect(
      problemsOf(
        json,
        {
          ...json,
          id: 'size',
          kind: 'size',
          max_bytes: 20_000,
          examples: { fires: { repeat: 'x', times: 20_001 }, passes: '' },
        },
        {
          ...json,
          id: 'utf8',
          kind: 'encoding',
          examples: { fires: { base64: '/w==' }, passes: 'a' },
        },
        {
          ...json,
          id: 'shape',
          kind: 'schema',
          schema: { type: 'array', items: { type: 'string' } },
          examples: { fires: '[1]', passes: '["a"]' },
        },
        { ...json, id: 'yaml', kind: 'yaml', examples: { fires: 'a: 1\na: 2', passes: 'a: 1' } },
        {
          ...json,
          id: 'yaml-shape',
          kind: 'schema',
          format: 'yaml',
          schema: { type: 'array' },
          examples: { fires: 'a: 1', passes: '- a' },
        },
        {
          ...json,
          id: 'none',
          kind: 'forbidden',
          patterns: ['TODO'],
          examples: { fires: 'TODO', passes: '' },
        },
      ),
    ).toEqual([])
  })

  it.each([
    [
      { examples: { fires: '{}', passes: '{}' } },
      'validators[0] (json).examples.fires: the validator finds nothing wrong with it',
    ],
    [
      { examples: { fires: '{', passes: '{"a"}' } },
      'validators[0] (json).examples.passes: the validator finds fault with it: line 1: expected a colon after the key',
    ],
    [
      { kind: 'forbidden', patterns: ['a', '('] },
      'validators[0] (json).patterns[1]: is no pattern',
    ],
    [
      { kind: 'forbidden', patterns: ['a*'] },
      'validators[0] (json).patterns[0]: is found in every text',
    ],
    [
      { kind: 'forbidden', patterns: [`(${'[a-z]{90}'.repeat(9)})`] },
      'validators[0] (json).patterns[0]: is too large',
    ],
    [
      { kind: 'schema', schema: { properties: { a: { pattern: '(' } } } },
      'validators[0] (json).schema.properties.a.pattern: is no pattern',
    ],
    [{ kind: 'forbidden' }, 'validators[0] (json).patterns: is missing'],
    [{ kind: 'schema' }, 'validators[0] (json).schema: is missing'],
    [{ kind: 'size' }, 'validators[0] (json).max_bytes: is missing'],
    [{ max_bytes: 1 }, 'validators[0] (json).max_bytes: kind json has no such option'],
    [
      { kind: 'schema', schema: { format: 'email' } },
      'validators[0] (json).schema.format: unknown key',
    ],
    [{ kind: 'xml' }, 'validators[0] (json).kind: expected'],
    [{ format: 'yaml' }, 'validators[0] (json).format: kind json has no such option'],
    [
      { kind: 'yaml', examples: { fires: '{}', passes: '{}' } },
      'validators[0] (json).examples.fires: the validator finds nothing wrong',
    ],
    [{ paths: [] }, 'validators[0] (json).paths: '],
    [{ paths: ['src/*.json'] }, 'validators[0] (json).paths[0]: '],
    [{ examples: { fires: '{' } }, 'validators[0] (json).examples.passes: is missing'],
    [
      { examples: { fires: { repeat: 'xx', times: 2_000_000 }, passes: '{}' } },
      'validators[0] (json).examples.fires',
    ],
  ])('is refused with the place: %j', (more, problem) => {
    expect(problemsOf({ ...json, ...more }).join('\n')).toContain(problem)
  })

  it('takes no more time for its examples than a gate has', () => {
    const long = { repeat: 'x', times: 2_000_000 }
    const heavy = Array.from({ length: 60 }, (_, i) => ({
      ...json,
      id: `v${i}`,
      kind: 'forbidden',
      patterns: ['y'],
      examples: { fires: long, passes: long },
    }))
    expect(problemsOf(...heavy).join('\n')).toContain('too much is in all the examples together')
  })

  it('has no two of one id, and not too many', () => {
    expect(problemsOf(json, json).join()).toContain('validators[1] (json).id: the id of an earlier')
    const many = Array.from({ length: 40 }, (_, i) => ({ ...json, id: `v${i}` }))
    const layer = { name: 'more', rules: [], defaults: {}, validators: many }
    expect(Result.isFailure(parsePolicy(policyWith(many, { layers: [layer] })))).toBe(true)
  })

  it('keeps them when it is composed, tells them in a diff, and leaves them out of Lua', () => {
    const plain = Result.getOrThrow(parsePolicy(policyWith([])))
    const one = Result.getOrThrow(parsePolicy(policyWith([json]))) as Policy
    const other = Result.getOrThrow(
      parsePolicy(policyWith([{ ...json, paths: ['project:a.json'] }], { name: 'other' })),
    )
    const both = Result.getOrThrow(composePolicies([one, other]))
    expect(validatorsOf(both).map(({ paths }) => paths)).toEqual([
      ['project:**/*.json'],
      ['project:a.json'],
    ])
    expect(differencesOf(plain, one)).toEqual(['+ validator json'])
    expect(differencesOf(one, plain)).toEqual(['- validator json'])
    expect(differencesOf(one, { ...other, name: 'test' })).toEqual(['~ validator json'])
    const lua = luaModule(one, { digest: 'x', lines: [] })
    expect(lua).not.toContain('project:**/*.json')
    expect(lua).toContain('validators here')
  })
})
