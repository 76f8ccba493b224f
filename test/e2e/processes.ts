// Running a program to its end with an environment of ours alone, as the user the run is for.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'

export interface Ran {
  readonly status: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly input?: string
  readonly timeoutMs?: number
  readonly uid?: number | undefined
  /** The command line as it is run in a machine of its own. */
  readonly within?:
    ((argv: ReadonlyArray<string>, cwd: string) => ReadonlyArray<string>) | undefined
}

/** The client refuses root its freest permission mode, and a root agent is no realistic one. */
const NOBODY = 65_534

/** The user that everything runs as; undefined: this process's own. */
export const userFor = (mustRead: ReadonlyArray<string>): number | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const reads = (file: string): boolean =>
    spawnSync('setpriv', [...privileges(NOBODY), 'test', '-r', file]).status === 0
  return mustRead.every(reads) ? NOBODY : undefined
}

export const privileges = (uid: number): ReadonlyArray<string> => [
  `--reuid=${uid}`,
  `--regid=${uid}`,
  '--clear-groups',
]

export const run = (
  command: string,
  args: ReadonlyArray<string>,
  { cwd, env, input = '', timeoutMs = 60_000, uid, within = (argv) => argv }: RunOptions,
): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const line = [command, ...args]
    const [program, ...words] = within(
      uid === undefined ? line : ['setpriv', ...privileges(uid), ...line],
      cwd,
    )
    const child: ChildProcess = spawn(program!, words, { cwd, env, stdio: 'pipe' })
    const out: Array<Buffer> = []
    const err: Array<Buffer> = []
    child.stdout!.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr!.on('data', (chunk: Buffer) => err.push(chunk))
    child.stdin!.on('error', () => {})
    child.stdin!.end(input)
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    child.on('error', reject)
    child.on('close', (status, signal) => {
      clearTimeout(timer)
      resolve({
        status,
        signal,
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: Buffer.concat(err).toString('utf8'),
      })
    })
  })
