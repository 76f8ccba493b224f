// Environment variables through which a program is made to load, start or find something else. A
// command that sets one may run code that its words do not show.
import { isIdleSetting, settingRuns } from './gitSettings.ts'
import { UNKNOWN } from './word.ts'

const LOADERS = new Set(
  (
    'LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES DYLD_LIBRARY_PATH BASH_ENV ENV PROMPT_COMMAND SHELLOPTS ' +
    'BASHOPTS PS4 GIT_SSH GIT_SSH_COMMAND GIT_EXTERNAL_DIFF GIT_PAGER GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_ASKPASS ' +
    'GIT_PROXY_COMMAND GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_CONFIG_PARAMETERS GIT_EXEC_PATH GIT_TEMPLATE_DIR PAGER MANPAGER ' +
    'LESSOPEN LESSCLOSE EDITOR VISUAL BROWSER SSH_ASKPASS NODE_OPTIONS NODE_PATH PYTHONSTARTUP PYTHONPATH PYTHONHOME ' +
    'PERL5OPT PERL5LIB PERL5DB RUBYOPT RUBYLIB JAVA_TOOL_OPTIONS _JAVA_OPTIONS RUSTC RUSTC_WRAPPER CC CXX MAKEFLAGS ' +
    'KUBECTL_EXTERNAL_DIFF PYTHONBREAKPOINT TF_CLI_ARGS TF_CLI_ARGS_plan TF_CLI_ARGS_apply TF_CLI_ARGS_init TF_CLI_ARGS_destroy MAVEN_ARGS'
  ).split(' '),
)

/** Variables that say where programs find settings, and settings name programs that they start. */
export const SETTINGS_AT =
  /^(?:HOME|XDG_CONFIG_(?:HOME|DIRS)|ZDOTDIR|GIT_DIR|GIT_COMMON_DIR|CARGO_HOME|RUSTUP_HOME|GRADLE_USER_HOME|KUBECONFIG|DOCKER_CONFIG|HELM_PLUGINS|TF_CLI_CONFIG_FILE|AWS_CONFIG_FILE|GNUPGHOME|CURL_HOME|WGETRC|INPUTRC|VIMINIT|EXINIT|MYVIMRC|PSQLRC|PHPRC|PHP_INI_SCAN_DIR|OPENSSL_CONF|GCONV_PATH|ANSIBLE_(?:CONFIG|LIBRARY|\w*_PLUGINS)|BUNDLE_GEMFILE|GEM_(?:HOME|PATH)|LUA_(?:C?PATH)|R_PROFILE(?:_USER)?|R_ENVIRON_USER|JULIA_(?:DEPOT_PATH|LOAD_PATH)|PYTHONUSERBASE|MAKEFILES|CMAKE_TOOLCHAIN_FILE|MISE_\w*CONFIG_FILE|EDITORCONFIG|npm_config_(?:prefix|cache)|COMPOSER_HOME|DOTNET_STARTUP_HOOKS|CORECLR_PROFILER_PATH(?:_64)?|NODE_REPL_EXTERNAL_MODULE|GIO_EXTRA_MODULES|GTK_PATH|QT_PLUGIN_PATH|LUA_INIT)$/i

/** Values that start no code: a pager of `cat`, an editor of `true`, off. */
const IDLE =
  /^(?:|cat|less|more|true|false|:|never|0|vi|vim|nano|code --wait|--max[-_]old[-_]space[-_]size=\d+)$/

/** Where package managers take code from, and programs that builds start, by variables of theirs. */
const SOURCES =
  /^(?:PIP_(?:INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|CONFIG_FILE)|UV_(?:DEFAULT_|EXTRA_)?INDEX(?:_URL)?|UV_FIND_LINKS|npm_config_(?:registry|script_shell|userconfig|globalconfig|node_options)|(?:YARN|BUN_CONFIG)_REGISTRY|GOPROXY|CARGO_(?:REGISTRIES_.*|SOURCE_.*|BUILD_RUSTC(?:_.*)?|TARGET_.*_(?:LINKER|RUNNER))|RUSTC_WORKSPACE_WRAPPER|BUNDLE_MIRROR.*|PYTEST_PLUGINS)$/i

/** Options for every run of a compiler, a test runner or a virtual machine, and those that load code. */
const OPTIONS =
  /^(?:GOFLAGS|(?:CARGO_(?:ENCODED_|BUILD_))?RUSTFLAGS|RUSTDOCFLAGS|PYTEST_ADDOPTS|MAVEN_OPTS|GRADLE_OPTS|JAVA_OPTS|SBT_OPTS)$/
const LOADS = /toolexec|-exec\b|linker|plugin|(?:^|\s)-[pc]\s*[\w./]|agent|@/

const GIT_KEY = /^GIT_CONFIG_KEY_\d{1,4}$/

/** What package managers keep programs in, in a home directory. */
const OF_HOME = /^(?:\.[\w-]+|go|bin|Library)\//

/** Folders where systems and their package managers keep programs; UNKNOWN is the old value. */
const isUsual = (folder: string, home: string | undefined): boolean =>
  folder === UNKNOWN ||
  (home !== undefined &&
    folder.startsWith(`${home}/`) &&
    OF_HOME.test(folder.slice(home.length + 1))) ||
  /^\/(?:usr|bin|sbin|opt|nix|snap)(?:\/|$)|^\/(?:home|Users)\/[^/]+\/(?:\.[\w-]+|go|bin|Library)\/|^\/root\/\./.test(
    folder,
  )

/**
 * True for `NAME=value` that makes later programs run other code than their names say. `home`: the home
 * directory, wherever it lies.
 */
export const setsLoader = (assignment: string, home?: string): boolean => {
  const at = assignment.indexOf('=')
  if (at < 0) return false
  const name = assignment.slice(0, at)
  const value = assignment.slice(at + 1)
  if (name === 'PATH')
    return !value.startsWith(`${UNKNOWN}:`) && !value.split(':').every((one) => isUsual(one, home))
  // The settings of git by the environment: GIT_CONFIG_VALUE_0 is what the key of that number names.
  if (GIT_KEY.test(name)) {
    const runs = value.includes(UNKNOWN) ? 'elsewhere' : settingRuns(value)
    return runs !== undefined && runs !== 'alias'
  }
  if (OPTIONS.test(name)) return LOADS.test(value)
  if (SOURCES.test(name)) return !/^(?:|direct|off|none)$/.test(value)
  if (!LOADERS.has(name)) return false
  return !IDLE.test(value) && !(name.startsWith('GIT_') && isIdleSetting(value))
}
