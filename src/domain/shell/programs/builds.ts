// Programs that build, test, check and format: they run the project's own code or configuration, or
// read and rewrite its files. Routine in every session, and told apart from unknown programs.
import type { ProgramRow } from '../program.ts'

export const BUILDS: ReadonlyArray<ProgramRow> = [
  {
    names:
      'make gmake cmake ctest ninja meson bazel bazelisk buck buck2 just task mage invoke inv fab scons gradle gradlew ' +
      'mvn mvnw ant sbt mill lein rake rails rspec cucumber phpunit pest artisan phpstan psalm php-cs-fixer dotnet msbuild ' +
      'xcodebuild xcrun swiftc pytest py.test tox nox coverage nosetests behave locust jest vitest mocha ava tap jasmine karma ' +
      'playwright cypress wdio testcafe nightwatch turbo nx lerna rush wireit webpack webpack-cli vite rollup esbuild parcel swc tsup ' +
      'unbuild rspack next nuxt nuxi astro remix gatsby ng vue-cli-service expo react-native storybook eleventy hugo jekyll ' +
      'mkdocs sphinx-build nodemon pm2 concurrently c8 nyc changeset husky lint-staged pre-commit commitlint ' +
      'eslint oxlint stylelint tslint xo standard biome knip depcruise madge typedoc gulp grunt bower manage.py django-admin flask ' +
      'uvicorn gunicorn celery alembic prisma drizzle-kit knex sequelize typeorm graphql-codegen openapi-generator buf protoc ' +
      'trunk wasm-pack tauri electron electron-builder zig nim crystal v elm purs spago dune bats shellspec jupyter papermill streamlit',
    options: { '-C --directory -f --file --config -c -k -m -j -t -p --project': 'data' },
    does: ['exec', 'project-code'],
    named: 1,
    examples: [
      'make test => exec make, opaque project-code',
      'pytest -q => exec pytest, opaque project-code',
      'npx vitest run => exec vitest, opaque project-code',
      'eslint . --fix => exec eslint, opaque project-code',
      'make --version =>',
    ],
  },
  {
    names:
      'tsc tsgo vue-tsc flow mypy pyright pylint flake8 pycodestyle pydocstyle bandit vulture shellcheck hadolint yamllint ' +
      'actionlint markdownlint markdownlint-cli2 cspell codespell typos tokei cloc scc golangci-lint staticcheck govulncheck ktlint ' +
      'detekt checkstyle cppcheck clang-tidy semgrep gitleaks trufflehog jsonlint ajv publint attw size-limit cargo-deny',
    options: { '-p --project -c --config --outDir': 'data' },
    does: ['reads .'],
    examples: ['tsc --noEmit => fs.read .', 'shellcheck a.sh => fs.read .'],
  },
  {
    names:
      'prettier black ruff isort autopep8 yapf gofmt goimports rustfmt clang-format shfmt dprint rubocop standardrb swiftformat ' +
      'google-java-format terraform-fmt taplo djlint sqlfluff autoflake pyupgrade',
    options: { '-c --config --line-length -l --style -i --select --ignore': 'data' },
    does: ['writes .'],
    examples: ['prettier --write src => fs.write .', 'ruff check . => fs.write .'],
  },
  {
    names:
      'gcc g++ cc c++ clang clang++ rustc javac ld as ar ranlib strip nasm gfortran ghc ocamlopt kotlinc-native protoc-gen',
    options: { '-o': 'write', '-I -L -l -D -W -f -m -std -target -O -x -include': 'data' },
    operands: ['read'],
    does: ['writes .'],
    examples: [
      'gcc -o a a.c => fs.write a, fs.write ., fs.read a.c',
      'rustc a.rs => fs.write ., fs.read a.rs',
    ],
  },
  {
    names:
      'ffmpeg convert magick sox pandoc latex pdflatex xelatex lualatex latexmk dot mmdc wkhtmltopdf libreoffice soffice ' +
      'inkscape cwebp optipng jpegoptim svgo qpdf gs',
    operands: ['read'],
    does: ['writes .'],
    examples: ['pandoc a.md -o a.html => fs.write ., fs.read a.md, fs.read a.html'],
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
    names: 'cross-env dotenv dotenvx env-cmd direnv',
    style: 'posix',
    options: { '-f -e --env-file': 'data' },
    run: (call) => {
      const words = call.operands.filter((word) => !/^[A-Za-z_]\w*=/.test(word.text))
      const from = words[0]?.text === 'run' || words[0]?.text === 'exec' ? 1 : 0
      if (words[0]?.text !== 'allow') call.around.inner(words.slice(from))
      else call.effect('persist', { name: 'direnv' })
    },
    examples: ['cross-env A=1 rm a => fs.delete a', 'direnv allow => persist direnv'],
  },
  {
    names: 'virtualenv venv pyenv nvm fnm volta asdf mise rbenv rustup sdk jenv nodenv corepack',
    operands: ['data'],
    does: ['exec', 'package-code'],
    examples: ['virtualenv .venv => exec virtualenv, opaque package-code'],
  },
]
