import { it as effectIt } from '@effect/vitest'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Action, type Capability } from '../../../src/domain/action/action.ts'
import type { ActionEffect } from '../../../src/domain/action/effect.ts'
import { BASELINE } from '../../../src/domain/policy/baseline.ts'
import {
  type Circumstances,
  compilePolicy,
  decide,
  type Decision,
} from '../../../src/domain/policy/decide.ts'
import { CHANGES } from '../../../src/domain/policy/monitored.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import { many, type Rule } from '../../../src/domain/policy/rule.ts'
import type { Posture, Verdict } from '../../../src/domain/policy/verdict.ts'
import { action, circumstances, effect, match, policy, rule } from './generators.ts'

const RANK: Record<Verdict, number> = { permit: 0, defer: 1, deny: 2 }
const now = (posture: Posture = 'interactive'): Circumstances => ({
  mode: 'enforce',
  posture,
  state: { suspended: false },
})

const PERMISSIVE: Policy['defaults'] = {
  'fs.*': 'permit',
  'net.*': 'permit',
  'destroy.*': 'permit',
  'secret.*': 'permit',
  exec: 'permit',
  spawn: 'permit',
  privilege: 'permit',
  persist: 'permit',
  tamper: 'permit',
  opaque: 'permit',
}

const policyOf = (
  rules: ReadonlyArray<Rule>,
  defaults: Policy['defaults'] = {},
  more: Partial<Policy> = {},
): Policy => ({ version: 1, name: 'test', rules, defaults, ...more })

const bash = (
  capabilities: ReadonlyArray<string>,
  effects: ReadonlyArray<ActionEffect>,
  more: Partial<Action> = {},
): Action => ({
  tool: 'Bash',
  origin: 'builtin',
  capabilities: capabilities as ReadonlyArray<Capability>,
  effects,
  ...more,
})

const judge = (what: Action, by: Policy, posture: Posture = 'interactive'): Decision =>
  decide(what, compilePolicy(by), now(posture))

const exec = (program: string, of: number): ActionEffect => ({
  kind: 'exec',
  target: { program },
  certainty: 'certain',
  by: program,
  of,
})
const deletesHome: ActionEffect = {
  kind: 'fs.delete',
  target: { path: { home: 'notes' }, zone: 'home' },
  certainty: 'certain',
  by: 'rm',
  of: 1,
}
const sends: ActionEffect = {
  kind: 'net.send',
  target: { host: 'github.com' },
  certainty: 'certain',
  by: 'git',
  of: 0,
}

describe('one effect', () => {
  it('has the default of its kind, else of its class, else defer', () => {
    const write: ActionEffect = { kind: 'fs.write', certainty: 'certain' }
    const one = bash([], [write])
    expect(judge(one, policyOf([], { 'fs.write': 'permit', 'fs.*': 'deny' }))).toMatchObject({
      verdict: 'permit',
      rules: ['default:fs.write'],
    })
    expect(judge(one, policyOf([], { 'fs.*': 'deny' })).verdict).toBe('deny')
    expect(judge(one, policyOf([])).verdict).toBe('defer')
  })

  it('has the strictest verdict of the rules that match it, and names all of those', () => {
    const rules: ReadonlyArray<Rule> = [
      { id: 'a', verdict: 'permit', match: { effect: 'net.send' } },
      { id: 'c', verdict: 'defer', match: { host: 'github.com' } },
      { id: 'b', verdict: 'defer', match: { effect: 'net.*' } },
      { id: 'd', verdict: 'deny', match: { host: 'example.com' } },
    ]
    const decision = judge(bash(['tool:Bash:git:push'], [sends]), policyOf(rules))
    expect(decision).toMatchObject({ verdict: 'defer', rules: ['b', 'c'], approve: false })
  })

  it('is left alone by a rule whose exception matches', () => {
    const rules: ReadonlyArray<Rule> = [
      {
        id: 'a',
        verdict: 'deny',
        match: { effect: 'net.send' },
        unless: [{ host: 'gitlab.com' }, { host: '*.github.com' }, { host: 'github.com' }],
      },
    ]
    const decision = judge(bash(['tool:Bash:git:push'], [sends]), policyOf(rules, PERMISSIVE))
    expect(decision).toMatchObject({ verdict: 'permit', rules: ['default:net.send'] })
  })
})

