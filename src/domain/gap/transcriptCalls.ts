// One line of Claude Code's transcript, as far as it says which tool calls were made and whether they
// ran. Whoever can write the file wrote the line: it never throws, and keeps nothing of what was said.
import * as Result from 'effect/Result'
import { timeOf } from '../cost/transcript.ts'

/** A call that the model made. */
export interface CallMade {
  readonly useId: string
  /** As the model named it: any text. */
  readonly tool: string
}

/** The result of a call. */
export interface CallEnded {
  readonly useId: string
  /** False where the client refused it before it ran. */
  readonly ran: boolean
}

export interface CallRecord {
  /** Epoch milliseconds; undefined where the record has no time that can be read. */
  readonly at: number | undefined
  /** The model said it: the record is one of an answer. */
  readonly answer: boolean
  readonly made: ReadonlyArray<CallMade>
  readonly ended: ReadonlyArray<CallEnded>
}

/** What a line holds that may say something of calls. */
export const CALL_MARKS = ['"tool_use"', '"tool_result"', '"assistant"'] as const

/** Beginning of records that repeat what was sent to the model: a result in one is of no call here. */
const REPEATED = '{"type":"api-request'

/**
 * Tools that the client runs without asking a hook (documented): they end the conversation, or only
 * speak for the client.
 */
const UNHOOKED: ReadonlySet<string> = new Set(['EndConversation'])

const NOTHING = Result.succeed(undefined)

/** Undefined for records of other kinds; fails for a line that is none of the client's. */
export const readCallRecord = (line: string): Result.Result<CallRecord | undefined, 'not-json'> => {
  if (line.startsWith(REPEATED)) return NOTHING
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return Result.fail('not-json')
  }
  if (!isObject(value)) return NOTHING
  const { type, message } = value
  if (type !== 'assistant' && type !== 'user') return NOTHING
  const content = isObject(message) ? message['content'] : undefined
  const blocks = Array.isArray(content) ? content.filter(isObject) : []
  const answer = type === 'assistant'
  return Result.succeed({
    at: timeOf(value['timestamp']),
    answer,
    made: answer ? blocks.flatMap(madeBy) : [],
    ended: answer ? [] : blocks.flatMap((block) => endedBy(block, value)),
  })
}

type JsonObject = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Visible ASCII, and short: ids stand in the log and on terminals. */
const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value)

const madeBy = ({ type, id, name }: JsonObject): ReadonlyArray<CallMade> =>
  type === 'tool_use' && isId(id) && typeof name === 'string' && !UNHOOKED.has(name)
    ? [{ useId: id, tool: name }]
    : []

const endedBy = (block: JsonObject, record: JsonObject): ReadonlyArray<CallEnded> => {
  const { type, tool_use_id: useId } = block
  return type === 'tool_result' && isId(useId) ? [{ useId, ran: hasRun(block, record) }] : []
}

/**
 * The client says so itself where it is recent (2.1.329): what was permitted carries the decision,
 * what was refused a kind of denial, and one that was only withheld afterwards says that. `interrupted`
 * and `cancelled` are denials too: whether such a call had begun is not said, and is not claimed here.
 * What a tool printed decides nothing where the client has said something.
 */
const hasRun = (block: JsonObject, record: JsonObject): boolean => {
  if (record['toolDenialAfterRun'] === true) return true
  if (typeof record['toolDenialKind'] === 'string') return false
  const permission = record['permissionDecision']
  if (isObject(permission)) return permission['decision'] !== 'reject'
  if (block['is_error'] !== true) return true
  const text = textOf(block['content'])
  return !REFUSALS.some((beginning) => text.startsWith(beginning))
}

const textOf = (content: unknown): string => {
  if (typeof content === 'string') return content
  const first: unknown = Array.isArray(content) ? content[0] : undefined
  return isObject(first) && typeof first['text'] === 'string' ? first['text'] : ''
}

/** How the client begins what it answers in a tool's place, by itself or for a hook (observed). */
const REFUSALS: ReadonlyArray<string> = [
  '<tool_use_error>',
  'PreToolUse:',
  'This command requires approval',
  'This Bash command contains',
  'Claude requested permissions',
  'Permission to use ',
  'The user doesn\u2019t want to',
  "The user doesn't want to",
  '[Request interrupted',
  '[Tool call skipped',
  '[Tool call not completed',
  '[Tool call interrupted',
  '[Tool call result not in this copy',
]
