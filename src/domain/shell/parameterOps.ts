// What `${x…}` makes of a value that is known: cut, replaced, in other case. Patterns of more than
// plain text and `*` are not followed: then the value is unknown.

/** A shell pattern as the text it stands for, where it has no special meaning. */
const plain = (pattern: string): string | undefined =>
  /[*?[\]\\]/.test(pattern) ? undefined : pattern

/** `#pat ##pat %pat %%pat` with at most one `*` at the open end of the pattern. */
export const removed = (value: string, operator: string, pattern: string): string | undefined => {
  const fromStart = operator.startsWith('#')
  const longest = operator.length === 2
  const literal = plain(pattern)
  if (literal !== undefined) {
    if (literal === '') return value
    if (fromStart) return value.startsWith(literal) ? value.slice(literal.length) : value
    return value.endsWith(literal) ? value.slice(0, value.length - literal.length) : value
  }
  const rest = plain(fromStart ? pattern.replace(/^\*/, '') : pattern.replace(/\*$/, ''))
  if (rest === undefined) return undefined
  if (rest === '') return longest ? '' : value
  if (fromStart) {
    const at = longest ? value.lastIndexOf(rest) : value.indexOf(rest)
    return at < 0 ? value : value.slice(at + rest.length)
  }
  const at = longest ? value.indexOf(rest) : value.lastIndexOf(rest)
  return at < 0 ? value : value.slice(0, at)
}

export const replaced = (
  value: string,
  operator: string,
  pattern: string,
  replacement: string,
): string | undefined => {
  const literal = plain(pattern)
  if (literal === undefined) return undefined
  if (operator === '/#')
    return value.startsWith(literal) ? replacement + value.slice(literal.length) : value
  if (operator === '/%')
    return value.endsWith(literal)
      ? value.slice(0, value.length - literal.length) + replacement
      : value
  if (literal === '') return value
  return operator === '//'
    ? value.replaceAll(literal, () => replacement)
    : value.replace(literal, () => replacement)
}

const number = (text: string): number | undefined => {
  const digits = /^\s*\(?\s*(-?\s*\d{1,6})\s*\)?\s*$/.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits.replaceAll(/\s/g, ''))
}

/** `:offset:length` of anything that is counted: letters of a value, words of a list. */
export const sliceBounds = (
  size: number,
  offset: string,
  length: string | undefined,
): readonly [number, number] | undefined => {
  const from = number(offset)
  const count = length === undefined ? size : number(length)
  if (from === undefined || count === undefined) return undefined
  const start = Math.max(0, from < 0 ? size + from : from)
  return [start, count < 0 ? Math.max(start, size + count) : Math.min(size, start + count)]
}

export const inCase = (value: string, operator: string): string => {
  const upper = operator.startsWith('^')
  const turn = (text: string): string => (upper ? text.toUpperCase() : text.toLowerCase())
  return operator.length === 2 ? turn(value) : turn(value.slice(0, 1)) + value.slice(1)
}

/** `@U @L @u @E @P @Q`: what leaves the text recognisable. */
export const transformed = (value: string, operator: string): string | undefined => {
  if (operator === 'U') return value.toUpperCase()
  if (operator === 'L') return value.toLowerCase()
  if (operator === 'u') return inCase(value, '^')
  return operator === 'Q' && /^[\w/.:=@%+-]*$/.test(value) ? value : undefined
}
