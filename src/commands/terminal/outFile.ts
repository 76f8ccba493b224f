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

export interface NewFile {
  readonly write: (text: string) => void
  /** Closes it, on the disk. */
  readonly finish: () => void
  /** Takes it away again. */
  readonly abandon: () => void
}

/** A new file that its owner alone can read, there before anything is put into it. */
export const beginPrivate = (file: string): NewFile => {
  const attempt = <A>(work: () => A): A => {
    try {
      return work()
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw new CommandFailure({
        kind: 'file',
        message: `${file}: ${code === 'EEXIST' ? 'exists already' : (code ?? String(error))}`,
        remedy:
          code === 'EEXIST' ? 'choose another file' : 'choose a folder that can be written to',
        exit: 1,
        cause: error,
      })
    }
  }
  const fd = attempt(() => fs.openSync(file, 'wx', 0o600))
  return {
    write: (text) => attempt(() => fs.writeFileSync(fd, text)),
    finish: () =>
      attempt(() => {
        fs.fsyncSync(fd)
        fs.closeSync(fd)
      }),
    abandon: () => fs.rmSync(file, { force: true }),
  }
}

/**
 * A file readable by its owner alone. Without `replace` one that is there already is left alone; with
 * it, the old file or link is replaced by a new one, never written through.
 */
export const writePrivate = (
  file: string,
  text: string,
  { replace }: { readonly replace: boolean },
): void => {
  const made = `${file}.${process.pid}.new`
  try {
    fs.writeFileSync(replace ? made : file, text, { flag: 'wx', mode: 0o600 })
    if (replace) fs.renameSync(made, file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (replace && code !== 'EEXIST') fs.rmSync(made, { force: true })
    throw new CommandFailure({
      kind: 'file',
      message: `${file}: ${code === 'EEXIST' ? 'exists already' : (code ?? String(error))}`,
      remedy:
        code === 'EEXIST'
          ? 'choose another file, or add --force'
          : 'choose a folder that can be written to',
      exit: 1,
      cause: error,
    })
  }
}
