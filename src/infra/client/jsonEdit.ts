// Edits of single members in a JSON text that leave every other byte as it was: indentation, key
// order, number formats, line ends, a byte order mark. Pure; nothing here reads or writes files.
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import { isObject, parseJson } from './clientFiles.ts'

/** The text is not JSON, or a value on the way to the member is no object. */
export class JsonEditRefused extends Schema.TaggedError<JsonEditRefused>()('JsonEditRefused', {
  detail: Schema.String,
}) {
  override get message(): string {
    return this.detail
  }
}

/** Keys from the root to a member. */
export type MemberPath = readonly [string, ...ReadonlyArray<string>]

interface Member {
  readonly key: string
  readonly keyStart: number
  readonly start: number
  readonly end: number
}

/** Offsets of an object's braces, and its members in order. */
interface ObjectSpan {
  readonly open: number
  readonly close: number
  readonly members: ReadonlyArray<Member>
}

/**
 * Gives a member a value. Where it has an equal one, the text is unchanged; where it has another, only
 * that value's bytes change; else a member is put after the last one of its object, laid out as that
 * one is, and objects on the way that are missing are created. Of duplicate keys the last one counts,
 * as for JSON.parse.
 *
 * removeMember undoes an insertion byte for byte, which decides the layout: an object that was there
 * and empty gets its first member right behind the brace, one that is created never does.
 */
export const setMember = (
  text: string,
  keys: MemberPath,
  value: unknown,
): Result.Result<string, JsonEditRefused> =>
  Result.gen(function* () {
    const root = yield* rootOf(text)
    let object = root
    for (const [depth, key] of keys.entries()) {
      const found = lastOf(object, key)
      const rest = keys.slice(depth + 1)
      if (found === undefined) return inserted(text, root, object, key, nested(rest, value))
      if (rest.length === 0) {
        const now = JSON.parse(text.slice(found.start, found.end)) as unknown
        return sameJson(now, value)
          ? text
          : splice(text, found.start, found.end, JSON.stringify(value))
      }
      object = yield* objectIn(text, found)
    }
    return text
  })

/** The bytes of a member's value as they stand; undefined where it is not there. */
export const memberText = (
  text: string,
  key: string,
): Result.Result<string | undefined, JsonEditRefused> =>
  Result.map(rootOf(text), (root) => {
    const found = lastOf(root, key)
    return found === undefined ? undefined : text.slice(found.start, found.end)
  })

/** Gives a member that is there a value, byte for byte as it once stood. */
export const setMemberText = (
  text: string,
  key: string,
  value: string,
): Result.Result<string, JsonEditRefused> =>
  Result.map(rootOf(text), (root) => {
    const found = lastOf(root, key)
    return found === undefined ? text : splice(text, found.start, found.end, value)
  })

/** Takes a member out, and the objects around it that setMember created for it. */
export const removeMember = (
  text: string,
  keys: MemberPath,
): Result.Result<string, JsonEditRefused> =>
  Result.gen(function* () {
    const root = yield* rootOf(text)
    const way: Array<{ readonly object: ObjectSpan; readonly member: Member }> = []
    let object: ObjectSpan | undefined = root
    for (const [depth, key] of keys.entries()) {
      const found: Member | undefined = object === undefined ? undefined : lastOf(object, key)
      if (object === undefined || found === undefined) return text
      way.push({ object, member: found })
      object = text[found.start] === '{' ? objectAt(text, found.start) : undefined
      if (object === undefined && depth < keys.length - 1) return text
    }
    // Up from the member, as long as it is alone in an object that was laid out around it.
    let last = way.pop()!
    for (let above = way.pop(); above !== undefined; above = way.pop()) {
      const { object: around, member } = last
      if (around.members.length > 1 || member.keyStart === around.open + 1) break
      last = above
    }
    return cut(text, last.object, last.member, last.object === root)
  })

/**
 * Takes out every member of this path, duplicates too, those that others of the same name hide as well:
 * once over the text, however many there are. Objects around them stay.
 */
export const removeEvery = (
  text: string,
  keys: MemberPath,
): Result.Result<string, JsonEditRefused> =>
  Result.map(rootOf(text), (root) => {
    const left: Array<string> = []
    let from = 0
    for (const [start, end] of everyIn(text, root, keys)) {
      left.push(text.slice(from, start))
      from = end
    }
    return left.join('') + text.slice(from)
  })

type Cut = readonly [start: number, end: number]

/** In the text's order, none within another. */
const everyIn = (
  text: string,
  { members }: ObjectSpan,
  [key, ...rest]: MemberPath,
): ReadonlyArray<Cut> => {
  const cuts: Array<Cut> = []
  const [next, ...after] = rest
  let isFirst = true
  for (const [i, member] of members.entries()) {
    if (member.key !== key) {
      isFirst = false
    } else if (next !== undefined) {
      isFirst = false
      if (text[member.start] === '{')
        for (const one of everyIn(text, objectAt(text, member.start), [next, ...after]))
          cuts.push(one)
    } else if (isFirst) cuts.push([member.keyStart, members[i + 1]?.keyStart ?? member.end])
    else cuts.push([members[i - 1]!.end, member.end])
  }
  return cuts
}

