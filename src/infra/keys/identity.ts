// The pin: who the log is, kept outside the data directory, so that a whole log put in place of ours
// is noticed however well it verifies by itself.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import type { LogCreated } from '../../domain/event/event.ts'
import { atomicWrite, createOnce } from '../files/atomicWrite.ts'
import { FileFailure, shown } from '../files/failure.ts'
import { readRecord, type ReadOptions } from '../files/readOwnFile.ts'
import { TamperFound } from '../store/errors.ts'

export const Pin = Schema.Struct({
  origin: Schema.String,
  /** C2SP verifier key of the checkpoints' signer. */
  verifierKey: Schema.String,
  /** Ed25519 public key (base64) of level `authority`; null at `open`. */
  authority: Schema.NullOr(Schema.String),
})
export type Pin = typeof Pin.Type

const MOST_BYTES = 16_384

const decodePin = Schema.decodeUnknownResult(Schema.fromJsonString(Pin))

export const pinOf = ({ origin, verifierKey, authority }: LogCreated): Pin => ({
  origin,
  verifierKey,
  authority,
})

/** The pin on disk; undefined when this user has none. */
export const readPin = (
  file: string,
  of: Pick<ReadOptions, 'uid'> = {},
): Result.Result<Pin | undefined, FileFailure> =>
  readRecord(file, { ...of, maxBytes: MOST_BYTES }, decodePin, {
    detail: "does not hold the log's identity",
    remedy: `restore ${shown(file)} from a backup; without one isonapse hook uninstall and isonapse hook up begin a new log`,
  })

/** Pins a new log. A pin that is there already stays, and must be the same one. */
export const writePin = (file: string, pin: Pin): Result.Result<void, FileFailure | TamperFound> =>
  Result.gen(function* () {
    yield* createOnce(file, `${JSON.stringify(pin, null, 2)}\n`)
    const standing = yield* readPin(file)
    if (standing !== undefined) return yield* samePin(standing, pin)
    const remedy = 'isonapse hook init'
    return yield* Result.fail(
      new FileFailure({ reason: 'not-found', path: file, detail: 'was removed just now', remedy }),
    )
  })

/**
 * Pins another log from now on: the one that goes on from the log pinned so far. A crash leaves either
 * pin, whole.
 */
export const replacePin = (file: string, pin: Pin): Result.Result<void, FileFailure> =>
  atomicWrite(file, `${JSON.stringify(pin, null, 2)}\n`)

/** Whether entry 0 is that of the pinned log. */
export const checkIdentity = (pin: Pin, created: LogCreated): Result.Result<void, TamperFound> =>
  samePin(pin, pinOf(created))

const samePin = (pinned: Pin, found: Pin): Result.Result<void, TamperFound> => {
  for (const field of ['origin', 'verifierKey', 'authority'] as const)
    if (pinned[field] !== found[field])
      return Result.fail(
        new TamperFound({
          index: 0,
          where: 'identity',
          detail: `entry 0 is not that of the pinned log: its ${field} is ${found[field]}, pinned is ${pinned[field]}`,
        }),
      )
  return Result.succeed(undefined)
}
