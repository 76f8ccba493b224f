// The key that wraps every session's key. Losing it closes all sealed payloads for good; the log
// itself stays verifiable without it.
import type * as Result from 'effect/Result'
import * as path from 'node:path'
import type { FileFailure } from '../files/failure.ts'
import { createKeyFile, type KeyFailure, type KeyKind, readKeyFile } from './keyFile.ts'

const MASTER_KEY: KeyKind = {
  format: 'isonapse.master-key.v1',
  name: 'the master key',
  remedy:
    'restore it from a backup; without one sealed payloads stay closed (the log still verifies), and isonapse hook uninstall and isonapse hook up begin anew',
}

export const masterKeyFile = (keysDir: string): string => path.join(keysDir, 'master.key')

/** 32 bytes. */
export const readMasterKey = (
  keysDir: string,
): Result.Result<Uint8Array, KeyFailure | FileFailure> =>
  readKeyFile(masterKeyFile(keysDir), MASTER_KEY)

/** For a new log only: keeps the one that is there. 32 bytes. */
export const createMasterKey = (
  keysDir: string,
): Result.Result<Uint8Array, KeyFailure | FileFailure> =>
  createKeyFile(masterKeyFile(keysDir), MASTER_KEY)
