// Functions of a script: read in place where they are called, and as possible where nothing calls
// them. One that calls itself is read once.
import type { Function as FunctionNode } from 'unbash'
import type { Context } from './reading.ts'
import type { ShellState } from './shellState.ts'
import { spanOf } from './tally.ts'
import type { Walker } from './walker.ts'
import type { ShellWord } from './word.ts'

export class Functions {
  private readonly walker: Walker
  private readonly active = new Set<FunctionNode>()
  private readonly uncalled = new Map<FunctionNode, { state: ShellState; context: Context }>()
  private readonly called = new Set<FunctionNode>()

  constructor(walker: Walker) {
    this.walker = walker
  }

  define(node: FunctionNode, state: ShellState, context: Context): void {
    if (!state.define(node)) this.walker.tally.skip('too-large', context, spanOf(node))
    if (!this.uncalled.has(node)) this.uncalled.set(node, { state: state.fork(), context })
  }

  /** What was defined and never called is possible. */
  readUncalled(): void {
    for (const [node, { state, context }] of this.uncalled)
      if (!this.called.has(node))
        this.call(node, undefined, state, { ...context, certainty: 'possible' })
  }

  call(
    node: FunctionNode,
    args: ReadonlyArray<ShellWord> | undefined,
    state: ShellState,
    context: Context,
  ): void {
    this.called.add(node)
    const { tally } = this.walker
    if (this.active.has(node)) {
      if (context.background || context.stdin.from === 'pipe') tally.forkBomb = true
      return
    }
    if (tally.isTooDeep(context)) {
      tally.skip('too-large', context, spanOf(node))
      return
    }
    this.active.add(node)
    const own = state.fork()
    own.positional = args?.some((arg) => arg.open === true) === true ? undefined : args
    const inner = { ...context, depth: context.depth + 1 }
    if (node.body.type === 'CompoundList') this.walker.list(node.body, own, inner)
    else this.walker.command(node.body, own, inner)
    this.active.delete(node)
    if (node.body.type === 'Subshell') return
    state.adopt(own)
    if (own.ended === 'exit') state.ended = 'exit'
  }
}
