// A text as it is matched: zero-width characters gone, full-width and other scripts' digits, dashes,
// dots, at signs and spaces as their ASCII equals; and the way back to offsets of the original. Whoever
// writes the text controls all of these characters, so a value must not escape by them.

export interface Folded {
  readonly text: string
  /** Where a stretch of the folded text stood in the original; half open both ways. */
  readonly original: (start: number, end: number) => readonly [start: number, end: number]
}

/** 0: stays. DROPPED: goes. Else the unit that stands for it. */
const DROPPED = 0xffff
const folds = new Uint16Array(65_536)

const foldAll = (chars: string, to: string): void => {
  for (const char of chars) folds[char.charCodeAt(0)] = to.charCodeAt(0)
}
const foldRange = (first: number, last: number, to: number): void => {
  for (let c = first; c <= last; c++) folds[c] = to + (c - first)
}
const drop = (first: number, last: number = first): void => {
  for (let c = first; c <= last; c++) folds[c] = DROPPED
}

foldRange(0xff01, 0xff5e, 0x21)
foldAll('\u2010\u2011\u2012\u2013\u2212\u2043\ufe58\ufe63\u02d7\u06d4\u2796', '-')
foldAll('\u2024\u3002\ufe52\uff61\u00b7\u2027', '.')
foldAll('\ufe6b', '@')
foldAll('\u2236\ua789\ufe55\u02d0', ':')
foldAll('\u2215\u2044\u29f8', '/')
foldAll('\ufe5f', '#')
foldAll('\u02cb', '`')
foldAll('\u2018\u2019\u201b\u2032', "'")
foldAll('\u201c\u201d\u201f\u2033', '"')
foldAll(
  '\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000',
  ' ',
)
// Digits of other scripts that people type numbers in: Arabic, Persian, Devanagari, Bengali, Thai.
for (const zero of [0x660, 0x6f0, 0x966, 0x9e6, 0xe50]) foldRange(zero, zero + 9, 0x30)
drop(0xad)
drop(0x34f)
drop(0x61c)
drop(0x115f, 0x1160)
drop(0x17b4, 0x17b5)
drop(0x180b, 0x180f)
drop(0x200b, 0x200f)
drop(0x202a, 0x202e)
drop(0x2060, 0x206f)
drop(0x3164)
drop(0xfe00, 0xfe0f)
drop(0xfeff)
drop(0xffa0)

const BEYOND_ASCII = /[^\u0000-\u007f]/ // oxlint-disable-line no-control-regex -- ASCII is what stays

/** Beyond the basic plane: tags are dropped, styled letters and digits become plain ones. */
const foldPair = (point: number): number => {
  // Tags and variation selectors.
  if (point >= 0xe0000 && point <= 0xe01ef) return DROPPED
  if (point >= 0x1d400 && point <= 0x1d7ff) {
    const plain = String.fromCodePoint(point).normalize('NFKC')
    if (plain.length === 1 && plain.charCodeAt(0) < 0x80) return plain.charCodeAt(0)
  }
  return 0
}

/** Whether a unit may not stay what it is; high surrogates of the planes that are folded are looked at. */
const isSpecial = (unit: number): boolean => folds[unit] !== 0 || (unit >= 0xd835 && unit <= 0xdb40)

export const fold = (text: string): Folded => {
  const first = text.search(BEYOND_ASCII)
  if (first === -1) return unchanged(text)
  for (let i = first; i < text.length; i++)
    if (isSpecial(text.charCodeAt(i))) return folded(text, i)
  return unchanged(text)
}

const unchanged = (text: string): Folded => ({
  text,
  original: (start, end) => [start, end],
})

/** Folded from its first special unit on. What stays is taken in stretches, as one piece each. */
const folded = (text: string, first: number): Folded => {
  const parts: Array<string> = []
  // Stretches of the folded text: where each begins there and in the original, and how many units of the
  // original one unit of it stands for.
  const here: Array<number> = [0]
  const there: Array<number> = [0]
  const widths: Array<number> = [1]
  let length = 0
  let from = 0
  const flush = (to: number): void => {
    if (to > from) parts.push(text.slice(from, to))
    length += to - from
  }
  const stretch = (at: number, width: number): void => {
    here.push(length)
    there.push(at)
    widths.push(width)
  }
  for (let i = first; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (!isSpecial(unit)) continue
    let to = folds[unit]!
    let width = 1
    if (to === 0) {
      const point = text.codePointAt(i)!
      if (point > 0xffff) {
        to = foldPair(point)
        width = 2
      }
      if (to === 0) continue
    }
    flush(i)
    if (to !== DROPPED) {
      parts.push(String.fromCharCode(to))
      if (width === 2) stretch(i, 2)
      length++
    }
    i += width - 1
    from = i + 1
    if (to === DROPPED || width === 2) stretch(from, 1)
  }
  flush(text.length)
  const stretchAt = (at: number): number => {
    let low = 0
    let high = here.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (here[middle]! <= at) low = middle
      else high = middle
    }
    return low
  }
  const placeOf = (at: number): readonly [place: number, width: number] => {
    const found = stretchAt(at)
    return [there[found]! + (at - here[found]!) * widths[found]!, widths[found]!]
  }
  return {
    text: parts.join(''),
    original: (start, end) => {
      const [from] = placeOf(start)
      if (start >= end) return [from, from]
      const [last, width] = placeOf(end - 1)
      return [from, last + width]
    },
  }
}
