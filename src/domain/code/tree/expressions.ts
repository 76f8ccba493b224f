// What an expression of program text is worth before it runs, and what reading it does on the way.
// Every part is looked at, also where the whole stays unknown.
import { extend, loosen, merge } from './changes.ts'
import { formattedBy } from './formats.ts'
import type { Machine } from './machine.ts'
import { operate } from './operators.ts'
import { Scope } from './scope.ts'
import { sliced } from './slices.ts'
import type { ClassTree, Expr } from './tree.ts'
import {
  ANYTHING,
  anyTaint,
  CHOSEN,
  concat,
  either,
  instance,
  itemOf,
  known,
  list,
  NONE,
  optionsOf,
  ref,
  taintOf,
  text,
  unknown,
  type Value,
} from './value.ts'

const MOST_ITEMS = 512
const MOST_OPTIONS = 8

export class Expressions {
  private readonly machine: Machine
  /** Modules whose names all became the text's own. */
  private readonly stars: Array<Value> = []

  constructor(machine: Machine) {
    this.machine = machine
  }

  star(module: Value): void {
    if (module.is === 'ref') this.stars.push(module)
  }

  value(tree: Expr, scope: Scope): Value {
    if (this.machine.step()) return ANYTHING
    switch (tree.is) {
      case 'const':
        return typeof tree.value === 'string'
          ? text(tree.value)
          : { is: 'plain', value: tree.value }
      case 'name':
        return this.name(tree.name, scope)
      default:
        return this.machine.deeper(() => this.inner(tree, scope)) ?? ANYTHING
    }
  }

  private inner(tree: Expr, scope: Scope): Value {
    switch (tree.is) {
      case 'text':
        return concat(tree.parts.map((part) => this.value(part, scope)))
      case 'format': {
        const value = this.value(tree.value, scope)
        return tree.spec === undefined
          ? unknown(taintOf(value) & ~CHOSEN)
          : formattedBy(value, tree.spec)
      }
      case 'member':
        return this.member(this.value(tree.object, scope), tree.name)
      case 'index':
        return this.index(this.value(tree.object, scope), this.value(tree.key, scope))
      case 'slice':
        return sliced(
          this.value(tree.object, scope),
          tree.bounds.map((bound) => (bound === undefined ? undefined : this.value(bound, scope))),
        )
      case 'call':
        return this.call(tree, scope)
      case 'list':
        return this.list(tree.items, scope)
      case 'map':
        return this.map(tree, scope)
      case 'function':
        return this.machine.define({ is: 'closure', fn: tree.fn, scope })
      case 'class':
        return this.class(tree.class, scope)
      case 'binary':
        return operate(tree.op, this.value(tree.left, scope), this.value(tree.right, scope))
      case 'either':
        if (tree.test !== undefined) this.value(tree.test, scope)
        return this.either(tree.of, scope)
      case 'assign':
        return this.assignment(tree, scope)
      case 'default':
        return either([this.value(tree.target, scope), this.value(tree.value, scope)])
      case 'each':
        return this.each(tree, scope)
      case 'module':
        return this.module(tree.name, tree.member)
      case 'spread':
        return itemOf(this.value(tree.value, scope))
      case 'all': {
        const taint = anyTaint(tree.of.map((one) => this.value(one, scope)))
        return tree.gives === 'truth' ? ANYTHING : unknown(taint & ~CHOSEN)
      }
      case 'seq':
        return tree.of.map((one) => this.value(one, scope)).at(-1) ?? NONE
      case 'unread':
        this.machine.tooLarge()
        return ANYTHING
      default:
        return ANYTHING
    }
  }

  private either(of: ReadonlyArray<Expr>, scope: Scope): Value {
    const [first, ...rest] = of
    if (first === undefined) return ANYTHING
    const values = [this.value(first, scope)]
    this.machine.maybe(() => {
      for (const one of rest) values.push(this.value(one, scope))
    })
    return either(values)
  }

