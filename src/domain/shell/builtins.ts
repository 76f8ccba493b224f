// What the shell's own commands do to the shell: the working directory, variables, code that is
// read in place (eval, trap, alias). Effects on files are the program table's, not told here.
import type { Span } from '../action/effect.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import { absolutePath } from './pathEffects.ts'
import type { Context } from './reading.ts'
import type { ShellState } from './shellState.ts'
import { asScript, type ShellWord, textOf } from './word.ts'

/** What a built-in needs of the reader: reading more text in the same shell. */
export interface TextReader {
  readonly readText: (text: string, state: ShellState, context: Context) => void
  readonly skip: (why: OpaqueCode, context: Context, span: Span) => void
}

type Builtin = (
  args: ReadonlyArray<ShellWord>,
  state: ShellState,
  context: Context,
  reader: TextReader,
) => void

const operandsOf = (args: ReadonlyArray<ShellWord>): ReadonlyArray<ShellWord> => {
  const from = args.findIndex((arg) => !/^-[A-Za-z@]+$/.test(arg.text))
  if (from < 0) return []
  return args[from]!.text === '--' ? args.slice(from + 1) : args.slice(from)
}

const changeDirectory: Builtin = (args, state) => {
  const [target] = operandsOf(args)
  if (target === undefined) {
    const home = state.get('HOME')
    state.moveTo(home === 'unknown' ? undefined : textOf(home))
    return
  }
  const text = textOf(target)
  if (text === '-') state.moveTo(state.previous)
  else if (text === undefined || text === '') state.moveTo(undefined)
  else state.moveTo(absolutePath(text, state.cwd))
}

/** Text that runs in this shell; where parts are unknown, what is known is read as possible. */
const inPlace = (
  words: ReadonlyArray<ShellWord>,
  state: ShellState,
  context: Context,
  reader: TextReader,
): void => {
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

/** `command x`, `builtin x`: the built-in x, without a function of that name. */
const prefixed: Builtin = (args, state, context, reader) => {
  const [first, ...rest] = args
  if (first === undefined || first.text.startsWith('-')) return
  const name = textOf(first)
  if (name !== undefined) builtin(name, rest, state, context, reader)
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
      inPlace([first], state.fork(), { ...context, certainty: 'possible' }, reader)
    },
  ],
  [
    'alias',
    (args, state, context, reader) => {
      for (const arg of args) {
        const at = arg.text.indexOf('=')
        if (at <= 0) continue
        const body = { ...arg, text: arg.text.slice(at + 1) }
        inPlace([body], state.fork(), { ...context, certainty: 'possible' }, reader)
      }
    },
  ],
  ['command', prefixed],
  ['builtin', prefixed],
  ['read', forgetOperands],
  ['mapfile', forgetOperands],
  ['readarray', forgetOperands],
  ['getopts', forgetOperands],
  ['unset', forgetOperands],
  [
    'let',
    (args, state) => state.forget(args.flatMap((arg) => arg.text.match(/[A-Za-z_]\w*/g) ?? [])),
  ],
  [
    'printf',
    (args, state) => {
      if (textOf(args[0]) === '-v' && args[1] !== undefined) state.set(args[1].text, 'unknown')
    },
  ],
  [
    'shift',
    (_, state) => {
      state.positional = undefined
    },
  ],
  [
    'set',
    (args, state) => {
      if (args.some((arg) => arg.text === '--' || !arg.text.startsWith('-')))
        state.positional = undefined
    },
  ],
  [
    'exit',
    (_, state) => {
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
): void => BUILTINS.get(name)?.(args, state, context, reader)
