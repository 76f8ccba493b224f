// A key file that holds one random key wrapped by the master key, bound to what it is the key of. It
// is on disk, name and bytes, before anything is sealed under it, and never changes.
import * as Result from 'effect/Result'
import { randomBytes } from 'node:crypto'
import { fromUtf8 } from '../../domain/bytes.ts'
import { createOnce } from '../files/atomicWrite.ts'
import type { FileFailure } from '../files/failure.ts'
import { readOwnFile } from '../files/readOwnFile.ts'
import { decrypt, encrypt, NONCE_BYTES } from './aead.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { KEY_BYTES, type KeyFailure, keyFailure, MOST_KEY_FILE_BYTES } from './keyFile.ts'

export interface WrappedKey {
  readonly file: string
  /** First word of the file, such as `isonapse.session-key.v1`. */
  readonly format: string
  /** What it is the key of: put in another one's place, the file does not open. */
  readonly associated: Uint8Array
  /** What a person calls it, such as `session key`. */
  readonly name: string
  /** What follows when the file is moved away. */
  readonly without: string
}

const lineOf = (format: string, sealed: Uint8Array): string => `${format} ${encodeBase64(sealed)}\n`

/** The 32-byte key, or `no-key` when there is none (never made, or destroyed). */
export const readWrappedKey = (
  { file, format, associated, name, without }: WrappedKey,
  masterKey: Uint8Array,
): Result.Result<Uint8Array | 'no-key', KeyFailure | FileFailure> => {
  const read = readOwnFile(file, { maxBytes: MOST_KEY_FILE_BYTES })
  if (Result.isFailure(read))
    return read.failure.reason === 'not-found'
      ? Result.succeed('no-key')
      : Result.fail(read.failure)
  const text = fromUtf8(read.success) ?? ''
  const sealed = decodeBase64(text.slice(format.length + 1, -1))
  const key =
    sealed !== undefined && text === lineOf(format, sealed)
      ? decrypt(
          masterKey,
          sealed.subarray(0, NONCE_BYTES),
          sealed.subarray(NONCE_BYTES),
          associated,
        )
      : undefined
  return key?.length === KEY_BYTES
    ? Result.succeed(key)
    : keyFailure(
        'damaged',
        file,
        `this ${name} is damaged, or belongs to another session or master key`,
        `restore it from a backup, or move it away: ${without}`,
      )
}

/**
 * The key, created when there is none. It is on disk, name and bytes, before this returns: a crash
 * leaves at most a key with nothing under it. Of two processes that create it at once, both get the
 * one that stands.
 */
export const obtainWrappedKey = (
  wrapped: WrappedKey,
  masterKey: Uint8Array,
): Result.Result<Uint8Array, KeyFailure | FileFailure> =>
  Result.gen(function* () {
    const found = yield* readWrappedKey(wrapped, masterKey)
    if (found !== 'no-key') return found
    const { file, format, associated, name } = wrapped
    const key = randomBytes(KEY_BYTES)
    const { nonce, ciphertext } = encrypt(masterKey, key, associated)
    const line = lineOf(format, Buffer.concat([nonce, ciphertext]))
    if ((yield* createOnce(file, line)) === 'created') return key
    const winner = yield* readWrappedKey(wrapped, masterKey)
    return winner === 'no-key'
      ? yield* keyFailure('missing', file, `this ${name} was removed just now`, 'try again')
      : winner
  })
