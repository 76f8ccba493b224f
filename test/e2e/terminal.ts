// A program on a terminal of its own, as `script` (util-linux, or the BSDs') gives one: what it draws
// is taken in, and it is left by Ctrl-C once that holds what it should.
import { spawn, spawnSync } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { privileges, type RunOptions } from './processes.ts'

export const hasTerminals = (): boolean =>
  spawnSync('sh', ['-c', 'command -v script && command -v stty']).status === 0

/** What was drawn, as text in the order of drawing: no cell is drawn anew that has not changed. */
const drawnText = (output: string): string =>
  // What moves the cursor stands for the space it leaves.
  stripVTControlCharacters(output.replaceAll('\u001b', ' \u001b')).replaceAll(/[ \t\r]+/g, ' ')

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`

const LEAVING_MS = 10_000

/** Ends it as soon as `done` holds of what was drawn, or the time is up; answers what was drawn. */
export const onTerminal = (
  command: ReadonlyArray<string>,
  { cwd, env, uid, timeoutMs = 60_000 }: Omit<RunOptions, 'input'>,
  done: (drawn: string) => boolean,
): Promise<string> =>
  new Promise((resolve, reject) => {
    const line = `stty rows 40 cols 120; exec ${command.map(quoted).join(' ')}`
    const script =
      process.platform === 'linux'
        ? ['script', '-qefc', line, '/dev/null']
        : ['script', '-q', '/dev/null', '/bin/sh', '-c', line]
    const [program, ...words] =
      uid === undefined ? script : ['setpriv', ...privileges(uid), ...script]
    const child = spawn(program!, words, { cwd, env, stdio: ['pipe', 'pipe', 'ignore'] })
    let output = ''
    let leaving: NodeJS.Timeout | undefined
    const leave = (): void => {
      if (leaving !== undefined) return
      // The first clears what is typed, the second asks, the third leaves.
      leaving = setInterval(() => child.stdin.write('\u0003'), 300)
      setTimeout(() => child.kill('SIGKILL'), LEAVING_MS).unref()
    }
    const timer = setTimeout(leave, timeoutMs)
    child.stdin.on('error', () => {})
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      if (done(drawnText(output))) leave()
    })
    child.on('error', reject)
    child.on('close', () => {
      clearTimeout(timer)
      clearInterval(leaving)
      resolve(drawnText(output))
    })
  })
