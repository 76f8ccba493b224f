// Values put back into the files that the agent wrote with tokens and secrets' names, after the tool ran,
// so that they pass through neither the client's transcript nor the model. While the client edits such a
// file, it holds the tokens again: the client compares what it edits with what it wrote and read.
//
//   Write, Edit ran ─▶ logged ─▶ values on the disk ─▶ next edit asked ─▶ logged ─▶ tokens on the disk ─▶ …
//
// The log is told before the disk is changed: a crash in between leaves a file with tokens that the log
// takes for one with values, never the other way round.
import * as Result from 'effect/Result'
import { absoluteOf, normalise, refOf } from '../../domain/action/paths.ts'
import type { Place } from '../../domain/action/place.ts'
import { pathKey } from '../../domain/action/pathKey.ts'
import { utf8 } from '../../domain/bytes.ts'
import { FileRestored } from '../../domain/event/event.ts'
import { changesFile, pathFieldsOf } from '../../domain/hook/claudeParts.ts'
import type { HookEvent, ToolCall } from '../../domain/hook/hookEvent.ts'
import { PLACEHOLDER, placeholderOf, secretsNamedIn } from '../../domain/secret/placeholder.ts'
import { restored, tokensIn } from '../../domain/vault/token.ts'
import { type StandIn, withStandIns, withValues } from '../../domain/vault/standIns.ts'
import { MOST_FILES, MOST_TOKENS, type RestoredFile } from '../../projections/restored.ts'
import { FileFailure } from '../files/failure.ts'
import { type ReadFile, readWhole, replaceWhole } from '../files/replaceFile.ts'
import type { WitnessLog } from '../store/WitnessLog.ts'
import type { SessionVault, Value, Vault } from '../vault/Vault.ts'
import { realPathOf } from './realPath.ts'

/** Larger files keep their tokens. Bytes. */
const MOST_BYTES = 16 * 1024 * 1024

export interface RestoredFilesOptions {
  readonly log: Pick<WitnessLog['Service'], 'projected' | 'append'>
  readonly vault: Vault
  readonly secretOf: (name: string) => string | undefined
  /** Whether a secret's sinks let its value into the file. Absolute path. */
  readonly maySink: (name: string, file: string, place: Place) => boolean
  /** `pii.restore` is not off. */
  readonly restores: () => boolean
  readonly outside: (event: HookEvent) => Place
  readonly onFailure: (line: string) => void
}

/** A change of a file that is logged, and then made. */
export interface FileChange {
  readonly event: FileRestored
  /** Names of the secrets whose value is put in now. */
  readonly secrets: ReadonlyArray<string>
  /** Makes it; what went wrong, in words for the model and the user. */
  readonly act: () => string | undefined
}

interface Turned {
  readonly file: ReadFile
  readonly found: string
  readonly before: string
  readonly there: ReadonlyArray<Pair>
  readonly after: string
}

/** With the secret's name, where it is one. */
interface Pair extends StandIn {
  readonly secret?: string
}

export interface RestoredFiles {
  /** Values that files of any session were given. */
  readonly values: () => Promise<ReadonlyArray<Value>>
  /** Files that hold values, as facts of a call at that place name them. */
  readonly files: (place: Place, event: HookEvent) => ReadonlyArray<ReturnType<typeof refOf>>
  /** Before the client changes such a file: what makes it hold the tokens. */
  readonly cover: (event: HookEvent, call: ToolCall) => Promise<FileChange | undefined>
  /** After it: what puts the values in. `mine` is undefined where no token was met yet. */
  readonly restore: (
    event: HookEvent,
    call: ToolCall,
    mine: SessionVault | undefined,
  ) => Promise<FileChange | undefined>
  /** Files of the session that were covered for a change which did not come: for this call, or any. */
  readonly left: (event: HookEvent, useId?: string) => Promise<ReadonlyArray<FileChange>>
}

