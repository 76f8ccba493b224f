// What expanding a word needs of the reader around it: the shell's state, and somebody who reads the
// scripts that stand in the word. No expansion may skip one.
import { forEachChild } from 'unbash'
import type { ParsedScript, SyntaxNode, Word, WordPart } from 'unbash'
import type { ShellState } from './shellState.ts'
import type { CommandRange, ShellWord } from './word.ts'

/** A substitution, as the walker reports it after reading its script. */
export interface Substituted extends CommandRange {
  /** Its output, with UNKNOWN for unknown pieces; undefined when nothing is known of it. */
  readonly text: string | undefined
  /** Its output holds patterns that the shell has already expanded. */
  readonly glob?: boolean
}

export interface Expander {
  readonly state: ShellState
  readonly home: string
  /** One word without splitting. */
  readonly single: (word: Word) => ShellWord
  readonly substitute: (script: ParsedScript | undefined, part: WordPart) => Substituted
}

/** Reads the scripts inside a node whose own value does not matter (arithmetic, patterns). */
export const visitScripts = (node: SyntaxNode, expander: Expander): void => {
  if (
    node.type === 'CommandExpansion' ||
    node.type === 'ProcessSubstitution' ||
    node.type === 'ArithmeticCommandExpansion'
  ) {
    expander.substitute(node.script, node as WordPart)
    return
  }
  if (node.type === 'ParameterExpansion' && node.operation?.type === 'Default')
    if (node.operation.operator.includes('=')) expander.state.set(node.parameter, 'unknown')
  forEachChild(node, (child) => visitScripts(child, expander))
}
