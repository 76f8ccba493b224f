// How a program splits its arguments into options, their values and operands. What cannot be told
// (an unknown expansion that may be an option) is said, never assumed to be harmless.
import type { CompiledBehaviour } from './program.ts'
import { type ShellWord, tailOf } from './word.ts'

export interface Arguments {
  /** Flags and option names as written, without values: `-r`, `--force`. Clusters are split. */
  readonly flags: ReadonlySet<string>
  /** Options with their values, in order. */
  readonly values: ReadonlyArray<{ readonly option: string; readonly value: ShellWord }>
  readonly operands: ReadonlyArray<ShellWord>
  /** An unquoted unknown among them: options may hide in it. */
  readonly open: boolean
}

/**
 * Splits as getopt does: `--` ends options, `--name=value`, `-xvalue`, clusters; in style `long`
 * options have one dash and are never clusters; in style `posix` the first operand ends options.
 */
export const splitArguments = (
  args: ReadonlyArray<ShellWord>,
  { options, style }: Pick<CompiledBehaviour, 'options' | 'style'>,
): Arguments => {
  const flags = new Set<string>()
  const values: Array<{ option: string; value: ShellWord }> = []
  const operands: Array<ShellWord> = []
  let open = false
  for (let at = 0; at < args.length; at++) {
    const word = args[at]!
    const text = word.text
    if (word.open === true) open = true
    if (text === '--') {
      operands.push(...args.slice(at + 1))
      break
    }
    if (!text.startsWith('-') || text === '-') {
      if (style === 'posix') {
        operands.push(...args.slice(at))
        break
      }
      operands.push(word)
      continue
    }
    const equals = text.indexOf('=')
    if (text.startsWith('--') || style === 'long') {
      const name = equals < 0 ? text : text.slice(0, equals)
      flags.add(name)
      if (equals >= 0) values.push({ option: name, value: tailOf(word, equals + 1) })
      else if (options.has(name) && at + 1 < args.length) {
        values.push({ option: name, value: args[++at]! })
        if (options.get(name) === 'pair') at++
      } else {
        const next = args[at + 1]
        if (next !== undefined)
          for (const option of abbreviated(name, options)) values.push({ option, value: next })
      }
      if (equals >= 0)
        for (const option of abbreviated(name, options))
          values.push({ option, value: tailOf(word, equals + 1) })
      continue
    }
    for (let letter = 1; letter < text.length; letter++) {
      const name = `-${text[letter]}`
      flags.add(name)
      if (!options.has(name)) continue
      if (letter + 1 < text.length) values.push({ option: name, value: tailOf(word, letter + 1) })
      else if (at + 1 < args.length) values.push({ option: name, value: args[++at]! })
      break
    }
    if (options.has(text) && text.length > 2) {
      flags.add(text)
      if (at + 1 < args.length) values.push({ option: text, value: args[++at]! })
    }
  }
  return { flags, values, operands, open }
}

const NONE: ReadonlyArray<string> = []

/**
 * Options that a shortened long one may stand for: getopt takes any beginning that fits one alone.
 * A flag that no row lists may begin like one that takes a value, so the word behind it stays an
 * operand as well: what either reading does is told.
 */
const abbreviated = (
  name: string,
  options: CompiledBehaviour['options'],
): ReadonlyArray<string> => {
  if (name.length < 4 || !name.startsWith('--') || options.has(name)) return NONE
  const found: Array<string> = []
  for (const option of options.keys())
    if (option.length > name.length && option.startsWith(name)) found.push(option)
  return found
}

/** True when one of the flags is there, or an abbreviation of a long one of two letters or more. */
export const hasFlag = (flags: ReadonlySet<string>, ...names: ReadonlyArray<string>): boolean => {
  for (const name of names) if (flags.has(name)) return true
  for (const flag of flags)
    if (flag.length >= 4 && flag.startsWith('--'))
      for (const name of names) if (name.startsWith(flag)) return true
  return false
}
