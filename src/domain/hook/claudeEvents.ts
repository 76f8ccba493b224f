// The table of every event that Claude Code can hook: what its payload holds beside the fields of
// all events, what the client lets a hook answer, and how the gate says no to it, if it may at all.
// Source: the client 2.1.329 as observed, and its SDK's types for the events that were not seen.
import type * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { CALL_FIELDS, JsonObject, lenient, Milliseconds, strict } from './claudeFields.ts'

// One by one: taking the module apart at once would keep all of it in the bundle.
const Text = Schema.String
const Flag = Schema.Boolean
const Count = Schema.Finite
const Unknown = Schema.Unknown
const Texts = Schema.Array(Text)

/**
 * What an event's answer can do, in the client's terms.
 * `permission`: hookSpecificOutput.permissionDecision · `decision`: hookSpecificOutput.decision ·
 * `block`: top-level decision and exit 2 · `continue`: exit 2 keeps the agent going · `input`,
 * `output`: rewrite them · `context`: text for the model · `suppress`: keep a blocked prompt out of
 * the message about it · `retry`, `title`, `first-message`, `watch`, `form` (an elicitation's
 * answer), `display`, `path`: fields of those events alone.
 */
export type AnswerPower =
  | 'permission'
  | 'decision'
  | 'block'
  | 'continue'
  | 'input'
  | 'output'
  | 'context'
  | 'suppress'
  | 'retry'
  | 'title'
  | 'first-message'
  | 'watch'
  | 'form'
  | 'display'
  | 'path'

/** The shape in which the gate refuses; null for events the gate only watches. */
export type RefusalShape = 'permission' | 'decision' | 'prompt' | 'block'

export interface ClaudeEvent {
  /** The payload's field that a registration's matcher is compared with; null: it has none. */
  readonly matcher: string | null
  readonly may: ReadonlyArray<AnswerPower>
  readonly refusal: RefusalShape | null
  /** Whether the gate registers for it. */
  readonly subscribed: boolean
  readonly fields: Schema.Codec<object, object>
}

/** An event the gate decides on. */
const gated = <F extends Schema.Codec<object, object>>(
  refusal: RefusalShape,
  matcher: string | null,
  may: ReadonlyArray<AnswerPower>,
  fields: F,
) => ({ matcher, may, refusal, subscribed: true, fields }) as const

/** An event the gate records. */
const watched = <F extends Schema.Codec<object, object>>(
  matcher: string | null,
  may: ReadonlyArray<AnswerPower>,
  fields: F,
) => ({ matcher, may, refusal: null, subscribed: true, fields }) as const

/** An event the gate does not register for, and reads all the same should it come. */
const ignored = <F extends Schema.Codec<object, object>>(
  matcher: string | null,
  may: ReadonlyArray<AnswerPower>,
  fields: F,
) => ({ matcher, may, refusal: null, subscribed: false, fields }) as const

const STOP_FIELDS = {
  stop_hook_active: lenient(Flag),
  last_assistant_message: lenient(Text),
  background_tasks: lenient(Schema.Array(Unknown)),
  session_crons: lenient(Schema.Array(Unknown)),
}

const MODEL_SWITCH = Schema.Struct({
  from_model: Text,
  to_model: Text,
  requested_model: lenient(Schema.NullOr(Text)),
  source: lenient(Text),
  context_tokens: lenient(Count),
  prompt_cache_warm: lenient(Flag),
  cache_ttl: lenient(Text),
  estimated_cache_write_usd: lenient(Count),
  pricing: lenient(Text),
})

const TASK = Schema.Struct({
  task_id: Text,
  task_subject: Text,
  task_description: lenient(Text),
  teammate_name: lenient(Text),
  team_name: lenient(Text),
})

/**
 * Calls of a batch as the client lists them, denied and refused ones included. The model chose the
 * names of those that no tool answers to: any text (seen: with an escape sequence in it).
 */
const BatchCall = Schema.Struct({
  tool_name: Text,
  tool_input: Unknown,
  tool_use_id: lenient(Text),
  tool_response: Schema.optionalKey(Unknown),
})

