// Reads program text by running it on what is known: every branch, each function at least once, with
// unknown values in place of what only the run would tell. Bounded in steps and depth; past a bound
// it says `too-large` and stops, so a text is never taken for harmless because it is long.
import type { ShellWord } from '../../shell/word.ts'
import { UNKNOWN } from '../../shell/word.ts'
import type { CodeCall } from '../codeCall.ts'
import { Calls } from './calls.ts'
import type { Dialect } from './dialect.ts'
import { Expressions } from './expressions.ts'
import { Scope } from './scope.ts'
import type { At, Expr, Func, Stmt } from './tree.ts'
import {
  ANYTHING,
  CHOSEN,
  either,
  itemOf,
  known,
  list,
  NETWORK,
  optionsOf,
  taintOf,
  text,
  unknown,
  type Value,
  wordsOf,
} from './value.ts'

const MOST_STEPS = 32_000
const MOST_DEPTH = 160
const MOST_EVALUATED = 4
const MOST_TURNS = 16
/** Items, or 16 letters each, that take as long as a step. */
const STEP_SIZE = 16
const DYNAMIC: ShellWord = { text: UNKNOWN, is: 'dynamic', start: 0, end: 0 }

export class Machine {
  readonly call: CodeCall
  readonly dialect: Dialect
  /** What the text is started with. */
  readonly args: ReadonlyArray<Value>
  readonly expressions: Expressions
  readonly calls: Calls
  readonly top = new Scope(undefined, 'function')
  /** Where modules are looked for besides the usual places: somewhere that is not known. */
  strayPath = false
  /** A database elsewhere was opened: what changes it changes something remote. */
  remoteDatabase = false
  private readonly defined: Array<Value & { is: 'closure' }> = []
  private readonly read = new Set<Func>()
  private readonly loose = new Map<Func, Value & { is: 'closure' }>()
  private readonly results: Array<Array<Value>> = []
  private steps = 0
  private depth = 0
  private evaluated = 0
  /** Which condition holds, each by a number of its own; 0 where none does. */
  private condition = 0
  private conditions = 0
  private readonly madeUnder = new WeakMap<Value, number>()
  private readonly leaving = new WeakMap<Stmt, boolean>()
  private full = false

  constructor(call: CodeCall, dialect: Dialect, args: ReadonlyArray<ShellWord>) {
    this.call = call
    this.dialect = dialect
    this.args = args.map((word) =>
      word.is === 'glob'
        ? { is: 'text', text: word.text, taint: 0, glob: true }
        : text(word.open === true ? UNKNOWN : word.text),
    )
    this.expressions = new Expressions(this)
    this.calls = new Calls(this)
  }

  /** The whole text; false where it is not valid. */
  run(source: string): boolean {
    const { body, broken } = this.dialect.parse(source)
    this.body(body, this.top)
    this.uncalled()
    return !broken
  }

  /**
   * Functions that nothing in the text calls may be called by somebody else; those that were called
   * with more than was read are read with anything.
   */
  private uncalled(): void {
    this.maybe(() => {
      for (let at = 0; at < this.defined.length && !this.full; at++) {
        const closure = this.defined[at]!
        if (!this.read.has(closure.fn)) this.calls.invoke(closure, [], new Map())
      }
      // Reading one may find that another was not read either.
      for (const closure of this.loose.values())
        if (!this.full) this.calls.invoke(closure, [], new Map())
    })
  }

  /** A call of this function was not read. */
  unsettled(closure: Value & { is: 'closure' }): void {
    this.loose.set(closure.fn, closure)
  }

  get taken(): number {
    return this.steps
  }

  /** True when nothing more is to be read. What takes longer counts as several steps. */
  step(count = 1): boolean {
    if (this.full) return true
    this.steps += count
    if (this.steps <= MOST_STEPS) return false
    this.tooLarge()
    return true
  }

  /** True when there is more of it than may be looked at again and again. */
  weighs(values: Iterable<Value>): boolean {
    let size = 0
    for (const value of values) size += sizeOf(value)
    return size >= STEP_SIZE && this.step(Math.floor(size / STEP_SIZE))
  }

  tooLarge(): void {
    if (this.full) return
    this.full = true
    this.call.possibly(() => this.call.opaque('too-large'))
  }

  /** What is read here may happen or not. */
  maybe(read: () => void): void {
    const around = this.condition
    this.condition = ++this.conditions
    this.call.possibly(read)
    this.condition = around
  }

  /** A list that is made under the conditions that hold here. */
  made<A extends Value>(value: A): A {
    this.madeUnder.set(value, this.condition)
    return value
  }

  /** Whether what is done to it here is done whenever it is there at all. */
  settles(value: Value): boolean {
    return this.condition === (this.madeUnder.get(value) ?? 0)
  }

  /** Where in the text what is told next stands; of text that is evaluated, where that is done. */
  at({ start, end }: At): void {
    if (this.evaluated === 0) this.call.at({ start, end })
  }

  chdir(word: ShellWord): void {
    this.call.chdir(this.condition > 0 ? DYNAMIC : word)
  }

  define(closure: Value & { is: 'closure' }): Value {
    this.defined.push(closure)
    return closure
  }

  /** Runs a function's body; gives what it returns. */
  enter(fn: Func, scope: Scope): Value {
    this.read.add(fn)
    this.results.push([])
    this.body(fn.body, scope)
    return either(this.results.pop() ?? [])
  }

