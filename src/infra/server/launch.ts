// Starting the daemon's process so that it outlives whoever starts it: in a session of its own, with
// an allow-listed environment, the root as its directory, and nothing of the starter's held open.
import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { daemonEnvironment } from './environment.ts'

/** `command` is absolute; what it prints goes to the log file (0600), which must be absolute too. */
export const launch = (
  command: ReadonlyArray<string>,
  logFile: string,
  env: Readonly<Record<string, string | undefined>>,
): ChildProcess => {
  const log = fs.openSync(logFile, 'a', 0o600)
  try {
    const child = spawn(command[0]!, command.slice(1), {
      cwd: '/',
      env: daemonEnvironment(env),
      detached: true,
      stdio: ['ignore', log, log],
    })
    // A program that cannot be run at all shows as an exit code; the event must not be unhandled.
    child.on('error', () => {})
    return child
  } finally {
    fs.closeSync(log)
  }
}
