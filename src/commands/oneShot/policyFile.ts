// Policies and manifests from files that a person names. A file that cannot be read whole and checked
// is refused; nothing is guessed.
import * as Result from 'effect/Result'
import { parse as parseToml, TomlError } from 'smol-toml'
import { fromUtf8 } from '../../domain/bytes.ts'
import { nearest } from '../../domain/nearest.ts'
import { composePolicies } from '../../domain/policy/compose.ts'
import { checkExamples } from '../../domain/policy/examples.ts'
import type { PolicyInvalid } from '../../domain/policy/invalid.ts'
import { duplicateKey } from '../../domain/policy/jsonFaults.ts'
import { policyOfManifest as asPolicy, readManifest } from '../../domain/policy/manifestFile.ts'
import { parsePolicy, parsePolicyText, type Policy } from '../../domain/policy/policy.ts'
import { jsonFaultIn, lineByPrefix, lineInJson } from '../../domain/policy/textPlace.ts'
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

/** Where in a file, and what is wrong there. `at` is empty for the file as a whole. */
export interface FilePlace {
  readonly at: string
  readonly line?: number
}

/** A policy or manifest that was read and is not one. */
export class FileRefused extends CommandFailure {
  readonly place: FilePlace

  constructor(file: string, message: string, place: FilePlace) {
    const line = place.line === undefined ? '' : `:${place.line}`
    super({
      kind: 'policy-invalid',
      message: `${file}${line}: ${message}`,
      remedy: 'mend it; isonapse hook policy schema prints what it may hold',
      exit: 2,
    })
    this.place = place
  }
}

type LineOf = (path: string) => number | undefined

/** The line of a problem's path, which names rules by their id too. */
const placeOf = (at: string, lineOf: LineOf): FilePlace => {
  const line = at === '' ? undefined : lineOf(at.replaceAll(/ \([\w.-]{1,64}\)/g, ''))
  return { at, ...(line === undefined ? {} : { line }) }
}

const valid = <A>(file: string, read: Result.Result<A, PolicyInvalid>, lineOf: LineOf): A =>
  Result.getOrThrowWith(
    read,
    (invalid) =>
      new FileRefused(file, invalid.message, placeOf(invalid.problems[0]?.path ?? '', lineOf)),
  )

const withExamples = (file: string, policy: Policy, lineOf: LineOf): Policy => {
  valid(file, checkExamples(policy), lineOf)
  return policy
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const linesOfJson =
  (text: string): LineOf =>
  (path) =>
    lineInJson(text, path)

/** A policy whose shape and own examples are right. */
export const policyFromFile = (file: string): Policy => policyFromText(file, textOf(file))

/** The same from text that `source` says where it is from. */
export const policyFromText = (source: string, text: string): Policy => {
  const policy = unchecked(source, text)
  return withExamples(source, policy, linesOfJson(text))
}

/** A policy whose examples were not run. */
export const uncheckedPolicy = (file: string): Policy => unchecked(file, textOf(file))

const unchecked = (source: string, text: string): Policy => {
  if (!isJson(text)) throw notJson(source, text)
  return valid(source, parsePolicyText(text), linesOfJson(text))
}

const notJson = (file: string, text: string): FileRefused => {
  const { line, column } = jsonFaultIn(text)
  return new FileRefused(file, `not JSON from column ${column} on`, { at: '', line })
}

/** Policies that come with the program: there is no file that a line could be in. */
const NO_LINES: LineOf = () => undefined

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
  const policy = valid(name, composePolicies(names.map(policyOfTemplate)), NO_LINES)
  return withExamples(name, policy, NO_LINES)
}

interface ManifestText {
  readonly value: unknown
  readonly lineOf: LineOf
}

const TOML = { maxDepth: 16 } as const

/** A manifest's value: TOML, or the same as JSON. */
const manifestIn = (file: string): ManifestText => {
  const text = textOf(file).replace(/^\ufeff/, '')
  return /\.json$/i.test(file) || /^\s*[{[]\s*["{}]/.test(text)
    ? jsonManifest(file, text)
    : tomlManifest(file, text)
}

const jsonManifest = (file: string, text: string): ManifestText => {
  if (!isJson(text)) throw notJson(file, text)
  const lineOf = linesOfJson(text)
  const twice = duplicateKey(text)
  if (twice !== undefined)
    throw new FileRefused(file, `${twice}: given twice in one object`, placeOf(twice, lineOf))
  return { value: JSON.parse(text), lineOf }
}

const tomlManifest = (file: string, text: string): ManifestText => {
  try {
    const value = parseToml(text, TOML)
    return { value, lineOf: (path) => lineByPrefix(text, path, tomlOrNothing) }
  } catch (error) {
    const [first = ''] = String(error instanceof Error ? error.message : error).split('\n')
    const place = error instanceof TomlError ? { at: '', line: error.line } : { at: '' }
    throw new FileRefused(file, `not TOML: ${first.replace(/^Invalid TOML document: /, '')}`, place)
  }
}

const tomlOrNothing = (text: string): unknown => {
  try {
    return parseToml(text, TOML)
  } catch {
    return undefined
  }
}

/** A policy with a manifest's tools put into it; entries of the same name are replaced. */
export const policyWithManifest = (file: string, policy: unknown): Policy => {
  const base = policy as Policy
  const { value, lineOf } = manifestIn(file)
  const { tools, unknown_tool } = valid(file, readManifest(value), lineOf)
  const merged = {
    ...base,
    tools: { ...base.tools, ...tools },
    ...(unknown_tool === undefined ? {} : { unknown_tool }),
  }
  const whole = valid(file, parsePolicy(merged), lineOf)
  return withExamples(file, whole, NO_LINES)
}

/** The policy that a manifest is by itself, on the default template. */
export const policyOfManifest = (file: string): Policy => {
  const { value, lineOf } = manifestIn(file)
  const policy = valid(file, asPolicy(value, template('default')), lineOf)
  return withExamples(file, policy, NO_LINES)
}
