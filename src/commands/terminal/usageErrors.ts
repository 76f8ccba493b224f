// oclif's own errors in our form: an unknown command with the one that was probably meant, wrong
// flags and arguments with where to read about them.
import { nearest } from '../../domain/nearest.ts'
import { CommandFailure, usage } from './failure.ts'

const NOT_FOUND = /^command (\S+) not found\.?$/i

/** `ids`: the commands there are, as oclif names them (`hook:witness:verify`). */
export const failureOfUsage = (
  error: unknown,
  argv: ReadonlyArray<string>,
  ids: ReadonlyArray<string>,
): CommandFailure => {
  if (!(error instanceof Error)) return defect(error)
  const known = ids.map((id) => id.replaceAll(':', ' '))
  const unknown = NOT_FOUND.exec(error.message)
  if (unknown !== null) return unknownCommand(unknown[1]!.split(':'), known)
  const { oclif } = error as { oclif?: { exit?: number } }
  if (oclif === undefined) return defect(error)
  const words = argv.filter((word) => !word.startsWith('-'))
  const command = commandIn(words, known)
  return usage(
    tidy(error.message),
    command === undefined ? 'isonapse --help' : `isonapse ${command} --help`,
  )
}

const defect = (error: unknown): CommandFailure =>
  new CommandFailure({
    kind: 'defect',
    message: `this should not happen: ${error instanceof Error ? error.message : String(error)}`,
    remedy: 'run it again with --debug and report what it says',
    exit: 1,
    cause: error,
  })

/** `Missing 1 required arg:\nKEY  the key\nSee more help with --help` as one line. */
const tidy = (message: string): string => {
  const text = message
    .replace(/\n?See more help with --help$/, '')
    // oxlint-disable-next-line no-control-regex -- oclif colours parts of its messages
    .replaceAll(/\u001b\[\d+m/g, '')
    .replace(/^The following errors? occurred:\s*/, '')
    .replace(/^Nonexistent flag/, 'unknown flag')
    .replace(/^Parsing --(\S+)\s+/, '--$1: ')
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '')
    .join(' · ')
    .replace(': · ', ': ')
    .replace(
      /^Missing 1 required arg: (\S+) /,
      (_, name: string) => `missing ${name.toUpperCase()}: `,
    )
    .replace(
      /(--\S+?)(?:=\S*)? cannot also be provided when using (--\S+)/g,
      '$1 and $2 do not go together',
    )
    .replace(/All of the following must be provided when using (--\S+): (--\S+)/g, '$1 needs $2')
  return text.charAt(0).toLowerCase() + text.slice(1)
}

const commandIn = (
  words: ReadonlyArray<string>,
  known: ReadonlyArray<string>,
): string | undefined => {
  for (let length = words.length; length > 0; length--) {
    const name = words.slice(0, length).join(' ')
    if (known.includes(name)) return name
  }
  return undefined
}

const unknownCommand = (
  words: ReadonlyArray<string>,
  known: ReadonlyArray<string>,
): CommandFailure => {
  const command = commandIn(words, known)
  const rest = words.slice(command?.split(' ').length ?? 0)
  if (command !== undefined)
    return usage(`"${command}" takes no argument "${rest.join(' ')}"`, `isonapse ${command} --help`)
  const name = words.join(' ')
  const other = words[0] === 'hook' ? commandIn(words.slice(1), known) : `hook ${name}`
  const meant = other !== undefined && known.includes(other) ? other : likely(name, known)
  return usage(
    `there is no command "${name}"`,
    meant === undefined ? 'isonapse --help' : `did you mean  isonapse ${meant}  ?`,
  )
}

/** Letters in another order are the likeliest slip; then the fewest edits. */
const likely = (name: string, known: ReadonlyArray<string>): string | undefined => {
  const letters = [...name].sort().join('')
  return known.find((one) => [...one].sort().join('') === letters) ?? nearest(name, known)
}
