// Credentials on their way through a script: in variables, in the output of commands, on a standard
// input. Told are the flows that hold one, and what prints one for everybody to read.
import type { EffectDraft } from '../action/draft.ts'
import type { Flows } from './flows.ts'
import type { ScriptReading, SimpleCommand } from './reading.ts'
import { isTextProgram } from './textPrograms.ts'
import { type CommandRange, type ShellWord, textOf } from './word.ts'

/** Where a command stands: in which reading, and in which flow of it. */
export interface At {
  readonly reading: ScriptReading
  readonly home: string
  readonly depth: number
  readonly tag: string
  readonly flow: string
  readonly index: number
  /** Names the command among all that are read. */
  readonly id: string
}

export class Secrets {
  private readonly flows: Flows
  /** Whether ranges of commands that have been read hold a secret: many words may name one range. */
  private readonly known = new Map<string, boolean>()

  constructor(flows: Flows) {
    this.flows = flows
  }

  /** Secrets that reach a command by variables and by the text on its input. */
  flowInto({ stdin, words, assignments }: SimpleCommand, at: At): void {
    const told = [
      ...words.filter((word, index) => !isHeader(word, words[index - 1])),
      ...assignments.map(({ value }) => value),
      ...(stdin.from === 'text' ? [stdin] : stdin.from === 'file' ? [stdin.file] : []),
    ]
    for (const { secret, source } of told)
      if (secret !== undefined || this.held(source, at)) {
        this.flows.secret(at.flow, at.id)
        return
      }
  }

  held(range: CommandRange | undefined, { reading, tag, flow, index }: At): boolean {
    if (range === undefined) return false
    const key = `${tag}:${range.start}:${range.end}`
    const known = this.known.get(key)
    if (known !== undefined) return known
    const last = reading.commands[range.end - 1]
    const holds = reading.commands
      .slice(range.start, range.end)
      .some(({ flow }) => this.flows.holdsSecret(`${tag}.${flow}`))
    // What a flow that is still being read holds may change.
    if (holds || (last !== undefined && `${tag}.${last.flow}` !== flow && range.end <= index))
      this.known.set(key, holds)
    return holds
  }

  /** A credential of the environment that is printed where everybody reads it. */
  shownBy(command: SimpleCommand, { reading, index }: At): EffectDraft | undefined {
    const { words, stdin, certainty, span, group, redirections } = command
    const name = textOf(words[0]) ?? ''
    const secret = PRINTERS.has(name)
      ? words.find((word) => word.secret !== undefined)?.secret
      : isTextProgram(name) && stdin.from === 'text'
        ? stdin.secret
        : undefined
    if (secret === undefined || group !== 0 || redirections.some(({ does }) => does === 'write'))
      return undefined
    const last = reading.commands.findLast(
      (one) => one.stdin.from === 'pipe' && one.stdin.start <= index && index < one.stdin.end,
    )
    return last === undefined || isTextProgram(textOf(last.words[0]) ?? '')
      ? { kind: 'secret.read', name: secret, certainty, span }
      : undefined
  }
}

const PRINTERS = new Set(['echo', 'printf', 'print'])

/** `Authorization: …`: who asks for something says who it is. */
const isHeader = (word: ShellWord, before: ShellWord | undefined): boolean =>
  /^(?:-H\s*|--header[= ])?(?:proxy-)?(?:authorization|[\w-]*(?:token|key|auth|secret)[\w-]*)\s*:/i.test(
    word.text,
  ) || /^(?:-u|--user|--oauth2-bearer)$/.test(before?.text ?? '')