  private name(name: string, scope: Scope): Value {
    const own = scope.get(name)
    if (own !== undefined) return own
    const global = this.machine.dialect.global(name, this.machine)
    if (global !== undefined) return global
    const stars = this.stars.map((module) => this.member(module, name))
    return stars.length === 0 ? ANYTHING : either(stars)
  }

  module(name: string, member: string | undefined): Value {
    const module = this.machine.dialect.module(name, this.machine)
    return member === undefined ? module : this.member(module, member)
  }

  member(value: Value, name: string): Value {
    if (value.is === 'either')
      return either(value.of.slice(0, MOST_OPTIONS).map((one) => this.member(one, name)))
    const { dialect } = this.machine
    const special = dialect.member(value, name, this.machine)
    if (special !== undefined) return special
    switch (value.is) {
      case 'ref':
        if (value.name === '?' || value.name.startsWith('?.')) return ref(`?.${name}`, value)
        return ref(dialect.canonical(`${value.name}.${name}`), value.self)
      case 'text':
        return ref(`text.${name}`, value)
      case 'list':
        return ref(`list.${name}`, value)
      case 'map':
        return value.entries.get(name) ?? ref(`map.${name}`, value)
      case 'instance': {
        const field = value.fields.get(name)
        const asked = value.fields.get('__getattr__') ?? value.fields.get('__getattribute__')
        if (field === undefined && asked !== undefined && !name.startsWith('__'))
          return this.machine.calls.call(bound(asked, value), [text(name)], new Map())
        if (field === undefined) return ref(`${value.of === '' ? '?' : value.of}.${name}`, value)
        return bound(field, value)
      }
      case 'class': {
        const member = value.members.get(name)
        return member ?? ref(`?.${name}`, value)
      }
      default:
        return ref(`?.${name}`, value)
    }
  }

  index(value: Value, key: Value): Value {
    if (value.is === 'either')
      return either(value.of.slice(0, MOST_OPTIONS).map((one) => this.index(one, key)))
    if (key.is === 'either')
      return either(key.of.slice(0, MOST_OPTIONS).map((one) => this.index(value, one)))
    const name = known(key)
    if (this.machine.weighs([value])) return ANYTHING
    if (value.is === 'list') {
      const at = key.is === 'plain' && typeof key.value === 'number' ? key.value : undefined
      if (at === undefined || (value.open && at < 0)) {
        // In JavaScript a list's methods are found this way too.
        return name !== undefined && key.is === 'text' ? this.member(value, name) : itemOf(value)
      }
      if (value.open === 'like') return itemOf(value)
      return value.items.at(at) ?? (value.open ? itemOf(value) : ANYTHING)
    }
    if (value.is === 'text' && key.is === 'plain' && typeof key.value === 'number') {
      const whole = known(value)
      return whole === undefined
        ? unknown(value.taint)
        : text(whole.at(key.value) ?? '', value.taint)
    }
    if (value.is === 'map') {
      if (name !== undefined)
        return (
          value.entries.get(name) ??
          (value.open ? unknown(taintOf(value)) : this.member(value, name))
        )
      return either([...value.entries.values(), unknown(value.taint)])
    }
    if (name !== undefined && key.is === 'text') return this.member(value, name)
    const special = this.machine.dialect.member(value, '[]', this.machine)
    if (special !== undefined) return special
    if (value.is === 'ref') {
      return unknown(taintOf(value) | (this.hands(value) ? CHOSEN : 0))
    }
    if (value.is === 'instance')
      return value.fields.get('item') ?? either([...value.fields.values(), unknown(taintOf(value))])
    return unknown(taintOf(value))
  }

