// Values that a script gives to its own variables: plain assignments, declarations, loops.
import type { Assignment } from 'unbash'
import { type Expander, expandSingle, expandWord } from './expand.ts'
import { commonPattern, literalWord, type ShellWord, textOf, UNKNOWN } from './word.ts'

/** The value of `name=value`; an array's is not followed, though its elements are read. */
export const assignedValue = (node: Assignment, expander: Expander): ShellWord => {
  if (node.index !== undefined) expandWord(node.index, expander)
  if (node.value.type === 'Word') return expandSingle(node.value, expander)
  for (const element of node.value.elements) expandWord(element, expander)
  return { text: UNKNOWN, is: 'dynamic', start: node.pos, end: node.end }
}

/** The value that a loop variable may have, for all its turns at once. */
export const loopValue = (words: ReadonlyArray<ShellWord>): ShellWord | 'unknown' => {
  if (words.length === 1 && words[0]!.is !== 'dynamic') return words[0]!
  return commonPattern(words) ?? 'unknown'
}

const DECLARING = new Set(['export', 'declare', 'typeset', 'local', 'readonly'])

/** Variables that `export x=1` and the like set. */
export const declarations = (
  words: ReadonlyArray<ShellWord>,
  assigned: ReadonlyArray<Assignment>,
): ReadonlyArray<{ readonly name: string; readonly value: ShellWord | 'unknown' }> => {
  const name = textOf(words[0])
  if (name === undefined || !DECLARING.has(name)) return []
  return words.slice(1).flatMap((word) => {
    const at = word.text.indexOf('=')
    const left = word.text.slice(0, at)
    if (at <= 0 || !/^[A-Za-z_]\w*$/.test(left)) return []
    const plain = assigned.every((one) => one.name !== left || one.append !== true)
    const value = literalWord(word.text.slice(at + 1), word.start, word.end)
    return [{ name: left, value: plain ? { ...value, is: word.is } : ('unknown' as const) }]
  })
}
