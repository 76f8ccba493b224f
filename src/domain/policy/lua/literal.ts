// Values and comments as Lua source. Any text may stand in a policy's words, its author's or an
// agent's: none of it may end its literal or its comment, or read differently from what it is.
import { printable } from '../../oneLine.ts'

/** What the tables of a module hold. Undefined fields are left out. */
export type LuaData =
  | string
  | number
  | boolean
  | ReadonlyArray<LuaData>
  | { readonly [field: string]: LuaData | undefined }

const RESERVED: ReadonlySet<string> = new Set(
  (
    'and break do else elseif end false for function goto if in local nil not or repeat return ' +
    'then true until while'
  ).split(' '),
)

/** As in policies: control, format (bidi), private, unassigned and surrogate characters; separators. */
const UNPRINTABLE = /["\\]|[\p{C}\p{Zl}\p{Zp}]/gu

const ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n' }

/** A quoted literal. A lone surrogate becomes the three bytes that Lua itself makes of it. */
export const luaString = (text: string): string =>
  `"${text.replace(
    UNPRINTABLE,
    (char) => ESCAPES[char] ?? `\\u{${char.codePointAt(0)!.toString(16)}}`,
  )}"`

/** `name =` or `["any text"] =`. */
export const luaKey = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) && !RESERVED.has(name) ? name : `[${luaString(name)}]`

const isList = (value: LuaData): value is ReadonlyArray<LuaData> => Array.isArray(value)

/** Columns that a line of the module may take, as far as it has a place to break. */
const WIDTH = 96
const STEP = '  '

/** On one line where it fits, else one element a line. `indent` is that of the line it begins on. */
export const luaValue = (value: LuaData, indent = '', taken = indent.length): string => {
  const parts = partsOf(value)
  if (parts === undefined) return scalar(value as string | number | boolean)
  if (parts.length === 0) return '{}'
  const inner = indent + STEP
  const texts = parts.map(
    ([key, part]) => key + luaValue(part, inner, inner.length + key.length + 1),
  )
  const flat = `{ ${texts.join(', ')} }`
  if (taken + flat.length < WIDTH && !flat.includes('\n')) return flat
  const lines = parts.some(([key, part]) => key !== '' || typeof part === 'object')
    ? texts
    : filled(texts, WIDTH - inner.length)
  return `{\n${lines.map((line) => `${inner}${line},\n`).join('')}${indent}}`
}

/** Several to a line, with commas between them. */
const filled = (texts: ReadonlyArray<string>, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ''
  for (const text of texts) {
    if (line !== '' && line.length + text.length + 3 > width) {
      lines.push(line)
      line = text
    } else line += line === '' ? text : `, ${text}`
  }
  return [...lines, line]
}

const scalar = (value: string | number | boolean): string => {
  if (typeof value === 'string') return luaString(value)
  // Lua has no word for these; comparing with nil is an error, so that no rule gets milder by it.
  return typeof value === 'number' && !Number.isFinite(value) ? 'nil' : String(value)
}

const partsOf = (value: LuaData): ReadonlyArray<readonly [string, LuaData]> | undefined => {
  if (typeof value !== 'object') return undefined
  if (isList(value)) return value.map((part) => ['', part])
  return Object.entries(value).flatMap(([key, part]) =>
    part === undefined ? [] : [[`${luaKey(key)} = `, part] as const],
  )
}

/** Longest text that is shown in a comment, in UTF-16 code units: the middle of a longer one is cut. */
const LONGEST_COMMENT = 1000

/**
 * One text as comment lines, broken at blanks. The blank after the dashes keeps a text that starts
 * with `[[` from opening a comment of many lines.
 */
export const luaComment = (text: string, indent = ''): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ''
  for (const word of printable(text, LONGEST_COMMENT).split(' ')) {
    if (line !== '' && indent.length + line.length + word.length + 4 > WIDTH) {
      lines.push(line)
      line = word
    } else line += line === '' ? word : ` ${word}`
  }
  return [...lines, line].map((one) => `${indent}-- ${one}`.trimEnd())
}