describe('a compound command', () => {
  const pushAndDelete = bash(
    ['tool:Bash:git:push', 'tool:Bash:rm'],
    [exec('git', 0), sends, exec('rm', 1), deletesHome],
  )
  const permitPush: Rule = {
    id: 'push',
    verdict: 'permit',
    match: { capability: 'tool:Bash:git:push', effect: ['exec', 'net.send', 'fs.*'] },
  }

  it('is not permitted whole by a permit for one of its commands', () => {
    const decision = judge(pushAndDelete, policyOf([permitPush], { exec: 'permit' }))
    expect(decision).toMatchObject({ verdict: 'defer', rules: ['default:fs.delete'] })
    expect(decision.reason).toContain('rm deletes ~/notes (home)')
    const alone = bash(['tool:Bash:git:push'], [exec('git', 0), sends])
    expect(judge(alone, policyOf([permitPush])).verdict).toBe('permit')
  })

  it('is denied whole by a deny for one of its commands', () => {
    const denyPush: Rule = { id: 'no', verdict: 'deny', match: { capability: 'tool:Bash:git' } }
    expect(judge(pushAndDelete, policyOf([denyPush], PERMISSIVE))).toMatchObject({
      verdict: 'deny',
      rules: ['no'],
    })
  })

  it('with an effect that any of its commands may do: permits must cover all, denials any', () => {
    const { of: _, ...somebodys } = sends
    const both = bash(['tool:Bash:git:push', 'tool:Bash:rm'], [somebodys])
    const denyRm: Rule = {
      id: 'no',
      verdict: 'deny',
      match: { capability: 'tool:Bash:rm', effect: 'net.send' },
    }
    expect(judge(both, policyOf([permitPush])).verdict).toBe('defer')
    expect(judge(both, policyOf([denyRm], PERMISSIVE)).verdict).toBe('deny')
  })

  it('whose exception covers one command keeps the denial of the other', () => {
    const deny: Rule = {
      id: 'git',
      verdict: 'deny',
      match: { capability: 'tool:Bash:git' },
      unless: { capability: 'tool:Bash:git:status' },
    }
    const of = (...names: ReadonlyArray<string>) => bash(names, [])
    expect(judge(of('tool:Bash:git:status', 'tool:Bash:ls'), policyOf([deny])).verdict).toBe(
      'permit',
    )
    expect(judge(of('tool:Bash:git:status', 'tool:Bash:git:push'), policyOf([deny])).verdict).toBe(
      'deny',
    )
  })
})

