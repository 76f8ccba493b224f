// What in the client's own files would keep it from loading the gate, found file by file, and how each is
// put back. Only our own keys are touched; a file that cannot be used at all is put back as it was last
// seen usable, and what was there is kept beside it. Each file may be anything, and change at any moment.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { atomicWrite } from '../files/atomicWrite.ts'
import { failureOf, type FileFailure } from '../files/failure.ts'
import { backupsOf, keepBackup } from './backups.ts'
import {
  isObject,
  knownMarketplacesFile,
  localSettingsFile,
  member,
  parseJson,
  projectSettingsFile,
  readText,
  userSettingsFile,
} from './clientFiles.ts'
import { removeMember } from './jsonEdit.ts'
import { MARKETPLACE } from './plugin.ts'
import {
  addMarketplace,
  addToSettings,
  allOf,
  enabledIn,
  enablePlugin,
  marketplaceIn,
  readStrictly,
  removeAll,
  removeMarketplace,
  removePlugin,
  replaced,
  type SettingsRefused,
  type TextEdit,
} from './settings.ts'
import { settingsProblem } from './settingsCheck.ts'
import type { Registration } from './wiringRecord.ts'

/** What is wrong, by the key that it is about; `unusable`: the client drops the whole file. */
export type SwitchKey =
  'disableAllHooks' | 'enabledPlugins' | 'extraKnownMarketplaces' | 'unusable' | 'missing'

export interface Switch {
  readonly file: string
  readonly key: SwitchKey
}

export interface ClientFile {
  readonly file: string
  readonly form: 'settings' | 'marketplaces'
  /** What of ours it must hold. */
  readonly holds: ReadonlyArray<'plugin' | 'marketplace'>
  /** The folder that it must really lie in. */
  readonly within?: string
}

/** The files that decide it for a session started in a folder; managed settings are nobody's here. */
export const clientFilesOf = (
  clientDir: string,
  registrations: ReadonlyArray<Registration>,
  projectDir: string | undefined,
): ReadonlyArray<ClientFile> => {
  const user: ClientFile = {
    file: userSettingsFile(clientDir),
    form: 'settings',
    holds: registrations.some(({ scope }) => scope === 'user')
      ? ['plugin', 'marketplace']
      : ['marketplace'],
  }
  const lists: ClientFile = {
    file: knownMarketplacesFile(clientDir),
    form: 'marketplaces',
    holds: [],
  }
  if (projectDir === undefined || path.join(projectDir, '.claude') === clientDir)
    return [user, lists]
  const isRegistered = registrations.some(
    (one) => one.scope === 'project' && path.normalize(one.dir) === path.normalize(projectDir),
  )
  const below = { form: 'settings', within: projectDir } as const
  return [
    { ...below, file: localSettingsFile(projectDir), holds: [] },
    { ...below, file: projectSettingsFile(projectDir), holds: isRegistered ? ['plugin'] : [] },
    user,
    lists,
  ]
}

/** What in this file keeps the gate out, and its bytes where nothing does. Never throws, never waits. */
export const lookForSwitches = (
  { file, form, holds }: ClientFile,
  pluginDir: string,
): { readonly switches: ReadonlyArray<Switch>; readonly usable?: Uint8Array } => {
  const read = readText(file)
  const alone = (key: SwitchKey) => ({ switches: [{ file, key }] })
  if (read.found === 'nothing') return holds.length === 0 ? { switches: [] } : alone('missing')
  const parsed = read.found === 'text' ? parseJson(read.text) : undefined
  const value = parsed !== undefined && 'value' in parsed ? parsed.value : undefined
  if (form === 'marketplaces') {
    // With a list that is none the client loads no plugin at all, ours neither (observed).
    if (!isList(value)) return alone('unusable')
    const ours = member(value, MARKETPLACE)
    if (ours !== undefined && !isListed(ours, pluginDir)) return alone('extraKnownMarketplaces')
  } else {
    const isUsable = value !== undefined && settingsProblem(value) === undefined
    if (!isUsable) return holds.length === 0 ? { switches: [] } : alone('unusable')
    const keys: Array<SwitchKey> = []
    if (member(value, 'disableAllHooks') === true) keys.push('disableAllHooks')
    const enabled = enabledIn(value)
    if (enabled === undefined ? holds.includes('plugin') : enabled !== true)
      keys.push('enabledPlugins')
    const market = marketplaceIn(value)
    if (market === undefined ? holds.includes('marketplace') : !isSource(market, pluginDir))
      keys.push('extraKnownMarketplaces')
    if (keys.length > 0) return { switches: keys.map((key) => ({ file, key })) }
  }
  return read.found === 'text' ? { switches: [], usable: read.bytes } : { switches: [] }
}

const isSource = (entry: unknown, pluginDir: string): boolean =>
  member(member(entry, 'source'), 'source') === 'directory' &&
  member(member(entry, 'source'), 'path') === pluginDir

const isListed = (entry: unknown, pluginDir: string): boolean =>
  isSource(entry, pluginDir) && member(entry, 'installLocation') === pluginDir

