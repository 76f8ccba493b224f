// Registering the plugin with the client and taking it out again: through its settings files, which
// decide, and through `claude plugin …` where the client is there, so that its own lists know it too.
// The client rewrites a settings file in its own layout; the bytes are put back.
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import type { FileFailure } from '../files/failure.ts'
import {
  installedPluginsFile,
  knownMarketplacesFile,
  projectSettingsFile,
  userSettingsFile,
} from './clientFiles.ts'
import { runClient, type Client } from './clientProgram.ts'
import { removeMember, type MemberPath } from './jsonEdit.ts'
import { MARKETPLACE, PLUGIN_ID } from './plugin.ts'
import { done, kept, skipped, type Step } from './report.ts'
import {
  addMarketplace,
  addToSettings,
  allOf,
  enablePlugin,
  keepLayout,
  readStrictly,
  removeFromSettings,
  removeMarketplace,
  removePlugin,
  replaced,
  type EditOptions,
  type Found,
  type SettingsEdit,
  type SettingsRefused,
  type TextEdit,
} from './settings.ts'
import type { Registration } from './wiringRecord.ts'

export interface RegisterTarget {
  readonly clientDir: string
  readonly pluginDir: string
  readonly home: string
  /** Null where the client was not found: then the settings files alone do it. */
  readonly client: Client | null
}

/** The settings files that a registration is in, and what it puts into each. */
const editsOf = (
  registration: Registration,
  { clientDir, pluginDir }: Pick<RegisterTarget, 'clientDir' | 'pluginDir'>,
): ReadonlyArray<{ readonly file: string; readonly edit: TextEdit } & EditOptions> => {
  const user = userSettingsFile(clientDir)
  return registration.scope === 'user'
    ? [{ file: user, edit: allOf(addMarketplace(pluginDir), enablePlugin) }]
    : [
        // A marketplace that only a project names is not loaded (observed), and its absolute path
        // has no place in a file that is committed.
        { file: user, edit: addMarketplace(pluginDir) },
        {
          file: projectSettingsFile(registration.dir),
          edit: enablePlugin,
          mode: 0o644,
          within: registration.dir,
        },
      ]
}

/**
 * Registers. The plugin's files must be there already. Settings first: from then on the next session
 * is gated, whatever happens to the rest. Safe to repeat; a crash in the middle of a project's
 * registration leaves the marketplace known and the plugin not enabled.
 */
export const register = Effect.fn('register')(function* (
  registration: Registration,
  target: RegisterTarget,
): Effect.fn.Return<ReadonlyArray<Step>, SettingsRefused | FileFailure> {
  const steps: Array<Step> = []
  const edits = editsOf(registration, target)
  for (const { file, edit, ...options } of edits)
    steps.push(stepOf(yield* Effect.fromResult(addToSettings(file, edit, options))))
  const { client, pluginDir } = target
  if (client === null) {
    const detail = 'claude was not found; its settings files were edited, which is enough'
    return [...steps, skipped('client', null, detail)]
  }
  const files = edits.map(({ file }) => file)
  steps.push(
    ...(yield* asClient(target, client, registration, files, [
      ['plugin', 'marketplace', 'add', pluginDir, '--json'],
      ['plugin', 'install', PLUGIN_ID, '--scope', registration.scope, '--json'],
    ])),
  )
  return steps
})

/**
 * Takes a registration out. The settings first: from then on no new session runs the hooks, and the
 * plugin's files may go. `keepMarketplace` while another registration still needs it.
 */
export const unregister = Effect.fn('unregister')(function* (
  registration: Registration,
  target: RegisterTarget,
  keepMarketplace: boolean,
): Effect.fn.Return<ReadonlyArray<Step>, SettingsRefused | FileFailure> {
  const steps: Array<Step> = []
  const user = userSettingsFile(target.clientDir)
  const marketplace = keepMarketplace ? [] : [removeMarketplace]
  const edits =
    registration.scope === 'user'
      ? [{ file: user, edit: allOf(removePlugin, ...marketplace) }]
      : [
          {
            file: projectSettingsFile(registration.dir),
            edit: removePlugin,
            within: registration.dir,
          },
          { file: user, edit: allOf(...marketplace) },
        ]
  for (const { file, edit, ...options } of edits)
    steps.push(stepOf(yield* Effect.fromResult(removeFromSettings(file, edit, options))))
  const files = edits.map(({ file }) => file)
  if (target.client !== null)
    steps.push(
      ...(yield* asClient(target, target.client, registration, files, [
        ['plugin', 'uninstall', PLUGIN_ID, '--scope', registration.scope, '--json'],
        ...(keepMarketplace ? [] : [['plugin', 'marketplace', 'remove', MARKETPLACE, '--json']]),
      ])),
    )
  if (!keepMarketplace) steps.push(...(yield* Effect.sync(() => forget(target.clientDir))))
  return steps
})

