// Package managers of Node and runners of its packages. Other ecosystems have files of their own beside
// this one.
import { runsInstalled, runsNamed } from '../packageScripts.ts'
import type { Behaviour, ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { literalWord, textOf } from '../word.ts'
import {
  FETCHES,
  MOVES,
  NOTHING,
  PACKAGE_VALUES,
  PROJECT,
  REFRESHES,
  SCRIPT,
  SENDS,
  SUB,
  cached,
  executed,
  misled,
  published,
} from './nodeCommands.ts'
import { inFolder, packaged } from './packageRunners.ts'

/** `yarn workspace a add b` is `yarn add b` in one folder of the project. */
const inWorkspace: Behaviour = {
  style: 'posix',
  run: (call) => {
    const [name, ...rest] = call.operands
    if (name !== undefined && rest.length > 0) call.runs([{ ...name, text: 'yarn' }, ...rest])
  },
}

/** A program file of the project, or a script of that name. */
const bunRun = (call: ProgramCall): void => {
  for (const text of call.valuesOf('-e', '--eval', '-p', '--print')) call.code('javascript', text)
  const [first, ...rest] = call.operands
  if (first === undefined) return
  if (/^\.{0,2}\/|\.[cm]?[jt]sx?$/.test(first.text)) call.runFile(first, 'javascript', rest)
  else if (/\.(?:ba)?sh$/.test(first.text)) call.runFile(first, 'shell', rest)
  else runsNamed(call)
}

export const PACKAGES: ReadonlyArray<ProgramRow> = [
  {
    names: 'npm cnpm',
    options: { [PACKAGE_VALUES]: 'data', ...MOVES },
    every: misled,
    sub: { ...SUB, cache: cached('~/.npm/_cacache') },
    examples: [
      'npm test => exec npm, opaque project-code',
      'npm run build => exec npm, opaque project-code',
      'npm run =>',
      'npm install => net.fetch, fs.write ., exec npm, opaque package-code',
      'npm install left-pad => net.fetch, fs.write ., exec npm, opaque new-package',
      'npm install ./packages/a => net.fetch, fs.write ., exec npm, opaque package-code',
      'npm i -g x => net.fetch, fs.write /usr/local/lib/node_modules, exec npm, opaque new-package',
      'npm i --registry=https://r.example => net.fetch, fs.write ., exec npm, opaque new-package',
      'npm i "$PKG" => net.fetch, fs.write ., exec npm, opaque new-package',
      'npm ci => net.fetch, fs.write ., exec npm, opaque package-code',
      'npm rm -g x => fs.delete /usr/local/lib/node_modules, exec npm, opaque package-code',
      'npm publish => net.send',
      'npm publish --dry-run => exec npm, opaque project-code',
      'npm ls =>',
      'npm view x => net.fetch',
      'npm exec foo => net.fetch, exec npm, opaque new-package',
      'npm exec -- eslint src => exec eslint, opaque project-code',
      'npm frob => exec npm, opaque unknown-subcommand',
      'npm unpublish x => destroy.infra',
      'npm init -y => fs.write .',
      'npm create vite@latest app => fs.write ., net.fetch, exec npm, opaque new-package',
      'npm config get registry =>',
      'npm config set registry https://r.example => fs.write ~/.npmrc',
      'npm cache clean --force => fs.delete ~/.npm/_cacache',
      'npm audit => net.fetch',
      'npm audit fix => net.fetch, fs.write ., exec npm, opaque package-code',
      'npm pkg get name =>',
      'npm pkg set name=x => fs.write package.json',
      'npm --prefix /tmp/x test => opaque outside-code, exec npm',
      'npm run x --script-shell=/tmp/x => opaque environment-code, exec npm, opaque project-code',
      'npm run x --prefix /tmp/x => opaque outside-code, exec npm, opaque project-code',
      'npm run x -- --prefix /tmp/x => exec npm, opaque project-code',
      'npm --prefix web ci => net.fetch, fs.write web, exec npm, opaque package-code',
      'npm version =>',
    ],
  },
  {
    names: 'pnpm',
    options: { [PACKAGE_VALUES]: 'data', ...MOVES },
    every: misled,
    sub: {
      ...SUB,
      exec: { style: 'posix', run: executed },
      store: {
        run: (call) => {
          if (textOf(call.operands[0]) === 'prune')
            inFolder(call, 'fs.delete', '~/.local/share/pnpm/store')
        },
      },
      cache: cached('~/.cache/pnpm'),
      env: {
        sub: { 'list ls': NOTHING },
        other: { does: ['net.fetch', 'writes ~/.local/share/pnpm', 'exec', 'package-code'] },
      },
      setup: { does: ['writes ~/.bashrc', 'writes ~/.local/share/pnpm'] },
      'self-update': { does: ['net.fetch', 'writes ~/.local/share/pnpm', 'exec', 'package-code'] },
    },
    other: SCRIPT,
    examples: [
      'pnpm i => net.fetch, fs.write ., exec pnpm, opaque package-code',
      'pnpm add x => net.fetch, fs.write ., exec pnpm, opaque new-package',
      'pnpm lint => exec pnpm, opaque project-code',
      'pnpm dlx foo => net.fetch, exec pnpm, opaque new-package',
      'pnpm exec rm -rf dist => fs.delete dist',
      'pnpm store prune => fs.delete ~/.local/share/pnpm/store',
    ],
  },
  {
    names: 'yarn yarnpkg',
    options: { [PACKAGE_VALUES]: 'data', ...MOVES },
    every: misled,
    sub: {
      ...SUB,
      exec: { style: 'posix', run: executed },
      workspace: inWorkspace,
      cache: cached('~/.cache/yarn'),
      global: {
        sub: {
          'list bin dir': NOTHING,
          'remove upgrade': { does: ['writes ~/.config/yarn/global', 'exec', 'package-code'] },
        },
        other: { does: ['net.fetch', 'writes ~/.config/yarn/global', 'exec', 'new-package'] },
      },
      npm: {
        sub: { 'info audit whoami': FETCHES, 'tag logout login': SENDS, publish: published },
        other: SENDS,
      },
      plugin: {
        sub: { 'list runtime': NOTHING, remove: { does: ['writes .'] } },
        other: { does: ['net.fetch', 'writes .', 'exec', 'new-package'] },
      },
      set: REFRESHES,
      node: { style: 'posix', run: (call) => call.runs([literalWord('node'), ...call.args]) },
      'constraints explain': NOTHING,
    },
    other: SCRIPT,
    does: ['net.fetch', 'writes .', 'exec', 'package-code'],
    run: (call) => {
      if (call.operands.length > 0) call.exec('dynamic-command')
      else runsInstalled(call)
    },
    examples: [
      'yarn => net.fetch, fs.write ., exec yarn, opaque package-code',
      'yarn add x => net.fetch, fs.write ., exec yarn, opaque new-package',
      'yarn frob => exec yarn, opaque project-code',
      'yarn workspace web add x => net.fetch, fs.write ., exec yarn, opaque new-package',
      'yarn global add x => net.fetch, fs.write ~/.config/yarn/global, exec yarn, opaque new-package',
      'yarn cache clean => fs.delete ~/.cache/yarn',
    ],
  },
  {
    names: 'bun',
    options: { [PACKAGE_VALUES]: 'data', '-e --eval -p --print': 'data', '--cwd': 'chdir' },
    sub: {
      ...SUB,
      run: { style: 'posix', named: 1, run: bunRun },
      // Its own test runner and bundler, not the scripts of these names.
      'test build': PROJECT,
      pm: {
        sub: {
          'ls list bin hash hash-string hash-print whoami version why view': NOTHING,
          cache: cached('~/.bun/install/cache'),
          pack: { does: ['writes .'] },
        },
        other: { does: ['writes .', 'exec', 'package-code'] },
      },
      upgrade: { does: ['net.fetch', 'writes ~/.bun', 'exec', 'package-code'] },
    },
    run: bunRun,
    examples: [
      'bun test => exec bun, opaque project-code',
      'bun run a.ts => exec bun, opaque unread-script',
      'bun a.ts => exec bun, opaque unread-script',
      'bun install => net.fetch, fs.write ., exec bun, opaque package-code',
      'bun add x => net.fetch, fs.write ., exec bun, opaque new-package',
      'bun run dev => exec bun, opaque project-code',
    ],
  },
  {
    names: 'npx bunx pnpx',
    style: 'posix',
    options: { '-p --package': 'data', '-c --call': 'data', '-w --workspace --registry': 'data' },
    run: packaged,
    examples: [
      'npx tsc --noEmit => fs.read .',
      'npx frob => net.fetch, exec npx, opaque new-package',
      'npx --no-install frob => net.fetch, exec npx, opaque package-code',
      'npx -y cowsay hi => net.fetch, exec npx, opaque new-package',
      'npx prettier@3 --check . => fs.read .',
      'npx -p evil tsc => net.fetch, exec npx, opaque new-package',
      'npx -c "rm a" => fs.delete a',
    ],
  },
  {
    names: 'ncu npm-check-updates',
    flags: { '-u --upgrade': ['writes package.json'] },
    does: ['net.fetch'],
    examples: ['ncu => net.fetch', 'ncu -u => fs.write package.json, net.fetch'],
  },
]
