// Files that a script writes with text that is known, so that running one of them later in the same
// script is read as what it runs. A file whose content is not known is never taken for an old one.
import { absolutePath, isStream } from './pathEffects.ts'
import type { Outputs } from './outputs.ts'
import type { SimpleCommand } from './reading.ts'
import { textOf, UNKNOWN } from './word.ts'

export interface WrittenFile {
  readonly path: string
  /** Undefined: written, but nobody knows with what. */
  readonly text: string | undefined
  /** The file that it is a copy of, or a link to. */
  readonly from?: string
}

const FILES_LIMIT = 32

const COPYING = new Set(['tee', 'cp', 'mv', 'ln', 'install'])

export class WrittenFiles {
  private readonly texts = new Map<string, string | undefined>()
  private readonly outer: (path: string) => string | undefined

  constructor(outer: (path: string) => string | undefined) {
    this.outer = outer
  }

  /** The text at an absolute path now. */
  textAt(path: string): string | undefined {
    return this.texts.has(path) ? this.texts.get(path) : this.outer(path)
  }

  /** What a command that was just read leaves in files. */
  note(command: SimpleCommand, outputs: Outputs): ReadonlyArray<WrittenFile> | undefined {
    const { redirections, words } = command
    if (redirections.length === 0 && !COPYING.has(words[0]?.text ?? '')) return undefined
    const found = [...this.redirected(command, outputs), ...this.copied(command, outputs)]
    if (found.length === 0) return undefined
    for (const { path, text } of found)
      if (this.texts.size < FILES_LIMIT || this.texts.has(path)) this.texts.set(path, text)
    return found
  }

  private redirected(command: SimpleCommand, outputs: Outputs): ReadonlyArray<WrittenFile> {
    const out: Array<WrittenFile> = []
    for (const { does, target, descriptor, append } of command.redirections) {
      if (does !== 'write' || target.is !== 'literal' || isStream(target.text)) continue
      const path = absolutePath(target.text, command.cwd)
      if (path === undefined) continue
      const { covers } = command
      const text =
        descriptor !== 1
          ? undefined
          : covers === undefined
            ? outputs.ofCommand(command)
            : outputs.ofRange(covers, command.certainty)
      out.push({ path, text: this.joined(path, text, append === true) })
    }
    return out
  }

  private joined(path: string, text: string | undefined, append: boolean): string | undefined {
    if (text === undefined || text === UNKNOWN) return undefined
    // What stood there before runs too: unknown where nobody looked.
    return append ? `${this.textAt(path) ?? `${UNKNOWN}\n`}${text}` : text
  }

  private copied(command: SimpleCommand, outputs: Outputs): ReadonlyArray<WrittenFile> {
    const words = command.words.map(textOf)
    const [name, ...args] = words
    if (name === undefined || !COPYING.has(name)) return []
    const append = args.includes('-a')
    const operands = args.filter((arg) => arg === undefined || !arg.startsWith('-'))
    const paths = operands.map((operand) =>
      operand === undefined ? undefined : absolutePath(operand, command.cwd),
    )
    if (name === 'tee') {
      const text = outputs.ofInput(command)
      return paths.flatMap((path) =>
        path === undefined ? [] : [{ path, text: this.joined(path, text, append) }],
      )
    }
    const [from, to] = paths
    if (paths.length !== 2 || from === undefined || to === undefined) return []
    return [{ path: to, text: this.textAt(from), from }]
  }
}
