// HTTP requests of any library: reading is a fetch; a body, or a method that changes something, is a
// send. A credential in a header is what a request is made with, not what it gives away.
import type { LibraryCall } from './libraryCall.ts'
import {
  ANYTHING,
  CONTENT,
  instance,
  known,
  NETWORK,
  SECRET,
  taintOf,
  text,
  unknown,
  type Value,
} from './value.ts'

const READS = /^(?:get|head|options|request|urlopen|fetch|stream)$/i

export const response = (): Value => instance('response', { is: unknown(NETWORK) })

/** `bodies` are the values that are sent, as far as they are given. */
export const request = (
  call: LibraryCall,
  url: Value | undefined,
  method: Value | undefined,
  bodies: ReadonlyArray<Value | undefined>,
): Value => {
  const sent = bodies.filter(
    (body): body is Value => body !== undefined && !(body.is === 'plain' && body.value === null),
  )
  for (const body of sent) call.reveals(body)
  const way = method === undefined ? 'get' : known(method)
  const reads = sent.length === 0 && way !== undefined && READS.test(way)
  call.take(reads ? 'fetch' : 'send', url ?? ANYTHING)
  return response()
}

/** What a query says is sent where it is something read here, else only asked for. */
export const leaking = (value: Value | undefined): Value | undefined =>
  value !== undefined && (taintOf(value) & (SECRET | CONTENT)) !== 0 ? value : undefined

export const address = (host: Value | undefined): Value => {
  const whole = known(host)
  return whole === undefined ? (host ?? ANYTHING) : text(whole)
}
