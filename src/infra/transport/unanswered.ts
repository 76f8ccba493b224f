// What the hook client itself says to Claude Code when no control plane gave a whole answer and the
// mode is not `profile`: constant texts, one for each event that can hold something back.

const REASON =
  'Isonapse blocked this: its control plane did not answer, so nothing could be checked. ' +
  'Run `isonapse hook start` in a terminal, then try again.'

export interface UnansweredAnswer {
  readonly event: string
  /** One JSON object, the block in the shape of this event (observed on 2.1.329). */
  readonly stdout: string
  /**
   * The exit status when even this could not be printed. A client takes status 2 without JSON for a
   * block, except on PermissionRequest, where it falls through to its own permission flow; there any
   * other failure is what `onFailure: "block"` turns into a denial (both observed on 2.1.329).
   */
  readonly exitUnprinted: 1 | 2
}

const answer = (
  event: string,
  body: Record<string, unknown>,
  exitUnprinted: 1 | 2 = 2,
): UnansweredAnswer => ({ event, stdout: JSON.stringify(body), exitUnprinted })

const block = (event: string) => answer(event, { decision: 'block', reason: REASON })

/**
 * The events that fail closed. Stop and SubagentStop must never be here: blocking them keeps the
 * agent going.
 */
export const FAIL_CLOSED: ReadonlyArray<UnansweredAnswer> = [
  answer('PreToolUse', {
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'deny',
      permissionDecisionReason: REASON,
    },
  }),
  answer(
    'PermissionRequest',
    {
      hookSpecificOutput: {
        hookEventName: 'PermissionRequest',
        decision: { behavior: 'deny', message: REASON },
      },
    },
    1,
  ),
  block('UserPromptSubmit'),
  block('UserPromptExpansion'),
  block('ConfigChange'),
]
