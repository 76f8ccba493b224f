// A payload's bytes as the one JSON object that they are, and why bytes are none. It never throws,
// whatever the bytes are, and nothing in it recurses over them.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import type * as SchemaIssue from 'effect/SchemaIssue'
import { fromUtf8 } from '../bytes.ts'
import { HookRejected } from '../event/event.ts'
import { isJsonObject, type JsonObject } from './claudeFields.ts'
import { scanJson } from './jsonScan.ts'

export type RejectReason = HookRejected['reason']

/** A payload that could not be read. Holds none of its text but names of fields. */
export class PayloadRejected extends Schema.TaggedError<PayloadRejected>()('PayloadRejected', {
  reason: HookRejected.fields.reason,
  /** The field that is missing or wrong, as the form of the payload names it. */
  field: Schema.optionalKey(Schema.String),
  /** What is wrong with it, in one printable line; absent: missing, or of another type. */
  detail: Schema.optionalKey(Schema.String),
  /** The event the payload says it is, where that could be read: `[A-Za-z][A-Za-z0-9_-]{0,63}`. */
  reported: Schema.optionalKey(Schema.String),
}) {}

export interface PayloadLimits {
  /** Bytes. */
  readonly maxBytes: number
  /** Open arrays and objects; no tool's input is near it. 512 unless told. */
  readonly maxDepth?: number
  /** Tool calls in one batch. 1,024 unless told. */
  readonly maxCalls?: number
}

export const DEFAULT_LIMITS = {
  maxBytes: 16_777_216,
  maxDepth: 512,
  maxCalls: 1024,
} as const satisfies PayloadLimits

export type Reading<A> = Result.Result<A, PayloadRejected>

export const rejected = (reason: RejectReason, field?: string, reported?: string) =>
  Result.fail(
    new PayloadRejected({
      reason,
      ...(field === undefined ? {} : { field }),
      ...(reported === undefined ? {} : { reported }),
    }),
  )

/** The one JSON object that the bytes are. Nothing here recurses, whatever their nesting. */
export const parseObject = (bytes: Uint8Array, limits: PayloadLimits): Reading<JsonObject> => {
  if (bytes.length > limits.maxBytes) return rejected('too-large')
  const text = fromUtf8(bytes)
  if (text === undefined) return rejected(endsInsideCharacter(bytes) ? 'truncated' : 'not-utf8')
  switch (scanJson(bytes, limits.maxDepth ?? DEFAULT_LIMITS.maxDepth)) {
    case 'truncated':
      return rejected('truncated')
    case 'too-deep':
      return rejected('too-deep')
    case 'invalid':
      return rejected('not-json')
    case 'complete':
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return rejected('not-json')
  }
  return isJsonObject(value) ? Result.succeed(value) : rejected('wrong-shape')
}

/** Whether bytes that are not UTF-8 are the beginning of some that are. */
const endsInsideCharacter = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true })
    return true
  } catch {
    return false
  }
}

/** Where a schema found its first fault: names of the protocol and positions, no values. */
export const fieldOf = (issue: SchemaIssue.Issue): string | undefined => {
  const path: Array<string> = []
  let at: SchemaIssue.Issue | undefined = issue
  while (at !== undefined) {
    if (at._tag === 'Pointer') path.push(...at.path.map(String))
    if (at._tag === 'Composite') at = at.issues[0]
    else at = 'issue' in at && typeof at.issue === 'object' ? at.issue : undefined
  }
  return path.length === 0 ? undefined : path.join('.')
}
