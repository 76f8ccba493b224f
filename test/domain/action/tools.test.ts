import * as fc from 'fast-check'
import * as Schema from 'effect/Schema'
import { describe, expect, it } from 'vitest'
import { Action } from '../../../src/domain/action/action.ts'
import { analyseCall } from '../../../src/domain/action/analyse.ts'
import { toolNameOf } from '../../../src/domain/action/toolName.ts'
import { TOOLS } from '../../../src/domain/action/tools.ts'
import { canonicalJson } from '../../../src/domain/canonical.ts'
import { describeEffect, OBSERVED, PLACE } from './describe.ts'

const run = (name: string, input: unknown) =>
  analyseCall({ name, input: input as Record<string, unknown> }, PLACE, OBSERVED)

const isAction = Schema.is(Action)

describe('the tool table', () => {
  it('has one row for each tool', () => {
    const names = TOOLS.flatMap((row) => row.names)
    expect(new Set(names).size).toBe(names.length)
  })

  it('knows every tool of the client and of its neighbouring versions', () => {
    const names =
      'Task Agent Bash CronCreate CronDelete CronList Edit EnterWorktree ExitWorktree ListAgents Monitor NotebookEdit Read ReportFindings ' +
      'ScheduleWakeup SendMessage Skill TaskCreate TaskGet TaskList TaskStop TaskUpdate ToolSearch WebFetch WebSearch Workflow Write ' +
      'AskUserQuestion ExitPlanMode EnterPlanMode Glob Grep LS LSP MultiEdit TodoRead TodoWrite Browser TeamCreate TeamDelete RemoteTrigger ' +
      'ListMcpResourcesTool ReadMcpResourceTool ListMcpResources ReadMcpResource BashOutput KillShell PowerShell NotebookRead SlashCommand'
    for (const name of names.split(' ')) expect(run(name, {}).origin, name).toBe('builtin')
  })

  for (const row of TOOLS)
    for (const { input, does, capabilities } of row.examples)
      it(`reads ${row.names[0]} ${JSON.stringify(input)}`, () => {
        const action = run(row.names[0]!, input)
        expect(action.effects.map(describeEffect)).toEqual(does)
        expect(action.capabilities).toEqual(capabilities)
      })

  it('makes an action of any input, however wrong its types are', () => {
    const name = fc.oneof(
      fc.constantFrom(...TOOLS.flatMap((row) => row.names)),
      fc.string(),
      fc.constant('mcp__a__b'),
    )
    const fields = fc.constantFrom(
      'command',
      'file_path',
      'path',
      'pattern',
      'glob',
      'url',
      'ws',
      'query',
      'subagent_type',
      'skill',
      'action',
      'notebook_path',
      'name',
      'durable',
      'server',
      'file_paths',
      'isolation',
      'run_in_background',
      '__proto__',
      'constructor',
      'toString',
    )
    const input = fc.oneof(fc.dictionary(fields, fc.jsonValue()), fc.jsonValue())
    fc.assert(
      fc.property(name, input, (tool, value) => {
        const action = run(tool, value)
        expect(isAction(action)).toBe(true)
        expect(canonicalJson(action).length).toBeLessThan(60_000)
      }),
      { numRuns: 1000 },
    )
  })

  it('says so when an input has not the shape that the tool takes', () => {
    for (const [name, input] of [
      ['Read', {}],
      ['Write', { file_path: 1 }],
      ['WebFetch', { url: {} }],
      ['Bash', { command: ['rm'] }],
      ['Grep', { path: 3 }],
      ['Agent', { subagent_type: 7 }],
      ['Bash', null],
    ] as const)
      expect(run(name, input).effects.map(describeEffect), name).toContain('opaque malformed-input')
  })
})

describe('tool names', () => {
  it('are brought to one form', () => {
    expect(toolNameOf('Task').name).toBe('Agent')
    expect(toolNameOf('Agent(Explore)')).toEqual({ name: 'Agent', specifier: 'Explore' })
    expect(toolNameOf('mcp__crm__look__up').mcp).toEqual({ server: 'crm', tool: 'look__up' })
    expect(toolNameOf('mcp__plugin_x_y__z').mcp).toEqual({ server: 'plugin_x_y', tool: 'z' })
    expect(toolNameOf('mcp__').mcp).toBeUndefined()
    expect(run('Task(Explore)', {}).capabilities).toEqual(['tool:Agent:Explore'])
  })

  it('of MCP servers and of nobody are told apart from built-in ones', () => {
    const mcp = run('mcp__crm__lookup', { id: 1 })
    expect(mcp.origin).toBe('mcp')
    expect(mcp.capabilities).toEqual(['tool:mcp:crm:lookup'])
    expect(mcp.effects.map(describeEffect)).toEqual(['opaque mcp-tool'])
    const unknown = run('Frobnicate', {})
    expect(unknown.origin).toBe('unknown')
    expect(unknown.effects.map(describeEffect)).toEqual(['opaque unknown-tool'])
  })

  it('cannot forge a level of a capability', () => {
    expect(run('Bash:git:push', {}).capabilities).toEqual(['tool:Bash_git_push'])
    expect(run('mcp__a:b__c d', {}).capabilities).toEqual(['tool:mcp:a_b:c_d'])
    expect(run('', {}).capabilities).toEqual(['tool:_'])
  })
})

describe('tools whose effects nobody declared', () => {
  it('may write to controls and start-up files and read credentials that their input names', () => {
    const effects = (input: unknown) => run('mcp__fs__write', input).effects.map(describeEffect)
    expect(effects({ path: '~/.claude/settings.json' })).toContain('tamper ~/.claude/settings.json')
    expect(effects({ a: [{ b: '.github/workflows/ci.yml' }] })).toContain(
      'persist .github/workflows/ci.yml',
    )
    expect(effects({ uri: 'file:///home/dev/.ssh/id_rsa' })).toContain('secret.read ~/.ssh/id_rsa')
    expect(effects({ path: 'src/a.ts', text: 'see\n/etc/shadow' })).toEqual([
      'opaque mcp-tool',
      'fs.write src/a.ts',
    ])
    expect(effects({ topic: 'credentials' })).toEqual(['opaque mcp-tool'])
    // A sentence is no path: none of its text may become a fact.
    expect(effects({ text: 'please look at /home/dev/x/.env soon' })).toContain(
      'secret.read ~/x/.env',
    )
    expect(JSON.stringify(effects({ text: 'a private word and /x/.env' }))).not.toContain('private')
  })
})
