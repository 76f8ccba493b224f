// Programs that check and format source text: those that only look, and those that rewrite the files
// they are given. Most rewrite only when told to, a few unless told not to.
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'

const NOTHING: Behaviour = {}

/** The files that are named, or the project where none are. */
const rewrites = (call: ProgramCall): void => {
  if (call.operands.length === 0) call.takeDirectory('write')
  else for (const word of call.operands) call.take('write', word)
}

const looks = (call: ProgramCall): void => {
  if (call.operands.length === 0) call.takeDirectory('read')
  else for (const word of call.operands) call.take('read', word)
}

/** Rewrites when one of these is there. */
const whenTold =
  (...flags: ReadonlyArray<string>) =>
  (call: ProgramCall): void =>
    told(call, flags) ? rewrites(call) : looks(call)

/** Rewrites unless one of these is there. */
const unlessTold =
  (...flags: ReadonlyArray<string>) =>
  (call: ProgramCall): void =>
    told(call, flags) ? looks(call) : rewrites(call)

/** Short options count as written, long ones in their abbreviations too. */
const told = (call: ProgramCall, flags: ReadonlyArray<string>): boolean =>
  flags.some((flag) => (flag.startsWith('--') ? call.has(flag) : call.hasExactly(flag)))

const PYTHON_VALUES =
  '-l --line-length -t --target-version --config --settings-path --settings-file --profile --sp --select --ignore --extend-select --extend-ignore --exclude --include --per-file-ignores --output-format --stdin-filename --force-exclude --required-version -W --workers --src --sg --skip --skip-glob -p --project --color --filter-files --lines --line-ranges --range'

export const FORMATTERS: ReadonlyArray<ProgramRow> = [
  {
    names:
      'tsc tsgo vue-tsc flow mypy pyright basedpyright ty pylint flake8 pycodestyle pydocstyle bandit vulture shellcheck hadolint yamllint ' +
      'actionlint markdownlint markdownlint-cli2 cspell codespell typos tokei cloc scc golangci-lint staticcheck govulncheck ktlint ' +
      'detekt checkstyle cppcheck clang-tidy semgrep gitleaks trufflehog jsonlint ajv publint attw size-limit cargo-deny commitlint ' +
      'pip-audit safety interrogate radon lizard jscpd depcheck svelte-check htmlhint dotenv-linter',
    options: {
      '-p --project -c --config --config-file --rcfile': 'data',
      '--outDir --outFile --declarationDir --tsBuildInfoFile --junit-xml --html-report': 'write',
    },
    does: ['reads .'],
    flags: {
      '--fix --write -w --write-changes --autofix --in-place -F --fix-errors': ['writes .'],
    },
    examples: [
      'tsc --noEmit => fs.read .',
      'tsc --outDir ../out => fs.write ~/out, fs.read .',
      'shellcheck a.sh => fs.read .',
      'golangci-lint run --fix => fs.write ., fs.read .',
    ],
  },
  {
    names: 'ruff',
    options: { [PYTHON_VALUES]: 'data' },
    sub: {
      check: {
        run: (call) => {
          const fixes = call.has('--fix', '--fix-only', '--add-noqa', '--add-ignore')
          if (fixes && !call.has('--diff', '--no-fix')) rewrites(call)
          else looks(call)
        },
      },
      format: { run: unlessTold('--check', '--diff') },
      'rule config linter version server analyze help generate-shell-completion': NOTHING,
      clean: { does: ['writes .'] },
    },
    run: whenTold('--fix'),
    examples: [
      'ruff check . => fs.read .',
      'ruff check --fix src => fs.write src',
      'ruff check --diff . => fs.read .',
      'ruff format => fs.write .',
      'ruff format --check => fs.read .',
      'ruff rule E501 =>',
    ],
  },
  {
    names: 'black isort pyupgrade rustfmt swiftformat add-trailing-comma',
    options: { [PYTHON_VALUES]: 'data', '-c --code': 'data', '--emit --edition': 'data' },
    run: (call) => {
      // `black -c text` prints; `isort -c` checks.
      const prints =
        call.hasExactly('-c', '-d', '-') || call.operands.some((word) => word.text === '-')
      if (
        prints ||
        call.values.some(({ option, value }) => option === '--emit' && value.text === 'stdout')
      )
        looks(call)
      else
        unlessTold(
          '--check',
          '--check-only',
          '--diff',
          '--lint',
          '--dryrun',
          '--code',
          '--stdout',
          '--show-files',
          '--show-config',
          '--show-settings',
        )(call)
    },
    examples: [
      'black src => fs.write src',
      'black --check . => fs.read .',
      'black --diff ../x.py => fs.read ~/x.py',
      'isort -c . => fs.read .',
      'isort ../other => fs.write ~/other',
      'isort --profile black . => fs.write .',
    ],
  },
  {
    names: 'prettier prettierd',
    options: {
      '--config --ignore-path --parser --plugin --print-width --tab-width --log-level --loglevel --stdin-filepath --cache-location':
        'data',
    },
    run: whenTold('-w', '--write'),
    examples: ['prettier --write src => fs.write src', 'prettier --check . => fs.read .'],
  },
  {
    names:
      'autopep8 yapf autoflake docformatter gofmt goimports gofumpt shfmt google-java-format rubocop standardrb djlint beautysh cmake-format xmlformat buildifier nixfmt stylua',
    options: {
      '--max-line-length --style --assume-filename --select --ignore --config -c --only --except --ln -i-width':
        'data',
    },
    run: whenTold(
      '-i',
      '-w',
      '-a',
      '-A',
      '-x',
      '-r',
      '--in-place',
      '--inplace',
      '--write',
      '--replace',
      '--fix',
      '--reformat',
      '--auto-correct',
      '--autocorrect',
      '--autocorrect-all',
      '--auto-correct-all',
    ),
    examples: [
      'gofmt -l . => fs.read .',
      'gofmt -w a.go => fs.write a.go',
      'rubocop -A lib => fs.write lib',
      'rubocop => fs.read .',
    ],
  },
  {
    names: 'clang-format',
    style: 'long',
    options: { '-style --style -assume-filename -lines': 'data' },
    run: whenTold('-i'),
    examples: [
      'clang-format --dry-run -Werror a.c => fs.read a.c',
      'clang-format -i a.c => fs.write a.c',
    ],
  },
  {
    names: 'dprint taplo sqlfluff',
    options: { '-c --config --dialect': 'data' },
    sub: {
      'fmt format fix': { run: unlessTold('--check', '--diff') },
      'lint check get lsp rules dialects version output-file-paths parse render': NOTHING,
      'init add config': { does: ['writes .'] },
    },
    examples: [
      'dprint fmt => fs.write .',
      'dprint check =>',
      'taplo fmt --check a.toml => fs.read a.toml',
    ],
  },
]
