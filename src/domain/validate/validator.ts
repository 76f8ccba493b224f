// A check of files that the agent writes, as a policy has it, with one text that it must find fault with
// and one that it must let pass. It never blocks: what it finds is told to the model and logged.
import * as Schema from 'effect/Schema'
import { Line, PathPatternText } from '../policy/rule.ts'
import { JsonShape } from './jsonShape.ts'

export const VALIDATOR_KINDS = [
  'json',
  'jsonl',
  'toml',
  'yaml',
  'schema',
  'size',
  'encoding',
  'forbidden',
] as const
export type ValidatorKind = (typeof VALIDATOR_KINDS)[number]

/** In all layers together. */
export const MOST_VALIDATORS = 64
const MOST_PATHS = 200
const MOST_PATTERNS = 32
/** Of a file that is looked at. */
export const MOST_FILE_BYTES = 2_097_152

const ExampleText = Schema.String.check(Schema.isMaxLength(16_384))

/** A text; for what is too long or no text at all, a text repeated or bytes. */
const ValidatorExample = Schema.Union([
  ExampleText,
  Schema.Struct({
    repeat: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(1024)),
    times: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: MOST_FILE_BYTES })),
  }).check(
    Schema.makeFilter(({ repeat, times }) =>
      repeat.length * times <= MOST_FILE_BYTES
        ? undefined
        : { path: ['times'], issue: `together longer than ${MOST_FILE_BYTES} characters` },
    ),
  ),
  Schema.Struct({
    base64: ExampleText.check(
      Schema.isPattern(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, {
        expected: 'base64',
      }),
    ),
  }),
]).annotate({
  description:
    'A file’s text; {"repeat", "times"} for one that is long, {"base64"} for what is no text.',
})
export type ValidatorExample = typeof ValidatorExample.Type

const Most = (what: string) =>
  Schema.optionalKey(
    Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)).annotate({ description: what }),
  )

/** Which options each kind has beside those of all; the first it cannot be without. */
const OPTIONS: Readonly<Record<ValidatorKind, ReadonlyArray<string>>> = {
  json: [],
  jsonl: [],
  toml: [],
  yaml: [],
  schema: ['schema', 'format'],
  size: ['max_bytes', 'max_lines'],
  encoding: ['allow'],
  forbidden: ['patterns'],
}

export const Validator = Schema.Struct({
  id: Schema.String.check(
    Schema.isPattern(/^[a-z0-9][a-z0-9._-]{0,63}$/, {
      expected: 'an id of lower-case letters, digits, dots, dashes and underscores, at most 64',
    }),
  ).annotate({ description: 'Named to the model and in the log.' }),
  paths: Schema.Array(PathPatternText)
    .check(Schema.isMinLength(1), Schema.isMaxLength(MOST_PATHS))
    .annotate({ description: 'Files that it looks at once the agent wrote them; any case.' }),
  kind: Schema.Literals(VALIDATOR_KINDS).annotate({
    description:
      'json, jsonl, toml, yaml: it can be read as that. schema: it is JSON of that shape, or YAML. size, encoding (UTF-8, no byte order mark, no CRLF), forbidden: a pattern that it may not hold.',
  }),
  schema: Schema.optionalKey(JsonShape),
  format: Schema.optionalKey(
    Schema.Literals(['json', 'yaml']).annotate({
      description:
        'Of kind schema: what the file is; json unless given. Each document of YAML counts.',
    }),
  ),
  max_bytes: Most('Of kind size: the most bytes.'),
  max_lines: Most('Of kind size: the most lines.'),
  allow: Schema.optionalKey(
    Schema.Array(Schema.Literals(['bom', 'crlf']))
      .check(Schema.isMaxLength(2))
      .annotate({ description: 'Of kind encoding: what it may have all the same.' }),
  ),
  patterns: Schema.optionalKey(
    Schema.Array(Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(512)))
      .check(Schema.isMinLength(1), Schema.isMaxLength(MOST_PATTERNS))
      .annotate({ description: 'Of kind forbidden: regular expressions in RE2’s syntax.' }),
  ),
  reason: Schema.optionalKey(
    Line(200, 'a reason').annotate({ description: 'Told to the model beside what is wrong.' }),
  ),
  examples: Schema.Struct({ fires: ValidatorExample, passes: ValidatorExample }).annotate({
    description:
      'A file that it must find fault with, and one that it must let pass: a policy whose own examples fail does not load.',
  }),
})
  .check(
    Schema.makeFilter((validator) => {
      const { kind } = validator
      const own = OPTIONS[kind]
      for (const option of Object.values(OPTIONS).flat())
        if (Object.hasOwn(validator, option) && !own.includes(option))
          return { path: [option], issue: `kind ${kind} has no such option` }
      if (kind === 'schema' && validator.schema === undefined)
        return { path: ['schema'], issue: 'is missing' }
      if (kind === 'forbidden' && validator.patterns === undefined)
        return { path: ['patterns'], issue: 'is missing' }
      return kind === 'size' &&
        validator.max_bytes === undefined &&
        validator.max_lines === undefined
        ? { path: ['max_bytes'], issue: 'is missing, and so is max_lines' }
        : undefined
    }),
  )
  .annotate({ identifier: 'Validator' })
export type Validator = typeof Validator.Type

export const Validators = Schema.Array(Validator)
  .check(
    Schema.isMaxLength(MOST_VALIDATORS),
    Schema.makeFilter((validators) => {
      const seen = new Set<string>()
      for (const [i, { id }] of validators.entries()) {
        if (seen.has(id)) return { path: [i, 'id'], issue: 'the id of an earlier validator' }
        seen.add(id)
      }
      return undefined
    }),
  )
  .annotate({
    description:
      'Checks of files that the agent writes. They block nothing: what is wrong is told to the model, with its line, and logged.',
  })
export type Validators = typeof Validators.Type
