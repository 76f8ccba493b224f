import { describe, expect, it } from 'vitest'
import type { Observed } from '../../../src/domain/action/action.ts'
import { analyse, analyseCall, lookups } from '../../../src/domain/action/analyse.ts'
import type { HookBase, HookEvent } from '../../../src/domain/hook/hookEvent.ts'
import { describeEffect, OBSERVED, PLACE } from './describe.ts'

const base: HookBase = { name: 'X', session: 's', cwd: PLACE.cwd }
const before = (name: string, input: Record<string, unknown>): HookEvent => ({
  ...base,
  kind: 'tool.before',
  call: { name, input },
})
const effectsOf = (event: HookEvent, observed: Observed = OBSERVED) =>
  analyse(event, PLACE, observed)?.effects.map(describeEffect)

describe('analyse', () => {
  it('decides on calls, permission questions, prompts and changed settings, and on nothing else', () => {
    const call = { name: 'Read', input: { file_path: 'a' } }
    expect(analyse({ ...base, kind: 'permission.asked', call }, PLACE, OBSERVED)?.tool).toBe('Read')
    expect(analyse({ ...base, kind: 'stop' }, PLACE, OBSERVED)).toBeUndefined()
    expect(
      analyse({ ...base, kind: 'session.start', source: 'startup' }, PLACE, OBSERVED),
    ).toBeUndefined()
    expect(analyse({ ...base, kind: 'other', known: false }, PLACE, OBSERVED)).toBeUndefined()
  })

  it('gives one effect to one deed, whatever the tool', () => {
    const path = '.claude/settings.json'
    const write = ['fs.write .claude/settings.json', 'tamper .claude/settings.json']
    expect(effectsOf(before('Write', { file_path: path }))).toEqual(write)
    expect(effectsOf(before('Edit', { file_path: `/home/dev/app/${path}` }))).toEqual(write)
    for (const command of [
      `tee ${path}`,
      `echo '{}' > ${path}`,
      `sed -i s/a/b/ ${path}`,
      `cd .claude && cp ../x settings.json`,
    ])
      expect(effectsOf(before('Bash', { command })), command).toEqual(expect.arrayContaining(write))
  })

  it('takes files mentioned in a prompt for possible reads', () => {
    const prompt = (text: string) => effectsOf({ ...base, kind: 'prompt', prompt: text })
    expect(prompt('look at @src/a.ts, please')).toEqual(['fs.read src/a.ts'])
    expect(prompt('@.env')).toEqual(['fs.read .env', 'secret.read .env'])
    expect(prompt('see @"my file.txt" (@~/.ssh/id_rsa)')).toEqual([
      'fs.read my file.txt',
      'fs.read ~/.ssh/id_rsa',
      'secret.read ~/.ssh/id_rsa',
    ])
    expect(prompt('mail me@x.example; @src/a.ts#L3-9.')).toEqual(['fs.read src/a.ts'])
    expect(prompt('@~/.aws/credentials @~/.ssh/ @src/')).toEqual([
      'fs.read ~/.aws/credentials',
      'secret.read ~/.aws/credentials',
      'fs.read ~/.ssh',
      'secret.read ~/.ssh',
      'fs.read src',
    ])
    expect(prompt('@.en* @src/*.ts @link/../.env')).toEqual([
      'fs.read .',
      'secret.read .',
      'fs.read src',
      'fs.read .env',
      'secret.read .env',
    ])
    expect(prompt('@a '.repeat(500))).toEqual(['fs.read a', 'opaque too-large'])
    expect(
      analyse({ ...base, kind: 'prompt.expanded', command: 'x y', prompt: '' }, PLACE, OBSERVED)
        ?.capabilities,
    ).toEqual(['tool:PromptExpansion:x_y'])
  })

  it('takes a change that switches the gate off for tampering', () => {
    const event: HookEvent = {
      ...base,
      kind: 'config.changed',
      source: 'local_settings',
      file: '/home/dev/app/.claude/settings.local.json',
    }
    const change = (config?: Observed['config']) => {
      const action = analyse(
        event,
        PLACE,
        config === undefined ? OBSERVED : { ...OBSERVED, config },
      )
      return [action?.capabilities, action?.effects.map(describeEffect)]
    }
    const capability = ['tool:ConfigChange:local_settings']
    expect(change({ disablesHooks: false, removesGate: false, readable: true })).toEqual([
      capability,
      [],
    ])
    const tamper = ['tamper .claude/settings.local.json']
    expect(change({ disablesHooks: true, removesGate: false, readable: true })).toEqual([
      capability,
      tamper,
    ])
    expect(change({ disablesHooks: false, removesGate: true, readable: true })).toEqual([
      capability,
      tamper,
    ])
    expect(change({ disablesHooks: false, removesGate: false, readable: false })).toEqual([
      capability,
      tamper,
    ])
    expect(change()).toEqual([capability, ['opaque unread-config']])
  })

  it('ties each effect to the capability that does it', () => {
    const { capabilities, effects } = analyseCall(
      { name: 'Bash', input: { command: 'git status && rm -rf ~ > out.txt' } },
      PLACE,
      OBSERVED,
    )
    expect(capabilities).toEqual([
      'tool:Bash:git:status',
      'tool:Bash:rm',
      'tool:Bash:write:project',
    ])
    expect(effects.map(({ kind, of }) => [kind, of])).toEqual([
      ['fs.delete', 1],
      ['tamper', 1],
      ['destroy.data', 1],
      ['fs.write', 2],
    ])
  })
})

