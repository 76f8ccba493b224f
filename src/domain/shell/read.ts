// Reads a shell script without running it: every simple command at any nesting, in the order in
// which it may run. Never throws and never runs without end: what is too large, too deep or not
// valid shell is reported as unread, beside whatever could be read.
import { parse } from 'unbash'
import type {
  AndOr,
  Assignment,
  Command,
  CommandNode,
  CompoundList,
  Function as FunctionNode,
  ParsedScript,
  PipelineNode,
  Redirection as RedirectionNode,
  Script,
  Statement,
  Word,
} from 'unbash'
import type { Span } from '../action/effect.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import { assignedValue, declarations, loopValue } from './assignments.ts'
import { builtin } from './builtins.ts'
import { changesOf } from './changes.ts'
import { type Expander, expandWord, type Substituted, visitScripts } from './expand.ts'
import type {
  Context,
  ScriptPlace,
  ScriptReading,
  SimpleCommand,
  Stdin,
  Unread,
} from './reading.ts'
import { type Redirected, redirectionsOf } from './redirections.ts'
import { ShellState } from './shellState.ts'
import { type ShellWord, textOf } from './word.ts'

/**
 * Characters read in all, those that eval and its like read again among them. Linux runs no command
 * line longer than this (MAX_ARG_STRLEN).
 */
const TEXT_LIMIT = 1 << 17
/** Nested openings are what makes reading slow; no script that people write has this many. */
const OPENINGS_LIMIT = 4096
const COMMAND_LIMIT = 2000
const DEPTH_LIMIT = 48
/** Steps of the walk, so that functions that call functions cannot multiply without end. */
const STEP_LIMIT = 20_000

const NO_INPUT: Stdin = { from: 'none' }

const START: Context = {
  certainty: 'certain',
  background: false,
  stdin: NO_INPUT,
  flow: undefined,
  span: undefined,
  depth: 0,
}

