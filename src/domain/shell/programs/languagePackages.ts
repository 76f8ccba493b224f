// Package managers of other languages: Go, Ruby, PHP, .NET, Elixir, Haskell and the rest. One manner:
// what the project's lists name, what the call names, what is published.
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { type ShellWord, textOf } from '../word.ts'
import { codeOf, inFolder, inFolderByName } from './packageRunners.ts'
import { placedIn } from './placedCode.ts'

const NOTHING: Behaviour = {}
const FETCHES: Behaviour = { does: ['net.fetch'] }
const SENDS: Behaviour = { does: ['net.send'] }
const PROJECT: Behaviour = { does: ['exec', 'project-code'] }
const REFRESHES: Behaviour = { does: ['net.fetch', 'writes .', 'exec', 'package-code'] }
const INNER: Behaviour = { style: 'posix', run: (call) => call.runs(call.operands) }

/** A program that nobody here knows is one of the packages that the lockfile names. */
const OF_PACKAGES: Behaviour = {
  style: 'posix',
  run: (call) => {
    const name = textOf(call.operands[0])
    const named = name !== undefined && /^[\w-]{1,64}$/.test(name)
    if (named && !call.around.knows(name)) call.exec('package-code')
    else call.runs(call.operands)
  },
}

/** Into the project: what is named, else what its lists name. */
const ADDS: Behaviour = {
  run: (call) => {
    call.facts(['net.fetch', 'writes .'])
    call.exec(codeOf(call, call.operands))
  },
}

/** For the user: a folder outside every project. */
const installsTo = (folder: string): Behaviour => ({
  run: (call) => {
    call.effect('net.fetch')
    inFolder(call, 'fs.write', folder)
    call.exec(codeOf(call, call.operands))
  },
})

const removesFrom = (folder: string): Behaviour => ({
  run: (call) => inFolder(call, 'fs.delete', folder),
})

/** A module with a version is one from elsewhere; without, one of the project. */
const goCode = (packages: ReadonlyArray<ShellWord>): 'new-package' | 'project-code' =>
  packages.some((word) => word.text.includes('@') || word.is === 'dynamic')
    ? 'new-package'
    : 'project-code'

const goBuild = (call: ProgramCall): void => {
  for (const text of call.valuesOf('-exec', '-toolexec', '-vettool')) call.shellText(text)
  call.exec(placedIn(call, call.operands))
}

const goRun = (call: ProgramCall): void => {
  for (const text of call.valuesOf('-exec', '-toolexec')) call.shellText(text)
  const first = call.operands.slice(0, 1)
  const code = goCode(first)
  call.exec(code === 'project-code' ? placedIn(call, first) : code)
}

const goClean = (call: ProgramCall): void => {
  if (call.has('-modcache')) inFolder(call, 'fs.delete', '~/go/pkg/mod')
  if (call.has('-cache', '-testcache', '-fuzzcache'))
    inFolder(call, 'fs.delete', '~/.cache/go-build')
}

/** Properties that hold a command, or name a file of build instructions. */
const BUILD_EVENT =
  /^[-/]{1,2}p(?:roperty)?:(?:[^=]*;)?(?:Pre|Post)BuildEvent=|^[-/]{1,2}p(?:roperty)?:[^=]*(?:CustomBefore|CustomAfter|Targets|ToolExe|ToolPath|Import)[^=]*=/i

const dotnetBuild = (call: ProgramCall): void => {
  if (call.args.slice(0, 64).some((word) => BUILD_EVENT.test(word.text.slice(0, 512))))
    call.exec('inline-code')
  else
    call.exec(placedIn(call, [...call.operands.slice(0, 1), ...call.valuesOf('-p', '--project')]))
}

const dotnetAdd = (call: ProgramCall): void => {
  const words = call.operands.map((word) => textOf(word))
  call.facts(['net.fetch', 'writes .'])
  if (words.includes('package')) call.exec('new-package')
}

