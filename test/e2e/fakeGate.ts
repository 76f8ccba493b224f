// A server in the control plane's place on the hook socket that answers as a broken one would.
import * as fs from 'node:fs'
import * as net from 'node:net'

export interface FakeGate {
  /** Events asked for, by the first line of each request. */
  readonly asked: ReadonlyArray<string>
  readonly close: () => Promise<void>
}

/** Half of a permission: without a look at length and end it reads as an answer with exit 0. */
export const CUT_SHORT = 'ISO1 0 120\n{"hookSpecificOutput":{"hookEventName":"PreToolUse","perm'

/** `answer` undefined: takes every request and never says a word. */
export const startFakeGate = async (
  socketPath: string,
  answer: string | undefined,
): Promise<FakeGate> => {
  fs.rmSync(socketPath, { force: true })
  const asked: Array<string> = []
  const open = new Set<net.Socket>()
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket)
    let text = ''
    socket.on('error', () => socket.destroy())
    socket.on('close', () => open.delete(socket))
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
    })
    socket.on('end', () => {
      asked.push(/^ISO1 (\w+)/.exec(text)?.[1] ?? '')
      if (answer !== undefined) socket.end(answer)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath, resolve)
  })
  fs.chmodSync(socketPath, 0o666)
  return {
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of open) socket.destroy()
      }),
  }
}
