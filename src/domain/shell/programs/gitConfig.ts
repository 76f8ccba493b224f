// Settings of git given for one command or written down: `-c`, `--config-env`, aliases and
// `git config`. A setting that names a program is read as the program it names.
import { specialZoneOf } from '../../action/zones.ts'
import { isIdleSetting, settingRuns } from '../gitSettings.ts'
import type { Behaviour } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { headOf, literalWord, type ShellWord, tailOf, textOf, UNKNOWN } from '../word.ts'

/** Options before the subcommand that are read; nobody writes this many. */
const MOST_SETTINGS = 64

/** Settings that only say which hooks run. Without hooks nobody's checks run either. */
const NO_HOOKS = /^core\.hookspath=(?:\/dev\/null)?$/i

/** `key=value` as it holds for this one command. */
const setting = (call: ProgramCall, word: ShellWord): void => {
  const cut = word.text.indexOf('=')
  const key = cut < 0 ? word.text : word.text.slice(0, cut)
  if (key.includes(UNKNOWN)) {
    call.exec('environment-code')
    return
  }
  const runs = settingRuns(key)
  if (runs === undefined || runs === 'alias') return
  if (NO_HOOKS.test(word.text)) {
    call.effect('privilege', { name: 'skip-git-hooks' })
    return
  }
  const value = tailOf(word, cut + 1)
  if (cut < 0 || isIdleSetting(value.text)) return
  if (runs === 'pager') call.shellText({ ...value, text: `git show | ${value.text}` })
  else if (runs === 'command') call.shellText({ ...value, text: `${value.text} "$_argument"` })
  else if (runs === 'helper' && value.text.startsWith('!')) call.shellText(tailOf(value, 1))
  else call.exec('environment-code')
}

/** What the options before the subcommand change for all of them. */
export const gitSettings = (call: ProgramCall): void => {
  settle(call, call.globals.values)
}

const settle = (call: ProgramCall, values: ProgramCall['values']): void => {
  if (values.length > MOST_SETTINGS) call.opaque('too-large')
  for (const { option, value } of values.slice(0, MOST_SETTINGS)) {
    if (option === '-c') setting(call, value)
    else if (option === '--config-env') {
      const key = headOf(value).split('=')[0]!
      if (key === '' || settingRuns(key) !== undefined) call.exec('environment-code')
    } else if (option === '--exec-path') call.exec('environment-code')
    else if (option === '--work-tree') call.chdir(value)
  }
  const folder = values.findLast(({ option }) => option === '--git-dir')?.value
  const tree = values.some(({ option }) => option === '--work-tree')
  if (folder === undefined || tree) return
  const path = call.pathOf(folder)
  // What is recorded then is recorded there: as if the command ran in that folder.
  if (path === undefined || !path.startsWith(`${call.around.place.project}/`)) call.chdir(folder)
}

/** A subcommand that git itself does not have: an alias that the command defines, or a stranger. */
export const aliased = (call: ProgramCall): void => {
  const [first] = call.operands
  if (first === undefined) return
  settle(call, call.values)
  const name = textOf(first)
  if (name === undefined) {
    call.exec('dynamic-command')
    return
  }
  const head = `alias.${name.toLowerCase()}=`
  const given = call.valuesOf('-c').findLast((value) => value.text.toLowerCase().startsWith(head))
  const at = call.args.indexOf(first)
  const rest = call.args.slice(at + 1)
  const body = given === undefined ? fromEnvironment(call, name) : tailOf(given, head.length)
  if (body === undefined) {
    call.exec('unknown-subcommand')
    return
  }
  const tail = rest.map((word) => quoted(word)).join(' ')
  // Git splits an alias into words as a shell does, and runs none of it but after `!`.
  const text = body.text.startsWith('!') ? body.text.slice(1) : `git ${body.text}`
  call.shellText({
    ...body,
    is: body.is === 'dynamic' ? 'dynamic' : 'literal',
    text: `${text} ${tail}`,
  })
}

/** `GIT_CONFIG_KEY_0=alias.x GIT_CONFIG_VALUE_0=…` before the command. */
const fromEnvironment = (call: ProgramCall, name: string): ShellWord | undefined => {
  const given = call.around.command.assignments
  const key = given.find(
    (one) =>
      /^GIT_CONFIG_KEY_\d{1,4}$/.test(one.name) &&
      one.value.text.toLowerCase() === `alias.${name.toLowerCase()}`,
  )
  if (key === undefined) return undefined
  const value = key.name.replace('KEY', 'VALUE')
  return given.find((one) => one.name === value)?.value
}

const quoted = (word: ShellWord): string =>
  word.is === 'dynamic' ? '"$_unknown"' : `'${word.text.replaceAll("'", `'\\''`)}'`

const LOOKS_UP = /^(?:get|list|get-all|get-regexp|get-urlmatch|get-color|get-colorbool)$/

const VERBS = /^(?:set|unset|edit|rename-section|remove-section)$/

const written = (call: ProgramCall): void => {
  const named = call.value('-f', '--file')
  if (named !== undefined) call.take('write', named)
  else if (call.has('--global')) call.take('write', literalWord(`${call.home}/.gitconfig`))
  else if (call.has('--system')) call.take('write', literalWord('/etc/gitconfig'))
  else call.facts(['repository'])
}

const config = (call: ProgramCall): void => {
  const verb = textOf(call.operands[0]) ?? ''
  const file = call.value('-f', '--file')
  const asks =
    call.has('--get', '--get-all', '--get-regexp', '--get-urlmatch', '--list', '--get-color') ||
    call.hasExactly('-l')
  const [key, value] = VERBS.test(verb) ? call.operands.slice(1) : call.operands
  const removes =
    call.has('--unset', '--unset-all', '--remove-section', '--rename-section', '--edit') ||
    call.hasExactly('-e') ||
    /^(?:unset|rename-section|remove-section|edit)$/.test(verb)
  if (call.open) call.effect('persist', { name: 'git-config', certainty: 'possible' })
  if (asks || LOOKS_UP.test(verb) || (value === undefined && !removes)) {
    if (file !== undefined) call.take('read', file)
    // A helper's file, or a token in a setting, is a credential like any other.
    if (key !== undefined && /token|password|secret|extraheader/i.test(key.text))
      call.effect('secret.read', { name: 'git-config' })
    return
  }
  written(call)
  if (key === undefined) return
  const runs = key.is === 'dynamic' ? 'elsewhere' : settingRuns(key.text)
  const text = value?.text ?? ''
  const harmless =
    runs === undefined ||
    (runs === 'alias' && value?.is === 'literal' && !text.startsWith('!')) ||
    (value?.is === 'literal' && runs !== 'elsewhere' && isIdleSetting(text)) ||
    (runs !== 'elsewhere' && removes)
  if (!harmless) call.effect('persist', { name: 'git-config' })
}

export const CONFIG: Behaviour = {
  options: { '-f --file': 'data', '--blob --type --default --comment --value --url': 'data' },
  run: config,
}

/** Whether a word names a file that holds credentials, whatever else it may name. */
export const namesSecret = (call: ProgramCall, word: ShellWord): boolean => {
  const path = call.pathOf(word)
  return path !== undefined && specialZoneOf(path, call.home) === 'secret'
}