/** Codes with which the client says that what is to be removed is not there. */
const ALREADY_GONE = new Set(['not_installed', 'not_configured'])

/**
 * Runs commands of the client, and puts back the layout of the settings it rewrote on the way, also
 * when it is interrupted. That the client refuses a command is told and is no failure: the settings
 * files hold the registration. A crash in here leaves a file in the client's layout, with a backup.
 */
const asClient = Effect.fnUntraced(function* (
  { home }: RegisterTarget,
  client: Client,
  registration: Registration,
  files: ReadonlyArray<string>,
  commands: ReadonlyArray<ReadonlyArray<string>>,
): Effect.fn.Return<ReadonlyArray<Step>, SettingsRefused | FileFailure> {
  const cwd = registration.scope === 'project' ? registration.dir : home
  const before = yield* Effect.forEach(files, (file) =>
    Effect.map(Effect.fromResult(readStrictly(file)), (found) => ({ file, found })),
  )
  const restore = Effect.suspend(() =>
    Effect.forEach(before, ({ file, found }) => Effect.fromResult(restored(file, found))),
  )
  const ran = yield* Effect.onInterrupt(
    Effect.forEach(commands, (args) =>
      Effect.match(runClient(client, args, cwd), {
        onSuccess: () => done(nameOf(args), null, 'done by the client'),
        onFailure: (failure) =>
          failure.code !== null && ALREADY_GONE.has(failure.code)
            ? kept(nameOf(args), null, 'the client has no record of it')
            : skipped(nameOf(args), null, failure.detail),
      }),
    ),
    () => Effect.ignore(restore),
  )
  const layouts = yield* restore
  return [...ran, ...layouts.filter((step) => step !== undefined)]
})

const nameOf = (args: ReadonlyArray<string>): string =>
  `claude ${args.slice(0, args[1] === 'marketplace' ? 3 : 2).join(' ')}`

/** A file back in the layout it had; told only where that was not possible. */
const restored = (
  file: string,
  found: Found | undefined,
): Result.Result<Step | undefined, SettingsRefused | FileFailure> =>
  found === undefined
    ? Result.succeed(undefined)
    : Result.map(keepLayout(file, found.bytes), (same) =>
        same
          ? undefined
          : kept('settings', file, 'the client changed more than its layout: left as it is now'),
      )

/**
 * Our entries in the client's own lists, for when it is not there to be asked. These are its files,
 * not the user's: no backup is made, and what cannot be edited is left to the client.
 */
const forget = (clientDir: string): ReadonlyArray<Step> => {
  const lists: ReadonlyArray<readonly [string, MemberPath]> = [
    [knownMarketplacesFile(clientDir), [MARKETPLACE]],
    [installedPluginsFile(clientDir), ['plugins', PLUGIN_ID]],
  ]
  return lists.flatMap(([file, keys]) => {
    const edited = Result.gen(function* () {
      const found = yield* readStrictly(file)
      if (found === undefined) return false
      const text = yield* removeMember(found.text, keys)
      return text === found.text ? false : yield* replaced(file, found, text)
    })
    if (Result.isFailure(edited)) return [skipped('client list', file, edited.failure.message)]
    return edited.success ? [done('client list', file, 'our entry was removed')] : []
  })
}

const DONE: Record<SettingsEdit['outcome'], string> = {
  created: 'created with our entries',
  changed: 'only our entries changed',
  unchanged: 'needs no change',
  removed: 'removed: it was created for our entries and held nothing else',
}

const stepOf = ({ file, outcome, backup }: SettingsEdit): Step =>
  (outcome === 'unchanged' ? kept : done)(
    'settings',
    file,
    backup === null ? DONE[outcome] : `${DONE[outcome]}; the bytes before are in ${backup}`,
  )