export const makeRestoredFiles = (options: RestoredFilesOptions): RestoredFiles => {
  const { log, vault, secretOf } = options

  const known = (): ReadonlyArray<RestoredFile> => Object.values(log.projected().restored.files)

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

  const pathIn = async (file: RestoredFile, place: Place): Promise<string | undefined> => {
    const absolute = absoluteOf(file.path, place)
    if (absolute === undefined || file.session === null) return absolute
    const of = tokensIn(absolute).length === 0 ? undefined : await vault.of(file.session)
    return restored(absolute, (token) => of?.valueOf(token)?.value)
  }

  const find = async (absolute: string, place: Place): Promise<RestoredFile | undefined> => {
    const key = `/${pathKey(refOf(absolute, place))}`
    const { files } = log.projected().restored
    if (Object.hasOwn(files, key)) return files[key]
    // A name that holds a value is kept with its token.
    for (const file of known())
      if (hasToken(file) && (await pathIn(file, place)) === absolute) return file
    return undefined
  }

  const pairsOf = (
    tokens: ReadonlyArray<string>,
    secrets: ReadonlyArray<string>,
    valueOf: (token: string) => Value | undefined,
  ): ReadonlyArray<Pair> => [
    ...tokens.flatMap((token) => {
      const value = valueOf(token)?.value
      return value === undefined ? [] : [{ standIn: token, value }]
    }),
    ...secrets.flatMap((secret) => {
      const value = secretOf(secret)
      return value === undefined ? [] : [{ standIn: placeholderOf(secret), value, secret }]
    }),
  ]

  const change = (
    absolute: string,
    place: Place,
    state: 'restored' | 'covered',
    pairs: ReadonlyArray<Pair>,
    toolUseId: string | undefined,
    wasKnown: boolean,
  ): FileChange | undefined => {
    const path = refOf(withStandIns(absolute, pairs), place)
    const gone = (): FileChange | undefined =>
      wasKnown && state === 'restored'
        ? {
            event: new FileRestored({ path, state: 'gone', tokens: [], secrets: [] }),
            secrets: [],
            act: () => undefined,
          }
        : undefined
    const turned = (): Turned | FileFailure => {
      const read = readWhole(absolute, MOST_BYTES)
      if (Result.isFailure(read)) return read.failure
      const file = read.success
      const found = file.bytes.toString('latin1')
      const before = spelledAlike(found, new Set(pairs.flatMap(({ secret }) => secret ?? [])))
      // A file is known by what is in it now: what was edited out of it is nobody's any more.
      const there = pairs
        .map((pair) => ({ ...pair, value: asBytes(pair.value) }))
        .filter(({ standIn, value }) => before.includes(standIn) || before.includes(value))
      const after = state === 'restored' ? withValues(before, there) : withStandIns(before, there)
      return { file, found, before, there, after }
    }
    const now = turned()
    if (now instanceof FileFailure) return now.reason === 'not-found' ? gone() : undefined
    const { there, before } = now
    if (there.length === 0) return gone()
    if (now.after === now.found && state === 'covered') return undefined
    return {
      event: new FileRestored({
        path,
        state,
        tokens: there.flatMap(({ standIn, secret }) => (secret === undefined ? [standIn] : [])),
        secrets: there.flatMap(({ secret }) => secret ?? []),
        ...(toolUseId === undefined ? {} : { toolUseId }),
      }),
      secrets: there.flatMap(({ standIn, secret }) =>
        secret !== undefined && before.includes(standIn) ? [secret] : [],
      ),
      act: () => {
        // Looked at once more: somebody may have written to it while the log was.
        const again = turned()
        const { after, found, file } =
          again instanceof FileFailure ? { ...now, after: now.found } : again
        if (after === found) return undefined
        const made = replaceWhole(absolute, { ...file, bytes: Buffer.from(after, 'latin1') })
        if (Result.isSuccess(made)) return undefined
        options.onFailure(made.failure.message)
        return state === 'restored'
          ? 'the values could not be put into the file; it holds the tokens'
          : 'the file could not be made ready for the change'
      },
    }
  }

  /** Puts back what the file is known to hold, and `more` of the session's own. */
  const putBack = async (
    absolute: string,
    place: Place,
    file: RestoredFile | undefined,
    more: {
      readonly session: string
      readonly tokens: ReadonlyArray<string>
      readonly secrets: ReadonlyArray<string>
      readonly valueOf: (token: string) => Value | undefined
    },
    toolUseId: string | undefined,
  ): Promise<FileChange | undefined> => {
    const theirs =
      file === undefined || file.session === null || file.session === more.session
        ? undefined
        : await vault.of(file.session)
    const tokens = [...new Set([...(file?.tokens ?? []), ...more.tokens])].slice(0, MOST_TOKENS)
    const secrets = [...new Set([...(file?.secrets ?? []), ...more.secrets])].slice(0, MOST_TOKENS)
    const valueOf = (token: string): Value | undefined =>
      more.valueOf(token) ?? theirs?.valueOf(token)
    const pairs = pairsOf(tokens, secrets, valueOf)
    return pairs.length === 0
      ? undefined
      : change(absolute, place, 'restored', pairs, toolUseId, file !== undefined)
  }

  return {
    values: async () => {
      const values: Array<Value> = []
      for (const { session, tokens } of known()) {
        if (session === null || tokens.length === 0) continue
        const of = await vault.of(session)
        for (const token of tokens) {
          const value = of.valueOf(token)
          if (value !== undefined) values.push(value)
        }
      }
      return values
    },
    files: (place, event) => {
      const outside = options.outside(event)
      return known()
        .slice(-MOST_FILES)
        .flatMap(({ path }) => {
          const absolute = absoluteOf(path, outside)
          return absolute === undefined ? [] : [refOf(absolute, place)]
        })
    },
    cover: async (event, call) => {
      const absolute = fileOf(event, call)
      if (absolute === undefined) return undefined
      const place = options.outside(event)
      const file = await find(absolute, place)
      if (file === undefined) return undefined
      const of = file.session === null ? undefined : await vault.of(file.session)
      const pairs = pairsOf(file.tokens, file.secrets, (token) => of?.valueOf(token))
      return change(absolute, place, 'covered', pairs, call.useId, true)
    },
    restore: async (event, call, mine) => {
      const absolute = fileOf(event, call)
      if (absolute === undefined) return undefined
      const place = options.outside(event)
      const file = await find(absolute, place)
      const written = writtenText(call)
      const tokens = options.restores()
        ? tokensIn(written).filter((token) => mine?.valueOf(token) !== undefined)
        : []
      const secrets = secretsNamedIn(written).filter((name) =>
        options.maySink(name, absolute, place),
      )
      if (file === undefined && tokens.length === 0 && secrets.length === 0) return undefined
      const { session } = event
      const valueOf = (token: string): Value | undefined => mine?.valueOf(token)
      return putBack(absolute, place, file, { session, tokens, secrets, valueOf }, call.useId)
    },
    left: async (event, useId) => {
      const { session } = event
      const place = options.outside(event)
      const changes: Array<FileChange> = []
      for (const file of known()) {
        if (file.state !== 'covered' || file.session !== session) continue
        if (useId !== undefined && file.call !== useId) continue
        const absolute = await pathIn(file, place)
        const of = await vault.of(session)
        const found =
          absolute === undefined
            ? undefined
            : await putBack(
                absolute,
                place,
                file,
                { session, tokens: [], secrets: [], valueOf: of.valueOf },
                undefined,
              )
        if (found !== undefined) changes.push(found)
      }
      return changes
    },
  }
}

