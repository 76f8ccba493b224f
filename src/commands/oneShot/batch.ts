// `explain --batch`: JSON lines in, one JSON line out for each, in order. A line that cannot be judged
// gets an error of its own and never stops the rest.
import type { Explanation } from '../../domain/control/methods.ts'
import type { CompiledPolicy } from '../../domain/policy/decide.ts'
import { absolute, judgeCall, type JudgedCall } from './judge.ts'

/** Longest line that is read. Bytes. */
export const MOST_LINE_BYTES = 64 * 1024 * 1024

export interface BatchDefaults {
  readonly cwd: string
  readonly home: string
}

export type BatchAnswer = Explanation | { readonly error: string }

const FIELDS = new Set(['command', 'tool', 'input', 'cwd', 'home'])

/** The answer to one line; never throws, whatever the line holds. */
export const answerLine = (
  line: string,
  policy: CompiledPolicy,
  defaults: BatchDefaults,
): BatchAnswer => {
  try {
    const call = readCall(line, defaults)
    if ('error' in call) return call
    const { verdict, capabilities, effects, rules, reason } = judgeCall(call, policy)
    return { verdict, capabilities, effects, rules, reason }
  } catch (error) {
    return { error: `cannot be judged: ${error instanceof Error ? error.message : 'unknown'}` }
  }
}

const readCall = (
  line: string,
  defaults: BatchDefaults,
): JudgedCall | { readonly error: string } => {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    return { error: `not JSON: ${(error as SyntaxError).message}` }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { error: 'not a JSON object' }
  const record = value as Readonly<Record<string, unknown>>
  const stray = Object.keys(record).find((key) => !FIELDS.has(key))
  if (stray !== undefined)
    return { error: `unknown field ${JSON.stringify(stray)}; valid: ${[...FIELDS].join(', ')}` }
  const { command, tool, input } = record
  for (const key of ['cwd', 'home'])
    if (record[key] !== undefined && typeof record[key] !== 'string')
      return { error: `"${key}" must be a string` }
  const home = absolute((record['home'] as string | undefined) ?? defaults.home, '/', '/')
  const cwd = absolute((record['cwd'] as string | undefined) ?? defaults.cwd, defaults.cwd, home)
  if (command !== undefined) {
    if (tool !== undefined || input !== undefined)
      return { error: 'either "command", or "tool" and "input"' }
    if (typeof command !== 'string') return { error: '"command" must be a string' }
    return { tool: 'Bash', input: { command }, cwd, home }
  }
  if (typeof tool !== 'string' || tool === '')
    return { error: 'needs "command", or "tool" and "input"' }
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return { error: '"input" must be an object' }
  return { tool, input: input as Readonly<Record<string, unknown>>, cwd, home }
}

/**
 * The lines of a byte stream, without their ends; a line that is too long, or no UTF-8, comes as
 * undefined. Holds one line at a time.
 */
export async function* linesOf(
  stream: AsyncIterable<Uint8Array>,
  most: number = MOST_LINE_BYTES,
): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let held: Array<Uint8Array> = []
  let bytes = 0
  const take = (): string | undefined => {
    const whole = held.length === 1 ? held[0]! : Buffer.concat(held)
    const tooLong = bytes > most
    held = []
    bytes = 0
    if (tooLong) return undefined
    try {
      return decoder.decode(whole).replace(/\r$/, '')
    } catch {
      return undefined
    }
  }
  const hold = (part: Uint8Array) => {
    bytes += part.length
    if (bytes <= most) held.push(part)
    else held = []
  }
  for await (const chunk of stream) {
    let rest = chunk
    for (let at = rest.indexOf(10); at !== -1; at = rest.indexOf(10)) {
      hold(rest.subarray(0, at))
      yield take()
      rest = rest.subarray(at + 1)
    }
    if (rest.length > 0) hold(rest)
  }
  if (bytes > 0) yield take()
}
