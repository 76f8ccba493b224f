import { describe, expect, it } from 'vitest'
import { exampleAction } from '../../../src/domain/policy/examples.ts'
import { observedIn } from '../../../src/domain/profile/observed.ts'
import { familyOf, scopeOf } from '../../../src/domain/profile/scope.ts'

describe('a scope', () => {
  it.each([
    ['sed -i s/a/b/ src/deep/er/a.ts', 'fs.write', './src/deep'],
    ['sed -i s/a/b/ a.ts', 'fs.write', '.'],
    ['rm -rf src/gen', 'fs.delete', './src/gen'],
    ['cat src/a.ts', 'fs.read', 'project'],
    ['cat ~/notes/2026/todo.md', 'fs.read', '~/notes/2026'],
    ['cat /usr/share/dict/words', 'fs.read', '/usr/share/dict'],
    ['curl https://api.example.com/v1?x=1', 'net.fetch', 'api.example.com'],
    ['npm test', 'exec', 'npm'],
  ])('of %s (%s) is %s', (command, kind, scope) => {
    const effect = exampleAction(command).effects.find((one) => one.kind === kind)!
    expect(scopeOf(effect).text).toBe(scope)
  })

  it('of a target that was masked, or is too long to keep, says nothing', () => {
    const at = (project: string | ReadonlyArray<string | { pii: string }>) =>
      scopeOf({
        kind: 'fs.write',
        certainty: 'certain',
        target: { path: { project: project as string }, zone: 'project' },
      }).text
    expect(at(['mail/', { pii: 'EMAIL' }])).toBe('?')
    expect(at('a/'.repeat(200))).toBe('?')
  })

  it.each([
    ['tool:Bash:git:push', 'tool:Bash:git'],
    ['tool:Bash:ls', 'tool:Bash:ls'],
    ['tool:mcp:crm:lookup', 'tool:mcp:crm'],
    ['tool:Write:project:src', 'tool:Write'],
    ['tool:Read', 'tool:Read'],
  ])('the family of %s is %s', (capability, family) => {
    expect(familyOf(capability)).toBe(family)
  })
})

describe('what is observed of a call', () => {
  const keys = (command: string) => observedIn(exampleAction(command)).map(({ key }) => key)

  it('is one thing for each effect on its scope, whatever the file', () => {
    expect(keys('sed -i s/a/b/ src/a.ts')).toEqual(keys('sed -i s/x/y/ src/b.ts'))
    expect(keys('sed -i s/a/b/ src/a.ts')).not.toEqual(keys('sed -i s/a/b/ lib/a.ts'))
  })

  it('has its options as a part of it where a command changes something', () => {
    expect(keys('rm src/a.ts')).not.toEqual(keys('rm -f src/a.ts'))
    expect(keys('cat src/a.ts')).toEqual(keys('cat -n src/a.ts'))
  })

  it('has a capability without an effect too', () => {
    expect(keys('git status')).toEqual(['tool:Bash:git:status -'])
  })

  it('names the targets within the scope once', () => {
    const [one] = observedIn(exampleAction('rm src/a.ts src/b.ts src/a.ts'))
    expect(one!.targets).toEqual(['./src/a.ts', './src/b.ts'])
  })

  it('is bounded, however much a call does', () => {
    const many = Array.from({ length: 100 }, (_, i) => `d${i}/a`).join(' ')
    expect(observedIn(exampleAction(`rm ${many}`)).length).toBeLessThanOrEqual(24)
  })
})
