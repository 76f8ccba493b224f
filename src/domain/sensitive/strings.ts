// The strings of a JSON value: all of them with their places, and the value with other strings in their
// stead. Names of an object's entries count, as a value may stand in one. Nothing here recurses, whatever
// the nesting, and what is not replaced comes out as the same value.
import type { Span } from './span.ts'

/** A way from the root, shared by all that is within: a whole list each would cost a deep value dear. */
export interface Place {
  readonly within: Place | undefined
  readonly step: string | number
}

export interface Leaf {
  /** Of the string, or of the entry whose name it is; undefined: it is the whole value. */
  readonly place: Place | undefined
  /** The nearest name on the way to it, for a name its own. */
  readonly name: string | undefined
  readonly text: string
  /** The name of an entry, not its value. */
  readonly isName: boolean
  /** It stands there as a number. */
  readonly isNumber: boolean
}

export const pathOf = ({ place }: Leaf): ReadonlyArray<string | number> => {
  const path: Array<string | number> = []
  for (let at = place; at !== undefined; at = at.within) path.push(at.step)
  return path.toReversed()
}

/** Whether a string is to be left alone, by its entry's name and what holds it. */
export type Skip = (text: string, key: string | number, holder: object) => boolean

/** Which numbers count as strings. */
export type Counts = (number: number) => boolean

const none: Counts = () => false

/** Every string in the order of the text that the value came from, each entry's name before its value. */
export const collect = (
  value: unknown,
  skip: Skip = isMedia,
  counts: Counts = none,
): ReadonlyArray<Leaf> => {
  const leaves: Array<Leaf> = []
  walked(value, skip, counts, (leaf) => {
    leaves.push(leaf())
    return undefined
  })
  return leaves
}

/**
 * The value with each string as `replace` gives it back, asked for in the order of `collect`. Shape and
 * order stay. Two entries that would come to have one name both stay: the later is told apart by ` (2)`.
 * A number that counts stays one unless it is given back as something else.
 */
export const mapped = (
  value: unknown,
  replace: (text: string, index: number) => string,
  skip: Skip = isMedia,
  counts: Counts = none,
): unknown => {
  let index = 0
  return walked(value, skip, counts, (_, text) => replace(text, index++))
}

/** A text with spans replaced, and every other unit as it is. Spans in order, none overlapping. */
export const spliced = (
  text: string,
  spans: ReadonlyArray<Span>,
  replacementOf: (value: string, span: Span) => string,
): string => {
  if (spans.length === 0) return text
  const parts: Array<string> = []
  let from = 0
  for (const span of spans) {
    parts.push(text.slice(from, span.start), replacementOf(text.slice(span.start, span.end), span))
    from = span.end
  }
  parts.push(text.slice(from))
  return parts.join('')
}

const MOST_NAME = 64

/**
 * A string after its entry's name, as a file would have it, and where it begins there: what a password or
 * a date of birth is, only its name says. What is found before `offset` is of the name and no value.
 */
