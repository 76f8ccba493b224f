// Giving in a ticket: one line there, one line back. What comes back holds secrets; it stays in memory.
import * as net from 'node:net'

export interface Given {
  readonly script: string
  readonly env: Readonly<Record<string, string>>
  readonly filters: ReadonlyArray<{ readonly find: string; readonly as: string }>
  readonly shell?: string
}

const PATIENCE_MS = 5000

/** Rejects with one line for a person. */
export const giveIn = (socketPath: string, ticket: string): Promise<Given> =>
  new Promise((resolve, reject) => {
    const failed = (why: string) => {
      socket.destroy()
      reject(new Error(why))
    }
    const parts: Array<string> = []
    const socket = net.connect(socketPath, () => socket.write(`${JSON.stringify({ ticket })}\n`))
    socket.setEncoding('utf8')
    socket.setTimeout(PATIENCE_MS, () => failed('the control plane does not answer'))
    socket.on('error', ({ code = 'failed' }: NodeJS.ErrnoException) =>
      failed(`the control plane cannot be reached (${code})`),
    )
    socket.on('data', (chunk: string) => parts.push(chunk))
    socket.on('end', () => {
      const given = parsed(parts.join(''))
      if (typeof given === 'string') failed(given)
      else resolve(given)
    })
  })

/** A cut answer is none: without all of its filters nothing may run. */
const parsed = (text: string): Given | string => {
  if (!text.endsWith('\n')) return 'the control plane’s answer was cut off'
  try {
    const answer = JSON.parse(text) as Partial<Given> & { readonly error?: unknown }
    if (typeof answer.error === 'string') return answer.error
    const { script, env, filters } = answer
    if (typeof script !== 'string' || typeof env !== 'object' || !Array.isArray(filters))
      return 'the control plane’s answer is not understood'
    return answer as Given
  } catch {
    return 'the control plane’s answer is not understood'
  }
}
