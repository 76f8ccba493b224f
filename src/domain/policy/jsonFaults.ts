// What JSON.parse does not tell about a hand-written file: keys given twice, and nesting so deep
// that the code after it would run out of stack.
import { pathText } from './invalid.ts'

/** A key of some object in the text. */
export interface JsonKey {
  readonly path: () => ReadonlyArray<PropertyKey>
  /** Of its opening quote, in UTF-16 code units. */
  readonly offset: number
  /** Its object has it already. */
  readonly again: boolean
}

interface Frame {
  readonly keys: Set<string> | undefined
  key: string
  index: number
}

/** Every key in the order of the text, which must be valid JSON: it is only scanned here. */
export function* keysOf(text: string): Generator<JsonKey> {
  const frames: Array<Frame> = []
  const path = () => frames.map(({ keys, key, index }) => (keys === undefined ? index : key))
  let keyNext = false
  for (let at = 0; at < text.length; at++) {
    const frame = frames.at(-1)
    switch (text[at]) {
      case '{':
        frames.push({ keys: new Set(), key: '', index: 0 })
        keyNext = true
        break
      case '[':
        frames.push({ keys: undefined, key: '', index: 0 })
        keyNext = false
        break
      case '}':
      case ']':
        frames.pop()
        keyNext = false
        break
      case ',':
        if (frame?.keys === undefined) frame!.index++
        keyNext = frame?.keys !== undefined
        break
      case '"': {
        const end = endOfString(text, at)
        if (keyNext && frame?.keys !== undefined) {
          frame.key = JSON.parse(text.slice(at, end)) as string
          yield { path, offset: at, again: frame.keys.has(frame.key) }
          frame.keys.add(frame.key)
          keyNext = false
        }
        at = end - 1
        break
      }
    }
  }
}

/**
 * The first key that stands twice in one object, as a path such as `rules[2].match.tool`; undefined
 * when there is none. `text` must be valid JSON.
 */
export const duplicateKey = (text: string): string | undefined => {
  for (const { path, again } of keysOf(text)) if (again) return pathText(path())
  return undefined
}

/** Offset after the closing quote of the string that opens at `at`. */
const endOfString = (text: string, at: number): number => {
  let end = at + 1
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1
  return end + 1
}

/** True when arrays and objects nest deeper than `most`. Walks without recursion. */
export const exceedsDepth = (value: unknown, most: number): boolean => {
  let level: Array<unknown> = [value]
  for (let depth = 0; level.length > 0; depth++) {
    const next: Array<unknown> = []
    for (const item of level)
      if (typeof item === 'object' && item !== null)
        for (const field of Object.values(item)) next.push(field)
    if (next.length > 0 && depth >= most) return true
    level = next
  }
  return false
}
