// Why a policy was refused, in words for the person who wrote it: where, what is wrong there, and
// what may stand there.
import * as Schema from 'effect/Schema'
import type * as SchemaAST from 'effect/SchemaAST'
import * as SchemaIssue from 'effect/SchemaIssue'
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
}) {
  override get message(): string {
    const lines = this.problems.slice(0, MOST_LISTED).map(({ path, problem }) => {
      return path === '' ? problem : `${path}: ${problem}`
    })
    const more = this.problems.length - lines.length
    if (more > 0) lines.push(`and ${more} more`)
    return `the policy is invalid: ${lines.join('; ')}`
  }
}

const format = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) => {
    switch (issue._tag) {
      case 'UnexpectedKey':
        return `unknown key; valid: ${validKeys(issue.ast)}`
      case 'MissingKey':
        return 'is missing'
      default:
        return SchemaIssue.defaultLeafHook(issue)
    }
  },
})

const validKeys = (ast: SchemaAST.AST): string => {
  if (ast._tag !== 'Objects') return 'none'
  const names = ast.propertySignatures.map((property) => String(property.name))
  return names.length > 0 ? names.join(', ') : 'names of the form the schema gives'
}

/** The problems a decode found, each with its path; rules are named by their id too. */
export const problemsOf = (
  issue: SchemaIssue.Issue,
  value: unknown,
): ReadonlyArray<PolicyProblem> =>
  format(issue).issues.map(({ path, message }) => ({
    path: pathText(
      (path ?? []).map((part) => (typeof part === 'object' ? part.key : part)),
      value,
    ),
    problem: message.replace(/^Expected /, 'expected '),
  }))

const pathText = (path: ReadonlyArray<PropertyKey>, value: unknown): string => {
  let out = ''
  for (const [i, part] of path.entries()) {
    if (typeof part === 'number') {
      out += `[${part}]`
      const id = path[0] === 'rules' && i === 1 ? ruleId(value, part) : undefined
      if (id !== undefined) out += ` (${id})`
    } else out += (out === '' ? '' : '.') + printable(String(part), 80)
  }
  return out
}

const ruleId = (value: unknown, index: number): string | undefined => {
  const id = (value as { rules?: ReadonlyArray<{ id?: unknown } | null> }).rules?.[index]?.id
  return typeof id === 'string' ? printable(id, 64) : undefined
}
