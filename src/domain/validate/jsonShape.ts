// The part of JSON Schema that a validator knows: type, required, properties, additionalProperties,
// items, enum, const, pattern (RE2), and bounds. A keyword beyond these is refused where the policy is
// read: one that is passed over would let through what its author thinks is held back.
import * as Schema from 'effect/Schema'
import type { JsonNode } from './json.ts'
import type { Compiled, Steps } from './readers.ts'

const JsonType = Schema.Literals([
  'object',
  'array',
  'string',
  'number',
  'integer',
  'boolean',
  'null',
])
type JsonType = typeof JsonType.Type

export interface JsonShape {
  readonly type?: JsonType | ReadonlyArray<JsonType>
  readonly required?: ReadonlyArray<string>
  readonly properties?: Readonly<Record<string, JsonShape>>
  readonly additionalProperties?: boolean | JsonShape
  readonly items?: JsonShape
  readonly enum?: ReadonlyArray<unknown>
  readonly const?: unknown
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
}

const MOST_NAMES = 500
const Name = Schema.String.check(
  Schema.isMaxLength(200),
  Schema.isPattern(/^(?!__proto__$)[^\p{C}\p{Zl}\p{Zp}]+$/u, {
    expected: 'the name of a property, printable characters',
  }),
)
const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const itself = Schema.suspend((): Schema.Codec<JsonShape> => JsonShape)

export const JsonShape: Schema.Codec<JsonShape> = Schema.Struct({
  type: Schema.optionalKey(
    Schema.Union([
      JsonType,
      Schema.Array(JsonType).check(Schema.isMinLength(1), Schema.isMaxLength(7)),
    ]),
  ),
  required: Schema.optionalKey(Schema.Array(Name).check(Schema.isMaxLength(MOST_NAMES))),
  properties: Schema.optionalKey(
    Schema.Record(Name, itself).check(Schema.isMaxProperties(MOST_NAMES)),
  ),
  additionalProperties: Schema.optionalKey(Schema.Union([Schema.Boolean, itself])),
  items: Schema.optionalKey(itself),
  enum: Schema.optionalKey(
    Schema.Array(Schema.Unknown).check(Schema.isMinLength(1), Schema.isMaxLength(MOST_NAMES)),
  ),
  const: Schema.optionalKey(Schema.Unknown),
  pattern: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(512))),
  minimum: Schema.optionalKey(Schema.Finite),
  maximum: Schema.optionalKey(Schema.Finite),
  minLength: Schema.optionalKey(Count),
  maxLength: Schema.optionalKey(Count),
  minItems: Schema.optionalKey(Count),
  maxItems: Schema.optionalKey(Count),
}).annotate({
  identifier: 'JsonShape',
  description:
    'A part of JSON Schema: type, required, properties, additionalProperties, items, enum, const, pattern (RE2) and bounds. Nothing else of it may stand here.',
})

/** Every pattern in it, with where it stands. */
export const patternsOf = (
  shape: JsonShape,
  path: ReadonlyArray<string> = [],
): ReadonlyArray<{ readonly path: ReadonlyArray<string>; readonly pattern: string }> => [
  ...(shape.pattern === undefined ? [] : [{ path: [...path, 'pattern'], pattern: shape.pattern }]),
  ...Object.entries(shape.properties ?? {}).flatMap(([name, one]) =>
    patternsOf(one, [...path, 'properties', name]),
  ),
  ...(typeof shape.additionalProperties === 'object'
    ? patternsOf(shape.additionalProperties, [...path, 'additionalProperties'])
    : []),
  ...(shape.items === undefined ? [] : patternsOf(shape.items, [...path, 'items'])),
]

export interface ShapeFault {
  readonly at: number
  readonly says: string
}

/** Steps of a member, whose key is looked up. */
const MEMBER = 8