export const LANGUAGE_PACKAGES: ReadonlyArray<ProgramRow> = [
  {
    names: 'go',
    options: {
      '-C': 'chdir',
      '-o': 'write',
      '-run -tags -count -timeout -bench -ldflags -gcflags -mod -modfile -exec -toolexec -vettool -p -coverpkg -fuzz -fuzztime':
        'data',
      '-coverprofile -cpuprofile -memprofile': 'write',
    },
    style: 'long',
    sub: {
      'build test vet generate tool': { run: goBuild },
      run: { run: goRun },
      'fmt fix': { does: ['writes .'] },
      get: {
        run: (call) => {
          call.facts(['net.fetch', 'writes .'])
          const names = call.operands.filter((word) => !/^(?:\.|all$)/.test(word.text))
          if (names.length > 0) call.exec('new-package')
        },
      },
      mod: {
        sub: { 'graph why verify': NOTHING, download: FETCHES },
        other: { does: ['net.fetch', 'writes .'] },
      },
      work: { does: ['writes .'] },
      install: {
        run: (call) => {
          call.effect('net.fetch')
          inFolder(call, 'fs.write', '~/go/bin')
          call.exec(goCode(call.operands))
        },
      },
      env: { flags: { '-w -u': ['writes ~/.config/go/env', 'environment-code'] } },
      clean: { run: goClean },
      'list version doc help bug telemetry': NOTHING,
    },
    examples: [
      'go test ./... => exec go, opaque project-code',
      'go test -exec "rm a" ./... => fs.delete a, exec go, opaque project-code',
      'go mod tidy => net.fetch, fs.write .',
      'go mod graph =>',
      'go version =>',
      'go env =>',
      'go env -w GOFLAGS=-x => fs.write ~/.config/go/env, opaque environment-code',
      'go run . => exec go, opaque project-code',
      'go run /tmp/x.go => exec go, opaque outside-code',
      'go -C /tmp/x test => exec go, opaque outside-code',
      'go run x.example/a@latest => exec go, opaque new-package',
      'go get x.example/a@v1 => net.fetch, fs.write ., exec go, opaque new-package',
      'go install x@latest => net.fetch, fs.write ~/go/bin, exec go, opaque new-package',
      'go clean -modcache => fs.delete ~/go/pkg/mod',
    ],
  },
  {
    names: 'gem',
    options: { '-v --version -s --source -i --install-dir': 'data' },
    sub: {
      'list info environment env help version which contents dependency check stale': NOTHING,
      'search outdated specification query': FETCHES,
      'install i update fetch': installsTo('~/.gem'),
      'uninstall cleanup': removesFrom('~/.gem'),
      build: { does: ['writes .', 'exec', 'project-code'] },
      'push owner signin signout': SENDS,
      yank: { does: ['destroy.infra'] },
      'sources config': { flags: { '-a --add -r --remove': ['writes ~/.gemrc'] } },
      exec: { style: 'posix', does: ['net.fetch', 'exec', 'new-package'] },
    },
    examples: [
      'gem install x => net.fetch, fs.write ~/.gem, exec gem, opaque new-package',
      'gem list =>',
      'gem push a.gem => net.send',
      'gem uninstall x => fs.delete ~/.gem',
    ],
  },
  {
    names: 'bundle bundler',
    options: { '--gemfile --path -j --jobs --without --with': 'data' },
    sub: {
      'list show info outdated check doctor platform licenses viz env version help fund': NOTHING,
      'install update lock cache package pristine binstubs remove clean init': REFRESHES,
      add: ADDS,
      exec: OF_PACKAGES,
      config: {
        run: (call) => {
          const [verb] = call.operands
          if (!/^(?:list|get)$/.test(textOf(verb) ?? 'list')) call.facts(['writes .bundle'])
        },
      },
      gem: { does: ['writes .'] },
      plugin: { does: ['net.fetch', 'writes .', 'exec', 'new-package'] },
    },
    other: PROJECT,
    does: ['net.fetch', 'writes .', 'exec', 'package-code'],
    examples: [
      'bundle install => net.fetch, fs.write ., exec bundle, opaque package-code',
      'bundle exec rspec => exec rspec, opaque project-code',
      'bundle exec srb tc => exec bundle, opaque package-code',
      'bundle exec rm a => fs.delete a',
      'bundle exec /tmp/x => exec /tmp/x, opaque outside-code',
      'bundle add x => net.fetch, fs.write ., exec bundle, opaque new-package',
    ],
  },
  {
    names: 'composer',
    options: { '-d --working-dir': 'chdir' },
    sub: {
      'show info search outdated validate diagnose licenses depends why prohibits why-not fund audit status check-platform-reqs browse home about suggests list':
        FETCHES,
      'install i update u upgrade remove rm reinstall dump-autoload dumpautoload bump archive init':
        REFRESHES,
      'require r': ADDS,
      exec: INNER,
      'create-project': ADDS,
      global: {
        sub: { 'show outdated licenses': NOTHING },
        other: { does: ['net.fetch', 'writes ~/.composer', 'exec', 'new-package'] },
      },
      'self-update selfupdate': { does: ['net.fetch', 'writes /usr/local/bin/composer'] },
      config: {
        run: (call) => {
          const home = call.has('--global') || call.hasExactly('-g')
          if (call.operands.length > 1) {
            if (home) inFolder(call, 'fs.write', '~/.composer/config.json')
            else call.facts(['writes composer.json'])
          }
        },
      },
      'clear-cache clearcache cc': removesFrom('~/.cache/composer'),
    },
    other: PROJECT,
    examples: [
      'composer exec rm a => fs.delete a',
      'composer install => net.fetch, fs.write ., exec composer, opaque package-code',
      'composer require a/b => net.fetch, fs.write ., exec composer, opaque new-package',
      'composer test => exec composer, opaque project-code',
    ],
  },
  {
    names: 'dotnet',
    options: {
      '-c --configuration -f --framework -r --runtime -o --output -v --verbosity -p --project':
        'data',
    },
    sub: {
      'list sln solution': { sub: { 'add remove': { does: ['writes .'] } }, other: NOTHING },
      'restore clean new': { does: ['net.fetch', 'writes .', 'exec', 'package-code'] },
      add: { run: dotnetAdd },
      package: { run: dotnetAdd },
      'remove format': { does: ['writes .'] },
      tool: {
        sub: {
          'list search': NOTHING,
          restore: REFRESHES,
          run: PROJECT,
          uninstall: { run: (call) => inFolderByName(call, 'fs.delete', '~/.dotnet/tools') },
        },
        other: {
          run: (call) => {
            call.effect('net.fetch')
            if (call.has('--global') || call.hasExactly('-g'))
              inFolderByName(call, 'fs.write', '~/.dotnet/tools')
            call.exec('new-package')
          },
        },
      },
      nuget: {
        sub: {
          push: SENDS,
          delete: { does: ['destroy.infra'] },
          locals: { flags: { '-c --clear': ['writes ~/.nuget'] } },
          'list why verify': NOTHING,
        },
        other: { does: ['writes ~/.nuget/NuGet'] },
      },
      ef: {
        sub: {
          database: { sub: { drop: { does: ['destroy.data'] } }, other: PROJECT },
        },
        other: PROJECT,
      },
      workload: {
        sub: { 'list search': NOTHING },
        other: { does: ['net.fetch', 'writes /usr/share/dotnet', 'exec', 'package-code'] },
      },
      'user-secrets': {
        sub: { list: { does: ['secret.read'] } },
        other: { does: ['writes ~/.microsoft'] },
      },
      'dev-certs': NOTHING,
    },
    other: { run: dotnetBuild },
    examples: [
      'dotnet run --project /tmp/x => exec dotnet, opaque outside-code',
      'dotnet build -p:PreBuildEvent="rm a" => exec dotnet, opaque inline-code',
      'dotnet test => exec dotnet, opaque project-code',
      'dotnet add package X => net.fetch, fs.write ., exec dotnet, opaque new-package',
      'dotnet nuget push a.nupkg => net.send',
      'dotnet tool install -g x => net.fetch, fs.write ~/.dotnet/tools/x, exec dotnet, opaque new-package',
      'dotnet ef database drop => destroy.data',
    ],
  },
  {
    names:
      'mix rebar3 cabal stack opam luarocks cpan cpanm pod dart pub flutter nuget swift carthage vcpkg conan spack shards nimble hex',
    sub: {
      'list show info search outdated help version env which check licenses why status doctor analyze config environment deps.tree hex.info hex.outdated path describe':
        NOTHING,
      // `dart pub` and `flutter pub` are the package manager itself.
      pub: {
        sub: {
          'deps outdated list': NOTHING,
          add: ADDS,
          'global token cache': {
            does: ['net.fetch', 'writes ~/.pub-cache', 'exec', 'new-package'],
          },
          'publish lish': SENDS,
        },
        other: REFRESHES,
        does: ['net.fetch', 'writes .', 'exec', 'package-code'],
      },
      'get restore fetch deps.get deps.update deps.compile upgrade update init new create i resolve bootstrap':
        REFRESHES,
      'install add require': ADDS,
      'remove uninstall rm deps.unlock deps.clean': { does: ['writes .'] },
      exec: INNER,
      'run eval': {
        options: { '-e --eval -r --require': 'data' },
        run: (call) => {
          const inline =
            call.name === 'mix' && (call.has('-e', '--eval') || textOf(call.verb) === 'eval')
          call.exec(inline ? 'inline-code' : 'project-code')
        },
      },
      'push publish yank owner upload hex.publish hex.owner trunk deploy': SENDS,
      'ecto.drop ecto.reset': { does: ['destroy.data'] },
      'archive.install escript.install local.hex local.rebar': {
        does: ['net.fetch', 'writes ~/.mix', 'exec', 'new-package'],
      },
    },
    other: PROJECT,
    examples: [
      'mix test => exec mix, opaque project-code',
      'mix deps.get => net.fetch, fs.write ., exec mix, opaque package-code',
      'mix ecto.drop => destroy.data',
      'mix hex.publish => net.send',
      'dart pub deps =>',
      'dart pub publish => net.send',
      'flutter pub get => net.fetch, fs.write ., exec flutter, opaque package-code',
      'opam install x => net.fetch, fs.write ., exec opam, opaque new-package',
    ],
  },
]
