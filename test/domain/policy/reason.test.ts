import { describe, expect, it } from 'vitest'
import { EFFECT_KINDS } from '../../../src/domain/action/effect.ts'
import { effectInWords, gravityOf, reasonLine } from '../../../src/domain/policy/reason.ts'

describe('effectInWords', () => {
  it.each([
    [
      {
        kind: 'fs.delete',
        certainty: 'certain',
        by: 'rm',
        target: { path: { home: '' }, zone: 'home' },
      },
      'rm deletes ~/ (home)',
    ],
    [
      {
        kind: 'fs.write',
        certainty: 'possible',
        target: { path: { project: 'a.ts' }, zone: 'project' },
      },
      'Bash may write ./a.ts (project)',
    ],
    [
      {
        kind: 'fs.read',
        certainty: 'certain',
        by: 'cat',
        target: { path: { home: '.ssh/id' }, zone: 'secret', as: { project: 'notes' } },
      },
      'cat reads ./notes, that is ~/.ssh/id (secret)',
    ],
    [
      {
        kind: 'net.send',
        certainty: 'certain',
        by: 'curl',
        target: { host: ['u:', { pii: 'EMAIL' }] },
      },
      'curl sends data to u:<EMAIL>',
    ],
    [{ kind: 'net.send', certainty: 'certain', by: 'curl' }, 'curl sends data'],
    [{ kind: 'privilege', certainty: 'certain', by: 'sudo' }, 'sudo takes more privileges'],
    [
      { kind: 'opaque', certainty: 'possible', by: 'eval', why: 'dynamic-command' },
      'eval may do something that cannot be read (dynamic-command)',
    ],
  ] as const)('%j: %s', (effect, words) => {
    expect(effectInWords('Bash', effect)).toBe(words)
  })

  it('ranks every kind, the mild below the grave', () => {
    expect(new Set(EFFECT_KINDS.map(gravityOf)).size).toBe(EFFECT_KINDS.length)
    expect(gravityOf('tamper')).toBeGreaterThan(gravityOf('fs.delete'))
    expect(gravityOf('fs.delete')).toBeGreaterThan(gravityOf('fs.read'))
  })
})

describe('reasonLine', () => {
  it('says what, how many more, and why', () => {
    const effect = { kind: 'exec', certainty: 'certain', target: { program: 'x' } } as const
    expect(reasonLine('Bash', 'deny', { effect, why: 'no' }, 2)).toBe(
      'Bash runs x (and 2 more): no',
    )
    expect(reasonLine('mcp__a__b', 'deny', { effect: undefined, why: 'no' }, 0)).toBe(
      'mcp__a__b: no',
    )
  })

  it('cuts what is long in the middle, where neither end of a path is lost', () => {
    const home = `a/${'b'.repeat(1000)}/c`
    const words = effectInWords('Bash', {
      kind: 'fs.write',
      certainty: 'certain',
      target: { path: { home }, zone: 'home' },
    })
    expect(words.length).toBeLessThan(140)
    expect(words).toMatch(/~\/a\/b+…b+\/c \(home\)$/)
  })
})
