// Where the user chose to send every signed checkpoint: a file it is appended to, or a command that
// gets it on standard input. What left this machine's log cannot be taken back in it.
import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import * as fs from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import * as Result from 'effect/Result'
import { secretsNamedIn } from '../../domain/secret/placeholder.ts'
import { rewrittenScript } from '../../domain/secret/shell.ts'
import { parseAnchor } from '../config/setting.ts'
import type { Secrets } from '../secrets/Secrets.ts'
import { daemonEnvironment } from './environment.ts'

const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants

/** The program that a secret’s sinks must name for the command to get it. */
const ANCHOR = 'anchor'

/** A command that takes longer is ended and reported. Milliseconds. */
const COMMAND_MS = 10_000

/**
 * A command may name secrets that are declared for the program `anchor`; the setting is the user's
 * alone, so it is held to no other sinks. Without them their names stay as they are. No entry tells of
 * such a use: it would need a checkpoint, which would be sent again.
 */
export const anchorOf = (
  setting: string,
  home: string,
  secrets?: Pick<Secrets, 'find' | 'valueOf'>,
): ((note: string) => Promise<void>) | undefined => {
  const anchor = parseAnchor(setting)
  switch (anchor?.kind) {
    case 'file':
      return async (note) => {
        // Non-blocking: opening a FIFO that nobody reads would hold a thread that the store needs too.
        const flags = O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK
        const file = await fs.open(anchor.path, flags, 0o600)
        try {
          if (!(await file.stat()).isFile()) throw new Error(`${anchor.path} is no regular file`)
          await file.appendFile(`${note}\n`)
          await file.sync()
        } finally {
          await file.close()
        }
      }
    case 'command':
      return (note) => run(withSecrets(anchor.command, secrets), note, home)
    default:
      return undefined
  }
}

/**
 * At assurance level `hardened`: a command would run with what the control plane may read, and a file is
 * written to by an account that owns nothing of the user's. Both may have been chosen before.
 */
export const idleAnchor = (setting: string): ((note: string) => Promise<void>) | undefined =>
  parseAnchor(setting) === undefined
    ? undefined
    : () => Promise.reject(new Error('witness.anchor is not served at assurance level hardened'))

interface Command {
  readonly script: string
  readonly env: Readonly<Record<string, string>>
}

const withSecrets = (
  script: string,
  secrets: Pick<Secrets, 'find' | 'valueOf'> | undefined,
): Command => {
  const values = new Map<string, string>()
  for (const name of secretsNamedIn(script)) {
    const isDeclared = secrets?.find(name)?.sinks.programs.includes(ANCHOR) === true
    const value = isDeclared ? secrets?.valueOf(name) : undefined
    if (value === undefined) return { script, env: {} }
    values.set(name, value)
  }
  if (values.size === 0) return { script, env: {} }
  const rewritten = rewrittenScript(script, () => `ISO_${randomBytes(16).toString('hex')}`)
  if (Result.isFailure(rewritten)) return { script, env: {} }
  const { variables } = rewritten.success
  const env = [...variables].map(([variable, name]) => [variable, values.get(name)!] as const)
  return { script: rewritten.success.script, env: Object.fromEntries(env) }
}

const run = ({ script, env }: Command, note: string, home: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', script], {
      cwd: '/',
      env: { ...daemonEnvironment({ HOME: home }), ...env },
      stdio: ['pipe', 'ignore', 'ignore'],
      timeout: COMMAND_MS,
    })
    child.on('error', reject)
    child.on('close', (code, signal) =>
      code === 0
        ? resolve()
        : reject(new Error(`the anchor command ended with ${signal ?? `status ${code}`}`)),
    )
    child.stdin.on('error', () => {})
    child.stdin.end(note)
  })
