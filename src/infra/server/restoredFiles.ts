// Values in the files that the agent wrote with tokens and secrets' names. They are put there on the
// disk, so that they pass through neither the model nor the client's transcript. The client compares an
// edit with the file before any hook is asked, so between two calls of the agent the file holds the
// tokens; whatever else may read it finds the values:
//
//   written with tokens ─▶ logged ─▶ a command is about to run, the turn ends, nothing comes: values
//                            ▲                                                                   │
//                            └───────────── the batch of calls is over: tokens ◀─────────────────┘
//
// A crash leaves a file with the one or the other; the next start puts the values in.
import * as Result from 'effect/Result'
import type { Action } from '../../domain/action/action.ts'
import { pathKey } from '../../domain/action/pathKey.ts'
import { absoluteOf, normalise, refOf } from '../../domain/action/paths.ts'
import type { PathRef, Place } from '../../domain/action/place.ts'
import { plainText } from '../../domain/oneLine.ts'
import { FileRestored } from '../../domain/event/event.ts'
import { changesFile, pathFieldsOf } from '../../domain/hook/claudeParts.ts'
import type { HookEvent, ToolCall } from '../../domain/hook/hookEvent.ts'
import { placeholderOf, secretsNamedIn } from '../../domain/secret/placeholder.ts'
import { withStandIns, withValues } from '../../domain/vault/standIns.ts'
import { restored, tokensIn } from '../../domain/vault/token.ts'
import { MOST_FILES, MOST_TOKENS, type RestoredFile } from '../../projections/restored.ts'
import { readWhole, replaceWhole } from '../files/replaceFile.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import type { SessionVault, Value, Vault } from '../vault/Vault.ts'
import { copiesIn, takes } from './fileCopies.ts'
import { bytesOf, type Pair, spelled, spelledAlike, writtenText } from './fileText.ts'
import { realPathOf } from './realPath.ts'
import { named } from '../files/named.ts'

/** Larger files keep their tokens. Bytes. */
const MOST_BYTES = 16 * 1024 * 1024
/** Of a file's name, in what is said of it. UTF-16 units. */
const MOST_SHOWN = 400

export interface RestoredFilesOptions {
  readonly log: Pick<WitnessLog['Service'], 'projected'>
  readonly vault: Vault
  readonly secretOf: (name: string) => string | undefined
  /** Secrets that a call may write, by what was decided on it. */
  readonly mayWrite: (useId: string | undefined) => ReadonlySet<string>
  /** `pii.restore` is not off. */
  readonly restores: () => boolean
  readonly outside: (event: HookEvent) => Place
  readonly onFailure: (line: string) => void
}

/** That a call wrote a file with tokens or secrets' names, or that none are left in it. */
export interface Noted {
  readonly event: FileRestored
  /** Secrets whose values it is given from now on. */
  readonly secrets: ReadonlyArray<string>
}

/** The files as they are known when an event comes. All of it is synchronous. */
export interface FilesNow {
  /** Values that files hold, of any session. */
  readonly values: ReadonlyArray<Value>
  /** As facts of a call at that place name them. */
  readonly refs: (place: Place) => ReadonlyArray<PathRef>
  /** After a call that changes a file. `mine`: the session's own values; `masked`: without values. */
  readonly note: (call: ToolCall, mine: SessionVault, masked?: HookEvent) => Noted | undefined
  /**
   * After a call that may have copied or moved files, by what it did: files that hold values now, and
   * those that are gone. `at`: its place.
   */
  readonly copied: (
    ran: Action,
    at: Place,
    useId: string | undefined,
  ) => ReadonlyArray<FileRestored>
  /** Whether there are files of the session. */
  readonly any: boolean
  /** Puts the values in; what could not be, in words. */
  readonly put: () => ReadonlyArray<string>
  /** Puts the session's tokens in; with `only` in one file. */
  readonly cover: (only?: string) => void
  /** Whether a file that is known holds the same but for what stands for values in it. `absolute`: real. */
  readonly isTurned: (absolute: string, before: Uint8Array, after: Uint8Array) => boolean
  /** The file that a call would change, where values may stand in it for the session's tokens. */
  readonly known: (call: ToolCall) => string | undefined
}

