// Calls: of functions of the text, whose bodies are read with what they are given, and of the
// library, by its tables. A function that is handed on is called by whoever gets it.
import { setsLoader } from '../../shell/variables.ts'
import type { LibraryRow } from './library.ts'
import { rowNamed } from './library.ts'
import { LibraryCall } from './libraryCall.ts'
import type { Machine } from './machine.ts'
import { Scope } from './scope.ts'
import type { Func } from './tree.ts'
import {
  ANYTHING,
  anyTaint,
  CHOSEN,
  CONTENT,
  either,
  FOREIGN,
  instance,
  itemOf,
  known,
  list,
  NETWORK,
  ref,
  SECRET,
  taintOf,
  unknown,
  type Value,
} from './value.ts'

const MOST_OPTIONS = 8
const MOST_TIMES = 2
/** Calls within calls, and steps that one function may take in all. */
const MOST_NESTED = 10
const MOST_SPENT = 8000
const MOST_TEXTS = 64

type Named = ReadonlyMap<string, Value>

export class Calls {
  private readonly machine: Machine
  /** Functions whose bodies are being read. */
  private readonly active = new Map<Func, number>()
  /** Steps that each took in all. */
  private readonly spent = new Map<Func, number>()
  /** Texts that each was given. */
  private readonly texts = new Map<Func, Set<string>>()
  private nested = 0

  constructor(machine: Machine) {
    this.machine = machine
  }

  call(callee: Value, args: ReadonlyArray<Value>, named: Named): Value {
    if (this.machine.weighs(args)) return ANYTHING
    switch (callee.is) {
      case 'either': {
        const results: Array<Value> = []
        this.machine.maybe(() => {
          for (const one of callee.of.slice(0, MOST_OPTIONS))
            results.push(this.call(one, args, named))
        })
        return either(results)
      }
      case 'closure':
        return this.invoke(callee, args, named, true)
      case 'class': {
        const made = callee.members.get('%') ?? ANYTHING
        const construct = callee.members.get(this.machine.dialect.constructor_)
        if (construct?.is === 'closure')
          this.invoke({ ...construct, self: made }, args, named, true)
        if (made.is === 'instance' && made.of !== '') this.library(made.of, args, named, undefined)
        return made
      }
      case 'ref':
        return this.library(callee.name, args, named, callee.self)
      case 'unknown':
        if ((callee.taint & CHOSEN) !== 0)
          this.machine.call.opaque(
            (callee.taint & NETWORK) === 0 ? 'dynamic-command' : 'remote-code',
          )
        return this.unread(args, named, callee.taint)
      default:
        return this.unread(args, named, taintOf(callee))
    }
  }

  /** A function of the text. Without `given` anybody may have called it with anything. */
  invoke(
    closure: Value & { is: 'closure' },
    args: ReadonlyArray<Value>,
    named: Named,
    given = false,
  ): Value {
    const { machine } = this
    const { fn } = closure
    const times = this.active.get(fn) ?? 0
    if (machine.step()) return ANYTHING
    const spent = this.spent.get(fn) ?? 0
    const again = times >= MOST_TIMES
    const tooMuch = given && (this.nested >= MOST_NESTED || spent > MOST_SPENT)
    if (again || tooMuch) {
      // Not read with these values: read once more with any, unless it only calls itself on.
      if (!again || args.some((value) => this.isNews(fn, value))) machine.unsettled(closure)
      return unknown(anyTaint(args))
    }
    for (const value of args) this.isNews(fn, value)
    const before = machine.taken
    this.nested++
    this.active.set(fn, times + 1)
    const scope = new Scope(closure.scope, 'function')
    const passes = machine.dialect.passesSelf
    if (!passes && fn.lexical !== true) scope.declare('this', closure.self ?? ref('%this'))
    const all = closure.self !== undefined && passes ? [closure.self, ...args] : args
    for (const [at, { target, rest }] of fn.params.entries()) {
      if (rest === true) {
        const others = given ? all.slice(at) : [ANYTHING]
        machine.expressions.assign(
          target,
          list([...others, ...named.values()], !given),
          scope,
          true,
        )
        continue
      }
      const inner = target.is === 'default' ? target.target : target
      const value = (inner.is === 'name' ? named.get(inner.name) : undefined) ?? all[at]
      if (value !== undefined) machine.expressions.assign(inner, value, scope, true)
      else if (target.is !== 'default') machine.expressions.assign(target, ANYTHING, scope, true)
      else {
        const preset = machine.expressions.value(target.value, scope)
        const one = given ? preset : either([ANYTHING, preset])
        machine.expressions.assign(inner, one, scope, true)
      }
    }
    const result = machine.deeper(() => machine.enter(fn, scope)) ?? ANYTHING
    this.active.set(fn, times)
    this.nested--
    this.spent.set(fn, (this.spent.get(fn) ?? 0) + machine.taken - before)
    return result
  }

