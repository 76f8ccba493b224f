// Reading the files of a downloaded log. Whoever made it chose every name, type and size in it, so
// only plain files of plausible size inside the folder are read, and nothing waits on any of them.
import { constants } from 'node:fs'
import * as fs from 'node:fs/promises'
import * as path from 'node:path'
import * as Schema from 'effect/Schema'

/** The system does not let a file be read; says nothing about the log. */
export class ExportUnreadable extends Schema.TaggedError<ExportUnreadable>()('ExportUnreadable', {
  path: Schema.String,
  detail: Schema.String,
}) {}

/** What is there instead of a file of the log. */
export type FileFault = 'missing' | 'not a plain file' | 'outside the export' | 'too large'

export interface ExportFiles {
  /** `file` is one of tlog-tiles' paths. Rejects with ExportUnreadable. */
  readonly read: (file: string, maxBytes: number) => Promise<Uint8Array | FileFault>
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

const unreadable = (file: string, error: unknown): ExportUnreadable =>
  new ExportUnreadable({ path: file, detail: codeOf(error) })

/** Opens the folder itself, which may be a link: it is the caller who named it. */
export const openExport = async (dir: string): Promise<ExportFiles> => {
  const root = await fs.realpath(dir).catch((error: unknown) => {
    throw unreadable(dir, error)
  })
  const stat = await fs.stat(root)
  if (!stat.isDirectory()) throw new ExportUnreadable({ path: dir, detail: 'not a directory' })

  // A thousand tiles share a folder, so each folder is resolved once. A folder swapped for a link
  // later is followed; what is read then still has to have the right hash.
  const resolved = new Map<string, string | FileFault>()
  const folderOf = async (file: string): Promise<string | FileFault> => {
    const folder = path.join(root, path.dirname(file))
    const known = resolved.get(folder)
    if (known !== undefined) return known
    const real = await fs.realpath(folder).catch((error: unknown) => {
      const code = codeOf(error)
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
      if (code === 'ELOOP') return ''
      throw unreadable(folder, error)
    })
    const answer =
      real === undefined ? 'missing' : real === folder ? folder : ('outside the export' as const)
    resolved.set(folder, answer)
    return answer
  }

  const read = async (file: string, maxBytes: number): Promise<Uint8Array | FileFault> => {
    const folder = await folderOf(file)
    if (folder === 'missing' || folder === 'outside the export') return folder
    const whole = path.join(root, file)
    // O_NONBLOCK: a FIFO must not keep us waiting for its writer.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
    const handle = await fs.open(whole, flags).catch((error: unknown): FileFault => {
      const code = codeOf(error)
      if (code === 'ENOENT') return 'missing'
      if (code === 'ELOOP' || code === 'EMLINK' || code === 'ENXIO' || code === 'ENOTDIR')
        return 'not a plain file'
      throw unreadable(whole, error)
    })
    if (typeof handle === 'string') return handle
    try {
      const stat = await handle.stat()
      if (!stat.isFile()) return 'not a plain file'
      if (stat.size > maxBytes) return 'too large'
      // One byte more than it claims to have shows a file that is growing.
      const buffer = new Uint8Array(stat.size + 1)
      let length = 0
      while (length < buffer.length) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length)
        if (bytesRead === 0) break
        length += bytesRead
      }
      return length > maxBytes ? 'too large' : buffer.subarray(0, length)
    } catch (error) {
      throw unreadable(whole, error)
    } finally {
      await handle.close()
    }
  }
  return { read }
}
