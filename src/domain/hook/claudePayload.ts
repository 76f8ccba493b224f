// Reads one payload of Claude Code's hooks into the neutral HookEvent. It never throws, whatever the
// bytes are, and never guesses: what cannot be read for sure is rejected with the reason.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import {
  type ClaudeEventName,
  type ClaudeFields,
  isClaudeEvent,
  readClaudeFields,
} from './claudeEvents.ts'
import { BaseFields, isJsonObject, type JsonObject, OpaqueId, Word } from './claudeFields.ts'
import type { HookBase, HookEvent, ToolCall } from './hookEvent.ts'
import {
  DEFAULT_LIMITS,
  fieldOf,
  parseObject,
  type PayloadLimits,
  type Reading,
  rejected,
} from './payloadObject.ts'
import { plainText } from '../oneLine.ts'

export interface DecodedPayload {
  readonly event: HookEvent
  /** The whole payload as it came, unknown fields included. Its strings may be ill-formed UTF-16. */
  readonly raw: JsonObject
}

const readBase = Schema.decodeUnknownResult(BaseFields)
const isWord = Schema.is(Word)
const isOpaqueId = Schema.is(OpaqueId)

/**
 * Decodes a payload for the event its hook is registered for; undefined takes the payload's own
 * word for it (a payload given by hand). A payload that says it is another event is `wrong-event`:
 * the registration is the gate's own, so one of the two was tampered with.
 *
 * Of a key given twice the last value counts, as in the client's own parser. Unknown events are
 * kind `other`, unknown fields stay in `raw`; a known field of a wrong type is `wrong-shape` where
 * anything relies on it and as if absent elsewhere.
 */
export const decodeClaudePayload = (
  registered: string | undefined,
  bytes: Uint8Array,
  limits: PayloadLimits,
): Reading<DecodedPayload> => {
  const parsed = parseObject(bytes, limits)
  return Result.isFailure(parsed)
    ? Result.fail(parsed.failure)
    : readClaudePayload(registered, parsed.success, limits)
}

/** The same of a payload that is parsed already. */
export const readClaudePayload = (
  registered: string | undefined,
  raw: JsonObject,
  limits: PayloadLimits,
): Reading<DecodedPayload> => {
  const reported = isWord(raw['hook_event_name']) ? raw['hook_event_name'] : undefined
  const fields = readBase(raw)
  if (Result.isFailure(fields))
    return rejected('wrong-shape', fieldOf(fields.failure.issue), reported)
  const name = fields.success.hook_event_name
  if (registered !== undefined && name !== registered)
    return rejected('wrong-event', 'hook_event_name', name)
  const base = baseOf(fields.success)
  if (!isClaudeEvent(name))
    return Result.succeed({ event: { ...base, kind: 'other', known: false }, raw })
  const event = eventOf(name, base, raw, limits.maxCalls ?? DEFAULT_LIMITS.maxCalls)
  return Result.isFailure(event)
    ? rejected('wrong-shape', event.failure, name)
    : Result.succeed({ event: event.success, raw })
}

const LABEL_LENGTH = 256

const baseOf = (fields: typeof BaseFields.Type): HookBase => ({
  name: fields.hook_event_name,
  session: fields.session_id,
  cwd: fields.cwd.toWellFormed(),
  ...(fields.transcript_path === undefined
    ? {}
    : { transcript: fields.transcript_path.toWellFormed() }),
  ...(fields.prompt_id === undefined ? {} : { promptId: fields.prompt_id }),
  ...(fields.permission_mode == null ? {} : { permissionMode: fields.permission_mode }),
  ...(fields.agent_id == null ? {} : { agentId: fields.agent_id }),
  ...(fields.agent_type === undefined
    ? {}
    : { agentType: plainText(fields.agent_type, LABEL_LENGTH) }),
})

const callOf = (fields: ClaudeFields<'PreToolUse'>): ToolCall => {
  const server = fields.mcp_server
  return {
    name: fields.tool_name,
    input: fields.tool_input,
    ...(fields.tool_use_id == null ? {} : { useId: fields.tool_use_id }),
    ...(server === undefined
      ? {}
      : {
          mcpServer: {
            name: plainText(server.name, LABEL_LENGTH),
            ...(server.source === undefined
              ? {}
              : { source: plainText(server.source, LABEL_LENGTH) }),
          },
        }),
  }
}

const durationOf = (fields: { readonly duration_ms?: number }) =>
  // Adding 0 makes -0 a 0: canonical JSON has no -0.
  fields.duration_ms === undefined ? {} : { durationMs: fields.duration_ms + 0 }

