// The program behind `isonapse run`: gives in a ticket, runs the script that it is for with its values,
// and passes on what the script does: output (without the values), status, signals, working directory.
// It starts with every call that uses a secret, so it loads nothing that it does not need.
import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { compileFilter } from '../../domain/secret/filter.ts'
import { DRAIN, drain, handOver } from './drain.ts'
import { Kept, makePipes, type Pipes, relay } from './outputs.ts'
import { shellRun } from './script.ts'
import { type Given, giveIn, looked } from './ticket.ts'

/** Found, and could not be run (POSIX 2.8.2): nothing of the script has. */
const NOT_RUN = 126

const USAGE = 'isonapse run --ticket TICKET --socket PATH [--cwd-file FILE]'

/** How long what the script left behind may take to close its outputs. Milliseconds. */
const AFTER_MS = 100
const KEPT_AFTER_MS = 2000

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const

interface Asked {
  readonly ticket: string
  readonly socket: string
  readonly cwdFile: string | undefined
}

const askedBy = (args: ReadonlyArray<string>): Asked | undefined => {
  const given = new Map<string, string>()
  for (let i = 0; i < args.length; i += 2) {
    const [name, value] = [args[i]!, args[i + 1]]
    if (!['--ticket', '--socket', '--cwd-file'].includes(name) || value === undefined)
      return undefined
    given.set(name, value)
  }
  const [ticket, socket] = [given.get('--ticket'), given.get('--socket')]
  if (ticket === undefined || socket === undefined) return undefined
  return { ticket, socket, cwdFile: given.get('--cwd-file') }
}

const notRun = (why: string): number => {
  fs.writeSync(2, `isonapse run: ${why}; nothing was run\n`)
  return NOT_RUN
}

const main = async (args: ReadonlyArray<string>): Promise<number> => {
  if (args[0] === DRAIN) {
    await drain()
    return 0
  }
  const asked = askedBy(args)
  if (asked === undefined) return notRun(USAGE)
  try {
    // Both are waited for: a folder half made would stay behind.
    const [given, pipes] = await Promise.allSettled([
      giveIn(asked.socket, asked.ticket),
      makePipes(path.dirname(asked.cwdFile ?? asked.socket)),
    ])
    if (given.status === 'rejected') throw given.reason
    if (pipes.status === 'rejected') throw pipes.reason
    return await run(given.value, pipes.value, asked)
  } catch (error) {
    return notRun((error as Error).message)
  }
}

const run = async (
  given: Given,
  { read, write }: Pipes,
  { cwdFile, socket }: Asked,
): Promise<number> => {
  const filter = compileFilter(given.filters)
  const shell = shellRun(given, process.env, fs.existsSync, cwdFile)
  const child = spawn(shell.file, shell.args, {
    env: shell.env,
    stdio: ['inherit', write[0], write[1], 'pipe'],
  })
  for (const fd of write) fs.closeSync(fd)
  const kept = given.check === undefined ? undefined : ([new Kept(), new Kept()] as const)
  const relays = [
    relay(read[0], kept?.[0] ?? process.stdout, filter),
    relay(read[1], kept?.[1] ?? process.stderr, filter),
  ] as const
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal))
  const text = child.stdio[3] as NodeJS.WritableStream
  // A shell that ended before it has read all.
  text.on('error', () => {})
  text.end(shell.text)

  const status = await new Promise<number>((resolve, reject) => {
    child.on('error', ({ code = 'failed' }: NodeJS.ErrnoException) =>
      reject(new Error(`${shell.file} cannot be started (${code})`)),
    )
    child.on('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : os.constants.signals[signal])),
    )
  })
  const ended = Promise.all(relays.map((one) => one.ended)).then(() => true)
  // What is looked through is looked through whole: it is waited for longer.
  const patience = kept === undefined ? AFTER_MS : KEPT_AFTER_MS
  const after = new Promise<false>((resolve) => setTimeout(resolve, patience, false).unref())
  if (!(await Promise.race([ended, after]))) {
    const rest = relays.map((one) => Buffer.from(one.stop()).toString('base64'))
    await handOver(read, { filters: given.filters, rest: [rest[0]!, rest[1]!] })
  }
  if (kept !== undefined) await printed(kept, status, socket, given.check!)
  return status
}

/** A failing script's output reaches the model whatever a hook says: it is looked through first. */
const printed = async (
  kept: readonly [Kept, Kept],
  status: number,
  socket: string,
  check: string,
): Promise<void> => {
  const outputs = kept.map((one) => one.bytes())
  const streams = [process.stdout, process.stderr]
  if (status === 0 || outputs.every(({ length }) => length === 0)) {
    outputs.forEach((bytes, i) => streams[i]!.write(bytes))
    return
  }
  const texts = outputs.map((bytes) => bytes.toString('utf8'))
  try {
    const shown = await looked(socket, check, texts)
    shown.forEach((text, i) => streams[i]!.write(text))
  } catch (error) {
    process.stderr.write(
      `isonapse run: the output is withheld, as it could not be looked through: ${(error as Error).message}\n`,
    )
  }
}

/** What was written must be out before the process is. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  stream.destroyed ? Promise.resolve() : new Promise((resolve) => stream.write('', () => resolve()))

main(process.argv.slice(2)).then(async (status) => {
  await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  process.exit(status)
})
