// A command as a child process, run to its end with what it printed.
import type { ChildProcess } from 'node:child_process'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Feeds it `input`, closes its standard input, and waits for its end. */
export const ended = (child: ChildProcess, input = ''): Promise<Ended> =>
  new Promise((resolve) => {
    let stdout = ''
    let stderr = ''
    child.stdout!.on('data', (chunk) => (stdout += String(chunk)))
    child.stderr!.on('data', (chunk) => (stderr += String(chunk)))
    child.stdin!.on('error', () => {})
    child.stdin!.end(input)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
