// What the shell's own commands do to the shell: the working directory, variables, code that is
// read in place (eval, trap, alias). Effects on files are the program table's, not told here.
import type { Span } from '../action/effect.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import { MOST_ELEMENTS, oneOf, valueOfBinding } from './bindings.ts'
import { absolutePath } from './pathEffects.ts'
import type { Context } from './reading.ts'
import type { ShellState } from './shellState.ts'
import { printed } from './textPrograms.ts'
import { asScript, literalWord, type ShellWord, textOf, UNKNOWN } from './word.ts'

/** What a built-in needs of the reader: reading more text in the same shell. */
export interface TextReader {
  readonly readText: (text: string, state: ShellState, context: Context) => void
  /** What stands on the standard input of the command that is read; undefined when not known. */
  readonly inputOf: (state: ShellState, context: Context) => string | undefined
  /** Text that runs when the shell ends; false when there is too much of it to be read then. */
  readonly atEnd: (text: string, state: ShellState, context: Context) => boolean
  /** The shell may end here. */
  readonly ends: () => void
  readonly skip: (why: OpaqueCode, context: Context, span: Span) => void
}

type Builtin = (
  args: ReadonlyArray<ShellWord>,
  state: ShellState,
  context: Context,
  reader: TextReader,
  /** Variables set for this command alone. */
  own?: ReadonlyArray<{ readonly name: string; readonly value: ShellWord }>,
) => void

const operandsOf = (args: ReadonlyArray<ShellWord>): ReadonlyArray<ShellWord> => {
  const from = args.findIndex((arg) => !/^-[A-Za-z@]+$/.test(arg.text))
  if (from < 0) return []
  return args[from]!.text === '--' ? args.slice(from + 1) : args.slice(from)
}

const changeDirectory: Builtin = (args, state) => {
  const [target] = operandsOf(args)
  if (target === undefined) {
    const home = valueOfBinding(state.get('HOME'))
    state.moveTo(home === 'unknown' ? undefined : textOf(home))
    return
  }
  const text = textOf(target)
  if (text === '-') state.moveTo(state.previous)
  else if (text === undefined || text === '') state.tryTo(undefined)
  else {
    const search = /^\.{0,2}\//.test(text) ? undefined : state.get('CDPATH')
    state.tryTo(search === undefined ? absolutePath(text, state.cwd) : undefined)
  }
}

/** Text that runs in this shell; where parts are unknown, what is known is read as possible. */
const inPlace = (
  words: ReadonlyArray<ShellWord>,
  state: ShellState,
  context: Context,
  reader: TextReader,
): void => {
  if (words.length === 0 && context.stdin.from !== 'none')
    reader.skip('dynamic-command', context, { start: 0, end: 0 })
  const text = words.map((word) => word.text).join(' ')
  const inner: Context = { ...context, depth: context.depth + 1 }
  if (words.every((word) => word.is !== 'dynamic')) {
    reader.readText(text, state, inner)
    return
  }
  reader.readText(asScript(text), state, { ...inner, certainty: 'possible' })
  state.moveTo(undefined)
}

const forgetOperands: Builtin = (args, state) => {
  for (const arg of args) if (/^[A-Za-z_]\w*$/.test(arg.text)) state.set(arg.text, 'unknown')
}

const LINES_LIMIT = 64

/** Any of the lines may be the one that is read: read stands in a loop, mostly. */
const readLine: Builtin = (args, state, context, reader, own = []) => {
  let at = 0
  let flags = ''
  for (; at < args.length && args[at]!.text.startsWith('-'); at++) {
    const { text } = args[at]!
    flags += text
    if (/^-[A-Za-z]*[dinNptu]$/.test(text)) at++
  }
  const names = args.slice(at).map((arg) => arg.text)
  const forget = (): void => state.forget([...names, 'REPLY'].filter((name) => NAME.test(name)))
  forget()
  const text = /[dinNu]/.test(flags) ? undefined : reader.inputOf(state, context)
  const ifs = own.find(({ name }) => name === 'IFS')
  const separators = ifs === undefined ? state.separators : textOf(ifs.value)
  const lines = (text ?? '').replace(/\n+$/, '').split('\n')
  if (text === undefined || separators === undefined || lines.length > LINES_LIMIT) return
  const fields = lines.map((line) => fieldsOf(line, separators, names.length))
  if (flags.includes('a')) {
    const [name] = names
    if (name === undefined || lines.length !== 1) return
    state.set(name, { elements: fieldsOf(lines[0]!, separators, Infinity).map(wordOf) })
  } else if (names.length === 0) state.set('REPLY', oneOf(lines.map(wordOf)))
  else
    for (const [field, name] of names.entries())
      if (NAME.test(name)) state.set(name, oneOf(fields.map((line) => wordOf(line[field] ?? ''))))
}

