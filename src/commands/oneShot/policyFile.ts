// Policies and manifests from files that a person names. A file that cannot be read whole and checked
// is refused; nothing is guessed.
import * as Result from 'effect/Result'
import { parse as parseToml } from 'smol-toml'
import { fromUtf8 } from '../../domain/bytes.ts'
import { nearest } from '../../domain/nearest.ts'
import { composePolicies } from '../../domain/policy/compose.ts'
import { checkExamples } from '../../domain/policy/examples.ts'
import type { PolicyInvalid } from '../../domain/policy/invalid.ts'
import { duplicateKey } from '../../domain/policy/jsonFaults.ts'
import { policyOfManifest as asPolicy, readManifest } from '../../domain/policy/manifestFile.ts'
import { parsePolicy, parsePolicyText, type Policy } from '../../domain/policy/policy.ts'
import { isTemplateName, template, TEMPLATE_NAMES } from '../../templates/templates.ts'
import { CommandFailure, usage } from '../terminal/failure.ts'
import { readNamedFile } from './readFile.ts'

const MOST_BYTES = 8 * 1024 * 1024

const textOf = (file: string): string => {
  const text = fromUtf8(readNamedFile(file, MOST_BYTES))
  if (text === undefined)
    throw usage(`${file}: is not UTF-8 text`, 'name a file of text: JSON, or TOML for a manifest')
  return text
}

const refused = (file: string, message: string) =>
  new CommandFailure({
    kind: 'policy-invalid',
    message: `${file}: ${message}`,
    remedy: 'mend it; isonapse hook policy schema prints what it may hold',
    exit: 2,
  })

const valid = <A>(file: string, read: Result.Result<A, PolicyInvalid>): A =>
  Result.getOrThrowWith(read, (invalid) => refused(file, invalid.message))

/** A policy whose shape and own examples are right. */
export const policyFromFile = (file: string): Policy => withExamples(file, uncheckedPolicy(file))

/** The same from text that `source` says where it is from. */
export const policyFromText = (source: string, text: string): Policy =>
  withExamples(source, valid(source, parsePolicyText(text)))

/** A policy whose examples were not run. */
export const uncheckedPolicy = (file: string): Policy => valid(file, parsePolicyText(textOf(file)))

const withExamples = (file: string, policy: Policy): Policy => {
  valid(file, checkExamples(policy))
  return policy
}

/** One of the policies that come with the program. */
export const policyOfTemplate = (name: string): Policy => {
  if (isTemplateName(name)) return template(name)
  const meant = nearest(name, TEMPLATE_NAMES)
  throw usage(
    `there is no template "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
    `the templates are ${TEMPLATE_NAMES.join(', ')}`,
  )
}

/** Several of them as one policy, their examples run. */
export const policyOfTemplates = (names: ReadonlyArray<string>): Policy => {
  const name = names.join(' ')
  return withExamples(name, valid(name, composePolicies(names.map(policyOfTemplate))))
}

/** A manifest's value: TOML, or the same as JSON. */
const manifestIn = (file: string): unknown => {
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
  return value
}

/** A policy with a manifest's tools put into it; entries of the same name are replaced. */
export const policyWithManifest = (file: string, policy: unknown): Policy => {
  const base = policy as Policy
  const { tools, unknown_tool } = valid(file, readManifest(manifestIn(file)))
  const merged = {
    ...base,
    tools: { ...base.tools, ...tools },
    ...(unknown_tool === undefined ? {} : { unknown_tool }),
  }
  return withExamples(file, valid(file, parsePolicy(merged)))
}

/** The policy that a manifest is by itself, on the default template. */
export const policyOfManifest = (file: string): Policy =>
  withExamples(file, valid(file, asPolicy(manifestIn(file), template('default'))))
