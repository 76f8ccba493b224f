// What the subcommands of the package managers of Node mean, which they share: what is fetched, whose
// code runs, what is written for all projects, what is published.
import { isWithin } from '../../action/paths.ts'
import type { Behaviour } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { joined, tailOf, textOf } from '../word.ts'
import { runsInstalled, runsNamed, runsPacked, runsVerb } from '../packageScripts.ts'
import { codeOf, inFolder, packaged } from './packageRunners.ts'

export const NOTHING: Behaviour = {}
export const FETCHES: Behaviour = { does: ['net.fetch'] }
export const SENDS: Behaviour = { does: ['net.send'] }
export const PROJECT: Behaviour = { does: ['exec', 'project-code'] }
/** A script of package.json, by the subcommand's own name. */
export const SCRIPT: Behaviour = { style: 'posix', run: runsVerb }
/** What the project's own lists name: fetched, installed, and its scripts run. */
export const REFRESHES: Behaviour = {
  does: ['net.fetch', 'writes .', 'exec', 'package-code'],
  run: runsInstalled,
}

/** Where each manager keeps what it installs for all projects. */
const GLOBAL: Readonly<Record<string, string>> = {
  npm: '/usr/local/lib/node_modules',
  cnpm: '/usr/local/lib/node_modules',
  pnpm: '~/.local/share/pnpm',
  yarn: '~/.config/yarn/global',
  bun: '~/.bun/install/global',
}

const isGlobal = (call: ProgramCall): boolean =>
  call.hasExactly('-g', '--global', '--location=global') ||
  textOf(call.value('--location')) === 'global'

const added = (call: ProgramCall): void => {
  call.effect('net.fetch')
  if (call.has('--dry-run')) return
  if (isGlobal(call)) inFolder(call, 'fs.write', GLOBAL[call.name] ?? GLOBAL.npm!)
  else call.takeDirectory('write')
  // Another registry may hold other code under every name.
  call.exec(call.has('--registry') ? 'new-package' : codeOf(call, call.operands))
  if (!isGlobal(call)) runsInstalled(call)
}

const removed = (call: ProgramCall): void => {
  if (isGlobal(call)) inFolder(call, 'fs.delete', GLOBAL[call.name] ?? GLOBAL.npm!)
  else call.facts(['writes .'])
  call.exec('package-code')
}

/** `npm init` writes a file; `npm init x` and `npm create x` run the package `create-x`. */
const created = (call: ProgramCall): void => {
  call.facts(['writes .'])
  if (call.operands.length > 0) call.facts(['net.fetch', 'exec', 'new-package'])
}

/** Settings of the manager: the user's own file, unless the call names the project's. */
const configured = (call: ProgramCall): void => {
  const [verb, key] = call.operands
  const word = textOf(verb) ?? 'list'
  if (/^(?:get|list|ls|l|current)$/.test(word)) {
    const name = key?.text ?? ''
    if (/_auth|token|password|_key$/i.test(name)) call.effect('secret.read', { name: 'npm-config' })
    return
  }
  const project = textOf(call.value('--location')) === 'project'
  const file = call.name === 'yarn' ? '.yarnrc.yml' : '.npmrc'
  inFolder(call, 'fs.write', project ? file : `~/${file}`)
}

export const cached = (folder: string): Behaviour => ({
  run: (call) => {
    const word = textOf(call.operands[0]) ?? 'dir'
    if (/^(?:clean|clear|rm|delete|prune|purge|remove)$/.test(word))
      inFolder(call, 'fs.delete', folder)
    else if (word === 'add') inFolder(call, 'fs.write', folder)
  },
})

const audited = (call: ProgramCall): void => {
  call.effect('net.fetch')
  if (call.has('--fix') || textOf(call.operands[0]) === 'fix')
    call.facts(['writes .', 'exec', 'package-code'])
}

const described = (call: ProgramCall): void => {
  const word = textOf(call.operands[0]) ?? 'get'
  if (word !== 'get' && word !== 'ls') call.facts(['writes package.json'])
}

export const published: Behaviour = {
  run: (call) => {
    if (call.has('--dry-run')) call.exec('project-code')
    else call.effect('net.send')
    runsPacked(call)
  },
}

const linked = (call: ProgramCall): void => {
  if (call.operands.length > 0) call.facts(['writes .', 'exec', 'package-code'])
  else inFolder(call, 'fs.write', GLOBAL[call.name] ?? GLOBAL.npm!)
}

