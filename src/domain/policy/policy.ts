// A policy: what each tool may do, which effects are permitted, deferred to a human or denied. A
// policy that cannot be read whole is refused whole: a misspelt condition must never widen a rule.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { EFFECT_KINDS } from '../action/effect.ts'
import { utf8 } from '../bytes.ts'
import { canonicalJson, NotCanonical } from '../canonical.ts'
import { type Digest, digestOf, type Sha256 } from '../hash.ts'
import { PolicyInvalid, type PolicyProblem, problemsOf } from './invalid.ts'
import { duplicateKey, exceedsDepth } from './jsonFaults.ts'
import { Monitored } from './monitored.ts'
import { MOST_VALIDATORS, type Validator, Validators } from '../validate/validator.ts'
import { TaintSection } from './taint.ts'
import { EFFECT_CLASSES, type EffectPattern, Line, Rule, ToolPattern } from './rule.ts'
import { Verdict } from './verdict.ts'

/** Largest policy, in bytes of its canonical JSON. */
export const MOST_POLICY_BYTES = 1_048_576
/** Longest text that is read, in UTF-16 code units: white space and escapes come on top. */
const LONGEST_TEXT = 4 * MOST_POLICY_BYTES
/** In all layers together. */
export const MOST_RULES = 2000
const MOST_TOOLS = 2000
const MOST_LAYERS = 16
/** Rules with a rate: each of them has counters that the log keeps folded. */
const MOST_RATES = 64
/** Levels of nesting, example inputs included: what follows recurses over the value. */
const MOST_DEPTH = 64

/** A manifest's words for effects. */
export const ManifestEffect = Schema.Literals([
  'read',
  'write',
  'execute',
  'spawn',
  'network',
  'destructive',
])
export type ManifestEffect = typeof ManifestEffect.Type

export const Manifest = Schema.Struct({
  effects: Schema.optionalKey(
    Schema.Array(ManifestEffect).check(Schema.isMaxLength(6)).annotate({
      description:
        'What the tool may do. Anything else it is seen to do is denied; for a tool whose inside cannot be seen, it is judged as doing all of this.',
    }),
  ),
  postures: Schema.optionalKey(
    Schema.Array(Schema.Literals(['interactive', 'autonomous', 'dry_run']))
      .check(Schema.isMaxLength(3))
      .annotate({ description: 'Postures it may be used in; all of them when absent.' }),
  ),
  require_confirmation: Schema.optionalKey(
    Schema.Boolean.annotate({ description: 'Every call of it is deferred to a human.' }),
  ),
})
export type Manifest = typeof Manifest.Type

type DefaultFields = { readonly [K in EffectPattern]: Schema.optionalKey<typeof Verdict> }
const Defaults = Schema.Struct(
  Object.fromEntries(
    [...EFFECT_KINDS, ...EFFECT_CLASSES].map((key) => [key, Schema.optionalKey(Verdict)]),
  ) as DefaultFields,
)

/** What is judged as one: its rules and what holds where none of them matches. */
const layerFields = {
  tools: Schema.optionalKey(
    Schema.Record(ToolPattern, Manifest).check(Schema.isMaxProperties(MOST_TOOLS)).annotate({
      description:
        'The manifest: by tool name or pattern. The exact name, else the longest pattern, speaks for a tool.',
    }),
  ),
  unknown_tool: Schema.optionalKey(
    Verdict.annotate({
      description:
        "A tool that is neither the client's, nor an MCP server's, nor named in `tools`. Default: deny.",
    }),
  ),
  monitored: Schema.optionalKey(Monitored),
  taint: Schema.optionalKey(
    TaintSection.annotate({
      description:
        'What is stricter in a session that read text which tries to instruct the agent, until a human clears it. Default: net.*, secret.* and persist.',
    }),
  ),
  validators: Schema.optionalKey(Validators),
  rules: Schema.Array(Rule).check(
    Schema.isMaxLength(MOST_RULES),
    Schema.makeFilter((rules) => {
      const seen = new Set<string>()
      for (const [i, { id }] of rules.entries()) {
        if (seen.has(id)) return { path: [i, 'id'], issue: 'the id of an earlier rule' }
        seen.add(id)
      }
      return undefined
    }),
  ),
  defaults: Defaults.annotate({
    description:
      'Verdict of an effect that no rule matches: by its kind, else its class, else defer.',
  }),
}

export const Layer = Schema.Struct({
  name: Line(64, 'a name'),
  ...layerFields,
}).annotate({ identifier: 'Layer' })
export type Layer = typeof Layer.Type

