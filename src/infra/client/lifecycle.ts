// Installing, disabling, enabling and uninstalling. Each is safe to repeat and to interrupt; the order
// is such that a crash leaves the gate at least as strict as before, or gone as a whole, and never
// hooks whose script is missing: those would block every call of every new session.
import * as Clock from 'effect/Clock'
import * as Effect from 'effect/Effect'
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import * as path from 'node:path'
import type { ControlFailure } from '../../domain/control/methods.ts'
import type { PluginFileHash } from '../../domain/skills/ownPlugin.ts'
import type { FileFailure } from '../files/failure.ts'
import { checkAncestors, ensurePrivateDir } from '../files/secureDirs.ts'
import type { AppPaths } from '../paths.ts'
import {
  DEFAULT_DEADLINE_SECONDS,
  DEFAULT_START_SECONDS,
  type HookClientOptions,
} from '../transport/hookClient.ts'
import { type Marker, readMarker, writeMarker } from '../transport/marker.ts'
import { type NoTransport, probeTransports } from '../transport/probe.ts'
import type { BakedValueRefused } from '../transport/shellQuote.ts'
import { clientDirOf } from './clientFiles.ts'
import {
  askVersion,
  findClient,
  type Environment,
  versionOnDisk,
  versionWarning,
} from './clientProgram.ts'
import { hashesOf } from './installedPlugin.ts'
import { markerFile, pluginFiles, writePlugin } from './plugin.ts'
import { register, unregister, type RegisterTarget } from './register.ts'
import {
  destroyAllKeys,
  removeClientCopies,
  removeEmptied,
  removeOwn,
  removePluginFolder,
} from './removal.ts'
import { done, failed, kept, reportOf, skipped, type LifecycleReport, type Step } from './report.ts'
import { uninstallStatusLine } from './statusLine.ts'
import type { SettingsRefused } from './settings.ts'
import {
  readWiringRecord,
  sameRegistration,
  type Registration,
  type WiringDamaged,
  type WiringRecord,
  wiringFile,
  writeWiringRecord,
} from './wiringRecord.ts'

/** Whose installation it is, and what may be known of the machine. */
export interface Host {
  readonly paths: AppPaths
  /** The user's home directory, absolute. */
  readonly home: string
  /** The environment of the CLI's user: PATH finds the client, CLAUDE_CONFIG_DIR its folder. */
  readonly env: Environment
  /** The client's program; null for none. Looked for where this is not said. */
  readonly client?: string | null
  /**
   * Tells the control plane what the plugin's files will be, before any is written; none: they go. It
   * refuses whoever may not loosen the gate, and then nothing is changed.
   */
  readonly announce?: (plugin: AnnouncedPlugin) => Effect.Effect<void, ControlFailure>
}

export interface AnnouncedPlugin {
  readonly version: string
  readonly files: ReadonlyArray<PluginFileHash>
}

/** What goes into the plugin's files. */
export interface Program {
  /** This program's version. */
  readonly version: string
  /** The command line of the CLI, absolute. */
  readonly cli: ReadonlyArray<string>
  /** The running Node, absolute: the last resort among the exchange programs. */
  readonly node: string
  /** The command that starts a control plane, absolute, and its whole environment. */
  readonly start: ReadonlyArray<string>
  readonly startEnvironment: Readonly<Record<string, string>>
  /** What the log says, or will say once there is one: where a control plane cannot answer. */
  readonly mode: Marker
}

export type LifecycleFailure =
  | FileFailure
  | SettingsRefused
  | WiringDamaged
  | BakedValueRefused
  | NoTransport
  | NotInstalled
  | ControlFailure

/** `enable` where nothing was installed that could be made again. */
export class NotInstalled extends Schema.TaggedError<NotInstalled>()('NotInstalled', {
  detail: Schema.String,
  remedy: Schema.String,
}) {
  override get message(): string {
    return this.detail
  }
}

/**
 * Makes the plugin and registers it. Repeated, it renews what differs and adds a registration.
 *
 * Order, and what a crash after each step leaves: the log's entry (the files of before hold sessions up
 * until this is repeated) · the record (nothing is wired) · the marker (the
 * script will find it) · the plugin's files, script before hooks (nobody loads them) · the settings
 * (installed).
 */
export const install = Effect.fn('install')(function* (
  host: Host,
  program: Program,
  registration: Registration,
): Effect.fn.Return<LifecycleReport, LifecycleFailure> {
  const before = yield* Effect.fromResult(readWiringRecord(host.paths))
  const others = (before?.registrations ?? []).filter(
    (each) => !sameRegistration(each, registration),
  )
  return yield* wire(host, program, [...others, registration], [registration], before)
})

