// One rule of a policy: what it speaks about, and its verdict. Conditions are names and globs only,
// never code or regular expressions, so that a rule can be read, compared and bounded.
import * as Schema from 'effect/Schema'
import { Certainty, EFFECT_KINDS, type EffectKind } from '../action/effect.ts'
import { OPAQUE_CODES, type OpaqueCode } from '../action/opaque.ts'
import { Zone } from '../action/place.ts'
import { CodeOrigin } from '../action/sources.ts'
import { Network } from './network.ts'
import { Verdict } from './verdict.ts'

/** Values that one condition may list. */
export const MOST_ALTERNATIVES = 200
const MOST_EXAMPLES = 100
/** Characters of a condition's text. */
const LONGEST_PATTERN = 512
/** Calls that a rate may let pass in its window. */
const MOST_PER_WINDOW = 100_000

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
  Schema.String.check(Schema.isMaxLength(LONGEST_PATTERN), Schema.isPattern(pattern, { expected }))

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

const CAPABILITY_PREFIX = /^tool(:[^\s\p{C}:]+)+$/u

const CapabilityPrefix = Text(
  CAPABILITY_PREFIX,
  'a capability or a prefix of one by whole segments, such as tool:Bash:git',
)

const FLAG_NAME = /^--?[\w?][\w.-]{0,40}$/u

const FlagName = Text(
  FLAG_NAME,
  'the name of an option with its dashes and without a value, such as --force or -f',
)

const PATH_PATTERN =
  /^(project:(?!\/)|~(\/|$)|\/|\*\*\/)(?!.*\/\/)(?!(.*\/)?\.\.?(\/|$))[^\p{C}]*$/u

export const PathPatternText = Text(
  PATH_PATTERN,
  'a path pattern: project:src/**, ~/.ssh/**, /etc/*.conf or **/.env, without . or .. segments',
)

const HOST_PATTERN = /^(\*|(\*\.)?[^\s\p{C}*/]+)$/u

const HostPattern = Text(HOST_PATTERN, 'a host name, *.example.com for those below it, or *')

const NAME_PATTERN = /^[^\s\p{C}]+$/u

const NamePattern = Text(NAME_PATTERN, 'a name, * for any characters, such as prod or *-prod')

const PROGRAM_PATTERN = /^[^\s\p{C}/]+$/u

const ProgramPattern = Text(PROGRAM_PATTERN, 'the base name of a program, * for any characters')

/** Whether a text may stand in a condition of a rule, for whoever makes rules out of what was seen. */
const says =
  (pattern: RegExp) =>
  (text: string): boolean =>
    text.length <= LONGEST_PATTERN && pattern.test(text)
export const isPathPattern = says(PATH_PATTERN)
export const isHostPattern = says(HOST_PATTERN)
export const isNamePattern = says(NAME_PATTERN)
export const isProgramPattern = says(PROGRAM_PATTERN)
export const isFlagName = says(FLAG_NAME)
export const isCapabilityPrefix = says(CAPABILITY_PREFIX)

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
  flag: condition(
    FlagName,
    'Options that the capability was used with, by name: -rf is -r and -f. A value is not looked at.',
  ),
  flags_only: Schema.optionalKey(
    Schema.Array(FlagName).check(Schema.isMaxLength(MOST_ALTERNATIVES)).annotate({
      description:
        'The only options that the capability may have been used with, by name; an empty list is none at all.',
    }),
  ),
  effect: condition(EffectPattern, 'Kinds of effect, or classes of them.'),
  zone: condition(Zone, 'Where the path of the effect lies.'),
  path: condition(
    PathPatternText,
    'The path of the effect: relative to the project or to home where it is inside. ** is any number of folders, none too.',
  ),
  reach: condition(
    Schema.Literals(['some', 'all']),
    'How far below its path it reaches: some of what lies in the folder, or all of it.',
  ),
  host: condition(HostPattern, 'The host of the effect.'),
  network: condition(
    Network,
    "The network of the effect's host, by its name alone: this machine, a private network, a cloud's metadata service, or any other.",
  ),
  name: condition(
    NamePattern,
    "The name of what it is done to: a database, a bucket, a context. In a rule that restricts, a host's name too.",
  ),
  program: condition(ProgramPattern, 'The program that is run, or that does it.'),
  in: condition(
    PathPatternText,
    'The script that the effect stands in, where it was read from one; **/* is any script.',
  ),
  origin: condition(
    CodeOrigin,
    'Whose code does it: a file that the agent wrote, or downloaded, in this session.',
  ),
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

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** A window of time. */
export const RatePer = Schema.Literals(['minute', 'hour', 'day'])
export type RatePer = typeof RatePer.Type

export const Rate = Schema.Struct({
  max: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: MOST_PER_WINDOW })),
  per: RatePer,
})
export type Rate = typeof Rate.Type

/** `20 in an hour`. */
export const rateInWords = ({ max, per }: Rate): string =>
  `${max} in ${per === 'hour' ? 'an' : 'a'} ${per}`

/** What a rule was learned from: calls that finished, as the log holds them. */
export const Evidence = Schema.Struct({
  /** One that did several things which the rule speaks of counts once for each. */
  calls: Count,
  sessions: Count,
  /** Days (UTC) on which it was seen. */
  days: Count,
  /** Epoch milliseconds. */
  first: Schema.Finite,
  last: Schema.Finite,
  /** Indexes of entries of the log that decided on such calls: the first, and some of the latest. */
  entries: Schema.Array(Count).check(Schema.isMaxLength(16)),
}).annotate({ description: 'What the rule was learned from. It decides nothing.' })
export type Evidence = typeof Evidence.Type

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
  instead: Schema.optionalKey(
    Line(200, 'the nearest way').annotate({
      description: 'The nearest way that is permitted, told with a denial.',
    }),
  ),
  rate: Schema.optionalKey(
    Rate.annotate({
      description:
        'The rule counts only once calls that it matches were let through `max` times in the window, whatever the session; it only adds to what the others say. Its examples are of one that counts.',
    }),
  ),
  approve: Schema.optionalKey(
    Schema.Boolean.annotate({
      description:
        "A permit that also answers the client's own question, where approving permits cover every effect of the call.",
    }),
  ),
  evidence: Schema.optionalKey(Evidence),
  examples: Schema.optionalKey(
    Schema.Struct({
      match: Schema.optionalKey(Examples),
      not: Schema.optionalKey(Examples),
    }).annotate({
      description:
        'Calls that the rule must and must not match: a policy whose own examples fail does not load.',
    }),
  ),
})
  .check(
    Schema.makeFilter((rule) => {
      if (rule.verdict === 'permit' ? rule.instead !== undefined : rule.approve === true)
        return rule.approve === true
          ? { path: ['approve'], issue: 'only a permit can approve' }
          : { path: ['instead'], issue: 'a permit needs no other way' }
      // A permit that begins after so many calls would loosen by being tried.
      return rule.rate !== undefined && rule.verdict === 'permit'
        ? {
            path: ['rate'],
            issue: 'a permit has no rate: give one to a rule that defers or denies',
          }
        : undefined
    }),
  )
  .annotate({ identifier: 'Rule' })
export type Rule = typeof Rule.Type
