// A manifest of its own: a list of tools with what each may do, and nothing about single effects. It
// becomes a policy by standing on another one, whose rules and defaults judge what is declared.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { PolicyInvalid, problemsOf } from './invalid.ts'
import { Manifest, parsePolicy, type Policy } from './policy.ts'
import { kindsOf, Line, many, MOST_ALTERNATIVES, type Rule, ToolPattern } from './rule.ts'
import { Verdict } from './verdict.ts'

const About = { description: Schema.optionalKey(Schema.String) }
const Entry = Schema.Struct({ ...Manifest.fields, ...About })

const fields = {
  version: Schema.optionalKey(Schema.Literal(1)),
  name: Schema.optionalKey(Line(64, 'a name')),
  ...About,
  unknown_tool: Schema.optionalKey(Verdict),
}

// Two schemas in place of one with a union, of which an error would tell both sides.
const ByName = Schema.Struct({ ...fields, tools: Schema.Record(ToolPattern, Entry) })
const AsList = Schema.Struct({
  ...fields,
  tools: Schema.Array(Schema.Struct({ name: ToolPattern, ...Entry.fields })),
})

const options = { onExcessProperty: 'error', errors: 'all' } as const
const decodeByName = Schema.decodeUnknownResult(ByName, options)
const decodeAsList = Schema.decodeUnknownResult(AsList, options)

export interface ManifestFile {
  readonly name?: string
  readonly unknown_tool?: Verdict
  readonly tools: Readonly<Record<string, Manifest>>
}

interface Listed extends Omit<ManifestFile, 'tools'> {
  readonly entries: ReadonlyArray<readonly [string, Manifest]>
}

const invalid = (problems: PolicyInvalid['problems']): Result.Result<never, PolicyInvalid> =>
  Result.fail(new PolicyInvalid({ problems, subject: 'manifest' }))

/**
 * Reads a manifest's value (JSON, or TOML already parsed): tools by name, or a list of them with
 * `name`.
 */
export const readManifest = (value: unknown): Result.Result<ManifestFile, PolicyInvalid> => {
  const given = typeof value === 'object' && value !== null && 'tools' in value ? value.tools : null
  const read: Result.Result<Listed, Schema.SchemaError> = Array.isArray(given)
    ? Result.map(decodeAsList(value), ({ tools, ...rest }) => ({
        ...rest,
        entries: tools.map((entry) => [entry.name, entry] as const),
      }))
    : Result.map(decodeByName(value), ({ tools, ...rest }) => ({
        ...rest,
        entries: Object.entries(tools),
      }))
  if (Result.isFailure(read)) return invalid(problemsOf(read.failure.issue, value))
  const { name, unknown_tool, entries } = read.success
  const tools: Record<string, Manifest> = {}
  for (const [i, [tool, entry]] of entries.entries()) {
    if (Object.hasOwn(tools, tool))
      return invalid([{ path: `tools[${i}].name`, problem: `${tool} is given twice` }])
    tools[tool] = manifestOf(entry)
  }
  return Result.succeed({
    tools,
    ...(name === undefined ? {} : { name }),
    ...(unknown_tool === undefined ? {} : { unknown_tool }),
  })
}

const manifestOf = ({ effects, postures, require_confirmation }: Manifest): Manifest => ({
  ...(effects === undefined ? {} : { effects }),
  ...(postures === undefined ? {} : { postures }),
  ...(require_confirmation === undefined ? {} : { require_confirmation }),
})

/** What a manifest's words declare is permitted to the tool that declares it. */
const DECLARED = {
  'fs.*': 'permit',
  exec: 'permit',
  spawn: 'permit',
  'net.*': 'permit',
  'destroy.*': 'permit',
} as const
const DECLARABLE = new Set(['fs.*', 'exec', 'spawn', 'net.*', 'destroy.*'] as const)
const DECLARABLE_KINDS: ReadonlySet<string> = new Set([...DECLARABLE].flatMap(kindsOf))

/**
 * The policy that a manifest is by itself: a tool may do what it declares, is asked about where it
 * says so, and gets `unknown_tool` (default deny) where the manifest does not name it, one of an MCP
 * server too: the manifest is all there is. (A permit of tools that it does not name leaves those of
 * servers, whose inside nobody sees, to `base`.) What is graver than its words (secrets, start-up
 * files, code that cannot be read) is judged as `base` does.
 */
export const policyOfManifest = (
  value: unknown,
  base: Policy,
): Result.Result<Policy, PolicyInvalid> =>
  Result.flatMap(readManifest(value), ({ name, tools, unknown_tool = 'deny' }) => {
    const { opaque, persist, privilege, tamper } = base.defaults
    const { 'secret.read': read, 'secret.send': send, 'secret.*': secret } = base.defaults
    const graver = {
      opaque,
      persist,
      privilege,
      tamper,
      'secret.read': read,
      'secret.send': send,
      'secret.*': secret,
    }
    const { layers: _, monitored: __, ...own } = base
    const policy = parsePolicy({
      ...own,
      name: name ?? 'manifest',
      tools,
      unknown_tool,
      rules: [
        undeclared(
          [...Object.keys(tools), ...NOT_TOOLS, ...(unknown_tool === 'permit' ? ['mcp__*'] : [])],
          unknown_tool,
        ),
        ...base.rules.filter((rule) => !asksAboutDeclared(rule)),
      ],
      defaults: {
        ...Object.fromEntries(
          Object.entries(graver).filter(([, verdict]) => verdict !== undefined),
        ),
        ...DECLARED,
      },
    })
    // What a person is told of is the file that they wrote.
    return Result.mapError(
      policy,
      ({ problems }) => new PolicyInvalid({ problems, subject: 'manifest' }),
    )
  })

/** A rule by which `base` asks about what a manifest declares in its own words. */
const asksAboutDeclared = ({ verdict, match }: Rule): boolean => {
  const kinds = many(match.effect).flatMap(kindsOf)
  return (
    verdict === 'defer' && kinds.length > 0 && kinds.every((kind) => DECLARABLE_KINDS.has(kind))
  )
}

/** What is judged like a tool and is none. */
const NOT_TOOLS = ['Prompt', 'PromptExpansion', 'ConfigChange']

/** Id of the rule about tools that a manifest does not name. */
export const NOT_IN_MANIFEST = 'not-in-manifest'

const undeclared = (declared: ReadonlyArray<string>, verdict: Verdict): Rule => {
  const unless = []
  for (let i = 0; i < declared.length; i += MOST_ALTERNATIVES)
    unless.push({ tool: declared.slice(i, i + MOST_ALTERNATIVES) })
  return {
    id: NOT_IN_MANIFEST,
    verdict,
    match: { tool: '*' },
    unless,
    reason: 'the manifest does not name this tool',
  }
}
