// Registering the plugin in Claude Code's settings files, which alone makes the client load it at its
// next start (observed). Every unrelated byte stays; a file that the client could not use is refused
// and left as it is, since adding to it would look like a registration and be none.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { atomicWrite } from '../files/atomicWrite.ts'
import { failureOf, type FileFailure, shown } from '../files/failure.ts'
import { backupsOf, backupWith, keepBackup } from './backups.ts'
import { isObject, member, parseJson, readText } from './clientFiles.ts'
import {
  type JsonEditRefused,
  type MemberPath,
  removeEvery,
  removeMember,
  sameJson,
  setMember,
} from './jsonEdit.ts'
import { MARKETPLACE, PLUGIN_ID } from './plugin.ts'
import { settingsProblem } from './settingsCheck.ts'

/** A settings file that cannot be edited as it is. Nothing was changed. */
export class SettingsRefused extends Schema.TaggedError<SettingsRefused>()('SettingsRefused', {
  path: Schema.String,
  detail: Schema.String,
  remedy: Schema.String,
}) {
  override get message(): string {
    return `${this.path}: ${this.detail}`
  }
}

export type TextEdit = (text: string) => Result.Result<string, JsonEditRefused>

const MARKETPLACES = 'extraKnownMarketplaces'
const ENABLED = 'enabledPlugins'

/** Names our marketplace folder. Only the user's settings (or managed ones) can (observed). */
export const addMarketplace =
  (pluginDir: string): TextEdit =>
  (text) => {
    const source = { source: 'directory', path: pluginDir }
    const parsed = parseJson(text)
    const entry = 'value' in parsed ? marketplaceIn(parsed.value) : undefined
    return sameJson(member(entry, 'source'), source)
      ? Result.succeed(text)
      : setMember(text, [MARKETPLACES, MARKETPLACE], { source })
  }

export const enablePlugin: TextEdit = (text) => setMember(text, [ENABLED, PLUGIN_ID], true)

export const removeMarketplace: TextEdit = (text) =>
  removeAll(text, [MARKETPLACES, MARKETPLACE], marketplaceIn)

export const removePlugin: TextEdit = (text) => removeAll(text, [ENABLED, PLUGIN_ID], enabledIn)

export const marketplaceIn = (settings: unknown): unknown =>
  member(member(settings, MARKETPLACES), MARKETPLACE)

export const enabledIn = (settings: unknown): unknown =>
  member(member(settings, ENABLED), PLUGIN_ID)

/** As many duplicates of a key as nobody wrote by mistake. */
const MOST_DUPLICATES = 8

/**
 * Until it is gone: taking out the last of duplicate keys brings the one before it into force. Whoever
 * wrote it may have written it a hundred thousand times, and each time the text is read anew.
 */
export const removeAll = (
  text: string,
  keys: MemberPath,
  look: (settings: unknown) => unknown,
): Result.Result<string, JsonEditRefused> =>
  Result.gen(function* () {
    let left = text
    for (let times = 0; times < MOST_DUPLICATES; times++) {
      const shorter = yield* removeMember(left, keys)
      const parsed = parseJson(shorter)
      if (shorter === left || !('value' in parsed) || look(parsed.value) === undefined)
        return shorter
      left = shorter
    }
    return yield* removeEvery(left, keys)
  })

/** Several edits of one file as one: either all of them are made or none is. */
export const allOf =
  (...edits: ReadonlyArray<TextEdit>): TextEdit =>
  (text) =>
    edits.reduce<Result.Result<string, JsonEditRefused>>(
      (done, edit) => Result.flatMap(done, edit),
      Result.succeed(text),
    )

export interface SettingsEdit {
  readonly file: string
  readonly outcome: 'created' | 'changed' | 'unchanged' | 'removed'
  /** Where the bytes from before the edit are; null when none were needed. */
  readonly backup: string | null
}

/** What a missing file is created from. */
const EMPTY = '{}\n'

/** Somebody else writes the same file at the same moment: how often to begin again. */
const MOST_ATTEMPTS = 3

export interface EditOptions {
  /** Of a file that is created; 0600 unless said. */
  readonly mode?: number
  /** A folder that the file must really lie in: a repository could make its settings a link. */
  readonly within?: string
  /** False: the bytes before are not kept. */
  readonly backup?: boolean
}

