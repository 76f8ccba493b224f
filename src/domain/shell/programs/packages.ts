// Package managers: what they fetch, whose code they run, what they publish.
import type { Behaviour, Fact, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'

const NOTHING: Behaviour = {}
const FETCHES: Behaviour = { does: ['net.fetch'] }
const INSTALLS: Behaviour = { does: ['net.fetch', 'writes .', 'exec', 'package-code'] }
const INSTALLS_GLOBALLY: ReadonlyArray<Fact> = ['net.fetch', 'exec', 'package-code']
const SENDS: Behaviour = { does: ['net.send'] }
const PROJECT: Behaviour = { does: ['exec', 'project-code'] }

/** `npx tool args`: a tool that has a row is read as itself; another is a package's code. */
const packaged = (call: ProgramCall): void => {
  for (const text of call.valuesOf('-c', '--call')) call.shellText(text)
  const [tool, ...rest] = call.operands
  const name = textOf(tool)
  if (tool === undefined) return
  if (name !== undefined && KNOWN_TOOLS.has(name)) {
    call.around.inner([tool, ...rest])
    return
  }
  const ours = /(?:^|\/)(?:(claude)-code|(isonapse))(?:@[\w.^~-]+)?$/.exec(name ?? '')
  if (ours !== null) call.around.inner([{ ...tool, text: ours[1] ?? ours[2]! }, ...rest])
  call.facts(['net.fetch', 'exec', 'package-code'])
}

const KNOWN_TOOLS = new Set(
  (
    'tsc eslint prettier jest vitest mocha ava tap playwright cypress tsx ts-node webpack vite rollup esbuild next nuxt astro turbo nx ' +
    'biome oxlint stylelint c8 nyc concurrently nodemon pytest ruff black mypy flake8 isort claude rimraf cross-env'
  ).split(' '),
)

const script = (call: ProgramCall): void => {
  if (call.operands.length > 0) call.exec('project-code')
}

const pipInstall = (call: ProgramCall): void => {
  for (const file of call.valuesOf('-r', '--requirement', '-c', '--constraint'))
    call.take('read', file)
  call.facts(INSTALLS_GLOBALLY)
}

const PACKAGE_VALUES =
  '--prefix --registry --cache --userconfig -w --workspace -C --cwd --filter -F --dir --loglevel --tag'

const NODE_SUB: Readonly<Record<string, Behaviour>> = {
  'install i in ins add ci clean-install update up upgrade dedupe rebuild rb install-test it link ln unlink import fetch patch patch-commit dlx-install':
    INSTALLS,
  'uninstall remove rm r un unlink-all prune': { does: ['writes .', 'exec', 'package-code'] },
  'run run-script rum urn': { style: 'posix', named: 1, run: script },
  'test t tst start stop restart build dev lint format check typecheck serve preview e2e coverage watch':
    PROJECT,
  'exec x dlx': {
    style: 'posix',
    options: { '-p --package': 'data', '-c --call': 'data' },
    run: packaged,
  },
  'ls list la ll outdated explain why root prefix bin help version -v ping whoami doctor fund licenses completion store env query find-dupes':
    NOTHING,
  'view info show v search s find audit diff stars home repo bugs docs issues': {
    does: ['net.fetch'],
    flags: { '--fix': ['exec', 'package-code'] },
  },
  'init create innit': INSTALLS,
  pack: { does: ['writes .', 'exec', 'project-code'] },
  version: { does: ['writes .'] },
  'owner author access dist-tag dist-tags team org hook': {
    sub: { 'list ls get': FETCHES },
    other: SENDS,
  },
  'publish deprecate undeprecate star unstar login adduser add-user logout stage trust': SENDS,
  unpublish: { does: ['destroy.infra'] },
  'token profile': { sub: { 'list get': FETCHES }, other: { does: ['net.send', 'secret.read'] } },
  global: { does: INSTALLS_GLOBALLY },
  'config c': { sub: { 'get list ls': NOTHING }, other: { does: ['writes .'] } },
  cache: { does: [] },
  'set get set-script pkg workspaces workspace -r recursive': {
    does: ['writes .', 'exec', 'project-code'],
  },
}

export const PACKAGES: ReadonlyArray<ProgramRow> = [
  {
    names: 'npm cnpm',
    options: { [PACKAGE_VALUES]: 'data' },
    sub: NODE_SUB,
    examples: [
      'npm test => exec npm, opaque project-code',
      'npm run build => exec npm, opaque project-code',
      'npm install left-pad => net.fetch, fs.write ., exec npm, opaque package-code',
      'npm ci => net.fetch, fs.write ., exec npm, opaque package-code',
      'npm publish => net.send',
      'npm ls =>',
      'npm view x => net.fetch',
      'npm exec foo => net.fetch, exec npm, opaque package-code',
      'npm frob => exec npm, opaque unknown-subcommand',
      'npm unpublish x => destroy.infra',
    ],
  },
  {
    names: 'pnpm',
    options: { [PACKAGE_VALUES]: 'data' },
    sub: NODE_SUB,
    other: PROJECT,
    examples: [
      'pnpm i => net.fetch, fs.write ., exec pnpm, opaque package-code',
      'pnpm lint => exec pnpm, opaque project-code',
      'pnpm dlx foo => net.fetch, exec pnpm, opaque package-code',
    ],
  },
  {
    names: 'yarn',
    options: { [PACKAGE_VALUES]: 'data' },
    sub: NODE_SUB,
    other: PROJECT,
    does: ['net.fetch', 'writes .', 'exec', 'package-code'],
    examples: [
      'yarn => net.fetch, fs.write ., exec yarn, opaque package-code',
      'yarn add x => net.fetch, fs.write ., exec yarn, opaque package-code',
      'yarn frob => exec yarn, opaque project-code',
    ],
  },
  {
    names: 'bun',
    options: { [PACKAGE_VALUES]: 'data', '-e --eval': 'code' },
    sub: NODE_SUB,
    other: PROJECT,
    examples: [
      'bun test => exec bun, opaque project-code',
      'bun run a.ts => exec bun, opaque project-code',
      'bun install => net.fetch, fs.write ., exec bun, opaque package-code',
    ],
  },
  {
    names: 'npx bunx pnpx',
    style: 'posix',
    options: { '-p --package': 'data', '-c --call': 'data' },
    run: packaged,
    examples: [
      'npx tsc --noEmit => fs.read .',
      'npx frob => net.fetch, exec npx, opaque package-code',
      'npx -y cowsay hi => net.fetch, exec npx, opaque package-code',
    ],
  },
  {
    names: 'pip pip3 pipenv conda mamba micromamba pixi',
    options: {
      '-r --requirement -c --constraint -i --index-url --extra-index-url -t --target -n --name -p --prefix -f --file':
        'data',
    },
    sub: {
      'install sync update upgrade create': { run: pipInstall },
      'list show freeze check help debug inspect hash config info search index --version graph':
        NOTHING,
      'download wheel': { does: ['net.fetch', 'writes .'] },
      'uninstall remove': { does: ['exec', 'package-code'] },
      'cache clean': NOTHING,
      'run shell': { style: 'posix', run: (call) => call.around.inner(call.operands) },
      'env activate deactivate': NOTHING,
    },
    examples: [
      'pip install -r requirements.txt => fs.read requirements.txt, net.fetch, exec pip, opaque package-code',
      'pip list =>',
      'pip uninstall -y x => exec pip, opaque package-code',
    ],
  },
  {
    names: 'uv poetry hatch pdm rye',
    options: {
      '--project --directory -C': 'chdir',
      '-p --python --with -g --group --extra': 'data',
    },
    sub: {
      run: { style: 'posix', run: (call) => call.around.inner(call.operands) },
      'add remove install sync lock update init new venv self tool python build export tree-install':
        INSTALLS,
      pip: { sub: { 'list show freeze check tree': NOTHING }, other: INSTALLS },
      'show tree check version env config list help about cache': NOTHING,
      publish: SENDS,
    },
    other: PROJECT,
    examples: [
      'uv run pytest => exec pytest, opaque project-code',
      'poetry install => net.fetch, fs.write ., exec poetry, opaque package-code',
      'uv pip list =>',
      'poetry publish => net.send',
    ],
  },
  {
    names: 'uvx pipx',
    style: 'posix',
    options: { '--from --with -p --python': 'data' },
    run: packaged,
    examples: [
      'uvx ruff check => fs.write .',
      'uvx frob => net.fetch, exec uvx, opaque package-code',
    ],
  },
  {
    names: 'cargo',
    options: {
      '--manifest-path -p --package --features --target -j --jobs --bin --example --test --color':
        'data',
      '-C': 'chdir',
    },
    sub: {
      'build b check c test t run r bench clippy doc nextest fix miri expand': PROJECT,
      fmt: { does: ['writes .'] },
      'add rm remove update generate-lockfile vendor new init fetch': {
        does: ['net.fetch', 'writes .'],
      },
      'install uninstall binstall': { does: INSTALLS_GLOBALLY },
      clean: { does: ['writes .'] },
      'tree metadata search info version help locate-project pkgid verify-project read-manifest audit deny outdated':
        FETCHES,
      'publish yank owner login logout': SENDS,
      package: PROJECT,
    },
    other: { does: ['exec', 'package-code'] },
    examples: [
      'cargo test => exec cargo, opaque project-code',
      'cargo publish => net.send',
      'cargo fmt => fs.write .',
      'cargo install x => net.fetch, exec cargo, opaque package-code',
    ],
  },
  {
    names: 'go',
    options: { '-C': 'chdir', '-o': 'write', '-run -tags -count -timeout -bench': 'data' },
    style: 'long',
    sub: {
      'build test run vet generate tool': PROJECT,
      fmt: { does: ['writes .'] },
      'get mod work': { does: ['net.fetch', 'writes .'] },
      install: { does: INSTALLS_GLOBALLY },
      'list env version doc help bug clean fix telemetry': NOTHING,
    },
    examples: [
      'go test ./... => exec go, opaque project-code',
      'go mod tidy => net.fetch, fs.write .',
      'go version =>',
      'go install x@latest => net.fetch, exec go, opaque package-code',
    ],
  },
  {
    names:
      'gem bundle bundler composer mix rebar3 cabal stack opam luarocks cpan cpanm pod dart pub flutter nuget swift carthage vcpkg conan spack',
    sub: {
      'list show info search outdated help version env which check licenses why status doctor analyze config environment --version':
        NOTHING,
      'install update add require remove uninstall get upgrade restore fetch deps deps.get init new create i pub':
        INSTALLS,
      exec: { style: 'posix', run: (call) => call.around.inner(call.operands) },
      'push publish yank owner': SENDS,
    },
    other: PROJECT,
    examples: [
      'bundle install => net.fetch, fs.write ., exec bundle, opaque package-code',
      'bundle exec rspec => exec rspec, opaque project-code',
      'gem push a.gem => net.send',
      'mix test => exec mix, opaque project-code',
    ],
  },
  {
    names:
      'apt apt-get aptitude dnf yum zypper apk pacman brew port snap flatpak choco winget scoop nix-env emerge pkg rpm dpkg xbps-install',
    sub: {
      'list search show info policy depends rdepends files provides query leaves deps outdated doctor config desc home cat --version version changelog madison':
        FETCHES,
      'update makecache refresh check-update tap': FETCHES,
      'remove purge autoremove uninstall erase zap dist-upgrade del': { does: ['destroy.system'] },
      'clean autoclean cleanup': NOTHING,
    },
    other: { does: INSTALLS_GLOBALLY },
    flags: { '-R -Rns -Rs -e --remove --purge --erase': ['destroy.system'] },
    examples: [
      'brew install jq => net.fetch, exec brew, opaque package-code',
      'apt-get remove nginx => destroy.system',
      'apt list --installed => net.fetch',
    ],
  },
]
