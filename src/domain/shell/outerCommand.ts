// What a script, or a command in another one's place, takes over from the command that runs it: where
// it stands, how certain it is, its variables and its standard input.
import type { Binding } from './bindings.ts'
import type { InnerChange } from './callSurroundings.ts'
import type { ProgramCall } from './programCall.ts'
import type { ScriptReading, SimpleCommand, Stdin } from './reading.ts'
import { UNKNOWN } from './word.ts'

/** The command as it stands where `outer` runs the script that it is part of. */
export const asPartOf = (
  command: SimpleCommand,
  outer: SimpleCommand,
  inFile: boolean,
): SimpleCommand => ({
  ...command,
  certainty: outer.certainty === 'possible' ? 'possible' : command.certainty,
  span: inFile ? command.span : outer.span,
})

/** The command as another one in its place would find it. */
export const changed = (command: SimpleCommand, change: InnerChange): SimpleCommand => ({
  ...command,
  ...('cwd' in change ? { cwd: change.cwd } : {}),
  ...(change.span === undefined ? {} : { span: change.span }),
  certainty: change.certainty === 'possible' ? 'possible' : command.certainty,
})

/** Variables that a program which the command starts gets from the script. */
export const environmentOf = ({
  environment,
  assignments,
  words,
}: SimpleCommand): ReadonlyMap<string, Binding> | undefined =>
  assignments.length === 0 || words.length === 0
    ? environment
    : new Map([
        ...(environment ?? []),
        ...assignments.map(({ name, value }) => [name, value] as const),
      ])

/** What a script finds on the standard input that it has from the command which runs it. */
export const inputFor = (
  { stdin, certainty, cwd }: SimpleCommand,
  { outputs }: ScriptReading,
  call: ProgramCall,
): Stdin => {
  if (stdin.from === 'none') return stdin
  if (stdin.from === 'file') return stdin.file.source === undefined ? stdin : SOMETHING
  const text = outputs.ofInput({ stdin, certainty, cwd }) ?? UNKNOWN
  const fetched = stdin.from === 'pipe' ? call.fedByNetwork(stdin) : stdin.fetched === true
  return { from: 'text', text, ...(fetched ? { fetched } : {}) }
}

const SOMETHING: Stdin = { from: 'text', text: UNKNOWN }
