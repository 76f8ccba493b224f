// What is known of a value before the text runs: constants, things of the standard library by name,
// and what an unknown one may hold. Never more than is certain; what differs by branch is `either`.
import { literalWord, type ShellWord, UNKNOWN } from '../../shell/word.ts'
import type { ClassTree, Func } from './tree.ts'
import type { Scope } from './scope.ts'

/** What an unknown value may hold, as bits. */
export const NETWORK = 1
export const SECRET = 2
/** What a file held. */
export const CONTENT = 4
/** A function that is only chosen when the text runs: calling it may do anything. */
export const CHOSEN = 8
/** Something of a module that is not known here. */
export const FOREIGN = 16

export type Value =
  /** Each unknown part is one UNKNOWN; a pattern of paths is a glob. */
  | { readonly is: 'text'; readonly text: string; readonly taint: number; readonly glob?: true }
  | { readonly is: 'plain'; readonly value: number | boolean | null }
  /** An open list may hold anything else; in one of `like` items the others are as these. */
  | { readonly is: 'list'; readonly items: Array<Value>; open: boolean | 'like' }
  | { readonly is: 'map'; readonly entries: Map<string, Value>; open: boolean; taint: number }
  /** A thing of the library by its full name; `self` is what a method was taken from. */
  | { readonly is: 'ref'; readonly name: string; readonly self?: Value }
  | {
      readonly is: 'closure'
      readonly fn: Func
      readonly scope: Scope
      readonly self?: Value
    }
  | { readonly is: 'class'; readonly tree: ClassTree; readonly members: Map<string, Value> }
  /** Made by the library (`of` its type) or by a class of the text. */
  | { readonly is: 'instance'; readonly of: string; readonly fields: Map<string, Value> }
  | { readonly is: 'either'; readonly of: ReadonlyArray<Value> }
  | { readonly is: 'unknown'; readonly taint: number }

export const unknown = (taint = 0): Value => ({ is: 'unknown', taint })
export const ANYTHING: Value = unknown()
export const NONE: Value = { is: 'plain', value: null }
export const text = (value: string, taint = 0): Value => ({ is: 'text', text: value, taint })
export const ref = (name: string, self?: Value): Value =>
  self === undefined ? { is: 'ref', name } : { is: 'ref', name, self }
export const list = (items: Array<Value>, open: boolean | 'like' = false): Value => ({
  is: 'list',
  items,
  open,
})
export const instance = (of: string, fields: Record<string, Value> = {}): Value => ({
  is: 'instance',
  of,
  fields: new Map(Object.entries(fields)),
})

const MOST_EITHER = 32
const MOST_TEXT = 16_384
/** Lists and the like that are looked into for what one of them may hold. */
const MOST_HELD = 64

/** What it holds itself; undefined where that takes looking into it. */
const plainTaint = (value: Value): number | undefined => {
  switch (value.is) {
    case 'text':
    case 'unknown':
      return value.taint
    case 'ref': {
      let from: Value | undefined = value.self
      for (let most = MOST_HELD; from?.is === 'ref' && most > 0; most--) from = from.self
      return from === undefined || from.is === 'ref' ? 0 : plainTaint(from)
    }
    case 'list':
      return value.items.length === 0 ? 0 : undefined
    case 'either':
    case 'map':
    case 'instance':
      return undefined
    default:
      return 0
  }
}

const heldBy = (value: Value): Iterable<Value> => {
  switch (value.is) {
    case 'list':
      return value.items
    case 'map':
      return value.entries.values()
    case 'instance':
      return value.fields.values()
    case 'either':
      return value.of
    case 'ref':
      return value.self === undefined ? [] : [value.self]
    default:
      return []
  }
}

/** Everything that the value may hold. Values hold each other in circles, and by many ways. */
export const taintOf = (value: Value): number => plainTaint(value) ?? anyTaint([value])

export const anyTaint = (values: Iterable<Value>): number => {
  let taint = 0
  let held: Set<Value> | undefined
  const look = (value: Value): void => {
    const own = plainTaint(value)
    if (own !== undefined) taint |= own
    else if ((held ??= new Set()).size < MOST_HELD) held.add(value)
  }
  for (const value of values) look(value)
  // A set that grows while it is gone through is gone through to its end.
  for (const value of held ?? []) {
    if (value.is === 'map') taint |= value.taint
    for (const inner of heldBy(value)) look(inner)
  }
  return taint
}

export const same = (a: Value, b: Value): boolean => {
  if (a === b) return true
  if (a.is === 'text' && b.is === 'text')
    return a.text === b.text && a.taint === b.taint && a.glob === b.glob
  if (a.is === 'plain' && b.is === 'plain') return a.value === b.value
  if (a.is === 'unknown' && b.is === 'unknown') return a.taint === b.taint
  return a.is === 'ref' && b.is === 'ref' && a.name === b.name && a.self === b.self
}

