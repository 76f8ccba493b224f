// Values that a script gives to its own variables: plain assignments, declarations, loops.
import type { Assignment } from 'unbash'
import {
  type Binding,
  isList,
  MOST_CHOICES,
  MOST_ELEMENTS,
  oneOf,
  valueOfBinding,
} from './bindings.ts'
import { expandSingle, expandWord } from './expand.ts'
import type { Expander } from './expander.ts'
import type { ShellState } from './shellState.ts'
import { commonPattern, type ShellWord, textOf, UNKNOWN } from './word.ts'

/** The value of `name=value`, and of an array as its first element; its own words are in `elements`. */
export interface Assigned {
  readonly value: ShellWord
  readonly elements: ReadonlyArray<ShellWord> | undefined
}

export const assignedValue = (node: Assignment, expander: Expander): Assigned => {
  if (node.index !== undefined) expandWord(node.index, expander)
  if (node.value.type === 'Word')
    return { value: expandSingle(node.value, expander), elements: undefined }
  const elements = node.value.elements.flatMap((element) => expandWord(element, expander))
  return { value: { text: UNKNOWN, is: 'dynamic', start: node.pos, end: node.end }, elements }
}

/** What a variable holds after `name=value`, `name+=value`, `name=(words)` or `name[i]=value`. */
export const afterAssignment = (
  node: Pick<Assignment, 'append' | 'index'>,
  { value, elements }: Assigned,
  before: Binding | undefined,
): Binding => {
  if (node.index !== undefined) return 'unknown'
  if (elements !== undefined) {
    const known = node.append === true ? (isList(before) ? before.elements : undefined) : []
    const words = known === undefined ? undefined : [...known, ...elements]
    return words === undefined ||
      words.length > MOST_ELEMENTS ||
      words.some((word) => word.open === true)
      ? 'unknown'
      : { elements: words }
  }
  if (node.append !== true) return value
  const old = before === undefined ? undefined : valueOfBinding(before)
  return old === undefined || old === 'unknown' || isList(before)
    ? 'unknown'
    : { ...value, text: old.text + value.text, is: old.is === 'literal' ? value.is : old.is }
}

/** The value that a loop variable may have, for all its turns at once. */
export const loopValue = (words: ReadonlyArray<ShellWord>): Binding => {
  if (words.length === 0) return 'unknown'
  if (words.length > MOST_CHOICES) return commonPattern(words) ?? 'unknown'
  return oneOf(words.map((word) => (word.text === UNKNOWN ? 'unknown' : word)))
}

const DECLARING = new Set(['export', 'declare', 'typeset', 'local', 'readonly'])

/** An assignment among the words of a declaration, with what it became. */
export interface Declared {
  readonly node: Assignment
  readonly assigned: Assigned
}

/** Variables that `export x=1` and the like set, by the words and the assignments among them. */
export const declarations = (
  words: ReadonlyArray<ShellWord>,
  declared: ReadonlyArray<Declared>,
  state: ShellState,
): ReadonlyArray<{ readonly name: string; readonly value: Binding }> => {
  const name = textOf(words[0])
  if (name === undefined || !DECLARING.has(name)) return []
  // A reference is not the name that it refers to.
  const refers = name !== 'export' && words.some(({ text }) => /^-[A-Za-z]*n/.test(text))
  const exports =
    name === 'export' || words.some(({ text }) => /^-[A-Za-z]*x/.test(text) && name !== 'readonly')
  const assignedAt = new Map(declared.map((one) => [one.node.pos, one]))
  return words.slice(1).flatMap((word) => {
    const at = word.text.indexOf('=')
    const left = at < 0 ? word.text : word.text.slice(0, at).replace(/\+$/, '')
    if (!/^[A-Za-z_]\w*$/.test(left)) return []
    if (exports) state.export(left)
    if (at < 0) return []
    const own = assignedAt.get(word.start)
    if (refers) return [{ name: left, value: 'unknown' as const }]
    if (own !== undefined)
      return [{ name: left, value: afterAssignment(own.node, own.assigned, state.get(left)) }]
    return [{ name: left, value: { ...word, text: word.text.slice(at + 1) } }]
  })
}
