// Every failure of the layers below as the one kind that travels to a person: a code, one line that
// says what, and what to run next.
import { ControlFailure } from '../../domain/control/methods.ts'
import type { PolicyInvalid } from '../../domain/policy/invalid.ts'
import type { FileFailure } from '../files/failure.ts'
import type { SettingInvalid } from '../config/settings.ts'
import type { AuthorityFailure } from '../keys/authorityFile.ts'
import type { KeyFailure } from '../keys/keyFile.ts'
import type { PathsUnusable } from '../paths.ts'
import type { StoreFailure, TamperFound } from '../store/errors.ts'
import type { ExportRefused } from '../store/exportTiles.ts'
import type { EntryTooLarge } from '../../domain/event/envelope.ts'

export type LowerFailure =
  | FileFailure
  | KeyFailure
  | AuthorityFailure
  | PathsUnusable
  | SettingInvalid
  | StoreFailure
  | TamperFound
  | ExportRefused
  | PolicyInvalid
  | EntryTooLarge

export const controlFailureOf = (failure: LowerFailure | ControlFailure): ControlFailure => {
  switch (failure._tag) {
    case 'ControlFailure':
      return failure
    case 'StoreFailure':
      return new ControlFailure({
        kind: `store-${failure.reason}`,
        message: `the witness at ${failure.path}: ${failure.detail}`,
        remedy: STORE_REMEDIES[failure.reason],
        exit: 1,
      })
    case 'TamperFound':
      return new ControlFailure({
        kind: 'tampered',
        message: `the witness does not verify: ${failure.detail}${failure.index === undefined ? '' : ` (entry ${failure.index})`}`,
        remedy:
          'isonapse hook witness verify; keep a copy of the data directory before anything else',
        exit: 1,
      })
    case 'ExportRefused':
      return new ControlFailure({
        kind: `export-${failure.reason}`,
        message: `${failure.dir}: ${failure.detail}`,
        remedy:
          failure.reason === 'no-checkpoint'
            ? 'isonapse hook start; isonapse hook witness checkpoint'
            : 'export into a new or an empty folder',
        exit: 1,
      })
    case 'SettingInvalid':
      return new ControlFailure({ kind: 'setting-invalid', message: failure.message, exit: 2 })
    case 'PathsUnusable':
      return new ControlFailure({
        kind: 'paths',
        message: failure.message,
        remedy: failure.remedy,
        exit: 2,
      })
    case 'FileFailure':
    case 'KeyFailure':
    case 'AuthorityFailure':
      return new ControlFailure({
        kind: `${failure._tag === 'FileFailure' ? 'file' : failure._tag === 'KeyFailure' ? 'key' : 'authority'}-${failure.reason}`,
        message: failure.message,
        remedy: failure.remedy,
        exit: 1,
      })
    case 'PolicyInvalid':
      return new ControlFailure({ kind: 'policy-invalid', message: failure.message, exit: 2 })
    case 'EntryTooLarge':
      return new ControlFailure({
        kind: 'too-large',
        message: `an entry of kind ${failure.kind} would be ${failure.bytes} bytes`,
        exit: 1,
      })
  }
}

const STORE_REMEDIES: Record<StoreFailure['reason'], string> = {
  held: 'isonapse hook status; isonapse hook stop',
  missing: 'isonapse hook init',
  'read-only': 'make the file system writable, then isonapse hook start',
  full: 'free disk space, then isonapse hook start',
  permission: 'check that the data directory is yours (chown) and its mode is 0700',
  corrupt: 'keep a copy of the data directory, then isonapse hook witness verify',
  io: 'check the disk, then isonapse hook start',
}
