// The client's own program: finding it, telling its version without running it, and running one of
// its commands within bounds. A folder named relatively in PATH is never looked into: it would be
// whatever repository the user stands in.
import * as Effect from 'effect/Effect'
import * as Schema from 'effect/Schema'
import { execFile } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { member, parseJson, readText } from './clientFiles.ts'

export type Environment = Readonly<Record<string, string | undefined>>

const NAME = 'claude'

/** Where its installers put it, when PATH does not say. */
const usualFolders = (home: string): ReadonlyArray<string> => [
  path.join(home, '.local/bin'),
  path.join(home, '.claude/local'),
  path.join(home, '.npm-global/bin'),
  path.join(home, '.bun/bin'),
  '/usr/local/bin',
  '/opt/homebrew/bin',
  '/usr/bin',
]

/** The absolute path of the client, as found (links kept: its updates move what they point to). */
export const findClient = (home: string, env: Environment): string | undefined => {
  const folders = [...(env['PATH'] ?? '').split(':'), ...usualFolders(home)]
  return folders
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, NAME))
    .find(isProgram)
}

const isProgram = (file: string): boolean => {
  try {
    fs.accessSync(file, fs.constants.X_OK)
    return fs.statSync(file).isFile()
  } catch {
    return false
  }
}

const VERSION = /^\d+\.\d+\.\d+$/
const MOST_MANIFEST_BYTES = 262_144

/**
 * The version as the files say it, without the 50 ms and more of starting the client: its native
 * installer keeps it at `…/versions/MAJOR.MINOR.PATCH`, npm has a package.json above it. Null where
 * neither is so.
 */
export const versionOnDisk = (client: string): string | null => {
  let real: string
  try {
    real = fs.realpathSync(client)
  } catch {
    return null
  }
  const [folder, name] = [path.basename(path.dirname(real)), path.basename(real)]
  if (folder === 'versions' && VERSION.test(name)) return name
  for (let at = path.dirname(real), up = 0; up < 3; at = path.dirname(at), up++) {
    const read = readText(path.join(at, 'package.json'), MOST_MANIFEST_BYTES)
    if (read.found !== 'text') continue
    const parsed = parseJson(read.text)
    if (!('value' in parsed)) return null
    const [name, version] = [member(parsed.value, 'name'), member(parsed.value, 'version')]
    const isClient = typeof name === 'string' && name.startsWith('@anthropic-ai/claude-code')
    return isClient && typeof version === 'string' && VERSION.test(version) ? version : null
  }
  return null
}

/** The first version that honours `onFailure` on a hook. Before it, a failing hook lets calls pass. */
export const FIRST_WITH_ON_FAILURE = '2.1.295'

/** Negative, zero or positive as `a` is older than, the same as or newer than `b`. */
export const compareVersions = (a: string, b: string): number => {
  const [as, bs] = [a.split('.').map(Number), b.split('.').map(Number)]
  for (let i = 0; i < 3; i++) if (as[i] !== bs[i]) return (as[i] ?? 0) - (bs[i] ?? 0)
  return 0
}

export const versionWarning = (version: string | null): string | null =>
  version !== null && compareVersions(version, FIRST_WITH_ON_FAILURE) < 0
    ? `Claude Code ${version} ignores onFailure (needs ${FIRST_WITH_ON_FAILURE}): a hook that cannot run lets the call pass`
    : null

/** A command of the client that could not be run to its end, or ended with a failure. */
export class ClientFailed extends Schema.TaggedError<ClientFailed>()('ClientFailed', {
  command: Schema.String,
  reason: Schema.Literals(['not-run', 'timeout', 'failed']),
  detail: Schema.String,
  /** The client's own code of the failure, such as `not_installed`. */
  code: Schema.NullOr(Schema.String),
}) {
  override get message(): string {
    return `${this.command}: ${this.detail}`
  }
}

export interface Client {
  /** Absolute path of the program. */
  readonly program: string
  readonly env: Environment
}

const MOST_MS = 30_000
const MOST_OUTPUT_BYTES = 1_048_576

/**
 * Runs the client with these arguments in a folder, standard input closed, for 30 s at most; answers
 * its standard output. Interruption and the time limit kill it.
 *
 * The folder matters: the client reads the settings of the project it stands in.
 */
export const runClient = (
  { program, env }: Client,
  args: ReadonlyArray<string>,
  cwd: string,
  timeoutMs: number = MOST_MS,
): Effect.Effect<string, ClientFailed> =>
  Effect.callback((resume) => {
    const failed = (
      reason: ClientFailed['reason'],
      detail: string,
      code: string | null = null,
    ): void =>
      resume(
        Effect.fail(new ClientFailed({ command: [NAME, ...args].join(' '), reason, detail, code })),
      )
    const child = execFile(
      program,
      [...args],
      {
        cwd,
        env: { ...env, DISABLE_AUTOUPDATER: '1' },
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: MOST_OUTPUT_BYTES,
        windowsHide: true,
      },
      (error, stdout, stderr) => {
        if (error === null) return resume(Effect.succeed(stdout))
        if (error.killed === true) return failed('timeout', `no end after ${timeoutMs} ms`)
        if (typeof error.code !== 'number' && error.signal === undefined)
          return failed('not-run', `cannot be run (${error.code ?? error.message})`)
        const said = lastLine(stdout)
        const parsed = parseJson(said)
        const answer = 'value' in parsed ? parsed.value : undefined
        const [message, code] = [member(answer, 'message'), member(answer, 'failureCode')]
        return failed(
          'failed',
          typeof message === 'string' ? plain(message) : plain(lastLine(stderr) || said),
          typeof code === 'string' ? code : null,
        )
      },
    )
    child.stdin?.end()
    return Effect.sync(() => void child.kill('SIGKILL'))
  })

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''

/** One line without control characters: it goes to a terminal. */
const plain = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').slice(0, 500)

/** What `claude --version` says. */
export const askVersion = (
  client: Client,
  cwd: string,
): Effect.Effect<string | null, ClientFailed> =>
  Effect.map(
    runClient(client, ['--version'], cwd),
    (said) => /^(\d+\.\d+\.\d+)\b/.exec(said.trim())?.[1] ?? null,
  )
