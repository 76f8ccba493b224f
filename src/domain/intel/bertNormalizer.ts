// A text as BERT reads it (BertNormalizer of the Hugging Face tokenizers): controls gone, spaces alike,
// Chinese characters apart, lower case, accents gone; and for each unit of it the place in the original.
// Whoever writes the text controls all of it: work is linear, and a place never lies outside the text.

export interface BertNormalizerOptions {
  readonly cleanText: boolean
  readonly handleChinese: boolean
  readonly lowercase: boolean
  readonly stripAccents: boolean
}

export interface Normalised {
  readonly text: string
  /** Of unit i of `text`: half open range in the original, UTF-16 units. */
  readonly from: Int32Array
  readonly to: Int32Array
}

const REMOVED = /^[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u0000\ufffd]$/u // oxlint-disable-line no-control-regex -- these go
const SPACE = /^\s$/
const MARK = /^\p{M}$/u
const NONSPACING = /\p{Mn}/gu

const KEPT = 1
const GONE = 2
const BLANK = 3
const MARKS = 4
/** Classes of the basic plane, each found once. */
const classes = new Uint8Array(65_536)

const isKeptControl = (point: number): boolean => point === 9 || point === 10 || point === 13

const classOf = (point: number): number => {
  const known = point < 65_536 ? classes[point]! : 0
  if (known !== 0) return known
  const char = String.fromCodePoint(point)
  const found = isKeptControl(point)
    ? BLANK
    : REMOVED.test(char)
      ? GONE
      : SPACE.test(char)
        ? BLANK
        : MARK.test(char)
          ? MARKS
          : KEPT
  if (point < 65_536) classes[point] = found
  return found
}

/** As the tokenizer that the models are used with has it: none beyond the basic plane. */
const isChinese = (point: number): boolean =>
  (point >= 0x4e00 && point <= 0x9fff) ||
  (point >= 0x3400 && point <= 0x4dbf) ||
  (point >= 0xf900 && point <= 0xfaff)

/** Marks on one letter that are put in order; what writes more is no language. */
const MOST_MARKS = 64
/** Units around a capital sigma that say whether it ends a word. */
const AROUND_SIGMA = 24
const SIGMA = 0x3a3

export const bertNormalised = (text: string, options: BertNormalizerOptions): Normalised => {
  const out = new Output(text.length)
  const { cleanText, handleChinese, lowercase, stripAccents } = options
  const lowered = (point: number, at: number): string => {
    const char = String.fromCodePoint(point)
    if (!lowercase) return char
    return point === SIGMA ? loweredSigma(text, at, cleanText) : char.toLowerCase()
  }
  let i = 0
  while (i < text.length) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) {
      if (!cleanText) out.unit(lowercase ? lowerAscii(unit) : unit, i, i + 1)
      else if (classOf(unit) === BLANK) out.unit(0x20, i, i + 1)
      else if (classOf(unit) !== GONE) out.unit(lowercase ? lowerAscii(unit) : unit, i, i + 1)
      i++
      continue
    }
    const point = text.codePointAt(i)!
    const width = point > 0xffff ? 2 : 1
    const is = classOf(point)
    if (cleanText && is === GONE) {
      i += width
      continue
    }
    if (cleanText && is === BLANK) {
      out.unit(0x20, i, i + width)
      i += width
      continue
    }
    const chinese = handleChinese && isChinese(point)
    if (chinese) out.unit(0x20, i, i)
    if (!stripAccents) {
      out.piece(lowered(point, i), i, i + width)
      i += width
    } else {
      const pieces: Array<Piece> = [{ text: lowered(point, i), start: i, end: i + width }]
      i += width
      // A Chinese character has a space after it, and the marks are on the space.
      const most = chinese ? 0 : MOST_MARKS
      while (i < text.length && pieces.length <= most) {
        const next = text.codePointAt(i)!
        const nextWidth = next > 0xffff ? 2 : 1
        const nextIs = next < 0x80 ? KEPT : classOf(next)
        if (nextIs === MARKS) pieces.push({ text: lowered(next, i), start: i, end: i + nextWidth })
        else if (!(cleanText && nextIs === GONE)) break
        i += nextWidth
      }
      stripped(pieces, out)
    }
    if (chinese) out.unit(0x20, i, i)
  }
  return out.done()
}

interface Piece {
  readonly text: string
  readonly start: number
  readonly end: number
}

const bare = (text: string): string => text.normalize('NFD').replace(NONSPACING, '')

/**
 * A letter and its marks, decomposed, the marks gone. Each mark keeps its own place unless putting the
 * marks in order moved what stays; then all of them have the whole place.
 */
const stripped = (pieces: ReadonlyArray<Piece>, out: Output): void => {
  const each = pieces.map((piece) => bare(piece.text))
  if (pieces.length > 1) {
    const whole = bare(pieces.map((piece) => piece.text).join(''))
    if (whole !== each.join('')) {
      out.piece(whole, pieces[0]!.start, pieces.at(-1)!.end)
      return
    }
  }
  for (const [at, { start, end }] of pieces.entries()) {
    if (each[at] === '') out.extend(start, end)
    else out.piece(each[at]!, start, end)
  }
}

const lowerAscii = (unit: number): number => (unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit)

/** The one letter whose lower case depends on what stands around it. */
const loweredSigma = (text: string, at: number, cleanText: boolean): string => {
  const cleaned = (part: string): string =>
    cleanText ? [...part].filter((char) => classOf(char.codePointAt(0)!) !== GONE).join('') : part
  const before = cleaned(text.slice(Math.max(0, at - AROUND_SIGMA), at))
  const after = cleaned(text.slice(at + 1, at + 1 + AROUND_SIGMA))
  return `${before}\u03a3${after}`.toLowerCase().charAt(before.toLowerCase().length)
}

/** Units with their places; grows, as few texts become longer. */
class Output {
  private units: Uint16Array
  private starts: Int32Array
  private ends: Int32Array
  private length = 0

  constructor(expected: number) {
    const room = Math.max(16, expected + (expected >> 3))
    this.units = new Uint16Array(room)
    this.starts = new Int32Array(room)
    this.ends = new Int32Array(room)
  }

  unit(unit: number, start: number, end: number): void {
    if (this.length === this.units.length) this.grow()
    this.units[this.length] = unit
    this.starts[this.length] = start
    this.ends[this.length++] = end
  }

  piece(text: string, start: number, end: number): void {
    for (let i = 0; i < text.length; i++) this.unit(text.charCodeAt(i), start, end)
  }

  /** What is gone belongs to the letter it stood on: no value ends between the two. */
  extend(start: number, end: number): void {
    if (this.length > 0 && this.ends[this.length - 1] === start) this.ends[this.length - 1] = end
  }

  done(): Normalised {
    const parts: Array<string> = []
    for (let i = 0; i < this.length; i += 8192)
      parts.push(String.fromCharCode(...this.units.subarray(i, Math.min(this.length, i + 8192))))
    return {
      text: parts.join(''),
      from: this.starts.subarray(0, this.length),
      to: this.ends.subarray(0, this.length),
    }
  }

  private grow(): void {
    const room = this.units.length * 2
    const units = new Uint16Array(room)
    const starts = new Int32Array(room)
    const ends = new Int32Array(room)
    units.set(this.units)
    starts.set(this.starts)
    ends.set(this.ends)
    this.units = units
    this.starts = starts
    this.ends = ends
  }
}
