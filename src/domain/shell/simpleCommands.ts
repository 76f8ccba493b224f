// Simple commands: their words are expanded, variables set, functions read in place, and what the
// shell's own commands do to the shell is done to its state.
import type { Command, Redirection as RedirectionNode } from 'unbash'
import type { Span } from '../action/effect.ts'
import { afterAssignment, assignedValue, type Declared, declarations } from './assignments.ts'
import { builtin } from './builtins.ts'
import { openInCommand, waysOf } from './choices.ts'
import { expandWord } from './expand.ts'
import type { Functions } from './functions.ts'
import type { Context, SimpleCommand } from './reading.ts'
import { type Redirected, redirectionsOf } from './redirections.ts'
import type { ShellState } from './shellState.ts'
import { carryBack } from './sourced.ts'
import { spanOf } from './tally.ts'
import type { Walker } from './walker.ts'
import { type CommandRange, respelled, type ShellWord, textOf } from './word.ts'

export class SimpleCommands {
  private readonly walker: Walker
  private readonly functions: Functions
  /** Aliases that are being read: one that names itself means the program. */
  private readonly aliases = new Set<string>()

  constructor(walker: Walker, functions: Functions) {
    this.walker = walker
    this.functions = functions
  }

  /** A command whose variables may have several values is read once for each. */
  read(node: Command, state: ShellState, context: Context): void {
    const open = openInCommand(node, state)
    if (open.length === 0) {
      this.readOnce(node, state, context)
      return
    }
    const { tally } = this.walker
    const ends: Array<ShellState> = []
    const ways = waysOf(open)
    // Past the budget nothing is known of what they hold.
    const read: typeof ways = tally.takesWays(ways.length)
      ? ways
      : [open.map(({ name }) => [name, 'unknown'] as const)]
    for (const way of read) {
      if (!tally.takesStep(node, context)) break
      const own = state.fork()
      for (const [name, value] of way) own.set(name, value)
      this.readOnce(node, own, { ...context, certainty: 'possible' })
      ends.push(own)
    }
    if (ends.length === 0) return
    state.merge(ends)
    for (const { name, unset } of open) if (unset) state.release(name)
  }

  private readOnce(node: Command, state: ShellState, context: Context): void {
    const span = spanOf(node)
    const expander = this.walker.expander(state, context)
    const words: Array<ShellWord> = []
    const declared: Array<Declared> = []
    if (node.name !== undefined) words.push(...expandWord(node.name, expander))
    const redirects: Array<RedirectionNode> = []
    const assignments: Array<{ name: string; value: ShellWord }> = []
    const bare = node.name === undefined
    for (const prefix of node.prefix)
      if (prefix.type === 'Assignment') {
        const assigned = assignedValue(prefix, expander)
        assignments.push({ name: prefix.name, value: assigned.value })
        // One after the other: each sees what those before it have set.
        if (bare) state.set(prefix.name, afterAssignment(prefix, assigned, state.get(prefix.name)))
      } else redirects.push(prefix)
    for (const suffix of node.suffix)
      if (suffix.type === 'Word') words.push(...expandWord(suffix, expander))
      else if (suffix.type === 'Assignment') {
        const assigned = assignedValue(suffix, expander)
        declared.push({ node: suffix, assigned })
        const { value } = assigned
        words.push({
          ...value,
          text: `${suffix.name}=${value.text}`,
          start: suffix.pos,
          end: suffix.end,
        })
      } else redirects.push(suffix)
    const redirected = redirectionsOf(redirects, expander)
    if (words.length === 0) {
      // Words that came to nothing: the assignments are the shell's own after all.
      if (!bare) for (const { name, value } of assignments) state.set(name, value)
      if (assignments.length + redirected.redirections.length > 0)
        this.emit([], assignments, redirected, state, context, span)
      return
    }
    for (const { name, value } of declarations(words, declared, state)) state.set(name, value)
    this.run(words, assignments, redirected, state, context, span)
  }

  /** A command whose words are known: shell built-ins change the state, functions are read in place. */
  private run(
    words: ReadonlyArray<ShellWord>,
    assignments: SimpleCommand['assignments'],
    redirected: Redirected,
    state: ShellState,
    context: Context,
    span: Span,
  ): void {
    const name = textOf(words[0])
    const node = name === undefined ? undefined : state.functionNamed(name)
    if (node !== undefined) {
      if (redirected.redirections.length > 0)
        this.emit([], assignments, redirected, state, context, span)
      this.functions.call(node, words.slice(1), state, {
        ...context,
        span: context.span ?? span,
        stdin: redirected.stdin ?? context.stdin,
      })
      return
    }
    this.emit(words, assignments, redirected, state, context, span)
    const inner: Context = {
      ...context,
      span: context.span ?? span,
      stdin: redirected.stdin ?? context.stdin,
    }
    if (name === 'exec' && words.length === 1) state.input = redirected.stdin ?? state.input
    if (name === 'exec' && words.length === 1)
      for (const { descriptor, target } of redirected.redirections)
        if (descriptor > 2) state.open(descriptor, target)
    if (name === undefined) state.moveTo(undefined)
    else {
      this.aliased(name, words, state, inner)
      builtin(name, words.slice(1), state, inner, this.walker, assignments)
      if (name === 'source' || name === '.') carryBack(words.slice(1), state, context, this.walker)
    }
  }

  private isAlias([first]: ReadonlyArray<ShellWord>, state: ShellState): boolean {
    const name = textOf(first)
    return name !== undefined && state.aliasNamed(name) !== undefined && !this.aliases.has(name)
  }

  /** Whether the shell expands aliases is not known: both meanings are read. */
  private aliased(
    name: string,
    words: ReadonlyArray<ShellWord>,
    state: ShellState,
    context: Context,
  ): void {
    const text = state.aliasNamed(name)
    if (text === undefined || this.aliases.has(name)) return
    this.aliases.add(name)
    this.walker.readText([text, ...words.slice(1).map(respelled)].join(' '), state, {
      ...context,
      certainty: 'possible',
      depth: context.depth + 1,
    })
    this.aliases.delete(name)
  }

  /** Notes the command, with what surrounds it. */
  emit(
    words: ReadonlyArray<ShellWord>,
    assignments: SimpleCommand['assignments'],
    redirected: Redirected,
    state: ShellState,
    context: Context,
    span: Span,
    covers?: CommandRange,
  ): void {
    const { tally, files, outputs } = this.walker
    if (redirected.open === true) tally.skip('parse-error', context, span)
    const environment = state.environment()
    const inherited = context.stdin.from === 'none' ? (state.input ?? context.stdin) : context.stdin
    const command: SimpleCommand = {
      words,
      assignments,
      redirections: redirected.redirections,
      stdin: redirected.stdin ?? inherited,
      certainty: context.certainty,
      cwd: state.cwd,
      flow: context.flow ?? 0,
      group: context.group,
      background: context.background,
      span: context.span ?? span,
      ...(state.elsewhere.length === 0 ? {} : { elsewhere: state.elsewhere }),
      ...(environment === undefined ? {} : { environment }),
      ...(this.isAlias(words, state) ? { alias: true } : {}),
      ...(covers === undefined ? {} : { covers }),
    }
    const wrote = files.note(command, outputs)
    tally.commands.push(wrote === undefined ? command : { ...command, wrote })
  }
}
