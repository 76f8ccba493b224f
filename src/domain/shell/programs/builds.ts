// Programs that build and test: they run the project's own code or configuration. Routine in every
// session; told apart are the tasks that publish, and those that empty a database.
import { isWithin } from '../../action/paths.ts'
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { isStream } from '../pathEffects.ts'
import { tellAssignment } from '../loaders.ts'
import { type ShellWord, tailOf, textOf } from '../word.ts'
import { losesData } from '../databaseTasks.ts'
import { runsGivenShell } from '../givenShell.ts'
import { runsGivenText } from '../frameworkShells.ts'
import { inFolder } from './packageRunners.ts'
import { placedIn } from './placedCode.ts'
import { showsEnvironment } from './surroundings.ts'

/** Tasks that publish what was built, as their programs name them. */
const PUBLISHES =
  /^(?:[\w-]*:)*(?:deploy|deploy:deploy|deploy-file|release:perform|release:prepare|site-deploy|publish(?!ToMavenLocal|Local|M2|.*ToMavenLocal)\w*|uploadArchives|artifactoryPublish|bintrayUpload|closeAndRelease\w*|gh-deploy|push)$/

/** Options that name the file or the folder whose code is run. */
const RUN_FROM = [
  '-C',
  '--directory',
  '-f',
  '--file',
  '--makefile',
  '--justfile',
  '--taskfile',
  '-b',
  '-I',
  '--init-script',
] as const

/** Options that name what is made: reports, bundles. */
const OUTPUTS = [
  '--output',
  '--output-dir',
  '--output-path',
  '--output-file',
  '--outputFile',
  '--outfile',
  '--outdir',
  '--outDir',
  '--out-dir',
  '--out',
  '--dest',
  '--destination',
  '--junitxml',
  '--junit-xml',
  '--basetemp',
  '--log-file',
  '--report-log',
  '--coverage-directory',
  '--coverageDirectory',
] as const

