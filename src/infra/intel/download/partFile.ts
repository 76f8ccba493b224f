// A file on its way: `NAME.part`, and `NAME.part.json` with what tells whether the rest of the same
// content may be put behind it. Nothing reads a part as a model. A crash leaves both, or a part without
// its note, which is begun anew.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { createHash, type Hash } from 'node:crypto'
import * as fs from 'node:fs'
import { fromUtf8 } from '../../../domain/bytes.ts'
import { ManifestModel } from '../../../domain/intel/manifest.ts'
import { atomicWrite } from '../../files/atomicWrite.ts'
import { errnoOf, failureOf, type FileFailure } from '../../files/failure.ts'
import { readOwnFile } from '../../files/readOwnFile.ts'

const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDWR, O_TRUNC } = fs.constants

const Mark = Schema.String.check(Schema.isMaxLength(256))

const PartNote = Schema.Struct({
  repository: ManifestModel.fields.repository,
  /** As it was asked for: a commit, or `main`. */
  revision: ManifestModel.fields.revision,
  /** The commit that was then said to be meant. */
  commit: Schema.optionalKey(ManifestModel.fields.revision),
  total: Schema.optionalKey(Schema.Int),
  marks: Schema.Struct({
    etag: Schema.optionalKey(Mark),
    linked: Schema.optionalKey(Mark),
  }),
})
export type PartNote = typeof PartNote.Type

const MOST_NOTE_BYTES = 4096
const decodeNote = Schema.decodeUnknownOption(Schema.fromJsonString(PartNote))

export const partOf = (file: string): string => `${file}.part`
const noteOf = (file: string): string => `${file}.part.json`

/** What lies there of a file, and under which note; undefined where nothing can be gone on with. */
export const readPart = (
  file: string,
): { readonly bytes: number; readonly note: PartNote } | undefined => {
  const stat = fs.lstatSync(partOf(file), { throwIfNoEntry: false })
  if (stat === undefined || !stat.isFile()) return undefined
  const bytes = readOwnFile(noteOf(file), { maxBytes: MOST_NOTE_BYTES })
  if (Result.isFailure(bytes)) return undefined
  const note = decodeNote(fromUtf8(bytes.success) ?? '')
  return note._tag === 'Some' ? { bytes: stat.size, note: note.value } : undefined
}

export const writeNote = (file: string, note: PartNote): Result.Result<void, FileFailure> =>
  atomicWrite(noteOf(file), JSON.stringify(note))

/** The note first: a part without one is never gone on with. Throws what the system says. */
export const dropPart = (file: string): void => {
  dropNote(file)
  fs.rmSync(partOf(file), { force: true })
}

export const dropNote = (file: string): void => fs.rmSync(noteOf(file), { force: true })

/** A part open for writing at its end, with the hash of what is in it. */
export interface OpenPart {
  readonly append: (bytes: Uint8Array) => Promise<void>
  /** Written through to the disk, and closed; 64 hexadecimal digits. */
  readonly finish: () => Promise<string>
  readonly close: () => Promise<void>
}

/** Goes on after `from` bytes, or begins anew at 0. Rejects with a FileFailure. */
export const openPart = async (file: string, from: number): Promise<OpenPart> => {
  const part = partOf(file)
  const failed = (error: unknown) => failureOf(part, 'write it', error)
  const flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | (from === 0 ? O_TRUNC : 0)
  let handle: fs.promises.FileHandle
  let hash: Hash
  try {
    handle = await fs.promises.open(part, flags, 0o600)
    hash = createHash('sha256')
    await hashFrom(handle, from, hash)
  } catch (error) {
    throw failed(error)
  }
  let at = from
  const close = () => handle.close().catch(() => undefined)
  return {
    append: async (bytes) => {
      try {
        for (let done = 0; done < bytes.length;) {
          const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done)
          done += bytesWritten
        }
      } catch (error) {
        throw failed(error)
      }
      at += bytes.length
      hash.update(bytes)
    },
    finish: async () => {
      try {
        await handle.sync()
      } catch (error) {
        throw failed(error)
      } finally {
        await close()
      }
      return hash.digest('hex')
    },
    close,
  }
}

const hashFrom = async (
  handle: fs.promises.FileHandle,
  bytes: number,
  hash: Hash,
): Promise<void> => {
  const buffer = Buffer.allocUnsafe(1024 * 1024)
  for (let at = 0; at < bytes;) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, bytes - at), at)
    if (bytesRead === 0) throw new Error('it became shorter meanwhile')
    hash.update(buffer.subarray(0, bytesRead))
    at += bytesRead
  }
}

/** Size and SHA-256 of a file, where it is a regular one of at most so many bytes. */
export const hashFile = async (
  file: string,
  most: number,
): Promise<{ readonly bytes: number; readonly sha256: string } | undefined> => {
  let handle: fs.promises.FileHandle
  try {
    handle = await fs.promises.open(file, fs.constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENXIO') return undefined
    throw failureOf(file, 'read it', error)
  }
  try {
    const stat = await handle.stat()
    if (!stat.isFile() || stat.size > most) return undefined
    const hash = createHash('sha256')
    await hashFrom(handle, stat.size, hash)
    return { bytes: stat.size, sha256: hash.digest('hex') }
  } catch (error) {
    throw failureOf(file, 'read it', error)
  } finally {
    await handle.close()
  }
}
