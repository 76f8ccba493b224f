// Programs that show the shell's or the session's environment, which is where credentials are kept.
// What names one harmless variable, or names alone, shows none.
import { isSecretName } from '../../code/secretNames.ts'
import type { ProgramRow } from '../program.ts'
import type { ProgramCall } from '../programCall.ts'
import { textOf } from '../word.ts'

const NARROW = new Set(['grep', 'egrep', 'fgrep', 'rg', 'ag', 'awk', 'sed'])

/** A filter behind it that lets no credential through. */
const isNarrowed = (call: ProgramCall): boolean =>
  call.downstream().some(({ words }) => {
    const [name, ...args] = words.map(textOf)
    if (name === 'wc') return true
    if (name === 'cut')
      return args.includes('-d=') && args.some((arg) => arg === '-f1') && !args.includes('-f2')
    if (name === undefined || !NARROW.has(name)) return false
    if (args.some((arg) => arg === undefined || /^-\w*[vL]/.test(arg))) return false
    if (args.some((arg) => arg === '-q' || arg === '-c')) return true
    const pattern = args.find((arg) => arg !== undefined && !arg.startsWith('-')) ?? ''
    return narrows(pattern)
  })

/** A pattern of one to a few plain names, of which none is a credential's. */
const narrows = (pattern: string): boolean => {
  const names = pattern.replaceAll(/[\^$()/'"=]|\.\*/g, ' ').split(/[\s|\\]+/)
  const told = names.filter((name) => name !== '')
  return (
    told.length > 0 &&
    told.every(
      (name) =>
        /^[A-Za-z][\w.-]{2,}$/.test(name) &&
        !isSecretName(name.toUpperCase()) &&
        !/^(?:api|aws|key|auth|cred|pass|sec|tok)/i.test(name),
    )
  )
}

/** Everything that the environment holds. */
export const showsEnvironment = (call: ProgramCall): void => {
  if (isNarrowed(call)) return
  call.effect('secret.read', { name: 'environment', certainty: 'possible' })
}

const showsVariables = (call: ProgramCall): void => {
  const names = call.operands
  if (names.length === 0) showsEnvironment(call)
  for (const word of names) {
    const name = textOf(word)
    if (name === undefined) showsEnvironment(call)
    else if (isSecretName(name)) call.effect('secret.read', { name })
  }
}

/** `declare -p`, `export -p`: with names, these alone; without an option of that kind, it sets. */
const declares = (call: ProgramCall): void => {
  const named = call.operands.filter((word) => !word.text.includes('='))
  const lists = call.has('-p') || (call.operands.length === 0 && !call.has('-f', '-F', '-a', '-A'))
  if (!lists) return
  if (named.length === 0) showsEnvironment(call)
  for (const word of named) {
    const name = textOf(word)
    if (name !== undefined && isSecretName(name)) call.effect('secret.read', { name })
  }
}

const setsOrShows = (call: ProgramCall): void => {
  if (call.args.length === 0) showsEnvironment(call)
}

export const SURROUNDINGS: ReadonlyArray<ProgramRow> = [
  {
    names: 'printenv',
    run: showsVariables,
    examples: [
      'printenv => secret.read environment',
      'printenv PATH HOME =>',
      'printenv GITHUB_TOKEN => secret.read GITHUB_TOKEN',
      'printenv | grep -i node =>',
      'printenv | grep -i key => secret.read environment',
      'printenv | cut -d= -f1 =>',
    ],
  },
  {
    names: 'export declare typeset',
    style: 'posix',
    run: declares,
    examples: [
      'export X=1 =>',
      'export -p => secret.read environment',
      'declare -p => secret.read environment',
      'declare -p PATH =>',
      'declare -a list =>',
    ],
  },
  {
    names: 'ps',
    options: {
      '-o -O -p -q -C -u -U -t -g -G -s --pid --ppid --user --sort --format --cols': 'data',
    },
    run: (call) => {
      // Letters without a dash: `e` shows what each process has in its environment.
      const [letters] = call.operands
      if (call.hasExactly('-E') || /^[A-Za-z]*e[A-Za-z]*$/.test(letters?.text ?? ''))
        showsEnvironment(call)
    },
    examples: [
      'ps -ef =>',
      'ps aux =>',
      'ps -eo pid,etime =>',
      'ps auxe => secret.read environment',
      'ps eww -p 1 => secret.read environment',
    ],
  },
  {
    names: 'set',
    style: 'posix',
    run: setsOrShows,
    examples: ['set -euo pipefail =>', 'set => secret.read environment', 'set -- a b =>'],
  },
]
