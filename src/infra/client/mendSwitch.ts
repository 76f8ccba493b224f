// How each of what keeps the gate out is put back. Only our own keys are touched; a file that cannot be used
// at all is put back as it was last seen usable, and what was there is kept beside it. Each file may be
// anything, and change at any moment; a link of somebody else's must not lead what is written elsewhere.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { atomicWrite, createOnce } from '../files/atomicWrite.ts'
import { failureOf, type FileFailure } from '../files/failure.ts'
import { backupsOf, keepBackup } from './backups.ts'
import { member, readText } from './clientFiles.ts'
import { removeEvery, removeMember } from './jsonEdit.ts'
import { MARKETPLACE } from './plugin.ts'
import {
  addMarketplace,
  addToSettings,
  allOf,
  enablePlugin,
  readStrictly,
  removeAll,
  removeMarketplace,
  removePlugin,
  replaced,
  type SettingsRefused,
  type TextEdit,
} from './settings.ts'
import { type ClientFile, realOf, type Switch, type Usable } from './switches.ts'

export interface Mended {
  /** Whether the bytes before were kept beside the file. */
  readonly backup: boolean
}

export type NotMended = SettingsRefused | FileFailure

export interface MendOptions {
  /** Without it a file that cannot be used stays. */
  readonly before?: Usable | undefined
  /** Whether what is there is kept beside it. */
  readonly keeps: boolean
}

/**
 * Puts one of them back. What is taken out is taken out wherever the file leads: it is what the client
 * reads. What is put in, or back as a whole, stays within the folder that it belongs to, and goes through
 * no link but one that was there already. A crash leaves the file as it was or as it is to be, and at most
 * a backup too many; only of what is no file, or a link, it may leave nothing but what was moved beside it.
 */
export const mendSwitch = (
  { file, form, holds, within }: ClientFile,
  { key }: Switch,
  pluginDir: string,
  { before, keeps }: MendOptions,
): Result.Result<Mended | undefined, NotMended> => {
  const edit = (change: TextEdit, puts: boolean): Result.Result<Mended | undefined, NotMended> => {
    const inside = puts ? within : undefined
    const asItIs = addToSettings(file, change, {
      backup: keeps,
      ...(inside === undefined ? {} : { within: inside }),
    })
    if (Result.isSuccess(asItIs)) return Result.succeed({ backup: asItIs.success.backup !== null })
    // The client reads more than can be edited byte for byte, and so may say anything that way.
    const anew = writtenAnew(file, change, keeps, inside)
    return Result.isSuccess(anew) && anew.success !== undefined ? anew : Result.fail(asItIs.failure)
  }
  const put = (change: TextEdit): Result.Result<Mended | undefined, NotMended> =>
    Result.flatMap(
      attempt(file, () => before !== undefined && isOtherLink(file, before)),
      (isOther) => (isOther ? putBack(file, before!, keeps, within) : edit(change, true)),
    )
  const ours = [
    ...(holds.includes('marketplace')
      ? [addedTo('extraKnownMarketplaces', addMarketplace(pluginDir))]
      : []),
    ...(holds.includes('plugin') ? [enablePlugin] : []),
  ]
  switch (key) {
    case 'disableAllHooks':
      return edit((text) => removeAll(text, ['disableAllHooks'], (v) => member(v, key)), false)
    case 'enabledPlugins':
      return holds.includes('plugin') ? put(enablePlugin) : edit(removePlugin, false)
    case 'extraKnownMarketplaces':
      if (form === 'marketplaces') return unlisted(file, keeps)
      return holds.includes('marketplace')
        ? put(addedTo('extraKnownMarketplaces', addMarketplace(pluginDir)))
        : edit(removeMarketplace, false)
    case 'missing':
      return before === undefined || holds.length === 0
        ? edit(allOf(...ours), true)
        : putBack(file, before, keeps, within)
    case 'unusable':
      return before === undefined ? Result.succeed(undefined) : putBack(file, before, keeps, within)
  }
}

/** In place of what is no object there: it says nothing, and would only be in the way. */
const addedTo =
  (key: string, add: TextEdit): TextEdit =>
  (text) =>
    Result.orElse(add(text), () =>
      Result.flatMap(removeMember(text, [key]), (without) =>
        Result.orElse(add(without), () => Result.flatMap(removeEvery(text, [key]), add)),
      ),
    )

