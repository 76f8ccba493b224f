// A payload from standard input.
import { fromUtf8 } from '../../domain/bytes.ts'
import { DEFAULT_LIMITS } from '../../domain/hook/payloadObject.ts'
import { type HookError, hookError } from '../../domain/oneShot/errors.ts'
import { usage } from '../terminal/failure.ts'

/** Beyond what any setting lets the gate read. Bytes. */
const MOST_BYTES = 512 * 1024 * 1024

export const readStream = async (stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> => {
  const chunks: Array<Uint8Array> = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw usage(`the payload is larger than ${MOST_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/**
 * The bytes of a stream, and no more of it than the limit of a payload and one byte more: what is longer
 * is refused by its length. A HookError where it cannot be read (a directory, a closed descriptor).
 */
export const readPayload = async (
  stream: AsyncIterable<Uint8Array>,
): Promise<Uint8Array | HookError> => {
  const chunks: Array<Uint8Array> = []
  let left = DEFAULT_LIMITS.maxBytes + 1
  try {
    for await (const chunk of stream) {
      chunks.push(chunk.subarray(0, left))
      left -= chunk.length
      if (left <= 0) break
    }
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code ?? 'unknown')
    return hookError('unreadable', undefined, `standard input cannot be read (${code})`)
  }
  return Buffer.concat(chunks)
}

/** The event that a payload says it is; undefined for one that cannot be read. */
export const eventNamedIn = (payload: Uint8Array): string | undefined => {
  let value: unknown
  try {
    value = JSON.parse(fromUtf8(payload) ?? '')
  } catch {
    return undefined
  }
  const name = (value as { hook_event_name?: unknown } | null)?.hook_event_name
  return typeof name === 'string' && /^[A-Za-z]{1,40}$/.test(name) ? name : undefined
}