  private call(tree: Expr & { is: 'call' }, scope: Scope): Value {
    const callee = this.value(tree.callee, scope)
    const given = tree.tagged !== undefined && callee.is === 'closure' ? tree.tagged : tree.args
    const args: Array<Value> = []
    const named = new Map<string, Value>()
    for (const { value: argument, name, spread } of given.slice(0, MOST_ITEMS)) {
      const value = this.value(argument, scope)
      if (name !== undefined) named.set(name, value)
      else if (spread !== true) args.push(value)
      else if (value.is === 'list' && !value.open) args.push(...value.items.slice(0, MOST_ITEMS))
      else if (value.is === 'map') for (const [key, one] of value.entries) named.set(key, one)
      else args.push(itemOf(value))
    }
    this.machine.at(tree)
    return this.machine.calls.call(callee, args, named)
  }

  private list(items: ReadonlyArray<Expr>, scope: Scope): Value {
    const out: Array<Value> = []
    let open: boolean | 'like' = items.length > MOST_ITEMS
    for (const item of items) {
      if (item.is !== 'spread') {
        const value = this.value(item, scope)
        if (out.length < MOST_ITEMS) out.push(value)
        continue
      }
      const value = this.value(item.value, scope)
      if (value.is === 'list') {
        out.push(...value.items.slice(0, MOST_ITEMS - out.length))
        if (value.open !== false && open === false) open = value.open
      } else {
        open = true
        if (taintOf(value) !== 0) out.push(unknown(taintOf(value)))
      }
    }
    return this.machine.made(list(out, open))
  }

  private map(tree: Expr & { is: 'map' }, scope: Scope): Value {
    const entries = new Map<string, Value>()
    let open = false
    let taint = 0
    for (const { key, value: of } of tree.entries) {
      const name = key === undefined ? undefined : known(this.value(key, scope))
      const value = this.value(of, scope)
      if (key === undefined && value.is === 'map') {
        for (const [inner, one] of value.entries) entries.set(inner, one)
        open ||= value.open
        taint |= value.taint
      } else if (name === undefined) {
        open = true
        taint |= taintOf(value)
        if (key === undefined && this.hands(value)) taint |= CHOSEN
      } else entries.set(name, value)
    }
    return { is: 'map', entries, open, taint }
  }

  /** Whether all that a value has may act, so that any of it may be the one that is taken. */
  hands(value: Value): boolean {
    return value.is === 'ref' && value.self === undefined && this.machine.dialect.acts(value.name)
  }

  private class(tree: ClassTree, scope: Scope): Value {
    const members = new Map<string, Value>()
    let of = ''
    for (const base of tree.bases) {
      const value = this.value(base, scope)
      if (value.is === 'class') for (const [name, one] of value.members) members.set(name, one)
      else if (value.is === 'ref' && of === '') of = value.name
    }
    const inner = new Scope(scope, 'function')
    const made = instance(of)
    const own: Value = { is: 'class', tree, members }
    members.set('%', made)
    if (tree.name !== undefined) scope.declare(tree.name, own)
    for (const statement of tree.body) {
      const assigned =
        statement.is === 'do' && statement.value.is === 'assign' ? statement.value : undefined
      if (assigned === undefined || assigned.target.is !== 'name') {
        this.machine.body([statement], inner)
        continue
      }
      const value = this.value(assigned.value, inner)
      inner.declare(assigned.target.name, value)
      const method: Value = value.is === 'closure' ? { ...value, scope, self: made } : value
      if (method.is === 'closure') this.machine.define(method)
      members.set(assigned.target.name, method)
    }
    if (made.is === 'instance')
      for (const [name, one] of members) if (name !== '%') made.fields.set(name, one)
    return own
  }

  private each(tree: Expr & { is: 'each' }, scope: Scope): Value {
    const [first, ...rest] = tree.over
    const inner = new Scope(scope, 'block')
    if (first === undefined) return ANYTHING
    const from = this.value(first.from, scope)
    if (rest.length === 0 && tree.tests.length === 0 && from.is === 'list' && !from.open) {
      const out: Array<Value> = []
      for (const item of from.items.slice(0, MOST_ITEMS)) {
        this.assign(first.target, item, inner, true)
        out.push(this.value(tree.value, inner))
      }
      return this.machine.made(list(out))
    }
    this.assign(first.target, itemOf(from), inner, true)
    for (const { target, from: one } of rest)
      this.assign(target, itemOf(this.value(one, inner)), inner, true)
    let item: Value = ANYTHING
    this.machine.maybe(() => {
      for (const test of tree.tests) this.value(test, inner)
      item = this.value(tree.value, inner)
    })
    return list([item], 'like')
  }

