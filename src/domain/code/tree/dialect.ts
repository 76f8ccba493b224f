// What sets one language apart from another for the reader of program text.
import type { Language } from '../language.ts'
import type { Library } from './library.ts'
import type { Machine } from './machine.ts'
import type { Tree } from './tree.ts'
import type { Value } from './value.ts'

export interface Dialect {
  readonly language: Language
  readonly library: Library
  /** Total: what cannot be parsed is a tree that is `broken`. */
  parse(text: string): Tree
  /** What a name means that the text does not define. */
  global(name: string, machine: Machine): Value | undefined
  /** The one full name of a thing that has several. */
  canonical(name: string): string
  /** A module, as far as it is known; tells what loading it does. */
  module(name: string, machine: Machine): Value
  /** Members that are special in this language: a way from any value to all functions, such. */
  member(value: Value, name: string, machine: Machine): Value | undefined
  /** Whether a member of this thing that is only chosen when the text runs may do anything. */
  acts(name: string): boolean
  /** Whether a method takes the value it is called on as its first argument. */
  readonly passesSelf: boolean
  /** The name of a class's method that runs when an instance is made. */
  readonly constructor_: string
}