export const named = ({
  name,
  text,
  isName,
}: Leaf): { readonly text: string; readonly offset: number } => {
  if (isName || name === undefined || name === '' || name.length > MOST_NAME)
    return { text, offset: 0 }
  const before = /["\n\\]/.test(text) ? `${name}: ` : `"${name}": "`
  return { text: before + text + (before.endsWith('"') ? '"' : ''), offset: before.length }
}

/** Pictures, sound and documents in base64, in the shapes of MCP, of the model's API and of `Read`. */
export const isMedia: Skip = (text, key, holder) => {
  if (typeof key !== 'string' || !MEDIA_KEY.has(key) || text.length < LEAST_MEDIA) return false
  const { type, mimeType, media_type } = holder as Readonly<Record<string, unknown>>
  const isTyped =
    (typeof type === 'string' && MEDIA_TYPE.test(type)) ||
    (typeof mimeType === 'string' && MEDIA_TYPE.test(mimeType)) ||
    (typeof media_type === 'string' && MEDIA_TYPE.test(media_type)) ||
    key === 'base64'
  return isTyped && BASE64.test(text)
}

const MEDIA_KEY: ReadonlySet<string> = new Set(['data', 'base64', 'image_data', 'blob'])
const MEDIA_TYPE = /^(?:base64$|image|audio|video|pdf$|document$|application\/)/
/** Shorter ones are no picture, and cost nothing to look at. */
const LEAST_MEDIA = 256
const BASE64 = /^[A-Za-z0-9+/_\r\n-]+={0,2}[\r\n]*$/

/** An array or an object under way: what its entries have become so far. */
interface Frame {
  readonly holder: object
  readonly place: Place | undefined
  /** The nearest name above what an array holds. */
  readonly name: string | undefined
  /** Undefined for an array. */
  readonly keys: ReadonlyArray<string> | undefined
  readonly count: number
  readonly values: Array<unknown>
  readonly names: Array<string>
  at: number
  changed: boolean
}

const frameOf = (holder: object, place: Place | undefined, name: string | undefined): Frame => {
  const keys = Array.isArray(holder) ? undefined : Object.keys(holder)
  return {
    holder,
    place,
    name,
    keys,
    count: keys === undefined ? (holder as ReadonlyArray<unknown>).length : keys.length,
    values: [],
    names: [],
    at: 0,
    changed: false,
  }
}

const isHolder = (value: unknown): value is object => typeof value === 'object' && value !== null

/** `visit` gives another string, or undefined to leave it. */
const walked = (
  root: unknown,
  skip: Skip,
  counts: Counts,
  visit: (leaf: () => Leaf, text: string) => string | undefined,
): unknown => {
  if (typeof root === 'string')
    return (
      visit(
        () => ({ place: undefined, name: undefined, text: root, isName: false, isNumber: false }),
        root,
      ) ?? root
    )
  if (!isHolder(root)) return root
  const frames: Array<Frame> = [frameOf(root, undefined, undefined)]
  const visited = (
    frame: Frame,
    step: string | number,
    text: string,
    as: 'name' | 'text' | 'number',
  ): string => {
    const other = visit(
      () => ({
        place: { within: frame.place, step },
        name: nameIn(frame, step),
        text,
        isName: as === 'name',
        isNumber: as === 'number',
      }),
      text,
    )
    if (other === undefined || other === text) return text
    frame.changed = true
    return other
  }
  for (;;) {
    const frame = frames.at(-1)!
    if (frame.at < frame.count) {
      const step = frame.keys === undefined ? frame.at : frame.keys[frame.at]!
      // A name that JSON.parse read is the object's own, `__proto__` too.
      const value = (frame.holder as Readonly<Record<string | number, unknown>>)[step]
      if (typeof step === 'string') frame.names.push(visited(frame, step, step, 'name'))
      if (isHolder(value)) {
        frames.push(frameOf(value, { within: frame.place, step }, nameIn(frame, step)))
        continue
      }
      if (typeof value === 'string' && !skip(value, step, frame.holder))
        frame.values.push(visited(frame, step, value, 'text'))
      else if (typeof value === 'number' && counts(value)) {
        const text = String(value)
        const other = visited(frame, step, text, 'number')
        frame.values.push(other === text ? value : other)
      } else frame.values.push(value)
      frame.at++
      continue
    }
    const made = frame.changed ? rebuilt(frame) : frame.holder
    frames.pop()
    const parent = frames.at(-1)
    if (parent === undefined) return made
    if (made !== frame.holder) parent.changed = true
    parent.values.push(made)
    parent.at++
  }
}

const nameIn = ({ name }: Frame, step: string | number): string | undefined =>
  typeof step === 'string' ? step : name

const rebuilt = ({ keys, values, names }: Frame): object => {
  if (keys === undefined) return values
  const made: Record<string, unknown> = {}
  const taken = new Set(names.filter((name, i) => name === keys[i]))
  const times = new Map<string, number>()
  for (const [i, name] of names.entries()) {
    let free = name
    if (name !== keys[i]) {
      let time = times.get(name) ?? 1
      while (taken.has(free)) free = `${name} (${++time})`
      times.set(name, time)
      taken.add(free)
    }
    // Assigned, `__proto__` would be the prototype, and gone.
    Object.defineProperty(made, free, {
      value: values[i],
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return made
}
