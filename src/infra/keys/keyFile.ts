// A file that holds one secret key in the clear: one line of text that names its format, with a check
// that tells a damaged key from a wrong one. Mode 0600, in a folder of mode 0700.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { randomBytes } from 'node:crypto'
import { fromBase64, fromUtf8, toHex, utf8 } from '../../domain/bytes.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { createOnce } from '../files/atomicWrite.ts'
import type { FileFailure } from '../files/failure.ts'
import { readOwnFile } from '../files/readOwnFile.ts'
import { encodeBase64 } from './base64.ts'

/** A key that is not there, or whose file does not hold what was written. Never carries key bytes. */
export class KeyFailure extends Schema.TaggedError<KeyFailure>()('KeyFailure', {
  reason: Schema.Literals(['missing', 'damaged']),
  path: Schema.String,
  detail: Schema.String,
  remedy: Schema.String,
}) {
  override get message(): string {
    return `${this.path}: ${this.detail}`
  }
}

export const KEY_BYTES = 32
/** Every key file is one short line. */
export const MOST_KEY_FILE_BYTES = 1024

export interface KeyKind {
  /** First word of the file, such as `isonapse.master-key.v1`. */
  readonly format: string
  /** What a person calls it, such as `the master key`. */
  readonly name: string
  /** What to do when it is lost. */
  readonly remedy: string
}

/** Reads a key file. A missing one is a KeyFailure: a new key would open nothing of the old one's. */
export const readKeyFile = (
  file: string,
  kind: KeyKind,
): Result.Result<Uint8Array, KeyFailure | FileFailure> => {
  const read = readOwnFile(file, { maxBytes: MOST_KEY_FILE_BYTES })
  if (Result.isFailure(read)) {
    return read.failure.reason === 'not-found'
      ? keyFailure('missing', file, `${kind.name} is missing`, kind.remedy)
      : Result.fail(read.failure)
  }
  const text = fromUtf8(read.success) ?? ''
  const key = fromBase64(text.split(' ')[1] ?? '')
  return key?.length === KEY_BYTES && text === lineOf(kind, key)
    ? Result.succeed(key)
    : keyFailure('damaged', file, `${kind.name} is damaged`, kind.remedy)
}

/** Creates a key file with fresh random bytes, unless there is one; reads back what stands there. */
export const createKeyFile = (
  file: string,
  kind: KeyKind,
): Result.Result<Uint8Array, KeyFailure | FileFailure> => {
  const key = randomBytes(KEY_BYTES)
  return Result.flatMap(createOnce(file, lineOf(kind, key)), () => readKeyFile(file, kind))
}

export const keyFailure = (
  reason: KeyFailure['reason'],
  path: string,
  detail: string,
  remedy: string,
) => Result.fail(new KeyFailure({ reason, path, detail, remedy }))

const lineOf = (kind: KeyKind, key: Uint8Array): string => {
  const check = toHex(sha256(utf8(`${kind.format}\n`), key).subarray(0, 4))
  return `${kind.format} ${encodeBase64(key)} ${check}\n`
}
