// Where in a hand-written file a fault stands: lines for the paths that problems have. It looks at text
// alone, and where it cannot tell it says nothing; it never guesses a line.
import { utf8 } from '../bytes.ts'
import { scanJson } from '../hook/jsonScan.ts'
import { keysOf } from './jsonFaults.ts'
import { pathText } from './invalid.ts'

type Path = ReadonlyArray<PropertyKey>

/** From 1. */
export interface TextPlace {
  readonly line: number
  readonly column?: number
}

const placeAt = (text: string, offset: number): TextPlace => {
  const before = text.slice(0, offset)
  const start = before.lastIndexOf('\n') + 1
  return { line: before.split('\n').length, column: offset - start + 1 }
}

const MOST_DEPTH = 512

/** The first character by which text is no JSON; its end, where it is only cut short. */
export const jsonFaultIn = (text: string): TextPlace => {
  // Text is invalid from some character on: no longer beginning of it can be valid again.
  let valid = 0
  let invalid = text.length + 1
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1
    const found = scanJson(utf8(text.slice(0, middle)), MOST_DEPTH)
    if (found === 'invalid' || found === 'too-deep') invalid = middle
    else valid = middle
  }
  return placeAt(text, valid)
}

/**
 * The line of a path in JSON, or of the nearest thing around it that stands there; of a key given twice
 * the last. `text` is valid.
 */
export const lineInJson = (text: string, path: string): number | undefined => {
  let best: { readonly length: number; readonly offset: number } | undefined
  for (const { path: parts, offset } of keysOf(text)) {
    const at = pathText(parts())
    if (isAtOrAround(at, path) && at.length >= (best?.length ?? 0))
      best = { length: at.length, offset }
  }
  return best === undefined ? undefined : placeAt(text, best.offset).line
}

/** Whether `at` is the path itself or holds it. */
const isAtOrAround = (at: string, path: string): boolean =>
  path === at || (path.startsWith(at) && (path[at.length] === '.' || path[at.length] === '['))

/**
 * The line of a path in a text whose beginnings can be parsed, as TOML's can: the first line after which
 * the path, or the nearest thing around it, is there; of something that takes several lines the first.
 * `parse` gives undefined for what it cannot read.
 */
export const lineByPrefix = (
  text: string,
  path: string,
  parse: (text: string) => unknown,
): number | undefined => {
  if (text.length > LONGEST_TEXT) return undefined
  const lines = text.split('\n')
  const target = nearestAround(pathsIn(parse(text)), path)
  if (target === undefined) return undefined
  let left = MOST_PARSES
  const has = (count: number): boolean | undefined => {
    left -= 1
    const value = left < 0 ? undefined : parse(lines.slice(0, count).join('\n'))
    return value === undefined ? undefined : pathsIn(value).has(target)
  }
  let without = 0
  let withIt = lines.length
  while (withIt - without > 1) {
    const middle = (without + withIt) >> 1
    // Inside what takes several lines nothing can be parsed: the line that ends it decides.
    let probe = middle
    let found = has(probe)
    while (found === undefined && probe < withIt - 1) found = has((probe += 1))
    if (found === false) without = probe
    else withIt = middle
  }
  return left < 0 ? undefined : withIt
}

/** UTF-16 code units; and parses, of which something that takes many lines needs one for each. */
const LONGEST_TEXT = 262_144
const MOST_PARSES = 400

const nearestAround = (paths: ReadonlySet<string>, path: string): string | undefined => {
  let best: string | undefined
  for (const at of paths) if (isAtOrAround(at, path) && at.length > (best?.length ?? 0)) best = at
  return best
}

/** Every path of a value. */
const pathsIn = (value: unknown): ReadonlySet<string> => {
  const paths = new Set<string>()
  const open: Array<readonly [Path, unknown]> = [[[], value]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [path, at] = next
    if (path.length > 0) paths.add(pathText(path))
    if (typeof at !== 'object' || at === null) continue
    for (const [key, inner] of Object.entries(at))
      open.push([[...path, Array.isArray(at) ? Number(key) : key], inner])
  }
  return paths
}
