// Classes of UTF-16 code units, as one table: what may be part of a word, a number, a token. Nothing
// here looks at more than one unit.

const DIGIT = 1
const LETTER = 2
const HEX = 4
const SPACE = 8
/** Letters beyond ASCII: part of a word, never of a token. */
const FOREIGN = 16

const classes = new Uint8Array(65_536)
for (let c = 0x30; c <= 0x39; c++) classes[c] = DIGIT | HEX
for (let c = 0x41; c <= 0x5a; c++) classes[c] = LETTER
for (let c = 0x61; c <= 0x7a; c++) classes[c] = LETTER
for (const c of 'abcdefABCDEF') classes[c.charCodeAt(0)]! |= HEX
for (const c of ' \t\n\r\v\f') classes[c.charCodeAt(0)] = SPACE
for (let c = 0x80; c < 65_536; c++)
  if (/[\p{L}\p{N}\p{M}]/u.test(String.fromCharCode(c))) classes[c] = FOREIGN

const classAt = (text: string, at: number): number => classes[text.charCodeAt(at)] ?? 0

export const isDigitAt = (text: string, at: number): boolean => (classAt(text, at) & DIGIT) !== 0
export const isLetterAt = (text: string, at: number): boolean => (classAt(text, at) & LETTER) !== 0
export const isHexAt = (text: string, at: number): boolean => (classAt(text, at) & HEX) !== 0
export const isSpaceAt = (text: string, at: number): boolean => (classAt(text, at) & SPACE) !== 0
export const isAlnumAt = (text: string, at: number): boolean =>
  (classAt(text, at) & (DIGIT | LETTER | FOREIGN)) !== 0
export const isWordAt = (text: string, at: number): boolean =>
  isAlnumAt(text, at) || text.charCodeAt(at) === 0x5f

export const isDigitUnit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39

/** Escapes that end in a word character: `\n` in a JSON string, `%3D` in a URL. */
const afterEscape = (text: string, at: number): boolean => {
  const before = text.charCodeAt(at - 1)
  if (before === 0x6e || before === 0x72 || before === 0x74) return text.charCodeAt(at - 2) === 0x5c
  return text.charCodeAt(at - 3) === 0x25 && isHexAt(text, at - 1) && isHexAt(text, at - 2)
}

/** Whether a word may begin here: what stands before is no part of it. */
export const beginsWord = (text: string, at: number): boolean =>
  at === 0 || !isWordAt(text, at - 1) || afterEscape(text, at)

/** Whether a word may end here. */
export const endsWord = (text: string, at: number): boolean => !isWordAt(text, at)

const MOST_TOKEN = 96

/** The unbroken run of what is no space, quote or bracket around a place, cut at 96 units a side. */
export const tokenAround = (text: string, start: number, end: number): string => {
  let from = start
  let to = end
  while (from > 0 && start - from < MOST_TOKEN && !breaksToken(text.charCodeAt(from - 1))) from--
  while (to < text.length && to - end < MOST_TOKEN && !breaksToken(text.charCodeAt(to))) to++
  return text.slice(from, to)
}

const breaks = new Uint8Array(128)
for (const c of ' \t\n\r\v\f"\'`<>()[]{},;|') breaks[c.charCodeAt(0)] = 1
const breaksToken = (unit: number): boolean => unit < 128 && breaks[unit] === 1

/** The digits of a stretch of text, without what separates them. */
export const digitsOf = (text: string): string => text.replaceAll(/\D/g, '')
