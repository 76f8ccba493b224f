// Reads a shell script without running it: every simple command at any nesting, in the order in
// which it may run. Never throws and never runs without end: what is too large, too deep or not
// valid shell is reported as unread, beside whatever could be read.
import { parse } from 'unbash'
import type {
  AndOr,
  Case,
  CommandNode,
  CompoundList,
  If,
  ParsedScript,
  PipelineNode,
  Redirected as RedirectedNode,
  Script,
  Statement,
  Word,
} from 'unbash'
import type { Span } from '../action/effect.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import { expandSingle, expandWord } from './expand.ts'
import { type Expander, type Substituted, visitScripts } from './expander.ts'
import { Functions } from './functions.ts'
import { readFor, readLoop, readWhile } from './loops.ts'
import { Outputs } from './outputs.ts'
import { absolutePath } from './pathEffects.ts'
import {
  type Context,
  type ScriptPlace,
  type ScriptReading,
  type SimpleCommand,
  TOP,
} from './reading.ts'
import { redirectionsOf } from './redirections.ts'
import { ShellState } from './shellState.ts'
import { SimpleCommands } from './simpleCommands.ts'
import { spanOf, Tally } from './tally.ts'
import type { Walker } from './walker.ts'
import { type ShellWord, UNKNOWN } from './word.ts'
import { WrittenFiles } from './writtenFiles.ts'

/** Traps that are read again with the state in which the shell ends. */
const ENDINGS_LIMIT = 8

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
  reader.readText(text, state, place.input === undefined ? TOP : { ...TOP, stdin: place.input })
  return reader.finish()
}

class Reader implements Walker {
  readonly home: string
  readonly tally = new Tally()
  readonly outputs: Outputs
  readonly files: WrittenFiles
  private readonly functions = new Functions(this)
  private readonly simple = new SimpleCommands(this, this.functions)
  private readonly endings: Array<() => void> = []
  private endingsRead = 0
  private ending = false

