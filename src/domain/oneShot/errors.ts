// Why a one-shot denies before or beside the rules of a policy, as data for the program that asked: what
// is wrong with the payload, the manifest, the policy or the posture, and what to do next. An error
// never stands without a denial, and holds no text of a payload but names of fields and tools.
import * as Schema from 'effect/Schema'
import { printable } from '../oneLine.ts'
import { DEFAULT_LIMITS, type PayloadRejected } from '../hook/payloadObject.ts'
import type { PolicyInvalid } from '../policy/invalid.ts'
import { ManifestEffect } from '../policy/policy.ts'
import { Posture } from '../policy/verdict.ts'
import { EffectKind } from '../action/effect.ts'

/** Each is one printable line. */
const WORDS = { message: Schema.String, remedy: Schema.String }

/** A payload that cannot be read, or is of another event than the caller said. */
export class HookError extends Schema.TaggedError<HookError>()('HookError', {
  reason: Schema.Literals([
    'empty',
    'unreadable',
    'too-large',
    'truncated',
    'not-utf8',
    'not-json',
    'too-deep',
    'slow',
    'wrong-shape',
    'wrong-event',
  ]),
  /** The field at fault, where one is. */
  field: Schema.optionalKey(Schema.String),
  ...WORDS,
}) {}
export type HookErrorReason = HookError['reason']

/** A posture in which this call cannot be made, whatever its rules say. */
export class PostureError extends Schema.TaggedError<PostureError>()('PostureError', {
  /**
   * `not-allowed`: the manifest names other postures for the tool. `locked`: nothing is permitted.
   * `dry-run`: only reading is. `nobody-to-ask`: a human would decide, and in `autonomous` none is there.
   */
  kind: Schema.Literals(['not-allowed', 'locked', 'dry-run', 'nobody-to-ask']),
  tool: Schema.String,
  posture: Posture,
  /** Postures in which this reason would not hold. */
  allowed: Schema.Array(Posture),
  /** The payload's permission mode, where it and not the caller makes the posture what it is. */
  permission_mode: Schema.optionalKey(Schema.String),
  ...WORDS,
}) {}

/** Where a fault stands in a file or a value. */
const PLACE = {
  /** As the person named it; absent for a value. */
  file: Schema.optionalKey(Schema.String),
  /** From 1. */
  line: Schema.optionalKey(Schema.Int),
  /** Such as `tools.Bash.effects[0]`. */
  at: Schema.optionalKey(Schema.String),
}

/** What a manifest does not declare, or a manifest that does not load. */
export class ManifestError extends Schema.TaggedError<ManifestError>()('ManifestError', {
  kind: Schema.Literals(['undeclared-tool', 'undeclared-effect', 'unreadable', 'invalid']),
  tool: Schema.optionalKey(Schema.String),
  /** Kinds of effect that the call has and the manifest does not declare, sorted. */
  effects: Schema.optionalKey(Schema.Array(EffectKind)),
  /** The manifest's words that would declare them; those of no word cannot be declared. */
  needs: Schema.optionalKey(Schema.Array(ManifestEffect)),
  ...PLACE,
  ...WORDS,
}) {}

/** A policy that does not load. */
export class PolicyError extends Schema.TaggedError<PolicyError>()('PolicyError', {
  kind: Schema.Literals(['unreadable', 'invalid']),
  ...PLACE,
  ...WORDS,
}) {}

/** A receipt that was asked for and cannot be kept. */
export class ReceiptError extends Schema.TaggedError<ReceiptError>()('ReceiptError', {
  folder: Schema.String,
  ...WORDS,
}) {}

export type OneShotError = HookError | PostureError | ManifestError | PolicyError | ReceiptError

/** The object that is printed: `error` is the tag, `message` and `remedy` come last. */
export const errorJson = (error: OneShotError): Readonly<Record<string, unknown>> => {
  const { _tag, message, remedy, ...fields } = error
  return { error: _tag, ...fields, message, remedy }
}

const SHORT_EXAMPLE = '{"tool":"Bash","args":{"command":"ls"}}'
export const GIVE_PAYLOAD = `give one JSON object: ${SHORT_EXAMPLE}, or a payload of the client’s hooks`

const REASONS: Readonly<Record<HookErrorReason, string>> = {
  empty: 'it is empty',
  unreadable: 'it cannot be read',
  'too-large': `it is larger than ${DEFAULT_LIMITS.maxBytes} bytes`,
  truncated: 'it ends before its JSON does',
  'not-utf8': 'it is not UTF-8',
  'not-json': 'it is not one JSON value',
  'too-deep': `it is nested deeper than ${DEFAULT_LIMITS.maxDepth} levels`,
  slow: 'it did not come in time',
  'wrong-shape': 'it is no JSON object',
  'wrong-event': 'it is of another event',
}

export const hookError = (
  reason: HookErrorReason,
  field?: string,
  detail: string = field === undefined ? REASONS[reason] : 'is missing, or of another type',
): HookError => {
  const shown = field === undefined ? undefined : printable(field, 120)
  return new HookError({
    reason,
    ...(shown === undefined ? {} : { field: shown }),
    message: `the payload cannot be judged: ${shown === undefined ? '' : `"${shown}" `}${detail}`,
    remedy: GIVE_PAYLOAD,
  })
}

/** `blank`: the payload holds nothing but white space. */
export const hookErrorOf = (
  { reason, field, detail }: PayloadRejected,
  blank: boolean,
): HookError =>
  blank && reason === 'truncated' ? hookError('empty') : hookError(reason, field, detail)

const SCHEMA_REMEDY = 'mend it; isonapse hook policy schema prints what a policy may hold'
const MANIFEST_REMEDY =
  'mend it; a manifest is such as {"tools":{"Bash":{"effects":["read","execute"],"postures":["interactive"]}}}'

/** What is wrong with a policy or manifest that was read, and the place of the first fault. */
export const invalidError = (
  subject: 'policy' | 'manifest',
  { problems, message }: PolicyInvalid,
): ManifestError | PolicyError => {
  const path = problems[0]?.path ?? ''
  return loadError(subject, 'invalid', message, path === '' ? {} : { at: path })
}

export const loadError = (
  subject: 'policy' | 'manifest',
  kind: 'unreadable' | 'invalid',
  message: string,
  place: { readonly file?: string; readonly line?: number; readonly at?: string },
  remedy: string = subject === 'policy' ? SCHEMA_REMEDY : MANIFEST_REMEDY,
): ManifestError | PolicyError => {
  const fields = { kind, ...place, message, remedy }
  return subject === 'policy' ? new PolicyError(fields) : new ManifestError(fields)
}
