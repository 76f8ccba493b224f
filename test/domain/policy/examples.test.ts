import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import { checkExamples, exampleAction } from '../../../src/domain/policy/examples.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Rule } from '../../../src/domain/policy/rule.ts'

const policyOf = (...rules: ReadonlyArray<Rule>): Policy => ({
  version: 1,
  name: 'test',
  rules,
  defaults: {},
})
const problemsOf = (policy: Policy) => {
  const checked = checkExamples(policy)
  return Result.isFailure(checked) ? checked.failure.problems : []
}

describe('checkExamples', () => {
  const home: Rule = {
    id: 'home',
    verdict: 'deny',
    match: { effect: 'fs.write', path: '~/keep/**' },
    unless: { path: '~/keep/open/**' },
  }

  it('accepts a rule that does what its examples say', () => {
    const examples: Rule['examples'] = {
      match: [
        'echo x > ~/keep/a',
        { command: 'echo x > a', cwd: '/home/dev/keep' },
        { command: 'echo x > keep/a', cwd: '~' },
        { tool: 'Write', input: { file_path: '/home/dev/keep/a', content: '' } },
      ],
      not: [
        'cat ~/keep/a',
        'echo x > ~/keep/open/a',
        { tool: 'Read', input: { file_path: '/home/dev/keep/a' } },
      ],
    }
    expect(problemsOf(policyOf({ ...home, examples }))).toEqual([])
  })

  it('names the rule and the example of each that fails, in printable text', () => {
    const examples: Rule['examples'] = {
      match: ['echo x > ~/keep/a', 'cat ~/keep/a\u001b[2J'],
      not: [{ tool: 'Write', input: { file_path: '~/keep/b', content: '' } }],
    }
    expect(
      problemsOf(
        policyOf({ id: 'x', verdict: 'deny', match: { tool: 'X' } }, { ...home, examples }),
      ),
    ).toEqual([
      {
        path: 'rules[1] (home).examples.match[1]',
        problem: 'the rule does not match cat ~/keep/a\\u{1b}[2J',
      },
      {
        path: 'rules[1] (home).examples.not[0]',
        problem: 'the rule matches Write {"file_path":"~/keep/b","content":""}',
      },
    ])
  })

  it('judges each rule by itself, whatever the others say', () => {
    const deny: Rule = { id: 'all', verdict: 'deny', match: { tool: '*' } }
    const permit: Rule = {
      id: 'push',
      verdict: 'permit',
      match: { capability: 'tool:Bash:git:push' },
      examples: { match: ['git push'], not: ['git push && rm -rf ~', 'git status'] },
    }
    expect(problemsOf(policyOf(deny, permit))).toEqual([])
  })

  it('places examples on a machine of their own', () => {
    const read = exampleAction({
      tool: 'Read',
      input: { file_path: '/home/dev/.config/isonapse/x' },
    })
    expect(read.effects[0]).toMatchObject({ kind: 'fs.read', target: { zone: 'gate' } })
    const mine = exampleAction({ tool: 'Read', input: { file_path: 'a.ts' } })
    expect(mine.effects[0]).toMatchObject({ target: { path: { project: 'a.ts' } } })
  })
})