  constructor(place: ScriptPlace) {
    this.home = place.home
    this.files = new WrittenFiles(place.textAt ?? (() => undefined))
    this.outputs = new Outputs(this.tally.commands, {
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
    this.functions.readUncalled()
    const { commands, unread, forkBomb } = this.tally
    return { commands, unread, forkBomb, outputs: this.outputs }
  }

  aside(place: ScriptPlace): Walker {
    return new Reader(place)
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
    if (!this.tally.takesText(text, context)) {
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
    this.tally.skip(why, context, span)
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
      if (this.tally.full) return
      if (statement.background === true)
        this.pipelineOrList(statement.command, state.fork(), { ...context, background: true })
      else this.pipelineOrList(statement.command, state, context)
      state.settle()
      // What follows exit is not reached on this path; it is read all the same, as possible.
      if (state.ended !== undefined && context.certainty === 'certain')
        context = { ...context, certainty: 'possible' }
    }
  }

  list(list: CompoundList, state: ShellState, context: Context): void {
    if (this.tally.isTooDeep(context)) this.skip('too-large', context, spanOf(list))
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
    const flow = context.flow ?? this.tally.nextFlow()
    if (node.type !== 'Pipeline') {
      this.command(node, state, { ...context, flow })
      return
    }
    if (node.commands.length === 1) {
      this.command(node.commands[0]!, state, { ...context, flow })
      return
    }
    const { commands } = this.tally
    const start = commands.length
    let stdin = context.stdin
    for (const command of node.commands) {
      this.command(command, state.fork(), { ...context, flow, stdin })
      stdin = { from: 'pipe', start, end: commands.length, group: context.group }
    }
  }

  command(node: CommandNode, state: ShellState, context: Context): void {
    if (!this.tally.takesStep(node, context)) return
    if (this.tally.isTooDeep(context)) {
      this.skip('too-large', context, spanOf(node))
      return
    }
    const inner: Context = { ...context, depth: context.depth + 1 }
    const possible: Context = { ...inner, certainty: 'possible' }
    switch (node.type) {
      case 'Command':
        this.simple.read(node, state, context)
        return
      case 'Redirected':
        this.redirected(node, state, context)
        return
      case 'Subshell':
        this.list(node.body, state.fork(), inner)
        return
      case 'BraceGroup':
        this.list(node.body, state, inner)
        return
      case 'If':
        this.branches(node, state, inner)
        return
      case 'While':
        readWhile(node, state, inner, this)
        return
      case 'For':
      case 'Select':
        readFor(node, state, context, inner, this)
        return
      case 'ArithmeticFor':
      case 'ArithmeticCommand':
      case 'TestCommand': {
        const expander = this.expander(state, context)
        if (node.type === 'ArithmeticFor') {
          for (const one of [node.initialize, node.test, node.update])
            if (one !== undefined) visitScripts(one, expander)
          readLoop([node.body], state, this, (own) => this.list(node.body, own, possible))
          return
        }
        visitScripts(node, expander)
        if (node.type === 'ArithmeticCommand') state.forget(node.body.match(/[A-Za-z_]\w*/g) ?? [])
        return
      }
      case 'Case':
        this.cases(node, state, context, inner)
        return
      case 'Function':
        this.functions.define(node, state, context)
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

  private redirected(node: RedirectedNode, state: ShellState, context: Context): void {
    const { tally } = this
    const redirected = redirectionsOf(node.redirects, this.expander(state, context))
    const stdin = redirected.stdin ?? context.stdin
    const start = tally.commands.length
    // What the group writes goes into the file, and nowhere else.
    const diverts = redirected.redirections.some(({ does }) => does === 'write')
    const group = diverts ? tally.nextGroup() : context.group
    this.command(node.command, state, { ...context, stdin, group })
    if (redirected.redirections.length === 0) {
      if (redirected.open === true) this.skip('parse-error', context, spanOf(node))
      return
    }
    const covers = { start, end: tally.commands.length, group }
    this.simple.emit([], [], redirected, state, context, spanOf(node), covers)
  }

  private branches(node: If, state: ShellState, inner: Context): void {
    const possible: Context = { ...inner, certainty: 'possible' }
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
  }

  private cases(node: Case, state: ShellState, context: Context, inner: Context): void {
    this.expand(node.word, state, context)
    const branches: Array<ShellState> = [state.fork()]
    for (const item of node.items) {
      for (const pattern of item.pattern) this.expand(pattern, state, context)
      const own = state.fork()
      this.list(item.body, own, { ...inner, certainty: 'possible' })
      branches.push(own)
    }
    state.merge(branches)
  }

  expander(state: ShellState, context: Context): Expander {
    const expander: Expander = {
      state,
      home: this.home,
      single: (word) => expandSingle(word, expander),
      substitute: (script: ParsedScript | undefined, part: { pos: number; end: number }) =>
        this.substitute(script, part, state, context),
    }
    return expander
  }

  expand(word: Word, state: ShellState, context: Context): ReadonlyArray<ShellWord> {
    return expandWord(word, this.expander(state, context))
  }

  private substitute(
    script: ParsedScript | undefined,
    part: { readonly pos: number; readonly end: number },
    state: ShellState,
    context: Context,
  ): Substituted {
    const { commands } = this.tally
    const start = commands.length
    const span = spanOf(part)
    const group = this.tally.nextGroup()
    if (script === undefined) this.skip('parse-error', context, span)
    else if (this.tally.isTooDeep(context)) this.skip('too-large', context, span)
    else
      this.script(script, state.fork(), {
        ...context,
        group,
        depth: context.depth + 1,
        // Positions in a backquoted script with escapes are offsets into a text of its own.
        span: context.span ?? (script.source === undefined ? undefined : span),
      })
    const end = commands.length
    const text = this.outputs.ofRange({ start, end, group }, context.certainty).replace(/\n+$/, '')
    const glob = commands.slice(start, end).some(isPatterned)
    return {
      text: text === UNKNOWN || script === undefined ? undefined : text,
      start,
      end,
      group,
      ...(glob ? { glob } : {}),
    }
  }
}

const isPatterned = ({ words }: SimpleCommand): boolean => words.some(({ is }) => is === 'glob')
