// Runners of packages (npx, uvx, …) and what all package managers share: which package is the
// project's own choice, and which one the call itself brings in (`new-package`).
import type { OpaqueCode } from '../../action/opaque.ts'
import { baseName, isWithin } from '../../action/paths.ts'
import type { ProgramCall } from '../programCall.ts'
import { headOf, literalWord, type ShellWord, textOf } from '../word.ts'

/**
 * Tools that projects keep among their development dependencies: run by a runner they are the
 * project's own copy, or one that everybody knows.
 */
const COMMON_TOOLS = new Set(
  (
    'tsc tsgo vue-tsc tsx ts-node tsup eslint prettier oxlint oxfmt biome stylelint standard xo jshint jest vitest mocha ava tap ' +
    'jasmine karma c8 nyc playwright cypress wdio testcafe storybook webpack vite rollup esbuild parcel rspack swc babel next nuxt ' +
    'nuxi astro remix gatsby ng nx turbo lerna rush wireit lage nest expo react-native svelte-kit svelte-check vue-cli-service ' +
    'webpack-cli webpack-dev-server concurrently nodemon pm2 npm-run-all run-s run-p wait-on cross-env dotenv env-cmd rimraf mkdirp ' +
    'husky lint-staged commitlint changeset semantic-release release-it prisma drizzle-kit knex sequelize sequelize-cli typeorm ' +
    'graphql-codegen openapi-typescript hardhat source-map-explorer typedoc jsdoc depcheck knip madge ts-prune license-checker depcruise ncu npm-check-updates syncpack publint attw ' +
    'size-limit tailwindcss postcss sass less shx del-cli cpy-cli markdownlint markdownlint-cli2 cspell pyright http-server serve json-server msw ' +
    'tauri electron electron-builder wrangler vercel netlify firebase supabase convex eas cdk sst serverless patch-package ' +
    'ruff black isort mypy flake8 pylint pytest tox nox pre-commit poetry pdm hatch twine cookiecutter bandit codespell ' +
    'yamllint sqlfluff djlint pip-audit pip-compile build ipython jupyter mkdocs sphinx-build coverage basedpyright ty claude'
  ).split(' '),
)

/** Packages that are named otherwise than the tool they hold. */
const SCOPED: Readonly<Record<string, string>> = {
  '@biomejs/biome': 'biome',
  '@playwright/test': 'playwright',
  '@angular/cli': 'ng',
  '@nestjs/cli': 'nest',
  '@changesets/cli': 'changeset',
  '@tailwindcss/cli': 'tailwindcss',
  '@storybook/cli': 'storybook',
  '@babel/cli': 'babel',
  '@swc/cli': 'swc',
  '@commitlint/cli': 'commitlint',
  '@graphql-codegen/cli': 'graphql-codegen',
  '@prisma/cli': 'prisma',
  typescript: 'tsc',
}

/** A package's name without its version: `@a/b@1` is `@a/b`, `ruff==0.4` is `ruff`. */
const withoutVersion = (name: string): string => name.replace(/^(@?[^@=<>~![\]]{1,200}).*$/s, '$1')

/** The development tool that a package name stands for, if it is a common one. */
const commonTool = (name: string): string | undefined => {
  const plain = withoutVersion(name)
  const tool = SCOPED[plain] ?? plain
  return COMMON_TOOLS.has(tool) ? tool : undefined
}

/** An operand that is a folder on this machine rather than a package's name. */
export const isLocalPackage = (word: ShellWord): boolean => {
  const text = headOf(word)
  return (
    /^(?:\.{1,2}(?:[/[]|$)|\/|~\/|file:|link:|workspace:|portal:)/.test(text) &&
    !/\.(?:tgz|tar|gz|bz2|xz|zip|whl|egg|gem|crate|nupkg|deb|rpm|apk|conda)$/i.test(text)
  )
}

/**
 * The code of packages that a command installs: what is named is new here, unless it is a folder of
 * the project; what is not named is what the project's own lists say.
 */
export const codeOf = (call: ProgramCall, names: ReadonlyArray<ShellWord>): OpaqueCode => {
  if (names.length === 0 && !call.open) return 'package-code'
  if (names.length === 0 || !names.every(isLocalPackage)) return 'new-package'
  const { project } = call.around.place
  const ours = names.every((word) => {
    const path = call.pathOf({ ...word, text: word.text.replace(/^[a-z]+:|\[[^\]]*\]$/g, '') })
    return path !== undefined && isWithin(path, project)
  })
  return ours ? 'package-code' : 'outside-code'
}

/** `npx tool args`: a tool with a row is read as itself; any other one is a package's code. */
export const packaged = (call: ProgramCall): void => {
  for (const text of call.valuesOf('-c', '--call')) call.shellText(text)
  const [tool, ...rest] = call.operands
  const name = textOf(tool)
  const named = call.valuesOf('-p', '--package', '--from', '--with', '--spec')
  const foreign = named.some((word) => {
    const text = textOf(word)
    return text === undefined || (commonTool(text) === undefined && !isLocalPackage(word))
  })
  if (tool === undefined) {
    if (named.length > 0)
      call.facts(['net.fetch', 'exec', foreign ? 'new-package' : 'package-code'])
    return
  }
  const ours = /(?:^|\/)(?:(claude)-code|(isonapse))(?:@[\w.^~-]+)?$/.exec(name ?? '')
  if (ours !== null) {
    call.runs([{ ...tool, text: ours[1] ?? ours[2]! }, ...rest])
    call.facts(['net.fetch', 'exec', 'package-code'])
    return
  }
  if (name !== undefined && /^https?:\/\/\S+\.py$/.test(name)) {
    call.runFile(tool, 'python')
    return
  }
  const common = name === undefined ? undefined : commonTool(name)
  const local = call.has('--no-install', '--no', '--offline', '--prefer-offline')
  if (common !== undefined && !foreign && call.around.knows(common)) {
    call.runs([{ ...tool, text: common }, ...rest])
    return
  }
  const known = (common !== undefined || local || isLocalPackage(tool)) && !foreign
  call.facts(['net.fetch', 'exec', known ? 'package-code' : 'new-package'])
}

/** A folder outside the project that packages are installed into or removed from. */
export const inFolder = (
  call: ProgramCall,
  kind: 'fs.write' | 'fs.delete',
  folder: string,
): void => {
  call.path(kind, literalWord(folder.startsWith('~/') ? `${call.home}${folder.slice(1)}` : folder))
}

/** One installed thing by its name, where it leaves a file of that name in the folder. */
export const inFolderByName = (
  call: ProgramCall,
  kind: 'fs.write' | 'fs.delete',
  folder: string,
): void => {
  const [first] = call.operands
  const name = textOf(first)
  const plain = name === undefined ? undefined : baseName(withoutVersion(name))
  if (plain === undefined || !/^[\w.-]{1,64}$/.test(plain)) inFolder(call, kind, folder)
  else inFolder(call, kind, `${folder}/${plain}`)
}