/** As UTF-8 from now on, whatever it was. */
const writtenAnew = (
  file: string,
  change: TextEdit,
  keeps: boolean,
  within: string | undefined,
): Result.Result<Mended | undefined, NotMended> =>
  Result.gen(function* () {
    const target = yield* attempt(file, () => fs.realpathSync(file))
    if (within !== undefined && !(yield* lies(target, within))) return undefined
    const read = readText(file)
    if (read.found !== 'text' || Buffer.from(read.text).equals(read.bytes)) return undefined
    const edited = change(read.text)
    if (Result.isFailure(edited) || edited.success === read.text) return undefined
    if (keeps) yield* keepBackup(file, read.bytes)
    const again = readText(target)
    if (again.found !== 'text' || !Buffer.from(again.bytes).equals(read.bytes)) return undefined
    yield* atomicWrite(target, edited.success, { mode: read.stat.mode & 0o777 })
    return { backup: keeps }
  })

/** The client takes our folder from its settings where its own list does not name it (observed). */
const unlisted = (file: string, keeps: boolean): Result.Result<Mended | undefined, NotMended> =>
  Result.gen(function* () {
    const change: TextEdit = (text) =>
      removeAll(text, [MARKETPLACE], (list) => member(list, MARKETPLACE))
    const read = readStrictly(file)
    if (Result.isFailure(read)) {
      const anew = writtenAnew(file, change, keeps, undefined)
      return Result.isSuccess(anew) && anew.success !== undefined
        ? anew.success
        : yield* Result.fail(read.failure)
    }
    const found = read.success
    if (found === undefined) return undefined
    const text = Result.getOrElse(change(found.text), () => found.text)
    if (text === found.text) return undefined
    if (keeps) yield* keepBackup(file, found.bytes)
    return (yield* replaced(file, found, text)) ? { backup: keeps } : undefined
  })

/** What lies there now is kept: as bytes, or where it is no file that could be read, by another name. */
const putBack = (
  file: string,
  before: Usable,
  keeps: boolean,
  within: string | undefined,
): Result.Result<Mended | undefined, NotMended> =>
  Result.gen(function* () {
    if (within !== undefined && !(yield* lies(file, within))) return undefined
    if (yield* attempt(file, () => isOtherLink(file, before)))
      return yield* inPlaceOf(file, before.bytes)
    const read = readText(file)
    if (read.found === 'nothing') {
      yield* attempt(file, () => fs.mkdirSync(path.dirname(file), { recursive: true }))
      // Somebody who wrote it in the meantime keeps what he wrote.
      const made = yield* createOnce(file, before.bytes)
      return made === 'created' ? { backup: false } : undefined
    }
    if (read.found === 'unreadable')
      return read.isPassing ? undefined : yield* inPlaceOf(file, before.bytes)
    const { text, bytes, stat } = read
    if (keeps) yield* keepBackup(file, bytes)
    const found = { text, bytes, mode: stat.mode & 0o777 }
    if (Buffer.from(text).equals(bytes))
      return (yield* replaced(file, found, Buffer.from(before.bytes).toString()))
        ? { backup: keeps }
        : undefined
    const target = yield* attempt(file, () => fs.realpathSync(file))
    yield* atomicWrite(target, before.bytes, { mode: found.mode })
    return { backup: keeps }
  })

/** Never removed: somebody may have moved there what is dear to the user. Back again where nothing can be written. */
const inPlaceOf = (file: string, bytes: Uint8Array): Result.Result<Mended, FileFailure> =>
  Result.gen(function* () {
    const beside = yield* attempt(file, () => freeName(file))
    yield* attempt(file, () => fs.renameSync(file, beside))
    const written = createOnce(file, bytes)
    if (Result.isFailure(written)) yield* attempt(file, () => fs.renameSync(beside, file))
    yield* written
    return { backup: true }
  })

/** A repository could have its folder of settings lead anywhere; where it is gone, it is made again. */
const lies = (file: string, within: string): Result.Result<boolean, FileFailure> =>
  attempt(file, () => {
    const dir = path.dirname(file)
    const root = fs.realpathSync(within)
    if (fs.lstatSync(dir, { throwIfNoEntry: false }) === undefined)
      return fs.realpathSync(path.dirname(dir)) === root
    return fs.realpathSync(dir).startsWith(`${root}/`)
  })

/** A link that leads to another file than the one that was last seen usable, which is not ours to write. */
const isOtherLink = (file: string, before: Usable | undefined): boolean =>
  fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true &&
  realOf(file) !== before?.real

const freeName = (file: string): string =>
  `${file}.isonapse-backup-${Number(backupsOf(file).at(-1)?.split('-').at(-1) ?? 0) + 1}`

const attempt = <A>(file: string, work: () => A): Result.Result<A, FileFailure> =>
  Result.try({
    try: work,
    catch: (error) => failureOf(file, 'put it back', error),
  })
