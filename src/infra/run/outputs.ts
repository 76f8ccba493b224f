// The script's two outputs, each a pipe that is read here, filtered and written on. Named pipes, since
// those that Node makes are sockets, which /dev/stdout and /dev/stderr do not open.
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as net from 'node:net'
import * as path from 'node:path'
import { type CompiledFilter, FilterStream } from '../../domain/secret/filter.ts'

export interface Pipes {
  /** Read ends of standard output and standard error. */
  readonly read: readonly [number, number]
  /** Write ends, for the script. */
  readonly write: readonly [number, number]
}

const { O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants

/**
 * Made in a private folder and gone from it at once: only who has the descriptors reaches them. Node
 * has no call for it, so a program makes them, while the ticket is given in.
 */
export const makePipes = async (privateDir: string): Promise<Pipes> => {
  const dir = fs.mkdtempSync(path.join(privateDir, 'run-'))
  const names = ['out', 'err'].map((name) => path.join(dir, name))
  try {
    await made(names)
    // A reader that does not wait comes first: the writer then need not wait either.
    const read = names.map((name) => fs.openSync(name, O_RDONLY | O_NONBLOCK))
    const write = names.map((name) => fs.openSync(name, O_WRONLY))
    return { read: [read[0]!, read[1]!], write: [write[0]!, write[1]!] }
  } finally {
    fs.rmSync(dir, { recursive: true, force: true })
  }
}

const made = (names: ReadonlyArray<string>): Promise<void> =>
  new Promise((resolve, reject) => {
    const program = MKFIFO.find((file) => fs.existsSync(file)) ?? 'mkfifo'
    const failed = () => reject(new Error('mkfifo cannot make pipes for the script’s output'))
    spawn(program, ['-m', '600', ...names], { env: {}, stdio: 'ignore' })
      .on('error', failed)
      .on('exit', (code) => (code === 0 ? resolve() : failed()))
  })

const MKFIFO = ['/usr/bin/mkfifo', '/bin/mkfifo']

/** Where a relay writes: a stream, or what keeps it. */
export interface Sink {
  readonly destroyed: boolean
  readonly write: (bytes: Uint8Array) => boolean
  readonly once: (event: 'drain', then: () => void) => unknown
  readonly on: (event: 'error', then: () => void) => unknown
}

/** Of one output. Bytes. */
const MOST_KEPT = 32 * 1024 * 1024

/** Keeps what is written to it; what is too much is left out, and said. */
export class Kept implements Sink {
  readonly destroyed = false
  readonly #parts: Array<Uint8Array> = []
  #bytes = 0
  #left = 0

  write(bytes: Uint8Array): boolean {
    const room = MOST_KEPT - this.#bytes
    const kept = bytes.length <= room ? bytes : bytes.subarray(0, room)
    if (kept.length > 0) this.#parts.push(Uint8Array.from(kept))
    this.#bytes += kept.length
    this.#left += bytes.length - kept.length
    return true
  }

  bytes(): Buffer {
    const left = this.#left === 0 ? '' : `\n[${this.#left} bytes more, which were not kept]\n`
    return Buffer.concat([...this.#parts, Buffer.from(left)])
  }

  once(): void {}
  on(): void {}
}

export interface Relay {
  /** Completes when every writer is gone, or whoever reads our output is. */
  readonly ended: Promise<void>
  /** Stops reading, and gives what was read and not yet written. The pipe stays open. */
  readonly stop: () => Uint8Array
}

/** Reads until the end, in order, no faster than it can be written. */
export const relay = (
  from: number,
  to: Sink,
  filter: CompiledFilter,
  first: Uint8Array = new Uint8Array(),
): Relay => {
  const stream = new FilterStream(filter)
  const source = new net.Socket({ fd: from, readable: true, writable: false })
  let stopped = false
  const write = (bytes: Uint8Array): void => {
    if (bytes.length === 0 || to.destroyed || to.write(bytes)) return
    source.pause()
    to.once('drain', () => stopped || source.resume())
  }
  write(stream.write(first))
  const ended = new Promise<void>((resolve) => {
    source.on('data', (chunk: Buffer) => write(stream.write(chunk)))
    source.on('end', () => {
      write(stream.end())
      resolve()
    })
    source.on('error', () => resolve())
    // Nobody reads on: the script is to learn it as it would without us, by its own pipe.
    to.on('error', () => {
      source.destroy()
      resolve()
    })
  })
  return {
    ended,
    stop: () => {
      stopped = true
      source.pause()
      source.removeAllListeners('data')
      const left = source.read() as Buffer | null
      return Buffer.concat([stream.rest(), ...(left === null ? [] : [left])])
    },
  }
}