/** The project's own code, unless an option leads to code that lies elsewhere. */
const projectCode = (call: ProgramCall): void => {
  const files = call.valuesOf(...RUN_FROM)
  const configured = call.values
    .filter(({ option }) => CONFIGURES.test(option))
    .map(({ value }) => value)
  const ways = [...configured, ...call.operands].filter(
    (word) => /^(?:\/|\.\.|~)/.test(word.text) && !isLabel(call, word),
  )
  if (files.some((word) => /^[a-z]+:\/\//.test(word.text))) call.exec('remote-code')
  else if (files.some((word) => word.text === '-' || isStream(word.text))) call.exec('inline-code')
  else {
    // What it makes inside the project is part of running it.
    for (const word of call.valuesOf(...OUTPUTS)) if (outside(call, word)) call.take('write', word)
    call.exec(
      [...files, ...ways].some((word) => outside(call, word)) ? 'outside-code' : 'project-code',
    )
  }
}

/** `//pkg:target` is no path to the programs that name what they build so. */
const isLabel = ({ name }: ProgramCall, { text }: ShellWord): boolean =>
  text.startsWith('//') && /^(?:bazel|bazelisk|buck|buck2|moon|earthly)$/.test(name)

/** Options of test runners and bundlers that name a file of code or of settings that are code. */
const CONFIGURES =
  /^(?:-c|-r|-p|--(?:config\w*|rootdir|root|setup\w*|require|plugin\w*|manifest\S*|globalSetup|bazelrc|resolver|preset|rulesdir|rules-dir|project|settings|build-file|import|loader))$/

const outside = (call: ProgramCall, word: ShellWord): boolean => {
  const path = call.pathOf(word)
  return path === undefined || !isWithin(path, call.around.place.project)
}

const tasks = (call: ProgramCall): void => {
  projectCode(call)
  if (call.name === 'rake')
    for (const text of call.valuesOf(
      '-e',
      '-p',
      '-E',
      '--execute',
      '--execute-print',
      '--execute-continue',
    ))
      call.code('ruby', text)
  const [verb, text] = call.operands
  if (call.name === 'rails' && /^(?:runner|r)$/.test(verb?.text ?? '') && text !== undefined) {
    if (text.text.endsWith('.rb')) call.runFile(text, 'ruby')
    else call.code('ruby', text)
  }
  losesData(call)
  runsGivenText(call)
}

/** Program text or a program among the arguments: `sbt "set x := …"`, `-Dexec.executable=…`. */
const STATES = /^(?:set|eval|console)\s|^-D(?:exec\.executable|exec\.args)(?:=|$)/

const published = (call: ProgramCall): void => {
  if (call.args.slice(0, 64).some((word) => STATES.test(word.text.slice(0, 64))))
    call.exec('inline-code')
  projectCode(call)
  losesData(call)
  if (call.has('--dry-run', '--snapshot') || call.hasExactly('-m')) return
  const always = /^(?:semantic-release|release-it|np)$/.test(call.name)
  const releases = /^(?:goreleaser|jreleaser)$/.test(call.name)
  if (always || (releases && textOf(call.operands[0]) === 'release')) call.effect('net.send')
  else if (call.operands.some((word) => word.text.length < 96 && PUBLISHES.test(word.text)))
    call.effect('net.send')
}

/** `--force-reset` and its like say themselves what is lost. */
const migrations = (call: ProgramCall): void => {
  tasks(call)
  if (call.has('--force-reset', '--accept-data-loss'))
    call.effect('destroy.data', { name: 'database' })
}

const PATHS = { '-C --directory -f --file --makefile --justfile --taskfile -b': 'data' } as const

const evaluated = (call: ProgramCall): void => {
  // `make CC=…`: what a variable of the environment runs, one of the command line runs as well.
  for (const word of call.operands) {
    const name = /^([A-Za-z_]\w{0,40})=/.exec(word.text)?.[1]
    if (name !== undefined) tellAssignment(call, name, tailOf(word, name.length + 1))
  }
  if (call.has('--eval') || call.operands.some((word) => /\$[({]shell\b/.test(word.text)))
    call.exec('inline-code')
  runsGivenShell(call, call.operands)
  projectCode(call)
}

/** `cmake -E` is a set of file tools; everything else runs what the project's files say. */
const portable = (call: ProgramCall): void => {
  const [first, verb, ...words] = call.args
  if (first?.text !== '-E') {
    if (call.has('--install')) {
      const prefix = call.value('--prefix')
      if (prefix === undefined) inFolder(call, 'fs.write', '/usr/local')
      else call.take('write', prefix)
    }
    const tools = call.values
      .filter(({ option }) =>
        /^-D\w*(?:COMPILER|LAUNCHER|TOOLCHAIN|INCLUDE|MODULE_PATH|LINKER|PROGRAM)/.test(option),
      )
      .map(({ value }) => value)
      .filter(({ text }) => !/^\/(?:usr|bin|opt|nix)\//.test(text))
    const named = [
      ...call.valuesOf('-P', '-C', '-S', '--build'),
      ...call.operands.slice(0, 1),
      ...tools,
    ]
    call.exec(placedIn(call, named))
    return
  }
  const name = textOf(verb)
  const plain = words.filter((word) => !word.text.startsWith('-'))
  if (name === undefined) call.exec('dynamic-command')
  else if (/^(?:rm|remove|remove_directory)$/.test(name))
    for (const word of plain) call.take('deleteAll', word)
  else if (/^(?:copy\w*|rename|create_symlink|create_hardlink)$/.test(name))
    for (const [at, word] of plain.entries())
      call.take(at === plain.length - 1 ? 'write' : name === 'rename' ? 'delete' : 'read', word)
  else if (/^(?:touch\w*|make_directory)$/.test(name))
    for (const word of plain) call.take('write', word)
  else if (name === 'env') call.runs(plain.filter((word) => !/^\w+=/.test(word.text)))
  else if (name === 'environment') showsEnvironment(call)
  else if (name === 'time') call.runs(words)
  else if (name === 'chdir') call.runs(words.slice(1))
  else if (name === 'tar') call.exec('archive-content')
}

const NOTHING: Behaviour = {}
const PROJECT: Behaviour = { does: ['exec', 'project-code'] }

/** Each operand is a command line of its own. */
const together = (call: ProgramCall): void => {
  if (call.operands.length > 64) call.opaque('too-large')
  for (const word of call.operands.slice(0, 64)) call.shellText(word)
  if (call.operands.length === 0) call.exec('project-code')
}

export const BUILDS: ReadonlyArray<ProgramRow> = [
  {
    names:
      'make gmake configure just task mage invoke inv ninja ctest meson bazel bazelisk buck buck2 scons waf premake5 xmake dune moon earthly',
    options: { ...PATHS, '-j --jobs -k -l -t --config -c -S -B -G -D -P --eval': 'data' },
    run: evaluated,
    named: 1,
    examples: [
      'make test => exec make, opaque project-code',
      'make -C web -j4 => exec make, opaque project-code',
      'make -f /tmp/a.mk => exec make, opaque outside-code',
      'make -f - => exec make, opaque inline-code',
      "make SHELL='rm -rf /' x => exec make, opaque inline-code, fs.delete /, tamper /, destroy.system /, opaque project-code",
      'make SHELL=/bin/bash test => exec make, opaque project-code',
      "make 'X=$(shell rm a)' => exec make, opaque inline-code, opaque project-code",
      'make --eval="x" => exec make, opaque inline-code, opaque project-code',
      'bazel test //a:b => exec bazel, opaque project-code',
      'make -C //tmp/a => exec make, opaque outside-code',
      'make CC="rm a" => fs.delete a, exec make, opaque project-code',
      'make CC=clang PREFIX=/usr -j4 => exec make, opaque project-code',
      './configure CC="rm a" --prefix=/usr => fs.delete a, exec configure, opaque project-code, opaque project-code',
      'make --version =>',
    ],
  },
  {
    names: 'cmake',
    style: 'long',
    options: { '-B -S -G -D -C -P --build --install --prefix --target --config --preset': 'data' },
    run: portable,
    examples: [
      'cmake -S . -B build => exec cmake, opaque project-code',
      'cmake --build build => exec cmake, opaque project-code',
      'cmake -E rm -rf dist => fs.delete dist',
      'cmake -E copy a ../b => fs.read a, fs.write ~/b',
      'cmake -E env A=1 rm a => fs.delete a',
      'cmake -S /tmp/x -B build => exec cmake, opaque outside-code',
      'cmake -DCMAKE_C_COMPILER=/tmp/x . => exec cmake, opaque outside-code',
      'cmake -DCMAKE_CXX_COMPILER=/usr/bin/clang++ -S . -B /tmp/b => exec cmake, opaque project-code',
      'cmake -E environment => secret.read environment',
      'cmake -P /tmp/a.cmake => exec cmake, opaque outside-code',
      'cmake --install build => fs.write /usr/local, exec cmake, opaque project-code',
    ],
  },
  {
    names:
      'gradle gradlew mvn mvnw mvnd ant sbt mill maven changeset semantic-release release-it np goreleaser jreleaser mkdocs buf hugo lein spago pulp standard-version',
    options: {
      ...PATHS,
      '-p --project-dir -P -D -pl --projects -x --exclude-task -s --settings --config': 'data',
    },
    run: published,
    named: 1,
    examples: [
      'gradle build => exec gradle, opaque project-code',
      'sbt "set a := b.!" => exec sbt, opaque inline-code, opaque project-code',
      'mvn exec:exec -Dexec.executable=rm => exec mvn, opaque inline-code, opaque project-code',
      'gradle :app:publish => exec gradle, opaque project-code, net.send',
      'gradle publishToMavenLocal => exec gradle, opaque project-code',
      'mvn -q clean deploy => exec mvn, opaque project-code, net.send',
      'npx semantic-release => exec semantic-release, opaque project-code, net.send',
      'release-it --dry-run => exec release-it, opaque project-code',
      'mkdocs gh-deploy => exec mkdocs, opaque project-code, net.send',
    ],
  },
  {
    names:
      'rails rake manage.py django-admin artisan sequelize sequelize-cli typeorm console symfony spring hanami phinx',
    options: {
      '-e --environment -c --settings -p --execute --execute-print -E --execute-continue': 'data',
    },
    run: tasks,
    named: 1,
    examples: [
      'rails db:migrate => exec rails, opaque project-code',
      'rails db:drop => exec rails, opaque project-code, destroy.data database',
      'rails runner "puts 1" => exec rails, opaque project-code',
      'rake test => exec rake, opaque project-code',
      "rake -e 'File.delete(1)' => exec rake, opaque project-code, fs.delete 1",
    ],
  },
  {
    names:
      'prisma drizzle-kit knex alembic flyway liquibase dbmate migrate atlas mikro-orm sqlx diesel',
    options: { '--schema --config -c -x --url --database --env -path -source': 'data' },
    run: migrations,
    named: 2,
    examples: [
      'prisma generate => exec prisma, opaque project-code',
      'prisma migrate reset --force => exec prisma, opaque project-code, destroy.data database',
      'prisma db push --accept-data-loss => exec prisma, opaque project-code, destroy.data database',
      'alembic upgrade head => exec alembic, opaque project-code',
      'alembic downgrade base => exec alembic, opaque project-code, destroy.data database',
    ],
  },
  {
    names:
      'fab gotestsum sqlc gleam crystal scrapy rspec cucumber phpunit pest msbuild xcodebuild xcrun swiftc pytest py.test tox nox coverage nosetests behave locust ' +
      'jest vitest mocha ava tap jasmine karma playwright cypress wdio testcafe nightwatch turbo rush wireit webpack webpack-cli ' +
      'vite rollup esbuild parcel swc tsup unbuild rspack next nuxt nuxi astro remix gatsby ng vue-cli-service expo react-native ' +
      'storybook eleventy jekyll hardhat truffle c8 nyc lint-staged ' +
      'eslint oxlint stylelint tslint xo standard biome knip depcruise madge typedoc gulp grunt bower flask ' +
      'uvicorn gunicorn celery graphql-codegen openapi-generator protoc phpstan psalm ' +
      'trunk wasm-pack tauri electron electron-builder zig nim v elm purs bats shellspec jupyter papermill streamlit',
    options: {
      '-C --directory -f --file --config -c -k -m -j -t -p --project --rootdir --root -r --require':
        'data',
      [OUTPUTS.join(' ')]: 'data',
    },
    run: projectCode,
    named: 1,
    examples: [
      'pytest /tmp/x_test.py => exec pytest, opaque outside-code',
      'eslint -c /tmp/x.js . => exec eslint, opaque outside-code',
      'pytest -q => exec pytest, opaque project-code',
      'pytest -q --junitxml /tmp/r.xml => fs.write /tmp/r.xml, exec pytest, opaque project-code',
      'vite build --outDir ~/x => fs.write ~/x, exec vite, opaque project-code',
      'npx vitest run => exec vitest, opaque project-code',
      'eslint . --fix => exec eslint, opaque project-code',
    ],
  },
  {
    names: 'forge',
    sub: {
      'test t build b compile coverage fmt snapshot inspect tree config doc lint clean remappings geiger bind selectors':
        PROJECT,
      'install update remove': { does: ['net.fetch', 'writes .', 'exec', 'new-package'] },
      // Transactions cannot be taken back.
      'script create verify-contract': { does: ['exec', 'project-code', 'net.send'] },
    },
    examples: [
      'forge test -vv => exec forge, opaque project-code',
      'forge create src/a.sol:A => exec forge, opaque project-code, net.send',
    ],
  },
  {
    names: 'sphinx-build',
    options: { '-b -M -d -D -A -t -j -n -w': 'data', '-c --conf-dir -C': 'data' },
    run: (call) => {
      const [source, made] = call.operands
      const settings = call.valuesOf('-c', '--conf-dir')
      if (made !== undefined && outside(call, made)) call.take('write', made)
      const elsewhere = [source, ...settings].some(
        (word) => word !== undefined && outside(call, word),
      )
      call.exec(elsewhere ? 'outside-code' : 'project-code')
    },
    examples: [
      'sphinx-build -b html docs /tmp/docs => fs.write /tmp/docs, exec sphinx-build, opaque project-code',
      'sphinx-build /tmp/docs out => exec sphinx-build, opaque outside-code',
    ],
  },
  {
    names: 'nx lerna',
    sub: {
      'graph show list ls la ll changed diff info report print-affected': NOTHING,
      'publish version': { does: ['exec', 'project-code', 'net.send'] },
      exec: { style: 'posix', run: (call) => call.runs(call.operands) },
      reset: { does: ['writes .'] },
      release: { does: ['exec', 'project-code', 'net.send'] },
    },
    other: PROJECT,
    examples: ['nx run app:test => exec nx, opaque project-code', 'nx exec -- rm a => fs.delete a'],
  },
  {
    names: 'shx',
    style: 'posix',
    run: (call) => call.runs(call.operands),
    examples: ['shx rm -rf dist => fs.delete dist'],
  },
  {
    names: 'concurrently',
    options: { '-n --names -c --prefix-colors -m --max-processes -s --success': 'data' },
    run: together,
    examples: ['concurrently "rm a" "npm run dev" => fs.delete a, exec npm, opaque project-code'],
  },
  {
    names: 'nodemon pm2',
    options: { '-x --exec': 'script', '-w --watch -e --ext -i --name': 'data' },
    run: (call) => {
      if (textOf(call.operands[0]) === 'startup') call.effect('persist', { name: 'pm2' })
      else if (!call.has('--exec') && !call.hasExactly('-x')) call.exec('project-code')
    },
    examples: [
      'nodemon -x "rm a" => fs.delete a',
      'pm2 start a.js => exec pm2, opaque project-code',
      'pm2 startup => persist pm2',
    ],
  },
  {
    names: 'rimraf del-cli del trash-cli',
    operands: ['deleteAll'],
    examples: [
      'rimraf dist => fs.delete dist',
      'npx rimraf / => fs.delete /, tamper /, destroy.system /',
    ],
  },
  {
    names: 'cross-env cross-env-shell dotenv dotenvx env-cmd',
    style: 'posix',
    options: { '-f -e --env-file': 'data' },
    run: (call) => {
      const words = call.operands.filter((word) => !/^[A-Za-z_]\w*=/.test(word.text))
      const from = words[0]?.text === 'run' || words[0]?.text === 'exec' ? 1 : 0
      call.around.inner(words.slice(from))
    },
    examples: ['cross-env A=1 rm a => fs.delete a'],
  },
  {
    names: 'direnv',
    style: 'posix',
    sub: {
      'status version help stdlib hook dump show_dump reload deny revoke block prune fetchurl':
        NOTHING,
      'allow permit grant edit': { run: (call) => call.effect('persist', { name: 'direnv' }) },
      // Runs `.envrc` of the folder, which somebody has allowed, and then the command.
      exec: {
        style: 'posix',
        run: (call) => {
          call.exec('project-code')
          call.runs(call.operands.slice(1))
        },
      },
      export: { does: ['exec', 'project-code'] },
    },
    examples: [
      'direnv status =>',
      'direnv allow => persist direnv',
      'direnv exec . rm a => exec direnv, opaque project-code, fs.delete a',
    ],
  },
]