/** What of the tree is not of the shape, in the order of the text, `most` at most. */
export const shapeFaults = (
  root: JsonNode,
  shape: JsonShape,
  { most, compile, steps }: ShapeOptions,
): ReadonlyArray<ShapeFault> => {
  const faults: Array<ShapeFault> = []
  const wrong = (at: number, says: string): void => void faults.push({ at, says })
  /** False: they are used up, which is said once. */
  const spends = (at: number, price: number): boolean => {
    if (steps.left < 0) return false
    steps.left -= price
    if (steps.left < 0) wrong(at, 'from here on too much to be compared')
    return steps.left >= 0
  }
  const check = (node: JsonNode, by: JsonShape): void => {
    if (faults.length >= most || !spends(node.at, 1 + (by.enum?.length ?? 0))) return
    if (by.type !== undefined && !types(by.type).some((type) => isOf(node, type)))
      return wrong(node.at, `expected ${types(by.type).join(' or ')}, not ${node.kind}`)
    if (by.const !== undefined && !isValue(node, by.const))
      wrong(node.at, 'not the value that the schema asks for')
    if (by.enum !== undefined && !by.enum.some((one) => isValue(node, one)))
      wrong(node.at, 'none of the values that the schema lists')
    switch (node.kind) {
      case 'object':
        return members(node, by)
      case 'array':
        if (node.items.length < (by.minItems ?? 0))
          wrong(node.at, `fewer than ${by.minItems} items`)
        if (node.items.length > (by.maxItems ?? Infinity))
          wrong(node.at, `more than ${by.maxItems} items`)
        if (by.items !== undefined) for (const item of node.items) check(item, by.items)
        return
      case 'string':
        return string(node.value, node.at, by)
      case 'number':
        if (node.value < (by.minimum ?? -Infinity)) wrong(node.at, `less than ${by.minimum}`)
        if (node.value > (by.maximum ?? Infinity)) wrong(node.at, `more than ${by.maximum}`)
        return
      default:
        return
    }
  }
  const members = (node: JsonNode & { readonly kind: 'object' }, by: JsonShape): void => {
    // One that stands behind many aliases is gone through as often.
    if (!spends(node.at, MEMBER * node.members.length)) return
    if (by.required !== undefined) {
      const keys = new Set(node.members.map(({ key }) => key))
      for (const name of by.required)
        if (!keys.has(name)) wrong(node.at, `${JSON.stringify(name)} is missing`)
    }
    const { properties = {}, additionalProperties: others = true } = by
    for (const { key, at, value } of node.members)
      if (Object.hasOwn(properties, key)) check(value, properties[key]!)
      else if (others === false) wrong(at, 'a property that the schema does not have')
      else if (others !== true) check(value, others)
  }
  const string = (value: string, at: number, by: JsonShape): void => {
    const { minLength = 0, maxLength = Infinity, pattern } = by
    // Characters, not UTF-16 units, and counted only where it may matter.
    const counted = value.length > maxLength || minLength > 0
    if (counted && !spends(at, value.length)) return
    const length = counted ? [...value].length : 0
    if (length < minLength) wrong(at, `shorter than ${minLength} characters`)
    if (length > maxLength) wrong(at, `longer than ${maxLength} characters`)
    if (pattern === undefined) return
    const found = compile(pattern).find(value, steps)
    if (found === 'unseen') wrong(at, 'too much to be compared with the pattern')
    else if (found === undefined) wrong(at, 'not of the pattern that the schema has')
  }
  check(root, shape)
  return faults.sort((a, b) => a.at - b.at).slice(0, most)
}

export interface ShapeOptions {
  readonly most: number
  /** Of a pattern that the policy was accepted with. */
  readonly compile: (pattern: string) => Compiled
  readonly steps: Steps
}

const types = (type: JsonType | ReadonlyArray<JsonType>): ReadonlyArray<JsonType> =>
  typeof type === 'string' ? [type] : type

const isOf = (node: JsonNode, type: JsonType): boolean =>
  type === 'integer' ? node.kind === 'number' && Number.isInteger(node.value) : node.kind === type

/** Walks along the value that the policy has: what it costs, the policy's author decides. */
const isValue = (node: JsonNode, value: unknown): boolean => {
  if (node.kind === 'array')
    return (
      Array.isArray(value) &&
      value.length === node.items.length &&
      node.items.every((item, i) => isValue(item, value[i]))
    )
  if (node.kind === 'object')
    return (
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.keys(value).length === node.members.length &&
      node.members.every(
        (one) =>
          Object.hasOwn(value, one.key) &&
          isValue(one.value, (value as Record<string, unknown>)[one.key]),
      )
    )
  return node.value === value
}
