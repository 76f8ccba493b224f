// JSON text as a tree that knows where each value stands: RFC 8259, and no key twice in one object.
// Linear, and its recursion bounded: the text is the agent's.
import * as Result from 'effect/Result'
import type { FindingCode } from './finding.ts'

export interface JsonMember {
  readonly key: string
  readonly at: number
  readonly value: JsonNode
}

/** `at`: UTF-16 offset of its first character. */
export type JsonNode =
  | { readonly kind: 'object'; readonly at: number; readonly members: ReadonlyArray<JsonMember> }
  | { readonly kind: 'array'; readonly at: number; readonly items: ReadonlyArray<JsonNode> }
  | { readonly kind: 'string'; readonly at: number; readonly value: string }
  | { readonly kind: 'number'; readonly at: number; readonly value: number }
  | { readonly kind: 'boolean'; readonly at: number; readonly value: boolean }
  | { readonly kind: 'null'; readonly at: number; readonly value: null }

export interface JsonFault {
  readonly at: number
  readonly code: FindingCode
  readonly says: string
}

export const MOST_DEPTH = 256

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const QUOTE = 0x22
const BACKSLASH = 0x5c
const SPACE_CODE = 0x20
const SPACE = /[ \t\n\r]*/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

export const readJson = (text: string): Result.Result<JsonNode, JsonFault> => {
  const reading = new Reading(text)
  const node = reading.value(0)
  if (node === undefined) return Result.fail(reading.fault!)
  reading.space()
  return reading.at === text.length
    ? Result.succeed(node)
    : Result.fail({
        at: reading.at,
        code: 'not-json',
        says: 'text after the end of the JSON value',
      })
}

/** The first fault ends it: what follows one is guesswork. */
class Reading {
  at = 0
  fault: JsonFault | undefined
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  space(): void {
    SPACE.lastIndex = this.at
    SPACE.test(this.#text)
    this.at = SPACE.lastIndex
  }

  value(depth: number): JsonNode | undefined {
    this.space()
    const { at } = this
    if (depth > MOST_DEPTH)
      return this.#wrong(at, `nested deeper than ${MOST_DEPTH} levels`, 'too-deep')
    switch (this.#text[at]) {
      case '{':
        return this.#object(at, depth)
      case '[':
        return this.#array(at, depth)
      case '"': {
        const value = this.#string()
        return value === undefined ? undefined : { kind: 'string', at, value }
      }
      case 't':
        return this.#word('true', { kind: 'boolean', at, value: true })
      case 'f':
        return this.#word('false', { kind: 'boolean', at, value: false })
      case 'n':
        return this.#word('null', { kind: 'null', at, value: null })
      case undefined:
        return this.#wrong(at, 'the text ends where a value is expected')
      default:
        return this.#number(at)
    }
  }

  #object(at: number, depth: number): JsonNode | undefined {
    const members: Array<JsonMember> = []
    const keys = new Set<string>()
    this.at++
    this.space()
    if (this.#takes('}')) return { kind: 'object', at, members }
    for (;;) {
      this.space()
      const { at: keyAt } = this
      if (this.#text[keyAt] !== '"') return this.#wrong(keyAt, 'expected a key in double quotes')
      const key = this.#string()
      if (key === undefined) return undefined
      if (keys.has(key))
        return this.#wrong(keyAt, 'a key that its object has already', 'duplicate-key')
      keys.add(key)
      this.space()
      if (!this.#takes(':')) return this.#wrong(this.at, 'expected a colon after the key')
      const value = this.value(depth + 1)
      if (value === undefined) return undefined
      members.push({ key, at: keyAt, value })
      this.space()
      if (this.#takes('}')) return { kind: 'object', at, members }
      if (!this.#takes(',')) return this.#wrong(this.at, 'expected a comma or a closing brace')
    }
  }

  #array(at: number, depth: number): JsonNode | undefined {
    const items: Array<JsonNode> = []
    this.at++
    this.space()
    if (this.#takes(']')) return { kind: 'array', at, items }
    for (;;) {
      const value = this.value(depth + 1)
      if (value === undefined) return undefined
      items.push(value)
      this.space()
      if (this.#takes(']')) return { kind: 'array', at, items }
      if (!this.#takes(',')) return this.#wrong(this.at, 'expected a comma or a closing bracket')
    }
  }

  #string(): string | undefined {
    const start = this.at
    const end = this.#endOfPlain(start + 1)
    const char = this.#text[end]
    if (char === '"') {
      this.at = end + 1
      return JSON.parse(this.#text.slice(start, end + 1)) as string
    }
    if (char === undefined || char === '\n' || char === '\r')
      return this.#wrong(start, 'a string without its closing quote')
    return char === '\\'
      ? this.#wrong(end, 'an escape that JSON does not have')
      : this.#wrong(end, 'a control character in a string: escape it')
  }

  /** Where what a string may hold ends: at its quote, or at what may not stand there. */
  #endOfPlain(from: number): number {
    let at = from
    for (;;) {
      const code = this.#text.charCodeAt(at)
      if (code === BACKSLASH) {
        ESCAPE.lastIndex = at
        if (!ESCAPE.test(this.#text)) return at
        at = ESCAPE.lastIndex
      } else if (code >= SPACE_CODE && code !== QUOTE) at++
      else return at
    }
  }

  #number(at: number): JsonNode | undefined {
    NUMBER.lastIndex = at
    if (!NUMBER.test(this.#text)) return this.#wrong(at, 'expected a value')
    const value = Number(this.#text.slice(at, NUMBER.lastIndex))
    this.at = NUMBER.lastIndex
    return { kind: 'number', at, value }
  }

  #word(word: string, node: JsonNode): JsonNode | undefined {
    if (!this.#text.startsWith(word, this.at)) return this.#wrong(this.at, 'expected a value')
    this.at += word.length
    return node
  }

  #takes(char: string): boolean {
    if (this.#text[this.at] !== char) return false
    this.at++
    return true
  }

  #wrong(at: number, says: string, code: FindingCode = 'not-json'): undefined {
    this.fault ??= { at, code, says }
    return undefined
  }
}
