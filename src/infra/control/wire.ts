// The control socket's lines: one JSON object a line, a request from the caller, then any number of
// items and exactly one answer from the control plane.
import type { ControlItem } from '../../domain/control/methods.ts'

export interface WireRequest {
  readonly method: string
  readonly params: unknown
}

export interface WireFailure {
  readonly kind: string
  readonly message: string
  readonly remedy?: string
  readonly exit: 1 | 2
}

export type WireReply = ControlItem | { readonly ok: unknown } | { readonly fail: WireFailure }

/** A policy is the largest thing a request carries. Bytes. */
export const MAX_REQUEST_BYTES = 4 * 1024 * 1024

export const encodeLine = (value: WireRequest | WireReply): string => `${JSON.stringify(value)}\n`

/** Splits a stream of chunks into lines and hands each whole one on; returns what is still held. */
export const makeLineReader = (onLine: (line: string) => void): ((chunk: Buffer) => number) => {
  let held: Array<Buffer> = []
  let bytes = 0
  return (chunk) => {
    let rest = chunk
    for (let at = rest.indexOf(10); at !== -1; at = rest.indexOf(10)) {
      held.push(rest.subarray(0, at))
      const line = Buffer.concat(held).toString('utf8')
      held = []
      bytes = 0
      rest = rest.subarray(at + 1)
      onLine(line)
    }
    if (rest.length > 0) {
      held.push(rest)
      bytes += rest.length
    }
    return bytes
  }
}