const NAME = /^[A-Za-z_]\w*$/

const wordOf = (text: string): ShellWord =>
  text.includes(UNKNOWN) ? { ...literalWord(text), is: 'dynamic' } : literalWord(text)

/** The last of so many names takes the rest of the line. */
const fieldsOf = (line: string, separators: string, count: number): ReadonlyArray<string> => {
  if (separators === '') return [line]
  const out: Array<string> = []
  const blank = (letter: string | undefined): boolean =>
    letter !== undefined && separators.includes(letter) && /\s/.test(letter)
  let at = 0
  while (blank(line[at])) at++
  while (at < line.length && out.length + 1 < count) {
    const from = at
    while (at < line.length && !separators.includes(line[at]!)) at++
    out.push(line.slice(from, at))
    while (blank(line[at])) at++
    if (at < line.length && separators.includes(line[at]!)) at++
    while (blank(line[at])) at++
  }
  const rest = line.slice(at)
  if (rest !== '') out.push(/\s/.test(separators) ? rest.trimEnd() : rest)
  return out
}

const readLines: Builtin = (args, state, context, reader) => {
  forgetOperands(args, state, context, reader)
  const name = args.at(-1)?.text ?? 'MAPFILE'
  const text = reader.inputOf(state, context)
  if (text === undefined || args.some((arg) => /^-[dnOsuC]/.test(arg.text))) return
  const lines = text.replace(/\n$/, '').split('\n')
  if (lines.length <= LINES_LIMIT)
    state.set(NAME.test(name) ? name : 'MAPFILE', { elements: lines.map(wordOf) })
}

const unset: Builtin = (args, state) => {
  const functions = args.some((arg) => arg.text === '-f')
  for (const { text } of args) {
    if (!NAME.test(text)) continue
    if (functions) state.undefine(text)
    else state.unset(text)
  }
}

/** `set -e`, `set -o errexit`, `set -- a b`. */
const setOptions: Builtin = (args, state) => {
  const options: Array<string> = []
  let at = 0
  for (; at < args.length && /^[-+]/.test(args[at]!.text) && args[at]!.text !== '--'; at++) {
    const { text } = args[at]!
    options.push(text)
    if (/^[-+][A-Za-z]*o$/.test(text)) options.push(`${text[0]}o ${args[++at]?.text ?? ''}`)
  }
  for (const option of options)
    if (/^[-+]o errexit$/.test(option) || /^[-+][A-Zabd-np-z]*e/.test(option))
      state.stops = option.startsWith('-')
  const words = args[at]?.text === '--' ? args.slice(at + 1) : args.slice(at)
  if (at >= args.length) return
  const known = words.length <= MOST_ELEMENTS && words.every((word) => word.open !== true)
  state.positional = known ? words : undefined
}

const shift: Builtin = (args, state) => {
  const count = Number(textOf(args[0]) ?? (args.length === 0 ? '1' : 'NaN'))
  state.positional = Number.isInteger(count) ? state.positional?.slice(count) : undefined
}

/** `command x`, `builtin x`: the built-in x, without a function of that name. */
const prefixed: Builtin = (args, state, context, reader) => {
  const [first, ...rest] = args
  if (first === undefined || first.text.startsWith('-')) return
  const name = textOf(first)
  if (name !== undefined) builtin(name, rest, state, context, reader, [])
}