describe('how far a permit for a tool or a capability alone reaches', () => {
  const permit = policyOf([{ id: 'p', verdict: 'permit', match: { tool: 'Bash' } }])
  const verdictOf = (one: ActionEffect) => judge(bash(['tool:Bash:x'], [one]), permit).verdict

  it('to everyday effects in the project and temporary folders', () => {
    const write = (zone: 'project' | 'tmp' | 'home'): ActionEffect => ({
      kind: 'fs.write',
      certainty: 'certain',
      target: { path: { path: '/x' }, zone },
    })
    expect(verdictOf(exec('x', 0))).toBe('permit')
    expect(verdictOf({ kind: 'net.fetch', certainty: 'certain', target: { host: 'a.b' } })).toBe(
      'permit',
    )
    expect(verdictOf(write('project'))).toBe('permit')
    expect(verdictOf(write('tmp'))).toBe('permit')
    expect(verdictOf(write('home'))).toBe('defer')
  })

  it('to no consequential effect and to nothing opaque', () => {
    expect(verdictOf(sends)).toBe('defer')
    expect(verdictOf({ kind: 'persist', certainty: 'certain' })).toBe('defer')
    expect(verdictOf({ kind: 'opaque', certainty: 'possible', why: 'dynamic-command' })).toBe(
      'defer',
    )
  })

  it('to the opaque inside of the very tool that it names', () => {
    const lookup = bash(
      ['tool:mcp:crm:lookup'],
      [{ kind: 'opaque', certainty: 'possible', why: 'mcp-tool', of: 0 }],
      {
        tool: 'mcp__crm__lookup',
        origin: 'mcp',
      },
    )
    const named = policyOf([{ id: 'p', verdict: 'permit', match: { tool: 'mcp__crm__*' } }])
    expect(judge(lookup, named).verdict).toBe('permit')
    expect(judge(lookup, policyOf([])).verdict).toBe('defer')
  })

  it('a permit that names the path covers its other effects but not a consequential one', () => {
    const named = policyOf([{ id: 'p', verdict: 'permit', match: { path: '~/.bashrc' } }])
    const on = (kind: ActionEffect['kind']): Action =>
      bash(
        [],
        [{ kind, certainty: 'certain', target: { path: { home: '.bashrc' }, zone: 'persist' } }],
      )
    expect(judge(on('fs.write'), named).verdict).toBe('permit')
    expect(judge(on('persist'), named).verdict).toBe('defer')
  })
})

describe('paths that the agent chooses', () => {
  const deny = policyOf(
    [{ id: 'no', verdict: 'deny', match: { effect: 'fs.*', path: '~/keep/**' } }],
    PERMISSIVE,
  )
  const permit = policyOf([
    { id: 'yes', verdict: 'permit', match: { effect: 'fs.*', path: '~/keep/**' } },
  ])
  const on = (kind: ActionEffect['kind'], home: string, as?: string): Action =>
    bash(
      [],
      [
        {
          kind,
          certainty: 'certain',
          target: {
            path: { home },
            zone: 'home',
            ...(as === undefined ? {} : { as: { home: as } }),
          },
        },
      ],
    )

  it('a link out of a permitted folder is judged by where it leads, a link into a denied one too', () => {
    expect(judge(on('fs.write', 'other/x', 'keep/x'), permit).verdict).toBe('defer')
    expect(judge(on('fs.write', 'keep/x', 'other/x'), permit).verdict).toBe('permit')
    expect(judge(on('fs.write', 'other/x', 'keep/x'), deny).verdict).toBe('deny')
    expect(judge(on('fs.write', 'keep/x', 'other/x'), deny).verdict).toBe('deny')
  })

  it('another case is the same path to a denial, and another one to a permit', () => {
    expect(judge(on('fs.read', 'KEEP/x'), deny).verdict).toBe('deny')
    expect(judge(on('fs.read', 'KEEP/x'), permit).verdict).toBe('defer')
  })

  it('an exception to a denial holds for the very path only: no other case, no link to it', () => {
    const except = policyOf(
      [{ id: 'no', verdict: 'deny', match: { path: '~/**' }, unless: { path: '~/open/**' } }],
      PERMISSIVE,
    )
    expect(judge(on('fs.write', 'open/x'), except).verdict).toBe('permit')
    expect(judge(on('fs.write', 'Open/x'), except).verdict).toBe('deny')
    expect(judge(on('fs.write', 'keep/x', 'open/x'), except).verdict).toBe('deny')
  })

  it('an exception to a permit holds for every name of the path', () => {
    const except = policyOf([
      {
        id: 'yes',
        verdict: 'permit',
        match: { path: '~/**', effect: 'fs.*' },
        unless: { path: '~/keep/**' },
      },
    ])
    expect(judge(on('fs.write', 'open/x'), except).verdict).toBe('permit')
    expect(judge(on('fs.write', 'KEEP/x'), except).verdict).toBe('defer')
    expect(judge(on('fs.write', 'open/x', 'keep/x'), except).verdict).toBe('defer')
    expect(judge(on('fs.delete', ''), except).verdict).toBe('deny')
  })

  it('deleting a folder above a protected one is denied, reading it is not', () => {
    const inner = policyOf(
      [{ id: 'no', verdict: 'deny', match: { path: '~/work/keep/**' } }],
      PERMISSIVE,
    )
    expect(judge(on('fs.delete', 'work'), inner).verdict).toBe('deny')
    expect(judge(on('fs.read', 'work'), inner).verdict).toBe('permit')
    expect(judge(on('fs.delete', 'workshop'), inner).verdict).toBe('permit')
  })
})

