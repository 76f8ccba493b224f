// The plugin that Claude Code loads, as a local marketplace folder: its files as a pure function of
// what was probed at install, so that a changed file is found by comparing. Anything in this folder
// runs with the user's rights in every session; nothing may be here that is not listed here.
import * as Result from 'effect/Result'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { CLAUDE_EVENTS, GATING_EVENTS, SUBSCRIBED_EVENTS } from '../../domain/hook/claudeEvents.ts'
import { atomicWrite } from '../files/atomicWrite.ts'
import { shown, type FileFailure } from '../files/failure.ts'
import { readOwnFile } from '../files/readOwnFile.ts'
import { ensurePrivateDir } from '../files/secureDirs.ts'
import type { AppPaths } from '../paths.ts'
import {
  clientTimeoutSeconds,
  hookClientArgv,
  hookClientScript,
  type HookClientOptions,
} from '../transport/hookClient.ts'
import { BakedValueRefused } from '../transport/shellQuote.ts'

export const MARKETPLACE = 'isonapse'
export const PLUGIN = 'isonapse'
/** How the client's settings name the plugin: `plugin@marketplace`. */
export const PLUGIN_ID = `${PLUGIN}@${MARKETPLACE}`

type PluginHome = Pick<AppPaths, 'pluginDir' | 'hardened'>

const inPlugin = ({ pluginDir }: PluginHome, name: string): string =>
  path.join(pluginDir, PLUGIN, name)

/** The mode marker beside the script. It changes with the mode, so it is no part of pluginFiles. */
export const markerFile = (paths: PluginHome): string =>
  paths.hardened?.marker ?? inPlugin(paths, MARKER)
export const scriptFile = (paths: PluginHome): string =>
  paths.hardened?.script ?? inPlugin(paths, SCRIPT)

const MARKER = 'mode'
/** Relative to the marketplace folder. */
export const MARKER_PATH = `${PLUGIN}/${MARKER}`
const SCRIPT = 'hook.sh'

export interface PluginOptions {
  /** The program's version, `MAJOR.MINOR.PATCH`. */
  readonly version: string
  /** The command line of the CLI: an absolute program and its leading arguments. */
  readonly cli: ReadonlyArray<string>
  readonly client: HookClientOptions
}

export interface PluginFile {
  /** Relative to the marketplace folder, with `/`. */
  readonly path: string
  readonly text: string
}

/**
 * Every file of the marketplace folder but the marker, in the order in which they are written:
 * `hooks.json` last, so that no client ever finds hooks whose script is not there yet.
 */
export const pluginFiles = (
  options: PluginOptions,
): Result.Result<ReadonlyArray<PluginFile>, BakedValueRefused> =>
  Result.gen(function* () {
    const script = yield* hookClientScript(options.client)
    const cli = yield* commandLine(options.cli)
    const { version } = options
    return [
      { path: `${PLUGIN}/${SCRIPT}`, text: script },
      { path: `${PLUGIN}/commands/status.md`, text: statusCommand(cli) },
      { path: `${PLUGIN}/commands/explain.md`, text: explainCommand(cli) },
      {
        path: `${PLUGIN}/.claude-plugin/plugin.json`,
        text: json({
          name: PLUGIN,
          version,
          description: DESCRIPTION,
          author: OWNER,
          license: 'MIT',
        }),
      },
      {
        path: '.claude-plugin/marketplace.json',
        text: json({
          name: MARKETPLACE,
          owner: OWNER,
          description: DESCRIPTION,
          plugins: [{ name: PLUGIN, source: `./${PLUGIN}`, description: DESCRIPTION, version }],
        }),
      },
      {
        path: `${PLUGIN}/hooks/hooks.json`,
        text: json({
          description: DESCRIPTION,
          hooks: hooksOf(options.client, `\${CLAUDE_PLUGIN_ROOT}/${SCRIPT}`),
        }),
      },
    ]
  })

const DESCRIPTION =
  'Puts every tool call through the local Isonapse gate and records it in a verifiable log'
const OWNER = { name: 'Isonapse' }

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/**
 * One exec-form handler an event (no shell reads the command line, so no file name can become
 * syntax). `onFailure: "block"` only where the gate decides: elsewhere a failing hook has nothing to
 * hold back, and the client ignores it on Stop and SubagentStop.
 */
export const hooksOf = (client: HookClientOptions, script: string) => {
  const gating = new Set<string>(GATING_EVENTS)
  const handlers = SUBSCRIBED_EVENTS.map((event) => {
    const [command, ...args] = hookClientArgv(client.programs, script, event)
    const handler = {
      type: 'command',
      command,
      args,
      timeout: clientTimeoutSeconds(event, client),
      ...(gating.has(event) ? { onFailure: 'block' } : {}),
    }
    const matcher = CLAUDE_EVENTS[event].matcher === null ? {} : { matcher: '*' }
    return [event, [{ ...matcher, hooks: [handler] }]] as const
  })
  return Object.fromEntries(handlers)
}

/**
 * The CLI's words for a shell. Refuses what the front matter or the backticks around a command would
 * read as their own syntax, and `$`, which the client substitutes.
 */
