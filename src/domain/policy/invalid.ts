// Why a policy was refused, in words for the person who wrote it: where, what is wrong there, and
// what may stand there.
import * as Schema from 'effect/Schema'
import type * as SchemaAST from 'effect/SchemaAST'
import * as SchemaIssue from 'effect/SchemaIssue'
import { nearest } from '../nearest.ts'
import { printable } from '../oneLine.ts'

/** `path` as in `rules[3].match.zone`, empty for the policy itself. */
export interface PolicyProblem {
  readonly path: string
  readonly problem: string
}

/** Problems listed; the rest are counted. */
const MOST_LISTED = 20

/** A policy that does not load: its shape, its text or its own examples are wrong. */
export class PolicyInvalid extends Schema.TaggedError<PolicyInvalid>()('PolicyInvalid', {
  problems: Schema.Array(Schema.Struct({ path: Schema.String, problem: Schema.String })),
  /** A policy, when absent. */
  subject: Schema.optionalKey(Schema.Literal('manifest')),
}) {
  override get message(): string {
    const lines = this.problems.slice(0, MOST_LISTED).map(({ path, problem }) => {
      return path === '' ? problem : `${path}: ${problem}`
    })
    const more = this.problems.length - lines.length
    if (more > 0) lines.push(`and ${more} more`)
    return `the ${this.subject ?? 'policy'} is invalid: ${lines.join('; ')}`
  }
}

const format = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) => {
    switch (issue._tag) {
      case 'UnexpectedKey':
        return `${UNKNOWN_KEY}${keysOf(issue.ast).join(', ') || 'none'}`
      case 'MissingKey':
        return 'is missing'
      default:
        return SchemaIssue.defaultLeafHook(issue)
    }
  },
})

const UNKNOWN_KEY = 'unknown key; valid: '

/** Keys that an object may have; in their place, words, where any name of a form is one. */
const keysOf = (ast: SchemaAST.AST): ReadonlyArray<string> => {
  if (ast._tag !== 'Objects') return []
  const names = ast.propertySignatures.map((property) => String(property.name))
  return names.length > 0 ? names : ['names of the form the schema gives']
}

/** A longer list is of no more help, and an error is one line. */
const MOST_NAMED = 40

/** The message with the word that was probably meant, where one of the valid ones is near. */
const suggested = (message: string, last: PropertyKey | undefined, given: unknown): string => {
  if (message.startsWith(UNKNOWN_KEY)) {
    const valid = message.slice(UNKNOWN_KEY.length).split(', ')
    const meant = typeof last === 'string' ? meantBy(last, valid) : undefined
    if (meant !== undefined) return `unknown key; did you mean "${meant}"?`
    return valid.length <= MOST_NAMED
      ? message
      : `${UNKNOWN_KEY}${valid.slice(0, MOST_NAMED).join(', ')}, …`
  }
  const literals = [...message.matchAll(/"([^"\s]+)"(?= \||$| or )/g)].map((match) => match[1]!)
  if (!message.startsWith('expected "') || literals.length < 2 || typeof given !== 'string')
    return message
  const meant = meantBy(given, literals)
  return meant === undefined ? message : `${message}; did you mean "${meant}"?`
}

/** Of words this short nearly all are near each other: one that begins otherwise is no slip. */
const SHORT = 4

const meantBy = (word: string, valid: ReadonlyArray<string>): string | undefined => {
  const found = nearest(word, valid)
  return word.length < SHORT && found?.[0] !== word[0] ? undefined : found
}

const valueAt = (value: unknown, path: ReadonlyArray<PropertyKey>): unknown => {
  let at = value
  for (const part of path)
    at =
      typeof at === 'object' && at !== null && Object.hasOwn(at, part)
        ? (at as Record<PropertyKey, unknown>)[part]
        : undefined
  return at
}

/** The problems a decode found, each with its path; rules are named by their id too. */
export const problemsOf = (
  issue: SchemaIssue.Issue,
  value: unknown,
): ReadonlyArray<PolicyProblem> =>
  format(issue).issues.map(({ path, message }) => {
    const parts = (path ?? []).map((part) => (typeof part === 'object' ? part.key : part))
    return {
      path: pathText(parts, value),
      problem: suggested(
        message.replace(/^Expected /, 'expected '),
        parts.at(-1),
        valueAt(value, parts),
      ),
    }
  })

/** A path as problems have it; `value`, where it is given, is what rules are named by. */
export const pathText = (path: ReadonlyArray<PropertyKey>, value?: unknown): string => {
  let out = ''
  for (const [i, part] of path.entries()) {
    if (typeof part === 'number') {
      out += `[${part}]`
      const id = NAMED.has(path[i - 1]!) ? ruleId(valueAt(value, path.slice(0, i + 1))) : undefined
      if (id !== undefined) out += ` (${id})`
    } else if (/^[^:[\]"()]+$/.test(String(part)))
      out += (out === '' ? '' : '.') + printable(String(part), 80)
    // A key of other characters would read as part of the path or of the message.
    else out += `[${JSON.stringify(printable(String(part), 80))}]`
  }
  return out
}

/** What stands in lists of these is named by its id too. */
const NAMED: ReadonlySet<PropertyKey> = new Set(['rules', 'validators'])

const ruleId = (rule: unknown): string | undefined => {
  const id = valueAt(rule, ['id'])
  return typeof id === 'string' && /^[\w.-]{1,64}$/.test(id) ? id : undefined
}
