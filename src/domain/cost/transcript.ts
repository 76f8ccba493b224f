// One line of Claude Code's transcript, as far as it says what something cost: `assistant` records with
// their usage, and the client's own `cost-state` totals. The format is the client's and changes without
// notice, and anybody who can write the file wrote the line: it never throws, never takes a count on
// trust, and keeps nothing of what was said.
import * as Result from 'effect/Result'
import { fromDollars } from './money.ts'
import { countsOf, isCount, isNothing, type TokenCounts } from './tokens.ts'

/** What one record says of its message. Every record of a message repeats the whole of it. */
export interface MessageUsage {
  readonly kind: 'usage'
  readonly message: string
  readonly model: string
  /** Epoch milliseconds; absent where the record has no time that can be read. */
  readonly at?: number
  readonly tokens: TokenCounts
  /** Sent in the dearer fast mode, which the price table does not know. */
  readonly fast?: true
}

/** The client's total of a session: cumulative over resumes, subagents included. */
export interface ClientTotal {
  readonly kind: 'total'
  readonly session?: string
  readonly nanodollars: number
}

/**
 * Why a record is not charged. `not-json`: half a line, or none of the client's; `wrong-shape`: no
 * message id, model or usage; `bad-count`: a count that is negative, no whole number or out of all
 * proportion; `too-long`: a line longer than is read.
 */
export const UNREAD_CODES = ['not-json', 'wrong-shape', 'bad-count', 'too-long'] as const
export type UnreadCode = (typeof UNREAD_CODES)[number]

export type TranscriptRecord = MessageUsage | ClientTotal

/** Undefined for records that say nothing of costs, which are most of them. */
export const readRecord = (
  line: string,
): Result.Result<TranscriptRecord | undefined, UnreadCode> => {
  // A record of what was said may be megabytes long: it is not parsed at all.
  if (!line.includes('"assistant"') && !line.includes('"cost-state"')) return NOTHING
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return Result.fail('not-json')
  }
  if (!isObject(value)) return Result.fail('wrong-shape')
  if (value['type'] === 'assistant') return usageOf(value)
  return value['type'] === 'cost-state' ? totalOf(value) : NOTHING
}

type JsonObject = Readonly<Record<string, unknown>>

const NOTHING = Result.succeed(undefined)

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const usageOf = (record: JsonObject): Result.Result<MessageUsage | undefined, UnreadCode> => {
  const message = record['message']
  if (!isObject(message) || !isObject(message['usage'])) return Result.fail('wrong-shape')
  const { id, model, usage } = message as { id?: unknown; model?: unknown; usage: JsonObject }
  if (!isId(id) || !isId(model)) return Result.fail('wrong-shape')
  const tokens = tokensOf(usage)
  if (tokens === undefined) return Result.fail('bad-count')
  // What the client says itself in the model's place (`<synthetic>`) costs nothing.
  if (isNothing(tokens)) return NOTHING
  const at = timeOf(record['timestamp'])
  return Result.succeed({
    kind: 'usage',
    message: id,
    model,
    ...(at === undefined ? {} : { at }),
    tokens,
    ...(usage['speed'] === 'fast' ? { fast: true as const } : {}),
  })
}

/** Visible ASCII, and short: ids and models stand in the log and on terminals. */
const isId = (value: unknown): value is string =>
  typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value)

/** Undefined where any count is none. */
const tokensOf = (usage: JsonObject): TokenCounts | undefined => {
  const created = isObject(usage['cache_creation']) ? usage['cache_creation'] : {}
  const served = isObject(usage['server_tool_use']) ? usage['server_tool_use'] : {}
  const written = usage['cache_creation_input_tokens'] ?? 0
  const hour = created['ephemeral_1h_input_tokens'] ?? 0
  const minutes = created['ephemeral_5m_input_tokens'] ?? 0
  if (!isCount(written) || !isCount(hour) || !isCount(minutes)) return undefined
  const raw: Readonly<Record<string, unknown>> = {
    input: usage['input_tokens'] ?? 0,
    output: usage['output_tokens'] ?? 0,
    // What the breakdown leaves out was written for 5 minutes: so the client itself counts it.
    cache_write_5m: Math.max(minutes, written - hour),
    cache_write_1h: hour,
    cache_read: usage['cache_read_input_tokens'] ?? 0,
    web_search: served['web_search_requests'] ?? 0,
  }
  if (!Object.values(raw).every(isCount)) return undefined
  return countsOf((name) => raw[name] as number)
}

const totalOf = (record: JsonObject): Result.Result<ClientTotal, UnreadCode> => {
  const nanodollars = fromDollars(record['totalCostUSD'])
  if (nanodollars === undefined) return Result.fail('bad-count')
  const { sessionId } = record as { sessionId?: unknown }
  return Result.succeed({
    kind: 'total',
    ...(typeof sessionId === 'string' ? { session: sessionId } : {}),
    nanodollars,
  })
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

/** Epoch milliseconds of a record's `timestamp`. */
export const timeOf = (value: unknown): number | undefined => {
  if (typeof value !== 'string' || !ISO.test(value)) return undefined
  const at = Date.parse(value)
  return Number.isSafeInteger(at) && at >= 0 ? at : undefined
}
