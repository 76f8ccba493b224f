// Receipts as files, each named by its own digest: writing one twice is writing it once.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { CommandFailure } from '../terminal/failure.ts'

/** `text`: the receipt's canonical JSON, whose SHA-256 is `digest`. */
export const writeReceipt = (dir: string, digest: string, text: string): void => {
  const file = path.join(dir, `${digest}.json`)
  const temporary = path.join(dir, `.${digest}.${process.pid}.tmp`)
  try {
    makeDir(path.resolve(dir))
    // Whoever may write to the folder could have put a link under this name.
    fs.rmSync(temporary, { force: true })
    // A crash leaves the temporary or the whole file, never part of one under its final name.
    fs.writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' })
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

/** Node's own recursive mkdir never ends where nothing can be made in a folder that exists (/proc). */
const makeDir = (dir: string): void => {
  if (fs.existsSync(dir)) return
  const parent = path.dirname(dir)
  if (parent !== dir) makeDir(parent)
  fs.mkdirSync(dir, { mode: 0o700 })
}
