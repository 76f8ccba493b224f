// The reader of a script as its parts see it: each part reads one kind of command and hands whatever
// stands inside it back.
import type { CommandNode, CompoundList, Word } from 'unbash'
import type { TextReader } from './builtins.ts'
import type { Expander } from './expander.ts'
import type { Outputs } from './outputs.ts'
import type { Context, ScriptPlace } from './reading.ts'
import type { ShellState } from './shellState.ts'
import type { Tally } from './tally.ts'
import type { ShellWord } from './word.ts'
import type { WrittenFiles } from './writtenFiles.ts'

export interface Walker extends TextReader {
  readonly home: string
  readonly tally: Tally
  readonly outputs: Outputs
  readonly files: WrittenFiles
  readonly list: (list: CompoundList, state: ShellState, context: Context) => void
  readonly command: (node: CommandNode, state: ShellState, context: Context) => void
  readonly expander: (state: ShellState, context: Context) => Expander
  readonly expand: (word: Word, state: ShellState, context: Context) => ReadonlyArray<ShellWord>
  /** Another reader, of which only what it does to a state is wanted. */
  readonly aside: (place: ScriptPlace) => Walker
}
