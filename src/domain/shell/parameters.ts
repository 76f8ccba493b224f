// The value of a parameter: a variable, a positional word or an element of an array, and what the
// operations on it (`${x:-y}`, `${x/a/b}`, `${x:1}`) make of a value that is known. A value is never
// guessed: an operation that is not followed gives an unknown.
import type { DoubleQuotedChild, Word, WordPart } from 'unbash'
import { isSecretName } from '../code/secretNames.ts'
import { isChoice, isList, valueOfBinding } from './bindings.ts'
import { type Expander, visitScripts } from './expander.ts'
import { inCase, removed, replaced, sliceBounds, transformed } from './parameterOps.ts'
import { type CommandRange, type ShellWord, UNKNOWN } from './word.ts'

export interface Value {
  /** Unknown pieces are UNKNOWN; undefined when nothing is known. */
  readonly text: string | undefined
  /** A pattern even inside quotes: a loop variable that runs over file names. */
  readonly glob: boolean
  readonly open: boolean
  readonly source: CommandRange | undefined
  /** Name of a variable of the environment that holds a credential. */
  readonly secret?: string | undefined
  /** The process number of a job of the script's own. */
  readonly job?: true
}

const UNKNOWN_VALUE: Value = { text: undefined, glob: false, open: true, source: undefined }
const SOME_NUMBER: Value = { text: undefined, glob: false, open: false, source: undefined }

const known = (text: string): Value => ({ text, glob: false, open: true, source: undefined })

export type Expansion = Exclude<DoubleQuotedChild, { type: 'Literal' }>

export const valueOf = (part: Expansion, expander: Expander): Value => {
  switch (part.type) {
    case 'SimpleExpansion':
      return variable(part.text.slice(1), expander)
    case 'ParameterExpansion':
      return parameter(part, expander)
    case 'CommandExpansion': {
      const { text, start, end, group, glob } = expander.substitute(part.script, part)
      return {
        text,
        glob: glob ?? false,
        open: true,
        source: { start, end, ...(group === undefined ? {} : { group }) },
      }
    }
    default:
      visitScripts(part, expander)
      return SOME_NUMBER
  }
}

type Parameter = Extract<Expansion, { type: 'ParameterExpansion' }>

const parameter = (part: Parameter, expander: Expander): Value => {
  const { operation, prefix } = part
  if (operation?.type !== 'Default') visitScripts(part, expander)
  const value = prefix === '#' ? SOME_NUMBER : unmodified(part, expander)
  if (prefix === '#' || operation === undefined) return value
  if (operation.type === 'Default') return withDefault(part, value, expander)
  const { text } = value
  // A pattern or a partly known text does not stay what it was.
  if (text === undefined || value.glob || text.includes(UNKNOWN))
    return { ...value, text: undefined }
  const changed = modified(text, operation, expander)
  return { ...value, text: changed }
}

const literalOf = (word: Word | undefined, expander: Expander): string | undefined => {
  if (word === undefined) return undefined
  const { text, is } = expander.single(word)
  return is === 'dynamic' ? undefined : text
}

const modified = (
  text: string,
  operation: NonNullable<Parameter['operation']>,
  expander: Expander,
): string | undefined => {
  switch (operation.type) {
    case 'Remove': {
      const pattern = literalOf(operation.operand, expander)
      return pattern === undefined ? undefined : removed(text, operation.operator, pattern)
    }
    case 'Replace': {
      const pattern = literalOf(operation.pattern, expander)
      const replacement = literalOf(operation.replacement, expander)
      return pattern === undefined || replacement === undefined
        ? undefined
        : replaced(text, operation.operator, pattern, replacement)
    }
    case 'Slice': {
      const offset = literalOf(operation.offset, expander)
      const length = literalOf(operation.length, expander)
      if (offset === undefined || (operation.length !== undefined && length === undefined))
        return undefined
      const bounds = sliceBounds(text.length, offset, length)
      return bounds === undefined ? undefined : text.slice(...bounds)
    }
    case 'CaseModification':
      return operation.operand === undefined || operation.operand.text === ''
        ? inCase(text, operation.operator)
        : undefined
    case 'Transform':
      return transformed(text, operation.operand.text)
    default:
      return undefined
  }
}

/** `${x:-y}` and its like, where it is known whether x is empty. */
const withDefault = (part: Parameter, value: Value, expander: Expander): Value => {
  const { operation } = part
  if (operation?.type !== 'Default') return value
  const { operator, operand } = operation
  const other = expander.single(operand)
  const fallback: Value = {
    text: other.text,
    glob: other.is === 'glob',
    open: true,
    source: other.source,
    secret: other.secret,
  }
  if (operator.includes('=')) {
    const { state } = expander
    if (value.text === undefined) state.set(part.parameter, 'unknown')
    else if (value.text === '') state.set(part.parameter, other)
  }
  if (value.text === undefined) return { ...UNKNOWN_VALUE, source: value.source }
  if (operator.includes('+')) return value.text === '' ? known('') : fallback
  return value.text !== '' || operator.includes('?') ? value : fallback
}

