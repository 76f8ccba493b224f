// The streams a command talks through: what a person is shown, what a program gets, how wide and
// how colourful. Commands and tests get one of these; nothing else writes.
import { type Style, styleFor } from './style.ts'

export interface Terminal {
  /** Writes to standard output. Resolves when the stream takes more. */
  readonly out: (text: string) => Promise<void>
  readonly err: (text: string) => void
  readonly style: Style
  readonly errStyle: Style
  /** Columns of standard output; Infinity where it is no terminal. */
  readonly width: number
  /** The same of standard error. */
  readonly errWidth: number
  /** Whether a person can be asked: standard input and standard error are terminals. */
  readonly interactive: boolean
  readonly errIsTerminal: boolean
  readonly now: () => number
}

const NARROWEST = 40

export const processTerminal = (): Terminal => {
  const { stdout, stderr, stdin, env } = process
  return {
    out: (text) =>
      new Promise((resolve) => {
        // A reader that is slower than we are must not make us hold everything.
        if (stdout.write(text)) resolve()
        else stdout.once('drain', resolve)
      }),
    err: (text) => void stderr.write(text),
    style: styleFor(stdout, env),
    errStyle: styleFor(stderr, env),
    // Asked each time: the window may be resized while a command shows what comes.
    get width() {
      return stdout.isTTY ? Math.max(NARROWEST, stdout.columns || 80) : Infinity
    },
    get errWidth() {
      return stderr.isTTY ? Math.max(NARROWEST, stderr.columns || 80) : Infinity
    },
    interactive: stdin.isTTY === true && stderr.isTTY === true,
    errIsTerminal: stderr.isTTY === true,
    now: () => Date.now(),
  }
}
