// Operators on values that are known: joining text and lists, filling in formats, small sums.
import { UNKNOWN } from '../../shell/word.ts'
import { filled } from './formats.ts'
import {
  ANYTHING,
  CHOSEN,
  concat,
  either,
  instance,
  known,
  list,
  NETWORK,
  optionsOf,
  pathText,
  taintOf,
  text,
  unknown,
  type Value,
} from './value.ts'

const MOST = 16
const MOST_TEXT = 16_384
const COMPARES = new Set('== != === !== < > <= >= in notin is isnot instanceof not !'.split(' '))

export const operate = (op: string, left: Value, right: Value): Value => {
  if (COMPARES.has(op)) return ANYTHING
  const [a, b] = [optionsOf(left), optionsOf(right)]
  if (a.length * b.length === 1) return single(op, left, right)
  if (a.length * b.length > MOST) return unknown(lost(left, right))
  return either(a.flatMap((one) => b.map((other) => single(op, one, other))))
}

const lost = (left: Value, right: Value): number => (taintOf(left) | taintOf(right)) & ~CHOSEN

const isText = (value: Value): boolean =>
  value.is === 'text' || (value.is === 'unknown' && (value.taint & NETWORK) === 0)

const single = (op: string, left: Value, right: Value): Value => {
  if (left.is === 'plain' && right.is === 'plain') {
    const number = sum(op, left.value, right.value)
    return number === undefined ? ANYTHING : { is: 'plain', value: number }
  }
  switch (op) {
    case '+':
      if (left.is === 'list') return joinLists(left, right)
      if (left.is === 'text' || right.is === 'text' || (isText(left) && isText(right)))
        return concat([left, right])
      break
    case '/':
      if (left.is === 'instance' && left.of === 'pathlib.Path')
        return instance('pathlib.Path', { path: joinPath([left, right]) })
      if (right.is === 'instance' && right.of === 'pathlib.Path')
        return instance('pathlib.Path', { path: joinPath([left, right]) })
      break
    case '%':
      if (left.is === 'text') return filled(left, right)
      break
    case '*': {
      const count =
        right.is === 'plain' && typeof right.value === 'number' ? right.value : undefined
      if (left.is === 'text' && count !== undefined && count >= 0)
        return left.text.length * count <= MOST_TEXT && count <= MOST_TEXT
          ? text(left.text.repeat(count), left.taint)
          : unknown(left.taint)
      if (left.is === 'list') return list(left.items.slice(0, MOST), true)
      break
    }
    case '|':
      if (left.is === 'map' && right.is === 'map')
        return {
          is: 'map',
          entries: new Map([...left.entries, ...right.entries]),
          open: left.open || right.open,
          taint: left.taint | right.taint,
        }
  }
  return unknown(lost(left, right))
}

const joinLists = (left: Value & { is: 'list' }, right: Value): Value =>
  right.is === 'list'
    ? list([...left.items, ...right.items].slice(0, 512), left.open || right.open)
    : list([...left.items, unknown(taintOf(right))], true)

const sum = (op: string, a: unknown, b: unknown): number | undefined => {
  if (typeof a !== 'number' || typeof b !== 'number') return undefined
  switch (op) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '%':
      return b === 0 ? undefined : a % b
    case '^':
      return a ^ b
    case '//':
      return b === 0 ? undefined : Math.floor(a / b)
    default:
      return undefined
  }
}

/** Paths one below the other: one that is absolute begins anew. */
export const joinPath = (parts: ReadonlyArray<Value>): Value => {
  let out: ReadonlyArray<Value> = [text('')]
  for (const part of parts) {
    const options = optionsOf(pathText(part))
    const next = out.flatMap((head) => options.map((tail) => below(head, tail)))
    out = next.length > MOST ? [unknown(lost(part, part))] : next
  }
  return either(out)
}

const below = (head: Value, tail: Value): Value => {
  const start = tail.is === 'text' ? tail.text : UNKNOWN
  if (start.startsWith('/')) return tail
  const before = head.is === 'text' ? head.text : UNKNOWN
  if (before === '') return tail
  if (start === '') return head
  // An unknown tail may be absolute, and then the head does not count: both stay visible as one.
  return concat(before.endsWith('/') ? [head, tail] : [head, text('/'), tail])
}

/** The text of a value as far as it is known, unknown parts marked. */
export const marked = (value: Value): string => {
  const whole = known(value)
  return whole ?? (value.is === 'text' ? value.text : UNKNOWN)
}
