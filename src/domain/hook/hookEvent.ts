// The neutral form of what an agent's client reports through its hooks. Nothing here is special to
// one client: domain/hook/claude* decodes Claude Code's payloads into it.

/** A tool call as reported. `input` and `response` are the client's own JSON, kept as they came. */
export interface ToolCall {
  readonly name: string
  readonly input: Readonly<Record<string, unknown>>
  /** Unique within a session; absent on permission requests. */
  readonly useId?: string
  readonly mcpServer?: { readonly name: string; readonly source?: string }
}

/** Fields of every event. Strings are well-formed UTF-16 (lone surrogates replaced). */
export interface HookBase {
  /** The client's own name of the event, such as `PreToolUse`. */
  readonly name: string
  readonly session: string
  readonly cwd: string
  readonly transcript?: string
  readonly promptId?: string
  readonly permissionMode?: string
  /** Present only inside a subagent. */
  readonly agentId?: string
  readonly agentType?: string
}

export type HookEvent = HookBase &
  (
    | { readonly kind: 'tool.before'; readonly call: ToolCall }
    | { readonly kind: 'permission.asked'; readonly call: ToolCall }
    | { readonly kind: 'permission.denied'; readonly call: ToolCall; readonly reason: string }
    | {
        readonly kind: 'tool.after'
        readonly call: ToolCall
        readonly response: unknown
        readonly durationMs?: number
      }
    | {
        readonly kind: 'tool.failed'
        readonly call: ToolCall
        readonly error: string
        readonly interrupted: boolean
        readonly durationMs?: number
      }
    | {
        readonly kind: 'tool.batch'
        readonly calls: ReadonlyArray<ToolCall & { readonly response?: unknown }>
      }
    | { readonly kind: 'prompt'; readonly prompt: string }
    | { readonly kind: 'prompt.expanded'; readonly command: string; readonly prompt: string }
    | { readonly kind: 'session.start'; readonly source: string; readonly model?: string }
    | { readonly kind: 'session.end'; readonly reason: string }
    | { readonly kind: 'agent.start' }
    | { readonly kind: 'agent.stop' }
    | { readonly kind: 'stop' }
    | { readonly kind: 'config.changed'; readonly source: string; readonly file?: string }
    | { readonly kind: 'instructions.loaded'; readonly file: string; readonly reason: string }
    | { readonly kind: 'cwd.changed'; readonly from: string; readonly to: string }
    | { readonly kind: 'compact.before'; readonly trigger: string }
    /** Known to the client and of no consequence to the gate, or not known here at all. */
    | { readonly kind: 'other'; readonly known: boolean }
  )

/** What is said back to the client: its exit status and the bytes of its standard output. */
export interface HookAnswer {
  readonly exit: 0 | 2
  /** Empty, or one JSON object with nothing before it. */
  readonly stdout: string
}

export const NO_OPINION: HookAnswer = { exit: 0, stdout: '' }