type BatchCall = ClaudeFields<'PostToolBatch'>['tool_calls'][number]

/**
 * A call of a batch. The model may have made up its name and its input (the client lists what it
 * refused), so neither may spoil the reading of the calls beside it.
 */
const batchCallOf = (call: BatchCall): ToolCall & { readonly response?: unknown } => ({
  name: plainText(call.tool_name, LABEL_LENGTH),
  input: isJsonObject(call.tool_input) ? call.tool_input : {},
  ...(isOpaqueId(call.tool_use_id) ? { useId: call.tool_use_id } : {}),
  ...('tool_response' in call ? { response: call.tool_response } : {}),
})

/** The event by its fields; fails with the name of the field at fault. */
const eventOf = (
  name: ClaudeEventName,
  base: HookBase,
  raw: JsonObject,
  maxCalls: number,
): Result.Result<HookEvent, string | undefined> => {
  const read = <N extends ClaudeEventName>(
    event: N,
    build: (fields: ClaudeFields<N>) => HookEvent,
  ): Result.Result<HookEvent, string | undefined> => {
    const fields = readClaudeFields(event, raw)
    return Result.isFailure(fields)
      ? Result.fail(fieldOf(fields.failure.issue))
      : Result.succeed(build(fields.success))
  }
  switch (name) {
    case 'PreToolUse':
      return read(name, (f) => ({ ...base, kind: 'tool.before', call: callOf(f) }))
    case 'PermissionRequest':
      return read(name, (f) => ({ ...base, kind: 'permission.asked', call: callOf(f) }))
    case 'PermissionDenied':
      return read(name, (f) => ({
        ...base,
        kind: 'permission.denied',
        call: callOf(f),
        reason: f.reason.toWellFormed(),
      }))
    case 'PostToolUse':
      return read(name, (f) => ({
        ...base,
        kind: 'tool.after',
        call: callOf(f),
        response: f.tool_response,
        ...durationOf(f),
      }))
    case 'PostToolUseFailure':
      return read(name, (f) => ({
        ...base,
        kind: 'tool.failed',
        call: callOf(f),
        error: f.error.toWellFormed(),
        interrupted: f.is_interrupt ?? false,
        ...durationOf(f),
      }))
    case 'PostToolBatch': {
      const listed = raw['tool_calls']
      if (Array.isArray(listed) && listed.length > maxCalls) return Result.fail('tool_calls')
      return read(name, (f) => ({
        ...base,
        kind: 'tool.batch',
        calls: f.tool_calls.map(batchCallOf),
      }))
    }
    case 'UserPromptSubmit':
      return read(name, (f) => ({ ...base, kind: 'prompt', prompt: f.prompt.toWellFormed() }))
    case 'UserPromptExpansion':
      return read(name, (f) => ({
        ...base,
        kind: 'prompt.expanded',
        command: f.command_name.toWellFormed(),
        prompt: f.prompt.toWellFormed(),
      }))
    case 'SessionStart':
      return read(name, (f) => ({
        ...base,
        kind: 'session.start',
        source: f.source.toWellFormed(),
        ...(f.model === undefined ? {} : { model: f.model.toWellFormed() }),
      }))
    case 'SessionEnd':
      return read(name, (f) => ({ ...base, kind: 'session.end', reason: f.reason.toWellFormed() }))
    case 'SubagentStart':
      return Result.succeed({ ...base, kind: 'agent.start' })
    case 'SubagentStop':
      return Result.succeed({ ...base, kind: 'agent.stop' })
    case 'Stop':
      return Result.succeed({ ...base, kind: 'stop' })
    case 'ConfigChange':
      return read(name, (f) => ({
        ...base,
        kind: 'config.changed',
        source: f.source.toWellFormed(),
        ...(f.file_path == null ? {} : { file: f.file_path.toWellFormed() }),
      }))
    case 'InstructionsLoaded':
      return read(name, (f) => ({
        ...base,
        kind: 'instructions.loaded',
        file: f.file_path.toWellFormed(),
        reason: f.load_reason.toWellFormed(),
      }))
    case 'CwdChanged':
      return read(name, (f) => ({
        ...base,
        kind: 'cwd.changed',
        from: f.old_cwd.toWellFormed(),
        to: f.new_cwd.toWellFormed(),
      }))
    case 'PreCompact':
      return read(name, (f) => ({
        ...base,
        kind: 'compact.before',
        trigger: f.trigger.toWellFormed(),
      }))
    default:
      return Result.succeed({ ...base, kind: 'other', known: true })
  }
}
