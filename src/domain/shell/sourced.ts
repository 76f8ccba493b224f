// `source x`: variables, functions and the directory that the file leaves behind. What it does is
// told where it is read as the file that it is, so nothing of that is told here.
import { absolutePath } from './pathEffects.ts'
import { type Context, TOP } from './reading.ts'
import type { ShellState } from './shellState.ts'
import type { Walker } from './walker.ts'
import { asScript, type ShellWord, textOf } from './word.ts'

export const carryBack = (
  [file, ...args]: ReadonlyArray<ShellWord>,
  state: ShellState,
  context: Context,
  { home, files, tally, aside }: Walker,
): void => {
  const name = textOf(file)
  const path = name === undefined ? undefined : absolutePath(name, state.cwd)
  const text = path === undefined ? undefined : files.textAt(path)
  if (text === undefined) return
  if (!tally.takesFile(text)) {
    state.moveTo(undefined)
    return
  }
  const reader = aside({ home, cwd: state.cwd, textAt: (other) => files.textAt(other) })
  reader.tally.share(tally)
  const own = state.fork()
  own.detach()
  if (args.length > 0) own.positional = args
  reader.readText(asScript(text), own, { ...TOP, depth: context.depth + 1 })
  tally.share(reader.tally)
  own.detach()
  own.positional = state.positional
  state.adopt(own)
  if (own.ended === 'exit') state.ended = 'exit'
}
