// The call that a command line names: a Bash command, or a tool with its input.
import { fromUtf8 } from '../../domain/bytes.ts'
import { usage } from '../terminal/failure.ts'
import { readNamedFile } from './readFile.ts'

export interface NamedCall {
  readonly tool: string
  readonly input: Readonly<Record<string, unknown>>
  /** What spans are offsets into. */
  readonly text: string | undefined
  /** The file as the person named it, where the call is that of a script. */
  readonly script?: string
}

const MOST_BYTES = 16 * 1024 * 1024
const INPUT_EXAMPLE = `isonapse hook explain --tool Read --input '{"file_path":"README.md"}'`
const EXAMPLE = "isonapse hook explain 'git push origin main'"

/** One word is a whole command; several are joined as a shell would have read them. */
export const callOf = (
  words: ReadonlyArray<string>,
  tool: string | undefined,
  input: string | undefined,
): NamedCall => {
  if (tool === undefined && input !== undefined) throw usage('--input needs --tool', INPUT_EXAMPLE)
  if (tool !== undefined) {
    if (words.length > 0) throw usage('either a command, or --tool and --input', INPUT_EXAMPLE)
    const fields = inputOf(input ?? '')
    const { command } = fields
    return { tool, input: fields, text: typeof command === 'string' ? command : undefined }
  }
  const command = words.length === 1 ? words[0]! : words.map(quoted).join(' ')
  if (command.trim() === '') throw usage('there is no command to explain', EXAMPLE)
  return { tool: 'Bash', input: { command }, text: command }
}

const inputOf = (text: string): Readonly<Record<string, unknown>> => {
  const json = text === '-' ? fromUtf8(readNamedFile('-', MOST_BYTES)) : text
  let value: unknown
  try {
    value = JSON.parse(json ?? '')
  } catch (error) {
    throw usage(`--input is not JSON: ${(error as SyntaxError).message}`, INPUT_EXAMPLE)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>
  throw usage('--input must be a JSON object', INPUT_EXAMPLE)
}

/** A word as a POSIX shell reads it back. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** The call that runs a script by its own name. */
export const callOfScript = (path: string, named = path): NamedCall => ({
  tool: 'Bash',
  input: { command: quoted(path) },
  text: undefined,
  script: named,
})
