// What a program call may ask of the reader around it, and what changes for a command that is read in
// its place.
import type { EffectDraft } from '../action/draft.ts'
import type { Certainty, Span } from '../action/effect.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import type { Place } from '../action/place.ts'
import type { Source } from '../action/sources.ts'
import type { DeclaredTask } from './declaredTasks.ts'
import type { Outputs } from './outputs.ts'
import type { SimpleCommand } from './reading.ts'
import type { CommandRange, ShellWord } from './word.ts'

export interface Surroundings {
  readonly place: Place
  readonly home: string
  /** Commands of the same script, for what feeds this one. */
  readonly commands: ReadonlyArray<SimpleCommand>
  readonly command: SimpleCommand
  /** Where it stands among `commands`. */
  readonly index?: number
  /** What the commands print, as far as that is known. */
  readonly outputs?: Outputs
  /** True when what these commands print holds a credential. */
  readonly holdsSecret?: (range: CommandRange | undefined) => boolean
  readonly emit: (effect: EffectDraft) => void
  /** What a file is that this very script wrote before: what it holds is not known. */
  readonly writtenBy: (path: string) => OpaqueCode | undefined
  /** Whether the table describes a program of this name. */
  readonly knows: (name: string) => boolean
  /** Reads another command in this one's place: what sudo, env or xargs run. */
  readonly inner: (words: ReadonlyArray<ShellWord>, change?: InnerChange) => void
  /** Reads shell text that this command runs in a shell of its own. */
  readonly script: (text: string, change?: InnerChange) => void
  /** The text of a file that would run, as far as somebody looked. */
  readonly source: (path: string) => Source | undefined
  /**
   * Reads what lies in a file: effects told meanwhile stand in it. False when it is being read
   * already, so that files which run each other come to an end.
   */
  readonly within: (
    path: string,
    source: Source,
    read: () => void,
    /** A task that the project declares there, by its name: files of many tasks are read by task. */
    task?: DeclaredTask,
  ) => boolean
}

export interface InnerChange {
  readonly cwd?: string | undefined
  /** The text is a file's: positions are offsets into it. */
  readonly inFile?: boolean
  /** Where the text stands in the file that is being read. */
  readonly span?: Span
  readonly certainty?: Certainty
  /** `$0`, and the words of `"$@"`. */
  readonly self?: string
  readonly args?: ReadonlyArray<ShellWord>
  /** The text is what stood on the standard input: nothing is left there. */
  readonly drained?: boolean
}
