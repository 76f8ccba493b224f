// The text of a Python string literal: its prefix, quotes and escapes.
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
}

const ESCAPE = /\\(?:\r\n|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[\s\S])/g

export const literalOf = (written: string): string => {
  const prefix = /^[a-zA-Z]*/.exec(written)![0]
  const rest = written.slice(prefix.length)
  const quote = rest.startsWith('"""') || rest.startsWith("'''") ? 3 : 1
  const inner = rest.slice(quote, rest.length - quote)
  if (/r/i.test(prefix)) return inner
  return inner.replaceAll(ESCAPE, (escape) => {
    const mark = escape[1]!
    const digits = escape.slice(2)
    if (digits !== '' && mark !== '\r' && /^[xuU]/.test(mark)) {
      const code = Number.parseInt(digits, 16)
      return code <= 0x10ffff ? String.fromCodePoint(code) : ''
    }
    if (/^[0-7]/.test(mark)) return String.fromCodePoint(Number.parseInt(escape.slice(1), 8))
    if (mark === '\r') return ''
    return ESCAPES[mark] ?? escape
  })
}
