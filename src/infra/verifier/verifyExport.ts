// Verifies an exported log, and a single proof, with no control plane, store or key of ours: from
// the files alone, which whoever made them controls to the last byte.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { toHex } from '../../domain/bytes.ts'
import type { Verification } from '../../domain/control/methods.ts'
import { decodeEntry } from '../../domain/event/envelope.ts'
import { leafHash } from '../../domain/merkle/hash.ts'
import { verifyInclusion } from '../../domain/merkle/proof.ts'
import { CHECKPOINT_PATH } from '../../domain/merkle/tile.ts'
import type { Checkpoint, CheckpointError } from '../../domain/note/checkpoint.ts'
import { openCheckpoint, parseCheckpoint } from '../../domain/note/checkpoint.ts'
import { MAX_NOTE_BYTES, parseNote } from '../../domain/note/note.ts'
import { parseTlogProof } from '../../domain/note/tlogProof.ts'
import { parseVerifierKey } from '../../domain/note/verifierKey.ts'
import { sha256, verifyEd25519 } from '../crypto/nodeCrypto.ts'
import { ExportUnreadable, openExport } from './exportFiles.ts'
import type { ExpectedRoot, Fault } from './verifyTiles.ts'
import { verifyTiles } from './verifyTiles.ts'

/** Who the log is: what its pin holds, or what entry 0 says. */
export interface LogIdentity {
  /** The name of the key, unless given. */
  readonly origin?: string
  /** C2SP verifier key (`name+id+base64`) of the checkpoints' signer. */
  readonly verifierKey: string
}

export interface VerifyExportOptions {
  /** A folder in the layout of C2SP tlog-tiles. */
  readonly dir: string
  /**
   * The identity the log must have. Without it entry 0 is believed: then any log that fits together
   * passes, also one made up from its first entry on.
   */
  readonly identity?: LogIdentity
  /** A signed checkpoint from elsewhere to compare with, of this size or an earlier one. */
  readonly against?: string
  readonly onProgress?: (progress: {
    readonly done: number
    readonly total: number
    readonly what: string
  }) => void
  /**
   * Takes every entry in order, before it is known whether the whole is good: what it was given is to
   * be thrown away where the report says `bad`. What it throws ends the verification, as a defect.
   */
  readonly onEntry?: (entry: Uint8Array, index: number) => void
}

/** An origin as it can be shown: what steers a terminal or turns text around is not. */
const shown = (origin: string): string =>
  origin.slice(0, 200).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd')

const describe = (error: CheckpointError): string => {
  switch (error._tag) {
    case 'NoteMalformed':
      return `is no signed note (${error.reason})`
    case 'CheckpointMalformed':
      return `is no checkpoint (${error.reason})`
    case 'NoteUnverified':
      return error.reason === 'bad-signature'
        ? "has a signature that is not the log's"
        : "is not signed by the log's key"
    case 'WrongOrigin':
      return `is of another log, ${shown(error.origin)}`
  }
}

const faulty = (badIndex: number | null, problem: string): Fault => ({ badIndex, problem })

const openBy = (
  note: string | Uint8Array,
  identity: LogIdentity,
): Result.Result<Checkpoint, string> => {
  const key = parseVerifierKey(sha256, identity.verifierKey)
  return Result.isFailure(key)
    ? Result.fail(`cannot be checked: the log's verifier key is unusable (${key.failure.reason})`)
    : Result.mapError(openCheckpoint(verifyEd25519, note, key.success, identity.origin), describe)
}

/** Size and root as the note has them, before anyone's signature on it has been looked at. */
const claimed = (note: Uint8Array): Result.Result<Checkpoint, string> => {
  const parsed = parseNote(note)
  if (Result.isFailure(parsed)) return Result.fail(describe(parsed.failure))
  return Result.mapError(parseCheckpoint(parsed.success.text), describe)
}

const identityOf = (entry: Uint8Array): Required<LogIdentity> | undefined => {
  const decoded = decodeEntry(entry)
  const event = Result.isSuccess(decoded) ? decoded.success.event : undefined
  return event?._tag === 'LogCreated' ? event : undefined
}

/** What a verification has found so far. */
interface Findings {
  size: number
  root: string
  origin: string
  checkpoints: number
  /** A checkpoint from elsewhere was compared and holds. One of an empty tree says nothing. */
  anchored: boolean
}

