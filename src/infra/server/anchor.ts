// Where the user chose to send every signed checkpoint: a file it is appended to, or a command that
// gets it on standard input. What left this machine's log cannot be taken back in it.
import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import * as fs from 'node:fs/promises'
import { parseAnchor } from '../config/setting.ts'
import { daemonEnvironment } from './environment.ts'

const { O_APPEND, O_CREAT, O_NONBLOCK, O_WRONLY } = constants

/** A command that takes longer is ended and reported. Milliseconds. */
const COMMAND_MS = 10_000

export const anchorOf = (
  setting: string,
  home: string,
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
      return (note) => run(anchor.command, note, home)
    default:
      return undefined
  }
}

const run = (command: string, note: string, home: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', command], {
      cwd: '/',
      env: daemonEnvironment({ HOME: home }),
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