  /** A known text that the function was not given before. */
  private isNews(fn: Func, value: Value): boolean {
    const whole = known(value)
    if (whole === undefined || value.is !== 'text') return false
    const seen = this.texts.get(fn) ?? new Set()
    this.texts.set(fn, seen)
    if (seen.has(whole) || seen.size > MOST_TEXTS) return !seen.has(whole)
    seen.add(whole)
    return true
  }

  /** A function that nothing is known of. */
  private unread(args: ReadonlyArray<Value>, named: Named, taint: number): Value {
    this.handedOn(args, named, unknown(taint & ~CHOSEN))
    return unknown((taint | anyTaint(args)) & ~CHOSEN)
  }

  library(name: string, args: ReadonlyArray<Value>, named: Named, self: Value | undefined): Value {
    const { machine } = this
    if (self !== undefined && machine.weighs([self])) return ANYTHING
    const row = rowNamed(machine.dialect.library, name, self !== undefined)
    const call = new LibraryCall(machine, name, args, named, self)
    if (self !== undefined && (taintOf(self) & CHOSEN) !== 0) {
      machine.call.opaque('dynamic-command')
      return unknown(call.taint)
    }
    if (row === undefined) {
      this.handedOn(args, named, self)
      return unknown(call.taint | (name.startsWith('foreign.') ? FOREIGN : 0))
    }
    if (row.run !== undefined) {
      const result = row.run(call)
      if (result !== undefined) return result
      this.handedOn(args, named, self)
      return unknown(call.taint)
    }
    this.apply(row, call)
    if (row.gives !== 'clean' && !row.args.some(({ role }) => role === 'shown'))
      this.handedOn(args, named, self)
    return given(row.gives, call)
  }

  private apply(row: LibraryRow, call: LibraryCall): void {
    const { machine } = this
    for (const why of row.opaque) machine.call.opaque(why)
    for (const kind of row.does) machine.call.effect(kind, { name: call.name.replace(/^\?\./, '') })
    if (row.self !== undefined) call.take(row.self, call.self)
    for (const [at, { names, role, rest }] of row.args.entries())
      if (rest) for (const one of call.args.slice(at)) call.take(role, one)
      else call.take(role, call.arg(at, ...names))
  }

  /** Functions among the arguments are called by whoever gets them. */
  private handedOn(args: ReadonlyArray<Value>, named: Named, self: Value | undefined): void {
    const values = [...args, ...named.values()]
    if (!values.some(isCallable)) return
    const item = self === undefined ? ANYTHING : itemOf(self)
    this.machine.maybe(() => {
      for (const [at, value] of values.entries()) {
        if (!isCallable(value)) continue
        const after = args.slice(at + 1)
        const first = after.length === 0 || at >= args.length ? [item] : after
        this.call(value, first, new Map())
      }
    })
  }

  /** A member of something of the library is set. */
  assigned(object: Value, name: string | undefined, value: Value): void {
    if (object.is !== 'ref') return
    if (/^(?:os\.environ|process\.env)$/.test(object.name)) {
      if (name !== undefined && setsLoader(`${name}=x`))
        this.machine.call.opaque('environment-code')
    } else if ((taintOf(value) & (NETWORK | CHOSEN)) !== 0 && name === undefined)
      this.machine.call.opaque('dynamic-command')
  }
}

const isCallable = (value: Value): boolean =>
  value.is === 'closure' ||
  (value.is === 'ref' && value.name.includes('.')) ||
  (value.is === 'either' && value.of.some((one) => one.is === 'closure'))

const given = (gives: string | undefined, call: LibraryCall): Value => {
  switch (gives) {
    case undefined:
      return unknown(call.taint)
    case 'net':
      return unknown(NETWORK)
    case 'secret':
      return unknown(SECRET)
    case 'content':
      return unknown(CONTENT | call.taint)
    case 'clean':
      return ANYTHING
    case 'self':
      return call.self ?? ANYTHING
    default:
      return instance(gives, { is: unknown(call.taint) })
  }
}
