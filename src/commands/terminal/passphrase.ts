// Where a passphrase comes from: the person at the terminal, a file, or standard input when that is
// no terminal. Never from an argument or the environment: both are visible to other processes.
import * as fs from 'node:fs'
import type { Asker } from './ask.ts'
import { CommandFailure, usage } from './failure.ts'

/** Bytes of a passphrase file that are looked at: its first line must lie within. */
const MOST = 8192

/** The first line of a file, `-` for standard input. Its line end is no part of it. */
export const passphraseFromFile = (file: string): string => {
  const text = readHead(file === '-' ? 0 : file)
  const line = text.split('\n', 1)[0]!.replace(/\r$/, '')
  if (line !== '') return line
  throw usage(`${file === '-' ? 'standard input' : file}: holds no passphrase on its first line`)
}

const readHead = (source: string | 0): string => {
  const buffer = Buffer.alloc(MOST)
  let filled = 0
  try {
    const fd = source === 0 ? 0 : fs.openSync(source, 'r')
    try {
      while (filled < MOST && !buffer.subarray(0, filled).includes(10)) {
        const read = fs.readSync(fd, buffer, filled, MOST - filled, null)
        if (read === 0) break
        filled += read
      }
    } finally {
      if (fd !== 0) fs.closeSync(fd)
    }
    return buffer.toString('utf8', 0, filled)
  } catch (error) {
    throw new CommandFailure({
      kind: 'passphrase-file',
      message: `${source === 0 ? 'standard input' : source}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
      remedy: 'name a file that holds the passphrase on its first line',
      exit: 2,
      cause: error,
    })
  } finally {
    buffer.fill(0)
  }
}

/** A passphrase that exists already. */
export const askPassphrase = async (asker: Asker, file: string | undefined): Promise<string> => {
  if (file !== undefined) return passphraseFromFile(file)
  if (!asker.present)
    throw usage(
      'this needs the passphrase, and there is no terminal to ask on',
      'add --passphrase-file FILE',
    )
  return asker.hidden('Passphrase: ')
}

/** A new passphrase: typed twice at a terminal, else one line from the file or standard input. */
export const askNewPassphrase = async (asker: Asker, file: string | undefined): Promise<string> => {
  if (file !== undefined) return passphraseFromFile(file)
  if (!asker.present) return passphraseFromFile('-')
  const first = await asker.hidden('New passphrase: ')
  const second = await asker.hidden('The same again: ')
  if (first === second) return first
  throw usage('the two passphrases differ', 'run the command again')
}