  private assignment(tree: Expr & { is: 'assign' }, scope: Scope): Value {
    const { target, op } = tree
    let value = this.value(tree.value, scope)
    if (op !== undefined) {
      const before = this.value(target, scope)
      if (this.machine.dialect.passesSelf && op === '+' && before.is === 'list') {
        extend(this.machine, before, value)
        return before
      }
      if (op === '|' && before.is === 'map') {
        merge(before, value)
        return before
      }
      value = op === '?' ? either([before, value]) : operate(op, before, value)
    }
    this.assign(target, value, scope, tree.declares === true)
    return value
  }

  /** What a name, a member or a pattern is from now on. */
  assign(target: Expr, value: Value, scope: Scope, declares = false): void {
    if (this.machine.step()) return
    switch (target.is) {
      case 'name':
        if (declares) scope.declare(target.name, value)
        else scope.set(target.name, value, this.machine.dialect.passesSelf)
        return
      case 'default':
        this.assign(
          target.target,
          either([value, this.value(target.value, scope)]),
          scope,
          declares,
        )
        return
      case 'spread':
        this.assign(target.value, list([itemOf(value)], true), scope, declares)
        return
      case 'list':
        for (const [at, item] of target.items.entries()) {
          const items = value.is === 'list' && !value.open ? value.items : undefined
          if (item.is === 'spread' && items !== undefined) {
            const rest = items.slice(at, items.length - (target.items.length - at - 1))
            this.assign(item.value, list(rest), scope, declares)
            continue
          }
          const spread = target.items.findIndex(({ is }) => is === 'spread')
          const from = spread >= 0 && spread < at ? at - target.items.length : at
          this.assign(item, items?.at(from) ?? itemOf(value), scope, declares)
        }
        return
      case 'map':
        for (const { key, value: inner } of target.entries) {
          const name = key === undefined ? undefined : this.value(key, scope)
          this.assign(inner, name === undefined ? value : this.index(value, name), scope, declares)
        }
        return
      case 'member':
        this.put(this.value(target.object, scope), text(target.name), value)
        return
      case 'slice':
        for (const one of optionsOf(this.value(target.object, scope)))
          if (one.is === 'list') loosen(one, itemOf(value))
        return
      case 'index':
        this.put(this.value(target.object, scope), this.value(target.key, scope), value)
        return
      default:
        this.value(target, scope)
    }
  }

  put(object: Value, key: Value, value: Value): void {
    const name = known(key)
    for (const one of optionsOf(object).slice(0, MOST_OPTIONS)) {
      this.machine.calls.assigned(one, name, value)
      if (one.is === 'instance' && name !== undefined && one.fields.size < MOST_ITEMS) {
        const before = one.fields.get(name)
        one.fields.set(name, before === undefined ? value : either([before, value]))
      } else if (one.is === 'map') {
        if (name === undefined || one.entries.size >= MOST_ITEMS) {
          one.open = true
          one.taint |= taintOf(value)
        } else {
          const before = one.entries.get(name)
          one.entries.set(name, before === undefined ? value : either([before, value]))
        }
      } else if (one.is === 'list') {
        const at = key.is === 'plain' && typeof key.value === 'number' ? key.value : Number.NaN
        const place = at < 0 && one.open === false ? at + one.items.length : at
        const before = one.items[place]
        if (before === undefined) loosen(one, value)
        else one.items[place] = either([before, value])
      }
    }
  }
}

/** A function that is taken from an instance knows it. */
const bound = (field: Value, self: Value): Value =>
  field.is === 'closure' && field.self !== undefined ? { ...field, self } : field
