// How a value may look where a program prints it: as it is, and as common tools encode or quote it.
// This keeps accidents back; a program that is set on hiding a value can always write it otherwise,
// which is why a secret goes only to the sinks that were declared for it.
import { concat, toBase64, toHex, utf8 } from '../bytes.ts'

export interface Forms {
  readonly plain: ReadonlyArray<Uint8Array>
  /** Tools break these into lines of their own length. */
  readonly wrapped: ReadonlyArray<Uint8Array>
}

/** Bytes below which only the value itself is looked for: what it is encoded to means too little. */
const LEAST = 6
/** Of a line of a longer value: the middle of a private key is as secret as all of it. */
const LEAST_LINE = 16
/** Beyond it, the wordy forms (`%41`, `\x41`, `41 42`) are not looked for. */
const MOST_WORDY = 4096

export const formsOf = (value: string): Forms => {
  const bytes = utf8(value)
  if (bytes.length < LEAST) return { plain: bytes.length === 0 ? [] : [bytes], wrapped: [] }
  const texts = new Set([value])
  const trimmed = value.trim()
  if (utf8(trimmed).length >= LEAST) texts.add(trimmed)
  if (value.includes('\n'))
    for (const line of value.split('\n').map((line) => line.trim()))
      if (line.length >= LEAST_LINE && !line.startsWith('-----')) texts.add(line)
  const plain = new Map<string, Uint8Array>()
  const wrapped = new Map<string, Uint8Array>()
  for (const text of texts) {
    const of = utf8(text)
    for (const form of [...quoted(text), ...(of.length <= MOST_WORDY ? wordy(text, of) : [])])
      plain.set(form, utf8(form))
    for (const form of [...base64Forms(of), ...hexForms(of)]) wrapped.set(form, utf8(form))
  }
  return { plain: [...plain.values()], wrapped: [...wrapped.values()] }
}

/**
 * Base64 of a text that holds the bytes somewhere: for each of the three places within a group, the
 * characters that follow from the bytes alone. Where the text is the bytes, with or without a line
 * end, also the last character and the padding.
 */
const base64Forms = (bytes: Uint8Array): ReadonlyArray<string> => {
  const standard = [0, 1, 2].map((before) => {
    const text = toBase64(concat(new Uint8Array(before), bytes))
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
  })
  for (const whole of [bytes, concat(bytes, utf8('\n'))]) {
    const text = toBase64(whole)
    standard.push(text, text.replace(/=+$/, ''))
  }
  return standard.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')])
}

const hexForms = (bytes: Uint8Array): ReadonlyArray<string> => {
  const hex = toHex(bytes)
  return [hex, hex.toUpperCase(), ...(bytes.length <= MOST_WORDY ? separated(hex) : [])]
}

/** As `od -tx1`, `hexdump`, `xxd` (two by two) and fingerprints have it. */
const separated = (hex: string): ReadonlyArray<string> => {
  const ones = hex.match(/../g)!
  const pairs = hex.match(/.{2,4}/g)!
  return [ones.join(' '), pairs.join(' '), ones.join(':'), ones.join(':').toUpperCase()]
}

/** In JSON, in a shell's quotes, in HTML. */
const quoted = (text: string): ReadonlyArray<string> => {
  const json = JSON.stringify(text).slice(1, -1)
  const ascii = json.replaceAll(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return [
    text,
    json,
    json.replaceAll('/', '\\/'),
    ascii,
    text.replaceAll("'", String.raw`'\''`),
    text.replaceAll(/["\\$`]/g, String.raw`\$&`),
    text.replaceAll(/[^\w@%+=:,./\u0080-\uffff-]/g, String.raw`\$&`),
    ansiQuoted(text, '\\E'),
    ansiQuoted(text, '\\e'),
    htmlEscaped(text, '&#39;'),
    htmlEscaped(text, '&#x27;'),
    text.replaceAll('\n', '\r\n'),
  ]
}

const ANSI: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\\': '\\\\',
  "'": "\\'",
}

/** Within `$'…'`, as bash prints what holds control characters. */
const ansiQuoted = (text: string, escape: string): string =>
  Array.from(text, (char) => {
    const code = char.charCodeAt(0)
    if (char === '\u001b') return escape
    const octal = code < 32 || code === 127 ? `\\${code.toString(8).padStart(3, '0')}` : char
    return ANSI[char] ?? octal
  }).join('')

const htmlEscaped = (text: string, quote: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", quote)

/** Percent-encoded in full or where a URL or a form needs it, and byte by byte as `\x41`. */
const wordy = (text: string, bytes: Uint8Array): ReadonlyArray<string> => {
  const component = encodeURIComponent(text)
  const strict = component.replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  const ones = toHex(bytes).match(/../g)!
  return [component, strict, strict.replaceAll('%2F', '/'), strict.replaceAll('%20', '+')]
    .flatMap((form) => [form, form.replaceAll(/%../g, (code) => code.toLowerCase())])
    .concat(
      ones.map((one) => `\\x${one}`).join(''),
      ones.map((one) => `%${one}`).join(''),
      ones.map((one) => `%${one.toUpperCase()}`).join(''),
    )
}
