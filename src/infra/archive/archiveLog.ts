// Closing the log in use and beginning the next one with it as its parent, with no control plane
// running: this process owns the store meanwhile. Until the pin is changed nothing but one entry of the
// old log says that it was tried, and the old log goes on; see succession.ts for what comes after.
//
//   LogClosed, checkpoint ─▶ next log made beside it ─▶ record ─▶ pin ─▶ folders moved
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { isAuthorised } from '../../domain/authority/authorisation.ts'
import { toHex } from '../../domain/bytes.ts'
import { ControlFailure } from '../../domain/control/methods.ts'
import { decodeEntry, type Entry } from '../../domain/event/envelope.ts'
import { LogClosed, type ParentLog } from '../../domain/event/event.ts'
import { onlyFromOutside } from '../control/outside.ts'
import { verifyEd25519 } from '../crypto/nodeCrypto.ts'
import { atomicWrite, syncDirectory } from '../files/atomicWrite.ts'
import { failureOf, type FileFailure } from '../files/failure.ts'
import { prepareDirs } from '../files/prepareDirs.ts'
import { signLoosening } from '../keys/authority.ts'
import { type Pin, readPin, replacePin } from '../keys/identity.ts'
import { readLogKey } from '../keys/logKey.ts'
import type { AppPaths } from '../paths.ts'
import { openWitness } from '../server/openWitness.ts'
import { controlFailureOf } from '../server/failures.ts'
import { ENGINE_VERSION } from '../server/version.ts'
import { appendOwn } from '../store/appendOwn.ts'
import { readCheckpoint, verifierKeyText } from '../store/checkpointNote.ts'
import { createSuccessor } from '../store/createLog.ts'
import type { LevelWitness } from '../store/levelWitness.ts'
import { type OnRefold, refoldingWords } from '../store/refolding.ts'
import { storeFailure } from '../store/storeFailure.ts'
import {
  archiveDir,
  archivedTiles,
  nextWitnessDir,
  shortName,
  successionFile,
} from './archivePlaces.ts'
import { carriedOver } from './carryOver.ts'
import { type At, aside, finishSuccession, readSuccession, type Succession } from './succession.ts'

export interface ArchiveOptions {
  readonly paths: AppPaths
  readonly home: string
  /** The process that asks, for the process-tree check. */
  readonly pid: number
  /** Where the old log goes, absolute; a folder below the data directory where it is not said. */
  readonly out?: string
  /** Write the old log as static files beside its store too. */
  readonly tiles: boolean
  /** False: what was learned of the agent's habits stays behind. */
  readonly learned: boolean
  /** Of level `authority`. */
  readonly passphrase?: string
  readonly now?: () => number
  readonly onProgress?: OnRefold
  readonly at?: At
}

export interface Archived {
  /** The archived log, and its folder. */
  readonly archived: Pick<ParentLog, 'origin' | 'size' | 'root'> & { readonly dir: string }
  readonly log: Pick<Pin, 'origin' | 'verifierKey'> & { readonly size: number }
}

/** Whether the log in use demands the authority's signature to be closed. */
export const archiveLevel = (
  paths: Pick<AppPaths, 'identityFile'>,
): Effect.Effect<'open' | 'authority' | 'none', ControlFailure> =>
  Effect.mapBoth(Effect.fromResult(readPin(paths.identityFile)), {
    onSuccess: (pin) =>
      pin === undefined ? ('none' as const) : pin.authority === null ? 'open' : 'authority',
    onFailure: controlFailureOf,
  })

/** No control plane may be running: `store-held` then, and nothing was done. */
export const archiveLog = (options: ArchiveOptions): Effect.Effect<Archived, ControlFailure> =>
  Effect.mapError(steps(options), controlFailureOf)

