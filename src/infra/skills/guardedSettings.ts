// The part of a client's settings file that has the client run something, as data with its reasons. The
// rest of the file (permissions, the model, looks) the client writes itself, and a change of it is only told.
import type { Runs, SkillLevel } from '../../domain/skills/item.ts'
import { isObject, member } from '../client/clientFiles.ts'
import { stableText } from './stable.ts'

/** The gate's own registration, which is known by construction and is no part of what is trusted. */
export interface OwnPlugin {
  /** `plugin@marketplace`. */
  readonly id: string
  readonly marketplace: string
  readonly dir: string
}

/** Names of variables that decide which program is run, what it loads, or where its traffic goes. */
const GUARDED_ENV =
  /^(?:PATH|IFS|ENV|BASH_ENV|ZDOTDIR|SHELL|HOME|PROMPT_COMMAND|LD_.*|DYLD_.*|GCONV_PATH|NODE_(?:OPTIONS|PATH|EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED|REPL_EXTERNAL_MODULE)|(?:HTTPS?|ALL|FTP|NO|SOCKS)_PROXY|PYTHON(?:PATH|HOME|STARTUP|INSPECT|BREAKPOINT)|PERL5(?:OPT|LIB|DB)|RUBY(?:OPT|LIB)|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS|_JAVA_OPTIONS|GIT_(?:SSH.*|EXTERNAL_DIFF|ASKPASS|CONFIG.*|EXEC_PATH|PROXY_COMMAND|EDITOR|PAGER)|SSH_ASKPASS|(?:SSL_CERT|CURL_CA|REQUESTS_CA)_.*|EDITOR|VISUAL|PAGER|BROWSER|ANTHROPIC_.*(?:URL|HEADERS)|CLAUDE_(?:CONFIG_DIR|CODE_SHELL.*|CODE_(?:CLIENT_CERT|CLIENT_KEY)|ENV_FILE)|ISONAPSE_.*|XDG_.*|NPM_CONFIG_.*|PIP_.*)$/i

/** Programs that the client runs by itself. */
const PROGRAMS = [
  'apiKeyHelper',
  'proxyAuthHelper',
  'awsCredentialExport',
  'awsAuthRefresh',
  'gcpAuthRefresh',
  'otelHeadersHelper',
  'processWrapper',
  'fileSuggestion',
]

/** The user's own is written by a command of the client; one that a repository brings is a program of its. */
const PROJECT_PROGRAMS = ['statusLine', 'subagentStatusLine']

export interface GuardedPart {
  /** Equal for settings that run the same; undefined where they are nested too deep to tell. */
  readonly text: string | undefined
  /** The gravest first; empty where nothing is run. */
  readonly runs: ReadonlyArray<Runs>
}

/** `value`: the parsed file; anything but an object is one that the client drops. */
export const guardedPart = (value: unknown, level: SkillLevel, own: OwnPlugin): GuardedPart => {
  const part: Record<string, unknown> = {}
  const runs: Array<Runs> = []
  const add = (key: string, found: unknown, as: Runs): void => {
    part[key] = found
    if (!runs.includes(as)) runs.push(as)
  }
  const hooks = member(value, 'hooks')
  if (!isEmpty(hooks)) add('hooks', hooks, 'hook')
  const modules = member(value, 'modules')
  if (!isEmpty(modules)) add('modules', modules, 'module')
  const off = member(value, 'disableAllHooks')
  if (off === true) add('disableAllHooks', off, 'hooks-off')
  const env = picked(member(value, 'env'), (name) => GUARDED_ENV.test(name))
  if (env !== undefined) add('env', env, 'env')
  for (const key of [...PROGRAMS, ...(level === 'project' ? PROJECT_PROGRAMS : [])]) {
    const program = member(value, key)
    if (!isEmpty(program)) add(key, program, 'program')
  }
  const plugins = picked(
    member(value, 'enabledPlugins'),
    (name, enabled) => !(name === own.id && enabled === true),
  )
  if (plugins !== undefined) add('enabledPlugins', plugins, 'plugin')
  const markets = picked(
    member(value, 'extraKnownMarketplaces'),
    (name, entry) => !(name === own.marketplace && isOwnFolder(entry, own.dir)),
  )
  // A marketplace by itself runs nothing; where a plugin comes from is part of what it is.
  if (markets !== undefined) part['extraKnownMarketplaces'] = markets
  return { text: stableText(part), runs }
}

const isOwnFolder = (entry: unknown, dir: string): boolean =>
  member(member(entry, 'source'), 'source') === 'directory' &&
  member(member(entry, 'source'), 'path') === dir

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === false ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0)

/** The members that are meant; undefined where there are none. */
const picked = (
  value: unknown,
  keep: (name: string, entry: unknown) => boolean,
): Record<string, unknown> | undefined => {
  if (!isObject(value)) return undefined
  const kept = Object.entries(value).filter(([name, entry]) => keep(name, entry))
  return kept.length === 0 ? undefined : Object.fromEntries(kept)
}

/** Plugins that a settings file enables, but the gate's own. */
export const enabledPlugins = (value: unknown, own: OwnPlugin): ReadonlyArray<string> => {
  const enabled = member(value, 'enabledPlugins')
  return isObject(enabled)
    ? Object.entries(enabled).flatMap(([name, on]) =>
        name !== own.id && on !== false && on !== null ? [name] : [],
      )
    : []
}
