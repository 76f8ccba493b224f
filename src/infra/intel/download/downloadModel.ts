// A model, from a source to its folder. All its files are fetched and checked as parts first; then they
// are pinned, put in their places, and `installed.json` is written last.
//
// A crash before the pins leaves parts, which the next run goes on with. One after them leaves some files
// in their places and some parts, all of them known by their hashes now. Without `installed.json` nothing
// of a folder is loaded; a model that is replaced loses it before its first file changes.
import * as Clock from 'effect/Clock'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Digest } from '../../../domain/hash.ts'
import {
  INSTALLED_FILE,
  type InstalledFile,
  type InstalledModel,
} from '../../../domain/intel/installed.ts'
import type { ManifestModel } from '../../../domain/intel/manifest.ts'
import { type Expected, expectedOf, type Pin, pinOf, withPin } from '../../../domain/intel/pins.ts'
import { atomicWrite, syncDirectory } from '../../files/atomicWrite.ts'
import { failureOf, type FileFailure } from '../../files/failure.ts'
import { ensurePrivateDir } from '../../files/secureDirs.ts'
import { downloadFile } from './downloadFile.ts'
import { installedIn } from './listModels.ts'
import { modelFailure, type ModelFailure } from './modelFailure.ts'
import { dropNote, dropPart, hashFile, partOf, readPart } from './partFile.ts'
import { readPins, writePins } from './pinFile.ts'
import type { Patience, Source } from './source.ts'

export interface InstallRequest {
  readonly model: ManifestModel
  readonly modelsDir: string
  readonly source: Source
  /** Takes what comes for right, whatever was pinned. */
  readonly repin: boolean
  readonly patience: Patience
  /** Bytes that are there and that there will be, of all files together. */
  readonly report: (done: number, total: number) => void
  /** Bytes that the folder's file system has left for us. */
  readonly freeBytes: (dir: string) => number
}

export interface Installed {
  readonly id: string
  /** `present`: it was there already, and every hash is right. */
  readonly state: 'installed' | 'present'
  readonly revision: string
  readonly bytes: number
  /** Whether this download was the first, whose hashes are pinned now. */
  readonly pinned: boolean
  readonly dir: string
}

type Failure = ModelFailure | FileFailure

/** What stays free on the disk besides the model. */
const SPARE_BYTES = 64 * 1024 * 1024

export const ownFreeBytes = (dir: string): number => {
  const { bavail, bsize } = fs.statfsSync(dir)
  return bavail * bsize
}

/** The caller holds the lock of the folder of models. */
export const installModel = Effect.fn('installModel')(function* (
  request: InstallRequest,
): Effect.fn.Return<Installed, Failure> {
  const { model, modelsDir, repin } = request
  if (model.unusable !== undefined)
    return yield* modelFailure(
      'unusable',
      `${model.id} cannot be used by this version: ${model.unusable}`,
      'isonapse hook intel download --list shows the others',
      2,
    )
  const dir = path.join(modelsDir, model.id)
  const pins = yield* Effect.fromResult(readPins(modelsDir))
  const pin = repin ? undefined : pinOf(pins, model)
  const expected = model.files.map((file) => expectedOf(file, pin))
  if (!repin) {
    const present = yield* presentIn(dir, request, expected)
    if (present !== undefined) return present
  }
  yield* foldersFor(dir, model)
  yield* checkSpace(request, dir)

  const fetched = yield* fetchAll(request, dir, expected, pin)
  const revision = fetched.revision
  const files = fetched.files.map(({ path, bytes, sha256 }) => ({
    path,
    bytes,
    sha256: sha256 as Digest,
  }))
  const now = yield* Clock.currentTimeMillis
  const pinned = expected.some(({ by }) => by === undefined)
  if (pinned) {
    const fresh: Pin = {
      repository: model.repository,
      asked: model.revision,
      revision,
      files,
      pinned: now,
    }
    yield* Effect.fromResult(writePins(modelsDir, withPin(pins, model.id, fresh)))
  }
  yield* putInPlace(dir, files)
  yield* writeInstalled(dir, model, { revision, files, installed: now })
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return { id: model.id, state: 'installed', revision, bytes, pinned, dir }
})

/** The model as it lies there, where it is what is expected and every file has its hash. */
const presentIn = Effect.fnUntraced(function* (
  dir: string,
  { model, modelsDir }: InstallRequest,
  expected: ReadonlyArray<Expected>,
): Effect.fn.Return<Installed | undefined, Failure> {
  const found = installedIn(modelsDir, model.id)
  const installed = Result.isSuccess(found) ? found.success : undefined
  if (installed === undefined || installed.repository !== model.repository) return undefined
  if (model.revision !== 'main' && installed.revision !== model.revision) return undefined
  let bytes = 0
  for (const { path: name, sha256 } of expected) {
    const listed = installed.files.find((file) => file.path === name)
    if (listed === undefined || (sha256 !== undefined && sha256 !== listed.sha256)) return undefined
    const there = yield* hashed(path.join(dir, name), listed.bytes)
    if (there?.sha256 !== listed.sha256) return undefined
    bytes += listed.bytes
  }
  const { revision } = installed
  return { id: model.id, state: 'present', revision, bytes, pinned: false, dir }
})

