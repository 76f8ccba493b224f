// A change of a file that instructs the agent, taken back by a human: the file is again what it was, or is
// gone again. Nothing is written that was not the file's own text, and nothing that came since is lost
// unless that is asked for.
import * as Effect from 'effect/Effect'
import * as fs from 'node:fs'
import * as path from 'node:path'
import * as Result from 'effect/Result'
import { absoluteOf } from '../../domain/action/paths.ts'
import { utf8 } from '../../domain/bytes.ts'
import { ControlFailure, type Params } from '../../domain/control/methods.ts'
import { decodeEntry, type Entry } from '../../domain/event/envelope.ts'
import { type SelfModified, SelfRestored } from '../../domain/event/event.ts'
import { digestOf } from '../../domain/hash.ts'
import { type SelfChange, unpackSelfChange } from '../../domain/integrity/selfChange.ts'
import { plainText } from '../../domain/oneLine.ts'
import { restored } from '../../domain/vault/token.ts'
import { sha256 } from '../crypto/nodeCrypto.ts'
import { readText } from '../client/clientFiles.ts'
import { atomicWrite, syncDirectory } from '../files/atomicWrite.ts'
import { failureOf, type FileFailure } from '../files/failure.ts'
import { MOST_FILE_BYTES } from '../integrity/contents.ts'
import { openSealed } from '../store/openSealed.ts'
import { storeFailure } from '../store/storeFailure.ts'
import type { Change } from './changes.ts'
import type { ControlContext } from './context.ts'
import { controlFailureOf } from './failures.ts'
import { outsideProjects } from './placeIn.ts'
import { realPathOf } from './realPath.ts'

const LOG = 'isonapse hook integrity log'

const failure = (message: string, remedy: string = LOG, exit: 1 | 2 = 1) =>
  new ControlFailure({ kind: 'integrity', message, remedy, exit })

export const draftRestore = (
  { index, force }: Params<'integrity.restore'>,
  context: ControlContext,
): Effect.Effect<Change, ControlFailure> =>
  Effect.gen(function* () {
    const entry = yield* changeAt(index, context)
    const { path: ref } = entry.event
    const change = yield* opened(entry, context)
    const file = absoluteOf(ref, outsideProjects(context.home, []))
    if (file === undefined)
      return yield* failure('a value in the file’s name is masked: it has to be restored by hand')
    const { before } = change
    if (before === undefined) {
      const why = entry.event.unkept ?? 'full'
      return yield* failure(`what ${name(file)} held before is not kept (${UNKEPT_WORDS[why]})`)
    }
    if (change.lossy === true)
      return yield* failure(
        `what ${name(file)} held before is kept without the secrets in it: restore it by hand`,
        `isonapse hook integrity log ${index}`,
      )
    const text = before === null ? null : yield* untokenised(before, change, entry, context)
    if (text !== null && !isAsItWas(text, change))
      return yield* failure(
        `what ${name(file)} held before cannot be put together again: tokens stood in it`,
        `isonapse hook integrity log ${index}   shows it: restore it by hand`,
      )
    const isForced = force === true
    const ready = checked(file, text, change, isForced)
    if (Result.isFailure(ready)) return yield* ready.failure
    return {
      event: ready.success === 'same' ? undefined : new SelfRestored({ entry: index, path: ref }),
      chunks: [],
      session: entry.session,
      // Looked at once more: somebody was asked meanwhile.
      first: () =>
        Result.flatMap(checked(file, text, change, isForced), (state) =>
          state === 'same'
            ? Result.succeed(undefined)
            : Result.mapBoth(written(file, text, change.mode), {
                onFailure: controlFailureOf,
                onSuccess: () => context.running?.putBack(file),
              }),
        ),
    }
  })

const UNKEPT_WORDS: Readonly<Record<NonNullable<SelfModified['unkept']>, string>> = {
  binary: 'it is no text',
  'too-large': `it is larger than ${MOST_FILE_BYTES} bytes`,
  unreadable: 'it could not be read',
  full: 'too much was changed in this session',
}

const name = (file: string): string => plainText(file, 200)

const changeAt = (
  index: number,
  { log, paths }: ControlContext,
): Effect.Effect<Entry<SelfModified>, ControlFailure> =>
  Effect.gen(function* () {
    const found = yield* Effect.tryPromise({
      try: async () => {
        if (!Number.isSafeInteger(index) || index < 0 || index >= log.head().size) return undefined
        for await (const slice of log.scan({ from: index, to: index + 1 }))
          for (const { bytes } of slice) return Result.getOrUndefined(decodeEntry(bytes))
        return undefined
      },
      catch: (error) => controlFailureOf(storeFailure(paths.witnessDir, error)),
    })
    if (found?.event._tag !== 'SelfModified')
      return yield* failure(
        `entry ${index} is no change of a file that instructs the agent`,
        LOG,
        2,
      )
    return found as Entry<SelfModified>
  })

