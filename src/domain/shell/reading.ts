// What reading a script yields: its simple commands in order, with what is known of each before it
// runs. Plain values, no reference into the syntax tree.
import type { Certainty, Span } from '../action/effect.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import type { CommandRange, ShellWord } from './word.ts'

export interface Redirection {
  readonly does: 'read' | 'write'
  readonly target: ShellWord
}

/** Where a command's standard input comes from. */
export type Stdin =
  | { readonly from: 'none' }
  /** These commands of the reading write into it. */
  | ({ readonly from: 'pipe' } & CommandRange)
  /** A here-document or here-string; what it expands at run time is UNKNOWN. */
  | { readonly from: 'text'; readonly text: string }
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
  readonly background: boolean
  readonly span: Span
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
}

/** Where a script runs, as far as that changes what its words mean. */
export interface ScriptPlace {
  readonly home: string
  readonly cwd: string | undefined
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
}
