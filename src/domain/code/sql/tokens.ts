// SQL text as tokens, in the ways that the dialects differ: what is a string or a comment in one is
// a statement in another. Total and linear: an unterminated string or comment is said, never guessed.

export const SQL_DIALECTS = ['postgres', 'mysql', 'sqlite', 'duckdb', 'tsql', 'other'] as const
export type SqlDialect = (typeof SQL_DIALECTS)[number]

export interface SqlToken {
  /** `name` is quoted and never a keyword; `meta` a client's own command to the end of its line. */
  readonly is: 'word' | 'name' | 'text' | 'mark' | 'meta'
  /** Words lower-cased; a string or name without its quotes. */
  readonly text: string
  /** Parentheses around it. */
  readonly depth: number
}

export interface SqlTokens {
  readonly tokens: ReadonlyArray<SqlToken>
  /** The text ends inside a string, a comment or parentheses, or is longer than is read. */
  readonly broken: boolean
}

export const MOST_SQL = 65_536
const MOST_TOKENS = 6000

const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y
const NUMBER = /\d[\w.]*/y
const DOLLAR = /\$(?:[A-Za-z_]\w{0,62})?\$/y
const SPACE = /\s+/y

/** How a dialect spells strings and comments. */
interface Spelling {
  readonly backslash: boolean
  readonly dollar: boolean
  readonly nested: boolean
  readonly hash: boolean
  readonly doubleIsText: boolean
}

const SPELLINGS: Record<Exclude<SqlDialect, 'other'>, Spelling> = {
  postgres: { backslash: false, dollar: true, nested: true, hash: false, doubleIsText: false },
  mysql: { backslash: true, dollar: false, nested: false, hash: true, doubleIsText: true },
  sqlite: { backslash: false, dollar: false, nested: false, hash: false, doubleIsText: false },
  duckdb: { backslash: false, dollar: true, nested: false, hash: false, doubleIsText: false },
  tsql: { backslash: false, dollar: false, nested: true, hash: false, doubleIsText: false },
}

export const sqlTokens = (text: string, dialect: Exclude<SqlDialect, 'other'>): SqlTokens => {
  const reader = new Tokens(text.slice(0, MOST_SQL), SPELLINGS[dialect])
  reader.read(dialect)
  return { tokens: reader.out, broken: reader.broken || text.length > MOST_SQL }
}

class Tokens {
  readonly out: Array<SqlToken> = []
  broken = false
  private at = 0
  private depth = 0
  private readonly text: string
  private readonly spelling: Spelling

  constructor(text: string, spelling: Spelling) {
    this.text = text
    this.spelling = spelling
  }

  read(dialect: SqlDialect): void {
    const { text } = this
    while (this.at < text.length && this.out.length < MOST_TOKENS) {
      if (this.match(SPACE) !== undefined) continue
      const start = this.lineStart()
      if (start && this.lineCommand(dialect)) continue
      this.one(dialect)
    }
    if (this.at < text.length || this.depth > 0) this.broken = true
  }

  private one(dialect: SqlDialect): void {
    const { text, spelling } = this
    const char = text[this.at]!
    const pair = text.slice(this.at, this.at + 2)
    // MySQL takes `--` for a comment only before a blank; elsewhere it is two signs.
    if (pair === '--' && (dialect !== 'mysql' || !/\S/.test(text[this.at + 2] ?? ' ')))
      this.toLineEnd()
    else if (char === '#' && spelling.hash) this.toLineEnd()
    else if (pair === '/*') this.comment(dialect)
    else if (pair === '*/' && dialect === 'mysql') this.at += 2
    else if (char === "'") this.quoted("'", 'text', spelling.backslash || this.escapes())
    else if (char === '"')
      this.quoted('"', spelling.doubleIsText ? 'text' : 'name', spelling.backslash)
    else if (char === '`') this.quoted('`', 'name', false)
    else if (char === '[' && dialect === 'tsql') this.quoted(']', 'name', false)
    else if (char === '$' && spelling.dollar && this.dollar()) return
    else if (char === '\\') this.backslash(dialect)
    else this.plain(char)
  }

