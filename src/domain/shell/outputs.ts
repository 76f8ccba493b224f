// What commands of a reading write to their standard output, as far as that follows from the script
// alone. Unknown pieces are UNKNOWN in the text: never left out, so that nobody takes part for all.
import { printed } from './textPrograms.ts'
import type { SimpleCommand } from './reading.ts'
import type { Certainty } from '../action/effect.ts'
import { type CommandRange, type ShellWord, UNKNOWN } from './word.ts'

/** Ranges of more commands are not evaluated, nor pipelines of more steps. */
const COMMANDS_LIMIT = 64
const DEPTH_LIMIT = 24
/** Characters evaluated for one reading. */
const TEXT_LIMIT = 1 << 17

export interface OutputPlace {
  readonly project: string | undefined
  /** The text of a file that the script itself wrote, or that was looked at. */
  readonly file?: (path: string, cwd: string | undefined) => string | undefined
}

/** Programs that print their words whatever they are. */
const ECHOES = new Set(['echo', 'printf'])

const isOpen = ({ is, source, text }: ShellWord): boolean =>
  is === 'glob' || (is === 'dynamic' && !(source !== undefined && text.startsWith('/dev/fd/')))

export class Outputs {
  private readonly commands: ReadonlyArray<SimpleCommand>
  private readonly place: OutputPlace
  private readonly known = new Map<SimpleCommand, string>()
  private budget = TEXT_LIMIT

  constructor(commands: ReadonlyArray<SimpleCommand>, place: OutputPlace) {
    this.commands = commands
    this.place = place
  }

  /** Everything that the commands of a range write, for one who runs with `certainty`. */
  ofRange(range: CommandRange, certainty: Certainty, depth = 0): string {
    const { start, end, group } = range
    if (end - start > COMMANDS_LIMIT || depth > DEPTH_LIMIT) return UNKNOWN
    const commands = this.commands.slice(start, end)
    const consumed = new Set<number>()
    for (const { stdin, group: own } of commands)
      if (stdin.from === 'pipe' && own === group)
        for (let at = stdin.start; at < stdin.end; at++) consumed.add(at)
    let text = ''
    for (const [at, command] of commands.entries()) {
      if (command.group !== group || consumed.has(start + at)) continue
      if (command.redirections.some(({ does, descriptor }) => does === 'write' && descriptor === 1))
        continue
      const piece = this.ofCommand(command, depth + 1)
      text += piece
      // Whether it runs at all is not known: the text may lack this piece.
      if (piece !== '' && command.certainty === 'possible' && certainty === 'certain')
        text += UNKNOWN
      if (text.length > TEXT_LIMIT) return UNKNOWN
    }
    return toldOf(text)
  }

  /** What one command writes, wherever that goes. */
  ofCommand(command: SimpleCommand, depth = 0): string {
    const known = this.known.get(command)
    if (known !== undefined) return known
    // Set before it is evaluated: what feeds itself is unknown.
    this.known.set(command, UNKNOWN)
    const text = toldOf(this.evaluated(command, depth))
    this.budget -= text.length
    const kept = this.budget < 0 ? UNKNOWN : text
    this.known.set(command, kept)
    return kept
  }

  private evaluated(command: SimpleCommand, depth: number): string {
    if (command.words.length === 0) return ''
    if (!ECHOES.has(command.words[0]!.text) && command.words.some(isOpen)) return UNKNOWN
    const words = command.words.map((word) =>
      word.text.startsWith('/dev/fd/') && word.source !== undefined ? '/dev/stdin' : word.text,
    )
    const substituted = command.words.find(
      (word) => word.text.startsWith('/dev/fd/') && word.source !== undefined,
    )
    const input =
      substituted?.source === undefined
        ? this.ofInput(command, depth)
        : this.ofRange(substituted.source, command.certainty, depth + 1)
    const { cwd } = command
    const file = (path: string): string | undefined =>
      /^\/dev\/(?:stdin|fd\/0)$/.test(path) ? input : this.place.file?.(path, cwd)
    return printed(words, { input, cwd, project: this.place.project, file }) ?? UNKNOWN
  }

  /** What stands on a command's standard input; undefined when nothing is known of it. */
  ofInput(
    { stdin, certainty, cwd }: Pick<SimpleCommand, 'stdin' | 'certainty' | 'cwd'>,
    depth = 0,
  ): string | undefined {
    if (stdin.from === 'text') return stdin.text
    if (stdin.from === 'pipe') {
      const text = this.ofRange(stdin, certainty, depth + 1)
      return text === UNKNOWN ? undefined : text
    }
    if (stdin.from === 'file') {
      const { file } = stdin
      if (file.source !== undefined && file.text.startsWith('/dev/fd/')) {
        const text = this.ofRange(file.source, certainty, depth + 1)
        return text === UNKNOWN ? undefined : text
      }
      return file.is === 'literal' ? this.place.file?.(file.text, cwd) : undefined
    }
    return undefined
  }
}

/** Unknown pieces with nothing between them are one unknown. */
const toldOf = (text: string): string =>
  text.includes(UNKNOWN) && text.replaceAll(UNKNOWN, '').trim() === '' ? UNKNOWN : text