const openingsIn = (text: string): number => text.match(/[$<>]\(|\$\{|`|<</g)?.length ?? 0

/** Assumes nothing about the machine but `place`: without it, `~` and `.` stay unknown. */
export const readScript = (
  text: string,
  place: ScriptPlace = { home: '/nonexistent', cwd: undefined },
): ScriptReading => {
  const reader = new Reader(place)
  reader.readText(text, new ShellState(place.home, place.cwd), START)
  return reader.finish()
}

export class Reader {
  private readonly home: string
  private readonly commands: Array<SimpleCommand> = []
  private readonly unread: Array<Unread> = []
  private readonly active = new Set<FunctionNode>()
  private readonly uncalled = new Map<FunctionNode, { state: ShellState; context: Context }>()
  private readonly called = new Set<FunctionNode>()
  private flows = 0
  private steps = 0
  private textRead = 0
  private forkBomb = false
  private full = false

  constructor(place: ScriptPlace) {
    this.home = place.home
  }

  /** Reads what was defined and never called as possible, and hands out the reading. */
  finish(): ScriptReading {
    for (const [node, { state, context }] of this.uncalled) {
      if (this.called.has(node)) continue
      this.called.add(node)
      this.callFunction(node, [], state, { ...context, certainty: 'possible' })
    }
    return { commands: this.commands, unread: this.unread, forkBomb: this.forkBomb }
  }

  /** Parses and reads a whole script in the shell `state`. */
  readText(text: string, state: ShellState, context: Context): void {
    const span = context.span ?? { start: 0, end: text.length }
    this.textRead += text.length
    const nests = text.length > OPENINGS_LIMIT ? openingsIn(text) : 0
    if (this.textRead > TEXT_LIMIT || context.depth > DEPTH_LIMIT || nests > OPENINGS_LIMIT) {
      this.skip('too-large', context, span)
      return
    }
    try {
      this.script(parse(text.replaceAll('\u0000', ' ')), state, context)
    } catch {
      // A defect of the parser or of this reader (a stack that overflows, say) must not let a call
      // through unread: it becomes an unknown of its own, which policies treat as such.
      this.skip('reader-failed', context, span)
    }
  }

  skip(why: OpaqueCode, context: Context, span: Span): void {
    const last = this.unread.at(-1)
    if (last?.why === why && this.unread.length > 16) return
    this.unread.push({ why, certainty: context.certainty, span: context.span ?? span })
  }

  private script(script: ParsedScript | Script, state: ShellState, context: Context): void {
    const errors = 'errors' in script ? script.errors : undefined
    if (errors !== undefined && errors.length > 0) {
      const at = errors[0]!.pos
      this.skip('parse-error', context, { start: at, end: Math.max(at, script.end) })
    }
    this.statements(script.commands, state, context)
  }

  private statements(
    statements: ReadonlyArray<Statement>,
    state: ShellState,
    context: Context,
  ): void {
    for (const statement of statements) {
      if (this.full) return
      if (statement.background === true)
        this.pipelineOrList(statement.command, state.fork(), { ...context, background: true })
      else this.pipelineOrList(statement.command, state, context)
      // What follows exit is not reached on this path; it is read all the same, as possible.
      if (state.ended !== undefined && context.certainty === 'certain')
        context = { ...context, certainty: 'possible' }
    }
  }

  private list(list: CompoundList, state: ShellState, context: Context): void {
    if (context.depth > DEPTH_LIMIT)
      this.skip('too-large', context, { start: list.pos, end: list.end })
    else this.statements(list.commands, state, { ...context, depth: context.depth + 1 })
  }

  private pipelineOrList(node: PipelineNode | AndOr, state: ShellState, context: Context): void {
    if (node.type === 'AndOr') this.andOr(node, state, context)
    else this.pipeline(node, state, context)
  }

  /** What follows `&&` runs in the state its left side leaves; what follows `||`, in the one before. */
  private andOr(node: AndOr, state: ShellState, context: Context): void {
    const falls = node.operators.includes('||')
    let before = falls ? state.fork() : state
    this.pipeline(node.commands[0]!, state, context)
    const possible: Context = { ...context, certainty: 'possible' }
    for (let at = 1; at < node.commands.length; at++) {
      const command = node.commands[at]!
      if (node.operators[at - 1] === '&&') {
        this.pipeline(command, state, possible)
        continue
      }
      const other = before
      before = before.fork()
      this.pipeline(command, other, possible)
      state.merge([state.branch(), other])
    }
  }

  private pipeline(node: PipelineNode, state: ShellState, context: Context): void {
    const flow = context.flow ?? ++this.flows
    if (node.type !== 'Pipeline') {
      this.command(node, state, { ...context, flow })
      return
    }
    if (node.commands.length === 1) {
      this.command(node.commands[0]!, state, { ...context, flow })
      return
    }
    const start = this.commands.length
    let stdin = context.stdin
    for (const command of node.commands) {
      this.command(command, state.fork(), { ...context, flow, stdin })
      stdin = { from: 'pipe', start, end: this.commands.length }
    }
  }

  private command(node: CommandNode, state: ShellState, context: Context): void {
    if (++this.steps > STEP_LIMIT || this.commands.length >= COMMAND_LIMIT) {
      if (!this.full) this.skip('too-large', context, { start: node.pos, end: node.end })
      this.full = true
      return
    }
    if (context.depth > DEPTH_LIMIT) {
      this.skip('too-large', context, { start: node.pos, end: node.end })
      return
    }
    const inner: Context = { ...context, depth: context.depth + 1 }
    const possible: Context = { ...inner, certainty: 'possible' }
    switch (node.type) {
      case 'Command':
        this.simple(node, state, context)
        return
      case 'Redirected': {
        const redirected = redirectionsOf(node.redirects, this.expander(state, context))
        if (redirected.redirections.length > 0)
          this.emit([], [], redirected, state, context, { start: node.pos, end: node.end })
        const stdin = redirected.stdin ?? context.stdin
        this.command(node.command, state, { ...context, stdin })
        return
      }
      case 'Subshell':
        this.list(node.body, state.fork(), inner)
        return
      case 'BraceGroup':
        this.list(node.body, state, inner)
        return
      case 'If': {
        this.list(node.clause, state, inner)
        const branches: Array<ShellState> = []
        const branch = (list: CompoundList | undefined, from: ShellState): void => {
          const own = from.fork()
          if (list !== undefined) this.list(list, own, possible)
          branches.push(own)
        }
        branch(node.then, state)
        for (const elif of node.elif) {
          this.list(elif.clause, state, possible)
          branch(elif.then, state)
        }
        branch(node.else, state)
        state.merge(branches)
        return
      }
      case 'While':
        this.loop([node.clause, node.body], state, () => {
          this.list(node.clause, state, inner)
          this.list(node.body, state, possible)
        })
        return
      case 'For':
      case 'Select': {
        const words = node.wordlist?.flatMap((word) => this.expand(word, state, context))
        const name = node.name.value
        this.loop([node.body], state, () => {
          state.set(name, loopValue(words ?? []))
          this.list(node.body, state, possible)
        })
        state.set(name, 'unknown')
        return
      }
      case 'ArithmeticFor':
      case 'ArithmeticCommand':
      case 'TestCommand': {
        const expander = this.expander(state, context)
        if (node.type === 'ArithmeticFor') {
          for (const one of [node.initialize, node.test, node.update])
            if (one !== undefined) visitScripts(one, expander)
          this.loop([node.body], state, () => this.list(node.body, state, possible))
          return
        }
        visitScripts(node, expander)
        if (node.type === 'ArithmeticCommand') state.forget(node.body.match(/[A-Za-z_]\w*/g) ?? [])
        return
      }
      case 'Case': {
        this.expand(node.word, state, context)
        const branches: Array<ShellState> = [state.fork()]
        for (const item of node.items) {
          for (const pattern of item.pattern) this.expand(pattern, state, context)
          const own = state.fork()
          this.list(item.body, own, possible)
          branches.push(own)
        }
        state.merge(branches)
        return
      }
      case 'Function':
        state.define(node)
        if (!this.uncalled.has(node)) this.uncalled.set(node, { state: state.fork(), context })
        return
      case 'Coproc': {
        const own = state.fork()
        const context = { ...inner, background: true }
        if (node.body.type === 'CompoundList') this.list(node.body, own, context)
        else this.command(node.body, own, context)
        return
      }
    }
  }

  /** The body may run again after itself: what it changes is unknown from its beginning on. */
  private loop(bodies: ReadonlyArray<CompoundList>, state: ShellState, read: () => void): void {
    const changes = changesOf(bodies)
    state.forget(changes.names)
    if (changes.moves) state.moveTo(undefined)
    read()
    state.forget(changes.names)
    if (changes.moves) state.moveTo(undefined)
    state.ended = undefined
  }

  private expander(state: ShellState, context: Context): Expander {
    return {
      state,
      home: this.home,
      substitute: (script: ParsedScript | undefined, part: { pos: number; end: number }) =>
        this.substitute(script, part, state, context),
    }
  }

  private expand(word: Word, state: ShellState, context: Context): ReadonlyArray<ShellWord> {
    return expandWord(word, this.expander(state, context))
  }

  private substitute(
    script: ParsedScript | undefined,
    part: { readonly pos: number; readonly end: number },
    state: ShellState,
    context: Context,
  ): Substituted {
    const start = this.commands.length
    const span = { start: part.pos, end: part.end }
    if (script === undefined) this.skip('parse-error', context, span)
    else if (context.depth > DEPTH_LIMIT) this.skip('too-large', context, span)
    else
      this.script(script, state.fork(), {
        ...context,
        depth: context.depth + 1,
        // Positions in a backquoted script with escapes are offsets into a text of its own.
        span: context.span ?? (script.source === undefined ? undefined : span),
      })
    const end = this.commands.length
    return { text: this.knownOutput(start, end), start, end }
  }

  /** The output of `$(pwd)` and `$(echo words)`. */
  private knownOutput(start: number, end: number): string | undefined {
    const command = end - start === 1 ? this.commands[start] : undefined
    if (command === undefined || command.redirections.length > 0) return undefined
    const words = command.words.map(textOf)
    if (words.length === 1 && words[0] === 'pwd') return command.cwd
    if (words[0] !== 'echo' || words.includes(undefined)) return undefined
    return words[1]?.startsWith('-') === true || words.some((word) => word!.includes('\\'))
      ? undefined
      : words.slice(1).join(' ')
  }

  private simple(node: Command, state: ShellState, context: Context): void {
    const span = { start: node.pos, end: node.end }
    const expander = this.expander(state, context)
    const words: Array<ShellWord> = []
    const declared: Array<Assignment> = []
    if (node.name !== undefined) words.push(...expandWord(node.name, expander))
    const redirects: Array<RedirectionNode> = []
    const assignments: Array<{ name: string; value: ShellWord }> = []
    for (const prefix of node.prefix)
      if (prefix.type === 'Assignment')
        assignments.push({ name: prefix.name, value: assignedValue(prefix, expander) })
      else redirects.push(prefix)
    for (const suffix of node.suffix)
      if (suffix.type === 'Word') words.push(...expandWord(suffix, expander))
      else if (suffix.type === 'Assignment') {
        declared.push(suffix)
        const value = assignedValue(suffix, expander)
        words.push({
          ...value,
          text: `${suffix.name}=${value.text}`,
          start: suffix.pos,
          end: suffix.end,
        })
      } else redirects.push(suffix)
    const redirected = redirectionsOf(redirects, expander)
    if (words.length === 0) {
      for (const [at, prefix] of node.prefix.filter((one) => one.type === 'Assignment').entries()) {
        const plain = prefix.append !== true && prefix.index === undefined
        state.set(prefix.name, plain ? assignments[at]!.value : 'unknown')
      }
      if (assignments.length + redirected.redirections.length > 0)
        this.emit([], assignments, redirected, state, context, span)
      return
    }
    for (const { name, value } of declarations(words, declared)) state.set(name, value)
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
      this.called.add(node)
      this.callFunction(node, words.slice(1), state, {
        ...context,
        span: context.span ?? span,
        stdin: redirected.stdin ?? context.stdin,
      })
      return
    }
    this.emit(words, assignments, redirected, state, context, span)
    if (name !== undefined)
      builtin(name, words.slice(1), state, { ...context, span: context.span ?? span }, this)
    else state.moveTo(undefined)
  }

  private callFunction(
    node: FunctionNode,
    args: ReadonlyArray<ShellWord>,
    state: ShellState,
    context: Context,
  ): void {
    if (this.active.has(node)) {
      if (context.background || context.stdin.from === 'pipe') this.forkBomb = true
      return
    }
    if (context.depth > DEPTH_LIMIT) {
      this.skip('too-large', context, { start: node.pos, end: node.end })
      return
    }
    this.active.add(node)
    const own = state.fork()
    own.positional = args.some((arg) => arg.open === true) ? undefined : args
    const inner = { ...context, depth: context.depth + 1 }
    if (node.body.type === 'CompoundList') this.list(node.body, own, inner)
    else this.command(node.body, own, inner)
    this.active.delete(node)
    if (node.body.type === 'Subshell') return
    state.adopt(own)
    if (own.ended === 'exit') state.ended = 'exit'
  }

  private emit(
    words: ReadonlyArray<ShellWord>,
    assignments: SimpleCommand['assignments'],
    redirected: Redirected,
    state: ShellState,
    context: Context,
    span: Span,
  ): void {
    this.commands.push({
      words,
      assignments,
      redirections: redirected.redirections,
      stdin: redirected.stdin ?? context.stdin,
      certainty: context.certainty,
      cwd: state.cwd,
      flow: context.flow ?? 0,
      background: context.background,
      span: context.span ?? span,
    })
  }
}