const commandLine = (cli: ReadonlyArray<string>): Result.Result<string, BakedValueRefused> => {
  const refuse = (value: string, reason: string) =>
    Result.fail(new BakedValueRefused({ what: 'the path of the CLI', value, reason }))
  if (cli[0]?.startsWith('/') !== true) return refuse(cli[0] ?? '', 'is not an absolute path')
  for (const word of cli)
    if (/[\p{Cc}`$"'\\!()*]/u.test(word) || !word.isWellFormed())
      return refuse(word, 'holds a character that has a meaning in the client’s command files')
  return Result.succeed(cli.map(shown).join(' '))
}

/** A string in JSON is the same string in YAML. */
const frontMatter = (fields: Readonly<Record<string, string | boolean>>): string =>
  [
    '---',
    ...Object.entries(fields).map(([key, value]) => `${key}: ${JSON.stringify(value)}`),
    '---',
  ]
    .map((line) => `${line}\n`)
    .join('')

const statusCommand = (cli: string): string =>
  `${frontMatter({
    description: 'Show whether the Isonapse gate runs, its mode and the state of its log',
    'allowed-tools': `Bash(${cli} hook status:*)`,
    'disable-model-invocation': true,
  })}
The state of the gate, in its own words:

!\`${cli} hook status\`

Tell the user in a few lines what it says, warnings first. Do not change anything.
`

/**
 * The command to explain is text for the model, which runs the CLI on it: put into a \`!\` line
 * here, the shell would read it, and what is to be explained would run.
 */
const explainCommand = (cli: string): string =>
  `${frontMatter({
    description:
      'Ask the Isonapse gate what it would decide on a shell command, without running it',
    'argument-hint': '<command>',
    'allowed-tools': `Bash(${cli} hook explain:*)`,
    'disable-model-invocation': true,
  })}
Ask the gate what it would decide on the command below, and do not run that command. Use the Bash
tool once, with the whole command as one single-quoted argument (write \`'\\''\` for each single quote
in it):

    ${cli} hook explain '<command>'

Then tell the user the verdict, the rules and the reason it gives.

The command:

$ARGUMENTS
`

/**
 * Puts the files into the marketplace folder (0700, files 0600) and answers the paths that changed.
 * The marker must be there first. A crash leaves old and new files, each whole, and the same call
 * finishes the work; a client that starts in between runs the new script or the old one.
 */
export const writePlugin = (
  { pluginDir }: PluginHome,
  files: ReadonlyArray<PluginFile>,
): Result.Result<ReadonlyArray<string>, FileFailure> =>
  Result.gen(function* () {
    const written: Array<string> = []
    for (const file of files) {
      const target = path.join(pluginDir, file.path)
      yield* ensurePrivateDir(path.dirname(target))
      if (contentProblem(target, file.text) === undefined) continue
      yield* atomicWrite(target, file.text)
      written.push(file.path)
    }
    return written
  })

/** Of what is not ours: installing anew writes what is, and takes nothing else away. */
export const FOREIGN = 'is no file of the plugin'

export interface PluginDrift {
  /** Relative to the marketplace folder. */
  readonly path: string
  readonly problem: 'missing' | 'changed' | 'open' | 'unreadable' | 'unexpected'
  readonly detail: string
}

/**
 * Where the folder differs from what must be there: files missing, changed, open to other users or
 * not readable as a file of ours (a link, say), and any other entry, since the client also loads skills, agents, servers and settings that it finds in a plugin.
 */
export const pluginDrift = (
  { pluginDir }: PluginHome,
  files: ReadonlyArray<PluginFile>,
): ReadonlyArray<PluginDrift> => {
  const drift: Array<PluginDrift> = []
  for (const { path: name, text } of files) {
    const problem = contentProblem(path.join(pluginDir, name), text)
    if (problem !== undefined) drift.push({ path: name, ...problem })
  }
  const known = new Set(['', MARKER_PATH])
  for (const { path: name } of files)
    for (let at = name; at !== '.'; at = path.dirname(at)) known.add(at)
  for (const name of entriesOf(pluginDir, known))
    drift.push({ path: name, problem: 'unexpected', detail: FOREIGN })
  return drift
}

const contentProblem = (
  file: string,
  text: string,
): Pick<PluginDrift, 'problem' | 'detail'> | undefined => {
  const wanted = Buffer.from(text)
  const read = readOwnFile(file, { maxBytes: wanted.length + 1 })
  if (Result.isSuccess(read))
    return wanted.equals(read.success)
      ? undefined
      : { problem: 'changed', detail: 'is not what was installed' }
  const { reason, detail } = read.failure
  if (reason === 'not-found') return { problem: 'missing', detail: 'is missing' }
  if (reason === 'too-large') return { problem: 'changed', detail: 'is not what was installed' }
  return { problem: reason === 'mode' ? 'open' : 'unreadable', detail }
}

/** Temporaries of our own atomic writes, swept by the next one. */
export const isTemporary = (name: string): boolean => /^\..+\.\d+-[0-9a-f]{12}\.tmp$/s.test(name)

/** Entries that are not known, names only; what is below an unknown folder is not looked at. */
const entriesOf = (root: string, known: ReadonlySet<string>): ReadonlyArray<string> => {
  const unknown: Array<string> = []
  const folders = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of listed(path.join(root, folder))) {
      const name = path.posix.join(folder, entry.name)
      if (!known.has(name)) {
        if (!isTemporary(entry.name)) unknown.push(name)
      } else if (entry.isDirectory()) folders.push(name)
    }
  }
  return unknown
}

/** A folder that is not there has no entries: its files are reported missing one by one. */
const listed = (dir: string): ReadonlyArray<fs.Dirent> => {
  try {
    return fs.readdirSync(dir, { withFileTypes: true })
  } catch {
    return []
  }
}
