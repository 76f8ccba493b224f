// Environment variables through which a program is made to load, start or find something else. A
// command that sets one may run code that its words do not show.
import { UNKNOWN } from './word.ts'

const LOADERS = new Set(
  (
    'LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES DYLD_LIBRARY_PATH BASH_ENV ENV PROMPT_COMMAND SHELLOPTS ' +
    'BASHOPTS PS4 GIT_SSH GIT_SSH_COMMAND GIT_EXTERNAL_DIFF GIT_PAGER GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_ASKPASS ' +
    'GIT_PROXY_COMMAND GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_CONFIG_COUNT GIT_EXEC_PATH GIT_TEMPLATE_DIR PAGER MANPAGER ' +
    'LESSOPEN LESSCLOSE EDITOR VISUAL BROWSER SSH_ASKPASS NODE_OPTIONS NODE_PATH PYTHONSTARTUP PYTHONPATH PYTHONHOME ' +
    'PERL5OPT PERL5LIB PERL5DB RUBYOPT RUBYLIB JAVA_TOOL_OPTIONS _JAVA_OPTIONS RUSTC RUSTC_WRAPPER CC CXX MAKEFLAGS'
  ).split(' '),
)

/** Values that start no code: a pager of `cat`, an editor of `true`, off. */
const IDLE =
  /^(?:|cat|less|more|true|false|:|never|0|vi|vim|nano|code --wait|--max[-_]old[-_]space[-_]size=\d+)$/

/** Folders where systems and their package managers keep programs; UNKNOWN is the old value. */
const isUsual = (folder: string): boolean =>
  folder === UNKNOWN ||
  /^\/(?:usr|bin|sbin|opt|nix|snap)(?:\/|$)|^\/(?:home|Users)\/[^/]+\/(?:\.[\w-]+|go|bin|Library)\/|^\/root\/\./.test(
    folder,
  )

/** True for `NAME=value` that makes later programs run other code than their names say. */
export const setsLoader = (assignment: string): boolean => {
  const at = assignment.indexOf('=')
  if (at < 0) return false
  const name = assignment.slice(0, at)
  const value = assignment.slice(at + 1)
  if (name === 'PATH') return !value.startsWith(`${UNKNOWN}:`) && !value.split(':').every(isUsual)
  return LOADERS.has(name) && !IDLE.test(value)
}