const cut = (text: string, object: ObjectSpan, member: Member, isRoot: boolean): string => {
  const at = object.members.indexOf(member)
  const before = object.members[at - 1]
  if (before !== undefined) return splice(text, before.end, member.end, '')
  const after = object.members[at + 1]
  if (after !== undefined) return splice(text, member.keyStart, after.keyStart, '')
  if (!isRoot) return splice(text, member.keyStart, member.end, '')
  const lineEnd = /^\r?\n/.exec(text.slice(member.end, member.end + 2))?.[0].length ?? 0
  return splice(text, object.open + 1, member.end + lineEnd, '')
}

const nested = (keys: ReadonlyArray<string>, value: unknown): unknown =>
  keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)

const inserted = (
  text: string,
  root: ObjectSpan,
  object: ObjectSpan,
  key: string,
  value: unknown,
): string => {
  const name = JSON.stringify(key)
  const last = object.members.at(-1)
  const lineEnd = /\r?\n/.exec(text)?.[0] ?? '\n'
  if (last !== undefined) {
    const gap = gapBefore(text, last.keyStart)
    const unit = indentOf(gapBefore(text, root.members[0]!.keyStart))
    const laidOut = valueText(value, indentOf(gap), unit, lineEnd)
    return splice(text, last.end, last.end, `,${gap}${name}: ${laidOut}`)
  }
  const at = object.open + 1
  return object === root
    ? splice(
        text,
        at,
        at,
        `${lineEnd}  ${name}: ${valueText(value, '  ', '  ', lineEnd)}${lineEnd}`,
      )
    : splice(text, at, at, `${name}: ${oneLine(value)}`)
}

/** The white space before a key: what follows the comma or the brace. */
const gapBefore = (text: string, keyStart: number): string => {
  let at = keyStart
  while (isSpace(text[at - 1])) at--
  return text.slice(at, keyStart)
}

/** How deep the members of this object stand; undefined when they are all on one line. */
const indentOf = (gap: string): string | undefined => /\n([ \t]*)$/.exec(gap)?.[1]

/** A value in the layout of its surroundings; an object always has white space behind its brace. */
const valueText = (
  value: unknown,
  indent: string | undefined,
  unit: string | undefined,
  lineEnd: string,
): string =>
  indent === undefined
    ? oneLine(value)
    : JSON.stringify(value, null, unit || '  ').replaceAll('\n', `${lineEnd}${indent}`)

const oneLine = (value: unknown): string =>
  isObject(value)
    ? `{ ${Object.entries(value)
        .map(([key, inner]) => `${JSON.stringify(key)}: ${oneLine(inner)}`)
        .join(', ')} }`
    : JSON.stringify(value)

const splice = (text: string, start: number, end: number, replacement: string): string =>
  text.slice(0, start) + replacement + text.slice(end)

/** Whether two JSON values are the same, whatever the order of keys. */
export const sameJson = (a: unknown, b: unknown): boolean => {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => sameJson(item, b[i]))
  if (!isObject(a) || !isObject(b)) return a === b
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  )
}

const rootOf = (text: string): Result.Result<ObjectSpan, JsonEditRefused> => {
  const refuse = (detail: string) => Result.fail(new JsonEditRefused({ detail }))
  const parsed = parseJson(text)
  if (!('value' in parsed)) return refuse(parsed.problem)
  if (!isObject(parsed.value)) return refuse('is not a JSON object')
  return Result.succeed(objectAt(text, text.indexOf('{')))
}

const objectIn = (text: string, member: Member): Result.Result<ObjectSpan, JsonEditRefused> =>
  text[member.start] === '{'
    ? Result.succeed(objectAt(text, member.start))
    : Result.fail(
        new JsonEditRefused({ detail: `${JSON.stringify(member.key)} is not an object in it` }),
      )

const lastOf = (object: ObjectSpan, key: string): Member | undefined =>
  object.members.findLast((member) => member.key === key)

const isSpace = (char: string | undefined): boolean =>
  char === ' ' || char === '\n' || char === '\r' || char === '\t'

/** The spans of the object whose brace is at `open`. The text must be valid JSON. */
const objectAt = (text: string, open: number): ObjectSpan => {
  const skipSpace = (from: number): number => {
    let at = from
    while (isSpace(text[at])) at++
    return at
  }
  const members: Array<Member> = []
  let at = skipSpace(open + 1)
  while (text[at] !== '}') {
    const keyStart = at
    const keyEnd = stringEnd(text, at)
    const start = skipSpace(skipSpace(keyEnd) + 1)
    const end = valueEnd(text, start)
    members.push({ key: JSON.parse(text.slice(keyStart, keyEnd)) as string, keyStart, start, end })
    at = skipSpace(end)
    if (text[at] === ',') at = skipSpace(at + 1)
  }
  return { open, close: at, members }
}

/** The offset behind the string that begins at a quote. */
const stringEnd = (text: string, quote: number): number => {
  let at = quote + 1
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at + 1
}

/** The offset behind the value that begins here. Counts brackets, so that no depth is too deep. */
const valueEnd = (text: string, start: number): number => {
  const first = text[start]
  if (first === '"') return stringEnd(text, start)
  if (first !== '{' && first !== '[') {
    let at = start
    while (at < text.length && !isSpace(text[at]) && !',]}'.includes(text[at]!)) at++
    return at
  }
  let depth = 0
  let at = start
  do {
    const char = text[at]!
    if (char === '"') at = stringEnd(text, at)
    else {
      if (char === '{' || char === '[') depth++
      else if (char === '}' || char === ']') depth--
      at++
    }
  } while (depth > 0)
  return at
}
