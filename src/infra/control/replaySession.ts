// A recorded session replayed into a home that has no log yet. Every payload goes the gateway's own way,
// with a look at nothing and the recording's clock: what comes out depends on the file, the policy and
// this program alone. A log that is there is never added to.
//
// A crash leaves a log that ends where the replay did; it is replayed again into another home.
import * as Effect from 'effect/Effect'
import type * as Scope from 'effect/Scope'
import { ControlFailure } from '../../domain/control/methods.ts'
import type { Entry } from '../../domain/event/envelope.ts'
import { ModeChanged } from '../../domain/event/event.ts'
import type { Policy } from '../../domain/policy/policy.ts'
import type { Mode } from '../../domain/policy/verdict.ts'
import { type RecordedLine, recordedLines } from '../../domain/replay/sessionFile.ts'
import { effectiveSettings } from '../config/settings.ts'
import { initialise } from './initialise.ts'
import { FileFailure } from '../files/failure.ts'
import { KeyFailure } from '../keys/keyFile.ts'
import type { AppPaths } from '../paths.ts'
import { pinnedLog } from '../server/beginnings.ts'
import { inForceOf, openWitness } from '../server/openWitness.ts'
import { controlFailureOf } from '../server/failures.ts'
import { makeGateway } from '../server/gateway.ts'
import { lookAtNothing } from '../server/look.ts'
import { openScanner } from '../sensitive/openScanner.ts'
import { NO_FILES } from '../server/restoredFiles.ts'
import { makeSensitive } from '../server/sensitive.ts'
import { isInsideClient } from '../server/processTree.ts'
import { ENGINE_VERSION } from '../server/version.ts'
import { appendOwn } from '../store/appendOwn.ts'
import { storeFailure } from '../store/storeFailure.ts'
import { holdsStore } from '../store/storeDb.ts'

export interface SessionReplayOptions {
  readonly paths: AppPaths
  /** The recorded file's bytes. */
  readonly file: Uint8Array
  readonly mode: Mode
  /** Checked, its own examples too; the default template unless told. */
  readonly policy?: Policy
  /** The home is not the user's own but one that was named for the replay. */
  readonly apart: boolean
  /** Called for every line with the entries that came of it. Must not throw. */
  readonly onLine: (line: RecordedLine, entries: ReadonlyArray<Entry>) => void
}

export interface SessionReplayed {
  /** Name of the policy it was replayed under. */
  readonly policy: string
  /** Entries of the log that was made. */
  readonly entries: number
  readonly origin: string
}

export const replaySession = (
  options: SessionReplayOptions,
): Effect.Effect<SessionReplayed, ControlFailure> =>
  Effect.mapError(Effect.scoped(replayInto(options)), controlFailureOf)

const replayInto = Effect.fnUntraced(function* (options: SessionReplayOptions) {
  const { paths, file, mode, policy, onLine } = options
  const lines = recordedLines(file)
  const first = lines.next()
  if (first.done === true)
    return yield* new ControlFailure({
      kind: 'no-payloads',
      message: 'the session file holds no payload',
      remedy: 'name a file with one hook payload a line, such as examples/sessions/*.hooks.jsonl',
      exit: 2,
    })
  yield* mustBeEmpty(paths)
  yield* mustNotLoosen(options)

  let time = first.value.time
  const now = () => time
  const { origin } = yield* initialise({ paths, now, ...(policy === undefined ? {} : { policy }) })
  const { witness, keys, policies, vault } = yield* openWitness({
    paths,
    now,
    home: paths.dataDir,
    writable: true,
    onNotice: () => {},
  })
  if (mode !== witness.projected().gate.mode)
    yield* appendOwn(witness, [new ModeChanged({ from: witness.projected().gate.mode, to: mode })])

  const settings = effectiveSettings({})
  const maxPayloadBytes = settings['gate.max_payload_bytes']
  const scanner = openScanner()
  yield* Effect.addFinalizer(() => Effect.promise(scanner.close))
  const inForce = inForceOf(witness, policies, now)
  let failed: unknown
  const gateway = makeGateway({
    log: witness,
    keys,
    inForce,
    look: lookAtNothing,
    engine: ENGINE_VERSION,
    maxPayloadBytes: () => maxPayloadBytes,
    sensitive: makeSensitive({
      scanner,
      vault,
      settings: () => settings,
      withoutSecrets: () => undefined,
      sinksOf: () => undefined,
      append: (drafts) => witness.append(drafts),
      files: NO_FILES,
      mentioned: () => undefined,
      outside: lookAtNothing.outside,
    }),
    onFailure: (error) => {
      failed ??= error
    },
  })
  let entries: Array<Entry> = []
  witness.subscribe((entry) => void entries.push(entry))
  const play = async (line: RecordedLine): Promise<void> => {
    time = line.time
    await gateway({ registered: line.name, bytes: line.bytes })
    if (failed !== undefined) throw failed
    onLine(line, entries)
    entries = []
  }
  yield* Effect.tryPromise({
    try: async () => {
      await play(first.value)
      for (const line of lines) await play(line)
    },
    catch: (error) => notWritten(paths, error),
  })
  const applied = policies.get(inForce().policyDigest)
  return { entries: witness.head().size, origin, policy: applied?.policy.name ?? '' }
})

/** A session is replayed beside nothing: another log's policy, mode and counters would tell in it. */
const mustBeEmpty = Effect.fnUntraced(function* (
  paths: AppPaths,
): Effect.fn.Return<void, ControlFailure, Scope.Scope> {
  const pinned = yield* Effect.mapError(Effect.fromResult(pinnedLog(paths)), controlFailureOf)
  if (pinned !== undefined || holdsStore(paths.witnessDir))
    return yield* new ControlFailure({
      kind: 'log-exists',
      message: `there is a log in ${paths.dataDir} already; a session is replayed into an empty home`,
      remedy:
        'ISONAPSE_HOME="$(mktemp -d)" isonapse hook witness replay --session FILE; without --session this log is replayed',
      exit: 2,
    })
})

/** A log in the user's own home is gone on with by `hook up`: its policy must not be the agent's. */
const mustNotLoosen = ({
  paths,
  policy,
  apart,
}: SessionReplayOptions): Effect.Effect<void, ControlFailure> =>
  policy === undefined || apart || !isInsideClient(process.pid)
    ? Effect.void
    : Effect.fail(
        new ControlFailure({
          kind: 'denied',
          message: `this would begin the log in ${paths.dataDir} with a policy chosen from inside Claude Code`,
          remedy: 'set ISONAPSE_HOME to a new folder',
          exit: 2,
        }),
      )

/** Nothing that could not be witnessed was decided either. */
const notWritten = (paths: AppPaths, error: unknown): ControlFailure =>
  controlFailureOf(
    error instanceof KeyFailure || error instanceof FileFailure
      ? error
      : storeFailure(paths.witnessDir, error),
  )
