// Programs that root runs while it hardens, each as who it must be: whatever touches a folder of the
// user's runs with the user's rights, so that a link that he plants there leads no further than he
// comes by himself.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { spawn, spawnSync } from 'node:child_process'
import { ControlFailure } from '../../domain/control/methods.ts'

export interface Identity {
  readonly uid: number
  readonly gid: number
}

/** An empty environment, but for what is given: root's own may be the user's choice. */
const environment = (env: Readonly<Record<string, string>>) => ({
  PATH: '/usr/bin:/bin:/usr/sbin:/sbin',
  LC_ALL: 'C',
  ...env,
})

/** With a uid Node also drops every supplementary group (libuv, uv_spawn). */
const identityOf = (who: Identity | 'root') =>
  who === 'root' ? {} : { uid: who.uid, gid: who.gid }

const LONGEST_MS = 600_000

export interface Ran {
  readonly status: number
  readonly stdout: string
}

/** To its end; any status but the allowed ones fails, with its last words. */
export const runAs = (
  who: Identity | 'root',
  program: string,
  args: ReadonlyArray<string>,
  allowed: ReadonlyArray<number> = [0],
  env: Readonly<Record<string, string>> = {},
): Result.Result<Ran, ControlFailure> => {
  const ran = spawnSync(program, args, {
    ...identityOf(who),
    cwd: '/',
    env: environment(env),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_MS,
    // A program that runs as the user is his to have ignore any other.
    killSignal: 'SIGKILL',
    maxBuffer: 16 * 1024 * 1024,
  })
  if (ran.status !== null && allowed.includes(ran.status))
    return Result.succeed({ status: ran.status, stdout: ran.stdout })
  return Result.fail(failed(program, args, ran.error?.message ?? lastWords(ran.stderr, ran.status)))
}

const lastWords = (stderr: string, status: number | null): string =>
  stderr.trim().split('\n').at(-1) || `status ${status ?? 'unknown'}`

const failed = (program: string, args: ReadonlyArray<string>, why: string): ControlFailure =>
  new ControlFailure({
    kind: 'program-failed',
    message: `${[program, ...args].join(' ').slice(0, 300)}: ${why}`,
    remedy: 'mend that, then run the same command again',
    exit: 1,
  })

const TAR = '/usr/bin/tar'

export interface End extends Identity {
  readonly dir: string
}

/** Copies names of one folder into another, reading as the one and writing as the other. */
export const copyAs = (
  from: End,
  to: End,
  names: ReadonlyArray<string>,
): Effect.Effect<void, ControlFailure> =>
  Effect.callback((resume) => {
    const read = ['--create', '--file=-', `--directory=${from.dir}`, '--', ...names]
    const write = [
      '--extract',
      '--file=-',
      `--directory=${to.dir}`,
      '--no-same-owner',
      '--no-same-permissions',
    ]
    const options = { cwd: '/', env: environment({}) }
    const reader = spawn(TAR, read, {
      ...options,
      ...identityOf(from),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const writer = spawn(TAR, write, {
      ...options,
      ...identityOf(to),
      stdio: ['pipe', 'ignore', 'pipe'],
    })
    const ended = [reader, writer].map(
      (child, i) =>
        new Promise<ControlFailure | undefined>((resolve) => {
          let said = ''
          child.stderr!.on('data', (chunk: Buffer) => (said = `${said}${chunk}`.slice(-2000)))
          child.on('error', (error) => resolve(failed(TAR, i === 0 ? read : write, error.message)))
          child.on('close', (code) =>
            resolve(
              code === 0 ? undefined : failed(TAR, i === 0 ? read : write, lastWords(said, code)),
            ),
          )
        }),
    )
    // One that ended early is told by its own status.
    writer.stdin!.on('error', () => {})
    reader.stdout!.pipe(writer.stdin!)
    // Nobody would take what it still has to say.
    writer.on('close', () => reader.kill())
    void Promise.all(ended).then((failures) => {
      const failure = failures.find((one) => one !== undefined)
      resume(failure === undefined ? Effect.void : Effect.fail(failure))
    })
    return Effect.sync(() => {
      reader.kill()
      writer.kill()
    })
  })
