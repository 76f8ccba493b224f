// Managers of runtimes and tools: which version of a language runs here, virtual environments, and
// stores such as Nix. They fetch programs into the user's folder and change what later names mean.
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { inFolder } from './packageRunners.ts'

const NOTHING: Behaviour = {}

const FOLDERS: Readonly<Record<string, string>> = {
  nvm: '~/.nvm',
  fnm: '~/.local/share/fnm',
  volta: '~/.volta',
  n: '/usr/local/n',
  pyenv: '~/.pyenv',
  rbenv: '~/.rbenv',
  nodenv: '~/.nodenv',
  goenv: '~/.goenv',
  jenv: '~/.jenv',
  tfenv: '~/.tfenv',
  tfswitch: '~/.terraform.versions',
  asdf: '~/.asdf',
  mise: '~/.local/share/mise',
  rtx: '~/.local/share/mise',
  sdk: '~/.sdkman',
  ghcup: '~/.ghcup',
  juliaup: '~/.juliaup',
  proto: '~/.proto',
}

const folderOf = (call: ProgramCall): string => FOLDERS[call.name] ?? '~/.local/share'

/** A runtime that the manager's own list names, for all of the user's projects. */
const installs = (call: ProgramCall): void => {
  call.effect('net.fetch')
  inFolder(call, 'fs.write', folderOf(call))
  call.exec('package-code')
}

const environment = (call: ProgramCall): void => {
  const [folder] = call.operands
  if (folder !== undefined) call.take('write', folder)
  call.exec('package-code')
}

const nixRuns = (call: ProgramCall): void => {
  for (const text of call.valuesOf('--run', '--command')) call.shellText(text)
  const foreign = call.operands.some((word) => !/^(?:\.|#|path:|\/)/.test(word.text))
  call.facts(['net.fetch'])
  call.exec(foreign || call.has('-p', '--packages', '--expr') ? 'new-package' : 'project-code')
}

const STORE = '/nix/store'

export const TOOLCHAINS: ReadonlyArray<ProgramRow> = [
  {
    names:
      'nvm fnm volta pyenv rbenv nodenv goenv jenv tfenv asdf mise rtx sdk ghcup juliaup proto corepack',
    sub: {
      'list ls ls-remote list-remote list-all current version versions which where whence info doctor env root prefix shims outdated plugins-list reshim activate hook-env init help completions bin-paths settings l v c shell deactivate':
        NOTHING,
      'exec run x r': {
        style: 'posix',
        run: (call) => {
          const words = call.operands.slice(call.name === 'nvm' ? 1 : 0)
          const at = words.findIndex(
            (word) => word.is === 'literal' && call.around.knows(word.text),
          )
          if (at < 0) call.exec('project-code')
          else call.runs(words.slice(at))
        },
      },
      use: {
        run: (call) => {
          // One shell's own choice, but for mise, which writes it down.
          if (!/^(?:mise|rtx|proto)$/.test(call.name)) return
          call.facts(['writes .'])
          installs(call)
        },
      },
      'local pin': {
        run: (call) => {
          // Alone it says which version that is.
          if (call.operands.length > 0 || call.has('--unset')) call.facts(['writes .'])
        },
      },
      'global default alias unalias set config trust plugin-add unuse setup enable disable': {
        run: (call) => inFolder(call, 'fs.write', folderOf(call)),
      },
      'uninstall remove rm prune implode rm-plugin': {
        run: (call) => inFolder(call, 'fs.delete', folderOf(call)),
      },
      plugin: {
        sub: { list: NOTHING },
        other: { does: ['net.fetch', 'writes ~/.asdf/plugins', 'exec', 'new-package'] },
      },
    },
    other: { run: installs },
    examples: [
      'nvm ls =>',
      'nvm use 22 =>',
      'nvm install 22 => net.fetch, fs.write ~/.nvm, exec nvm, opaque package-code',
      'pyenv local 3.13 => fs.write .',
      'rbenv local =>',
      'mise exec -- npm test => exec npm, opaque project-code',
      'asdf plugin add x https://h.example/x => net.fetch, fs.write ~/.asdf/plugins, exec asdf, opaque new-package',
    ],
  },
  {
    names: 'virtualenv venv',
    options: { '-p --python --prompt': 'data' },
    run: environment,
    examples: ['virtualenv .venv => fs.write .venv, exec virtualenv, opaque package-code'],
  },
  {
    names: 'nix',
    options: { '-f --file -I --option --inputs-from': 'data', '-c --command': 'data' },
    sub: {
      eval: {
        flags: { '--expr -E --apply -f --file': ['inline-code'] },
      },
      'search log path-info why-depends show-config hash repl config doctor help registry': NOTHING,
      flake: {
        sub: { 'show metadata info check': NOTHING },
        other: { does: ['net.fetch', 'writes .'] },
      },
      'build run shell develop bundle fmt': { run: nixRuns },
      profile: {
        sub: { 'list history diff-closures': NOTHING },
        other: { does: ['net.fetch', 'writes ~/.nix-profile', 'exec', 'new-package'] },
      },
      store: {
        sub: {
          'gc delete': { run: (call) => inFolder(call, 'fs.delete', STORE) },
          'ls cat diff-closures ping verify info': NOTHING,
        },
        other: { does: ['writes /nix/store'] },
      },
      'copy upload': { does: ['net.send'] },
    },
    examples: [
      'nix flake check =>',
      'nix eval --expr 1 => opaque inline-code',
      'nix build .#app => net.fetch, exec nix, opaque project-code',
      'nix run nixpkgs#hello => net.fetch, exec nix, opaque new-package',
      'nix store gc => fs.delete /nix/store',
    ],
  },
  {
    names: 'nix-shell nix-build nix-env nix-collect-garbage nix-store nix-channel guix',
    options: { '--run --command': 'data', '-A --attr -f --file -I': 'data' },
    run: (call) => {
      if (call.name === 'nix-collect-garbage' || call.has('--gc', '--delete', '--uninstall')) {
        inFolder(call, 'fs.delete', STORE)
        return
      }
      if (call.name === 'nix-shell' || call.name === 'nix-build') nixRuns(call)
      else if (!call.has('--query', '--list', '--list-generations') && !call.hasExactly('-q')) {
        call.effect('net.fetch')
        inFolder(call, 'fs.write', '~/.nix-profile')
        call.exec('new-package')
      }
    },
    examples: [
      'nix-shell -p jq --run "rm a" => fs.delete a, net.fetch, exec nix-shell, opaque new-package',
      'nix-env -q =>',
      'nix-collect-garbage -d => fs.delete /nix/store',
    ],
  },
]
