// Policies and manifests from files that a person names. A file that cannot be read whole and checked
// is refused; nothing is guessed.
import * as Result from 'effect/Result'
import { parse as parseToml } from 'smol-toml'
import { fromUtf8 } from '../../domain/bytes.ts'
import { checkExamples } from '../../domain/policy/examples.ts'
import { duplicateKey } from '../../domain/policy/jsonFaults.ts'
import { parsePolicy, parsePolicyText, type Policy } from '../../domain/policy/policy.ts'
import { isTemplateName, template, TEMPLATE_NAMES } from '../../templates/templates.ts'
import { CommandFailure, usage } from '../terminal/failure.ts'
import { readNamedFile } from './readFile.ts'

const MOST_BYTES = 8 * 1024 * 1024

const textOf = (file: string): string => {
  const text = fromUtf8(readNamedFile(file, MOST_BYTES))
  if (text === undefined) throw usage(`${file}: is not UTF-8 text`)
  return text
}

const refused = (file: string, message: string) =>
  new CommandFailure({
    kind: 'policy-invalid',
    message: `${file}: ${message}`,
    remedy: 'mend the file; policy.schema.json in the package describes it',
    exit: 2,
  })

/** A policy whose shape and own examples are right. */
export const policyFromFile = (file: string): Policy => {
  const policy = Result.getOrThrowWith(parsePolicyText(textOf(file)), (invalid) =>
    refused(file, invalid.message),
  )
  return withExamples(file, policy)
}

const withExamples = (file: string, policy: Policy): Policy => {
  Result.getOrThrowWith(checkExamples(policy), (invalid) => refused(file, invalid.message))
  return policy
}

/** One of the policies that come with the program. */
export const policyOfTemplate = (name: string): Policy => {
  if (isTemplateName(name)) return template(name)
  throw usage(`there is no template "${name}"`, `the templates are ${TEMPLATE_NAMES.join(', ')}`)
}

/** The tools of a manifest: `[tools.NAME]` tables in TOML, or the same as JSON. */
const toolsOf = (file: string): Readonly<Record<string, unknown>> => {
  const text = textOf(file)
  const isJson = /^\s*\{/.test(text)
  let value: unknown
  try {
    value = isJson ? JSON.parse(text) : parseToml(text, { maxDepth: 16 })
  } catch (error) {
    const [first = ''] = String(error instanceof Error ? error.message : error).split('\n')
    throw refused(file, `not ${isJson ? 'JSON' : 'TOML'}: ${first}`)
  }
  const twice = isJson ? duplicateKey(text) : undefined
  if (twice !== undefined) throw refused(file, `${twice}: given twice in one object`)
  const tools = (value as { readonly tools?: unknown }).tools
  const extra = Object.keys(value as object).filter((key) => key !== 'tools' && key !== 'version')
  if (typeof tools !== 'object' || tools === null || Array.isArray(tools))
    throw refused(file, 'a manifest has a table "tools", with an entry for each tool')
  if (extra.length > 0) throw refused(file, `${extra[0]}: unknown key; valid: tools, version`)
  return tools as Readonly<Record<string, unknown>>
}

const checked = (file: string, value: unknown): Policy =>
  withExamples(
    file,
    Result.getOrThrowWith(parsePolicy(value), (invalid) => refused(file, invalid.message)),
  )

/** A policy with a manifest's tools put into it; entries of the same name are replaced. */
export const policyWithManifest = (file: string, policy: unknown): Policy => {
  const base = policy as Policy
  return checked(file, { ...base, tools: { ...base.tools, ...toolsOf(file) } })
}

/**
 * The policy that a manifest is by itself: a tool may do what it declares, is asked about where it
 * says so, and is denied where the manifest does not name it. What is graver than its words (secrets,
 * start-up files, code that cannot be read) is judged as in the default template.
 */
export const policyOfManifest = (file: string): Policy => {
  const tools = toolsOf(file)
  const base = template('default')
  return checked(file, {
    version: 1,
    name: 'manifest',
    tools,
    unknown_tool: 'deny',
    rules: [
      {
        id: 'not-in-manifest',
        verdict: 'deny',
        match: { tool: '*' },
        unless: alternatives([...Object.keys(tools), ...NOT_TOOLS]).map((tool) => ({ tool })),
        reason: 'the manifest does not name this tool',
      },
      ...base.rules,
    ],
    defaults: { ...gravestOf(base), ...DECLARED },
  })
}

/** What is judged like a tool and is none; and servers' tools, which are deferred when undeclared. */
const NOT_TOOLS = ['Prompt', 'PromptExpansion', 'ConfigChange', 'mcp__*']

/** A rule's condition has at most 200 alternatives. */
const alternatives = (names: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<string>> =>
  Array.from({ length: Math.ceil(names.length / 200) }, (_, i) =>
    names.slice(200 * i, 200 * i + 200),
  )

/** What a manifest's words declare is permitted to the tool that declares it. */
const DECLARED = {
  'fs.*': 'permit',
  exec: 'permit',
  spawn: 'permit',
  'net.*': 'permit',
  'destroy.*': 'permit',
} as const

/** Defaults of the kinds that no word declares by itself. */
const gravestOf = ({ defaults }: Policy) => {
  const { opaque, persist, privilege, tamper, 'secret.read': read, 'secret.send': send } = defaults
  return { opaque, persist, privilege, tamper, 'secret.read': read, 'secret.send': send }
}