export const CLAUDE_EVENTS = {
  PreToolUse: gated(
    'permission',
    'tool_name',
    ['permission', 'input', 'context'],
    Schema.Struct(CALL_FIELDS),
  ),
  /** Exit 2 alone does not deny here; it comes before the automatic denial in `-p` too. */
  PermissionRequest: gated(
    'decision',
    'tool_name',
    ['decision', 'input'],
    Schema.Struct({ ...CALL_FIELDS, permission_suggestions: lenient(Schema.Array(Unknown)) }),
  ),
  /** Only in auto mode: not for denials of hooks or rules, nor in dontAsk. */
  PermissionDenied: watched(
    'tool_name',
    ['retry'],
    Schema.Struct({ ...CALL_FIELDS, reason: Text }),
  ),
  /** `tool_input` is the input as it ran. Exit 2 adds feedback and hides nothing. */
  PostToolUse: watched(
    'tool_name',
    ['output', 'context'],
    Schema.Struct({
      ...CALL_FIELDS,
      tool_response: Schema.optionalKey(Unknown),
      duration_ms: lenient(Milliseconds),
    }),
  ),
  /** The text of an error cannot be replaced. */
  PostToolUseFailure: watched(
    'tool_name',
    ['context'],
    Schema.Struct({
      ...CALL_FIELDS,
      error: Text,
      is_interrupt: lenient(Flag),
      duration_ms: lenient(Milliseconds),
    }),
  ),
  /** `tool_input` is the model's own, `tool_response` what the model will get. */
  PostToolBatch: watched(
    null,
    ['block', 'context'],
    Schema.Struct({ tool_calls: Schema.Array(BatchCall) }),
  ),
  UserPromptSubmit: gated(
    'prompt',
    null,
    ['block', 'context', 'title', 'suppress'],
    Schema.Struct({ prompt: Text, source: lenient(Text), session_title: lenient(Text) }),
  ),
  UserPromptExpansion: gated(
    'prompt',
    'command_name',
    ['block', 'context', 'suppress'],
    Schema.Struct({
      expansion_type: lenient(Text),
      command_name: Text,
      command_args: lenient(Text),
      command_source: lenient(Text),
      prompt: Text,
    }),
  ),
  SessionStart: watched(
    'source',
    ['context', 'first-message', 'title', 'watch'],
    Schema.Struct({
      source: Text,
      model: lenient(Text),
      session_title: lenient(Text),
      seconds_since_last_response: lenient(Count),
      context_tokens: lenient(Count),
      prompt_cache_likely_expired: lenient(Flag),
      estimated_cache_write_usd: lenient(Count),
    }),
  ),
  Setup: ignored('trigger', ['context'], Schema.Struct({ trigger: Text })),
  SessionEnd: watched('reason', [], Schema.Struct({ reason: Text })),
  /** Never refused: a refusal would keep the agent going. */
  Stop: watched(null, ['continue', 'context'], Schema.Struct(STOP_FIELDS)),
  StopFailure: ignored(
    'error',
    [],
    Schema.Struct({
      error: Unknown,
      error_details: lenient(Text),
      last_assistant_message: lenient(Text),
    }),
  ),
  SubagentStart: watched('agent_type', ['context'], Schema.Struct({ agent_type: lenient(Text) })),
  /** Fires for the client's own forks too (a compaction: `agent_type` is empty). */
  SubagentStop: watched(
    'agent_type',
    ['continue', 'context'],
    Schema.Struct({ ...STOP_FIELDS, agent_transcript_path: lenient(Text) }),
  ),
  PreCompact: watched(
    'trigger',
    ['block'],
    Schema.Struct({ trigger: Text, custom_instructions: lenient(Schema.NullOr(Text)) }),
  ),
  PostCompact: ignored(
    'trigger',
    [],
    Schema.Struct({ trigger: Text, compact_summary: lenient(Text) }),
  ),
  PreModelSwitch: ignored('to_model', ['permission'], MODEL_SWITCH),
  PostModelSwitch: ignored('to_model', ['context'], MODEL_SWITCH),
  Notification: ignored(
    'notification_type',
    ['context'],
    Schema.Struct({ message: Text, title: lenient(Text), notification_type: Text }),
  ),
  /** A refusal keeps the change out of the running session; the file stays as it is. */
  ConfigChange: gated(
    'block',
    'source',
    ['block'],
    Schema.Struct({ source: Text, file_path: strict(Text) }),
  ),
  InstructionsLoaded: watched(
    'load_reason',
    [],
    Schema.Struct({
      file_path: Text,
      memory_type: lenient(Text),
      load_reason: Text,
      globs: lenient(Texts),
      trigger_file_path: lenient(Text),
      parent_file_path: lenient(Text),
    }),
  ),
  CwdChanged: watched(null, ['watch'], Schema.Struct({ old_cwd: Text, new_cwd: Text })),
  FileChanged: ignored('file_path', ['watch'], Schema.Struct({ file_path: Text, event: Text })),
  DirectoryAdded: ignored('source', [], Schema.Struct({ directory: Text, source: Text })),
  /** The hook stands in for git: it prints a path, and any failure fails the worktree. */
  WorktreeCreate: ignored(null, ['path'], Schema.Struct({ name: Text })),
  WorktreeRemove: ignored(null, [], Schema.Struct({ worktree_path: Text })),
  TaskCreated: ignored(null, ['block'], TASK),
  TaskCompleted: ignored(null, ['block'], TASK),
  TeammateIdle: ignored(
    null,
    ['continue'],
    Schema.Struct({ teammate_name: Text, team_name: lenient(Text) }),
  ),
  Elicitation: ignored(
    'mcp_server_name',
    ['form'],
    Schema.Struct({
      mcp_server_name: Text,
      message: Text,
      mode: lenient(Text),
      url: lenient(Text),
      elicitation_id: lenient(Text),
      requested_schema: lenient(JsonObject),
    }),
  ),
  ElicitationResult: ignored(
    'mcp_server_name',
    ['form'],
    Schema.Struct({
      mcp_server_name: Text,
      elicitation_id: lenient(Text),
      mode: lenient(Text),
      action: Text,
      content: lenient(JsonObject),
    }),
  ),
  /** Changes what the screen shows, never what the model or the transcript holds. */
  MessageDisplay: ignored(
    null,
    ['display'],
    Schema.Struct({
      turn_id: lenient(Text),
      message_id: lenient(Text),
      index: lenient(Count),
      final: lenient(Flag),
      delta: Text,
    }),
  ),
} as const satisfies Record<string, ClaudeEvent>

