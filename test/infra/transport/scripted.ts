// What the transport's tests share: a server that behaves as told on a Unix socket, a hook client
// installed beside it, and one run of that client.
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as os from 'node:os'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { utf8 } from '../../../src/domain/bytes.ts'
import { EXCHANGES, type ExchangeKind } from '../../../src/infra/transport/exchange.ts'
import {
  hookClientScript,
  type HookClientOptions,
} from '../../../src/infra/transport/hookClient.ts'
import { writeMarker, type Marker } from '../../../src/infra/transport/marker.ts'
import { findPrograms, findShellPrograms } from '../../../src/infra/transport/programs.ts'
import { FAIL_CLOSED } from '../../../src/infra/transport/unanswered.ts'

export const PROGRAMS = Result.getOrThrow(findShellPrograms())

/** The exchange programs of this machine, one of each kind that works on it. */
export const AVAILABLE: ReadonlyArray<{ readonly kind: ExchangeKind; readonly path: string }> =
  EXCHANGES.flatMap(({ kind, names }): Array<{ kind: ExchangeKind; path: string }> => {
    if (kind === 'node') return [{ kind, path: process.execPath }]
    // Where nc is OpenBSD's, the flags of another nc's are not its own.
    if (kind === 'nc-bsd' && process.platform === 'linux') return []
    const found = names.flatMap((name) => findPrograms(name).found)[0]
    return found === undefined ? [] : [{ kind, path: found }]
  })

/** Ways to start a POSIX shell here, as the words between `env -i` and the script. */
export const SHELLS: ReadonlyArray<{
  readonly name: string
  readonly argv: ReadonlyArray<string>
}> = [['sh'], ['dash'], ['bash', '--posix'], ['busybox', 'ash']]
  .flatMap(([name, ...args]) => {
    const found = findPrograms(name!).found[0]
    return found === undefined ? [] : [{ name: [name, ...args].join(' '), argv: [found, ...args] }]
  })
  .filter(({ argv }, at, all) => {
    const real = ({ argv: [file, ...args] }: { argv: ReadonlyArray<string> }) =>
      [fs.realpathSync(file!), ...args.slice(0, 1)].join()
    return all.findIndex((other) => real(other) === real({ argv })) === at
  })

/** Folders made here are removed with `removeFolders`, after each test file. */
const folders: Array<string> = []

export const makeFolder = (): string => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'iso-'))
  folders.push(dir)
  return dir
}

export const removeFolders = (): void => {
  for (const dir of folders.splice(0)) fs.rmSync(dir, { recursive: true, force: true })
}

export interface Scripted {
  readonly socket: string
  /** Whole requests, closed by the client. */
  readonly requests: ReadonlyArray<Buffer>
  readonly close: () => Promise<void>
}

export interface Behaviour {
  /** On connection, before anything was read. Reading starts when it returns true. */
  readonly accept?: (peer: net.Socket) => boolean
  /** After the client closed its side. */
  readonly answer?: (peer: net.Socket, request: Buffer) => void
}

export const serve = async (socket: string, behaviour: Behaviour): Promise<Scripted> => {
  const requests: Array<Buffer> = []
  const open = new Set<net.Socket>()
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (peer) => {
    open.add(peer)
    const parts: Array<Buffer> = []
    peer.on('close', () => open.delete(peer))
    peer.on('error', () => peer.destroy())
    peer.on('data', (part) => parts.push(part))
    peer.on('end', () => {
      const request = Buffer.concat(parts)
      requests.push(request)
      behaviour.answer?.(peer, request)
    })
    if (behaviour.accept?.(peer) ?? true) peer.resume()
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return {
    socket,
    requests,
    close: () =>
      new Promise((resolve) => {
        for (const peer of open) peer.destroy()
        server.close(() => resolve())
      }),
  }
}

/** Answers these bytes and closes. */
export const answering = (bytes: Uint8Array | string): Behaviour => ({
  answer: (peer) => peer.end(bytes),
})

export interface Installed {
  readonly dir: string
  readonly socket: string
  readonly marker: string
  readonly script: string
}

/** A hook client in a folder of its own. No server is started, and no marker written but as told. */
export const install = (
  exchange: HookClientOptions['exchange'],
  options: { readonly marker?: Marker } & Partial<
    Omit<HookClientOptions, 'exchange' | 'marker'>
  > = {},
): Installed => {
  const dir = makeFolder()
  const { marker: word, ...baked } = options
  const installed = {
    dir,
    socket: baked.socket ?? path.join(dir, 's'),
    marker: path.join(dir, 'marker'),
    script: path.join(dir, 'client'),
  }
  const script = hookClientScript({
    programs: PROGRAMS,
    exchange,
    socket: installed.socket,
    marker: installed.marker,
    start: ['/nonexistent/start'],
    startEnvironment: {},
    deadlineSeconds: 5,
    startSeconds: 1,
    ...baked,
  })
  fs.writeFileSync(installed.script, Result.getOrThrow(script))
  if (word !== undefined) Result.getOrThrow(writeMarker(installed.marker, word))
  return installed
}

export interface Run {
  readonly exit: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
}

export interface RunOptions {
  readonly shell?: ReadonlyArray<string>
  readonly env?: Record<string, string>
  readonly cwd?: string
  /** Leaves standard input open after the payload. */
  readonly keepOpen?: boolean
  /** Puts the client into a process group of its own and hands over its pid. */
  readonly started?: (pid: number) => void
}

/** Runs the client as Claude Code does: exec form, the payload on standard input. */
export const run = (
  client: Pick<Installed, 'script'>,
  event: string,
  payload: Uint8Array | string,
  options: RunOptions = {},
): Promise<Run> =>
  new Promise((resolve, reject) => {
    const words = ['-i', ...(options.shell ?? [PROGRAMS.sh]), client.script, event]
    const child = spawn(PROGRAMS.env, words, {
      env: options.env ?? {},
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: options.started !== undefined,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    })
    const parts: Array<Buffer> = []
    child.stdout.on('data', (part: Buffer) => parts.push(part))
    child.once('error', reject)
    child.once('close', (exit, signal) =>
      resolve({ exit, signal, stdout: Buffer.concat(parts).toString('latin1') }),
    )
    child.stdin.on('error', () => child.stdin.destroy())
    child.once('exit', () => child.stdin.destroy())
    if (options.keepOpen === true) child.stdin.write(payload)
    else child.stdin.end(payload)
    options.started?.(child.pid!)
  })

/** What the client itself must say when nobody answered. */
export const unanswered = (event: string, mode: 'profile' | 'enforce'): Run => {
  const blocked = FAIL_CLOSED.find((answer) => answer.event === event)
  return mode === 'profile' || blocked === undefined
    ? { exit: 0, signal: null, stdout: '' }
    : { exit: 2, signal: null, stdout: `${blocked.stdout}\n` }
}

/** Bytes as the runs here report them. */
export const latin1 = (text: string): string => Buffer.from(utf8(text)).toString('latin1')
