// C2SP tlog-checkpoint: a log's size and root as the text of a signed note. Parsing verifies no
// signature; openCheckpoint does, and is what a trust decision may rest on.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import type { VerifyEd25519 } from '../authority/authorisation.ts'
import { fromBase64, toBase64 } from '../bytes.ts'
import { HASH_BYTES } from '../merkle/hash.ts'
import { MAX_TREE_NUMBER, type TreeNumber } from '../merkle/proof.ts'
import { type NoteMalformed, type NoteUnverified, parseNote, verifyNote } from './note.ts'
import type { VerifierKey } from './verifierKey.ts'

export interface Checkpoint {
  /** Names the log; any non-empty line. */
  readonly origin: string
  /** Leaves: a number where it is exact (to 2^53 - 1, so all of our own), else a bigint. */
  readonly size: TreeNumber
  /** 32 bytes. */
  readonly root: Uint8Array
  /** Opaque lines after the root; ours has none. */
  readonly extensions?: ReadonlyArray<string>
}

export class CheckpointMalformed extends Schema.TaggedError<CheckpointMalformed>()(
  'CheckpointMalformed',
  { reason: Schema.Literals(['lines', 'origin', 'size', 'root']) },
) {}

/** A checkpoint of another log than the one asked for. */
export class WrongOrigin extends Schema.TaggedError<WrongOrigin>()('WrongOrigin', {
  origin: Schema.String,
  expected: Schema.String,
}) {}

const malformed = (reason: CheckpointMalformed['reason']) =>
  Result.fail(new CheckpointMalformed({ reason }))

/** ASCII decimal without leading zeroes, at most 2^64 - 1: undefined for anything else. */
export const parseTreeNumber = (text: string): TreeNumber | undefined => {
  if (!/^(?:0|[1-9][0-9]{0,19})$/.test(text)) return undefined
  const value = BigInt(text)
  if (value > MAX_TREE_NUMBER) return undefined
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value
}

/** A line of a note's text: not empty, no newline or other control character. */
// eslint-disable-next-line no-control-regex
const isLine = (line: string): boolean => line.isWellFormed() && /^[^\u0000-\u001f]+$/.test(line)

/** The text to sign: origin, size, root, each on its line. */
export const encodeCheckpoint = (
  checkpoint: Checkpoint,
): Result.Result<string, CheckpointMalformed> => {
  const { origin, root, extensions = [] } = checkpoint
  const size = String(checkpoint.size)
  if (!isLine(origin)) return malformed('origin')
  if (parseTreeNumber(size) === undefined) return malformed('size')
  if (root.length !== HASH_BYTES) return malformed('root')
  if (!extensions.every(isLine)) return malformed('lines')
  return Result.succeed(`${[origin, size, toBase64(root), ...extensions].join('\n')}\n`)
}

/** Parses a checkpoint's text, the signed note's part before the blank line. Verifies nothing. */
export const parseCheckpoint = (text: string): Result.Result<Checkpoint, CheckpointMalformed> => {
  if (!text.endsWith('\n')) return malformed('lines')
  const [origin, sizeLine, rootLine, ...extensions] = text.slice(0, -1).split('\n')
  if (origin === undefined || sizeLine === undefined || rootLine === undefined)
    return malformed('lines')
  if (!isLine(origin)) return malformed('origin')
  const size = parseTreeNumber(sizeLine)
  if (size === undefined) return malformed('size')
  const root = fromBase64(rootLine)
  if (root === undefined || root.length !== HASH_BYTES) return malformed('root')
  if (!extensions.every(isLine)) return malformed('lines')
  return Result.succeed({
    origin,
    size,
    root,
    ...(extensions.length > 0 ? { extensions } : {}),
  })
}

export type CheckpointError = NoteMalformed | NoteUnverified | CheckpointMalformed | WrongOrigin

/**
 * Reads a signed checkpoint, insisting on a good signature by `key` and on the log's origin (by
 * default the key's name, as a log's checkpoints have it).
 */
export const openCheckpoint = (
  verify: VerifyEd25519,
  note: string | Uint8Array,
  key: VerifierKey,
  origin: string = key.name,
): Result.Result<Checkpoint, CheckpointError> => {
  const parsed = parseNote(note)
  if (Result.isFailure(parsed)) return Result.fail(parsed.failure)
  const signed = verifyNote(verify, parsed.success, [key])
  if (Result.isFailure(signed)) return Result.fail(signed.failure)
  const checkpoint = parseCheckpoint(parsed.success.text)
  if (Result.isFailure(checkpoint)) return checkpoint
  return checkpoint.success.origin === origin
    ? checkpoint
    : Result.fail(new WrongOrigin({ origin: checkpoint.success.origin, expected: origin }))
}