/** All that a call writes, in one text. */
const writtenText = ({ input }: ToolCall): string => {
  const edits = Array.isArray(input['edits']) ? input['edits'] : []
  const parts: ReadonlyArray<unknown> = [
    input['content'],
    input['new_string'],
    input['new_source'],
    ...edits.map((edit: unknown) =>
      typeof edit === 'object' && edit !== null && 'new_string' in edit ? edit.new_string : '',
    ),
  ]
  return parts.filter((part) => typeof part === 'string').join('\n')
}

const hasToken = ({ path }: RestoredFile): boolean =>
  Object.values(path).some((text) => typeof text === 'string' && tokensIn(text).length > 0)

const asBytes = (text: string): string => Buffer.from(utf8(text)).toString('latin1')

/** `{{secret.X}}` and `{{ secret.X }}` name the same. */
const spelledAlike = (text: string, names: ReadonlySet<string>): string =>
  names.size === 0
    ? text
    : text.replace(PLACEHOLDER, (whole, name: string) =>
        names.has(name) ? placeholderOf(name) : whole,
      )

/** Where nothing on the disk is looked at or changed: in the replay of a recorded session. */
export const NO_FILES: RestoredFiles = {
  values: () => Promise.resolve([]),
  files: () => [],
  cover: () => Promise.resolve(undefined),
  restore: () => Promise.resolve(undefined),
  left: () => Promise.resolve([]),
}