  /** Text that is evaluated: read in its place where it is known. */
  evaluateText(value: Value): Value {
    if (value.is === 'plain' || value.is === 'closure') return ANYTHING
    const source = known(value)
    if (source !== undefined && this.evaluated < MOST_EVALUATED) {
      this.evaluated++
      const { body, broken } = this.dialect.parse(source)
      const [only] = body
      const result =
        body.length === 1 && only?.is === 'do'
          ? this.expressions.value(only.value, this.top)
          : (this.body(body, this.top), ANYTHING)
      this.evaluated--
      if (broken) this.call.opaque('inline-code')
      return result
    }
    const from = value.is === 'instance' ? value.fields.get('from') : undefined
    if (from !== undefined)
      for (const word of wordsOf(from)) this.call.runFile(word, this.dialect.language)
    else if (source !== undefined) this.call.opaque('too-large')
    else this.call.opaque((taintOf(value) & NETWORK) === 0 ? 'dynamic-command' : 'remote-code')
    return { is: 'unknown', taint: taintOf(value) | CHOSEN }
  }

  body(body: ReadonlyArray<Stmt>, scope: Scope): void {
    if (this.depth >= MOST_DEPTH) {
      this.tooLarge()
      return
    }
    this.depth++
    let here = scope
    for (const statement of body) {
      if (this.step()) break
      this.statement(statement, here)
      // What follows may not be run.
      if (here === scope && this.mayLeave(statement)) here = new Scope(scope, 'branch', true)
    }
    if (here !== scope) this.join(scope, [here], false)
    this.depth--
  }

  private mayLeave(statement: Stmt): boolean {
    const seen = this.leaving.get(statement)
    if (seen !== undefined) return seen
    const found = leaves(statement, 0)
    this.leaving.set(statement, found)
    return found
  }

  private join(
    scope: Scope,
    branches: ReadonlyArray<Scope>,
    total: boolean,
  ): ReadonlyArray<string> {
    return scope.join(branches, total, this.dialect.passesSelf)
  }

  /** One level deeper while `read` runs; undefined where that is too deep. */
  deeper<A>(read: () => A): A | undefined {
    if (this.depth >= MOST_DEPTH) {
      this.tooLarge()
      return undefined
    }
    this.depth++
    const result = read()
    this.depth--
    return result
  }

  private value(tree: Expr, scope: Scope): Value {
    return this.expressions.value(tree, scope)
  }

  private statement(statement: Stmt, scope: Scope): void {
    switch (statement.is) {
      case 'do':
        this.value(statement.value, scope)
        return
      case 'return':
        this.results.at(-1)?.push(this.value(statement.value, scope))
        return
      case 'block':
        this.body(statement.body, new Scope(scope, 'block'))
        return
      case 'outer':
        for (const name of statement.names) scope.isOuter(name)
        return
      case 'star':
        this.expressions.star(this.dialect.module(statement.module, this))
        return
      case 'branches':
        this.value(statement.test, scope)
        this.branches(statement.arms, scope, statement.total)
        return
      case 'leave':
        return
      case 'try': {
        const inner = new Scope(scope, 'branch', true)
        this.body(statement.body, inner)
        this.join(scope, [inner], false)
        this.branches(statement.handlers, scope, false)
        return
      }
      case 'loop':
        this.loop(statement, scope)
    }
  }

  private branches(arms: ReadonlyArray<ReadonlyArray<Stmt>>, scope: Scope, total: boolean): void {
    const scopes = arms.map(() => new Scope(scope, 'branch'))
    this.maybe(() => {
      for (const [at, arm] of arms.entries()) this.body(arm, scopes[at]!)
    })
    this.join(scope, scopes, total)
  }

  private loop(loop: Stmt & { is: 'loop' }, scope: Scope): void {
    const { target, over, body } = loop
    if (loop.test !== undefined) this.value(loop.test, scope)
    const through = over === undefined ? undefined : this.value(over, scope)
    if (through?.is === 'list' && !through.open && through.items.length <= MOST_TURNS) {
      // A copy: the body may add to what it goes through.
      for (const item of through.items.slice()) {
        if (target !== undefined) this.expressions.assign(target, item, scope)
        this.body(body, scope)
      }
      return
    }
    const turn = (): ReadonlyArray<string> => {
      const inner = new Scope(scope, 'branch')
      this.maybe(() => {
        if (target !== undefined)
          this.expressions.assign(target, through === undefined ? ANYTHING : itemOf(through), inner)
        this.body(body, inner)
      })
      return this.join(scope, [inner], false)
    }
    // What one turn sets the next one sees; what never comes to rest is anything in the end.
    if (turn().length === 0) return
    for (const name of turn()) {
      const found = scope.get(name)
      if (found !== undefined)
        scope.set(name, either([found, unknown(taintOf(found))]), this.dialect.passesSelf)
    }
  }

  /** The arguments after the name of the program, as a list that may be longer. */
  argv(first: ReadonlyArray<Value>): Value {
    return list([...first, ...this.args.flatMap((value) => optionsOf(value).slice(0, 1))])
  }
}

const sizeOf = (value: Value): number => {
  switch (value.is) {
    case 'text':
      return value.text.length >> 4
    case 'list':
      return value.items.length
    case 'map':
      return value.entries.size
    case 'instance':
      return value.fields.size
    default:
      return 0
  }
}

/** Whether what follows the statement may not be run. */
const leaves = (statement: Stmt, loops: number): boolean => {
  const any = (body: ReadonlyArray<Stmt>, inner = loops): boolean =>
    body.some((one) => leaves(one, inner))
  switch (statement.is) {
    case 'return':
      return true
    case 'leave':
      return statement.far || loops === 0
    case 'branches':
      return statement.arms.some((arm) => any(arm))
    case 'block':
      return any(statement.body)
    case 'loop':
      return any(statement.body, loops + 1)
    case 'try':
      return any(statement.body) || statement.handlers.some((handler) => any(handler))
    default:
      return false
  }
}