describe('tools', () => {
  const mystery = bash([], [{ kind: 'opaque', certainty: 'possible', why: 'unknown-tool' }], {
    tool: 'Mystery',
    origin: 'unknown',
  })

  it('nobody knows are denied unless the policy says otherwise or names them', () => {
    expect(judge(mystery, policyOf([], PERMISSIVE))).toMatchObject({
      verdict: 'deny',
      rules: ['unknown-tool'],
    })
    expect(judge(mystery, policyOf([], PERMISSIVE, { unknown_tool: 'defer' })).verdict).toBe(
      'defer',
    )
    expect(judge(mystery, policyOf([], {}, { unknown_tool: 'permit' })).verdict).toBe('permit')
    const named: Rule = { id: 'm', verdict: 'permit', match: { tool: 'Mystery' } }
    expect(judge(mystery, policyOf([named])).verdict).toBe('permit')
  })

  it('in the manifest are judged by what they declare', () => {
    const declared = (effects: ReadonlyArray<'read' | 'network'>) =>
      judge(
        mystery,
        policyOf(
          [],
          { 'fs.read': 'permit', 'net.fetch': 'permit' },
          { tools: { Mystery: { effects } } },
        ),
      )
    expect(declared(['read']).verdict).toBe('permit')
    expect(declared(['network'])).toMatchObject({ verdict: 'defer', rules: ['default:net.send'] })
  })

  it('are denied what they do not declare', () => {
    const manifest = policyOf([], PERMISSIVE, { tools: { Bash: { effects: ['read', 'execute'] } } })
    expect(judge(bash([], [exec('ls', 0)]), manifest).verdict).toBe('permit')
    expect(judge(bash([], [deletesHome]), manifest)).toMatchObject({
      verdict: 'deny',
      rules: ['manifest:effects'],
    })
  })

  it('that declare reading may read secrets, as far as the policy lets them', () => {
    const manifest = policyOf([], PERMISSIVE, { tools: { Bash: { effects: ['read'] } } })
    const secret = bash([], [{ kind: 'secret.read', certainty: 'certain' }])
    expect(judge(secret, manifest).verdict).toBe('permit')
    expect(judge(secret, { ...manifest, defaults: {} })).toMatchObject({
      verdict: 'defer',
      rules: ['default:secret.read'],
    })
  })

  it('may ask for confirmation and be kept from a posture', () => {
    const tools: Policy['tools'] = {
      Bash: { require_confirmation: true },
      'mcp__*': { postures: ['interactive'] },
      'mcp__crm__*': { postures: ['interactive', 'autonomous'] },
    }
    const by = policyOf([], PERMISSIVE, { tools })
    expect(judge(bash([], []), by)).toMatchObject({
      verdict: 'defer',
      rules: ['manifest:confirmation'],
    })
    const mcp = (tool: string) => bash([], [], { tool, origin: 'mcp' })
    expect(judge(mcp('mcp__x__y'), by, 'autonomous')).toMatchObject({
      verdict: 'deny',
      rules: ['manifest:posture'],
    })
    expect(judge(mcp('mcp__crm__y'), by, 'autonomous').verdict).toBe('permit')
  })
})

