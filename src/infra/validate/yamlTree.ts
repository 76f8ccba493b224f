// One document of YAML as the tree that JSON has: aliases followed, merge keys (`<<`) merged. An alias
// is the very node it names, so that what would be a billion of them is as small as its text; who walks
// the tree counts what it visits.
import * as Result from 'effect/Result'
import { isAlias, isMap, isScalar, isSeq, type ParsedNode } from 'yaml'
import type { JsonFault, JsonMember, JsonNode } from '../../domain/validate/json.ts'
import type { Steps } from '../../domain/validate/readers.ts'

/** Steps of a member that is merged into a mapping. */
const MERGED = 100

/** Undefined contents stand for null. Its depth is bounded by whoever read it. */
export const yamlTree = (
  contents: ParsedNode | null,
  steps: Steps,
): Result.Result<JsonNode, JsonFault> => {
  const making = new Making(steps)
  const tree = making.node(contents, 0)
  return tree === undefined ? Result.fail(making.fault!) : Result.succeed(tree)
}

class Making {
  fault: JsonFault | undefined
  /** By name, the last one of it; undefined while its value is being made. */
  readonly #anchors = new Map<string, JsonNode | undefined>()
  readonly #steps: Steps

  constructor(steps: Steps) {
    this.#steps = steps
  }

  node(node: ParsedNode | null, near: number): JsonNode | undefined {
    const at = node?.range[0] ?? near
    if (node === null) return { kind: 'null', at, value: null }
    if (isAlias(node)) return this.#alias(node.source, at)
    const { anchor } = node
    if (anchor !== undefined) this.#anchors.set(anchor, undefined)
    const made = this.#own(node, at)
    if (anchor !== undefined && made !== undefined) this.#anchors.set(anchor, made)
    return made
  }

  #alias(name: string, at: number): JsonNode | undefined {
    const named = this.#anchors.get(name)
    if (named !== undefined) return named
    return this.#anchors.has(name)
      ? this.#wrong(at, 'an alias within what it stands for', 'too-deep')
      : this.#wrong(at, 'an alias whose anchor is not before it')
  }

  #own(node: ParsedNode, at: number): JsonNode | undefined {
    if (isMap<ParsedNode, ParsedNode | null>(node)) return this.#mapping(node.items, at)
    if (isSeq<ParsedNode>(node)) {
      const items: Array<JsonNode> = []
      for (const item of node.items) {
        const made = this.node(item, at)
        if (made === undefined) return undefined
        items.push(made)
      }
      return { kind: 'array', at, items }
    }
    return isScalar(node) ? scalar(node.value, at) : { kind: 'null', at, value: null }
  }

  #mapping(
    pairs: ReadonlyArray<{ readonly key: ParsedNode; readonly value: ParsedNode | null }>,
    at: number,
  ): JsonNode | undefined {
    const members: Array<JsonMember> = []
    const merged: Array<JsonNode> = []
    const seen = new Set<string>()
    for (const { key: given, value: held } of pairs) {
      const key = this.node(given, at)
      const value = key && this.node(held, key.at)
      if (key === undefined || value === undefined) return undefined
      const keyAt = given.range[0]
      if (isMerge(given) && isMergeable(value)) {
        merged.push(value)
        continue
      }
      // Keys that are collections may be alike; there is no name to compare them by.
      if (key.kind === 'object' || key.kind === 'array') continue
      // 1 and "1" are two keys.
      const own = `${key.kind} ${key.value}`
      if (seen.has(own))
        return this.#wrong(keyAt, 'a key that its mapping has already', 'duplicate-key')
      seen.add(own)
      members.push({ key: String(key.value), at: keyAt, value })
    }
    return merged.length === 0 || this.#merge(members, merged)
      ? { kind: 'object', at, members }
      : this.#wrong(at, 'from here on too much to be merged', 'unchecked')
  }

  /** False: it costs too much. What a mapping says itself goes before what is merged into it. */
  #merge(members: Array<JsonMember>, merged: ReadonlyArray<JsonNode>): boolean {
    const names = new Set(members.map(({ key }) => key))
    for (const one of merged)
      for (const source of one.kind === 'array' ? one.items : [one]) {
        const more = source.kind === 'object' ? source.members : []
        this.#steps.left -= MERGED * (1 + more.length)
        if (this.#steps.left < 0) return false
        for (const member of more) if (!names.has(member.key)) members.push(member)
        for (const { key } of more) names.add(key)
      }
    return true
  }

  #wrong(at: number, says: string, code: JsonFault['code'] = 'not-yaml'): undefined {
    this.fault ??= { at, code, says }
    return undefined
  }
}

const scalar = (value: unknown, at: number): JsonNode => {
  switch (typeof value) {
    case 'string':
      return { kind: 'string', at, value }
    case 'number':
      return { kind: 'number', at, value }
    case 'boolean':
      return { kind: 'boolean', at, value }
    default:
      return { kind: 'null', at, value: null }
  }
}

const isMerge = (key: ParsedNode): boolean =>
  isScalar(key) && key.value === '<<' && key.type === 'PLAIN'

/** What YAML 1.1 merges: a mapping, or a list of them. What it begins with is looked at alone. */
const isMergeable = (value: JsonNode): boolean =>
  value.kind === 'object' || (value.kind === 'array' && value.items[0]?.kind === 'object')