const steps = Effect.fnUntraced(function* (options: ArchiveOptions) {
  const { paths, home, pid, tiles, learned } = options
  const { now = () => Date.now(), at = () => {}, onProgress = () => {} } = options
  yield* onlyFromOutside(pid, 'begins a new log')
  process.umask(0o077)
  yield* Effect.fromResult(prepareDirs(paths))
  yield* finishSuccession(paths)
  yield* clearLeftovers(paths)
  const opening = (writable: boolean) =>
    openWitness({
      paths,
      home,
      now,
      writable,
      onNotice: (notice) => {
        if (notice._tag === 'Refolding')
          onProgress(notice.done, notice.total, refoldingWords(notice))
      },
    })
  at('begun')

  // Its release takes a snapshot and signs everything: what follows LogClosed is the log's own.
  const to = yield* Effect.scoped(
    Effect.gen(function* () {
      const { witness } = yield* opening(true)
      const { gate } = witness.projected()
      const signer = yield* Effect.fromResult(readLogKey(paths.keysDir))
      const origin = `isonapse.local/${randomBytes(8).toString('hex')}`
      const verifierKey = Result.getOrThrow(verifierKeyText(origin, signer.publicKey))
      const closing = yield* signed(new LogClosed({ successor: { origin, verifierKey } }), {
        ...options,
        witness,
        now,
      })
      yield* appendOwn(witness, [closing])
      return { origin, verifierKey, authority: gate.authority } satisfies Pin
    }),
  )
  at('closed')

  return yield* Effect.scoped(
    Effect.gen(function* () {
      const { witness } = yield* opening(false)
      const from = Result.getOrThrow(readPin(paths.identityFile)) as Pin
      const { size, root } = witness.head()
      const closed = yield* closedBy(witness, from, to)
      const dir = yield* placeFor(paths, from, now(), options.out)
      const signer = yield* Effect.fromResult(readLogKey(paths.keysDir))
      const parent: ParentLog = {
        ...from,
        size,
        root: toHex(root) as ParentLog['root'],
        checkpoint: closed,
      }
      const begun = yield* createSuccessor(
        { ...to, dir: nextWitnessDir(paths), signer, engine: ENGINE_VERSION, now, parent },
        carriedOver({ log: witness, learned }),
      )
      at('made')
      if (tiles)
        yield* witness.exportTo(archivedTiles(dir), (done, total) =>
          onProgress(done, total, 'entries exported'),
        )
      const record: Succession = { format: 1, from, to, dir, closed, begun }
      yield* Effect.fromResult(
        atomicWrite(successionFile(paths), `${JSON.stringify(record, null, 2)}\n`),
      )
      at('recorded')
      yield* Effect.fromResult(replacePin(paths.identityFile, to))
      at('pinned')
      // Before the lock is let go: whoever read the old pin just before finds no store to open.
      yield* Effect.try({
        try: () => aside(paths.witnessDir),
        catch: (error) => failureOf(paths.witnessDir, 'put its CURRENT aside', error),
      })
      const first = Result.getOrThrow(readCheckpoint(begun, to))
      return {
        archived: { origin: from.origin, size, root: parent.root, dir },
        log: { origin: to.origin, verifierKey: to.verifierKey, size: first.size },
      } satisfies Archived
    }),
  ).pipe(Effect.tap(() => finishSuccession(paths, at)))
})

const denied = (why: string, remedy: string) =>
  Effect.fail(
    new ControlFailure({
      kind: 'denied',
      message: `this begins a new log, and ${why}`,
      remedy,
      exit: 2,
    }),
  )

/** What an archiving that did not come to the pin left. */
const clearLeftovers = Effect.fnUntraced(function* (paths: AppPaths) {
  const record = yield* Effect.fromResult(readSuccession(paths))
  yield* Effect.try({
    try: () => {
      fs.rmSync(nextWitnessDir(paths), { recursive: true, force: true })
      // Only tiles of ours can be in it: the log itself was never moved there.
      if (record !== undefined) {
        fs.rmSync(archivedTiles(record.dir), { recursive: true, force: true })
        if (isEmptyDir(record.dir)) fs.rmdirSync(record.dir)
      }
      const dir = archiveDir(paths)
      for (const name of fs.existsSync(dir) ? fs.readdirSync(dir) : []) {
        const at = path.join(dir, name)
        if (isEmptyDir(at)) fs.rmdirSync(at)
        else if (!fs.existsSync(at)) fs.rmSync(at, { force: true })
      }
      fs.rmSync(successionFile(paths), { force: true })
    },
    catch: (error) => failureOf(paths.dataDir, 'clear up what was left in it', error),
  })
})