/** A command in the project's environment: a tool of its own, or any program. */
export const executed = (call: ProgramCall): void => {
  const line = joined(call.operands)
  const name = textOf(call.operands[0])
  if (line === undefined) return
  if (call.has('--shell-mode') || call.hasExactly('-c')) call.shellText(line)
  else if (name !== undefined && call.around.knows(name)) call.runs(call.operands)
  else call.exec(name === undefined ? 'dynamic-command' : 'package-code')
}

/** Options that lead every script to another shell or to settings of another file. */
const MISLEADS = /^--(?:script-shell|node-options|userconfig|globalconfig)(?:=|$)/

/** npm takes its options from behind the name of a script too, as far as `--`. */
export const misled = (call: ProgramCall): void => {
  const end = call.args.findIndex((word) => word.text === '--')
  const own = end < 0 ? call.args : call.args.slice(0, end)
  if (own.some((word) => MISLEADS.test(word.text))) call.opaque('environment-code')
  const behind = own.findIndex((word) => /^--prefix(?:=|$)/.test(word.text))
  const prefix = own[behind]
  const folder = prefix?.text === '--prefix' ? own[behind + 1] : prefix && tailOf(prefix, 9)
  const named = folder ?? call.valuesOf('-C', '--cwd', '--dir').at(-1)
  if (named === undefined) return
  const { directory, around } = call
  const path =
    call.valuesOf('--prefix', '-C', '--cwd', '--dir').length > 0 ? directory : call.pathOf(named)
  if (path === undefined || !isWithin(path, around.place.project)) call.opaque('outside-code')
}

export const PACKAGE_VALUES =
  '--registry --cache --userconfig -w --workspace --filter -F --loglevel --tag --omit --include --otp --access --location --depth --reporter --script-shell --node-options --globalconfig'

export const MOVES = { '--prefix -C --cwd --dir': 'chdir' } as const

export const SUB: Readonly<Record<string, Behaviour>> = {
  'install i in ins inst isntall add install-test it': { run: added },
  'ci clean-install cit install-clean dedupe ddp rebuild rb import fetch update up upgrade udpate':
    REFRESHES,
  'uninstall remove rm r un unlink-all prune': { run: removed },
  'link ln unlink': { run: linked },
  'run run-script rum urn': { style: 'posix', named: 1, run: runsNamed },
  'test t tst start stop restart build dev lint format check typecheck serve preview e2e coverage watch':
    SCRIPT,
  'exec x dlx': {
    style: 'posix',
    options: { '-p --package': 'data', '-c --call': 'data' },
    run: packaged,
  },
  'ls list la ll outdated explain why root bin help -v doctor fund licenses completion env query find-dupes sbom help-search':
    NOTHING,
  prefix: NOTHING,
  'view info show v search s find se diff stars home repo bugs docs issues ping whoami': FETCHES,
  audit: { run: audited },
  init: { options: { '--scope': 'data' }, run: created },
  'create innit': { run: created },
  pack: {
    options: { '--pack-destination': 'write' },
    does: ['writes .', 'exec', 'project-code'],
    run: runsPacked,
  },
  version: {
    run: (call) => {
      if (call.operands.length > 0) call.facts(['writes .', 'repository', 'exec', 'project-code'])
    },
  },
  'owner author access dist-tag dist-tags team org hook': {
    sub: { 'list ls get': FETCHES },
    other: SENDS,
  },
  publish: published,
  'deprecate undeprecate star unstar stage trust': SENDS,
  'login adduser add-user logout': { does: ['net.send', 'writes ~/.npmrc'] },
  unpublish: { does: ['destroy.infra'] },
  'token profile': {
    sub: { 'list ls get': FETCHES },
    other: SENDS,
  },
  'config c': { run: configured },
  'set get': {
    run: (call) => {
      if (call.operands.length > 1) inFolder(call, 'fs.write', '~/.npmrc')
    },
  },
  pkg: { run: described },
  'shrinkwrap set-script patch patch-commit patch-remove deploy approve-builds edit': {
    does: ['writes .', 'exec', 'package-code'],
  },
  explore: {
    style: 'posix',
    run: (call) => {
      if (call.operands.length > 1) call.runs(call.operands.slice(1))
      else call.exec('dynamic-command')
    },
  },
  'workspaces workspace recursive multi m': {
    sub: { 'list ls info why outdated': NOTHING },
    other: { does: ['writes .', 'exec', 'project-code'] },
    does: ['writes .', 'exec', 'project-code'],
  },
}
