// Looks over JSON text before it is parsed: whether it is whole, and whether its nesting is bounded.
// Iterative and string-aware, so that no input can exhaust the stack; it builds nothing.

/**
 * `truncated`: the text is the beginning of some JSON value and ends before that value does.
 * `complete` holds exactly for the texts that JSON.parse accepts (RFC 8259, nothing beyond it).
 */
export type JsonScan = 'complete' | 'truncated' | 'invalid' | 'too-deep'

const TRUNCATED = -1
const INVALID = -2

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const ESCAPED_UNICODE = 0x75

const SIMPLE_ESCAPES = new Set(Array.from('"\\/bfnrt', (char) => char.charCodeAt(0)))
const LITERALS = new Map(
  ['true', 'false', 'null'].map((word) => [
    word.charCodeAt(0),
    Array.from(word, (char) => char.charCodeAt(0)),
  ]),
)

/** What may stand next. */
type Expected = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'end'

/**
 * Scans UTF-8 bytes. The bytes of strings are not checked to be UTF-8. `maxDepth` counts open
 * arrays and objects; text beyond it is `too-deep` whatever follows.
 */
export const scanJson = (bytes: Uint8Array, maxDepth: number): JsonScan => {
  const isObject = new Uint8Array(maxDepth)
  let depth = 0
  let expected: Expected = 'value'
  let at = 0
  while (at < bytes.length) {
    const byte = bytes[at]!
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
      at += 1
      continue
    }
    switch (expected) {
      case 'value':
      case 'value-or-end':
        if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
          if (depth === maxDepth) return 'too-deep'
          isObject[depth] = byte === OPEN_OBJECT ? 1 : 0
          depth += 1
          expected = byte === OPEN_OBJECT ? 'key-or-end' : 'value-or-end'
          at += 1
        } else if (byte === CLOSE_ARRAY && expected === 'value-or-end') {
          depth -= 1
          expected = depth === 0 ? 'end' : 'comma-or-end'
          at += 1
        } else {
          at = skipScalar(bytes, at)
          if (at < 0) return at === TRUNCATED ? 'truncated' : 'invalid'
          expected = depth === 0 ? 'end' : 'comma-or-end'
        }
        break
      case 'key':
      case 'key-or-end':
        if (byte === QUOTE) {
          at = skipString(bytes, at)
          if (at < 0) return at === TRUNCATED ? 'truncated' : 'invalid'
          expected = 'colon'
        } else if (byte === CLOSE_OBJECT && expected === 'key-or-end') {
          depth -= 1
          expected = depth === 0 ? 'end' : 'comma-or-end'
          at += 1
        } else return 'invalid'
        break
      case 'colon':
        if (byte !== COLON) return 'invalid'
        expected = 'value'
        at += 1
        break
      case 'comma-or-end': {
        const inObject = isObject[depth - 1] === 1
        if (byte === COMMA) expected = inObject ? 'key' : 'value'
        else if (byte === (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) {
          depth -= 1
          expected = depth === 0 ? 'end' : 'comma-or-end'
        } else return 'invalid'
        at += 1
        break
      }
      case 'end':
        return 'invalid'
    }
  }
  return expected === 'end' ? 'complete' : 'truncated'
}

/** Each skip returns the offset after what it skipped, or TRUNCATED or INVALID. */
const skipScalar = (bytes: Uint8Array, at: number): number => {
  const byte = bytes[at]!
  if (byte === QUOTE) return skipString(bytes, at)
  const literal = LITERALS.get(byte)
  return literal === undefined ? skipNumber(bytes, at) : skipLiteral(bytes, at, literal)
}

const skipLiteral = (bytes: Uint8Array, at: number, literal: ReadonlyArray<number>): number => {
  for (const [i, char] of literal.entries()) {
    if (at + i === bytes.length) return TRUNCATED
    if (bytes[at + i] !== char) return INVALID
  }
  return at + literal.length
}

const skipString = (bytes: Uint8Array, at: number): number => {
  let i = at + 1
  while (i < bytes.length) {
    const byte = bytes[i]!
    if (byte === QUOTE) return i + 1
    if (byte < 0x20) return INVALID
    if (byte !== BACKSLASH) {
      i += 1
      continue
    }
    const escape = bytes[i + 1]
    if (escape === undefined) return TRUNCATED
    i += 2
    if (escape === ESCAPED_UNICODE) {
      for (let digit = 0; digit < 4; digit++, i++) {
        if (i >= bytes.length) return TRUNCATED
        if (!isHexDigit(bytes[i]!)) return INVALID
      }
    } else if (!SIMPLE_ESCAPES.has(escape)) return INVALID
  }
  return TRUNCATED
}

const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x30 && byte <= 0x39

const isHexDigit = (byte: number): boolean => {
  const lower = byte | 0x20
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66)
}

const skipDigits = (bytes: Uint8Array, at: number): number => {
  if (at >= bytes.length) return TRUNCATED
  if (!isDigit(bytes[at])) return INVALID
  let i = at
  while (isDigit(bytes[i])) i += 1
  return i
}

/** RFC 8259: `-`? (`0` | [1-9][0-9]*) (`.` [0-9]+)? ([eE] [+-]? [0-9]+)? */
const skipNumber = (bytes: Uint8Array, at: number): number => {
  let i = bytes[at] === 0x2d ? at + 1 : at
  i = bytes[i] === 0x30 ? i + 1 : skipDigits(bytes, i)
  if (i >= 0 && bytes[i] === 0x2e) i = skipDigits(bytes, i + 1)
  if (i >= 0 && ((bytes[i] ?? 0) | 0x20) === 0x65) {
    const sign = bytes[i + 1]
    i = skipDigits(bytes, sign === 0x2b || sign === 0x2d ? i + 2 : i + 1)
  }
  return i
}
