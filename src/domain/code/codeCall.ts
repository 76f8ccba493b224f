// What a reader of program text may say about it: the effects of running it, whatever the language.
// Implemented by the run of the program that the text is given to (domain/shell/programCall.ts).
import type { EffectDraft, Reach } from '../action/draft.ts'
import type { EffectKind, Span } from '../action/effect.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import type { ShellWord } from '../shell/word.ts'
import type { Language } from './language.ts'

/**
 * Values of the text come as words: a literal one is known whole, a dynamic one holds UNKNOWN where
 * it is only known when it runs (`dynamicWord`, `literalWord` in domain/shell/word.ts).
 */
export interface CodeCall {
  /** Where it runs, absolute; undefined when that is only known at run time. */
  readonly directory: string | undefined
  readonly home: string
  /** Absolute path of the file that the text is; undefined for text given inline. */
  readonly file: string | undefined
  /** Where in a file what is told next stands; of no meaning for text given inline. */
  at(span: Span): void
  /** Tells what `read` finds as something that may happen, not as something that does. */
  possibly(read: () => void): void
  effect(kind: EffectKind, more?: Partial<EffectDraft>): void
  /** Something in the text that was not understood, and might do anything. */
  opaque(why: OpaqueCode, more?: Partial<EffectDraft>): void
  /** A path that is read, written or deleted, relative to `directory`. */
  path(
    kind: 'fs.read' | 'fs.write' | 'fs.delete',
    word: ShellWord,
    reach?: Reach,
    more?: Partial<EffectDraft>,
  ): void
  /** A URL or host that is read from, or sent to. */
  fetch(word: ShellWord): void
  send(word: ShellWord): void
  /** Text that the program hands to a shell, such as os.system's. */
  shellText(word: ShellWord): void
  /** A program that is started with its arguments, no shell between. */
  runs(words: ReadonlyArray<ShellWord>): void
  /** A file of program text that is run or imported. */
  runFile(word: ShellWord, language?: Language): void
  /**
   * A module of the project: the first of these absolute paths that holds text is read, else it is
   * code of the project like any other (nothing, with `orNothing`). Of an installed package nobody
   * knows the path.
   */
  imports(paths: ReadonlyArray<string>, language: Language, orNothing?: true): void
  /** Text of a language that is evaluated, such as eval's. */
  code(language: Language, word: ShellWord): void
  /** The working directory changes for what follows. */
  chdir(word: ShellWord): void
}

/** Reads program text to its effects. Total: what it does not understand it reports as `opaque`. */
export type CodeReader = (text: string, call: CodeCall, args: ReadonlyArray<ShellWord>) => void
