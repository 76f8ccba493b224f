// Where everything lives on disk: a pure function of the environment it is given. It never falls back
// to a folder that other users share, and it creates nothing.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import * as os from 'node:os'
import * as path from 'node:path'
import { isPrivateDir } from './files/secureDirs.ts'

export interface AppPaths {
  readonly configDir: string
  readonly dataDir: string
  readonly runDir: string
  /** These two are views of what the log holds; an edit of them changes nothing by itself. */
  readonly configFile: string
  readonly policyFile: string
  /** The log's identity, kept outside the data directory that it vouches for. */
  readonly identityFile: string
  /** The passphrase-sealed key of assurance level `authority`. */
  readonly authorityFile: string
  /** Note of the last checkpoint signed here (server/signedHead.ts). */
  readonly signedHeadFile: string
  readonly witnessDir: string
  readonly keysDir: string
  readonly modelsDir: string
  readonly pluginDir: string
  readonly receiptsDir: string
  readonly hookSocket: string
  readonly controlSocket: string
  /** Where `isonapse run` gives in its tickets. */
  readonly runSocket: string
  /** What a control plane in the background writes. */
  readonly logFile: string
  /** At assurance level `hardened` alone: what the control plane of another uid has besides. */
  readonly hardened?: HardenedPlaces
}

/** Laid down by root; nothing of it can be written, moved or removed by the user (harden/places.ts). */
export interface HardenedPlaces {
  readonly recordFile: string
  /** The user whose client it gates. */
  readonly user: { readonly name: string; readonly uid: number; readonly gid: number }
  /** The control plane's own. */
  readonly serviceUid: number
  readonly script: string
  /** Of Claude Code's managed settings, ours alone. */
  readonly managedFile: string
  /** Of the control plane, which alone changes it; the user reads it. */
  readonly marker: string
  /** The control socket that only root reaches. */
  readonly rootSocket: string
  /** The user's own, for what a command with secrets passes back. */
  readonly scratchDir: string
  /** What root runs to start it. */
  readonly serve: string
  /** The command line of the program as root laid it down. */
  readonly cli: string
}

export class PathsUnusable extends Schema.TaggedError<PathsUnusable>()('PathsUnusable', {
  variable: Schema.String,
  detail: Schema.String,
  remedy: Schema.String,
}) {
  override get message(): string {
    return `${this.variable}: ${this.detail}`
  }
}

export interface PathsInput {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly homedir: string
  readonly uid: number
  /** Whether a directory exists, is no link, is owned by `uid` and is closed to all others (0700). */
  readonly isPrivateDir: (dir: string) => boolean
}

/** All paths from the three folders. */
export const layout = (configDir: string, dataDir: string, runDir: string): AppPaths => ({
  configDir,
  dataDir,
  runDir,
  configFile: path.join(configDir, 'config.toml'),
  policyFile: path.join(configDir, 'policy.json'),
  identityFile: path.join(configDir, 'identity.json'),
  authorityFile: path.join(configDir, 'authority.json'),
  signedHeadFile: path.join(configDir, 'signed-head'),
  witnessDir: path.join(dataDir, 'witness'),
  keysDir: path.join(dataDir, 'keys'),
  modelsDir: path.join(dataDir, 'models'),
  pluginDir: path.join(dataDir, 'plugin'),
  receiptsDir: path.join(dataDir, 'receipts'),
  hookSocket: path.join(runDir, 'hook.sock'),
  controlSocket: path.join(runDir, 'control.sock'),
  runSocket: path.join(runDir, 'run.sock'),
  logFile: path.join(dataDir, 'control-plane.log'),
})

/** Everything under one absolute folder, as ISONAPSE_HOME puts it. */
export const pathsUnder = (home: string): AppPaths =>
  layout(path.join(home, 'config'), path.join(home, 'data'), path.join(home, 'run'))

/**
 * The paths for this user. ISONAPSE_HOME wins; then the XDG folders (freedesktop.org base directory
 * specification: relative values are ignored) or macOS's. An agent that shares the environment can
 * choose these variables, so nothing the client runs reads them: the installed hook has its paths
 * baked in.
 */
export const resolvePaths = (input: PathsInput): Result.Result<AppPaths, PathsUnusable> => {
  const { env, platform, homedir } = input
  const own = env['ISONAPSE_HOME']
  if (own !== undefined && own !== '')
    return Result.map(usable('ISONAPSE_HOME', own), (home) => pathsUnder(home))
  return Result.flatMap(usable('HOME', homedir), (home) => {
    switch (platform) {
      case 'win32':
        return Result.fail(
          new PathsUnusable({
            variable: 'platform',
            detail: 'Windows has no sockets and file modes of the kind the gate relies on',
            remedy: 'use Linux, macOS or WSL',
          }),
        )
      case 'darwin': {
        const base = path.join(home, 'Library', 'Application Support', 'isonapse')
        return Result.succeed(pathsUnder(base))
      }
      default: {
        const xdg = (name: string, fallback: string) =>
          path.join(absoluteOf(env[name]) ?? path.join(home, fallback), 'isonapse')
        return Result.succeed(
          layout(
            xdg('XDG_CONFIG_HOME', '.config'),
            xdg('XDG_DATA_HOME', '.local/share'),
            runtimeDir(input) ?? path.join(xdg('XDG_STATE_HOME', '.local/state'), 'run'),
          ),
        )
      }
    }
  })
}

/**
 * The user's runtime folder, when it is what the specification promises. A shell without the
 * variable (cron, `env -i`) finds the sockets of one with it: /run/user/UID is where it points.
 */
const runtimeDir = ({ env, uid, isPrivateDir }: PathsInput): string | undefined => {
  const dir = absoluteOf(env['XDG_RUNTIME_DIR']) ?? `/run/user/${uid}`
  return isPrivateDir(dir) ? path.join(dir, 'isonapse') : undefined
}

const absoluteOf = (value: string | undefined): string | undefined =>
  value !== undefined && path.isAbsolute(value) && isPlain(value)
    ? path.normalize(value)
    : undefined

/** Control characters would break the lines of the hook script that these paths are written into. */
const isPlain = (text: string): boolean => !/\p{Cc}/u.test(text) && text.isWellFormed()

const usable = (variable: string, value: string): Result.Result<string, PathsUnusable> => {
  const fail = (detail: string) =>
    Result.fail(
      new PathsUnusable({ variable, detail, remedy: `set ${variable} to an absolute path` }),
    )
  if (!isPlain(value)) return fail('holds a control character')
  if (!path.isAbsolute(value)) return fail(`"${value}" is not an absolute path`)
  const folder = path.normalize(value)
  return Result.succeed(folder.length > 1 ? folder.replace(/\/+$/, '') : folder)
}

/** The paths of the user that runs this process. */
export const ownPaths = (): Result.Result<AppPaths, PathsUnusable> => {
  const uid = process.getuid?.() ?? -1
  return resolvePaths({
    env: process.env,
    platform: process.platform,
    homedir: os.homedir(),
    uid,
    isPrivateDir: (dir) => isPrivateDir(dir, uid),
  })
}
