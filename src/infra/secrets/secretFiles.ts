// One file per secret, outside the store, that holds its value sealed under the master key. The name and
// the sinks are bound to it: a file put in another's place, or one whose sinks are not those in the log,
// opens for nothing.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { fromUtf8, toHex, utf8 } from '../../domain/bytes.ts'
import { canonicalJson } from '../../domain/canonical.ts'
import type { Sinks } from '../../domain/secret/sinkList.ts'
import { MOST_SECRET_BYTES } from '../../domain/secret/declared.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { atomicWrite, syncDirectory } from '../files/atomicWrite.ts'
import { errnoOf, failureOf, type FileFailure } from '../files/failure.ts'
import { readOwnFile } from '../files/readOwnFile.ts'
import { ensurePrivateDir } from '../files/secureDirs.ts'
import { decrypt, encrypt, NONCE_BYTES } from '../keys/aead.ts'
import { decodeBase64, encodeBase64 } from '../keys/base64.ts'
import { destroyFile } from '../keys/destroy.ts'
import { type KeyFailure, keyFailure } from '../keys/keyFile.ts'

const FORMAT = 'isonapse.secret.v1'
const SUFFIX = '.secret'
const OLD = '.old'
const MOST_FILE_BYTES = 2 * MOST_SECRET_BYTES

export const secretsDir = (keysDir: string): string => path.join(keysDir, 'secrets')

/** Hex SHA-256 of the name: a folder that folds case keeps `a` and `A` apart. */
export const secretFile = (keysDir: string, name: string): string =>
  path.join(secretsDir(keysDir), `${toHex(sha256(utf8(name)))}${SUFFIX}`)

const associatedData = (name: string, { programs, hosts, paths, servers }: Sinks): Uint8Array =>
  utf8(`${FORMAT}\n${name}\n${canonicalJson({ programs, hosts, paths, servers })}`)

const lineOf = (sealed: Uint8Array): string => `${FORMAT} ${encodeBase64(sealed)}\n`

/**
 * On disk, name and bytes, when it returns. The value that was there before is overwritten; a crash in
 * between leaves it under another name, which sweepSecrets destroys.
 */
export const writeSecret = (
  keysDir: string,
  masterKey: Uint8Array,
  secret: { readonly name: string; readonly sinks: Sinks; readonly value: string },
): Result.Result<void, FileFailure> =>
  Result.gen(function* () {
    const file = secretFile(keysDir, secret.name)
    yield* ensurePrivateDir(secretsDir(keysDir))
    const before = file + OLD
    yield* attempt(before, 'keep the old value aside', () => {
      destroyOld(file)
      linkIfThere(file, before)
    })
    const aad = associatedData(secret.name, secret.sinks)
    const { nonce, ciphertext } = encrypt(masterKey, utf8(secret.value), aad)
    yield* atomicWrite(file, lineOf(Buffer.concat([nonce, ciphertext])))
    yield* attempt(before, 'destroy the old value', () => destroyOld(file))
  })

/** `no-value` where there is no file. */
export const readSecret = (
  keysDir: string,
  masterKey: Uint8Array,
  { name, sinks }: { readonly name: string; readonly sinks: Sinks },
): Result.Result<string | 'no-value', KeyFailure | FileFailure> => {
  const file = secretFile(keysDir, name)
  const read = readOwnFile(file, { maxBytes: MOST_FILE_BYTES })
  if (Result.isFailure(read))
    return read.failure.reason === 'not-found'
      ? Result.succeed('no-value')
      : Result.fail(read.failure)
  const text = fromUtf8(read.success) ?? ''
  const sealed = decodeBase64(text.slice(FORMAT.length + 1, -1))
  const opened =
    sealed !== undefined && text === lineOf(sealed)
      ? decrypt(
          masterKey,
          sealed.subarray(0, NONCE_BYTES),
          sealed.subarray(NONCE_BYTES),
          associatedData(name, sinks),
        )
      : undefined
  const value = opened === undefined ? undefined : fromUtf8(opened)
  return value === undefined
    ? keyFailure(
        'damaged',
        file,
        `the value of the secret ${name} is damaged, or was stored for other sinks`,
        `isonapse hook secret set ${name}`,
      )
    : Result.succeed(value)
}

/** Overwritten, then gone. A missing one is done already. */
export const destroySecret = (keysDir: string, name: string): Result.Result<void, FileFailure> =>
  attempt(secretFile(keysDir, name), 'destroy it', (file) => {
    destroyFile(file)
    destroyOld(file)
    if (fs.existsSync(secretsDir(keysDir))) syncDirectory(secretsDir(keysDir))
  })

/** Destroys what crashes left: files of secrets that the log does not have, and replaced values. */
export const sweepSecrets = (
  keysDir: string,
  names: ReadonlyArray<string>,
): Result.Result<number, FileFailure> =>
  attempt(secretsDir(keysDir), 'look through it', (dir) => {
    const kept = new Set(names.map((name) => path.basename(secretFile(keysDir, name))))
    const left = filesIn(dir).filter((file) => !kept.has(file))
    for (const file of left)
      if (file.endsWith(OLD)) destroyOld(path.join(dir, file.slice(0, -OLD.length)))
      else destroyFile(path.join(dir, file))
    return left.length
  })

/** Until the new value is in its place, the old one's second name is the one that is in force. */
const destroyOld = (file: string): void => {
  const current = fs.lstatSync(file, { throwIfNoEntry: false })
  const old = fs.lstatSync(file + OLD, { throwIfNoEntry: false })
  if (old === undefined) return
  if (current?.ino === old.ino && current.dev === old.dev) fs.unlinkSync(file + OLD)
  else destroyFile(file + OLD)
}

const filesIn = (dir: string): ReadonlyArray<string> => {
  try {
    return fs.readdirSync(dir)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

const linkIfThere = (file: string, name: string): void => {
  try {
    fs.linkSync(file, name)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}

const attempt = <A>(
  file: string,
  what: string,
  work: (file: string) => A,
): Result.Result<A, FileFailure> =>
  Result.try({ try: () => work(file), catch: (error) => failureOf(file, what, error) })