const BUILTINS = new Map<string, Builtin>([
  ['cd', changeDirectory],
  ['chdir', changeDirectory],
  [
    'pushd',
    (args, state, context, reader) => {
      state.stack = [...state.stack, state.cwd]
      if (operandsOf(args).length === 0) state.moveTo(undefined)
      else changeDirectory(args, state, context, reader)
    },
  ],
  [
    'popd',
    (_, state) => {
      state.moveTo(state.stack.at(-1))
      state.stack = state.stack.slice(0, -1)
    },
  ],
  ['eval', (args, state, context, reader) => inPlace(args, state, context, reader)],
  [
    'trap',
    (args, state, context, reader) => {
      const [first, ...signals] = operandsOf(args)
      if (first === undefined || signals.length === 0 || first.text === '-') return
      const possible: Context = { ...context, certainty: 'possible' }
      // Variables have the values then that they have at the end, not now.
      const later = first.is === 'literal' && first.text.includes('$')
      if (!later || !reader.atEnd(first.text, state, possible))
        inPlace([first], state.fork(), possible, reader)
    },
  ],
  [
    'alias',
    (args, state, context, reader) => {
      for (const arg of args) {
        const at = arg.text.indexOf('=')
        if (at <= 0) continue
        const body = { ...arg, text: arg.text.slice(at + 1) }
        if (arg.is === 'literal') state.alias(arg.text.slice(0, at), body.text)
        inPlace([body], state.fork(), { ...context, certainty: 'possible' }, reader)
      }
    },
  ],
  ['command', prefixed],
  ['builtin', prefixed],
  ['read', readLine],
  ['mapfile', readLines],
  ['readarray', readLines],
  [
    'getopts',
    (args, state, context, reader) => {
      forgetOperands(args, state, context, reader)
      state.set('OPTARG', 'unknown')
    },
  ],
  ['unset', unset],
  [
    'let',
    (args, state) => state.forget(args.flatMap((arg) => arg.text.match(/[A-Za-z_]\w*/g) ?? [])),
  ],
  [
    'printf',
    (args, state) => {
      const name = args[1]?.text ?? ''
      if (textOf(args[0]) !== '-v' || !NAME.test(name)) return
      const words = args.slice(2).map(({ text }) => text)
      const nothing = {
        input: undefined,
        cwd: state.cwd,
        project: undefined,
        file: () => undefined,
      }
      const text = printed(['printf', ...words], nothing)
      state.set(name, text === undefined ? 'unknown' : wordOf(text))
    },
  ],
  ['shift', shift],
  ['set', setOptions],
  [
    'exit',
    (_args, state, _context, reader) => {
      reader.ends()
      state.ended = 'exit'
    },
  ],
  [
    'return',
    (_, state) => {
      state.ended = 'return'
    },
  ],
  [
    'exec',
    (args, state) => {
      if (args.length > 0) state.ended = 'exit'
    },
  ],
])

/** Applies what the built-in `name` does to `state`; nothing for any other command. */
export const builtin = (
  name: string,
  args: ReadonlyArray<ShellWord>,
  state: ShellState,
  context: Context,
  reader: TextReader,
  own: ReadonlyArray<{ readonly name: string; readonly value: ShellWord }>,
): void => {
  BUILTINS.get(name)?.(args, state, context, reader, own)
  if (COUNTING.has(name) || (BUILTINS.has(name) && args.some((arg) => arg.text.includes('['))))
    computed(args, state, context, reader)
}

const COUNTING = new Set([
  'let',
  'read',
  'unset',
  'printf',
  'test',
  '[',
  '[[',
  'declare',
  'typeset',
  'local',
  'export',
  'readonly',
])

/** `let 'x[$(command)]'`: the index of an array is computed, and a command in it runs. */
const computed: Builtin = (args, state, context, reader) => {
  for (const { text, is } of args)
    if (is === 'literal' && /\[[^\]]*(?:\$\(|`)/.test(text) && text.length < 4096)
      reader.readText(`: "${text.replaceAll('"', '')}"`, state.fork(), {
        ...context,
        depth: context.depth + 1,
        certainty: 'possible',
      })
}