describe('postures', () => {
  const permissive = policyOf([], PERMISSIVE)
  const in_ = (posture: Posture, one: ActionEffect, tool = 'Bash') =>
    judge(bash([], [one], { tool }), permissive, posture)

  it('locked denies everything, a call without effects too', () => {
    expect(judge(bash([], []), permissive, 'locked')).toMatchObject({
      verdict: 'deny',
      rules: ['posture:locked'],
    })
  })

  it('suspension locks whatever the posture says, in either mode', () => {
    for (const mode of ['profile', 'enforce'] as const)
      expect(
        decide(bash([], []), compilePolicy(permissive), {
          mode,
          posture: 'interactive',
          state: { suspended: true },
        }).verdict,
      ).toBe('deny')
  })

  it('dry_run permits reading, what reads, and subagents', () => {
    const at = (kind: ActionEffect['kind']): ActionEffect => ({ kind, certainty: 'certain' })
    for (const kind of ['fs.read', 'exec', 'net.fetch', 'secret.read'] as const)
      expect(in_('dry_run', at(kind)).verdict).toBe('permit')
    for (const kind of ['fs.write', 'net.send', 'opaque', 'persist', 'spawn'] as const)
      expect(in_('dry_run', at(kind))).toMatchObject({
        verdict: 'deny',
        rules: ['posture:dry_run'],
      })
    expect(in_('dry_run', at('spawn'), 'Agent').verdict).toBe('permit')
  })

  it("dry_run lets the client's plan be written, and nothing through a link of that name", () => {
    const plan = (zone: 'home' | 'persist', home = '.claude/plans/a.md'): ActionEffect => ({
      kind: 'fs.write',
      certainty: 'certain',
      target: { path: { home }, zone, as: { home: '.claude/plans/a.md' } },
    })
    expect(in_('dry_run', plan('home')).verdict).toBe('permit')
    expect(in_('dry_run', plan('persist')).verdict).toBe('deny')
    expect(in_('dry_run', plan('home', 'notes.md')).verdict).toBe('deny')
  })

  it('dry_run denies a tool whose inside is not known', () => {
    const mcp = bash([], [], { tool: 'mcp__a__b', origin: 'mcp' })
    expect(judge(mcp, permissive, 'dry_run').verdict).toBe('deny')
    const declared = policyOf([], PERMISSIVE, { tools: { mcp__a__b: { effects: ['read'] } } })
    expect(judge(mcp, declared, 'dry_run').verdict).toBe('permit')
  })

  it('autonomous keeps a defer a defer, so that receipts compare', () => {
    expect(judge(bash([], [sends]), policyOf([]), 'autonomous').verdict).toBe('defer')
  })
})

describe('approval', () => {
  const approve: Rule = {
    id: 'status',
    verdict: 'permit',
    approve: true,
    match: { capability: 'tool:Bash:git:status', effect: ['exec', 'fs.read'] },
  }
  const reads: ActionEffect = { kind: 'fs.read', certainty: 'certain', of: 0 }

  it('is given when approving rules cover every effect', () => {
    expect(
      judge(bash(['tool:Bash:git:status'], [exec('git', 0), reads]), policyOf([approve])).approve,
    ).toBe(true)
  })

  it('is not given for a compound of which it covers a part, nor for what is only permitted', () => {
    const both = bash(['tool:Bash:git:status', 'tool:Bash:ls'], [exec('git', 0), exec('ls', 1)])
    expect(judge(both, policyOf([approve], PERMISSIVE))).toMatchObject({
      verdict: 'permit',
      approve: false,
    })
    const reversed = { ...both, effects: both.effects.toReversed() }
    expect(judge(reversed, policyOf([approve], PERMISSIVE)).approve).toBe(false)
    expect(judge(bash([], [reads]), policyOf([], PERMISSIVE)).approve).toBe(false)
  })

  it('is given to commands without effects by rules about them, each command by one', () => {
    const calls = ['git:status', 'ls'].map((name, i): Rule => ({
      id: `c${i}`,
      verdict: 'permit',
      approve: true,
      match: { capability: `tool:Bash:${name}` },
    }))
    const both = bash(['tool:Bash:git:status', 'tool:Bash:ls'], [])
    expect(judge(both, policyOf(calls)).approve).toBe(true)
    expect(judge(both, policyOf(calls.slice(1))).approve).toBe(false)
    const withMore = bash(['tool:Bash:git:status', 'tool:Bash:rm'], [exec('rm', 1)])
    expect(judge(withMore, policyOf([...calls, approve], PERMISSIVE)).approve).toBe(false)
    expect(judge(bash([], []), policyOf(calls)).approve).toBe(false)
  })

  it('is not given to a tool that declares no effects and that no rule names', () => {
    const opaque: ActionEffect = { kind: 'opaque', certainty: 'possible', why: 'mcp-tool', of: 0 }
    const call = bash(['tool:mcp:a:b'], [opaque], { tool: 'mcp__a__b', origin: 'mcp' })
    const declared = policyOf([approve], {}, { tools: { mcp__a__b: { effects: [] } } })
    expect(judge(call, declared)).toMatchObject({ verdict: 'permit', approve: false })
  })

  it('is not given when something else defers', () => {
    const tools = { Bash: { require_confirmation: true } }
    expect(
      judge(bash(['tool:Bash:git:status'], [reads]), policyOf([approve], {}, { tools })).approve,
    ).toBe(false)
  })
})