describe('links', () => {
  const observed: Observed = {
    ...OBSERVED,
    links: [
      { path: { project: 'notes' }, real: { home: '.ssh/id_rsa' } },
      { path: { project: 'out' }, real: { home: '' } },
      { path: { project: 'conf' }, real: { project: '.claude/settings.json' } },
    ],
  }

  it('are followed: the effect is on what the path leads to, and the written path is kept', () => {
    const { effects, capabilities } = analyseCall(
      { name: 'Read', input: { file_path: 'notes' } },
      PLACE,
      observed,
    )
    expect(effects).toEqual([
      {
        kind: 'fs.read',
        target: { path: { home: '.ssh/id_rsa' }, zone: 'secret', as: { project: 'notes' } },
        certainty: 'certain',
        by: 'Read',
      },
      {
        kind: 'secret.read',
        target: { path: { home: '.ssh/id_rsa' }, zone: 'secret', as: { project: 'notes' } },
        certainty: 'certain',
        by: 'Read',
      },
    ])
    expect(capabilities).toEqual(['tool:Read:secret'])
    expect(effectsOf(before('Bash', { command: 'rm -rf out/*' }), observed)).toContain(
      'destroy.data ~',
    )
    expect(effectsOf(before('Write', { file_path: 'conf' }), observed)).toContain(
      'tamper .claude/settings.json',
    )
  })

  it('never make a path less than what its own name is', () => {
    const harmless: Observed = {
      ...OBSERVED,
      links: [{ path: { project: '.env' }, real: { path: '/tmp/x' } }],
    }
    expect(effectsOf(before('Read', { file_path: '.env' }), harmless)).toContain(
      'secret.read /tmp/x',
    )
  })

  it('are looked up for every path of a call, changed paths first', () => {
    expect(
      lookups(before('Bash', { command: 'cat a ~/b; echo > c; rm -r /d/*; ls "$X"' }), PLACE),
    ).toEqual(['/home/dev/app/c', '/d', '/home/dev/app/a', '/home/dev/b'])
    expect(lookups(before('Read', { file_path: '../x' }), PLACE)).toEqual(['/home/dev/x'])
    expect(lookups({ ...base, kind: 'prompt', prompt: '@a' }, PLACE)).toEqual(['/home/dev/app/a'])
    expect(lookups({ ...base, kind: 'stop' }, PLACE)).toEqual([])
  })
})
