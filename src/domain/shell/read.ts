// Reads a shell script without running it: every simple command at any nesting, in the order in
// which it may run. Never throws and never runs without end: what is too large, too deep or not
// valid shell is reported as unread, beside whatever could be read.
import { parse } from 'unbash'
import type {
  AndOr,
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
import {
  afterAssignment,
  assignedValue,
  type Declared,
  declarations,
  loopValue,
} from './assignments.ts'
import { MOST_CHOICES } from './bindings.ts'
import { builtin } from './builtins.ts'
import { changesOf } from './changes.ts'
import { openInCommand, openVariables, waysOf } from './choices.ts'
import { isEndless, startsWithoutWaiting } from './multiplying.ts'
import { Outputs } from './outputs.ts'
import { absolutePath } from './pathEffects.ts'
import { expandSingle, expandWord } from './expand.ts'
import { type Expander, type Substituted, visitScripts } from './expander.ts'
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
import { type CommandRange, respelled, type ShellWord, textOf, UNKNOWN } from './word.ts'
import { WrittenFiles } from './writtenFiles.ts'

/**
 * Characters read in all, those that eval and its like read again among them. Linux runs no command
 * line longer than this (MAX_ARG_STRLEN).
 */
const TEXT_LIMIT = 1 << 17
/** Nested openings are what makes reading slow; no script that people write has this many. */
const OPENINGS_LIMIT = 384
/** Longer texts may have more of them: one in so many characters. */
const OPENINGS_SHARE = 40
const COMMAND_LIMIT = 2000
const DEPTH_LIMIT = 48
/** Turns of loops that are read one by one. */
const TURNS_LIMIT = 64
/** Ways in which open variables are held together, over all commands. */
const WAYS_LIMIT = 512
/** Traps that are read again with the state in which the shell ends. */
const ENDINGS_LIMIT = 8
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
  group: 0,
}

