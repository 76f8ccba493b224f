// Latin words with letters of other scripts that look the same ("ignоre" with a Cyrillic о), as they
// are read. One unit for one, so that offsets stay; words of one script stay what they are.

/** By unit: what it looks like, for letters of other scripts; 0 for all else. */
const LOOK = new Uint16Array(65_536)
const same = (from: string, to: string): void => {
  for (const [i, char] of [...from].entries()) LOOK[char.charCodeAt(0)] = to.charCodeAt(i)
}
same('аеорсухіјѕԁһѵԛԝ', 'aeopcyxijsdhvqw')
same('АВЕКМНОРСТУХІЈЅ', 'ABEKMHOPCTYXIJS')
same('ουανικτρεχγ', 'ouaviktpexy')
same('ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHIKMNOPTYX')

const MIXED = /[a-zA-Z][Ѐ-ԯͰ-Ͽ]|[Ѐ-ԯͰ-Ͽ][a-zA-Z]/

const LATIN = 1
const OTHER = 2
const scripts = new Uint8Array(65_536)
for (let c = 0x41; c <= 0x5a; c++) scripts[c] = scripts[c + 0x20] = LATIN
for (let c = 0x370; c <= 0x52f; c++) scripts[c] = OTHER

/** What is read at once; a text may be all mixed words, and a call for each would cost seconds. */
const PIECE = 65_536

export const withoutHomoglyphs = (text: string): string => {
  const first = text.search(MIXED)
  if (first === -1) return text
  const pieces: Array<string> = []
  const units = new Uint16Array(PIECE)
  for (let from = 0; from < text.length; from += PIECE) {
    const length = Math.min(PIECE, text.length - from)
    if (from + length <= first) pieces.push(text.slice(from, from + length))
    else {
      for (let i = 0; i < length; i++) units[i] = text.charCodeAt(from + i)
      asRead(units, length)
      pieces.push(wide.decode(units.subarray(0, length)))
    }
  }
  return pieces.join('')
}

/** Half a character becomes U+FFFD, which is one unit too, and no letter either. */
const wide = new TextDecoder('utf-16le', { ignoreBOM: true })

/** In place. A word that a piece's end cuts is judged by what of it is in the piece. */
const asRead = (units: Uint16Array, length: number): void => {
  for (let i = 0; i < length; i++) {
    let kinds = scripts[units[i]!]!
    if (kinds === 0) continue
    let end = i + 1
    for (let kind; end < length && (kind = scripts[units[end]!]!) !== 0; end++) kinds |= kind
    if (kinds === (LATIN | OTHER))
      for (let at = i; at < end; at++) units[at] = LOOK[units[at]!]! || units[at]!
    i = end
  }
}
