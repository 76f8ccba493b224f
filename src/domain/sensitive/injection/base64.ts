// Text inside base64 (RFC 4648, both alphabets), as far as it is text: instructions are hidden there.
// Total: what is no base64 or no text comes out as undefined.

const VALUES = new Int8Array(128).fill(-1)
for (const [value, char] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries())
  VALUES[char.charCodeAt(0)] = value
VALUES['-'.charCodeAt(0)] = 62
VALUES['_'.charCodeAt(0)] = 63

/** Not fatal: a run is cut where it is long, and one cut character must not hide the rest. */
const decoder = new TextDecoder('utf-8')
const MOST_BROKEN = 0.02
/** What no text has: controls but tab and line ends. */
const BINARY = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/ // oxlint-disable-line no-control-regex -- that is what is looked for

/** The text of a run of base64 characters without its padding. */
export const textOfBase64 = (run: string): string | undefined => {
  const bytes = new Uint8Array(Math.floor((run.length * 6) / 8))
  let held = 0
  let bits = 0
  let length = 0
  for (let i = 0; i < run.length; i++) {
    const value = VALUES[run.charCodeAt(i)] ?? -1
    if (value === -1) return undefined
    held = ((held << 6) | value) & 0xffffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[length++] = (held >> bits) & 0xff
    }
  }
  const text = decoder.decode(bytes.subarray(0, length))
  if (BINARY.test(text)) return undefined
  const broken = text.split('\ufffd').length - 1
  return broken > 2 + text.length * MOST_BROKEN ? undefined : text
}
