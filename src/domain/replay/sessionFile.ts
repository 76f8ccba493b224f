// A recorded session: one hook payload a line, as the client sent it, or with the recording's own clock
// as `{"time": epochMs, "payload": {…}}`. It carries all the time there is: nothing here asks a clock.
//
// A line without a time comes one second after the one before it, the first at LOGICAL_START: rules with
// a rate then count the same wherever and whenever the file is replayed.
import { fromUtf8, utf8 } from '../bytes.ts'

export interface RecordedLine {
  /** From 1, as an editor counts. */
  readonly line: number
  /** Epoch milliseconds. */
  readonly time: number
  /** The event that the payload says it is; `unknown` where that cannot be read. */
  readonly name: string
  /** The payload, or the whole line where there is none to be told. */
  readonly bytes: Uint8Array
}

/** 2000-01-01T00:00:00Z: plainly no time at which a session was recorded. */
export const LOGICAL_START = 946_684_800_000
const LOGICAL_STEP = 1000

/** Empty lines are passed over. Whatever is in a line, it gives one payload or is one. */
export function* recordedLines(file: Uint8Array): Generator<RecordedLine> {
  let clock = LOGICAL_START - LOGICAL_STEP
  let line = 0
  for (let at = 0; at < file.length;) {
    const end = file.indexOf(10, at)
    const bytes = file.subarray(at, end < 0 ? file.length : end)
    at = end < 0 ? file.length : end + 1
    line += 1
    if (isBlank(bytes)) continue
    const { time, payload, name } = readLine(bytes)
    clock = time ?? clock + LOGICAL_STEP
    yield { line, time: clock, name, bytes: payload }
  }
}

const isBlank = (bytes: Uint8Array): boolean =>
  bytes.every((byte) => byte === 32 || byte === 9 || byte === 13)

interface ReadLine {
  readonly time: number | undefined
  readonly payload: Uint8Array
  readonly name: string
}

const readLine = (bytes: Uint8Array): ReadLine => {
  const value = objectIn(fromUtf8(bytes))
  const asSent = { time: undefined, payload: bytes, name: nameIn(value) }
  if (value === undefined || 'hook_event_name' in value) return asSent
  const { time, payload } = value
  if (!isTime(time) || typeof payload !== 'object' || payload === null) return asSent
  try {
    const text = JSON.stringify(payload)
    return { time: time + 0, payload: utf8(text), name: nameIn(payload) }
  } catch {
    // Nested so deeply that it cannot be written again; the gate rejects it for that too.
    return asSent
  }
}

const isTime = (time: unknown): time is number =>
  typeof time === 'number' && Number.isSafeInteger(time) && time >= 0

const objectIn = (text: string | undefined): Readonly<Record<string, unknown>> | undefined => {
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}

/** It goes into the log as the event's name, so it must be a word. */
const nameIn = (payload: object | undefined): string => {
  const name = (payload as { readonly hook_event_name?: unknown } | undefined)?.hook_event_name
  return typeof name === 'string' && /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(name) ? name : 'unknown'
}
