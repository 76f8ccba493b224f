// Inside the strings of Ruby, Perl and PHP: escapes, and the code and variables that are put into
// them. Linear in the text.

export type Dialect = 'ruby' | 'perl' | 'php'

/** A stretch of a string: text as it will be, or code whose value stands there. */
export type Part = string | { readonly code: string }

export const PAIRS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' }

export const variableAt = (text: string, at: number, dialect: Dialect): string | undefined => {
  const here = text.slice(at, at + 120)
  const form =
    dialect === 'ruby'
      ? /^\$(?:[A-Za-z_]\w*|\d+|-\w|[^\s\w])/
      : dialect === 'php'
        ? /^\$+(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*|(?=\{))/
        : /^\$#?\$*(?:\^\w|::|[A-Za-z_][\w:]*\w|[A-Za-z_]|\d+|(?=[{$])|[^\s\w{])/
  return form.exec(here)?.[0]
}

/** Index of the brace that closes the one at `at`; strings in between are passed over. */
export const closingBrace = (text: string, at: number): number => {
  let depth = 0
  for (let i = at; i < text.length; i++) {
    const char = text[i]
    if (char === '\\') i++
    else if (char === '{') depth++
    else if (char === '}') {
      if (--depth === 0) return i
    } else if (char === '"' || char === "'") {
      let end = i + 1
      while (end < text.length && text[end] !== char) end += text[end] === '\\' ? 2 : 1
      if (end < text.length) i = end
      else return text.length
    }
  }
  return text.length
}

export const unescapedPlain = (raw: string, mark: string): string =>
  raw.includes('\\')
    ? raw.replaceAll(/\\(.)/gs, (whole, char: string) =>
        char === '\\' || char === mark || char === PAIRS[mark] ? char : whole,
      )
    : raw

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  e: '\u001b',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  s: ' ',
}

const ESCAPE =
  /\\(?:x\{([\da-fA-F]{1,6})\}|x([\da-fA-F]{1,2})|u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|([0-7]{1,3})|([\s\S]))/y

/** A string as its text, escapes decoded, and the code that is evaluated into it. */
export const partsOf = (raw: string, dialect: Dialect): ReadonlyArray<Part> => {
  if (!/[\\#$@{]/.test(raw)) return [raw]
  const out: Array<Part> = []
  let plain = ''
  const code = (text: string): void => {
    if (plain !== '') out.push(plain)
    plain = ''
    out.push({ code: text })
  }
  for (let at = 0; at < raw.length;) {
    const char = raw[at]!
    if (char === '\\') {
      ESCAPE.lastIndex = at
      const found = ESCAPE.exec(raw)
      if (found === null) break
      const point = found[1] ?? found[2] ?? found[3] ?? found[4]
      if (point !== undefined) plain += character(Number.parseInt(point, 16))
      else if (found[5] !== undefined) plain += character(Number.parseInt(found[5], 8))
      else if (found[6] !== '\n') plain += ESCAPES[found[6]!] ?? found[6]!
      at += found[0].length
      continue
    }
    const end = codeEnd(raw, at, dialect)
    if (end <= at) {
      plain += char
      at++
      continue
    }
    const inner = raw.slice(at, end)
    if (dialect === 'ruby') code(inner.startsWith('#{') ? inner.slice(2, -1) : inner.slice(1))
    else if (dialect === 'php' && inner.startsWith('{')) code(inner.slice(1, -1))
    else code(inner)
    at = end
  }
  if (plain !== '') out.push(plain)
  return out
}

const character = (point: number): string =>
  point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd'

/** Where code that begins at `at` in a string ends; `at` itself where none begins. */
const codeEnd = (raw: string, at: number, dialect: Dialect): number => {
  const char = raw[at]
  if (dialect === 'ruby') {
    if (char !== '#') return at
    if (raw[at + 1] === '{') return Math.min(closingBrace(raw, at + 1) + 1, raw.length)
    const name = /^#[@$]{1,2}[A-Za-z_]\w*/.exec(raw.slice(at, at + 80))
    return name === null ? at : at + name[0].length
  }
  if (dialect === 'php' && char === '{')
    return raw[at + 1] === '$' ? Math.min(closingBrace(raw, at) + 1, raw.length) : at
  if (char !== '$' && !(char === '@' && dialect === 'perl')) return at
  let end: number
  if (raw[at + 1] === '{') end = Math.min(closingBrace(raw, at + 1) + 1, raw.length)
  else {
    const name = /^[$@]\$*(?:[A-Za-z_][\w:]*|\d+|&)/.exec(raw.slice(at, at + 80))
    if (name === null) return at
    end = at + name[0].replace(/:+$/, '').length
  }
  for (let more = 0; more < 8; more++) {
    const start = raw.startsWith('->', end) ? end + 2 : end
    const open = raw[start]
    if (open === '{' && dialect === 'perl') end = Math.min(closingBrace(raw, start) + 1, raw.length)
    else if (open === '[' && /^\[[$\w'"-]/.test(raw.slice(start, start + 2))) {
      const close = raw.slice(start, start + 200).indexOf(']')
      if (close < 0) break
      end = start + close + 1
    } else {
      const property =
        dialect === 'php' && start > end ? /^\w+/.exec(raw.slice(start, start + 80)) : null
      if (property === null) break
      end = start + property[0].length
    }
  }
  return end
}
