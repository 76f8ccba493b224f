// A file that a person named on the command line, whole, up to a size.
import * as fs from 'node:fs'
import { CommandFailure, usage } from '../terminal/failure.ts'

/** Its bytes; `-` is standard input. Fails beyond `most` bytes instead of reading on. */
export const readNamedFile = (file: string, most: number): Buffer => {
  let fd: number | undefined
  try {
    fd = file === '-' ? 0 : fs.openSync(file, 'r')
    const chunks: Array<Buffer> = []
    let bytes = 0
    for (;;) {
      const chunk = Buffer.alloc(65_536)
      const read = readSome(fd, chunk)
      if (read === 0) return Buffer.concat(chunks)
      bytes += read
      if (bytes > most) throw usage(`${file}: is larger than ${most} bytes`, 'name a smaller file')
      chunks.push(chunk.subarray(0, read))
    }
  } catch (error) {
    if (error instanceof CommandFailure) throw error
    const { code } = error as NodeJS.ErrnoException
    const [problem, remedy] = PROBLEMS[code ?? ''] ?? [code ?? String(error), 'name another file']
    throw new CommandFailure({
      kind: 'file',
      message: `${file}: ${problem}`,
      remedy,
      exit: 2,
      cause: error,
    })
  } finally {
    if (fd !== undefined && fd !== 0) fs.closeSync(fd)
  }
}

const PROBLEMS: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
  ENOENT: ['there is no such file', 'look at its name, and at the folder that it is relative to'],
  ENOTDIR: ['there is no such file', 'look at its name, and at the folder that it is relative to'],
  EISDIR: ['is a directory', 'name a file in it'],
  EACCES: ['may not be read', 'look at who may read it'],
}

/** A pipe that is not ready yet says EAGAIN when standard input is non-blocking. */
const readSome = (fd: number, into: Buffer): number => {
  for (;;)
    try {
      return fs.readSync(fd, into)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EOF') return 0
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
}
