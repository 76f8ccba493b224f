// One rule of a policy: what it speaks about, and its verdict. Conditions are names and globs only,
// never code or regular expressions, so that a rule can be read, compared and bounded.
import * as Schema from 'effect/Schema'
import { Certainty, EFFECT_KINDS, type EffectKind } from '../action/effect.ts'
import { OPAQUE_CODES, type OpaqueCode } from '../action/opaque.ts'
import { Zone } from '../action/place.ts'
import { Verdict } from './verdict.ts'

/** Values that one condition may list. */
export const MOST_ALTERNATIVES = 200
const MOST_EXAMPLES = 100

/** Effect kinds by class: `destroy.*` is every kind that starts with `destroy.`. */
export const EFFECT_CLASSES = ['fs.*', 'net.*', 'destroy.*', 'secret.*'] as const
export const EffectPattern = Schema.Literals([...EFFECT_KINDS, ...EFFECT_CLASSES])
export type EffectPattern = typeof EffectPattern.Type

/** The kinds a pattern names. */
export const kindsOf = (pattern: EffectPattern): ReadonlyArray<EffectKind> =>
  pattern.endsWith('.*')
    ? EFFECT_KINDS.filter((kind) => kind.startsWith(pattern.slice(0, -1)))
    : [pattern as EffectKind]

/** One line of text for people: nothing that a terminal or a reader could take for something else. */
export const Line = (most: number, what: string) =>
  Schema.String.check(
    Schema.isPattern(new RegExp(`^[^\\p{C}\\p{Zl}\\p{Zp}]{1,${most}}$`, 'u'), {
      expected: `${what}: one line of 1 to ${most} printable characters`,
    }),
  )

const Text = (pattern: RegExp, expected: string) =>
  Schema.String.check(Schema.isMaxLength(512), Schema.isPattern(pattern, { expected }))

const OneOrMany = <S extends Schema.Constraint>(schema: S) =>
  Schema.Union([
    schema,
    Schema.Array(schema).check(Schema.isMinLength(1), Schema.isMaxLength(MOST_ALTERNATIVES)),
  ])

/** A field that may be one value or several, as several. */
export const many = <A>(value: A | ReadonlyArray<A> | undefined): ReadonlyArray<A> =>
  value === undefined ? [] : Array.isArray(value) ? (value as ReadonlyArray<A>) : [value as A]

export const ToolPattern = Text(
  /^(?!__proto__$)[^\s\p{C}:]+$/u,
  'a tool name, * for any characters, such as Bash or mcp__crm__*',
)

const CapabilityPrefix = Text(
  /^tool(:[^\s\p{C}:]+)+$/u,
  'a capability or a prefix of one by whole segments, such as tool:Bash:git',
)

const PathPatternText = Text(
  /^(project:(?!\/)|~(\/|$)|\/|\*\*\/)(?!.*\/\/)(?!(.*\/)?\.\.?(\/|$))[^\p{C}]*$/u,
  'a path pattern: project:src/**, ~/.ssh/**, /etc/*.conf or **/.env, without . or .. segments',
)

const HostPattern = Text(
  /^(\*|(\*\.)?[^\s\p{C}*/]+)$/u,
  'a host name, *.example.com for those below it, or *',
)

const ProgramPattern = Text(/^[^\s\p{C}/]+$/u, 'the base name of a program, * for any characters')

const OpaqueCodes = Schema.Literals(Object.keys(OPAQUE_CODES) as ReadonlyArray<OpaqueCode>)

const condition = <S extends Schema.Constraint>(schema: S, description: string) =>
  Schema.optionalKey(OneOrMany(schema).annotate({ description }))

/** All conditions hold, each for one of its alternatives. */
export const Match = Schema.Struct({
  tool: condition(ToolPattern, 'Canonical names of tools; * stands for any characters.'),
  capability: condition(
    CapabilityPrefix,
    'Capabilities, by whole segments: tool:Bash:git is for tool:Bash:git:push too.',
  ),
  effect: condition(EffectPattern, 'Kinds of effect, or classes of them.'),
  zone: condition(Zone, 'Where the path of the effect lies.'),
  path: condition(
    PathPatternText,
    'The path of the effect: relative to the project or to home where it is inside. ** is any number of folders, none too.',
  ),
  host: condition(HostPattern, 'The host of the effect.'),
  program: condition(ProgramPattern, 'The program that is run, or that does it.'),
  why: condition(OpaqueCodes, 'Why an opaque effect could not be read.'),
  certainty: Schema.optionalKey(
    Certainty.annotate({
      description: 'Whether every way through the call does it, or only some.',
    }),
  ),
})
  .check(
    Schema.makeFilter((match) =>
      Object.keys(match).length > 0
        ? undefined
        : 'at least one condition is needed; {"tool": "*"} is every call',
    ),
  )
  .annotate({ identifier: 'Match' })
export type Match = typeof Match.Type

const Command = Schema.String.check(Schema.isMaxLength(4096))
const Directory = Schema.String.check(Schema.isMaxLength(512))

/** A Bash command, or a call of any tool; `cwd` is the example place's project when absent. */
const Example = Schema.Union([
  Command,
  Schema.Struct({ command: Command, cwd: Directory }),
  Schema.Struct({
    tool: Schema.String.check(Schema.isMaxLength(512)),
    input: Schema.Record(Schema.String, Schema.Unknown),
    cwd: Schema.optionalKey(Directory),
  }),
]).annotate({
  description:
    'A Bash command, or a call of a tool with its input. Home is /home/dev, the project /home/dev/project.',
})
export type Example = typeof Example.Type

const Examples = Schema.Array(Example).check(Schema.isMaxLength(MOST_EXAMPLES))

export const Rule = Schema.Struct({
  id: Text(
    /^[a-z0-9][a-z0-9._-]{0,63}$/u,
    'an id of lower-case letters, digits, dots, dashes and underscores, at most 64',
  ).annotate({ description: 'Named in decisions and receipts.' }),
  verdict: Verdict.annotate({
    description:
      'deny beats defer (a human decides) beats permit, for each effect of a call. A permit for a tool or capability alone covers everyday effects in the project and temporary folders; name the effect, path, zone or code to go beyond.',
  }),
  match: Match,
  unless: Schema.optionalKey(
    OneOrMany(Match).annotate({
      description: 'Where one of these matches too, the rule does not count.',
    }),
  ),
  reason: Schema.optionalKey(
    Line(200, 'a reason').annotate({ description: 'Told to the person and to the agent.' }),
  ),
  approve: Schema.optionalKey(
    Schema.Boolean.annotate({
      description:
        "A permit that also answers the client's own question, where approving permits cover every effect of the call.",
    }),
  ),
  examples: Schema.optionalKey(
    Schema.Struct({
      match: Schema.optionalKey(Examples),
      not: Schema.optionalKey(Examples),
    }).annotate({
      description:
        'Calls that the rule must and must not match: a policy whose own examples fail does not load.',
    }),
  ),
}).check(
  Schema.makeFilter((rule) =>
    rule.approve === true && rule.verdict !== 'permit'
      ? { path: ['approve'], issue: 'only a permit can approve' }
      : undefined,
  ),
)
export type Rule = typeof Rule.Type