const hashed = (file: string, most: number) =>
  Effect.tryPromise({
    try: () => hashFile(file, most),
    catch: (error) => failureOf(file, 'read it', error),
  })

const foldersFor = (dir: string, { files }: ManifestModel): Effect.Effect<void, FileFailure> => {
  const folders = new Set([dir, ...files.map((file) => path.dirname(path.join(dir, file.path)))])
  return Effect.forEach(folders, (folder) => Effect.fromResult(ensurePrivateDir(folder)), {
    discard: true,
  })
}

const checkSpace = (
  { model, freeBytes }: InstallRequest,
  dir: string,
): Effect.Effect<void, Failure> =>
  Effect.suspend((): Effect.Effect<void, Failure> => {
    const there = model.files
      .map((file) => readPart(path.join(dir, file.path))?.bytes ?? 0)
      .reduce((sum, bytes) => sum + bytes, 0)
    const known = model.files.reduce((sum, { bytes = 0 }) => sum + bytes, 0)
    const needed = Math.max(model.size, known) - there + SPARE_BYTES
    let free: number
    try {
      free = freeBytes(dir)
    } catch (error) {
      return Effect.fail(failureOf(dir, 'see how much space is left', error))
    }
    if (free >= needed) return Effect.void
    const mb = (bytes: number) => `${Math.ceil(bytes / 1_000_000)} MB`
    return Effect.fail(
      modelFailure(
        'no-space',
        `${dir}: ${mb(free)} are free, ${model.id} needs ${mb(needed)}`,
        `free ${mb(needed - free)}, or set ISONAPSE_HOME to a folder on another disk`,
      ),
    )
  })

interface FetchedFile {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

const fetchAll = Effect.fnUntraced(function* (
  { model, source, patience, report }: InstallRequest,
  dir: string,
  expected: ReadonlyArray<Expected>,
  pin: Pin | undefined,
): Effect.fn.Return<
  { readonly revision: string; readonly files: ReadonlyArray<FetchedFile> },
  Failure
> {
  let revision = pin?.revision ?? model.revision
  const files: Array<FetchedFile> = []
  let before = 0
  for (const one of expected) {
    const file = path.join(dir, one.path)
    // In its place already, put there by a run that was killed in between.
    const placed = one.sha256 === undefined ? undefined : yield* hashed(file, one.most)
    if (placed !== undefined && placed.sha256 === one.sha256) {
      yield* Effect.sync(() => dropPart(file))
      files.push({ path: one.path, ...placed })
      before += placed.bytes
      continue
    }
    // The first file that is begun says which commit `main` is: the others come from the same one.
    const begun = revision === 'main' ? readPart(file)?.note.commit : undefined
    const done = before
    const got = yield* downloadFile({
      source,
      model,
      revision: begun ?? revision,
      expected: one,
      file,
      patience,
      report: (bytes, total = bytes) => report(done + bytes, Math.max(model.size, done + total)),
    })
    if (revision === 'main') revision = begun ?? got.commit ?? revision
    files.push({ path: one.path, bytes: got.bytes, sha256: got.sha256 })
    before += got.bytes
  }
  return { revision, files }
})

const putInPlace = (
  dir: string,
  files: ReadonlyArray<InstalledFile>,
): Effect.Effect<void, FileFailure> =>
  Effect.try({
    try: () => {
      fs.rmSync(path.join(dir, INSTALLED_FILE), { force: true })
      syncDirectory(dir)
      for (const { path: name } of files) {
        const file = path.join(dir, name)
        if (fs.existsSync(partOf(file))) fs.renameSync(partOf(file), file)
        dropNote(file)
        syncDirectory(path.dirname(file))
      }
    },
    catch: (error) => failureOf(dir, 'put the files in their places', error),
  })

const writeInstalled = Effect.fnUntraced(function* (
  dir: string,
  model: ManifestModel,
  what: Pick<InstalledModel, 'revision' | 'files' | 'installed'>,
): Effect.fn.Return<void, FileFailure> {
  yield* Effect.fromResult(atomicWrite(path.join(dir, 'NOTICE'), noticeOf(model, what.revision)))
  yield* Effect.fromResult(
    atomicWrite(
      path.join(dir, INSTALLED_FILE),
      `${JSON.stringify(installedOf(model, what), null, 2)}\n`,
    ),
  )
})

/** What loading is told of a model that is now there. */
export const installedOf = (
  { id, repository, role, task, tokenizer, maxLength, positive }: ManifestModel,
  { revision, files, installed }: Pick<InstalledModel, 'revision' | 'files' | 'installed'>,
): InstalledModel => ({
  v: 1,
  id,
  repository,
  revision,
  role,
  files,
  task,
  tokenizer,
  // Only a model that cannot be used has none.
  maxLength: maxLength!,
  ...(positive === undefined ? {} : { positive }),
  installed,
})

const noticeOf = ({ repository, licence }: ManifestModel, revision: string): string =>
  [
    `${repository} at ${revision}`,
    `Licence: ${licence.name}`,
    ...(licence.attribution === undefined ? [] : [licence.attribution]),
    ...(licence.notice === undefined ? [] : ['', licence.notice]),
    '',
  ].join('\n')
