// A scripted stand-in for the Messages API on loopback: it plays a conversation, turn by turn, to
// whatever client asks, and keeps every request. It answers nothing that is not in the script.
import { randomBytes } from 'node:crypto'
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'

/** A tool call that the scripted model makes. `id` is how a scenario asks what became of it. */
export interface Call {
  readonly id: string
  readonly tool: string
  readonly input: Readonly<Record<string, unknown>>
}

/** What the model answers: words, calls or both. `before` runs while the client waits for it. */
export interface Turn {
  readonly text?: string
  readonly calls?: ReadonlyArray<Call>
  readonly before?: () => Promise<unknown>
  /** Calls made of what the client has sent so far, as a model would that reads it. */
  readonly callsOf?: (requests: ReadonlyArray<ApiRequest>) => ReadonlyArray<Call>
}

/** A subagent's conversation: it is told apart by a text in its first message. */
export interface Thread {
  readonly startsWith: string
  readonly turns: ReadonlyArray<Turn>
}

export interface Message {
  readonly role: string
  readonly content: unknown
}

export interface ApiRequest {
  readonly path: string
  readonly messages: ReadonlyArray<Message>
}

export interface ScriptedApi {
  readonly url: string
  /** Every request to any path, in order. */
  readonly requests: ReadonlyArray<ApiRequest>
  /** What went wrong in a turn's `before`, or a turn beyond the script. */
  readonly problems: ReadonlyArray<string>
  readonly close: () => Promise<void>
}

const USAGE = {
  input_tokens: 100,
  cache_creation_input_tokens: 500,
  cache_read_input_tokens: 1000,
  output_tokens: 20,
}

/** All text in a message's content, whatever its form. */
export const textOf = (content: unknown): string => {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content
    .map((block: { readonly text?: unknown; readonly content?: unknown }) =>
      typeof block.text === 'string' ? block.text : textOf(block.content),
    )
    .join('\n')
}

export const startApi = async (
  turns: ReadonlyArray<Turn>,
  threads: ReadonlyArray<Thread> = [],
): Promise<ScriptedApi> => {
  const requests: Array<ApiRequest> = []
  const problems: Array<string> = []
  const played = new Map<ReadonlyArray<Turn>, number>()

  const nextTurn = async (body: Body): Promise<Turn> => {
    // A request without tools is the client's own: a title, a summary.
    if (body.tools === undefined || body.tools.length === 0) return { text: 'ok' }
    const first = textOf(body.messages?.find(({ role }) => role === 'user')?.content)
    const script = threads.find(({ startsWith }) => first.includes(startsWith))?.turns ?? turns
    const at = played.get(script) ?? 0
    played.set(script, at + 1)
    const turn = script[at]
    if (turn === undefined) {
      problems.push(`the client asked for turn ${at + 1} of ${script.length}`)
      return { text: 'the script is at its end' }
    }
    await turn
      .before?.()
      .catch((error: unknown) => problems.push(`before a turn: ${String(error)}`))
    return turn.callsOf === undefined ? turn : { ...turn, calls: turn.callsOf(requests) }
  }

  const server = http.createServer((request, response) => {
    void receive(request).then(async (text) => {
      const body = parsed(text)
      // A client that was told of a proxy sends the whole address as the path.
      const path = new URL(request.url ?? '/', 'http://api').pathname
      requests.push({ path, messages: body.messages ?? [] })
      if (path.endsWith('/count_tokens'))
        return sendJson(response, { input_tokens: Math.ceil(text.length / 4) })
      if (!path.endsWith('/messages')) return sendJson(response, { data: [], has_more: false })
      return play(response, body, await nextTurn(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    problems,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Body {
  readonly model?: string
  readonly stream?: boolean
  readonly tools?: ReadonlyArray<unknown>
  readonly messages?: ReadonlyArray<Message>
}

const parsed = (text: string): Body => {
  try {
    return JSON.parse(text) as Body
  } catch {
    return {}
  }
}

const receive = async (request: http.IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

const sendJson = (response: http.ServerResponse, value: unknown): void => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}

type Block =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'tool_use'
      readonly id: string
      readonly name: string
      readonly input: Call['input']
    }

const blocksOf = ({ text, calls = [] }: Turn): ReadonlyArray<Block> => [
  ...(text === undefined ? [] : [{ type: 'text' as const, text }]),
  ...calls.map(({ id, tool, input }) => ({ type: 'tool_use' as const, id, name: tool, input })),
]

const play = (response: http.ServerResponse, body: Body, turn: Turn): void => {
  const content = blocksOf(turn)
  const message = {
    id: `msg_${randomBytes(12).toString('hex')}`,
    type: 'message',
    role: 'assistant',
    model: body.model ?? 'claude-sonnet-4-5',
    stop_sequence: null,
  }
  const stop_reason = turn.calls === undefined ? 'end_turn' : 'tool_use'
  if (body.stream !== true)
    return sendJson(response, { ...message, content, stop_reason, usage: USAGE })

  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const send = (type: string, data: object): void => {
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`)
  }
  send('message_start', {
    message: { ...message, content: [], stop_reason: null, usage: { ...USAGE, output_tokens: 1 } },
  })
  content.forEach((block, index) => {
    const [empty, delta] =
      block.type === 'text'
        ? [
            { type: 'text', text: '' },
            { type: 'text_delta', text: block.text },
          ]
        : [
            { ...block, input: {} },
            { type: 'input_json_delta', partial_json: JSON.stringify(block.input) },
          ]
    send('content_block_start', { index, content_block: empty })
    send('content_block_delta', { index, delta })
    send('content_block_stop', { index })
  })
  send('message_delta', { delta: { stop_reason, stop_sequence: null }, usage: USAGE })
  send('message_stop', {})
  response.end()
}