export const Policy = Schema.Struct({
  $schema: Schema.optionalKey(
    Schema.String.check(Schema.isMaxLength(512)).annotate({
      description: 'For editors: where the JSON Schema of this file is.',
    }),
  ),
  version: Schema.Literal(1),
  name: Line(64, 'a name'),
  ...layerFields,
  layers: Schema.optionalKey(
    Schema.Array(Layer).check(Schema.isMinLength(1), Schema.isMaxLength(MOST_LAYERS)).annotate({
      description:
        'Further policies that hold as well: each is judged for itself, and the strictest verdict counts. What no `defaults` of any of them names is deferred.',
    }),
  ),
}).check(
  Schema.makeFilter((policy) => {
    const layers = layersOf(policy)
    const rules = layers.flatMap((layer) => layer.rules)
    if (rules.length > MOST_RULES)
      return `${rules.length} rules in all layers, at most ${MOST_RULES}`
    const rated = rules.filter((rule) => rule.rate !== undefined).length
    if (rated > MOST_RATES) return `${rated} rules with a rate, at most ${MOST_RATES}`
    const validators = layers.reduce((sum, one) => sum + (one.validators?.length ?? 0), 0)
    if (validators > MOST_VALIDATORS)
      return `${validators} validators in all layers, at most ${MOST_VALIDATORS}`
    return idOfTwoRules(layers)
  }),
)
export type Policy = typeof Policy.Type

/** The policy's own part and its layers. */
export const layersOf = (policy: Policy | PolicyFields): ReadonlyArray<Omit<Layer, 'name'>> => [
  policy,
  ...(policy.layers ?? []),
]
type PolicyFields = Omit<Layer, 'name'> & { readonly layers?: ReadonlyArray<Layer> }

/** All rules, those of layers too. One that several layers have is there once for each. */
export const rulesOf = (policy: Policy): ReadonlyArray<Rule> =>
  layersOf(policy).flatMap((layer) => layer.rules)

/** All validators, those of layers too. */
export const validatorsOf = (policy: Policy): ReadonlyArray<Validator> =>
  layersOf(policy).flatMap(({ validators = [] }) => validators)

/** A decision names rules by id alone, so that an id must be one rule, whatever layer it is in. */
const idOfTwoRules = (
  layers: ReadonlyArray<{ readonly rules: ReadonlyArray<Rule> }>,
): { readonly path: ReadonlyArray<PropertyKey>; readonly issue: string } | undefined => {
  const known = new Map<string, Rule>()
  for (const [at, { rules }] of layers.entries())
    for (const [i, rule] of rules.entries()) {
      const other = known.get(rule.id)
      if (other === undefined) known.set(rule.id, rule)
      else if (other !== rule && !isSameRule(other, rule))
        return {
          path: at === 0 ? ['rules', i, 'id'] : ['layers', at - 1, 'rules', i, 'id'],
          issue: 'the id of another rule, in another layer',
        }
    }
  return undefined
}

/** The same but for their examples and what they were learned from. Never throws, as canonical JSON does for what is no JSON. */
export const isSameRule = (a: Rule, b: Rule): boolean => {
  const { examples: _, evidence: _a, ...one } = a
  const { examples: __, evidence: _b, ...other } = b
  return sortedText(one) === sortedText(other)
}

const sortedText = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

const decode = Schema.decodeUnknownResult(Policy, { onExcessProperty: 'error', errors: 'all' })

/** Reads a policy from a JSON value. Its examples are not run: see checkExamples. */
export const parsePolicy = (value: unknown): Result.Result<Policy, PolicyInvalid> => {
  if (exceedsDepth(value, MOST_DEPTH))
    return invalid([{ path: '', problem: `nested deeper than ${MOST_DEPTH} levels` }])
  const decoded = decode(value)
  if (Result.isFailure(decoded)) return invalid(problemsOf(decoded.failure.issue, value))
  try {
    const bytes = policyBytes(decoded.success).length
    if (bytes > MOST_POLICY_BYTES)
      return invalid([{ path: '', problem: `${bytes} bytes, at most ${MOST_POLICY_BYTES}` }])
  } catch (error) {
    if (error instanceof NotCanonical) return invalid([{ path: '', problem: error.message }])
    throw error
  }
  return Result.succeed(decoded.success)
}

/**
 * Reads a policy from its JSON text. Refuses a key given twice in one object too, of which JSON's
 * readers silently keep the last: the one a reviewer did not look at.
 */
export const parsePolicyText = (text: string): Result.Result<Policy, PolicyInvalid> => {
  if (text.length > LONGEST_TEXT)
    return invalid([{ path: '', problem: `longer than ${LONGEST_TEXT} characters` }])
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return invalid([{ path: '', problem: `not JSON: ${(error as SyntaxError).message}` }])
  }
  const twice = duplicateKey(text)
  if (twice !== undefined) return invalid([{ path: twice, problem: 'given twice in one object' }])
  return parsePolicy(value)
}

const invalid = (problems: ReadonlyArray<PolicyProblem>): Result.Result<never, PolicyInvalid> =>
  Result.fail(new PolicyInvalid({ problems }))

/**
 * The policy's canonical JSON: what is logged, and what its digest is of. Throws NotCanonical, never
 * for a policy that parsePolicy gave.
 */
export const policyBytes = (policy: Policy): Uint8Array => utf8(canonicalJson(policy))

export const policyDigest = (policy: Policy, sha256: Sha256): Digest =>
  digestOf(sha256, policyBytes(policy))