const opened = (
  entry: Entry<SelfModified>,
  { log, keys, paths }: ControlContext,
): Effect.Effect<SelfChange, ControlFailure> =>
  Effect.gen(function* () {
    const { payload } = entry.event
    if (payload === undefined) return { v: 1 } as const
    const bytes = yield* Effect.tryPromise({
      try: () => openSealed(entry, payload, { log, keys }),
      catch: (error) => controlFailureOf(storeFailure(paths.witnessDir, error)),
    })
    if (bytes === 'no-key')
      return yield* failure('what the file held before was given up with its session’s key')
    const change = bytes === 'damaged' ? undefined : unpackSelfChange(bytes)
    return (
      change ??
      (yield* failure('what the file held before cannot be read', 'isonapse hook witness verify'))
    )
  })

/** With the values that tokens stand for in it; those that stood there as tokens stay so. */
const untokenised = (
  text: string,
  { tokens = [] }: SelfChange,
  { session }: Entry,
  { vault }: ControlContext,
): Effect.Effect<string, ControlFailure> =>
  Effect.gen(function* () {
    if (tokens.length === 0 || session === null) return text
    const mine = yield* Effect.tryPromise({
      try: () => vault.of(session),
      catch: () => failure('the session’s vault cannot be read', 'isonapse hook witness verify'),
    })
    const own = new Set(tokens)
    const lost = tokens.filter((token) => mine.valueOf(token) === undefined)
    if (lost.length > 0)
      return yield* failure(
        `${lost.length} values that the file held were given up with the vault's rows`,
        'restore it by hand',
      )
    return restored(text, (token) => (own.has(token) ? mine.valueOf(token)?.value : undefined))
  })

/** A token that stood in the file itself, beside the value that it stands for, cannot be told from it. */
const isAsItWas = (text: string, { was }: SelfChange): boolean => sha256Of(text) === was

/** Whether the file is still what that change made of it; `same`: it is what it was before already. */
const checked = (
  file: string,
  text: string | null,
  { after, real, mode }: SelfChange,
  force: boolean,
): Result.Result<'changed' | 'same', ControlFailure> => {
  const dir = realPathOf(path.dirname(file))
  // What is put back was read there. By now a link may lead to a file that never held it.
  if (dir === undefined || path.join(dir, path.basename(file)) !== real)
    return Result.fail(
      failure(`${name(file)} leads elsewhere than it did then`, 'restore it by hand'),
    )
  const now = hashOf(file)
  if (now === 'odd')
    return Result.fail(failure(`${name(file)} is no regular file by now`, 'restore it by hand'))
  // A change of the permissions alone leaves the text the same.
  const isSame = now === (text === null ? null : sha256Of(text))
  if (isSame && (now !== after || text === null || mode === modeOf(file)))
    return Result.succeed('same')
  return force || now === after
    ? Result.succeed('changed')
    : Result.fail(
        failure(
          `${name(file)} was changed once more since: restoring it would lose that`,
          'take the later changes back first, or add --force',
        ),
      )
}

const sha256Of = (data: string | Uint8Array): string =>
  digestOf(sha256, typeof data === 'string' ? utf8(data) : data)

const modeOf = (file: string): number | undefined => {
  try {
    return fs.lstatSync(file).mode & 0o777
  } catch {
    return undefined
  }
}

const hashOf = (file: string): string | null | 'odd' => {
  try {
    const stat = fs.lstatSync(file, { throwIfNoEntry: false })
    if (stat === undefined) return null
    if (!stat.isFile()) return 'odd'
  } catch {
    return 'odd'
  }
  const read = readText(file, 64 * MOST_FILE_BYTES)
  return read.found === 'text' ? sha256Of(read.bytes) : 'odd'
}

const written = (
  file: string,
  text: string | null,
  mode: number | undefined,
): Result.Result<void, FileFailure> => {
  if (text !== null) {
    try {
      fs.mkdirSync(path.dirname(file), { recursive: true })
    } catch (error) {
      return Result.fail(failureOf(file, 'make its folder', error))
    }
    return atomicWrite(file, text, { mode: mode ?? 0o600 })
  }
  try {
    fs.rmSync(file, { force: true })
    syncDirectory(path.dirname(file))
    return Result.succeed(undefined)
  } catch (error) {
    return Result.fail(failureOf(file, 'remove it', error))
  }
}
