// A manifest of its own: a list of tools with what each may do, and nothing about single effects. It
// becomes a policy by standing on another one, whose rules and defaults judge what is declared.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { PolicyInvalid, problemsOf } from './invalid.ts'
import { Manifest, parsePolicy, type Policy } from './policy.ts'
import { Line, MOST_ALTERNATIVES, type Rule, ToolPattern } from './rule.ts'
import { Verdict } from './verdict.ts'

const About = { description: Schema.optionalKey(Schema.String) }
const Entry = Schema.Struct({ ...Manifest.fields, ...About })

const ManifestFile = Schema.Struct({
  version: Schema.optionalKey(Schema.Literal(1)),
  name: Schema.optionalKey(Line(64, 'a name')),
  ...About,
  unknown_tool: Schema.optionalKey(Verdict),
  tools: Schema.Union([
    Schema.Record(ToolPattern, Entry),
    Schema.Array(Schema.Struct({ name: ToolPattern, ...Entry.fields })),
  ]),
})

const decode = Schema.decodeUnknownResult(ManifestFile, {
  onExcessProperty: 'error',
  errors: 'all',
})

/**
 * Reads a manifest's value (JSON, or TOML already parsed): tools by name, or a list of them with
 * `name`. A tool that it does not name, one of the client's too, gets `unknown_tool` (default deny);
 * one of an MCP server is deferred instead, as in any policy.
 */
export const policyOfManifest = (
  value: unknown,
  base: Policy,
): Result.Result<Policy, PolicyInvalid> =>
  Result.gen(function* () {
    const file = yield* Result.mapError(
      decode(value),
      ({ issue }) => new PolicyInvalid({ problems: problemsOf(issue, value) }),
    )
    const entries = Array.isArray(file.tools)
      ? file.tools.map(({ name, ...entry }) => [name, entry] as const)
      : Object.entries(file.tools)
    const tools: Record<string, Manifest> = {}
    for (const [name, { description: _, ...manifest }] of entries) {
      if (Object.hasOwn(tools, name))
        return yield* Result.fail(
          new PolicyInvalid({ problems: [{ path: 'tools', problem: `${name} is given twice` }] }),
        )
      tools[name] = manifest
    }
    const unknown_tool = file.unknown_tool ?? 'deny'
    const rules = [...base.rules, undeclared([...Object.keys(tools), 'mcp__*'], unknown_tool)]
    return yield* parsePolicy({
      ...base,
      name: file.name ?? 'manifest',
      tools,
      unknown_tool,
      rules,
    })
  })

const undeclared = (declared: ReadonlyArray<string>, verdict: Verdict): Rule => {
  const unless = []
  for (let i = 0; i < declared.length; i += MOST_ALTERNATIVES)
    unless.push({ tool: declared.slice(i, i + MOST_ALTERNATIVES) })
  return {
    id: 'undeclared-tool',
    verdict,
    match: { tool: '*' },
    unless,
    reason: 'the manifest does not name this tool',
  }
}
