import * as Result from 'effect/Result'
import { describe, expect, it } from 'vitest'
import type { Action } from '../../../src/domain/action/action.ts'
import type { ActionEffect, EffectKind } from '../../../src/domain/action/effect.ts'
import { compilePolicy, decide } from '../../../src/domain/policy/decide.ts'
import { policyOfManifest } from '../../../src/domain/policy/manifestFile.ts'
import type { Policy } from '../../../src/domain/policy/policy.ts'
import type { Posture } from '../../../src/domain/policy/verdict.ts'

const base: Policy = {
  version: 1,
  name: 'base',
  rules: [{ id: 'own', verdict: 'deny', match: { host: 'evil.net' } }],
  defaults: { 'fs.*': 'permit', 'net.*': 'permit', exec: 'permit', tamper: 'deny' },
}

const tools = {
  Bash: { effects: ['read', 'execute'], description: 'runs commands' },
  WebFetch: { effects: ['network'], postures: ['interactive'] },
  Write: { effects: ['write'], require_confirmation: true },
  mcp__crm__lookup: { effects: ['read'] },
}

const judge = (
  manifest: unknown,
  tool: string,
  kinds: ReadonlyArray<EffectKind>,
  posture: Posture = 'interactive',
) => {
  const effects = kinds.map((kind): ActionEffect => ({ kind, certainty: 'certain' }))
  const mcp = tool.startsWith('mcp__')
  if (mcp) effects.push({ kind: 'opaque', certainty: 'possible', why: 'mcp-tool' })
  const action: Action = { tool, origin: mcp ? 'mcp' : 'builtin', capabilities: [], effects }
  const policy = Result.getOrThrow(policyOfManifest(manifest, base))
  return decide(action, compilePolicy(policy), {
    mode: 'enforce',
    posture,
    state: { suspended: false },
  }).verdict
}

describe('policyOfManifest', () => {
  it.each([
    ['tools by name', { tools }],
    [
      'a list of tools',
      { tools: Object.entries(tools).map(([name, rest]) => ({ name, ...rest })) },
    ],
  ])('judges by what is declared: %s', (_, manifest) => {
    expect(judge(manifest, 'Bash', ['fs.read', 'exec'])).toBe('permit')
    expect(judge(manifest, 'Bash', ['fs.write'])).toBe('deny')
    expect(judge(manifest, 'WebFetch', ['net.fetch'])).toBe('permit')
    expect(judge(manifest, 'WebFetch', ['net.fetch'], 'autonomous')).toBe('deny')
    expect(judge(manifest, 'Write', ['fs.write'])).toBe('defer')
    expect(judge(manifest, 'mcp__crm__lookup', [])).toBe('permit')
  })

  it("denies the tools it does not name, the client's own and an MCP server's too", () => {
    expect(judge({ tools }, 'Read', ['fs.read'])).toBe('deny')
    expect(judge({ tools, unknown_tool: 'permit' }, 'Read', ['fs.read'])).toBe('permit')
    expect(judge({ tools }, 'mcp__crm__delete', [])).toBe('deny')
    expect(judge({ tools, unknown_tool: 'permit' }, 'mcp__crm__delete', [])).toBe('defer')
  })

  it('keeps the rules of the policy below it, but those that ask about what may be declared', () => {
    const asks: Policy['rules'][number] = {
      id: 'asks',
      verdict: 'defer',
      match: { effect: 'net.*' },
    }
    const below = { ...base, rules: [...base.rules, asks] }
    const policy = Result.getOrThrow(policyOfManifest({ name: 'mine', tools }, below))
    expect(policy).toMatchObject({
      name: 'mine',
      rules: [{ id: 'not-in-manifest' }, base.rules[0]],
    })
    expect(policy.defaults).toMatchObject({ tamper: 'deny', 'net.*': 'permit' })
    expect(judge({ tools: { Bash: { effects: ['execute', 'write'] } } }, 'Bash', ['tamper'])).toBe(
      'deny',
    )
  })

  it('takes more tools than one condition may list', () => {
    const many = Object.fromEntries(Array.from({ length: 450 }, (_, i) => [`T${i}`, {}]))
    expect(judge({ tools: many }, 'T449', [])).toBe('permit')
    expect(judge({ tools: many }, 'T450', [])).toBe('deny')
  })

  it.each<[unknown, RegExp]>([
    [{}, /tools: is missing/],
    [{ tools: 5 }, /tools: expected/],
    [{ tools: { Bash: { effects: ['fly'] } } }, /tools\.Bash\.effects\[0\]: expected "read" \|/],
    [
      { tools: { Bash: { effect: [] } } },
      /tools\.Bash\.effect: unknown key; did you mean "effects"\?/,
    ],
    [{ tools: [{ name: 'A' }, { name: 'A' }] }, /A is given twice/],
    [
      { tools, rules: [] },
      /rules: unknown key; valid: version, name, description, unknown_tool, tools/,
    ],
    [JSON.parse('{"tools":{"__proto__":{}}}'), /tools\.__proto__: unknown key/],
  ])('%j: %s', (value, expected) => {
    const read = policyOfManifest(value, base)
    expect(Result.isFailure(read) ? read.failure.message : '').toMatch(expected)
  })
})