const examineExport = async (
  options: VerifyExportOptions,
  found: Findings,
  signal: AbortSignal,
): Promise<Fault | undefined> => {
  const files = await openExport(options.dir)
  const note = await files.read(CHECKPOINT_PATH, MAX_NOTE_BYTES)
  if (typeof note === 'string')
    return faulty(null, note === 'missing' ? 'checkpoint is missing' : `checkpoint is ${note}`)
  const head = claimed(note)
  if (Result.isFailure(head)) return faulty(null, `checkpoint ${head.failure}`)
  const { size, root, origin } = head.success
  found.origin = shown(origin)
  found.root = toHex(root)
  if (typeof size !== 'number') return faulty(null, 'checkpoint is of a tree larger than any log')
  found.size = size
  if (size === 0) return faulty(0, 'the log is empty: entry 0 would say whose it is')

  // Comparing with the outside needs the log's key, which entry 0 holds; its size is needed before.
  const outside =
    options.against === undefined
      ? undefined
      : Result.flatMap(parseNote(options.against), ({ text }) => parseCheckpoint(text))
  const roots: Array<ExpectedRoot> = [
    { size, root, fault: faulty(null, 'the entries do not make the root in the checkpoint') },
  ]
  if (outside !== undefined && Result.isSuccess(outside)) {
    const { size: known, root } = outside.success
    const problem = `the log was rewritten: its first ${known} entries are not those the checkpoint to compare with covers`
    if (typeof known === 'number' && known <= size)
      roots.push({ size: known, root, fault: faulty(null, problem) })
  }

  const first = (entry: Uint8Array): Fault | undefined => {
    const own = identityOf(entry)
    if (own === undefined) return faulty(0, 'entry 0 does not say whose log this is')
    const identity = options.identity ?? own
    if (own.origin !== origin || own.verifierKey !== identity.verifierKey)
      return faulty(0, `entry 0 is of another log, ${shown(own.origin)}`)
    const signed = openBy(note, identity)
    if (Result.isFailure(signed)) return faulty(null, `checkpoint ${signed.failure}`)
    found.checkpoints++
    if (options.against === undefined) return undefined
    const compared = openBy(options.against, identity)
    if (Result.isFailure(compared))
      return faulty(null, `the checkpoint to compare with ${compared.failure}`)
    found.checkpoints++
    return undefined
  }

  const fault = await verifyTiles({
    files,
    sha256,
    size,
    roots,
    first,
    onEntries: (done) => options.onProgress?.({ done, total: size, what: 'entries' }),
    ...(options.onEntry === undefined ? {} : { onEntry: options.onEntry }),
    signal,
  })
  if (fault !== undefined || outside === undefined || Result.isFailure(outside)) return fault
  const known = outside.success.size
  if (known > size) {
    const problem = `the export was cut off or is an older one: the checkpoint to compare with covers ${known} entries, the export has ${size}`
    return faulty(size, problem)
  }
  found.anchored = known > 0
  return undefined
}

const report = (found: Findings, fault: Fault | undefined, start: number): Verification => {
  const { anchored, ...rest } = found
  return {
    ...rest,
    verdict: fault !== undefined ? 'bad' : anchored ? 'anchored' : 'unanchored',
    snapshots: 0,
    badIndex: fault?.badIndex ?? null,
    problem: fault?.problem ?? null,
    tookMs: Math.round(performance.now() - start),
  }
}

/**
 * Verifies an export: every entry, every tile, the signed checkpoint, and, with `against`, that the
 * log extends the one known elsewhere (`anchored`). What is bad is in the report; fails only when
 * the system does not let the files be read. Files that the checkpoint's size does not call for are
 * not looked at.
 */
export const verifyExport = (
  options: VerifyExportOptions,
): Effect.Effect<Verification, ExportUnreadable> =>
  Effect.promise(async (signal): Promise<Result.Result<Verification, ExportUnreadable>> => {
    const start = performance.now()
    const found: Findings = { size: 0, root: '', origin: '', checkpoints: 0, anchored: false }
    try {
      const fault = await examineExport(options, found, signal)
      return Result.succeed(report(found, fault, start))
    } catch (error) {
      if (error instanceof ExportUnreadable) return Result.fail(error)
      throw error
    }
  }).pipe(Effect.flatMap(Effect.fromResult))

/** The proof does not carry its entry, and none was given. */
export class LeafMissing extends Schema.TaggedError<LeafMissing>()('LeafMissing', {}) {}

export interface VerifyProofOptions {
  /** C2SP tlog-proof text. */
  readonly proof: string
  /** The entry's very bytes; those in the proof's extra data are taken when none are given. */
  readonly leaf?: Uint8Array
  /** The identity of the log the entry is said to be in. */
  readonly identity: LogIdentity
  /** A signed checkpoint from elsewhere; it can be compared only when it is of the same size. */
  readonly against?: string
}

/**
 * Verifies that one entry is in the log. `anchored` when the proof's checkpoint is the one given; a
 * genuine one of another size leaves the proof `unanchored`, and `problem` says so.
 */
export const verifyProof = (
  options: VerifyProofOptions,
): Result.Result<Verification, LeafMissing> => {
  const start = performance.now()
  const found: Findings = { size: 0, root: '', origin: '', checkpoints: 0, anchored: false }
  const bad = (fault: Fault) => Result.succeed(report(found, fault, start))

  const parsed = parseTlogProof(options.proof)
  if (Result.isFailure(parsed))
    return bad(faulty(null, `the proof is no tlog-proof (${parsed.failure.reason})`))
  const { index, proof, extra } = parsed.success
  const leaf = options.leaf ?? extra
  if (leaf === undefined) return Result.fail(new LeafMissing())
  const opened = openBy(parsed.success.checkpoint, options.identity)
  if (Result.isFailure(opened)) return bad(faulty(null, `the proof's checkpoint ${opened.failure}`))
  const { size, root, origin } = opened.success
  if (typeof size !== 'number' || typeof index !== 'number')
    return bad(faulty(null, 'the proof is of a tree larger than any log'))
  Object.assign(found, { size, root: toHex(root), origin: shown(origin), checkpoints: 1 })
  if (!verifyInclusion(sha256, { index, size, leafHash: leafHash(sha256, leaf), proof, root }))
    return bad(faulty(index, `the entry is not number ${index} of the log that was signed`))
  if (options.against === undefined) return Result.succeed(report(found, undefined, start))

  const outside = openBy(options.against, options.identity)
  if (Result.isFailure(outside))
    return bad(faulty(null, `the checkpoint to compare with ${outside.failure}`))
  found.checkpoints = 2
  if (outside.success.size !== size) {
    const problem = `a proof for size ${size} cannot be compared with a checkpoint of size ${outside.success.size}`
    return Result.succeed({ ...report(found, undefined, start), problem })
  }
  if (toHex(outside.success.root) !== found.root)
    return bad(
      faulty(null, `the log was rewritten: two different trees of size ${size} were signed`),
    )
  found.anchored = true
  return Result.succeed(report(found, undefined, start))
}
