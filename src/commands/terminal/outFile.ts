// A result written to a file that a person names instead of to standard output.
import * as fs from 'node:fs'
import { CommandFailure } from './failure.ts'

/** Refuses a file that is there already: what is written here is evidence. */
export const writeNew = (file: string, text: string): void => {
  try {
    fs.writeFileSync(file, text, { flag: 'wx', mode: 0o644 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new CommandFailure({
      kind: 'file',
      message: `${file}: ${code === 'EEXIST' ? 'exists already' : (code ?? String(error))}`,
      remedy: code === 'EEXIST' ? 'choose another file' : 'choose a folder that can be written to',
      exit: 1,
      cause: error,
    })
  }
}