  private plain(char: string): void {
    const word = this.match(WORD)
    if (word !== undefined) this.push('word', word.toLowerCase())
    else {
      const number = this.match(NUMBER)
      if (number !== undefined) this.push('mark', number)
      else {
        if (char === ')' && this.depth > 0) this.depth--
        this.push('mark', char)
        if (char === '(') this.depth++
        this.at++
      }
    }
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0]
    if (found !== undefined) this.at += found.length
    return found
  }

  private push(is: SqlToken['is'], text: string): void {
    this.out.push({ is, text, depth: this.depth })
  }

  private lineStart(): boolean {
    let at = this.at - 1
    while (at >= 0 && (this.text[at] === ' ' || this.text[at] === '\t')) at--
    return at < 0 || this.text[at] === '\n' || this.text[at] === '\r'
  }

  private toLineEnd(): string {
    const end = this.text.indexOf('\n', this.at)
    const line = this.text.slice(this.at, end < 0 ? this.text.length : end)
    this.at = end < 0 ? this.text.length : end + 1
    return line
  }

  /** Commands of the client that take a line of their own. */
  private lineCommand(dialect: SqlDialect): boolean {
    const rest = this.text.slice(this.at, this.at + 16)
    const own =
      dialect === 'sqlite' || dialect === 'duckdb'
        ? /^\.[a-z]/i.test(rest)
        : dialect === 'tsql'
          ? /^(?::[a-z]|!!)/i.test(rest)
          : dialect === 'mysql'
            ? /^(?:system|source|tee|pager|edit|delimiter)(?=\s)/i.test(rest)
            : /^!\w/.test(rest)
    if (!own) return false
    this.push('meta', this.toLineEnd().trim())
    return true
  }

  /**
   * psql: `\! ls` and `\copy …` take the line, others end at the next backslash, `\;` is a semicolon.
   * MySQL: `\G` and its like are two characters, what they are followed by is the next statement.
   */
  private backslash(dialect: SqlDialect): void {
    const { text } = this
    const after = text[this.at + 1] ?? ''
    if (dialect === 'mysql' && !/[!.TPudrCR]/.test(after)) {
      this.push('mark', ';')
      this.at += 2
    } else if (
      dialect === 'mysql' ||
      /^\\(?:!|copy\b|h\b|help\b)/.test(text.slice(this.at, this.at + 8))
    )
      this.push('meta', this.toLineEnd().trim())
    else if (dialect !== 'postgres') this.plain('\\')
    else if (after === ';' || after === '\\') {
      this.push('mark', ';')
      this.at += 2
    } else {
      const line = /^\\[^\\\n]*/.exec(text.slice(this.at, this.at + 4096))![0]
      this.at += line.length
      this.push('meta', line.trim())
    }
  }

  /** `E'…'` knows backslashes. */
  private escapes(): boolean {
    const last = this.out.at(-1)
    return last?.is === 'word' && last.text === 'e' && /e/i.test(this.text[this.at - 1] ?? '')
  }

  private quoted(quote: string, is: 'text' | 'name', backslash: boolean): void {
    const { text } = this
    let value = ''
    let from = ++this.at
    for (; this.at < text.length; this.at++) {
      const char = text[this.at]
      if (char === '\\' && backslash) this.at++
      else if (char === quote) {
        if (text[this.at + 1] !== quote) {
          this.push(is, value + text.slice(from, this.at++))
          return
        }
        value += text.slice(from, ++this.at)
        from = this.at + 1
      }
    }
    this.broken = true
  }

  private dollar(): boolean {
    const tag = this.match(DOLLAR)
    if (tag === undefined) return false
    const end = this.text.indexOf(tag, this.at)
    if (end < 0) {
      this.broken = true
      this.at = this.text.length
      return true
    }
    this.push('text', this.text.slice(this.at, end))
    this.at = end + tag.length
    return true
  }

  /** MySQL runs what stands in a comment that opens with an exclamation mark. */
  private comment(dialect: SqlDialect): void {
    const { text } = this
    const runs = dialect === 'mysql' ? /\/\*M?!\d*/y : undefined
    if (runs !== undefined && this.match(runs) !== undefined) return
    let depth = 1
    this.at += 2
    while (this.at < text.length) {
      const pair = text.slice(this.at, this.at + 2)
      if (pair === '*/') {
        this.at += 2
        if (--depth === 0) return
      } else if (pair === '/*' && this.spelling.nested) {
        depth++
        this.at += 2
      } else this.at++
    }
    this.broken = true
  }
}
