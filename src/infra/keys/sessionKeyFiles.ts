// One file per session, outside the store, that holds the session's key wrapped by the master key.
// Destroying the file closes the session's payloads and leaves the log whole.
import type * as Result from 'effect/Result'
import * as path from 'node:path'
import { toHex } from '../../domain/bytes.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import type { FileFailure } from '../files/failure.ts'
import type { KeyFailure } from './keyFile.ts'
import { obtainWrappedKey, readWrappedKey, type WrappedKey } from './wrappedKey.ts'

const FORMAT = 'isonapse.session-key.v1'

/**
 * Bytes that stand for a session: different for any two ids, whatever the client sends as one. UTF-8
 * would turn every lone surrogate into the same character, so those ids travel as UTF-16 behind a
 * byte that UTF-8 never holds; so does the absence of a session, which no id can then equal.
 */
export const sessionBytes = (session: string | null): Buffer => {
  if (session === null) return Buffer.from([0xff])
  return session.isWellFormed()
    ? Buffer.from(session, 'utf8')
    : Buffer.concat([Buffer.from([0xff, 0x16]), Buffer.from(session, 'utf16le')])
}

/** Hex SHA-256 of the session id: no id can name a path, a long one least. */
export const sessionDigest = (session: string | null): string =>
  toHex(sha256(sessionBytes(session)))

export const sessionKeyFile = (keysDir: string, session: string | null): string =>
  path.join(keysDir, `${sessionDigest(session)}.key`)

const wrapped = (keysDir: string, session: string | null): WrappedKey => ({
  file: sessionKeyFile(keysDir, session),
  format: FORMAT,
  associated: Buffer.concat([Buffer.from(`${FORMAT}\n`), sessionBytes(session)]),
  name: 'session key',
  without: 'payloads sealed under it then stay closed',
})

/** The session's 32-byte key, or `no-key` when there is none (never made, or collected). */
export const readSessionKey = (
  keysDir: string,
  masterKey: Uint8Array,
  session: string | null,
): Result.Result<Uint8Array | 'no-key', KeyFailure | FileFailure> =>
  readWrappedKey(wrapped(keysDir, session), masterKey)

/** The session's key, created, durably, when there is none: see obtainWrappedKey. */
export const obtainSessionKey = (
  keysDir: string,
  masterKey: Uint8Array,
  session: string | null,
): Result.Result<Uint8Array, KeyFailure | FileFailure> =>
  obtainWrappedKey(wrapped(keysDir, session), masterKey)
