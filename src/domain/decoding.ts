// Encodings in which a script hides other text (base64, base32, hex, rot13, backslash escapes), undone.
// Only text comes out: what decodes to bytes that are none stays unknown, never guessed.

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** UTF-8 bytes as text; undefined for what is no text, such as a compressed file. */
export const textOfBytes = (bytes: ReadonlyArray<number>): string | undefined => {
  if (bytes.some((byte) => byte === 0)) return undefined
  if (bytes.every((byte) => byte < 0x80)) return String.fromCodePoint(...bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes))
  } catch {
    return undefined
  }
}

/** Spreading as arguments goes only so far. */
const BYTES_LIMIT = 32_768

const fromDigits = (text: string, digits: string, bits: number): string | undefined => {
  const bytes: Array<number> = []
  let held = 0
  let count = 0
  for (const letter of text) {
    if (letter === '=' || /\s/.test(letter)) continue
    const value = digits.indexOf(letter)
    // Decoders write out what came before the first letter that is none of theirs.
    if (value < 0) break
    held = ((held << bits) | value) & 0xffff
    count += bits
    if (count < 8) continue
    count -= 8
    bytes.push((held >> count) & 0xff)
    if (bytes.length > BYTES_LIMIT) return undefined
  }
  return bytes.length === 0 ? undefined : textOfBytes(bytes)
}

export const fromBase64 = (text: string): string | undefined =>
  fromDigits(text.replaceAll('-', '+').replaceAll('_', '/'), BASE64, 6)

export const fromBase32 = (text: string): string | undefined => fromDigits(text, BASE32, 5)

export const fromHex = (text: string): string | undefined => {
  const digits = text.replaceAll(/\\x|0x|[\s,:]/g, '')
  if (!/^(?:[0-9a-f]{2})+$/i.test(digits) || digits.length > 2 * BYTES_LIMIT) return undefined
  return textOfBytes(digits.match(/../g)!.map((pair) => Number.parseInt(pair, 16)))
}

export const fromRot13 = (text: string): string =>
  text.replaceAll(/[a-zA-Z]/g, (letter) => {
    const base = letter <= 'Z' ? 65 : 97
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base)
  })

const NAMED: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  E: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
}

const ESCAPE =
  /\\(?:x([0-9a-fA-F]{1,2})|0?([0-7]{1,3})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([\s\S]))/g

/** Backslash escapes as printf and `echo -e` undo them; `\c` ends the text. */
export const unescaped = (text: string): string => {
  const end = /(?:^|[^\\])(?:\\\\)*\\c/.exec(text)
  const read = end === null ? text : text.slice(0, end.index + end[0].length - 2)
  return read.replace(ESCAPE, (all, hex, octal, short, long, letter) => {
    const digits: string | undefined = hex ?? short ?? long
    if (digits !== undefined || octal !== undefined) {
      const code = digits === undefined ? Number.parseInt(octal, 8) : Number.parseInt(digits, 16)
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ''
    }
    return NAMED[letter] ?? all
  })
}