/** Makes the plugin again and registers it wherever it was. */
export const enable = Effect.fn('enable')(function* (
  host: Host,
  program: Program,
): Effect.fn.Return<LifecycleReport, LifecycleFailure> {
  const before = yield* Effect.fromResult(readWiringRecord(host.paths))
  if (before === undefined || before.registrations.length === 0)
    return yield* new NotInstalled({
      detail: 'nothing was installed that could be enabled again',
      remedy: 'isonapse hook install',
    })
  return yield* wire(host, program, before.registrations, before.registrations, before)
})

const wire = Effect.fnUntraced(function* (
  host: Host,
  program: Program,
  registrations: ReadonlyArray<Registration>,
  wanted: ReadonlyArray<Registration>,
  before: WiringRecord | undefined,
): Effect.fn.Return<LifecycleReport, LifecycleFailure> {
  const { paths, home, env } = host
  const steps: Array<Step> = []
  for (const dir of [paths.configDir, paths.dataDir, paths.pluginDir]) {
    yield* Effect.fromResult(checkAncestors(dir))
    yield* Effect.fromResult(ensurePrivateDir(dir))
  }
  const client = yield* hookClient(paths, program)
  const files = yield* Effect.fromResult(
    pluginFiles({ version: program.version, cli: program.cli, client }),
  )
  const found = yield* clientOf(host)
  const target: RegisterTarget = {
    clientDir: clientDirOf(home, env),
    pluginDir: paths.pluginDir,
    home,
    client: found.program === null ? null : { program: found.program, env },
  }
  const record: WiringRecord = {
    format: 1,
    clientDir: target.clientDir,
    registrations,
    enabled: true,
    plugin: { version: program.version, cli: program.cli, client },
    clientProgram: found.program,
    clientVersion: found.version,
    ...(yield* installedAt(before)),
  }
  yield* announced(host, { version: program.version, files: hashesOf(files) })
  yield* Effect.fromResult(writeWiringRecord(paths, record))
  steps.push(done('record', wiringFile(paths), 'says what is wired where'))
  steps.push(yield* Effect.fromResult(setMarker(paths, program.mode)))
  const written = yield* Effect.fromResult(writePlugin(paths, files))
  steps.push(
    written.length === 0
      ? kept('plugin', paths.pluginDir, 'is as it must be')
      : done('plugin', paths.pluginDir, `${written.length} of ${files.length} files written`),
    done('transport', client.exchange.path, `the hooks speak through ${client.exchange.kind}`),
  )
  for (const registration of wanted) steps.push(...(yield* register(registration, target)))
  const warning = versionWarning(found.version)
  return reportOf(steps, [
    'restart Claude Code: running sessions load the hooks at their next start',
    ...(warning === null ? [] : [warning]),
  ])
})

const announced = ({ announce }: Host, plugin: AnnouncedPlugin) =>
  announce === undefined ? Effect.void : announce(plugin)

/** The first time stays: when an earlier version installed it is not known, and today would be wrong. */
const installedAt = (before: WiringRecord | undefined) =>
  before === undefined
    ? Effect.map(Clock.currentTimeMillis, (installed) => ({ installed }))
    : Effect.succeed(before.installed === undefined ? {} : { installed: before.installed })

/** Finds what can carry an exchange here; 0.3 s. */
const hookClient = Effect.fnUntraced(function* (
  paths: AppPaths,
  { node, start, startEnvironment }: Program,
): Effect.fn.Return<HookClientOptions, FileFailure | NoTransport> {
  const { programs, chosen } = yield* probeTransports({
    socket: paths.hookSocket,
    scratch: paths.dataDir,
    node,
  })
  return {
    programs,
    exchange: { kind: chosen.kind, path: chosen.path },
    socket: paths.hookSocket,
    marker: markerFile(paths),
    start,
    startEnvironment,
    deadlineSeconds: DEFAULT_DEADLINE_SECONDS,
    startSeconds: DEFAULT_START_SECONDS,
  }
})

/** A marker there may be stricter than the log for a moment; only the control plane loosens it. */
const setMarker = (paths: AppPaths, mode: Marker): Result.Result<Step, FileFailure> =>
  Result.gen(function* () {
    const file = markerFile(paths)
    yield* ensurePrivateDir(path.dirname(file))
    const now = readMarker(file)
    if (Result.isSuccess(now) && now.success !== undefined)
      if (now.success === mode || mode === 'profile')
        return kept('marker', file, `says ${now.success}`)
    yield* writeMarker(file, mode)
    return done('marker', file, `says ${mode}`)
  })