/** The same for whoever looks at it, also where it was made twice. */
export const alike = (a: Value, b: Value, depth = 0): boolean => {
  if (same(a, b)) return true
  if (depth > 2) return false
  if (a.is === 'list' && b.is === 'list')
    return (
      a.open === b.open &&
      a.items.length === b.items.length &&
      a.items.length <= MOST_EITHER &&
      a.items.every((item, at) => alike(item, b.items[at]!, depth + 1))
    )
  if (a.is === 'either' && b.is === 'either')
    return a.of.length === b.of.length && a.of.every((one, at) => alike(one, b.of[at]!, depth + 1))
  if (a.is === 'closure' && b.is === 'closure') return a.fn === b.fn
  if (a.is === 'class' && b.is === 'class') return a.tree === b.tree
  const held = a.is === 'map' ? a.entries : a.is === 'instance' ? a.fields : undefined
  const other = b.is === 'map' ? b.entries : b.is === 'instance' ? b.fields : undefined
  if (held === undefined || other === undefined || a.is !== b.is || held.size !== other.size)
    return false
  if (a.is === 'instance' && b.is === 'instance' && a.of !== b.of) return false
  return (
    held.size <= MOST_EITHER &&
    [...held].every(([name, value]) => {
      const found = other.get(name)
      return found !== undefined && alike(value, found, depth + 1)
    })
  )
}

/** Any one of these; too many to follow are unknown, with all that they may hold. */
export const either = (values: ReadonlyArray<Value>): Value => {
  const [only] = values
  if (only !== undefined && values.length === 1) return only
  const out: Array<Value> = []
  for (const value of values)
    for (const one of value.is === 'either' ? value.of : [value])
      if (!out.some((known) => same(known, one))) {
        if (out.length === MOST_EITHER) return tooMany(values)
        out.push(one)
      }
  const [first] = out
  if (first === undefined) return ANYTHING
  return out.length === 1 ? first : { is: 'either', of: out }
}

const tooMany = (values: ReadonlyArray<Value>): Value =>
  unknown(
    anyTaint(values) | (values.some((value) => optionsOf(value).some(isCallable)) ? CHOSEN : 0),
  )

const isCallable = (value: Value): boolean => value.is === 'ref' || value.is === 'closure'

export const optionsOf = (value: Value): ReadonlyArray<Value> =>
  value.is === 'either' ? value.of : [value]

/** The text of a value that is wholly known. */
export const known = (value: Value | undefined): string | undefined =>
  value?.is === 'text' && !value.text.includes(UNKNOWN) && value.glob !== true
    ? value.text
    : value?.is === 'plain' && typeof value.value === 'number'
      ? String(value.value)
      : undefined

/** Whether it is known to be true or false. */
export const truth = (value: Value): boolean | undefined => {
  if (value.is === 'plain') return Boolean(value.value)
  if (value.is === 'text' && !value.text.includes(UNKNOWN)) return value.text !== ''
  return value.is === 'ref' || value.is === 'closure' ? true : undefined
}

const spelled = (value: Value): { readonly text: string; readonly glob: boolean } => {
  if (value.is === 'text') return { text: value.text, glob: value.glob === true }
  if (value.is === 'plain')
    return { text: typeof value.value === 'number' ? String(value.value) : UNKNOWN, glob: false }
  const path = value.is === 'instance' ? value.fields.get('path') : undefined
  return path === undefined || path.is === 'instance' || path.is === 'either'
    ? { text: UNKNOWN, glob: false }
    : spelled(path)
}

const MOST_JOINED = 16

/** Values written one after the other as text. */
export const concat = (parts: ReadonlyArray<Value>): Value => {
  let out: ReadonlyArray<Value> = [text('')]
  for (const part of parts) {
    const options = optionsOf(part)
    if (out.length * options.length > MOST_JOINED) {
      out = out.map((head) => append(head, unknown(taintOf(part))))
      continue
    }
    out = out.flatMap((head) => options.map((tail) => append(head, tail)))
  }
  return either(out)
}

const append = (head: Value, tail: Value): Value => {
  const a = spelled(head)
  const b = spelled(tail)
  const glob = a.glob || b.glob
  // A pattern beside text that looks like one: which is which is not kept apart.
  const plain = (one: typeof a): string =>
    glob && !one.glob && /[*?[]/.test(one.text) ? UNKNOWN : one.text
  const joined = plain(a) + plain(b)
  const taint = taintOf(head) | taintOf(tail)
  if (joined.length > MOST_TEXT) return text(UNKNOWN, taint)
  return glob ? { is: 'text', text: joined, taint, glob: true } : text(joined, taint)
}

/** The words that a value is as an argument, one for each thing that it may be. */
export const wordsOf = (value: Value): ReadonlyArray<ShellWord> =>
  optionsOf(value).map((one): ShellWord => {
    const { text: spelling, glob } = spelled(one)
    if (spelling.includes(UNKNOWN)) return { text: spelling, is: 'dynamic', start: 0, end: 0 }
    return glob ? { text: spelling, is: 'glob', start: 0, end: 0 } : literalWord(spelling)
  })

/** The same value as text that is a path, without what it was made of. */
export const pathText = (value: Value): Value => {
  if (value.is === 'instance') return value.fields.get('path') ?? ANYTHING
  return value.is === 'either' ? either(value.of.map(pathText)) : value
}

/** One of a list's items, or of what a value goes through. */
export const itemOf = (value: Value): Value => {
  switch (value.is) {
    case 'list':
      return value.open === true ? either([...value.items, ANYTHING]) : either(value.items)
    case 'map':
      return value.open ? unknown(0) : either([...value.entries.keys()].map((key) => text(key)))
    case 'either':
      return either(value.of.map(itemOf))
    case 'instance':
      return value.fields.get('item') ?? unknown(taintOf(value))
    default:
      return unknown(taintOf(value))
  }
}
