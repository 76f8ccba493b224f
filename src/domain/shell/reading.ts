// What reading a script yields: its simple commands in order, with what is known of each before it
// runs. Plain values, no reference into the syntax tree.
import type { Certainty, Span } from '../action/effect.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import type { Binding } from './bindings.ts'
import type { Outputs } from './outputs.ts'
import type { CommandRange, ShellWord } from './word.ts'
import type { WrittenFile } from './writtenFiles.ts'

export interface Redirection {
  readonly does: 'read' | 'write'
  readonly target: ShellWord
  /** The file descriptor that is the file's: 0 is the input, 1 the output. */
  readonly descriptor: number
  /** Written to its end. */
  readonly append?: boolean
}

/** Where a command's standard input comes from. */
export type Stdin =
  | { readonly from: 'none' }
  /** These commands of the reading write into it. */
  | ({ readonly from: 'pipe' } & CommandRange)
  /** A here-document or here-string; what it expands at run time is UNKNOWN. */
  | {
      readonly from: 'text'
      readonly text: string
      readonly source?: CommandRange
      readonly secret?: string
      /** It comes from the network, by commands of another reading. */
      readonly fetched?: boolean
    }
  | { readonly from: 'file'; readonly file: ShellWord }

export interface SimpleCommand {
  /** The command's name and arguments; empty for bare assignments and redirections. */
  readonly words: ReadonlyArray<ShellWord>
  /** Variables set for this command alone, or in the shell when `words` is empty. */
  readonly assignments: ReadonlyArray<{ readonly name: string; readonly value: ShellWord }>
  readonly redirections: ReadonlyArray<Redirection>
  readonly stdin: Stdin
  readonly certainty: Certainty
  /** Absolute working directory; undefined when it is only known at run time. */
  readonly cwd: string | undefined
  /** Commands of one pipeline, with the substitutions in their words, share a number. */
  readonly flow: number
  /** Commands that write into one and the same place: one substitution, or the script's output. */
  readonly group: number
  readonly background: boolean
  readonly span: Span
  /** Other directories that it may run in, where a change of directory failed or did not happen. */
  readonly elsewhere?: ReadonlyArray<string>
  /** Variables of the script that a program which it starts gets. */
  readonly environment?: ReadonlyMap<string, Binding>
  /** Its name is also an alias, whose text has been read too. */
  readonly alias?: true
  /** Redirections of a group: the commands of the group. */
  readonly covers?: CommandRange
  /** Files that it leaves behind. */
  readonly wrote?: ReadonlyArray<WrittenFile>
}

/** Something that was not read, and why. */
export interface Unread {
  readonly why: OpaqueCode
  readonly certainty: Certainty
  readonly span: Span
}

export interface ScriptReading {
  readonly commands: ReadonlyArray<SimpleCommand>
  readonly unread: ReadonlyArray<Unread>
  /** A function that calls itself in a pipeline or in the background without end. */
  readonly forkBomb: boolean
  /** What the commands print, as far as that is known. */
  readonly outputs: Outputs
}

/** Where a script runs, as far as that changes what its words mean. */
export interface ScriptPlace {
  readonly home: string
  readonly cwd: string | undefined
  readonly project?: string | undefined
  /** `$0`, and `$1` and what follows; without them nothing is known of them. */
  readonly self?: string | undefined
  readonly args?: ReadonlyArray<ShellWord> | undefined
  /** What it finds on its standard input. */
  readonly input?: Stdin | undefined
  /** Variables of whoever starts it. */
  readonly environment?: ReadonlyMap<string, Binding> | undefined
  /** The text of a file, by its absolute path, where it is known. */
  readonly textAt?: ((path: string) => string | undefined) | undefined
}

/** What the surroundings of a command say about it. */
export interface Context {
  readonly certainty: Certainty
  readonly background: boolean
  readonly stdin: Stdin
  /** Undefined: each pipeline is a flow of its own. */
  readonly flow: number | undefined
  /** Set inside text that is no part of the script itself, such as eval's. */
  readonly span: Span | undefined
  readonly depth: number
  readonly group: number
}

/** Where a script begins. */
export const TOP: Context = {
  certainty: 'certain',
  background: false,
  stdin: { from: 'none' },
  flow: undefined,
  span: undefined,
  depth: 0,
  group: 0,
}
