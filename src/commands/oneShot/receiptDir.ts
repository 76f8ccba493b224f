// Receipts as files, each named by its own digest: writing one twice is writing it once.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { CommandFailure } from '../terminal/failure.ts'

/** `text`: the receipt's canonical JSON, whose SHA-256 is `digest`. */
export const writeReceipt = (dir: string, digest: string, text: string): void => {
  const file = path.join(dir, `${digest}.json`)
  const temporary = path.join(dir, `.${digest}.${process.pid}.tmp`)
  try {
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
    // A crash leaves the temporary or the whole file, never part of one under its final name.
    fs.writeFileSync(temporary, text, { mode: 0o600 })
    fs.renameSync(temporary, file)
  } catch (error) {
    throw new CommandFailure({
      kind: 'receipt-dir',
      message: `${dir}: the receipt cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
      remedy: 'choose a folder that can be written to',
      exit: 1,
      cause: error,
    })
  }
}
