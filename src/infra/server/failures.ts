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
        message: failure.message,
        remedy: STORE_REMEDIES[failure.reason],
        exit: 1,
      })
    case 'TamperFound':
      return new ControlFailure({
        kind: 'tampered',
        message: failure.message,
        remedy: `isonapse hook witness verify says how much is bad; ${BEGIN_ANEW}`,
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

/** What a log that cannot be gone on with leaves. Uninstalling asks, and names what will go. */
const BEGIN_ANEW =
  'restore the data directory from a backup; without one keep a copy of it, then isonapse hook uninstall and isonapse hook up begin a new log'

/** A running control plane tries a store that failed again by itself. */
const STORE_REMEDIES: Record<StoreFailure['reason'], string> = {
  held: 'isonapse hook status shows it, isonapse hook stop ends it',
  missing: 'isonapse hook init',
  'read-only': 'make the file system writable, then try again',
  full: 'free disk space, then try again',
  permission: 'check that the data directory and all in it is yours (chown -R), then try again',
  corrupt: BEGIN_ANEW,
  io: 'check the disk, then try again',
}
