// One conversation between the real client and the scripted API, and what can be seen of it from
// outside: what the model was told, and which hooks the client says it ran.
import { type ApiRequest, type ScriptedApi, textOf } from './api.ts'
import type { Ran } from './processes.ts'

/** A hook event as the client's own stream reports it. */
export interface FiredHook {
  readonly event: string
  readonly outcome: string
  readonly exit: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Session {
  readonly id: string
  readonly ran: Ran
  /** Hooks in the order in which the client started them. */
  readonly fired: ReadonlyArray<FiredHook>
  /** What the model was told of a call it made; undefined: nothing. */
  readonly told: (call: string) => string | undefined
  readonly requests: ReadonlyArray<ApiRequest>
  readonly problems: ReadonlyArray<string>
}

interface StreamRecord {
  readonly type?: string
  readonly subtype?: string
  readonly session_id?: string
  readonly hook_id?: string
  readonly hook_event?: string
  readonly outcome?: string
  readonly exit_code?: number
  readonly stdout?: string
  readonly stderr?: string
}

export const sessionOf = (ran: Ran, { requests, problems }: ScriptedApi): Session => {
  const records = ran.stdout.split('\n').flatMap((line): ReadonlyArray<StreamRecord> => {
    try {
      return line === '' ? [] : [JSON.parse(line) as StreamRecord]
    } catch {
      return []
    }
  })
  const ended = new Map(
    records
      .filter(({ subtype }) => subtype === 'hook_response')
      .map((record) => [record.hook_id, record]),
  )
  const fired = records
    .filter(({ subtype }) => subtype === 'hook_started')
    .map(({ hook_id, hook_event = '' }) => {
      const end = ended.get(hook_id)
      return {
        event: hook_event,
        outcome: end?.outcome ?? 'no response',
        exit: end?.exit_code ?? null,
        stdout: end?.stdout ?? '',
        stderr: end?.stderr ?? '',
      }
    })
  return {
    id: records.find(({ session_id }) => session_id !== undefined)?.session_id ?? '',
    ran,
    fired,
    told: (call) => toldOf(requests, call),
    requests,
    problems,
  }
}

export const toldOf = (requests: ReadonlyArray<ApiRequest>, call: string): string | undefined => {
  for (const { messages } of requests)
    for (const { content } of messages)
      if (Array.isArray(content))
        for (const block of content as ReadonlyArray<Record<string, unknown>>)
          if (block['type'] === 'tool_result' && block['tool_use_id'] === call)
            return textOf(block['content'])
  return undefined
}
