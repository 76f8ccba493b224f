// What a sed script reaches beyond its input: the files that it reads and writes, and the commands that
// it runs. Two manners of taking a delimiter inside brackets exist; what either of them finds counts.

export interface SedReach {
  readonly does: 'read' | 'write' | 'run'
  /** The file or command; empty where it is the line that is worked on. */
  readonly text: string
}

const SCRIPT_LIMIT = 16_384

/** Undefined where the script cannot be taken apart. */
export const sedReaches = (script: string): ReadonlyArray<SedReach> | undefined => {
  if (script.length > SCRIPT_LIMIT) return undefined
  const plain = new SedScript(script, false).read()
  const bracketed = script.includes('[') ? new SedScript(script, true).read() : plain
  if (plain === undefined || bracketed === undefined) return plain ?? bracketed
  return plain === bracketed ? plain : [...plain, ...bracketed]
}

class SedScript {
  private readonly text: string
  private readonly brackets: boolean
  private readonly out: Array<SedReach> = []
  private at = 0
  /** Brackets that open before here are never closed. */
  private unclosed = 0

  constructor(text: string, brackets: boolean) {
    this.text = text
    this.brackets = brackets
  }

  read(): ReadonlyArray<SedReach> | undefined {
    while (this.at < this.text.length) {
      this.skip(/[\s;{}]/)
      if (this.at >= this.text.length) break
      if (!this.addresses() || !this.command()) return undefined
    }
    return this.out
  }

  private skip(what: RegExp): void {
    while (this.at < this.text.length && what.test(this.text[this.at]!)) this.at++
  }

  /** The rest of the line, from after blanks; a newline behind a backslash belongs to it. */
  private line(continued = false): string {
    this.skip(/[ \t]/)
    const from = this.at
    while (this.at < this.text.length && this.text[this.at] !== '\n') {
      if (continued && this.text[this.at] === '\\') this.at++
      this.at++
    }
    return this.text.slice(from, this.at).trim()
  }

  /** Goes past the next `end` that nothing escapes; false where there is none. */
  private past(end: string): boolean {
    for (; this.at < this.text.length; this.at++) {
      const letter = this.text[this.at]!
      if (letter === end) {
        this.at++
        return true
      }
      if (letter === '\\') this.at++
      else if (letter === '[' && this.brackets) this.bracket()
    }
    return false
  }

  /** Stops at the bracket that closes this one, or stays where there is none. */
  private bracket(): void {
    if (this.at < this.unclosed) return
    let to = this.at + 1
    if (this.text[to] === '^') to++
    if (this.text[to] === ']') to++
    while (to < this.text.length && this.text[to] !== ']' && this.text[to] !== '\n') {
      const named =
        this.text[to] === '['
          ? /^\[([:.=])[^\]]{0,32}\1\]/.exec(this.text.slice(to, to + 40))
          : null
      to += named?.[0].length ?? 1
    }
    if (this.text[to] === ']') this.at = to
    else this.unclosed = to
  }

  private addresses(): boolean {
    for (let count = 0; count < 2; count++) {
      const letter = this.text[this.at] ?? ''
      if (/[\d$+~]/.test(letter)) this.skip(/[\d$+~]/)
      else if (letter === '/' || letter === '\\') {
        this.at += letter === '/' ? 1 : 2
        if (!this.past(letter === '/' ? '/' : this.text[this.at - 1]!)) return false
        this.skip(/[IM]/)
      } else break
      this.skip(/[ \t]/)
      if (this.text[this.at] !== ',') break
      this.at++
      this.skip(/[ \t]/)
    }
    this.skip(/[ \t!]/)
    return true
  }

  private command(): boolean {
    const name = this.text[this.at++] ?? ''
    switch (name) {
      case '{':
      case '}':
      case '=':
        return true
      case '#':
        this.line()
        return true
      case ':':
      case 'b':
      case 't':
      case 'T':
        this.skip(name === ':' ? /[^\n;]/ : /[^\n;}]/)
        return true
      case 'a':
      case 'i':
      case 'c':
        this.line(true)
        return true
      case 'r':
      case 'R':
        return this.reach('read')
      case 'w':
      case 'W':
        return this.reach('write')
      case 'e':
        this.out.push({ does: 'run', text: this.line() })
        return true
      case 's':
        return this.substitution()
      case 'y': {
        const end = this.text[this.at++]
        return end !== undefined && this.past(end) && this.past(end) && this.ends()
      }
      case 'l':
      case 'L':
      case 'q':
      case 'Q':
      case 'v':
        this.skip(/[ \t\d.]/)
        return this.ends()
      default:
        return /^[dDgGhHnNpPxFz]$/.test(name) && this.ends()
    }
  }

  private ends(): boolean {
    this.skip(/[ \t]/)
    return this.at >= this.text.length || /[\n;}#]/.test(this.text[this.at]!)
  }

  private reach(does: 'read' | 'write'): boolean {
    const text = this.line()
    if (text !== '') this.out.push({ does, text })
    return text !== ''
  }

  private substitution(): boolean {
    const end = this.text[this.at++]
    if (end === undefined || end === '\n' || end === '\\') return false
    if (!this.past(end)) return false
    const replaced = replacementEnd(this.text, this.at, end)
    if (replaced === undefined) return false
    this.at = replaced
    for (; this.at < this.text.length; this.at++) {
      const flag = this.text[this.at]!
      if (flag === 'w') {
        this.at++
        return this.reach('write')
      }
      if (flag === 'e') this.out.push({ does: 'run', text: '' })
      else if (!/[gpiIMm\d]/.test(flag)) break
    }
    return this.ends()
  }
}

/** Where the replacement of a substitution ends; a bracket is a letter like any other there. */
const replacementEnd = (text: string, from: number, delimiter: string): number | undefined => {
  let at = from
  while (at < text.length && text[at] !== delimiter) at += text[at] === '\\' ? 2 : 1
  return at < text.length ? at + 1 : undefined
}