/** The client's path and version: read off the disk, else asked of the client itself. */
const clientOf = Effect.fnUntraced(function* (
  host: Host,
): Effect.fn.Return<{ readonly program: string | null; readonly version: string | null }> {
  const { home, env } = host
  const program = programOf(host)
  if (program === null) return { program: null, version: null }
  const version =
    versionOnDisk(program) ??
    (yield* Effect.orElseSucceed(askVersion({ program, env }, home), () => null))
  return { program, version }
})

const programOf = ({ home, env, client }: Host): string | null =>
  client === undefined ? (findClient(home, env) ?? null) : client

const RUNNING_SESSIONS =
  'restart Claude Code: sessions that are running keep the hooks until then, and with the script gone the client blocks their calls'

/**
 * Takes the plugin out and keeps data and configuration. The registration goes first: a crash after
 * it leaves files that nobody loads.
 */
export const disable = Effect.fn('disable')(function* (
  host: Host,
): Effect.fn.Return<LifecycleReport, LifecycleFailure> {
  const record = yield* Effect.fromResult(readWiringRecord(host.paths))
  // First: a control plane that knows no better would put back what goes.
  yield* announced(host, { version: '', files: [] })
  const steps = [...(yield* unregisterAll(host, record))]
  if (steps.some(({ outcome }) => outcome === 'failed')) return reportOf(steps, [TRY_AGAIN])
  steps.push(...removePluginFolder(host.paths))
  if (record !== undefined && record.enabled) {
    yield* Effect.fromResult(writeWiringRecord(host.paths, { ...record, enabled: false }))
    steps.push(kept('record', wiringFile(host.paths), 'says what `enable` makes again'))
  }
  return reportOf(steps, anyDone(steps) ? [RUNNING_SESSIONS] : [])
})

const anyDone = (steps: ReadonlyArray<Step>): boolean =>
  steps.some(({ outcome }) => outcome === 'done')

const TRY_AGAIN = 'mend what failed, then run the same command again'

/**
 * Removes everything that is ours. A control plane must have been stopped. First the registration
 * (if that fails, nothing else is touched: hooks without a script would block), then the keys, after
 * which what is left of the data is unreadable, then data, configuration, sockets and last the
 * plugin. Goes on past what cannot be removed, and names it; run again, it does what remains.
 *
 * Only what this program made is removed: in a folder that holds something else, that stays.
 */
export const uninstall = Effect.fn('uninstall')(function* (
  host: Host,
): Effect.fn.Return<LifecycleReport> {
  const { paths } = host
  const steps: Array<Step> = []
  const read = readWiringRecord(paths)
  if (Result.isFailure(read)) steps.push(skipped('record', wiringFile(paths), read.failure.message))
  const record = Result.isSuccess(read) ? read.success : undefined
  steps.push(...(yield* Effect.sync(() => uninstallStatusLine(paths, true))))
  steps.push(...(yield* unregisterAll(host, record)))
  if (steps.some(({ outcome }) => outcome === 'failed')) return reportOf(steps, [TRY_AGAIN])
  // Each a step of its own: an interruption between two leaves the rest for the next run.
  for (const remove of [destroyAllKeys, removeOwn, removePluginFolder, removeEmptied])
    steps.push(...(yield* Effect.sync(() => remove(paths))))
  steps.push(...removeClientCopies(record?.clientDir ?? clientDirOf(host.home, host.env)))
  const complete = steps.every(({ outcome }) => outcome !== 'failed')
  return reportOf(steps, [
    ...(complete ? [] : [TRY_AGAIN]),
    ...(anyDone(steps) ? [RUNNING_SESSIONS] : []),
  ])
})

/**
 * Every registration out of the client's settings. Without a record, the user's is looked for, so
 * that an uninstall that lost its record still unregisters.
 */
const unregisterAll = Effect.fnUntraced(function* (
  host: Host,
  record: WiringRecord | undefined,
): Effect.fn.Return<ReadonlyArray<Step>> {
  const { paths, home, env } = host
  const program = programOf(host)
  const target: RegisterTarget = {
    clientDir: record?.clientDir ?? clientDirOf(home, env),
    pluginDir: paths.pluginDir,
    home,
    client: program === null ? null : { program, env },
  }
  const registrations: Array<Registration> = [...(record?.registrations ?? [])]
  if (!registrations.some(({ scope }) => scope === 'user')) registrations.push({ scope: 'user' })
  const steps: Array<Step> = []
  for (const [i, registration] of registrations.entries())
    steps.push(
      ...(yield* Effect.match(unregister(registration, target, i < registrations.length - 1), {
        onSuccess: (taken) => taken,
        onFailure: (failure) => [failed('settings', failure.path, failure)],
      })),
    )
  return steps
})