/** The value of a parameter before an operation on it: `x`, `x[1]`, `!x`. */
const unmodified = (part: Parameter, expander: Expander): Value => {
  const { state } = expander
  const { parameter: name, index, prefix } = part
  if (prefix === '!') {
    if (index !== undefined || part.operation?.type === 'Names') return UNKNOWN_VALUE
    const target = valueOfBinding(state.get(name))
    if (target === undefined || target === 'unknown' || target.is === 'dynamic')
      return UNKNOWN_VALUE
    return /^[A-Za-z_]\w*$/.test(target.text) ? variable(target.text, expander) : UNKNOWN_VALUE
  }
  if (index === undefined) return variable(name, expander)
  const bound = state.get(name)
  if (name === 'BASH_SOURCE') return variable(name, expander)
  const at = literalOf(index, expander)
  if (!isList(bound) || at === undefined) return UNKNOWN_VALUE
  if (at === '@' || at === '*') return joinedWords(bound.elements)
  if (!/^-?\d{1,3}$/.test(at)) return UNKNOWN_VALUE
  const element = bound.elements.at(Number(at))
  return element === undefined ? known('') : wordValue(element)
}

const joinedWords = (words: ReadonlyArray<ShellWord>): Value => ({
  text: words.map(({ text }) => text).join(' '),
  glob: words.some(({ is }) => is === 'glob'),
  open: true,
  source: words.find(({ source }) => source !== undefined)?.source,
})

/** `\0` alone says nothing: the same as a value of which nothing is known. */
const wordValue = ({ text, is, source, secret, job }: ShellWord): Value => ({
  text: text === UNKNOWN ? undefined : text,
  glob: is === 'glob',
  open: true,
  source,
  secret,
  ...(job === undefined ? {} : { job }),
})

/** Folders for temporary files; that they may be set to nothing is the caller's to consider. */
const TEMPORARY = new Set(['TMPDIR', 'TMP', 'TEMP'])

const variable = (name: string, { state }: Expander): Value => {
  if (name === '!') return { ...SOME_NUMBER, job: true }
  if (name === '?' || name === '#' || name === '$') return SOME_NUMBER
  if ((name === '@' || name === '*') && state.positional !== undefined)
    return joinedWords(state.positional)
  const bound = state.get(name)
  if (bound === undefined) {
    if (name === 'IFS') return { text: ' ', glob: false, open: true, source: undefined }
    if (TEMPORARY.has(name)) return known('/tmp')
    return isSecretName(name) ? { ...UNKNOWN_VALUE, secret: name } : UNKNOWN_VALUE
  }
  if (isChoice(bound)) return UNKNOWN_VALUE
  const value = valueOfBinding(bound)
  return value === undefined || value === 'unknown' ? UNKNOWN_VALUE : wordValue(value)
}

/** `"$@"`, `${a[@]}` or `"${@:2}"` alone, where the words are known. */
export const positionalWords = (
  parts: ReadonlyArray<WordPart>,
  expander: Expander,
): ReadonlyArray<ShellWord> | undefined => {
  if (parts.length !== 1) return undefined
  const { state } = expander
  const [part] = parts
  const inner =
    part!.type === 'DoubleQuoted' ? (part!.parts.length === 1 ? part!.parts[0]! : part!) : part!
  if (inner.type === 'SimpleExpansion')
    return inner.text === '$@' || inner.text === '$*' ? state.positional : undefined
  if (inner.type !== 'ParameterExpansion' || inner.prefix !== undefined) return undefined
  const { operation, index, parameter: name } = inner
  const all = index?.text === '@' || index?.text === '*'
  const bound = all ? state.get(name) : undefined
  const positional = (name === '@' || name === '*') && index === undefined
  const words = positional ? state.positional : isList(bound) ? bound.elements : undefined
  if (words === undefined || operation === undefined) return words
  if (operation.type !== 'Slice') return undefined
  const offset = literalOf(operation.offset, expander)
  const length = literalOf(operation.length, expander)
  if (offset === undefined || (operation.length !== undefined && length === undefined))
    return undefined
  // Positional words are counted from one.
  const from = positional ? String(Number(offset) - 1) : offset
  const bounds = sliceBounds(words.length, from === '-1' && positional ? '0' : from, length)
  return bounds === undefined ? undefined : words.slice(...bounds)
}
