// How many columns a terminal gives a text, and texts fitted to columns. Styled text counts as what
// is seen of it.

// oxlint-disable-next-line no-control-regex -- the escape sequences that style.ts puts in
const STYLING = /\u001b\[\d+m/g
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
const PLAIN = /^[\u0020-\u007e]*$/
const NOTHING = /\p{M}/u

const widthOfChar = (char: string): number =>
  NOTHING.test(char) ? 0 : WIDE.test(char) || char.codePointAt(0)! > 0x1ffff ? 2 : 1

export const widthOf = (text: string): number => {
  const seen = text.includes('\u001b') ? text.replaceAll(STYLING, '') : text
  if (PLAIN.test(seen)) return seen.length
  let width = 0
  for (const char of seen) width += widthOfChar(char)
  return width
}

/** The text, padded with spaces to a width. Never cut. */
export const padTo = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** Unstyled text cut at its end to at most `width` columns, with an ellipsis where cut. */
export const fitted = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text
  let out = ''
  let used = 0
  for (const char of text) {
    used += widthOfChar(char)
    if (used > width - 1) break
    out += char
  }
  return width < 1 ? '' : `${out.trimEnd()}…`
}

/** Unstyled text as lines of at most `width` columns, broken at spaces where there are any. */
export const wrapped = (text: string, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ''
  for (const word of text.split(' ')) {
    let rest = word
    const joined = line === '' ? rest : `${line} ${rest}`
    if (widthOf(joined) <= width) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    while (widthOf(rest) > width) {
      const head = headOf(rest, width)
      lines.push(head)
      rest = rest.slice(head.length)
    }
    line = rest
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}

/** Wrapped lines that keep the indentation of the first, and two columns more. */
export const hanging = (text: string, width: number): ReadonlyArray<string> => {
  if (widthOf(text) <= width) return [text]
  const indent = /^ */.exec(text)![0]
  const below = `${indent}  `
  return wrapped(text.slice(indent.length), Math.max(NARROWEST, width - below.length)).map(
    (line, i) => `${i === 0 ? indent : below}${line}`,
  )
}

/** Below it lines run over rather than become a ribbon. */
const NARROWEST = 20

const headOf = (text: string, width: number): string => {
  let head = ''
  let used = 0
  for (const char of text) {
    used += widthOfChar(char)
    if (used > width && head !== '') break
    head += char
  }
  return head
}