export type ClaudeEventName = keyof typeof CLAUDE_EVENTS

/** The fields of an event, as its schema decodes them. */
export type ClaudeFields<N extends ClaudeEventName> = (typeof CLAUDE_EVENTS)[N]['fields']['Type']

const NAMES = Object.keys(CLAUDE_EVENTS) as ReadonlyArray<ClaudeEventName>

/** Own names only: `constructor` is no event. */
export const isClaudeEvent = (name: string): name is ClaudeEventName =>
  Object.hasOwn(CLAUDE_EVENTS, name)

/** The events the gate registers for. */
export const SUBSCRIBED_EVENTS = NAMES.filter((name) => CLAUDE_EVENTS[name].subscribed)

/** The events the gate decides on, and answers in the negative when it cannot decide. */
export const GATING_EVENTS = NAMES.filter((name) => CLAUDE_EVENTS[name].refusal !== null)

/** How the gate refuses an event: null for those it only watches and for names not in the table. */
export const refusalShapeOf = (name: string): RefusalShape | null =>
  isClaudeEvent(name) ? CLAUDE_EVENTS[name].refusal : null

/** What an answer to the event can do; nothing where the event is not known. */
export const powersOf = (name: string): ReadonlyArray<AnswerPower> =>
  isClaudeEvent(name) ? CLAUDE_EVENTS[name].may : []

type Reader = (raw: unknown) => Result.Result<object, Schema.SchemaError>

const READERS = new Map<string, Reader>(
  NAMES.map((name) => [
    name,
    Schema.decodeUnknownResult(CLAUDE_EVENTS[name].fields as Schema.Codec<object, object>),
  ]),
)

/**
 * The event's own fields from a parsed payload; the failure names the field and holds its value,
 * so it must not be shown. Unknown fields are left out here and stay in the payload.
 */
export const readClaudeFields = <N extends ClaudeEventName>(
  name: N,
  raw: JsonObject,
): Result.Result<ClaudeFields<N>, Schema.SchemaError> =>
  READERS.get(name)!(raw) as Result.Result<ClaudeFields<N>, Schema.SchemaError>
