// Files that are known for what they are by where they lie, though nobody could look into them: a tool
// of the project's own environment, the wrapper of a build tool, what a build left behind, the script
// that sets up a toolchain. Never of a file that the agent or the call itself wrote or fetched.
import { baseName, isWithin } from '../action/paths.ts'
import type { Source } from '../action/sources.ts'

export interface Standing {
  /** The program that it stands for, where its name says that. */
  readonly program?: string
  readonly why: 'project-code' | 'package-code'
  /** Set up by whoever installed it, and run by every shell of the user's: its text adds nothing. */
  readonly installed?: true
}

/** Folders in which package managers put the programs of the project's own packages. */
const TOOLS =
  /(?:^|\/)(?:(?:\.?(?:venv|env|virtualenv)(?:[-_.][\w.]{1,16})?|\.[tn]ox\/[\w.-]{1,40}|\.direnv\/python[\w.-]{0,20})\/(?:bin|Scripts)|node_modules\/\.bin|vendor\/bin)\/([\w.+-]{1,64})$/

/** What build tools have a project carry along, so that all build it with the same version. */
const WRAPPERS =
  /(?:^|\/)(?:(gradlew|mvnw)(?:\.bat|\.cmd)?|(manage\.py|artisan|configure)|(?:bin|script)\/(rails|rake|rspec|bundle|rubocop|console|brakeman|puma|sidekiq|phpunit))$/

/** Programs that the project's own build has made: no script has such a name. */
const BUILT =
  /(?:^|\/)(?:target\/(?:[\w-]{1,60}\/)?(?:debug|release)|\.build|_build|cmake-build-\w{1,30}|zig-out\/bin|bazel-bin|build|dist-newstyle)\/(?:[\w.+-]{1,60}\/){0,8}(?:[\w+-]{1,60}|[\w.+-]{1,80}\.(?:jar|war|exe|so|dll|wasm|out))$|(?:^|\/)a\.out$|(?:^|\/)target\/[\w.+-]{1,80}\.(?:jar|war)$/

/** Below home, what installers of toolchains have shells source, and the shells' own start-up files. */
const HOME_SCRIPTS =
  /^(?:\.(?:bashrc|bash_profile|bash_login|bash_aliases|profile|zshrc|zprofile|zshenv|fzf\.bash|nvm\/(?:nvm\.sh|bash_completion)|(?:cargo|deno|ghcup|elan|wasmedge|foundry|local\/bin)\/env|sdkman\/bin\/sdkman-init\.sh|asdf\/(?:asdf\.sh|completions\/asdf\.bash)|rvm\/scripts\/rvm|opam\/opam-init\/(?:init|variables)\.sh|nix-profile\/etc\/profile\.d\/nix\.sh)|\.?(?:mini|ana|mamba|micro)(?:conda|forge|mamba)?\d?\/(?:bin\/activate|etc\/profile\.d\/(?:conda|mamba)\.sh)|google-cloud-sdk\/(?:path|completion)\.(?:bash|zsh)\.inc|emsdk\/emsdk_env\.sh|esp\/esp-idf\/export\.sh)$/

const SYSTEM_SCRIPTS =
  /^(?:\/etc\/(?:profile|bash\.bashrc|bashrc|zshrc|os-release|lsb-release|profile\.d\/[\w.-]{1,60}\.sh)|\/usr\/lib\/os-release|\/usr\/share\/(?:nvm\/init-nvm\.sh|bash-completion\/bash_completion)|\/(?:usr\/local|opt\/homebrew)\/opt\/(?:nvm\/nvm|asdf\/libexec\/asdf)\.sh|\/opt\/ros\/[a-z]{1,20}\/(?:local_)?setup\.(?:ba|z)?sh|\/opt\/(?:mini|ana)?conda3?\/(?:bin\/activate|etc\/profile\.d\/conda\.sh)|\/opt\/intel\/oneapi\/setvars\.sh)$/

/** Nobody could look, rather than: it is another file by now, or none that can be read. */
const UNSEEN = new Set<Source['is']>(['text', 'missing', 'binary', 'too-large', 'unreadable'])

export const standingOf = (
  path: string,
  roots: ReadonlyArray<string>,
  home: string,
  source: Source | undefined,
  /** Taken by another program for a text of its language. */
  asScript: boolean,
): Standing | undefined => {
  if (path.length > 512) return undefined
  if (source !== undefined && (source.origin !== undefined || !UNSEEN.has(source.is)))
    return undefined
  const root = roots.find((one) => isWithin(path, one))
  if (root === undefined || path === root) {
    const own = path.startsWith(`${home}/`) && HOME_SCRIPTS.test(path.slice(home.length + 1))
    return asScript && (own || SYSTEM_SCRIPTS.test(path))
      ? { why: 'package-code', installed: true }
      : undefined
  }
  const below = path.slice(root.length + 1)
  const tool = TOOLS.exec(below)?.[1]
  if (tool !== undefined) return { program: tool, why: 'package-code' }
  const wrapper = WRAPPERS.exec(below)
  if (wrapper !== null)
    return { program: wrapper[1] ?? wrapper[2] ?? wrapper[3]!, why: 'project-code' }
  // A text that was looked at is no program that a build has made.
  const built = !asScript && source?.is !== 'text' && BUILT.test(below)
  return built && !baseName(below).startsWith('-') ? { why: 'project-code' } : undefined
}
