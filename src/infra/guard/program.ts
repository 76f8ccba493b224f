// The file of a guard: whether it is the one that was registered. What it loads besides is not looked
// at, and whoever can replace the file between this look and its start can have another one run: no
// worse than what such a program can do anyway, and it is the user's to keep it where only they write.
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import type { Digest } from '../../domain/hash.ts'

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = fs.constants

/** An interpreter compiled into its script is large; nothing else is. Bytes. */
const MOST_PROGRAM_BYTES = 268_435_456
const PIECE = 1_048_576

export type ProgramState = { readonly hash: Digest } | { readonly problem: string }

/** Hashes of files as they were when they were read, by their paths. */
const known = new Map<string, { readonly as: string; readonly hash: Digest }>()
const MOST_KNOWN = 64
const SETTLED_MS = 2000

/** By its real path. A file that did not change since is not read again. */
export const programState = async (program: string): Promise<ProgramState> => {
  let file: fs.promises.FileHandle | undefined
  try {
    const seen = await fs.promises.lstat(program, { bigint: true })
    const problem = problemOf(seen)
    if (problem !== undefined) return { problem }
    await fs.promises.access(program, fs.constants.X_OK)
    const as = lookOf(seen)
    const before = known.get(program)
    if (before?.as === as) return { hash: before.hash }
    file = await fs.promises.open(program, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    const opened = await file.stat({ bigint: true })
    if (problemOf(opened) !== undefined || lookOf(opened) !== as)
      return { problem: 'it changes while it is looked at' }
    const hash = await hashOf(file)
    const after = await file.stat({ bigint: true })
    if (lookOf(after) !== as) return { problem: 'it changes while it is looked at' }
    // Times tell nothing apart that happens within one tick of the file system's clock.
    if (Date.now() - Number(after.ctimeMs) > SETTLED_MS) known.set(program, { as, hash })
    if (known.size > MOST_KNOWN) known.delete(known.keys().next().value!)
    return { hash }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return {
      problem:
        code === 'ENOENT' || code === 'ENOTDIR'
          ? 'there is no such file'
          : code === 'EACCES'
            ? 'it may not be run: chmod +x makes it executable'
            : `it cannot be looked at (${code ?? 'unknown'})`,
    }
  } finally {
    await file?.close().catch(() => {})
  }
}

const problemOf = (stat: fs.BigIntStats): string | undefined => {
  if (!stat.isFile()) return 'it is no regular file'
  if (stat.size > MOST_PROGRAM_BYTES) return 'it is too large for a program'
  return (stat.mode & 0o022n) === 0n
    ? undefined
    : 'others than its owner may write to it: chmod go-w ends that'
}

/** What changes with a file's content, whoever sets its times back. */
const lookOf = ({ dev, ino, size, mtimeNs, ctimeNs, mode }: fs.BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs, mode].join(':')

const hashOf = async (file: fs.promises.FileHandle): Promise<Digest> => {
  const hash = createHash('sha256')
  const piece = Buffer.allocUnsafe(PIECE)
  for (let at = 0; at <= MOST_PROGRAM_BYTES;) {
    const { bytesRead } = await file.read(piece, 0, PIECE, at)
    if (bytesRead === 0) break
    hash.update(piece.subarray(0, bytesRead))
    at += bytesRead
  }
  return hash.digest('hex') as Digest
}