export interface RestoredFiles {
  readonly now: (event: HookEvent) => Promise<FilesNow>
}

/** What a file's tokens stood for when it was asked last. */
interface Opened {
  readonly last: number
  readonly of: SessionVault | undefined
  readonly generation: number | undefined
  readonly at: number
  readonly pairs: ReadonlyArray<Pair>
}

/** Of a day in which a use is noted. Milliseconds. */
const OPENED_ANEW_MS = 3_600_000

interface Known {
  readonly file: RestoredFile
  readonly absolute: string
  /** The same as it may be shown and logged: with its tokens. */
  readonly shown: string
  readonly fromTokens: ReadonlyArray<Pair>
  readonly pairs: ReadonlyArray<Pair>
}

export const makeRestoredFiles = (options: RestoredFilesOptions): RestoredFiles => {
  const { log, vault, secretOf } = options
  /** What was put in last, by path. A file that is not here holds the one or the other. */
  const holds = new Map<string, 'values' | 'tokens'>()

  const fileOf = (event: HookEvent, { name, input }: ToolCall): string | undefined => {
    if (!changesFile(name)) return undefined
    const written = pathFieldsOf(name)
      .map((field) => input[field])
      .find((one) => typeof one === 'string')
    if (written === undefined) return undefined
    const { home } = options.outside(event)
    const absolute = normalise(written as string, event.cwd, home)
    return realPathOf(absolute) ?? absolute
  }

  const pairsOf = (
    tokens: ReadonlyArray<string>,
    secrets: ReadonlyArray<string>,
    of: SessionVault | undefined,
  ): ReadonlyArray<Pair> => [
    ...tokens.flatMap((token) => {
      const value = of?.valueOf(token)
      return value === undefined ? [] : [{ standIn: token, value: value.value, of: value }]
    }),
    ...secrets.flatMap((secret) => {
      const value = secretOf(secret)
      return value === undefined ? [] : [{ standIn: placeholderOf(secret), value, secret }]
    }),
  ]

  const opened = new Map<string, Opened>()

  /** What a file's tokens stand for: opened anew now and then, so that they count as used. */
  const tokenPairsOf = (file: RestoredFile, of: SessionVault | undefined): ReadonlyArray<Pair> => {
    const key = `${file.session ?? ''}\0${pathKey(file.path) ?? ''}`
    const before = opened.get(key)
    const now = performance.now()
    if (
      before !== undefined &&
      before.last === file.last &&
      before.of === of &&
      before.generation === of?.generation &&
      now - before.at < OPENED_ANEW_MS
    )
      return before.pairs
    const pairs = pairsOf(file.tokens, [], of)
    opened.delete(key)
    // What does not open now may the next time.
    if (pairs.length === file.tokens.length)
      opened.set(key, { last: file.last, of, generation: of?.generation, at: now, pairs })
    if (opened.size > MOST_FILES) opened.delete(opened.keys().next().value!)
    return pairs
  }

  let listed: { readonly parts: ReadonlyArray<unknown>; readonly values: ReadonlyArray<Value> } = {
    parts: [],
    values: [],
  }

  /** The same list while the files hold the same. */
  const valuesIn = (all: ReadonlyArray<Known>): ReadonlyArray<Value> => {
    const parts = all.map(({ fromTokens }) => fromTokens)
    const isSame =
      parts.length === listed.parts.length && parts.every((one, i) => one === listed.parts[i])
    if (!isSame) {
      const different = new Map<string, Value>()
      for (const { of } of parts.flat()) if (of !== undefined) different.set(of.value, of)
      listed = { parts, values: [...different.values()] }
    }
    return listed.values
  }

  const knownFiles = async (place: Place): Promise<ReadonlyArray<Known>> => {
    const found: Array<Known> = []
    for (const file of Object.values(log.projected().restored.files)) {
      const written = absoluteOf(file.path, place)
      if (written === undefined) continue
      const of = file.session === null ? undefined : await vault.of(file.session)
      // A name that holds a value is kept with its token.
      const absolute = restored(written, (token) => of?.valueOf(token)?.value)
      const fromTokens = tokenPairsOf(file, of)
      const pairs =
        file.secrets.length === 0
          ? fromTokens
          : [...fromTokens, ...pairsOf([], file.secrets, undefined)]
      found.push({ file, absolute, shown: plainText(written, MOST_SHOWN), fromTokens, pairs })
    }
    return found
  }

  /** Turns what stands in a file; what went wrong, in words. */
  const turn = ({ absolute, shown, pairs }: Known, to: 'values' | 'tokens'): string | undefined => {
    if (holds.get(absolute) === to) return undefined
    // A folder on the way that has become a link leads to a file that nobody wrote with tokens.
    if (realPathOf(absolute) !== absolute) return undefined
    const read = readWhole(absolute, MOST_BYTES)
    // It was removed, or something else is there now: nothing of ours to turn.
    if (Result.isFailure(read)) return undefined
    const before = read.success.bytes.toString('latin1')
    const there = bytesOf(pairs, absolute)
    const after =
      to === 'values' ? withValues(spelledAlike(before, pairs), there) : withStandIns(before, there)
    holds.set(absolute, to)
    if (after === before) return undefined
    const bytes = Buffer.from(after, 'latin1')
    const made = replaceWhole(absolute, { ...read.success, bytes })
    if (Result.isSuccess(made)) return undefined
    holds.delete(absolute)
    options.onFailure(`the ${to} could not be put into ${shown} (${made.failure.reason})`)
    return to === 'values'
      ? `the values could not be put into ${shown}; it holds the tokens`
      : undefined
  }

  return {
    now: async (event) => {
      const place = options.outside(event)
      const all = await knownFiles(place)
      const own = all.filter(({ file }) => file.session === event.session)
      return {
        values: valuesIn(all),
        refs: (at) => all.map(({ absolute }) => refOf(absolute, at)),
        known: (call) => {
          const absolute = fileOf(event, call)
          if (absolute === undefined) return undefined
          // A batch lists calls as the agent made them: with tokens in names.
          const shown = plainText(absolute, MOST_SHOWN)
          return own.find((one) => one.absolute === absolute || one.shown === shown)?.absolute
        },
        note: (call, mine, masked) => {
          const absolute = fileOf(event, call)
          if (absolute === undefined) return undefined
          const before = own.find((one) => one.absolute === absolute)
          const written = writtenText(call)
          const tokens = options.restores() ? tokensIn(written) : []
          const may = options.mayWrite(call.useId)
          const secrets = secretsNamedIn(written).filter((name) => may.has(name))
          const pairs = pairsOf(
            [...new Set([...(before?.file.tokens ?? []), ...tokens])].slice(0, MOST_TOKENS),
            [...new Set([...(before?.file.secrets ?? []), ...secrets])].slice(0, MOST_TOKENS),
            mine,
          )
          if (pairs.length === 0) return undefined
          // It was just written, by whoever knows the tokens alone.
          holds.delete(absolute)
          const read = readWhole(absolute, MOST_BYTES)
          // What cannot be read now (it has grown too large) is what it was.
          if (Result.isFailure(read)) return undefined
          const text = spelledAlike(read.success.bytes.toString('latin1'), pairs)
          // A file is known by what is in it now: what was edited out of it is nobody's any more.
          const there = pairs.filter(
            ({ standIn, value }) =>
              text.includes(standIn) || text.includes(spelled(value, absolute)),
          )
          const named = pairsOf(tokensIn(pathText(masked)), [], mine)
          const kept = {
            path: refOf(withStandIns(absolute, [...pairs, ...named]), place),
            tokens: there.flatMap(({ standIn, secret }) => (secret === undefined ? [standIn] : [])),
            secrets: there.flatMap(({ secret }) => secret ?? []),
          }
          if (there.length === 0 && before === undefined) return undefined
          if (before !== undefined && sameFile(before.file, kept)) return undefined
          return {
            event: new FileRestored({
              ...kept,
              state: there.length === 0 ? 'gone' : 'restored',
              ...(call.useId === undefined ? {} : { toolUseId: call.useId }),
            }),
            secrets: kept.secrets.filter((name) => before?.file.secrets.includes(name) !== true),
          }
        },
        any: own.length > 0,
        isTurned: (absolute, before, after) => {
          const pairs = all.find((one) => one.absolute === absolute)?.pairs ?? []
          if (pairs.length === 0) return false
          const there = bytesOf(pairs, absolute)
          const [a, b] = [before, after].map((bytes) =>
            withValues(spelledAlike(Buffer.from(bytes).toString('latin1'), pairs), there),
          )
          return a === b
        },
        copied: (ran, at, useId) => {
          const of = useId === undefined ? {} : { toolUseId: useId }
          const taken = own.filter(({ absolute }) => takes(ran, refOf(absolute, at)))
          if (taken.length === 0) return []
          const gone = taken
            .filter(
              ({ absolute }) => named.lstatSync(absolute, { throwIfNoEntry: false }) === undefined,
            )
            .map(
              ({ file: { path } }) =>
                new FileRestored({ path, state: 'gone', tokens: [], secrets: [], ...of }),
            )
          const copies = copiesIn(ran, at, taken).flatMap(({ absolute, from }) => {
            if (all.some((one) => one.absolute === absolute)) return []
            const read = readWhole(absolute, MOST_BYTES)
            if (Result.isFailure(read)) return []
            const { bytes } = read.success
            const text = bytes.toString('latin1')
            // An archive holds them too, and does not show it.
            const isBinary = bytes.subarray(0, BINARY_WITHIN).includes(0)
            const there = from.pairs.filter(
              ({ value }) => isBinary || text.includes(spelled(value, absolute)),
            )
            if (there.length === 0) return []
            return new FileRestored({
              path: refOf(withStandIns(absolute, from.pairs), place),
              state: 'restored',
              tokens: there.flatMap(({ standIn, secret }) =>
                secret === undefined ? [standIn] : [],
              ),
              secrets: there.flatMap(({ secret }) => secret ?? []),
              ...of,
            })
          })
          return [...gone, ...copies]
        },
        put: () => all.flatMap((one) => turn(one, 'values') ?? []),
        cover: (only) => {
          for (const one of own)
            if (only === undefined || only === one.absolute) turn(one, 'tokens')
        },
      }
    },
  }
}

/** Of a file, looked at for a NUL. Bytes. */
const BINARY_WITHIN = 8192
const sameFile = (
  file: RestoredFile,
  { tokens, secrets }: Pick<RestoredFile, 'tokens' | 'secrets'>,
): boolean =>
  file.tokens.length === tokens.length &&
  file.secrets.length === secrets.length &&
  tokens.every((token) => file.tokens.includes(token)) &&
  secrets.every((name) => file.secrets.includes(name))

/** The names of files in a call, as they are logged. */
const pathText = (masked: HookEvent | undefined): string =>
  masked === undefined || !('call' in masked)
    ? ''
    : pathFieldsOf(masked.call.name)
        .map((field) => masked.call.input[field])
        .join('\n')

/** Where nothing on the disk is looked at or changed: in the replay of a recorded session. */
export const NO_FILES: RestoredFiles = {
  now: () =>
    Promise.resolve({
      values: [],
      refs: () => [],
      note: () => undefined,
      any: false,
      isTurned: () => false,
      copied: () => [],
      put: () => [],
      cover: () => {},
      known: () => undefined,
    }),
}
