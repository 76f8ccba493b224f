// What a variable of a script may hold: one value, a few that branches or turns of a loop disagree
// on, a list, or something that is not known. Few means few: past the bound a value is unknown.
import { literalWord, type ShellWord } from './word.ts'

/** `unknown`: bound by the script to something that is not known. */
export type Value = ShellWord | 'unknown'

/** Any of several values, none of which can be ruled out. */
export interface Choice {
  readonly choices: ReadonlyArray<Value>
}

/** An array's elements, in order. */
export interface List {
  readonly elements: ReadonlyArray<ShellWord>
}

export type Binding = Value | Choice | List

/** Values that one variable is followed with. */
export const MOST_CHOICES = 8
export const MOST_ELEMENTS = 256

export const EMPTY: ShellWord = literalWord('')

export const isChoice = (bound: Binding | undefined): bound is Choice =>
  typeof bound === 'object' && 'choices' in bound

export const isList = (bound: Binding | undefined): bound is List =>
  typeof bound === 'object' && 'elements' in bound

/** The one value that an expansion of the plain name has: of an array, its first element. */
export const valueOfBinding = (bound: Binding | undefined): Value | undefined => {
  if (bound === undefined || bound === 'unknown') return bound
  if (isChoice(bound)) return 'unknown'
  return isList(bound) ? (bound.elements[0] ?? EMPTY) : bound
}

const sameWord = (a: ShellWord, b: ShellWord): boolean => a.is === b.is && a.text === b.text

const sameValue = (a: Value, b: Value): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && sameWord(a, b))

const sameBinding = (a: Binding | undefined, b: Binding | undefined): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object') return false
  if (isChoice(a) || isChoice(b)) return false
  if (!isList(a) && !isList(b)) return sameWord(a, b)
  return (
    isList(a) &&
    isList(b) &&
    a.elements.length === b.elements.length &&
    a.elements.every((word, at) => sameWord(word, b.elements[at]!))
  )
}

/** One of these values; unknown where they are too many to follow. */
export const oneOf = (values: ReadonlyArray<Value>): Binding => {
  const distinct: Array<Value> = []
  for (const value of values) {
    if (distinct.some((one) => sameValue(one, value))) continue
    if (distinct.length === MOST_CHOICES) return 'unknown'
    distinct.push(value)
  }
  return distinct.length === 1 ? distinct[0]! : { choices: distinct }
}

/**
 * What a variable holds after branches that each left it as one of these; undefined: as the
 * environment has it, which is not known.
 */
export const joinedBinding = (bindings: ReadonlyArray<Binding | undefined>): Binding => {
  const [first, ...others] = bindings
  if (first !== undefined && others.every((other) => sameBinding(first, other))) return first
  if (bindings.some(isList)) return 'unknown'
  return oneOf(
    bindings.flatMap((bound): ReadonlyArray<Value> =>
      bound === undefined
        ? ['unknown']
        : isChoice(bound)
          ? bound.choices
          : [valueOfBinding(bound) ?? 'unknown'],
    ),
  )
}

const sourceless = (value: Value): Value => {
  if (value === 'unknown' || value.source === undefined) return value
  const { source: _, ...rest } = value
  return rest
}

/** The same binding, without the commands whose output it holds. */
export const withoutSource = (bound: Binding): Binding => {
  if (isChoice(bound)) return { choices: bound.choices.map(sourceless) }
  if (!isList(bound)) return sourceless(bound)
  return {
    elements: bound.elements.map((word) => {
      const { source: _, ...rest } = word
      return rest
    }),
  }
}
