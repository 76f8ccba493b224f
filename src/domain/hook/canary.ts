// The canary of `hook doctor`: a PreToolUse of a harmless Read that nobody asked the client for. Only one
// that the control plane was told of counts, once; anything else under this session is an event like all.

/** No session of the client's: its are UUIDs. */
export const CANARY_SESSION = 'isonapse-canary'

/** What the answer to it says; nothing but a whole answer can. */
export const canaryMessage = (toolUseId: string): string => `canary ${toolUseId} answered`

export const canaryPayload = (toolUseId: string, cwd: string): string =>
  `${JSON.stringify({
    session_id: CANARY_SESSION,
    transcript_path: '/dev/null',
    cwd,
    permission_mode: 'default',
    hook_event_name: 'PreToolUse',
    tool_name: 'Read',
    tool_input: { file_path: '/dev/null' },
    tool_use_id: toolUseId,
  })}\n`