describe('the reason', () => {
  const rules: ReadonlyArray<Rule> = [
    { id: 'b', verdict: 'defer', match: { effect: 'fs.delete' }, reason: 'words of b' },
    { id: 'a', verdict: 'defer', match: { effect: 'fs.*' }, reason: 'words of a' },
    { id: 'c', verdict: 'defer', match: { tool: 'Bash' }, reason: 'words of c' },
  ]
  const reads: ActionEffect = { kind: 'fs.read', certainty: 'certain', by: 'cat' }

  it('speaks of the gravest effect and of the rule whose id sorts first', () => {
    const line = 'rm deletes ~/notes (home) (and 1 more): words of a'
    for (const effects of [
      [reads, deletesHome],
      [deletesHome, reads],
    ])
      for (const order of [rules, rules.toReversed()])
        expect(judge(bash([], effects), policyOf(order)).reason).toBe(line)
  })

  it('speaks of the call where no effect is concerned', () => {
    expect(judge(bash([], []), policyOf(rules)).reason).toBe('Bash: words of c')
    expect(judge(bash([], []), policyOf([])).reason).toBe('permitted by the policy')
  })
})

describe('laws', () => {
  const verdictOf = (what: Action, by: Policy, when: Circumstances) =>
    RANK[decide(what, compilePolicy(by), when).verdict]

  it('the order of the rules changes nothing, the reason included', () => {
    fc.assert(
      fc.property(
        action,
        policy,
        circumstances,
        fc.infiniteStream(fc.nat()),
        (what, by, when, keys) => {
          const shuffled = by.rules
            .map((one) => [keys.next().value as number, one] as const)
            .sort(([a], [b]) => a - b)
            .map(([, one]) => one)
          expect(decide(what, compilePolicy({ ...by, rules: shuffled }), when)).toEqual(
            decide(what, compilePolicy(by), when),
          )
        },
      ),
    )
  })

  it('the mode changes nothing', () => {
    fc.assert(
      fc.property(action, policy, circumstances, (what, by, when) => {
        const compiled = compilePolicy(by)
        expect(decide(what, compiled, { ...when, mode: 'profile' })).toEqual(
          decide(what, compiled, { ...when, mode: 'enforce' }),
        )
      }),
    )
  })

  it('one more deny never loosens', () => {
    fc.assert(
      fc.property(action, policy, rule, circumstances, (what, by, more, when) => {
        const { approve: _, ...rest } = more
        const denying: Rule = { ...rest, id: 'more', verdict: 'deny' }
        const tighter = { ...by, rules: [...by.rules, denying] }
        expect(verdictOf(what, tighter, when)).toBeGreaterThanOrEqual(verdictOf(what, by, when))
      }),
    )
  })

  it('an exception less never loosens a restriction', () => {
    fc.assert(
      fc.property(action, policy, circumstances, (what, by, when) => {
        const bare = by.rules.map((one) => {
          const { unless: _, ...rest } = one
          return one.verdict === 'deny' ? rest : one
        })
        expect(verdictOf(what, { ...by, rules: bare }, when)).toBeGreaterThanOrEqual(
          verdictOf(what, by, when),
        )
      }),
    )
  })

  it('an exception more never makes a permit reach further', () => {
    fc.assert(
      fc.property(action, policy, match, circumstances, (what, by, exception, when) => {
        const narrower = by.rules.map((one) =>
          one.verdict === 'permit' ? { ...one, unless: [...many(one.unless), exception] } : one,
        )
        expect(verdictOf(what, { ...by, rules: narrower }, when)).toBeGreaterThanOrEqual(
          verdictOf(what, by, when),
        )
      }),
    )
  })

  it('more calls seen never loosen', () => {
    fc.assert(
      fc.property(action, policy, circumstances, fc.nat(3), (what, by, when, more) => {
        const { rates = {} } = when.state
        const later = Object.fromEntries(by.rules.map(({ id }) => [id, (rates[id] ?? 0) + more]))
        expect(
          verdictOf(what, by, { ...when, state: { ...when.state, rates: later } }),
        ).toBeGreaterThanOrEqual(verdictOf(what, by, when))
      }),
    )
  })

  it('a path that is monitored never loosens', () => {
    fc.assert(
      fc.property(action, policy, circumstances, (what, by, when) => {
        const { monitored: _, ...bare } = by
        expect(verdictOf(what, by, when)).toBeGreaterThanOrEqual(verdictOf(what, bare, when))
      }),
    )
  })

  it('an approval answers a question, and takes no denial back', () => {
    fc.assert(
      fc.property(action, policy, circumstances, (what, by, when) => {
        const { approved = [], tainted: _, ...state } = when.state
        const without = verdictOf(what, by, { ...when, state })
        const given = verdictOf(what, by, { ...when, state: { ...state, approved } })
        expect(given).toBeLessThanOrEqual(without)
        if (without === RANK.deny) expect(given).toBe(RANK.deny)
        const changes = what.effects.filter(({ kind }) => CHANGES.includes(kind))
        if (changes.length === 0) expect(given).toBe(without)
      }),
    )
  })

  it('a stricter posture never loosens', () => {
    fc.assert(
      fc.property(action, policy, (what, by) => {
        const verdicts = (['interactive', 'autonomous', 'dry_run', 'locked'] as const).map(
          (posture) => verdictOf(what, by, now(posture)),
        )
        expect(verdicts).toEqual([...verdicts].sort())
      }),
    )
  })

  it('one more effect never loosens', () => {
    fc.assert(
      fc.property(action, effect, policy, circumstances, (what, more, by, when) => {
        const larger = { ...what, effects: [...what.effects, more] }
        expect(verdictOf(larger, by, when)).toBeGreaterThanOrEqual(verdictOf(what, by, when))
      }),
    )
  })

  it('nothing is approved without an approving rule', () => {
    fc.assert(
      fc.property(action, policy, circumstances, (what, by, when) => {
        const rules = by.rules.map((one) => ({ ...one, approve: false }))
        expect(decide(what, compilePolicy({ ...by, rules }), when).approve).toBe(false)
      }),
    )
  })

  it('the baseline holds under every policy', () => {
    const everything = policyOf(
      [
        { id: 'all', verdict: 'permit', match: { tool: '*' } },
        { id: 'each', verdict: 'permit', match: { effect: ['tamper', 'fs.*', 'destroy.*'] } },
      ],
      PERMISSIVE,
    )
    const grave: ReadonlyArray<ActionEffect> = [
      { kind: 'tamper', certainty: 'possible' },
      { kind: 'destroy.system', certainty: 'possible' },
      { kind: 'fs.write', certainty: 'certain', target: { path: { home: '.x' }, zone: 'gate' } },
      {
        kind: 'fs.read',
        certainty: 'certain',
        target: { path: { home: 'k/keys/a' }, zone: 'gate' },
      },
      { kind: 'fs.delete', certainty: 'certain', target: { path: { home: '' }, zone: 'home' } },
      {
        kind: 'fs.delete',
        certainty: 'certain',
        target: { path: { path: '/usr' }, zone: 'system' },
      },
    ]
    for (const one of grave) expect(judge(bash([], [one]), everything).verdict).toBe('deny')
    fc.assert(
      fc.property(
        action,
        policy,
        circumstances,
        fc.constantFrom(...grave),
        (what, by, when, one) => {
          const { tools: _, ...rest } = by
          const worse = { ...what, effects: [...what.effects, one] }
          expect(verdictOf(worse, rest, when)).toBe(RANK.deny)
        },
      ),
    )
  })

  it('the reason is one printable line whatever the facts say', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 300 })
    fc.assert(
      fc.property(hostile, hostile, circumstances, (text, name, when) => {
        const what = bash(
          [],
          [
            {
              kind: 'fs.delete',
              certainty: 'certain',
              by: name,
              target: { path: { home: text }, zone: 'home' },
            },
          ],
        )
        const { reason } = decide(what, compilePolicy(policyOf([])), when)
        expect(reason).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]{1,600}$/u)
      }),
    )
  })

  effectIt.prop('answers for any action that a log can hold', [Action], ([what]) => {
    const decision = judge(what, policyOf([], PERMISSIVE))
    expect(['permit', 'defer', 'deny']).toContain(decision.verdict)
    expect(decision.rules).toEqual([...new Set(decision.rules)].sort())
    expect(decision.reason).not.toBe('')
  })
})