/**
 * Adds to a settings file, creating it and its folder where they are missing. Refuses a file that the
 * client would drop. Before a change the bytes are kept beside the file (0600).
 *
 * A crash leaves the old file or the new one, and at most a backup too many.
 */
export const addToSettings = (
  file: string,
  edit: TextEdit,
  { mode = 0o600, within, backup: keeps = true }: EditOptions = {},
): Result.Result<SettingsEdit, SettingsRefused | FileFailure> =>
  Result.gen(function* () {
    if (within !== undefined) yield* checkWithin(file, within)
    for (let attempt = 1; ; attempt++) {
      const found = yield* readStrictly(file)
      if (found !== undefined) yield* checkUsable(file, found.text)
      const text = yield* applied(file, found?.text ?? EMPTY, edit)
      if (found !== undefined && text === found.text)
        return { file, outcome: 'unchanged', backup: null } as const
      yield* checkUsable(file, text)
      if (found === undefined) {
        yield* makeFolder(path.dirname(file))
        yield* atomicWrite(yield* targetOf(file), text, { mode })
        return { file, outcome: 'created', backup: null } as const
      }
      const backup = keeps ? yield* keepBackup(file, found.bytes) : null
      if (yield* replaced(file, found, text)) return { file, outcome: 'changed', backup } as const
      if (attempt === MOST_ATTEMPTS) return yield* keepsChanging(file)
    }
  })

/**
 * Takes out what addToSettings put in, and the file itself where it is left empty and was not there
 * before. A file that is not there, or holds nothing of ours, is done already.
 */
export const removeFromSettings = (
  file: string,
  edit: TextEdit,
  { within }: Pick<EditOptions, 'within'> = {},
): Result.Result<SettingsEdit, SettingsRefused | FileFailure> =>
  Result.gen(function* () {
    for (let attempt = 1; ; attempt++) {
      const found = yield* readStrictly(file)
      if (found === undefined) return { file, outcome: 'unchanged', backup: null } as const
      if (within !== undefined) yield* checkWithin(file, within)
      const text = yield* applied(file, found.text, edit)
      if (text === found.text) return { file, outcome: 'unchanged', backup: null } as const
      // Without a backup there was no file when we first wrote it.
      const backups = yield* attempted(file, 'look for backups of it', () => backupsOf(file))
      if (isEmptyObject(text) && backups.length === 0) {
        const target = yield* targetOf(file)
        yield* attempted(target, 'remove it', () => fs.rmSync(target))
        removeIfEmpty(path.dirname(file))
        return { file, outcome: 'removed', backup: null } as const
      }
      // What comes back is what was there before us: nothing is lost that a backup could keep.
      const restores = backupWith(file, Buffer.from(text)) !== undefined
      const backup = restores ? null : yield* keepBackup(file, found.bytes)
      if (yield* replaced(file, found, text)) return { file, outcome: 'changed', backup } as const
      if (attempt === MOST_ATTEMPTS) return yield* keepsChanging(file)
    }
  })

/**
 * Puts a file's bytes back after the client rewrote it in its own layout, if it says the same. Answers
 * whether the bytes now are those.
 */
export const keepLayout = (
  file: string,
  bytes: Uint8Array,
): Result.Result<boolean, SettingsRefused | FileFailure> =>
  Result.gen(function* () {
    const found = yield* readStrictly(file)
    if (found === undefined) return false
    if (Buffer.from(found.bytes).equals(bytes)) return true
    const [now, before] = [parseJson(found.text), parseJson(Buffer.from(bytes).toString())]
    if (!('value' in now) || !('value' in before) || !sameJson(now.value, before.value))
      return false
    return yield* replaced(file, found, Buffer.from(bytes).toString())
  })

export interface Found {
  readonly text: string
  readonly bytes: Uint8Array
  readonly mode: number
}

