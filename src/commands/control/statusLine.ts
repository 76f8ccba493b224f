// The status line's own way to the control plane: no Effect and no store, since the client runs it at
// every change of the screen. Whatever fails is an answer too; nothing here throws or waits long.
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import type { StatusLine } from '../../domain/control/statusLine.ts'
import { statusLineText } from '../render/statusLine.ts'
import { styleFor } from '../terminal/style.ts'
import type { Asked } from './statusLineAnswer.ts'

/** What the client says on standard input, of which only this is used. */
interface ClientStatus {
  readonly session: string | undefined
  readonly usd: number | undefined
}

const ANSWER_MS = 500
const PREVIOUS_MS = 1500
const STDIN_MS = 500
/** Bytes. */
const MOST_INPUT = 1_048_576
const MOST_ANSWER = 65_536
const MOST_PREVIOUS = 8192
const LONGEST_ID = 256

/** All of standard input, at most so much and for so long. */
const readInput = (stdin: NodeJS.ReadStream): Promise<Buffer> =>
  new Promise((resolve) => {
    if (stdin.isTTY) return resolve(Buffer.alloc(0))
    const chunks: Array<Buffer> = []
    let bytes = 0
    const end = (): void => {
      clearTimeout(timer)
      stdin.pause()
      resolve(Buffer.concat(chunks))
    }
    const timer = setTimeout(end, STDIN_MS)
    stdin.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= MOST_INPUT) chunks.push(chunk)
    })
    stdin.once('end', end)
    stdin.once('error', end)
  })

const clientStatusOf = (input: Buffer): ClientStatus => {
  const value = parsed(input.toString('utf8'))
  const id = fieldOf(value, 'session_id')
  const usd = fieldOf(fieldOf(value, 'cost'), 'total_cost_usd')
  return {
    session: typeof id === 'string' && id.length <= LONGEST_ID ? id : undefined,
    usd: typeof usd === 'number' && Number.isFinite(usd) && usd >= 0 ? usd : undefined,
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined

/** One line out, one line back. */
const askStatusLine = (socketPath: string, { session, usd }: ClientStatus): Promise<Asked> =>
  new Promise((resolve) => {
    let text = ''
    const socket = net.connect(socketPath)
    const end = (asked: Asked): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(asked)
    }
    const timer = setTimeout(() => end('no answer'), ANSWER_MS)
    const params = {
      ...(session === undefined ? {} : { session }),
      ...(usd === undefined ? {} : { clientUsd: usd }),
    }
    socket.once('connect', () =>
      socket.write(`${JSON.stringify({ method: 'statusline.show', params })}\n`),
    )
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (text.includes('\n') || text.length > MOST_ANSWER)
        end(answerIn(text.slice(0, text.indexOf('\n'))))
    })
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(NOT_THERE.has(error.code ?? '') ? 'not running' : 'no answer'),
    )
    socket.once('close', () => end('no answer'))
  })

const NOT_THERE = new Set(['ENOENT', 'ECONNREFUSED'])

const answerIn = (line: string): Asked => {
  const ok = fieldOf(parsed(line), 'ok')
  return typeof fieldOf(ok, 'mode') === 'string' ? (ok as StatusLine) : 'no answer'
}

/** Set for the command that is chained, so that one of ours in it does not begin again. */
const CHAINED = 'ISONAPSE_STATUSLINE_CHAINED'

/** The user's own status line, run with the same input: what it printed, without its last line end. */
const previousLine = (configDir: string, input: Buffer): Promise<string> => {
  const command = previousCommand(configDir)
  if (command === undefined || process.env[CHAINED] !== undefined) return Promise.resolve('')
  return new Promise((resolve) => {
    const chunks: Array<Buffer> = []
    let bytes = 0
    const child = spawn('/bin/sh', ['-c', command], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, [CHAINED]: '1' },
      detached: true,
    })
    const end = (): void => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).toString('utf8').replace(/\n+$/, ''))
    }
    const timer = setTimeout(() => {
      // Its own children hold the pipe open as well: the group goes, not the shell alone.
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has just ended by itself.
      }
      end()
    }, PREVIOUS_MS)
    child.stdout.on('data', (chunk: Buffer) => {
      if (bytes < MOST_PREVIOUS) chunks.push(chunk.subarray(0, MOST_PREVIOUS - bytes))
      bytes += chunk.length
    })
    child.once('error', end)
    child.once('close', end)
    // One that reads nothing closes the pipe: that is its affair.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

/** As installStatusLine kept it; undefined where there was none. */
const previousCommand = (configDir: string): string | undefined => {
  try {
    const file = fs.readFileSync(path.join(configDir, 'statusline.json'), 'utf8')
    const previous = fieldOf(parsed(file), 'previous')
    const command = typeof previous === 'string' ? fieldOf(parsed(previous), 'command') : undefined
    return typeof command === 'string' && command !== '' ? command : undefined
  } catch {
    return undefined
  }
}

/** What is printed, and what it was made of. */
export const statusLineOutput = async (
  [configDir, runDir]: readonly [configDir: string, runDir: string],
  stdin: NodeJS.ReadStream,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly text: string; readonly asked: Asked }> => {
  const input = await readInput(stdin)
  const [previous, asked] = await Promise.all([
    previousLine(configDir, input),
    askStatusLine(path.join(runDir, 'control.sock'), clientStatusOf(input)),
  ])
  // Not a terminal, and yet shown on one: the client understands colours.
  const look = { style: styleFor({ isTTY: true }, env), width: columnsIn(env) }
  const lines = [...(previous === '' ? [] : [previous]), statusLineText(asked, look)]
  return { text: `${lines.join('\n')}\n`, asked }
}

const columnsIn = (env: Readonly<Record<string, string | undefined>>): number => {
  const told = Number(env['COLUMNS'])
  return Number.isSafeInteger(told) && told > 0 ? told : Infinity
}