describe('the baseline', () => {
  it('has ids that no policy can have, and a reason for each rule', () => {
    for (const { id, reason } of BASELINE) {
      expect(id).toMatch(/^baseline:[a-z-]+$/)
      expect(reason).toBeDefined()
    }
    expect(new Set(BASELINE.map(({ id }) => id)).size).toBe(BASELINE.length)
  })

  it('asks about a project folder that holds settings besides, and denies where they lie', () => {
    const tampers = (project: string, zone: 'project' | 'gate' | 'home'): Action =>
      bash([], [{ kind: 'tamper', certainty: 'certain', target: { path: { project }, zone } }])
    const permissive = policyOf([], PERMISSIVE)
    expect(judge(tampers('', 'project'), permissive)).toMatchObject({
      verdict: 'defer',
      rules: ['baseline:tamper-along'],
    })
    expect(judge(tampers('sub/.claude', 'project'), permissive).verdict).toBe('deny')
    expect(judge(tampers('.CLAUDE/hooks', 'project'), permissive).verdict).toBe('deny')
    expect(judge(tampers('.claude/settings.json', 'gate'), permissive).verdict).toBe('deny')
    expect(judge(tampers('', 'home'), permissive).verdict).toBe('deny')
  })

  it("leaves the client's settings readable, and asks about its records", () => {
    const reads = (home: string): Action =>
      bash(
        [],
        [{ kind: 'fs.read', certainty: 'certain', target: { path: { home }, zone: 'gate' } }],
      )
    const permissive = policyOf([], PERMISSIVE)
    expect(judge(reads('.claude/settings.json'), permissive).verdict).toBe('permit')
    expect(judge(reads('.claude/projects/-p/1.jsonl'), permissive).verdict).toBe('defer')
    expect(judge(reads('.claude/projects/-p/1/tool-results/a.txt'), permissive).verdict).toBe(
      'permit',
    )
    expect(judge(reads('.config/isonapse/identity.json'), permissive).verdict).toBe('deny')
  })

  it('adds to a default that is stricter than itself, and takes no place of it', () => {
    const one = bash(
      [],
      [
        {
          kind: 'secret.read',
          certainty: 'certain',
          target: { path: { home: '.claude.json' }, zone: 'gate' },
        },
      ],
    )
    expect(judge(one, policyOf([], { 'secret.read': 'deny' }))).toMatchObject({
      verdict: 'deny',
      rules: ['default:secret.read'],
    })
  })
})