const openingsIn = (text: string): number => text.match(/[$<>]\(|\$\{|`|<</g)?.length ?? 0

/** Assumes nothing about the machine but `place`: without it, `~` and `.` stay unknown. */
export const readScript = (
  text: string,
  place: ScriptPlace = { home: '/nonexistent', cwd: undefined },
): ScriptReading => {
  const reader = new Reader(place)
  const state = new ShellState(place.home, place.cwd)
  state.positional = place.args
  state.self = place.self
  for (const [name, value] of place.environment ?? []) {
    state.set(name, value)
    state.export(name)
  }
  reader.readText(text, state, place.input === undefined ? START : { ...START, stdin: place.input })
  return reader.finish()
}

export class Reader {
  private readonly home: string
  private readonly commands: Array<SimpleCommand> = []
  private readonly unread: Array<Unread> = []
  private readonly active = new Set<FunctionNode>()
  private readonly uncalled = new Map<FunctionNode, { state: ShellState; context: Context }>()
  private readonly called = new Set<FunctionNode>()
  private readonly outputs: Outputs
  private readonly files: WrittenFiles
  /** Aliases that are being read: one that names itself means the program. */
  private readonly aliases = new Set<string>()
  private readonly endings: Array<() => void> = []
  private endingsRead = 0
  private ending = false
  private flows = 0
  private groups = 0
  private turns = 0
  private ways = 0
  private steps = 0
  private textRead = 0
  private forkBomb = false
  private full = false

  constructor(place: ScriptPlace) {
    this.home = place.home
    this.files = new WrittenFiles(place.textAt ?? (() => undefined))
    this.outputs = new Outputs(this.commands, {
      project: place.project,
      file: (path, cwd) => {
        const absolute = absolutePath(path, cwd)
        return absolute === undefined ? undefined : this.files.textAt(absolute)
      },
    })
  }

  /** Reads what was defined and never called as possible, and hands out the reading. */
  finish(): ScriptReading {
    this.endingsRead = 0
    this.ends()
    for (const [node, { state, context }] of this.uncalled) {
      if (this.called.has(node)) continue
      this.called.add(node)
      this.callFunction(node, undefined, state, { ...context, certainty: 'possible' })
    }
    const { commands, unread, forkBomb, outputs } = this
    return { commands, unread, forkBomb, outputs }
  }

  atEnd(text: string, state: ShellState, context: Context): boolean {
    if (this.endings.length >= ENDINGS_LIMIT) return false
    this.endings.push(() => this.readText(text, state.fork(), context))
    return true
  }

  /** What traps run, in the state that the shell is in now: it may end here. */
  ends(): void {
    if (this.ending || ++this.endingsRead > ENDINGS_LIMIT) return
    this.ending = true
    for (const ending of this.endings) ending()
    this.ending = false
  }

  inputOf(state: ShellState, { stdin, certainty }: Context): string | undefined {
    return this.outputs.ofInput({ stdin, certainty, cwd: state.cwd })
  }

  /** Parses and reads a whole script in the shell `state`. */
  readText(text: string, state: ShellState, context: Context): void {
    const span = context.span ?? { start: 0, end: text.length }
    this.textRead += text.length
    const most = OPENINGS_LIMIT + text.length / OPENINGS_SHARE
    const nests = text.length > OPENINGS_LIMIT * 2 ? openingsIn(text) : 0
    if (this.textRead > TEXT_LIMIT || context.depth > DEPTH_LIMIT || nests > most) {
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
      state.settle()
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
    let skipped: ShellState | undefined
    let stayed: ReadonlyArray<string> = []
    for (let at = 1; at < node.commands.length; at++) {
      const command = node.commands[at]!
      if (node.operators[at - 1] === '&&') {
        stayed = [...stayed, ...state.stayed]
        state.stayed = []
        skipped ??= state.fork()
        this.pipeline(command, state, possible)
        continue
      }
      const other = before
      before = before.fork()
      state.stayed = []
      stayed = []
      this.pipeline(command, other, possible)
      state.merge([state.branch(), other])
    }
    if (skipped !== undefined) {
      state.ended = undefined
      state.maybe(skipped)
    }
    if (stayed.length > 0) state.stayed = [...stayed, ...state.stayed]
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
      stdin = { from: 'pipe', start, end: this.commands.length, group: context.group }
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
        const stdin = redirected.stdin ?? context.stdin
        const start = this.commands.length
        // What the group writes goes into the file, and nowhere else.
        const diverts = redirected.redirections.some(({ does }) => does === 'write')
        const group = diverts ? ++this.groups : context.group
        this.command(node.command, state, { ...context, stdin, group })
        if (redirected.redirections.length === 0) return
        const covers = { start, end: this.commands.length, group }
        const at = { start: node.pos, end: node.end }
        this.emit([], [], redirected, state, context, at, covers)
        return
      }
      case 'Subshell':
        this.list(node.body, state.fork(), inner)
        return
      case 'BraceGroup':
        this.list(node.body, state, inner)
        return
      case 'If': {
        const { elsewhere } = state
        this.list(node.clause, state, inner)
        const branches: Array<ShellState> = []
        const branch = (list: CompoundList | undefined, from: ShellState, holds: boolean): void => {
          const own = from.fork()
          // The condition held: the directory was changed.
          if (holds) own.elsewhere = elsewhere
          if (list !== undefined) this.list(list, own, possible)
          branches.push(own)
        }
        branch(node.then, state, true)
        for (const elif of node.elif) {
          this.list(elif.clause, state, possible)
          branch(elif.then, state, false)
        }
        branch(node.else, state, false)
        state.merge(branches)
        return
      }
      case 'While':
        this.loop([node.clause, node.body], state, (own) => {
          const { elsewhere } = own
          this.list(node.clause, own, inner)
          own.elsewhere = elsewhere
          this.list(node.body, own, possible)
        })
        if (isEndless(node)) this.forkBomb ||= startsWithoutWaiting(node.body)
        return
      case 'For':
      case 'Select': {
        const words =
          node.wordlist === undefined
            ? state.positional
            : this.expandAll(node.wordlist, state, context)
        const name = node.name.value
        if (words !== undefined && this.canTurn(words)) {
          this.turnByTurn(name, words, node.body, state, possible)
          return
        }
        this.loop([node.body], state, (own) => {
          own.set(name, loopValue(words ?? []))
          this.list(node.body, own, possible)
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
          this.loop([node.body], state, (own) => this.list(node.body, own, possible))
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

  private turnByTurn(
    name: string,
    words: ReadonlyArray<ShellWord>,
    body: CompoundList,
    state: ShellState,
    context: Context,
  ): void {
    const { leaves } = changesOf([body])
    const ends: Array<ShellState> = []
    for (const word of words) {
      this.turns++
      state.set(name, word)
      this.list(body, state, context)
      state.ended = undefined
      if (leaves) ends.push(state.fork())
    }
    // Any turn may have been the last.
    if (leaves) state.merge(ends)
  }

  /** Few turns, each with a value of its own, are read one after the other. */
  private canTurn(words: ReadonlyArray<ShellWord>): boolean {
    return (
      words.length > 0 &&
      words.length <= MOST_CHOICES &&
      this.turns + words.length <= TURNS_LIMIT &&
      words.every((word) => word.open !== true)
    )
  }

  /** The words of a list, for each value that its variables may have. */
  private expandAll(
    words: ReadonlyArray<Word>,
    state: ShellState,
    context: Context,
  ): ReadonlyArray<ShellWord> {
    const open = state.chooses ? openVariables(words, state) : []
    return waysOf(open).flatMap((way) => {
      const own = way.length === 0 ? state : state.fork()
      for (const [name, value] of way) own.set(name, value)
      return words.flatMap((word) => this.expand(word, own, context))
    })
  }

  /** The body may run again after itself: what it changes is unknown from its beginning on. */
  private loop(
    bodies: ReadonlyArray<CompoundList>,
    state: ShellState,
    read: (state: ShellState) => void,
  ): void {
    const changes = changesOf(bodies)
    // The first turn has the values from before the loop.
    if ((changes.moves || changes.names.size > 0) && this.turns < TURNS_LIMIT) {
      this.turns++
      const first = state.fork()
      read(first)
      state.elsewhere = first.elsewhere
    }
    state.forget(changes.names)
    if (changes.moves) state.moveTo(undefined)
    read(state)
    state.forget(changes.names)
    if (changes.moves) state.moveTo(undefined)
    state.ended = undefined
  }

  private expander(state: ShellState, context: Context): Expander {
    const expander: Expander = {
      state,
      home: this.home,
      single: (word) => expandSingle(word, expander),
      substitute: (script: ParsedScript | undefined, part: { pos: number; end: number }) =>
        this.substitute(script, part, state, context),
    }
    return expander
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
    const group = ++this.groups
    if (script === undefined) this.skip('parse-error', context, span)
    else if (context.depth > DEPTH_LIMIT) this.skip('too-large', context, span)
    else
      this.script(script, state.fork(), {
        ...context,
        group,
        depth: context.depth + 1,
        // Positions in a backquoted script with escapes are offsets into a text of its own.
        span: context.span ?? (script.source === undefined ? undefined : span),
      })
    const end = this.commands.length
    const text = this.outputs.ofRange({ start, end, group }, context.certainty).replace(/\n+$/, '')
    const glob = this.commands.slice(start, end).some(isPatterned)
    return {
      text: text === UNKNOWN || script === undefined ? undefined : text,
      start,
      end,
      group,
      ...(glob ? { glob } : {}),
    }
  }

  /** A command whose variables may have several values is read once for each. */
  private simple(node: Command, state: ShellState, context: Context): void {
    const open = openInCommand(node, state)
    if (open.length === 0) {
      this.simpleOnce(node, state, context)
      return
    }
    const ends: Array<ShellState> = []
    const ways = waysOf(open)
    // Past the budget nothing is known of what they hold.
    this.ways += ways.length
    const read: typeof ways =
      this.ways > WAYS_LIMIT ? [open.map(({ name }) => [name, 'unknown'] as const)] : ways
    for (const way of read) {
      if (++this.steps > STEP_LIMIT || this.commands.length >= COMMAND_LIMIT) {
        if (!this.full) this.skip('too-large', context, { start: node.pos, end: node.end })
        this.full = true
        break
      }
      const own = state.fork()
      for (const [name, value] of way) own.set(name, value)
      this.simpleOnce(node, own, { ...context, certainty: 'possible' })
      ends.push(own)
    }
    if (ends.length === 0) return
    state.merge(ends)
    for (const { name, unset } of open) if (unset) state.release(name)
  }

  private simpleOnce(node: Command, state: ShellState, context: Context): void {
    const span = { start: node.pos, end: node.end }
    const expander = this.expander(state, context)
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
      this.called.add(node)
      this.callFunction(node, words.slice(1), state, {
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
      builtin(name, words.slice(1), state, inner, this, assignments)
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
    this.readText([text, ...words.slice(1).map(respelled)].join(' '), state, {
      ...context,
      certainty: 'possible',
      depth: context.depth + 1,
    })
    this.aliases.delete(name)
  }

  private callFunction(
    node: FunctionNode,
    args: ReadonlyArray<ShellWord> | undefined,
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
    own.positional = args?.some((arg) => arg.open === true) === true ? undefined : args
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
    covers?: CommandRange,
  ): void {
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
    const wrote = this.files.note(command, this.outputs)
    this.commands.push(wrote === undefined ? command : { ...command, wrote })
  }
}

const isPatterned = ({ words }: SimpleCommand): boolean => words.some(({ is }) => is === 'glob')
