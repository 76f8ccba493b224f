// Cargo and rustup: the project's own code and what it depends on; programs go to the user's folder.
import type { OpaqueCode } from '../../action/opaque.ts'
import { isWithin } from '../../action/paths.ts'
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { type ShellWord, textOf } from '../word.ts'
import { inFolder, inFolderByName } from './packageRunners.ts'

const NOTHING: Behaviour = {}
const FETCHES: Behaviour = { does: ['net.fetch'] }
const SENDS: Behaviour = { does: ['net.send'] }
const PROJECT: Behaviour = {
  run: (call) => {
    const manifest = call.value('--manifest-path')
    call.exec(manifest === undefined ? 'project-code' : inProject(call, manifest))
  },
}

const BIN = '~/.cargo/bin'

const inProject = (call: ProgramCall, folder: ShellWord): OpaqueCode => {
  const path = call.pathOf(folder)
  const ours = path !== undefined && isWithin(path, call.around.place.project)
  return ours ? 'project-code' : 'outside-code'
}

const installed = (call: ProgramCall): void => {
  if (call.has('--list')) return
  const local = call.value('--path')
  call.effect('net.fetch')
  const root = call.value('--root')
  if (root !== undefined) call.take('write', root)
  else if (local !== undefined) inFolder(call, 'fs.write', BIN)
  else inFolderByName(call, 'fs.write', BIN)
  call.exec(local === undefined ? 'new-package' : inProject(call, local))
}

const added = (call: ProgramCall): void => {
  call.effect('net.fetch')
  if (call.has('--dry-run')) return
  call.takeDirectory('write')
  const local = call.value('--path')
  call.exec(local === undefined ? 'new-package' : inProject(call, local))
}

const published = (call: ProgramCall): void => {
  if (call.has('--dry-run') || call.hasExactly('-n')) call.exec('project-code')
  else call.effect('net.send')
}

/** `--config key=value` names linkers, runners and wrappers, as the environment does. */
const configured = (call: ProgramCall): void => {
  for (const value of [...call.valuesOf('--config'), ...call.globalsOf('--config')])
    if (value.is !== 'literal' || /runner|linker|wrapper|rustc|rustdoc|alias|\//i.test(value.text))
      call.opaque('environment-code')
}

const cleaned = (call: ProgramCall): void => {
  if (!call.has('--dry-run')) call.facts(['writes target'])
}

/** `cargo +nightly x` is `cargo x` of another toolchain. */
const withToolchain = (call: ProgramCall): void => {
  const [first] = call.operands
  const name = textOf(first)
  if (first === undefined) return
  if (name?.startsWith('+') !== true) {
    call.exec(name === undefined ? 'dynamic-command' : 'unknown-subcommand')
    return
  }
  call.runs([{ ...first, text: 'cargo' }, ...call.args.slice(call.args.indexOf(first) + 1)])
}

export const CARGO: ReadonlyArray<ProgramRow> = [
  {
    names: 'cargo',
    options: {
      '--manifest-path -p --package --features -F --target -j --jobs --bin --example --test --bench --color --profile --config --exclude --message-format --registry --index -Z --target-dir':
        'data',
      '-C': 'chdir',
    },
    every: configured,
    run: withToolchain,
    sub: {
      'build b check c test t run r bench clippy doc d rustdoc rustc nextest miri expand llvm-cov tarpaulin watch insta mutants hack make criterion flamegraph bloat asm xtask cross zigbuild leptos tauri fuzz udeps machete valgrind component dist package':
        PROJECT,
      fix: { does: ['writes .', 'exec', 'project-code'] },
      fmt: {
        run: (call) => call.facts(call.has('--check') ? ['reads .'] : ['writes .']),
      },
      'add a': {
        options: { '--git --branch --tag --rev --path --rename --optional': 'data' },
        run: added,
      },
      'rm remove update generate-lockfile vendor upgrade edit': {
        run: (call) => {
          call.effect('net.fetch')
          if (!call.has('--dry-run')) call.takeDirectory('write')
        },
      },
      fetch: FETCHES,
      'new init': {
        options: { '--vcs --name --edition': 'data' },
        run: (call) => {
          const [folder] = call.operands
          if (folder === undefined) call.takeDirectory('write')
          else call.take('write', folder)
        },
      },
      'install binstall install-update': {
        options: { '--git --branch --tag --rev --path --version --root --vers': 'data' },
        run: installed,
      },
      uninstall: { run: (call) => inFolderByName(call, 'fs.delete', BIN) },
      clean: { run: cleaned },
      'tree metadata search info version help locate-project pkgid verify-project read-manifest audit deny outdated geiger license about semver-checks report':
        FETCHES,
      'config get-config': NOTHING,
      publish: { run: published },
      release: {
        run: (call) => call.effect(call.has('--execute', '-x') ? 'net.send' : 'net.fetch'),
      },
      yank: SENDS,
      owner: {
        options: { '-a --add -r --remove': 'data' },
        run: (call) => {
          const changes = call.has('--add', '--remove') || call.hasExactly('-a', '-r')
          call.effect(changes ? 'net.send' : 'net.fetch')
        },
      },
      login: { does: ['writes ~/.cargo/credentials.toml'] },
      logout: { does: ['writes ~/.cargo/credentials.toml'] },
    },
    examples: [
      'cargo test => exec cargo, opaque project-code',
      'cargo run --manifest-path /tmp/x/Cargo.toml => exec cargo, opaque outside-code',
      'cargo +nightly fmt --check => fs.read .',
      'cargo publish => net.send',
      'cargo publish --dry-run => exec cargo, opaque project-code',
      'cargo fmt => fs.write .',
      'cargo install x => net.fetch, fs.write ~/.cargo/bin/x, exec cargo, opaque new-package',
      'cargo install --path . => net.fetch, fs.write ~/.cargo/bin, exec cargo, opaque project-code',
      'cargo install --list =>',
      'cargo add serde => net.fetch, fs.write ., exec cargo, opaque new-package',
      'cargo new a => fs.write a',
      'cargo clean => fs.write target',
      'cargo --config target.x.runner="sh" test => opaque environment-code, exec cargo, opaque project-code',
      'cargo owner --list => net.fetch',
      'cargo frob => exec cargo, opaque unknown-subcommand',
      'cargo =>',
      'cargo login => fs.write ~/.cargo/credentials.toml',
    ],
  },
  {
    names: 'rustup',
    sub: {
      'show which check doc completions man': NOTHING,
      'toolchain target component override': {
        sub: {
          list: NOTHING,
          'uninstall remove unset': {
            run: (call) => inFolder(call, 'fs.delete', '~/.rustup/toolchains'),
          },
        },
        other: { does: ['net.fetch', 'writes ~/.rustup', 'exec', 'package-code'] },
      },
      'update install default set': {
        does: ['net.fetch', 'writes ~/.rustup', 'exec', 'package-code'],
      },
      uninstall: { run: (call) => inFolder(call, 'fs.delete', '~/.rustup/toolchains') },
      self: {
        sub: { uninstall: { run: (call) => inFolder(call, 'fs.delete', '~/.cargo') } },
        other: { does: ['net.fetch', 'writes ~/.cargo/bin', 'exec', 'package-code'] },
      },
      run: { style: 'posix', run: (call) => call.runs(call.operands.slice(1)) },
    },
    examples: [
      'rustup show =>',
      'rustup update => net.fetch, fs.write ~/.rustup, exec rustup, opaque package-code',
      'rustup run nightly cargo test => exec cargo, opaque project-code',
    ],
  },
]
