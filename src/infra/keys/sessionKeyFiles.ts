// One file per session, outside the store, that holds the session's key wrapped by the master key.
// Destroying the file closes the session's payloads and leaves the log whole.
import * as Result from 'effect/Result'
import { randomBytes } from 'node:crypto'
import * as path from 'node:path'
import { fromUtf8, toHex } from '../../domain/bytes.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { createOnce } from '../files/atomicWrite.ts'
import type { FileFailure } from '../files/failure.ts'
import { readOwnFile } from '../files/readOwnFile.ts'
import { decrypt, encrypt, NONCE_BYTES } from './aead.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { KEY_BYTES, type KeyFailure, keyFailure, MOST_KEY_FILE_BYTES } from './keyFile.ts'

const FORMAT = 'isonapse.session-key.v1'

/**
 * Bytes that stand for a session: different for any two ids, whatever the client sends as one. UTF-8
 * would turn every lone surrogate into the same character, so those ids travel as UTF-16 behind a
 * byte that UTF-8 never holds; so does the absence of a session, which no id can then equal.
 */
const sessionBytes = (session: string | null): Buffer => {
  if (session === null) return Buffer.from([0xff])
  return session.isWellFormed()
    ? Buffer.from(session, 'utf8')
    : Buffer.concat([Buffer.from([0xff, 0x16]), Buffer.from(session, 'utf16le')])
}

/** Hex SHA-256 of the session id: no id can name a path, a long one least. */
export const sessionKeyFile = (keysDir: string, session: string | null): string =>
  path.join(keysDir, `${toHex(sha256(sessionBytes(session)))}.key`)

const associatedData = (session: string | null): Buffer =>
  Buffer.concat([Buffer.from(`${FORMAT}\n`), sessionBytes(session)])

const lineOf = (sealed: Uint8Array): string => `${FORMAT} ${encodeBase64(sealed)}\n`

/** The session's 32-byte key, or `no-key` when there is none (never made, or collected). */
export const readSessionKey = (
  keysDir: string,
  masterKey: Uint8Array,
  session: string | null,
): Result.Result<Uint8Array | 'no-key', KeyFailure | FileFailure> => {
  const file = sessionKeyFile(keysDir, session)
  const read = readOwnFile(file, { maxBytes: MOST_KEY_FILE_BYTES })
  if (Result.isFailure(read))
    return read.failure.reason === 'not-found'
      ? Result.succeed('no-key')
      : Result.fail(read.failure)
  const text = fromUtf8(read.success) ?? ''
  const sealed = decodeBase64(text.slice(FORMAT.length + 1, -1))
  const key =
    sealed !== undefined && text === lineOf(sealed)
      ? decrypt(
          masterKey,
          sealed.subarray(0, NONCE_BYTES),
          sealed.subarray(NONCE_BYTES),
          associatedData(session),
        )
      : undefined
  return key?.length === KEY_BYTES
    ? Result.succeed(key)
    : keyFailure(
        'damaged',
        file,
        'this session key is damaged, or belongs to another session or master key',
        'restore it from a backup, or move it away: payloads sealed under it then stay closed',
      )
}

/**
 * The session's key, created when there is none. It is on disk, name and bytes, before this returns
 * and so before anything is sealed under it: a crash leaves at most a key without payloads. Of two
 * processes that create it at once, both get the one that stands.
 */
export const obtainSessionKey = (
  keysDir: string,
  masterKey: Uint8Array,
  session: string | null,
): Result.Result<Uint8Array, KeyFailure | FileFailure> =>
  Result.gen(function* () {
    const found = yield* readSessionKey(keysDir, masterKey, session)
    if (found !== 'no-key') return found
    const file = sessionKeyFile(keysDir, session)
    const key = randomBytes(KEY_BYTES)
    const { nonce, ciphertext } = encrypt(masterKey, key, associatedData(session))
    const line = lineOf(Buffer.concat([nonce, ciphertext]))
    if ((yield* createOnce(file, line)) === 'created') return key
    const winner = yield* readSessionKey(keysDir, masterKey, session)
    return winner === 'no-key'
      ? yield* keyFailure('missing', file, 'this session key was removed just now', 'try again')
      : winner
  })
