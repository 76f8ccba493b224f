// One file, from a source to a whole and checked `.part` beside its place. It goes on where an earlier
// try ended, as long as the source still has the same content; it asks again when something passes, and
// never without end. What does not match what is known of it is thrown away and never renamed.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import type { ManifestModel } from '../../../domain/intel/manifest.ts'
import type { Expected } from '../../../domain/intel/pins.ts'
import { failureOf, FileFailure } from '../../files/failure.ts'
import { ANOTHER_WAY, modelFailure, ModelFailure, passing } from './modelFailure.ts'
import {
  dropNote,
  dropPart,
  hashFile,
  openPart,
  partOf,
  type PartNote,
  readPart,
  writeNote,
} from './partFile.ts'
import type { Opened, Patience, Source } from './source.ts'

export interface FileRequest {
  readonly source: Source
  readonly model: ManifestModel
  /** A commit, or `main` where none is known yet. */
  readonly revision: string
  readonly expected: Expected
  /** Where it will stand; its folder exists. */
  readonly file: string
  readonly patience: Patience
  /** How much of it is there, and how much there will be where that is known. Bytes. */
  readonly report: (done: number, total: number | undefined) => void
}

export interface Fetched {
  readonly bytes: number
  readonly sha256: string
  /** The commit it came from, where the source said so. */
  readonly commit: string | undefined
}

/** All tries of one file together, however much each brings. */
const MOST_TRIES = 60

export const downloadFile = Effect.fn('downloadFile')(function* (
  request: FileRequest,
): Effect.fn.Return<Fetched, ModelFailure | FileFailure> {
  const { patience, file } = request
  let idle = 0
  for (let tries = 1; ; tries++) {
    const before = readPart(file)?.bytes ?? 0
    const tried = yield* Effect.result(
      Effect.tryPromise({ try: (signal) => oneTry(request, signal), catch: told(file) }),
    )
    if (Result.isSuccess(tried)) return tried.success
    const failure = tried.failure
    if (failure._tag === 'FileFailure' || !failure.again) return yield* failure
    idle = (readPart(file)?.bytes ?? 0) > before ? 0 : idle + 1
    if (idle >= patience.tries || tries >= MOST_TRIES) return yield* failure
    const pause = Math.max(failure.after ?? 0, patience.pauseMs * 2 ** idle)
    yield* Effect.sleep(Math.min(pause, patience.mostPauseMs))
  }
})

const told =
  (file: string) =>
  (error: unknown): ModelFailure | FileFailure =>
    error instanceof ModelFailure || error instanceof FileFailure
      ? error
      : failureOf(partOf(file), 'download it', error)

const oneTry = async (request: FileRequest, signal: AbortSignal): Promise<Fetched> => {
  const held = usablePart(request)
  const whole = held === undefined ? undefined : await wholePart(request, held)
  if (whole !== undefined) return whole
  const from = held?.bytes ?? 0
  const opened = await open(request, held?.note, from, signal)
  if (opened !== undefined) return receive(request, opened, held?.note)
  // The source has something else by now than what the part is the beginning of.
  dropPart(request.file)
  const anew = await open(request, undefined, 0, signal)
  if (anew === undefined) throw passing('status', refusedAtZero(request), ANOTHER_WAY)
  return receive(request, anew, undefined)
}

const refusedAtZero = ({ source, expected }: FileRequest): string =>
  `${source.shown}: does not send ${expected.path} from its beginning`

/** What an earlier try left, where it is of the same repository and commit. */
const usablePart = (
  request: FileRequest,
): { readonly bytes: number; readonly note: PartNote } | undefined => {
  const { file, model, revision, expected } = request
  const part = readPart(file)
  if (part === undefined || part.bytes === 0) return undefined
  const { note, bytes } = part
  const same =
    note.repository === model.repository &&
    (note.commit === revision || note.revision === revision) &&
    bytes <= expected.most
  if (!same) dropPart(file)
  return same ? part : undefined
}

/** A part that is the whole file already: a crash, or another file's failure, came before the rename. */
const wholePart = async (
  request: FileRequest,
  { bytes, note }: { readonly bytes: number; readonly note: PartNote },
): Promise<Fetched | undefined> => {
  const { file, expected } = request
  if (bytes !== (expected.bytes ?? note.total)) return undefined
  const hashed = await hashFile(partOf(file), expected.most)
  const wanted = expected.sha256 ?? note.marks.linked
  if (hashed === undefined || (wanted !== undefined && wanted !== hashed.sha256)) {
    dropPart(file)
    return undefined
  }
  request.report(bytes, bytes)
  return { ...hashed, commit: note.commit }
}

/** Undefined where the source has no rest for what is there. */
const open = async (
  request: FileRequest,
  note: PartNote | undefined,
  from: number,
  signal: AbortSignal,
): Promise<Opened | undefined> => {
  const { source, model, expected } = request
  const revision = note?.commit ?? request.revision
  const opened = await source.open({ model, revision, path: expected.path, from }, signal)
  if (opened === 'past-the-end') return undefined
  try {
    checkPromises(request, opened)
  } catch (error) {
    opened.close()
    throw error
  }
  if (opened.from === 0 || note === undefined || continues(note, opened, expected)) return opened
  opened.close()
  return undefined
}

