// PowerShell text as commands with their words. Tolerant and linear: any text yields commands, and
// code inside words, blocks and brackets is handed out as text of its own.
import { UNKNOWN } from '../../shell/word.ts'

export interface PowerWord {
  /** Quotes removed; each unknown is one UNKNOWN. */
  readonly text: string
  readonly quoted: boolean
  /** A script block: its text is in `inner`. */
  readonly block: boolean
  /** Code that runs to make the word: `$(…)`, `(…)`, `{…}`. */
  readonly inner: ReadonlyArray<string>
  /** A comma follows: the next word is another value of the same argument. */
  readonly more: boolean
  /** `>` and its like: the next word is a file. */
  readonly redirects?: 'write' | 'merge'
}

export interface PowerCommand {
  readonly words: ReadonlyArray<PowerWord>
  /** It takes what the command before it yields. */
  readonly piped: boolean
  /** The text as written, for what is an expression and no command. */
  readonly written: string
}

export interface PowerText {
  readonly commands: ReadonlyArray<PowerCommand>
  readonly broken: boolean
  readonly cut: boolean
}

const MOST_WORDS = 8000

/** `valueOf` tells what is known of a variable, by its name in lower case. */
export const powerCommands = (
  text: string,
  valueOf: (name: string) => string | undefined,
): PowerText => new Splitter(text, valueOf).run()

class Splitter {
  private readonly text: string
  private readonly valueOf: (name: string) => string | undefined
  private at = 0
  private broken = false
  private count = 0
  private readonly commands: Array<PowerCommand> = []
  private words: Array<PowerWord> = []
  private piped = false
  private from = 0

  constructor(text: string, valueOf: (name: string) => string | undefined) {
    this.text = text
    this.valueOf = valueOf
  }

  run(): PowerText {
    const { text } = this
    while (this.at < text.length && this.count < MOST_WORDS) {
      const char = text[this.at]!
      if (char === '\n' || char === ';') this.end(false, 1)
      else if (char === '|') this.end(text[this.at + 1] !== '|', text[this.at + 1] === '|' ? 2 : 1)
      else if (char === '&' && text[this.at + 1] === '&') this.end(false, 2)
      else if (char === '&' && this.words.length > 0) this.end(false, 1)
      else if (/\s/.test(char)) this.at++
      else if (char === '`' && /\s/.test(text[this.at + 1] ?? ' ')) this.at += 2
      else if (char === '#') this.at = this.after('\n', this.at) - 1
      else if (text.startsWith('<#', this.at)) this.at = this.after('#>', this.at)
      else if (char === '}' || char === ')') this.at++
      else if (char === ',') {
        const last = this.words.at(-1)
        if (last !== undefined) this.words[this.words.length - 1] = { ...last, more: true }
        this.at++
      } else this.word()
    }
    this.end(false, 0)
    return { commands: this.commands, broken: this.broken, cut: this.at < text.length }
  }

  private after(mark: string, from: number): number {
    const end = this.text.indexOf(mark, from)
    return end < 0 ? this.text.length + (mark === '\n' ? 1 : 0) : end + mark.length
  }

  private end(piped: boolean, width: number): void {
    if (this.words.length > 0)
      this.commands.push({
        words: this.words,
        piped: this.piped,
        written: this.text.slice(this.from, this.at),
      })
    if (this.words.length > 0 || width > 0) this.piped = piped
    this.words = []
    this.at += width
    this.from = this.at
  }

