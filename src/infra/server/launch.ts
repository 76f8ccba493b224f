// Starting the daemon's process so that it outlives whoever starts it: in a session of its own, with
// an allow-listed environment, the root as its directory, and nothing of the starter's held open.
import * as Result from 'effect/Result'
import { type ChildProcess, spawn } from 'node:child_process'
import * as fs from 'node:fs'
import { failureOf, type FileFailure } from '../files/failure.ts'
import { daemonEnvironment } from './environment.ts'

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = fs.constants

/** `command` is absolute; what it prints goes to the log file (0600), which must be absolute too. */
export const launch = (
  command: ReadonlyArray<string>,
  logFile: string,
  env: Readonly<Record<string, string | undefined>>,
): Result.Result<ChildProcess, FileFailure> =>
  Result.map(opened(logFile), (log) => {
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
  })

/** Non-blocking: opening a FIFO that nobody reads would wait for ever. */
const opened = (logFile: string): Result.Result<number, FileFailure> =>
  Result.try({
    try: () => {
      const log = fs.openSync(
        logFile,
        O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK,
        0o600,
      )
      if (fs.fstatSync(log).isFile()) return log
      fs.closeSync(log)
      throw Object.assign(new Error('no regular file'), { code: 'ENXIO' })
    },
    catch: (error) => failureOf(logFile, 'write to it', error),
  })
