// Ruby, Perl and PHP text as tokens: their quotes, here-documents, patterns and comments, so that a
// word in a string is not taken for a call, nor a call for a word in a string. Tolerant and linear:
// any text yields tokens, and what cannot be told apart is marked `unsure`.
import {
  closingBrace,
  type Dialect,
  PAIRS,
  type Part,
  partsOf,
  unescapedPlain,
  variableAt,
} from './strings.ts'

export interface Token {
  readonly kind:
    | 'name'
    | 'variable'
    | 'string'
    | 'symbol'
    | 'words'
    | 'command'
    | 'pattern'
    | 'number'
    | 'operator'
    | 'end'
  readonly text: string
  parts?: ReadonlyArray<Part>
  /** Program text that the token runs: the replacement of Perl's `s///e`. */
  code?: string
  /** White space stands before it. */
  readonly spaced: boolean
  /** May be an operator and code, not this literal. */
  readonly unsure?: boolean
}

export interface Tokens {
  readonly tokens: ReadonlyArray<Token>
  /** A string or a here-document has no end. */
  readonly broken: boolean
  /** There was more text than is read. */
  readonly cut: boolean
}

const MOST_TOKENS = 24_000

const OPERATORS =
  /<=>|\*\*=|\|\|=|&&=|\/\/=|\?\?=|<<=|>>=|===|!==|\.\.\.|\?->|=>|->|&\.|::|==|=~|!~|!=|\.=|\+=|-=|\*=|\/=|%=|\|=|&=|\^=|\.\.|\*\*|\+\+|--|&&|\|\||\/\/|\?\?|<<|>>|<=|>=|[^\s]/y