/** What a source says beforehand only ever refuses: it spares a download that could not be used. */
const checkPromises = (
  { expected, source }: FileRequest,
  { total, marks: { linked } }: Opened,
): void => {
  if (total !== undefined && total > expected.most) throw tooLarge(source, expected, total)
  if (total !== undefined && expected.bytes !== undefined && total !== expected.bytes)
    throw anotherFile(
      'other-size',
      expected,
      `${source.shown}: ${expected.path} has ${total} bytes there, not the ${expected.bytes} that are known`,
    )
  if (linked !== undefined && expected.sha256 !== undefined && linked !== expected.sha256)
    throw wrongHash(source, expected, linked)
}

/**
 * Whether the body goes on with the same content. With a known hash a mistake is found at the end; with
 * none, a file mixed of two would be pinned, so the source's marks must say that it is the same one.
 */
const continues = (
  note: PartNote,
  { marks, total, commit }: Opened,
  expected: Expected,
): boolean => {
  const pairs = [
    [note.marks.etag, marks.etag],
    [note.marks.linked, marks.linked],
    [note.total, total],
    [note.commit, commit],
  ].filter(([then, now]) => then !== undefined && now !== undefined)
  const sameSoFar = pairs.every(([then, now]) => then === now)
  const marked =
    (note.marks.etag !== undefined && marks.etag !== undefined) ||
    (note.marks.linked !== undefined && marks.linked !== undefined)
  return sameSoFar && (expected.sha256 !== undefined || marked)
}

const receive = async (
  request: FileRequest,
  opened: Opened,
  note: PartNote | undefined,
): Promise<Fetched> => {
  const { file, expected, source } = request
  const { from, total } = opened
  const commit = opened.commit ?? note?.commit
  try {
    // Before the part is emptied: its note must not speak of the old bytes when the new ones come.
    if (from === 0) dropNote(file)
    const part = await openPart(file, from)
    let at = from
    try {
      if (from === 0) noted(request, opened)
      for await (const bytes of opened.body) {
        at += bytes.length
        if (at > expected.most) throw tooLarge(source, expected, at)
        await part.append(bytes)
        request.report(at, total ?? expected.bytes)
      }
    } catch (error) {
      await part.close()
      if (error instanceof ModelFailure && !error.again) dropPart(file)
      throw error
    }
    const promised = total ?? expected.bytes
    if (promised !== undefined && at < promised) {
      await part.close()
      throw passing(
        'cut-short',
        `${source.shown}: ${expected.path} ended after ${at} of ${promised} bytes`,
        ANOTHER_WAY,
      )
    }
    const sha256 = await part.finish()
    checkWhole(request, opened, { bytes: at, sha256, from })
    return { bytes: at, sha256, commit }
  } finally {
    opened.close()
  }
}

const noted = ({ file, model, revision }: FileRequest, { total, marks, commit }: Opened): void => {
  const written = writeNote(file, {
    repository: model.repository,
    revision,
    ...(commit === undefined ? {} : { commit }),
    ...(total === undefined ? {} : { total }),
    marks,
  })
  if (Result.isFailure(written)) throw written.failure
}

const checkWhole = (
  { file, source, expected }: FileRequest,
  { marks: { linked } }: Opened,
  got: { readonly bytes: number; readonly sha256: string; readonly from: number },
): void => {
  const wanted = expected.sha256 ?? linked
  if (wanted === undefined || wanted === got.sha256) {
    if (expected.bytes === undefined || expected.bytes === got.bytes) return
    dropPart(file)
    throw anotherFile(
      'other-size',
      expected,
      `${source.shown}: ${expected.path} has ${got.bytes} bytes there, not the ${expected.bytes} that are known`,
    )
  }
  dropPart(file)
  // The source itself says that it has another content than what came, or the beginning was a part of
  // something else: from its beginning it may come whole.
  if (got.from > 0 || linked === wanted)
    throw passing(
      'wrong-hash',
      `${source.shown}: ${expected.path} came damaged (SHA-256 ${got.sha256.slice(0, 16)}…)`,
      ANOTHER_WAY,
    )
  throw wrongHash(source, expected, got.sha256)
}

const wrongHash = (source: Source, expected: Expected, sha256: string): ModelFailure =>
  anotherFile(
    'wrong-hash',
    expected,
    `${source.shown}: ${expected.path} is not the file that is known (SHA-256 ${sha256.slice(0, 16)}…, expected ${expected.sha256!.slice(0, 16)}…)`,
  )

const anotherFile = (
  kind: 'other-size' | 'wrong-hash',
  { by }: Expected,
  detail: string,
): ModelFailure =>
  modelFailure(
    kind,
    detail,
    by === 'pin'
      ? 'it differs from the first download: find out why; if the change is meant, run the command again with --repin'
      : 'do not use what this source has; try without --mirror, or another one',
  )

const tooLarge = (source: Source, { path, most }: Expected, bytes: number): ModelFailure =>
  modelFailure(
    'too-large',
    `${source.shown}: ${path} is larger than it can be (${bytes} bytes and more, at most ${most} expected)`,
    'do not use what this source has; try without --mirror, or another one',
  )
