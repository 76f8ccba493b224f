// Asking a person at the terminal. Questions go to standard error, so that standard output stays the
// result; a passphrase is never echoed. Where nobody can be asked nothing is taken for a yes.
import { usage } from './failure.ts'
import type { Terminal } from './terminal.ts'

export interface Asker {
  /** Whether a person is there. */
  readonly present: boolean
  /** The line that the person types. */
  readonly line: (question: string) => Promise<string>
  /** The same, without showing it. */
  readonly hidden: (question: string) => Promise<string>
}

/** Longest line that is read. Characters. */
const MOST = 4096

export const processAsker = (terminal: Terminal): Asker => ({
  present: terminal.interactive,
  // Not in raw mode: the terminal edits the line, and Ctrl-C ends the program as it always does.
  line: (question) => {
    terminal.err(question)
    return readLine()
  },
  hidden: async (question) => {
    terminal.err(question)
    try {
      return await readHidden()
    } finally {
      terminal.err('\n')
    }
  },
})

const readLine = (): Promise<string> =>
  new Promise((resolve) => {
    const { stdin } = process
    let text = ''
    const done = () => {
      stdin.off('data', take).off('end', done)
      stdin.pause()
      resolve(text.split('\n', 1)[0]!.replace(/\r$/, ''))
    }
    const take = (chunk: string) => {
      text += chunk
      if (text.includes('\n') || text.length > MOST) done()
    }
    stdin.setEncoding('utf8').on('data', take).once('end', done).resume()
  })

const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const CTRL_U = '\u0015'

/** In raw mode nothing is echoed, and nothing is edited for us either. */
const readHidden = (): Promise<string> =>
  new Promise((resolve) => {
    const { stdin } = process
    let typed: ReadonlyArray<string> = []
    const done = () => {
      stdin.setRawMode(false)
      stdin.off('data', take).off('end', done)
      stdin.pause()
      resolve(typed.join(''))
    }
    const take = (chunk: string) => {
      // An arrow or function key: its letters were not typed.
      if (chunk.startsWith('\u001b')) return
      for (const char of chunk) {
        if (char === CTRL_C) {
          stdin.setRawMode(false)
          process.stderr.write('\n')
          process.exit(130)
        }
        if (char === '\r' || char === '\n' || char === CTRL_D) return done()
        if (char === '\u007f' || char === '\b') typed = typed.slice(0, -1)
        else if (char === CTRL_U) typed = []
        else if (char >= ' ' && typed.length < MOST) typed = [...typed, char]
      }
    }
    stdin.setRawMode(true)
    stdin.setEncoding('utf8').on('data', take).once('end', done).resume()
  })

/** `question [y/N]`; true for y or yes alone. Fails where nobody is there to answer. */
export const confirm = async (asker: Asker, question: string): Promise<boolean> => {
  if (!asker.present) throw nobody('--yes')
  return /^y(es)?$/i.test((await asker.line(`${question} [y/N] `)).trim())
}

/** For what cannot be undone: the word itself has to be typed. */
export const confirmWord = async (
  asker: Asker,
  question: string,
  word: string,
): Promise<boolean> => {
  if (!asker.present) throw nobody('--yes')
  return (await asker.line(`${question} Type ${word} to go on: `)).trim() === word
}

const nobody = (flag: string) =>
  usage('this asks for confirmation, and there is no terminal to ask on', `add ${flag}`)