const NAME = /[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/y
const NUMBER = /0[xXbB][\da-fA-F_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?/y

/** Names after which a value begins, so that `/` opens a pattern and `<<` a here-document. */
const BEFORE_VALUE = new Set(
  (
    'if elsif elseif unless while until when case and or not return split grep map join push unshift puts print say p pp ' +
    'raise die warn then else do in x lt gt le ge eq ne cmp echo yield puts! printf eval system exec'
  ).split(' '),
)

const QUOTERS = new Set(['q', 'qq', 'qw', 'qx', 'm', 'qr', 's', 'tr', 'y'])

/** The tokens of a text in order. */
export const tokensOf = (text: string, dialect: Dialect): Tokens => new Lexer(text, dialect).run()

interface Pending {
  readonly token: Token
  readonly end: string
  readonly indented: boolean
  readonly plain: boolean
}

class Lexer {
  private readonly text: string
  private readonly dialect: Dialect
  private readonly tokens: Array<Token> = []
  private readonly assigned = new Set<string>()
  private pending: Array<Pending> = []
  private at = 0
  private spaced = false
  private broken = false

  constructor(text: string, dialect: Dialect) {
    this.text = text
    this.dialect = dialect
  }

  run(): Tokens {
    if (this.dialect === 'php' && /^(?:#![^\n]*\n)?\s*</.test(this.text)) this.markup()
    while (this.at < this.text.length && this.tokens.length < MOST_TOKENS) {
      const from = this.at
      this.step()
      // Whatever a step made of its place, the next one stands further on.
      if (this.at <= from) this.at = from + 1
    }
    return {
      tokens: this.tokens,
      broken: this.broken || this.pending.length > 0,
      cut: this.at < this.text.length,
    }
  }

  private add(kind: Token['kind'], text: string, more: Partial<Token> = {}): Token {
    const token: Token = { kind, text, spaced: this.spaced, ...more }
    this.tokens.push(token)
    this.spaced = false
    return token
  }

  private sticky(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    return pattern.exec(this.text)?.[0]
  }

  /** Skips what stands outside PHP's tags. */
  private markup(): void {
    const open = /<\?(?:php\b|=)?/g
    open.lastIndex = this.at
    const found = open.exec(this.text)
    this.at = found === null ? this.text.length : open.lastIndex
    this.add('end', ';')
  }

  private step(): void {
    const { text, dialect } = this
    const char = text[this.at]!
    if (char === '\n') {
      this.at++
      this.add('end', '\n')
      this.heredocs()
      this.block()
      this.spaced = true
      return
    }
    if (/\s/.test(char)) {
      this.at++
      this.spaced = true
      return
    }
    if (char === '\\' && /[\r\n]/.test(text[this.at + 1] ?? '')) {
      this.at += text.startsWith('\r\n', this.at + 1) ? 3 : 2
      this.spaced = true
      return
    }
    if (this.at === 0) {
      this.block()
      if (this.at > 0) return
    }
    if (this.comment(char)) return
    if (char === ';') {
      this.at++
      this.add('end', ';')
      return
    }
    if (char === '"' || char === "'" || char === '`') {
      this.quoted(char)
      return
    }
    if (dialect === 'php' && text.startsWith('?>', this.at)) {
      this.at += 2
      this.markup()
      return
    }
    if (this.variable(char) || this.heredocStart(char) || this.pattern(char)) return
    if (dialect === 'ruby' && this.rubyLiteral(char)) return
    const number = /\d/.test(char) ? this.sticky(NUMBER) : undefined
    if (number !== undefined) {
      this.at += number.length
      this.add('number', number)
      return
    }
    const name = this.sticky(NAME)
    if (name !== undefined || (dialect === 'php' && char === '\\')) this.name(name ?? '')
    else this.operator()
  }

  private operator(): void {
    const operator = this.sticky(OPERATORS) ?? this.text[this.at]!
    const before = this.tokens.at(-1)
    if (operator === '=' && before?.kind === 'name') this.assigned.add(before.text)
    this.at += operator.length
    this.add('operator', operator)
  }

  private skipTo(end: number): void {
    this.at = end < 0 ? this.text.length : end
    this.spaced = true
  }

  private comment(char: string): boolean {
    const { text, at } = this
    if (char === '#' && !(this.dialect === 'php' && text[at + 1] === '[')) {
      this.lineComment()
      return true
    }
    if (this.dialect !== 'php' || char !== '/') return false
    if (text[at + 1] === '/') this.lineComment()
    else if (text[at + 1] === '*') {
      const end = text.indexOf('*/', at + 2)
      this.skipTo(end < 0 ? end : end + 2)
    } else return false
    return true
  }

  private lineComment(): void {
    const line = this.text.indexOf('\n', this.at)
    const tag =
      this.dialect === 'php'
        ? this.text.slice(this.at, line < 0 ? undefined : line).indexOf('?>')
        : -1
    this.skipTo(tag < 0 ? line : this.at + tag)
  }

  /** Blocks of documentation, and the end of the program, at the start of a line. */
  private block(): void {
    const { text, at, dialect } = this
    if (dialect === 'php') return
    if (text[at] === '=') {
      const opens =
        dialect === 'ruby' ? text.startsWith('=begin', at) : /[A-Za-z]/.test(text[at + 1] ?? '')
      if (!opens) return
      const close = dialect === 'ruby' ? '\n=end' : '\n=cut'
      const end = text.indexOf(close, at)
      const line = end < 0 ? -1 : text.indexOf('\n', end + 1)
      this.skipTo(line)
    } else if (text[at] === '_' && /^__(?:END|DATA)__\r?(?:\n|$)/.test(text.slice(at, at + 12)))
      this.skipTo(-1)
  }

  /** True where a value has just ended, so that what follows is an operator. */
  private afterValue(): boolean {
    const last = this.tokens.at(-1)
    if (last === undefined || last.kind === 'end') return false
    if (last.kind === 'operator') return last.text === ')' || last.text === ']' || last.text === '}'
    return last.kind !== 'name' || !BEFORE_VALUE.has(last.text)
  }

  /** After a name and a space, before something that no space follows: an argument, or an operator. */
  private maybeArgument(): boolean {
    const last = this.tokens.at(-1)
    return (
      last?.kind === 'name' &&
      this.spaced &&
      !this.assigned.has(last.text) &&
      !/\s/.test(this.text[this.at + 1] ?? ' ')
    )
  }

  private variable(char: string): boolean {
    const { text, at, dialect } = this
    let found: string | undefined
    if (char === '$') found = variableAt(text, at, dialect)
    else if (char === '@' && dialect !== 'php')
      found = /^@@?[A-Za-z_]\w*|^@(?=[{$])/.exec(text.slice(at, at + 80))?.[0]
    else if (char === '%' && dialect === 'perl' && (!this.afterValue() || this.maybeArgument()))
      found = /^%(?:[A-Za-z_][\w:]*|[+!-](?=[^\w])|(?=[{$]))/.exec(text.slice(at, at + 80))?.[0]
    if (found === undefined) return false
    this.at += found.length
    this.add('variable', found)
    return true
  }

  private name(name: string): void {
    const { dialect, text } = this
    let whole = name
    this.at += name.length
    if (dialect === 'php') {
      const rest = /^(?:\\[A-Za-z_]\w*)+/.exec(text.slice(this.at, this.at + 200))?.[0] ?? ''
      if (name === '' && rest === '') {
        this.at++
        return
      }
      this.at += rest.length
      whole = (name + rest).replace(/^\\/, '')
    } else if (/^[A-Z]/.test(name) || dialect === 'perl') {
      const rest = (dialect === 'ruby' ? /^(?:::[A-Z]\w*)+/ : /^(?:::\w+)+(?:::)?/).exec(
        text.slice(this.at, this.at + 200),
      )?.[0]
      if (rest !== undefined) {
        this.at += rest.length
        whole += rest
      }
    }
    if (
      dialect === 'ruby' &&
      /[?!]/.test(text[this.at] ?? '') &&
      !/^[?!](?:=(?!=)|\w)/.test(text.slice(this.at, this.at + 3))
    ) {
      whole += text[this.at]!
      this.at++
    }
    if (dialect === 'perl' && QUOTERS.has(whole) && this.perlQuote(whole)) return
    this.add('name', whole)
  }

  private isMethodName(): boolean {
    const last = this.tokens.at(-1)
    return (
      last?.kind === 'operator' &&
      /^(?:\.|&\.|->|\?->|::)$/.test(last.text) &&
      !(this.dialect === 'perl' && last.text === '.')
    )
  }

  /** Perl's `q()`, `qx()`, `s///` and their like. */
  private perlQuote(name: string): boolean {
    const { text } = this
    let open = this.at
    while (/\s/.test(text[open] ?? '') && open - this.at < 200) open++
    const mark = text[open]
    if (mark === undefined || /[\w\s,;)]/.test(mark) || (open > this.at && mark === '#'))
      return false
    if (mark === '=' && (open > this.at || text[open + 1] === '>')) return false
    if (text.startsWith('=>', open) || this.isMethodName()) return false
    const before = this.tokens.at(-1)
    if (before?.text === '{' && mark === '}') return false
    if (before?.kind === 'name' && before.text === 'sub') return false
    this.at = open
    const first = this.delimited(mark)
    const plain = mark === "'"
    switch (name) {
      case 'q':
        this.add('string', first, { parts: [unescapedPlain(first, mark)] })
        return true
      case 'qq':
        this.add('string', first, { parts: this.parts(first) })
        return true
      case 'qw':
        this.add('words', first)
        return true
      case 'qx':
        this.add('command', first, { parts: plain ? [first] : this.parts(first) })
        return true
      case 'm':
      case 'qr':
        this.flags()
        this.add('pattern', first, { parts: plain ? [] : this.codeIn(first) })
        return true
    }
    if (PAIRS[mark] !== undefined) while (/\s/.test(text[this.at] ?? '')) this.at++
    else this.at--
    const second = this.delimited(text[this.at] ?? '')
    const flags = this.flags()
    if (name !== 's') this.add('pattern', first)
    else if (flags.includes('e'))
      this.add('pattern', first, {
        parts: this.codeIn(first),
        code: flags.split('e').length > 2 ? `eval(${second})` : second,
      })
    else
      this.add('pattern', first, {
        parts: plain ? [] : [...this.codeIn(first), ...this.codeIn(second)],
      })
    return true
  }

  private flags(): string {
    const flags = /^[a-z]{0,12}/.exec(this.text.slice(this.at, this.at + 12))![0]
    this.at += flags.length
    return flags
  }

  private pattern(char: string): boolean {
    if (this.dialect === 'php' || char !== '/') {
      if (this.dialect !== 'perl' || char !== '<') return false
      if (this.afterValue() && this.tokens.at(-1)?.kind !== 'name') return false
      const lines = /^<([^\s<>=;]{0,120})>/.exec(this.text.slice(this.at, this.at + 122))
      if (lines === null) return false
      this.at += lines[0].length
      this.add(/^\$?\w*$/.test(lines[1]!) ? 'number' : 'words', lines[1]!, { parts: [lines[1]!] })
      return true
    }
    const certain = !this.afterValue()
    if (!certain && (this.dialect === 'perl' || !this.maybeArgument())) return false
    const inner = this.delimited('/')
    this.flags()
    this.add('pattern', inner, { parts: this.codeIn(inner), ...(certain ? {} : { unsure: true }) })
    return true
  }

  private rubyLiteral(char: string): boolean {
    const { text, at } = this
    if (char === ':' && text[at + 1] !== ':') {
      if (text[at + 1] === '"' && !this.afterValue()) {
        this.at++
        const inner = this.delimited('"')
        this.add('symbol', inner, { parts: this.parts(inner) })
        return true
      }
      const symbol = /^:([A-Za-z_]\w*[?!=]?(?![\w>~=]))/.exec(text.slice(at, at + 80))
      if (symbol === null || (this.afterValue() && !this.spaced)) return false
      this.at += symbol[0].length
      this.add('symbol', symbol[1]!)
      return true
    }
    if (
      char === '?' &&
      !this.afterValue() &&
      /^\?[^\s\w]|^\?\w(?!\w)/.test(text.slice(at, at + 3))
    ) {
      this.at += 2
      this.add('string', text[at + 1]!, { parts: [text[at + 1]!] })
      return true
    }
    if (char !== '%' || (this.afterValue() && !this.maybeArgument())) return false
    const form = /^%([qQwWiIxrs]?)([^\w\s=])/.exec(text.slice(at, at + 3))
    if (form === null) return false
    const unsure = this.afterValue() ? { unsure: true } : {}
    this.at += form[0].length - 1
    const inner = this.delimited(form[2]!)
    switch (form[1]) {
      case 'w':
      case 'W':
      case 'i':
      case 'I':
        this.add('words', inner, { parts: this.codeIn(inner), ...unsure })
        return true
      case 'x':
        this.add('command', inner, { parts: this.parts(inner), ...unsure })
        return true
      case 'r':
        this.flags()
        this.add('pattern', inner, { parts: this.codeIn(inner), ...unsure })
        return true
      case 'q':
      case 's':
        this.add('string', inner, { parts: [unescapedPlain(inner, form[2]!)], ...unsure })
        return true
      default:
        this.add('string', inner, { parts: this.parts(inner), ...unsure })
        return true
    }
  }

  private quoted(mark: string): void {
    const inner = this.delimited(mark)
    if (mark === "'") this.add('string', inner, { parts: [unescapedPlain(inner, mark)] })
    else this.add(mark === '`' ? 'command' : 'string', inner, { parts: this.parts(inner) })
  }

  /** The text between the delimiter that stands here and its end; stands behind it afterwards. */
  private delimited(open: string): string {
    const { text } = this
    const close = PAIRS[open] ?? open
    const from = this.at + 1
    let depth = 1
    let at = from
    for (; at < text.length; at++) {
      const char = text[at]!
      if (char === '\\') at++
      else if (char === close && --depth === 0) break
      else if (char === open && close !== open) depth++
      else if (this.dialect === 'ruby' && char === '#' && text[at + 1] === '{' && open !== "'")
        at = closingBrace(text, at + 1)
      else if (this.dialect === 'php' && char === '{' && text[at + 1] === '$' && open === '"')
        at = closingBrace(text, at)
    }
    if (at >= text.length) this.broken = true
    this.at = Math.min(at + 1, text.length)
    return text.slice(from, at)
  }

  private parts(raw: string): ReadonlyArray<Part> {
    return partsOf(raw, this.dialect)
  }

  /** Only the code in a pattern: its text is no value. */
  private codeIn(raw: string): ReadonlyArray<Part> {
    if (this.dialect === 'perl' && /\(\?{1,2}\??\{/.test(raw))
      return [...this.parts(raw), { code: 'eval $_' }]
    return this.parts(raw).filter((part) => typeof part !== 'string')
  }

  private heredocStart(char: string): boolean {
    if (char !== '<' || this.text[this.at + 1] !== '<') return false
    const form =
      this.dialect === 'php'
        ? /^<<<[ \t]*(["']?)([A-Za-z_]\w*)\1/
        : this.dialect === 'ruby'
          ? /^<<([~-]?)(["'`]?)([A-Za-z_]\w*)\2/
          : /^<<(~?)(["'`]?)([A-Za-z_]\w*)\2/
    const found = form.exec(this.text.slice(this.at, this.at + 80))
    if (found === null) return false
    const php = this.dialect === 'php'
    const [quote, end] = php ? [found[1]!, found[2]!] : [found[2]!, found[3]!]
    const certain = php || !this.afterValue()
    if (!certain && !this.maybeArgument()) return false
    this.at += found[0].length
    const token = this.add(quote === '`' ? 'command' : 'string', end, {
      parts: [],
      ...(certain ? {} : { unsure: true }),
    })
    this.pending.push({ token, end, indented: php || found[1] !== '', plain: quote === "'" })
    return true
  }

  private heredocs(): void {
    for (const { token, end, indented, plain } of this.pending) {
      const from = this.at
      let line = from
      for (;;) {
        const next = this.text.indexOf('\n', line)
        const stop = next < 0 ? this.text.length : next
        const written = this.text.slice(line, Math.min(stop, line + 400)).replace(/\r$/, '')
        const shown = indented ? written.trimStart() : written
        if (
          shown === end ||
          (this.dialect === 'php' && shown.startsWith(end) && !/^\w/.test(shown.slice(end.length)))
        ) {
          this.body(token, from, line, plain)
          // What follows PHP's end mark belongs to the statement.
          this.at = this.dialect === 'php' ? line + written.indexOf(end) + end.length : stop
          break
        }
        if (next < 0) {
          this.body(token, from, this.text.length, plain)
          this.broken = true
          this.at = this.text.length
          break
        }
        line = next + 1
      }
    }
    this.pending = []
  }

  private body(token: Token, from: number, to: number, plain: boolean): void {
    const raw = this.text.slice(from, to).replace(/\n$/, '')
    token.parts = plain ? [raw] : this.parts(raw)
  }
}
