// The places of one script at which secrets are named, while it is read: each gets its quotes and its
// readers, or is refused; what nobody accounts for is a comment, or refused as well.
import type { HereDoc } from 'unbash'
import type { RefusalCode } from './refusals.ts'
import type { Reader } from './shellReaders.ts'

/** The quotes around a place; `literal` is a here-document whose text the shell leaves alone. */
export type Quotes = 'bare' | 'single' | 'double' | 'ansi' | 'heredoc' | 'literal' | 'comment'

export interface SecretPlace {
  readonly secret: string
  /** Offsets into `text`. */
  readonly start: number
  readonly end: number
  readonly quotes: Quotes
  /** The here-document it stands in. */
  readonly heredoc?: HereDoc
  /** Commands that see it: those it is given to, and those that their output goes to. */
  readonly readers: ReadonlyArray<Reader>
}

export interface PlaceRefused {
  readonly why: RefusalCode
  readonly secret: string
}

/** An escape of `$'…'` that would go on in the name, or a NUL, with which bash ends the string. */
const UNFINISHED_ANSI =
  /\\[cxuU]$|\\(?:0{1,3}(?![0-7])|x0{1,2}(?![0-9a-fA-F])|[uU]0+(?![0-9a-fA-F])|c@)/

export interface Occurrence {
  readonly secret: string
  readonly start: number
  readonly end: number
}

export interface Range {
  readonly pos: number
  readonly end: number
}

/** What is known where a part of the script stands. */
export interface Scope {
  readonly readers: ReadonlyArray<Reader>
  readonly backticks: boolean
  readonly quoted: boolean
  /** Set where values go that cannot be followed: functions, coprocesses. */
  readonly lost: boolean
}

export class Marks {
  private readonly places = new Map<Occurrence, SecretPlace>()
  /** What is no comment, whatever it holds. */
  private readonly texts: Array<Range> = []
  private refused: PlaceRefused | undefined
  private readonly text: string
  private readonly found: ReadonlyArray<Occurrence>

  constructor(text: string, found: ReadonlyArray<Occurrence>) {
    this.text = text
    this.found = found
  }

  /** In the order in which they stand. */
  all(): ReadonlyArray<SecretPlace> | PlaceRefused {
    for (const one of this.found)
      if (!this.places.has(one)) {
        if (this.isComment(one)) this.places.set(one, { ...one, quotes: 'comment', readers: [] })
        else this.refuse('unreadable', one)
      }
    return this.refused ?? this.found.map((one) => this.places.get(one)!)
  }

  isText(range: Range): void {
    this.texts.push(range)
  }

  refuse(why: RefusalCode, { secret }: Occurrence): void {
    this.refused ??= { why, secret }
  }

  within({ pos, end }: Range): ReadonlyArray<Occurrence> {
    return this.found.filter((one) => one.start < end && one.end > pos)
  }

  refuseWithin(range: Range | undefined, why: RefusalCode): void {
    if (range !== undefined) for (const one of this.within(range)) this.refuse(why, one)
  }

  place(range: Range, quotes: Quotes, scope: Scope, written?: string, heredoc?: HereDoc): void {
    for (const one of this.within(range)) {
      // The parser's offsets are believed only where its text is that of the script.
      const same = written === undefined || this.text.slice(range.pos, range.end) === written
      if (!same || one.start < range.pos || one.end > range.end) this.refuse('unreadable', one)
      else if (quotes !== 'single' && quotes !== 'literal' && this.isEscaped(one, range, quotes))
        this.refuse('expansion', one)
      else
        this.places.set(one, {
          ...one,
          quotes,
          readers: scope.lost ? [] : scope.readers,
          ...(heredoc === undefined ? {} : { heredoc }),
        })
    }
  }

  /** A backslash or a `$` before the name would have to do with its first letter. */
  private isEscaped({ start }: Occurrence, { pos }: Range, quotes: Quotes): boolean {
    let at = start
    while (at > pos && this.text[at - 1] === '\\') at -= 1
    if ((start - at) % 2 === 1) return true
    if (quotes === 'ansi') return UNFINISHED_ANSI.test(this.text.slice(pos, start))
    return start > pos && this.text[start - 1] === '$'
  }

  /** Behind a `#` that begins a word and stands in none. */
  private isComment({ start }: Occurrence): boolean {
    const line = this.text.lastIndexOf('\n', start - 1) + 1
    for (
      let at = this.text.indexOf('#', line);
      at >= 0 && at < start;
      at = this.text.indexOf('#', at + 1)
    )
      if (
        (at === line || /[\s;&|()]/.test(this.text[at - 1]!)) &&
        !this.texts.some(({ pos, end }) => (at >= pos && at < end) || (start >= pos && start < end))
      )
        return true
    return false
  }
}