/** As the client reads it, but only where writing the text back would give the same bytes. */
export const readStrictly = (file: string): Result.Result<Found | undefined, SettingsRefused> => {
  const read = readText(file)
  switch (read.found) {
    case 'nothing':
      return Result.succeed(undefined)
    case 'unreadable':
      return refuse(file, read.detail, `move ${shown(file)} away, or mend it`)
    case 'text': {
      const { text, bytes, stat } = read
      return Buffer.from(text).equals(bytes)
        ? Result.succeed({ text, bytes, mode: stat.mode & 0o777 })
        : refuse(file, 'is not UTF-8', 'save it as UTF-8')
    }
  }
}

const refuse = (file: string, detail: string, remedy: string) =>
  Result.fail(new SettingsRefused({ path: file, detail, remedy }))

const checkUsable = (file: string, text: string): Result.Result<void, SettingsRefused> => {
  const parsed = parseJson(text)
  const problem = 'value' in parsed ? settingsProblem(parsed.value) : undefined
  if ('problem' in parsed)
    return refuse(file, `${parsed.problem}; Claude Code ignores the whole file`, 'mend it by hand')
  return problem === undefined
    ? Result.succeed(undefined)
    : refuse(
        file,
        `Claude Code ignores the whole file because of one value: ${problem}`,
        'correct that value, then run the command again',
      )
}

const applied = (
  file: string,
  text: string,
  edit: TextEdit,
): Result.Result<string, SettingsRefused> =>
  Result.mapError(
    edit(text),
    ({ detail }) => new SettingsRefused({ path: file, detail, remedy: 'mend it by hand' }),
  )

const keepsChanging = (file: string) =>
  refuse(file, 'keeps changing while it is edited', 'close what writes to it, then try again')

const isEmptyObject = (text: string): boolean => {
  const parsed = parseJson(text)
  return 'value' in parsed && isObject(parsed.value) && Object.keys(parsed.value).length === 0
}

/**
 * Replaces the file that the path leads to (links stay links), unless its bytes are no longer those
 * the edit was made from. Answers whether it did.
 */
export const replaced = (
  file: string,
  before: Found,
  text: string,
): Result.Result<boolean, SettingsRefused | FileFailure> =>
  Result.gen(function* () {
    const now = yield* readStrictly(file)
    if (now === undefined || !Buffer.from(now.bytes).equals(before.bytes)) return false
    yield* atomicWrite(yield* targetOf(file), text, { mode: before.mode })
    return true
  })

const attempted = <A>(file: string, doing: string, call: () => A): Result.Result<A, FileFailure> =>
  Result.try({ try: call, catch: (error) => failureOf(file, doing, error) })

const makeFolder = (dir: string): Result.Result<void, FileFailure> =>
  attempted(dir, 'create it', () => void fs.mkdirSync(dir, { recursive: true }))

const removeIfEmpty = (dir: string): void => {
  try {
    fs.rmdirSync(dir)
  } catch {
    // It holds something else, or may not be removed: an empty folder means nothing to the client.
  }
}

/** The nearest existing folder of the file, links resolved, must be the other one or below it. */
const checkWithin = (
  file: string,
  dir: string,
): Result.Result<void, SettingsRefused | FileFailure> =>
  Result.gen(function* () {
    const target = yield* targetOf(file)
    const [folder, root] = yield* attempted(file, 'find where it leads', () => {
      let at = path.dirname(target)
      while (!fs.existsSync(at)) at = path.dirname(at)
      return [fs.realpathSync(at), fs.realpathSync(dir)] as const
    })
    if (folder === root || folder.startsWith(`${root}/`)) return undefined
    return yield* refuse(
      file,
      `leads out of ${dir}, to ${target}`,
      `see ls -l ${shown(path.dirname(file))} ${shown(file)}`,
    )
  })

/** As many links as the kernel follows in one path. */
const MOST_LINKS = 40

/** The file that a path leads to, whether it exists or not: a link of the user's is written through. */
const targetOf = (file: string): Result.Result<string, FileFailure> =>
  attempted(file, 'find where it leads', () => {
    let at = file
    for (let links = 0; ; links++) {
      if (fs.lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return at
      if (links === MOST_LINKS) throw Object.assign(new Error('too many links'), { code: 'ELOOP' })
      at = path.resolve(fs.realpathSync(path.dirname(at)), fs.readlinkSync(at))
    }
  })
