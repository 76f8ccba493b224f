// The Ed25519 key that signs the log's checkpoints. Its public half is in entry 0 and in the pin, so
// a new key means a new log.
import * as Result from 'effect/Result'
import * as path from 'node:path'
import { type Ed25519Signer, ed25519Signer } from '../crypto/nodeCrypto.ts'
import type { FileFailure } from '../files/failure.ts'
import { createKeyFile, type KeyFailure, type KeyKind, readKeyFile } from './keyFile.ts'

const LOG_KEY: KeyKind = {
  format: 'isonapse.log-key.v1',
  name: "the log's signing key",
  remedy:
    'restore it from a backup; without one this log can be read and verified but not gone on with, and isonapse hook uninstall and isonapse hook up begin a new one',
}

export const logKeyFile = (keysDir: string): string => path.join(keysDir, 'log.key')

export const readLogKey = (
  keysDir: string,
): Result.Result<Ed25519Signer, KeyFailure | FileFailure> =>
  Result.map(readKeyFile(logKeyFile(keysDir), LOG_KEY), ed25519Signer)

/** For a new log only: keeps the one that is there. */
export const createLogKey = (
  keysDir: string,
): Result.Result<Ed25519Signer, KeyFailure | FileFailure> =>
  Result.map(createKeyFile(logKeyFile(keysDir), LOG_KEY), ed25519Signer)
