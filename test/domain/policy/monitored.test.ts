import { describe, expect, it } from 'vitest'
import { compilePolicy, decide } from '../../../src/domain/policy/decide.ts'
import { exampleAction } from '../../../src/domain/policy/examples.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Example } from '../../../src/domain/policy/rule.ts'

const policy: Policy = {
  version: 1,
  name: 'test',
  monitored: ['project:db/**', { path: ['**/Dockerfile'], reason: 'images are built from it' }],
  rules: [{ id: 'all', verdict: 'permit', match: { effect: ['fs.*', 'opaque'] } }],
  defaults: { exec: 'permit', 'destroy.*': 'permit', persist: 'permit' },
}
const judge = (call: Example, by: Policy = policy) =>
  decide(exampleAction(call), compilePolicy(by), {
    mode: 'enforce',
    posture: 'interactive',
    state: { suspended: false },
  })

describe('a monitored path', () => {
  it.each<[Example]>([
    ['echo x > db/schema.sql'],
    ['rm db/schema.sql'],
    ['rm -rf db'],
    ['mv db other'],
    ['chmod -R 777 db'],
    ['sed -i s/a/b/ DB/Schema.sql'],
    ["python3 -c \"open('db/a','w')\""],
    [{ tool: 'Write', input: { file_path: '/home/dev/project/db/a.sql', content: 'x' } }],
    [{ tool: 'Edit', input: { file_path: 'db/a.sql', old_string: 'a', new_string: 'b' } }],
  ])('is changed by %j, and a human decides, whatever is permitted', (call) => {
    expect(judge(call)).toMatchObject({ verdict: 'defer', rules: ['policy:monitored'] })
  })

  it('may be read, and others changed', () => {
    for (const call of ['cat db/schema.sql', 'touch src/db.ts', 'grep -r x db'])
      expect([call, judge(call).verdict]).toEqual([call, 'permit'])
  })

  it('tells its reason', () => {
    expect(judge('touch sub/Dockerfile').reason).toContain('images are built from it')
    expect(judge('touch db/a').reason).toContain('has a human look at every change')
  })

  it('takes no denial back', () => {
    const deny = { ...policy, rules: [], defaults: { 'fs.write': 'deny' as const } }
    expect(judge('touch db/a', deny).verdict).toBe('deny')
  })
})
