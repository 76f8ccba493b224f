// One run of a hook client against a server whose answer the caller scripts, in a private folder that
// is gone afterwards. Used to prove an exchange program at install; nothing of the user's is involved.
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'

export interface ProbeServer {
  readonly socket: string
  /** Answers every request from now on with these bytes, after its sending side was closed. */
  readonly answerWith: (answer: Uint8Array) => void
  /** The whole of the last request that was closed properly, head line included. */
  readonly lastRequest: () => Buffer
  readonly close: () => Promise<void>
}

/** Listens on a socket in the folder, which must be private: whoever connects is answered. */
export const startProbeServer = async (dir: string): Promise<ProbeServer> => {
  const socket = path.join(dir, 'p.sock')
  const open = new Set<net.Socket>()
  let answer: Uint8Array = new Uint8Array()
  let last = Buffer.alloc(0)
  const server = net.createServer({ allowHalfOpen: true }, (peer) => {
    const parts: Array<Buffer> = []
    open.add(peer)
    peer.on('data', (part) => parts.push(part))
    peer.on('end', () => {
      last = Buffer.concat(parts)
      peer.end(answer)
    })
    // A client that gave up is what some probes look for; its own report is what counts.
    peer.on('error', () => peer.destroy())
    peer.on('close', () => open.delete(peer))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socket, resolve)
  })
  return {
    socket,
    answerWith: (bytes) => {
      answer = bytes
    },
    lastRequest: () => last,
    close: () =>
      new Promise((resolve) => {
        for (const peer of open) peer.destroy()
        server.close(() => resolve())
      }),
  }
}

export interface ClientRun {
  /** Null when it was killed, for outliving every deadline. */
  readonly exit: number | null
  readonly stdout: Buffer
  /** From before the spawn until it was gone and its output read. */
  readonly ms: number
}

/** Beyond any deadline a probed script has. Milliseconds. */
const PATIENCE_MS = 10_000

/** Runs a command line (absolute, as registered) on a payload, with an empty environment unless told. */
export const runClient = (
  argv: ReadonlyArray<string>,
  payload: Uint8Array,
  env: NodeJS.ProcessEnv = {},
): Promise<ClientRun> =>
  new Promise((resolve, reject) => {
    const started = performance.now()
    const child = spawn(argv[0]!, argv.slice(1), { env, stdio: ['pipe', 'pipe', 'ignore'] })
    const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
    const parts: Array<Buffer> = []
    child.stdout.on('data', (part: Buffer) => parts.push(part))
    child.once('error', reject)
    child.once('close', (exit) => {
      clearTimeout(patience)
      resolve({ exit, stdout: Buffer.concat(parts), ms: performance.now() - started })
    })
    // A client that exits without reading all of it closes the pipe; its exit status tells.
    child.stdin.on('error', () => child.stdin.destroy())
    child.stdin.end(payload)
  })

/** A private folder under an existing one. Its name is short: socket paths are at most 104 bytes. */
export const makeProbeFolder = (under: string): string => fs.mkdtempSync(path.join(under, 'probe-'))

export const removeProbeFolder = (dir: string): void =>
  fs.rmSync(dir, { recursive: true, force: true })