  private word(): void {
    const { text } = this
    this.count++
    const redirection = /^[\d*]?>{1,2}(?:&\d)?/.exec(text.slice(this.at, this.at + 6))
    if (redirection !== null) {
      this.at += redirection[0].length
      this.words.push({ ...EMPTY, redirects: redirection[0].includes('&') ? 'merge' : 'write' })
      return
    }
    if (text[this.at] === '{') {
      const inner = this.bracket('{', '}')
      this.words.push({ ...EMPTY, block: true, inner: [inner] })
      return
    }
    let out = ''
    let quoted = false
    const inner: Array<string> = []
    const unknown = (code?: string): void => {
      out += UNKNOWN
      if (code !== undefined) inner.push(code)
    }
    while (this.at < text.length) {
      const char = text[this.at]!
      if (/[\s;|,]/.test(char) || char === ')' || char === '}') break
      if (char === '&' && out !== '') break
      if (char === '>' && out !== '') break
      if (char === '`') {
        out += text[this.at + 1] ?? ''
        this.at += 2
      } else if (char === "'") {
        out += this.plain()
        quoted = true
      } else if (char === '"') {
        out += this.expandable(inner)
        quoted = true
      } else if (char === '@' && /^@['"]/.test(text.slice(this.at, this.at + 2))) {
        out += this.hereString(inner)
        quoted = true
      } else if (char === '@' && (text[this.at + 1] === '(' || text[this.at + 1] === '{')) {
        this.at++
        unknown(text[this.at] === '(' ? this.bracket('(', ')') : this.bracket('{', '}'))
      } else if (char === '$') out += this.variable(inner)
      else if (char === '(' && this.words.length === 0 && /^[A-Za-z][\w-]*$/.test(out)) break
      else if (char === '(') unknown(this.bracket('(', ')'))
      else if (char === '{') unknown(this.bracket('{', '}'))
      else if (char === '[' && out === '') {
        const type = this.bracket('[', ']')
        out += `[${type}]`
      } else {
        out += char
        this.at++
        if (char === '&' || (char === '.' && out === '.' && /\s/.test(text[this.at] ?? ''))) break
      }
    }
    this.words.push({ ...EMPTY, text: out, quoted, inner })
  }

  private plain(): string {
    let out = ''
    for (this.at++; this.at < this.text.length; this.at++) {
      const char = this.text[this.at]!
      if (char === "'") {
        this.at++
        if (this.text[this.at] !== "'") return out
      }
      out += char
    }
    this.broken = true
    return out
  }

  private expandable(inner: Array<string>): string {
    let out = ''
    this.at++
    while (this.at < this.text.length) {
      const char = this.text[this.at]!
      if (char === '"') {
        this.at++
        if (this.text[this.at] !== '"') return out
        out += '"'
        this.at++
      } else if (char === '`') {
        const next = this.text[this.at + 1] ?? ''
        out += { n: '\n', t: '\t', r: '\r', '0': '' }[next] ?? next
        this.at += 2
      } else if (char === '$') out += this.variable(inner)
      else {
        out += char
        this.at++
      }
    }
    this.broken = true
    return out
  }

  private hereString(inner: Array<string>): string {
    const mark = this.text[this.at + 1]!
    const from = this.after('\n', this.at)
    const end = this.text.indexOf(`\n${mark}@`, from - 1)
    const body = this.text.slice(from, end < 0 ? undefined : Math.max(end, from))
    if (end < 0) this.broken = true
    this.at = end < 0 ? this.text.length : end + 3
    if (mark === "'") return body
    for (const code of body.matchAll(/\$\(([^()]{1,2000})\)/g)) inner.push(code[1]!)
    return body.replaceAll(/\$[\w{(:]/g, UNKNOWN)
  }

  /** `$x`, `${x}`, `$env:x`, `$(…)` in a word; the value where it is known. */
  private variable(inner: Array<string>): string {
    const { text } = this
    if (text[this.at + 1] === '(') {
      this.at++
      inner.push(this.bracket('(', ')'))
      return UNKNOWN
    }
    const found = /^\$(?:\{([^}\n]{1,80})\}|((?:\w+:)?\w+|[?$^]))/.exec(
      text.slice(this.at, this.at + 90),
    )
    if (found === null) {
      this.at++
      return '$'
    }
    this.at += found[0].length
    return this.valueOf((found[1] ?? found[2]!).toLowerCase()) ?? UNKNOWN
  }

  /** The text inside the bracket that opens here; strings and comments in it are passed over. */
  private bracket(open: string, close: string): string {
    const { text } = this
    const from = this.at + 1
    let depth = 0
    for (; this.at < text.length; this.at++) {
      const char = text[this.at]!
      if (char === '`') this.at++
      else if (char === '#' && text[this.at - 1] === '<') this.at = this.after('#>', this.at) - 1
      else if (char === '#' && /[\s;{(]/.test(text[this.at - 1] ?? ' '))
        this.at = this.after('\n', this.at) - 2
      else if (char === open) depth++
      else if (char === close) {
        if (--depth === 0) {
          this.at++
          return text.slice(from, this.at - 1)
        }
      } else if (char === "'" || char === '"') {
        let end = this.at + 1
        while (end < text.length && text[end] !== char)
          end += char === '"' && text[end] === '`' ? 2 : 1
        if (end >= text.length) break
        this.at = end
      }
    }
    this.at = text.length
    this.broken = true
    return text.slice(from)
  }
}

const EMPTY: PowerWord = { text: '', quoted: false, block: false, inner: [], more: false }
