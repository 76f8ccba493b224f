// The kinds of fields that Claude Code's payloads are made of, as schemas. A value that reaches the
// log in the clear, a file name or a terminal must be of one of the bounded kinds.
import * as Effect from 'effect/Effect'
import * as Schema from 'effect/Schema'

/**
 * A session's id: a UUID with the client (`--session-id` accepts nothing else). It names key files
 * and stands in terminals, so: ASCII letters, digits, `.`, `_`, `-`, 128 at most, not beginning with
 * a punctuation mark (`-` alone is the key of payloads without a session).
 */
export const SessionId = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/))

/** An id that the model's provider or the client made: visible ASCII, 256 at most. */
export const OpaqueId = Schema.String.check(Schema.isPattern(/^[\x21-\x7e]{1,256}$/))

/** A tool's name. The Messages API allows `[a-zA-Z0-9_-]{1,128}`; visible ASCII is kept as it came. */
export const ToolName = OpaqueId

/** A word of the client's own vocabulary, such as a permission mode. Unknown ones are kept. */
export const Word = Schema.String.check(Schema.isPattern(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/))

/** Absolute, as the client reports directories; PATH_MAX is 4,096. Newlines are legal in it. */
export const AbsolutePath = Schema.String.check(
  Schema.makeFilter(
    (path: string) => path.startsWith('/') && path.length <= 4096 && !path.includes('\0'),
  ),
)

export type JsonObject = Readonly<Record<string, unknown>>

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A JSON object, kept by reference: copying it could lose a key named `__proto__`. */
export const JsonObject = Schema.declare(isJsonObject)

/** Milliseconds a log entry can hold: finite, not negative, below 2^53. */
export const Milliseconds = Schema.Number.check(
  Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
)

/** A field that may be absent and whose wrong type harms nothing: then it is as if absent. */
export const lenient = <S extends Schema.Constraint>(schema: S) =>
  Schema.optionalKey(schema).pipe(Schema.catchDecoding(() => Effect.succeedNone))

/** A field that may be absent (or null, which means the same) and must not be of a wrong type. */
export const strict = <S extends Schema.Constraint>(schema: S) =>
  Schema.optionalKey(Schema.NullOr(schema))

/** What every event carries. `effort` is present for models that have it. */
export const BaseFields = Schema.Struct({
  session_id: SessionId,
  cwd: AbsolutePath,
  hook_event_name: Word,
  transcript_path: lenient(AbsolutePath),
  prompt_id: lenient(OpaqueId),
  permission_mode: strict(Word),
  agent_id: strict(OpaqueId),
  agent_type: lenient(Schema.String),
  effort: lenient(Schema.Struct({ level: Schema.String })),
})

const McpServer = Schema.Struct({
  name: Schema.String,
  source: lenient(Schema.String),
})

/** The fields of one tool call. */
export const CALL_FIELDS = {
  tool_name: ToolName,
  tool_input: JsonObject,
  tool_use_id: strict(OpaqueId),
  mcp_server: lenient(McpServer),
}
