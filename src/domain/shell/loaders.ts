// What setting a variable of the environment makes other programs do: a pager that is a command, a
// start-up file, folders that programs and libraries are found in. A value that can be read is read
// as the code it is; what cannot is `environment-code`.
import { isWithin } from '../action/paths.ts'
import { absolutePath } from './pathEffects.ts'
import type { ProgramCall } from './programCall.ts'
import { setsLoader, SETTINGS_AT } from './variables.ts'
import { type ShellWord, UNKNOWN } from './word.ts'

/** Variables that hold a command line. */
const COMMANDS = new Set(
  (
    'PROMPT_COMMAND GIT_SSH_COMMAND GIT_EXTERNAL_DIFF GIT_PAGER GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_ASKPASS GIT_PROXY_COMMAND ' +
    'PAGER MANPAGER EDITOR VISUAL BROWSER SSH_ASKPASS CC CXX RUSTC RUSTC_WRAPPER GIT_SSH LESSOPEN LESSCLOSE FCEDIT ' +
    'KUBE_EDITOR PSQL_PAGER PSQL_EDITOR HGEDITOR SVN_EDITOR SVN_SSH CVS_RSH RSYNC_RSH SUDO_ASKPASS BAT_PAGER AWS_PAGER GH_PAGER KUBECTL_EXTERNAL_DIFF'
  ).split(' '),
)

/** Variables that hold a file which shells run when they start. */
const FILES = new Set(['BASH_ENV', 'ENV'])

/** Variables that hold folders of code. */
const FOLDERS = new Set([
  'PATH',
  'PYTHONPATH',
  'NODE_PATH',
  'RUBYLIB',
  'PERL5LIB',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
])

/** What shells show before a command, or before each that they trace. */
const PROMPTS = /^PS[0-4]$/

/** Options of which none loads code. */
const HARMLESS: ReadonlyMap<string, RegExp> = new Map([
  [
    'NODE_OPTIONS',
    /^(?:\s*--(?:max[-_](?:old|semi)[-_]space[-_]size=\d+|no-(?:warnings|deprecation)|trace-[\w-]+|enable-source-maps|experimental-vm-modules|experimental-strip-types|unhandled-rejections=\w+|openssl-legacy-provider|dns-result-order=\w+|inspect(?:=[\d.:]+)?))+\s*$/,
  ],
  ['MAKEFLAGS', /^\s*-{0,2}j?\d*\s*$|^\s*-j\s*\d*$/],
  ['JAVA_TOOL_OPTIONS', /^(?:\s*-(?:X(?:mx|ms|ss)\w+|D[\w.-]+=[\w./:-]*))+\s*$/],
  ['_JAVA_OPTIONS', /^(?:\s*-(?:X(?:mx|ms|ss)\w+|D[\w.-]+=[\w./:-]*))+\s*$/],
  ['RUBYOPT', /^\s*-[Ww]\S*\s*$/],
])

/** Tells the effects of `name=value` where `call` sets it for itself or for what follows. */
export const tellAssignment = (call: ProgramCall, name: string, value: ShellWord): void => {
  const { text } = value
  if (/^BASH_FUNC_.+%%$/.test(name)) {
    // A function that shells define when they start, under the name of any program.
    const body = /^\(\)\s*\{([\s\S]*)\}\s*$/.exec(text)?.[1]
    if (body === undefined || value.is === 'dynamic') call.opaque('environment-code')
    else call.around.script(body, { certainty: 'possible' })
    return
  }
  const literal = value.is !== 'dynamic'
  if (PROMPTS.test(name) && literal) {
    // Expanded each time that it is shown.
    if (/\$\(|`/.test(text))
      call.around.script(`: "${text.replaceAll('"', '')}"`, { certainty: 'possible' })
    return
  }
  if (COMMANDS.has(name) && literal) {
    command(call, text)
    return
  }
  if (SETTINGS_AT.test(name)) {
    settings(call, text)
    return
  }
  if (name === 'DOCKER_HOST') {
    if (!/^(?:unix:|npipe:|fd:|$)/.test(text)) call.send(value)
    return
  }
  if (
    !setsLoader(`${name}=${text}`, call.around.place.home) ||
    HARMLESS.get(name)?.test(text) === true
  )
    return
  if (FOLDERS.has(name)) folders(call, name, text)
  else if (FILES.has(name) && literal) call.possibly(() => call.runFile(value, 'shell'))
  else call.opaque('environment-code')
}

/** A command line of programs that are known is what they do; any other is unread code. */
const command = (call: ProgramCall, text: string): void => {
  const [name] = text.trim().split(/\s+/)
  if (name === undefined || name === '') return
  if (call.around.knows(name)) call.around.script(text, { certainty: 'possible' })
  else call.opaque('environment-code')
}

/**
 * Settings of the user's and the system's own folders are as they were; those of the project are its
 * code; a folder that anybody writes to is neither.
 */
const settings = (call: ProgramCall, text: string): void => {
  const { project, worktrees = [] } = call.around.place
  let own = false
  for (const one of text.split(':', 16)) {
    if (one === '' || one.startsWith(UNKNOWN) || USERS_OWN.test(one)) continue
    const path = one.includes(UNKNOWN) ? undefined : absolutePath(one, call.directory)
    if (path !== undefined && [project, ...worktrees].some((root) => isWithin(path, root)))
      own = true
    else if (path === undefined || !isWithin(path, call.home)) {
      call.opaque('environment-code')
      return
    }
  }
  if (own) call.opaque('project-code')
}

const USERS_OWN = /^\/(?:usr|etc|opt|nix|root|Library|dev\/null|(?:home|Users)\/[^/]+)(?:\/|$)/

const folders = (call: ProgramCall, name: string, text: string): void => {
  const { home, project } = call.around.place
  let own = false
  for (const folder of text.split(':')) {
    if (folder === '' && name !== 'PATH') continue
    if (!setsLoader(`PATH=${folder}`, home) && folder !== '' && folder !== '.') continue
    const path = folder.includes(UNKNOWN) ? undefined : absolutePath(folder || '.', call.directory)
    if (path === undefined || !isWithin(path, project)) {
      call.opaque('environment-code')
      return
    }
    own = true
  }
  if (own) call.opaque('project-code')
}
