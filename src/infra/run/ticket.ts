// Giving in a ticket: one line there, one line back. What comes back holds secrets; it stays in memory.
import * as net from 'node:net'

export interface Given {
  readonly script: string
  readonly env: Readonly<Record<string, string>>
  readonly filters: ReadonlyArray<{ readonly find: string; readonly as: string }>
  readonly shell?: string
  /** What it prints is kept until it ends; where it fails, it is given in with this to be looked through. */
  readonly check?: string
}

const PATIENCE_MS = 5000

/** Rejects with one line for a person. */
export const giveIn = async (socketPath: string, ticket: string): Promise<Given> => {
  const given = parsed(await exchange(socketPath, `${JSON.stringify({ ticket })}\n`, PATIENCE_MS))
  if (typeof given === 'string') throw new Error(given)
  return given
}

/** What may be printed of a failing script's outputs. Rejects with one line for a person. */
export const looked = async (
  socketPath: string,
  check: string,
  texts: ReadonlyArray<string>,
): Promise<ReadonlyArray<string>> => {
  const body = JSON.stringify(texts)
  const head = JSON.stringify({ check, bytes: Buffer.byteLength(body) })
  const text = await exchange(socketPath, `${head}\n${body}`, CHECK_MS)
  const answer = JSON.parse(text) as { readonly texts?: ReadonlyArray<string> }
  if (!Array.isArray(answer.texts) || answer.texts.length !== texts.length)
    throw new Error('the control plane’s answer is not understood')
  return answer.texts
}

const CHECK_MS = 15_000

const exchange = (socketPath: string, request: string, patience: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const failed = (why: string) => {
      socket.destroy()
      reject(new Error(why))
    }
    const parts: Array<string> = []
    const socket = net.connect(socketPath, () => socket.write(request))
    socket.setEncoding('utf8')
    socket.setTimeout(patience, () => failed('the control plane does not answer'))
    socket.on('error', ({ code = 'failed' }: NodeJS.ErrnoException) =>
      failed(`the control plane cannot be reached (${code})`),
    )
    socket.on('data', (chunk: string) => parts.push(chunk))
    socket.on('end', () => resolve(parts.join('')))
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
