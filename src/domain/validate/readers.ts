// What validating needs and does not bring along: readers of TOML and YAML, and RE2's patterns. They come
// in as arguments, so that a program which never validates loads none of them.
import type * as Result from 'effect/Result'
import type { JsonFault, JsonNode } from './json.ts'

/** What reading and patterns may still cost: instructions times UTF-16 units. */
export interface Steps {
  left: number
}

/** A pattern made ready. */
export interface Compiled {
  /**
   * Offset of its first match in the text; undefined: it has none. `unseen`: the steps were used up
   * before the end, without a match so far. Linear in the text.
   */
  readonly find: (text: string, steps: Steps) => number | 'unseen' | undefined
}

export interface TomlFault {
  readonly line: number
  readonly column: number
}

export interface Readers {
  readonly toml: (text: string) => TomlFault | undefined
  /** A tree of each document; an alias is the very node that it names, so a node may be there often. */
  readonly yaml: (text: string, steps: Steps) => Result.Result<ReadonlyArray<JsonNode>, JsonFault>
  /** Failure is what is wrong with the pattern, as a sentence's end. */
  readonly pattern: (source: string) => Result.Result<Compiled, string>
}