const isList = (value: unknown): boolean =>
  isObject(value) &&
  Object.values(value).every(
    (entry) =>
      isObject(member(entry, 'source')) && typeof member(entry, 'installLocation') === 'string',
  )

export interface Mended {
  /** Whether the bytes before were kept beside the file. */
  readonly backup: boolean
}

export type NotMended = SettingsRefused | FileFailure

export interface MendOptions {
  /** The file's bytes when it was last seen usable; without them one that cannot be used stays. */
  readonly before?: Uint8Array | undefined
  /** Whether what is there is kept beside it. */
  readonly keeps: boolean
}

/**
 * Puts one of them back. What is taken out is taken out wherever the file leads: it is what the client
 * reads. What is put in, or back as a whole, stays within the folder that it belongs to. A crash leaves the file as it was or as it is to be, and at most a backup too many.
 */
export const mendSwitch = (
  { file, form, holds, within }: ClientFile,
  { key }: Switch,
  pluginDir: string,
  { before, keeps }: MendOptions,
): Result.Result<Mended | undefined, NotMended> => {
  const edit = (change: TextEdit, puts: boolean) =>
    Result.map(
      addToSettings(file, change, {
        backup: keeps,
        ...(puts && within !== undefined ? { within } : {}),
      }),
      ({ backup }) => ({ backup: backup !== null }),
    )
  switch (key) {
    case 'disableAllHooks':
      return edit((text) => removeAll(text, ['disableAllHooks'], (v) => member(v, key)), false)
    case 'enabledPlugins':
      return holds.includes('plugin') ? edit(enablePlugin, true) : edit(removePlugin, false)
    case 'extraKnownMarketplaces':
      if (form === 'marketplaces') return unlisted(file, keeps)
      return holds.includes('marketplace')
        ? edit(addMarketplace(pluginDir), true)
        : edit(removeMarketplace, false)
    case 'missing':
      return before === undefined || holds.length === 0
        ? edit(
            allOf(
              ...(holds.includes('marketplace') ? [addMarketplace(pluginDir)] : []),
              ...(holds.includes('plugin') ? [enablePlugin] : []),
            ),
            true,
          )
        : putBack(file, before, keeps, within)
    case 'unusable':
      return before === undefined ? Result.succeed(undefined) : putBack(file, before, keeps, within)
  }
}

/** The client takes our folder from its settings where its own list does not name it (observed). */
const unlisted = (file: string, keeps: boolean): Result.Result<Mended | undefined, NotMended> =>
  Result.gen(function* () {
    const found = yield* readStrictly(file)
    if (found === undefined) return undefined
    const text = Result.getOrElse(removeMember(found.text, [MARKETPLACE]), () => found.text)
    if (text === found.text) return undefined
    if (keeps) yield* keepBackup(file, found.bytes)
    return (yield* replaced(file, found, text)) ? { backup: keeps } : undefined
  })

/** What lies there now is kept: as bytes, or where it is no file that could be read, by another name. */
const putBack = (
  file: string,
  before: Uint8Array,
  keeps: boolean,
  within: string | undefined,
): Result.Result<Mended | undefined, NotMended> =>
  Result.gen(function* () {
    if (within !== undefined && !(yield* lies(file, within))) return undefined
    const read = readText(file)
    if (read.found === 'nothing') {
      yield* attempt(file, () => fs.mkdirSync(path.dirname(file), { recursive: true }))
      // A link that leads nowhere would be written through otherwise, to wherever it says.
      yield* attempt(file, () => fs.rmSync(file, { force: true }))
      yield* atomicWrite(file, before, { mode: 0o600 })
      return { backup: false }
    }
    if (read.found === 'unreadable') {
      // Never removed: somebody may have moved there what is dear to the user.
      yield* attempt(file, () => fs.renameSync(file, freeName(file)))
      yield* atomicWrite(file, before, { mode: 0o600 })
      return { backup: true }
    }
    const { text, bytes, stat } = read
    if (keeps) yield* keepBackup(file, bytes)
    const found = { text, bytes, mode: stat.mode & 0o777 }
    if (Buffer.from(text).equals(bytes))
      return (yield* replaced(file, found, Buffer.from(before).toString()))
        ? { backup: keeps }
        : undefined
    const target = yield* attempt(file, () => fs.realpathSync(file))
    yield* atomicWrite(target, before, { mode: found.mode })
    return { backup: keeps }
  })

/** A repository could have its folder of settings lead anywhere. */
const lies = (file: string, within: string): Result.Result<boolean, FileFailure> =>
  attempt(file, () => {
    const [folder, root] = [fs.realpathSync(path.dirname(file)), fs.realpathSync(within)]
    return folder.startsWith(`${root}/`)
  })

const freeName = (file: string): string =>
  `${file}.isonapse-backup-${Number(backupsOf(file).at(-1)?.split('-').at(-1) ?? 0) + 1}`

const attempt = <A>(file: string, work: () => A): Result.Result<A, FileFailure> =>
  Result.try({
    try: work,
    catch: (error) => failureOf(file, 'put it back', error),
  })
