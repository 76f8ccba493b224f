// One file per session and generation of its vault, in a folder of their own outside the store. The
// store's old tables keep deleted bytes, so this file is what a collected value is destroyed by.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { sweepTemporaries, syncDirectory } from '../files/atomicWrite.ts'
import { failureOf, type FileFailure } from '../files/failure.ts'
import { ensurePrivateDir } from '../files/secureDirs.ts'
import { destroyFile } from './destroy.ts'
import type { KeyFailure } from './keyFile.ts'
import { sessionBytes, sessionDigest } from './sessionKeyFiles.ts'
import { obtainWrappedKey, readWrappedKey, type WrappedKey } from './wrappedKey.ts'

const FORMAT = 'isonapse.vault-key.v1'

export const vaultKeysDir = (keysDir: string): string => path.join(keysDir, 'vault')

export const vaultKeyFile = (keysDir: string, session: string, generation: number): string =>
  path.join(vaultKeysDir(keysDir), `${sessionDigest(session)}.${generation}.key`)

const wrapped = (keysDir: string, session: string, generation: number): WrappedKey => ({
  file: vaultKeyFile(keysDir, session, generation),
  format: FORMAT,
  associated: Buffer.concat([Buffer.from(`${FORMAT}\n${generation}\n`), sessionBytes(session)]),
  name: 'vault key',
  without: 'values sealed under it are then lost, and their tokens stay as they are',
})

/** 32 bytes, or `no-key`. */
export const readVaultKey = (
  keysDir: string,
  masterKey: Uint8Array,
  session: string,
  generation: number,
): Result.Result<Uint8Array | 'no-key', KeyFailure | FileFailure> =>
  readWrappedKey(wrapped(keysDir, session, generation), masterKey)

/** 32 bytes, created, durably, when there are none. */
export const obtainVaultKey = (
  keysDir: string,
  masterKey: Uint8Array,
  session: string,
  generation: number,
): Result.Result<Uint8Array, KeyFailure | FileFailure> =>
  Result.gen(function* () {
    const dir = vaultKeysDir(keysDir)
    if (fs.lstatSync(dir, { throwIfNoEntry: false }) === undefined) {
      yield* ensurePrivateDir(dir)
      // A folder that a power cut takes away takes the keys in it along.
      yield* system(keysDir, 'write to it', () => syncDirectory(keysDir))
    }
    return yield* obtainWrappedKey(wrapped(keysDir, session, generation), masterKey)
  })

export interface VaultKeyName {
  readonly file: string
  /** As sessionDigest of its session. */
  readonly digest: string
  readonly generation: number
}

/** The vault's key files that there are; other names are nobody's business here. */
export const vaultKeyNames = (
  keysDir: string,
): Result.Result<ReadonlyArray<VaultKeyName>, FileFailure> => {
  const dir = vaultKeysDir(keysDir)
  return system(dir, 'read it', () => {
    if (fs.lstatSync(dir, { throwIfNoEntry: false })?.isDirectory() !== true) return []
    return fs.readdirSync(dir).flatMap((name) => {
      const [, digest, generation] = /^([0-9a-f]{64})\.(\d{1,15})\.key$/.exec(name) ?? []
      return digest === undefined
        ? []
        : [{ file: path.join(dir, name), digest, generation: Number(generation) }]
    })
  })
}

/**
 * Overwrites and unlinks key files, and makes that durable. Interrupted, some are left: whoever
 * decides which must be able to decide the same again.
 */
export const destroyVaultKeys = (
  keysDir: string,
  files: ReadonlyArray<string>,
): Result.Result<number, FileFailure> => {
  const dir = vaultKeysDir(keysDir)
  if (files.length === 0) return Result.succeed(0)
  return system(dir, 'destroy a key in it', () => {
    for (const file of files) destroyFile(file)
    syncDirectory(dir)
    return files.length
  })
}

/** Removes what crashed creations of keys left. */
export const sweepVaultKeys = (keysDir: string): Result.Result<void, FileFailure> => {
  const dir = vaultKeysDir(keysDir)
  return system(dir, 'clear it up', () => {
    if (fs.lstatSync(dir, { throwIfNoEntry: false })?.isDirectory() === true) sweepTemporaries(dir)
  })
}

const system = <A>(at: string, doing: string, call: () => A): Result.Result<A, FileFailure> =>
  Result.try({ try: call, catch: (error) => failureOf(at, doing, error) })