const isEmptyDir = (dir: string): boolean =>
  fs.lstatSync(dir, { throwIfNoEntry: false })?.isDirectory() === true &&
  fs.readdirSync(dir).length === 0

/** At level `authority` with a signature over this closing of this log, here and now. */
const signed = Effect.fnUntraced(function* (
  event: LogClosed,
  {
    paths,
    passphrase,
    witness,
    now,
  }: Pick<ArchiveOptions, 'paths' | 'passphrase'> & {
    readonly witness: LevelWitness
    readonly now: () => number
  },
) {
  const { origin, authority, lastLoosening } = witness.projected().gate
  if (authority === null) return event
  if (passphrase === undefined)
    return yield* denied(
      'the log demands the authority’s signature',
      'run the command in a terminal and enter the passphrase',
    )
  const after = witness.head().size
  const challenge = { origin, after, authority, change: { ...event } }
  const authorisation = yield* signLoosening(paths.authorityFile, passphrase, challenge)
  const closing = new LogClosed({ successor: event.successor, authorisation })
  return isAuthorised(
    { origin, authority, lastLoosening },
    closing,
    { index: after, time: now() },
    verifyEd25519,
  )
    ? closing
    : yield* denied('the signature does not fit', 'run the command again')
})

/** The last checkpoint, where the log ends with its closing in favour of the next one. */
const closedBy = Effect.fnUntraced(function* (witness: LevelWitness, from: Pin, to: Pin) {
  const last = yield* lastWord(witness)
  const note = witness.lastCheckpoint()
  const signedAt = note === undefined ? undefined : readCheckpoint(note, from)
  if (
    last?.event._tag === 'LogClosed' &&
    last.event.successor.origin === to.origin &&
    note !== undefined &&
    signedAt !== undefined &&
    Result.isSuccess(signedAt) &&
    signedAt.success.size === witness.head().size
  )
    return note
  return yield* new ControlFailure({
    kind: 'went-on',
    message: 'a control plane was started while the log was being closed, and the log went on',
    remedy: 'run the command again',
    exit: 1,
  })
})

/** The last entry that is not the log's own. */
export const lastWord = (log: Pick<LevelWitness, 'scan'>) =>
  Effect.tryPromise({
    try: async (): Promise<Entry | undefined> => {
      for await (const slice of log.scan({ reverse: true }))
        for (const { bytes } of slice) {
          const entry = Result.getOrUndefined(decodeEntry(bytes))
          if (entry?.event._tag !== 'SnapshotTaken') return entry
        }
      return undefined
    },
    catch: (error) => storeFailure('witness', error),
  })

/** Makes the archived log's folder, empty: its name tells whose log it is and when it was closed. */
const placeFor = (
  paths: AppPaths,
  { origin }: Pin,
  now: number,
  out: string | undefined,
): Effect.Effect<string, FileFailure | ControlFailure> =>
  Effect.gen(function* () {
    const time = new Date(now)
      .toISOString()
      .replace(/\.\d+Z$/, 'Z')
      .replaceAll(':', '-')
    const listed = path.join(archiveDir(paths), `${shortName(origin)}-${time}`)
    const dir = out ?? listed
    const made = yield* Effect.try({
      try: () => {
        fs.mkdirSync(archiveDir(paths), { recursive: true, mode: 0o700 })
        fs.mkdirSync(dir, { recursive: true, mode: 0o700 })
        if (fs.readdirSync(dir).length > 0) return 'used'
        if (fs.statSync(dir).dev !== fs.statSync(paths.dataDir).dev) return 'elsewhere'
        // A link, so that the chain of logs is found by looking in one place.
        if (dir !== listed) fs.symlinkSync(dir, listed)
        syncDirectory(archiveDir(paths))
        return 'made'
      },
      catch: (error) => failureOf(dir, 'make the folder for the old log', error),
    })
    if (made === 'made') return dir
    return yield* new ControlFailure({
      kind: `archive-${made}`,
      message:
        made === 'used'
          ? `${dir} holds something already`
          : `${dir} is on another file system, and a log is moved as a whole or not at all`,
      remedy:
        made === 'used'
          ? 'name a folder that is empty, or one that is not there yet'
          : 'archive without --out, then copy the folder',
      exit: 2,
    })
  })
