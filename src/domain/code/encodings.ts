// Encodings that text hides in where it stands in the program itself: base64, hex, rot13, and codes of
// characters. Undefined where the text is not of that form.
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const MOST = 65_536

export const fromBase64 = (coded: string): string | undefined => {
  const plain = coded.replaceAll(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/')
  if (plain.length > MOST || !/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) return undefined
  const bytes: Array<number> = []
  let bits = 0
  let held = 0
  for (const digit of plain.replace(/=+$/, '')) {
    bits = ((bits << 6) | ALPHABET.indexOf(digit)) & 0xffffff
    held += 6
    if (held >= 8) {
      held -= 8
      bytes.push((bits >> held) & 0xff)
    }
  }
  return fromBytes(bytes)
}

export const fromHex = (coded: string): string | undefined => {
  const plain = coded.replaceAll(/\s/g, '')
  if (plain.length > MOST || !/^(?:[0-9a-fA-F]{2})*$/.test(plain)) return undefined
  const bytes: Array<number> = []
  for (let at = 0; at < plain.length; at += 2)
    bytes.push(Number.parseInt(plain.slice(at, at + 2), 16))
  return fromBytes(bytes)
}

export const fromBytes = (bytes: ReadonlyArray<number>): string =>
  new TextDecoder().decode(Uint8Array.from(bytes))

export const fromRot13 = (coded: string): string =>
  coded.replaceAll(/[a-zA-Z]/g, (letter) => {
    const base = letter <= 'Z' ? 65 : 97
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base)
  })
