// The values of expressions in Ruby, Perl and PHP text, as far as the text says them: strings, what is
// put together from them, variables with one value, the home directory. Anything else is unknown.
import { fromBase64 } from '../../decoding.ts'
import { literalWord, type ShellWord, UNKNOWN } from '../../shell/word.ts'
import type { CodeCall } from '../codeCall.ts'
import type { Facts } from './facts.ts'
import type { ScriptLanguage } from './grammar.ts'
import type { Dialect } from './strings.ts'
import type { Token } from './tokens.ts'

/** What the reading of one text may still cost, and whom it tells. */
export interface Reading {
  readonly target: CodeCall
  readonly of: ScriptLanguage
  /** False once the text has cost more than is spent on one. */
  readonly spend: (amount: number) => boolean
}

/** Tokens `from` to `to` (half open), and the name that an argument was given by. */
export interface Range {
  readonly from: number
  readonly to: number
  readonly key?: string
}

export const VALUE_DEPTH = 12

const CONCATENATES: Readonly<Record<Dialect, string>> = { ruby: '+', perl: '.', php: '.' }
const RECEIVES: Readonly<Record<Dialect, ReadonlySet<string>>> = {
  ruby: new Set(['.', '&.', '::']),
  perl: new Set(['->']),
  php: new Set(['->', '?->', '::']),
}
/** Words that end a call written without parentheses. */
const ENDS = new Set('if unless while until and or do rescue for foreach then end xor'.split(' '))
const END_OPERATORS = new Set(['}', ')', ']', '&&', '||', '?', ':', '{'])
export class ScriptValues {
  protected readonly reading: Reading
  protected readonly tokens: ReadonlyArray<Token>
  protected readonly facts: Facts
  protected readonly dialect: Dialect
  protected readonly language: ScriptLanguage

  constructor(reading: Reading, tokens: ReadonlyArray<Token>, facts: Facts) {
    this.reading = reading
    this.tokens = tokens
    this.facts = facts
    this.language = reading.of
    this.dialect = reading.of.dialect
  }

  protected known(name: string): ShellWord | undefined {
    const range = this.facts.constants.get(name)
    if (range === undefined) return this.facts.known(name)
    return this.reading.spend(8) ? this.valueOf(range, VALUE_DEPTH - 3) : undefined
  }

  protected isOperator(at: number, ...texts: ReadonlyArray<string>): boolean {
    const token = this.tokens[at]
    return token?.kind === 'operator' && texts.includes(token.text)
  }

  protected receives(at: number): boolean {
    const token = this.tokens[at]
    return token?.kind === 'operator' && RECEIVES[this.dialect].has(token.text)
  }

  /** Whether the name at `at` is a key or a label, not something that is called. */
  protected isLabel(at: number): boolean {
    if (this.isOperator(at + 1, '=>')) return true
    if (this.isOperator(at - 1, '{') && this.isOperator(at + 1, '}') && this.dialect === 'perl')
      return true
    return (
      this.dialect !== 'perl' &&
      this.isOperator(at + 1, ':') &&
      this.tokens[at + 1]!.spaced === false &&
      !this.isOperator(at - 1, '?')
    )
  }

  /** Whether the value comes over the network: an address stands in the expression. */
  protected isRemote({ from, to }: Range, depth = 0): boolean {
    for (let at = from; at < to && at < from + 64; at++) {
      const token = this.tokens[at]!
      if (token.kind === 'string' && /^(?:https?|ftp):\/\//i.test(shown(token))) return true
      const range = depth < 3 ? this.facts.constants.get(token.text) : undefined
      if (range !== undefined && this.reading.spend(8) && this.isRemote(range, depth + 1))
        return true
    }
    return false
  }

  /** Whether what is read from files, commands or the environment goes into the value. */
  protected carries({ from, to }: Range, depth = 0): boolean {
    for (let at = from; at < to && at < from + 64; at++) {
      const { kind, text } = this.tokens[at]!
      if (kind === 'command' || /^(?:ENV|[$%]ENV|\$_ENV|\$_SERVER)$/.test(text)) return true
      if (kind === 'string' && /\b(?:read|file_get_contents|ENV)\b/.test(text)) return true
      if (
        kind === 'name' &&
        /^(?:read|binread|readlines|file_get_contents|read_file|slurp|shell_exec|getenv)$/i.test(
          text,
        )
      )
        return true
      const range = depth < 3 && at > from ? this.facts.constants.get(text) : undefined
      if (range !== undefined && this.reading.spend(8) && this.carries(range, depth + 1))
        return true
    }
    return false
  }

  /** Where the arguments of the call whose name stands at `at` are. */
  protected argumentsOf(at: number): ReadonlyArray<Range> {
    const open = at + 1
    const parenthesised =
      this.isOperator(open, '(') && (this.dialect !== 'ruby' || this.tokens[open]!.spaced === false)
    if (parenthesised) return this.split(open + 1, this.facts.close[open] ?? this.tokens.length)
    if (this.isOperator(open, '[') && this.tokens[open]!.spaced === false)
      return this.split(open + 1, this.facts.close[open] ?? this.tokens.length)
    if (this.receives(at - 1) && this.dialect !== 'ruby') return []
    return this.split(open, this.statementEnd(open))
  }

  protected statementEnd(from: number): number {
    let at = from
    for (; at < this.tokens.length; at++) {
      const token = this.tokens[at]!
      if (token.kind === 'end') {
        if (token.text === ';' || this.dialect === 'php') {
          if (token.text === ';') break
          continue
        }
        if (this.dialect === 'perl') continue
        const last = this.tokens[at - 1]
        if (last?.kind !== 'operator' || /^[)\]}]$/.test(last.text)) break
        continue
      }
      if (token.kind === 'name' && ENDS.has(token.text) && !this.isLabel(at)) break
      if (token.kind !== 'operator') continue
      const close = this.facts.close[at]
      const block = token.text === '{' && this.dialect === 'perl'
      if (END_OPERATORS.has(token.text) && !block) break
      if (close !== undefined) {
        if (!this.reading.spend(1)) break
        at = close
      }
    }
    this.reading.spend(Math.min(at - from, 200))
    return at
  }

  /** Splits at commas that lie in no inner bracket. */
  protected split(from: number, to: number): ReadonlyArray<Range> {
    const out: Array<Range> = []
    let start = from
    let key: string | undefined
    const end = (at: number): void => {
      while (start < at && this.tokens[start]!.kind === 'end') start++
      if (start < at) out.push({ from: start, to: at, ...(key === undefined ? {} : { key }) })
      start = at + 1
      key = undefined
    }
    for (let at = from; at < to; at++) {
      if (!this.reading.spend(1)) break
      const close = this.facts.close[at]
      if (close !== undefined && close > at) {
        at = Math.min(close, to)
        continue
      }
      if (this.isOperator(at, ',')) end(at)
      else if (this.isOperator(at, '=>') && this.dialect === 'perl') end(at)
      else if (
        ((this.isOperator(at, '=>') && !/^(?:fn|static)$/.test(this.tokens[start]?.text ?? '')) ||
          (this.isOperator(at, ':') && at === start + 1)) &&
        at > start
      ) {
        key = shown(this.tokens[at - 1]!)
        start = at + 1
      }
    }
    end(to)
    return out
  }

  protected receiver(at: number): ShellWord {
    let from = at - 2
    for (let steps = 0; steps < 8 && from >= 0; steps++) {
      if (this.isOperator(from, ')', ']')) {
        from = this.facts.open[from] ?? from
        if (this.tokens[from - 1]?.kind === 'name' && this.tokens[from]!.spaced === false) from--
      }
      if (!this.receives(from - 1)) break
      from -= 2
    }
    return this.valueOf({ from: Math.max(from, 0), to: at - 1 }, 0)
  }

  protected wordsOf(range: Range, depth: number): ReadonlyArray<ShellWord> {
    let { from, to } = range
    if (this.isOperator(from, '*', '@', '\\', '...') && from + 1 < to) from++
    const first = this.tokens[from]
    if (first === undefined || depth > VALUE_DEPTH) return [UNKNOWN_WORD]
    if (first.kind === 'words' && to - from === 1) {
      if (this.dialect === 'perl' && first.parts !== undefined) return [globWord(first.text)]
      const list = first.text
        .split(/\s+/)
        .filter((one) => one !== '')
        .slice(0, 64)
      return list.map((one) =>
        /[#$@]\{?/.test(one) && this.dialect === 'ruby' && one.includes('#{')
          ? UNKNOWN_WORD
          : literalWord(one),
      )
    }
    const close = this.facts.close[from]
    if (
      (this.isOperator(from, '[') || (this.isOperator(from, '(') && this.dialect === 'perl')) &&
      close === to - 1
    )
      return this.split(from + 1, close)
        .flatMap((inner) => this.wordsOf(inner, depth + 1))
        .slice(0, 64)
    // Options given by name are no arguments of a command: Ruby's `chdir:`, `exception:`.
    if (range.key !== undefined && this.dialect === 'ruby') return []
    if (this.isOperator(from, '{') && this.dialect === 'ruby') return []
    return [this.valueOf({ from, to }, depth)]
  }

  /** The value of an expression as far as the text says it. */
  protected valueOf({ from, to }: Range, depth: number): ShellWord {
    if (depth > VALUE_DEPTH || !this.reading.spend(1)) return UNKNOWN_WORD
    while (to > from && this.tokens[to - 1]!.kind === 'end') to--
    while (to > from && this.tokens[from]!.kind === 'end') from++
    if (this.isOperator(from, '(') && this.facts.close[from] === to - 1)
      return this.valueOf({ from: from + 1, to: to - 1 }, depth + 1)
    const plus = CONCATENATES[this.dialect]
    let text = ''
    let glob = false
    let start = from
    for (let at = from; at <= to; at++) {
      const close = at < to ? this.facts.close[at] : undefined
      if (close !== undefined && close > at) {
        at = Math.min(close, to - 1)
        continue
      }
      if (at < to && !this.isOperator(at, plus)) continue
      const word = this.operand(start, at, depth + 1)
      glob ||= word.is === 'glob'
      text += word.text
      start = at + 1
      if (text.length > 100_000) return UNKNOWN_WORD
    }
    if (from >= to) return UNKNOWN_WORD
    return {
      text,
      is: text.includes(UNKNOWN) ? 'dynamic' : glob ? 'glob' : 'literal',
      start: 0,
      end: 0,
    }
  }

  protected operand(from: number, to: number, depth: number): ShellWord {
    const first = this.tokens[from]
    if (first === undefined || from >= to || depth > VALUE_DEPTH) return UNKNOWN_WORD
    if (to - from === 1) return this.single(first, depth)
    const { language } = this
    // `x.to_s`, `x.strip`: the same value.
    if (this.receives(to - 2) && this.tokens[to - 1]!.kind === 'name') {
      if (SAME.has(this.tokens[to - 1]!.text)) return this.valueOf({ from, to: to - 2 }, depth + 1)
      if (first.kind === 'name' && to - from === 3)
        return this.place(`${first.text}.${this.tokens[to - 1]!.text}`)
    }
    if (
      this.dialect === 'perl' &&
      first.text === '$ENV' &&
      this.tokens[from + 2]?.text === 'HOME' &&
      to - from === 4
    )
      return literalWord(this.reading.target.home)
    if (
      /^(?:ENV|\$_SERVER|\$_ENV)$/.test(first.text) &&
      this.tokens[from + 2] !== undefined &&
      shown(this.tokens[from + 2]!) === 'HOME' &&
      to - from === 4
    )
      return literalWord(this.reading.target.home)
    if (
      this.dialect === 'perl' &&
      first.kind === 'name' &&
      !this.isOperator(from + 1, '(') &&
      language.globs.has(first.text)
    )
      return globWord(this.valueOf({ from: from + 1, to }, depth + 1))
    // A call that spans the whole operand: `Name(args)`, `Class.name(args)`, `Class['x']`.
    let name = first.kind === 'name' ? first.text : undefined
    let open = from + 1
    if (name !== undefined && this.receives(open) && this.tokens[open + 1]?.kind === 'name') {
      name += `.${this.tokens[open + 1]!.text}`
      open += 2
    }
    if (name === undefined || this.facts.close[open] !== to - 1) return UNKNOWN_WORD
    const lookup = this.dialect === 'php' ? name.toLowerCase() : name
    const args = this.split(open + 1, to - 1)
    const [one] = args
    if (one === undefined) return this.place(lookup)
    if (lookup === 'getenv' && shown(this.tokens[one.from]!) === 'HOME')
      return literalWord(this.reading.target.home)
    if (JOINS.has(lookup)) {
      const parts = args.map((arg) => this.valueOf(arg, depth + 1).text)
      const joined = parts.join('/').replaceAll(/\/{2,}/g, '/')
      return { ...literalWord(joined), is: joined.includes(UNKNOWN) ? 'dynamic' : 'literal' }
    }
    const value = (): ShellWord => this.valueOf(one, depth + 1)
    if (language.globs.has(lookup)) return globWord(value())
    if (DECODES.test(lookup)) {
      const plain = fromBase64(value().text)
      return plain === undefined ? UNKNOWN_WORD : literalWord(plain)
    }
    if (!language.transparent.has(lookup)) return UNKNOWN_WORD
    const word = value()
    return /^~(?:\/|$)/.test(word.text) && word.is === 'literal'
      ? literalWord(this.reading.target.home + word.text.slice(1))
      : word
  }

  protected place(name: string): ShellWord {
    const { home, directory, file } = this.reading.target
    // The folder of the file that the text stands in, wherever it is started from.
    if (file !== undefined && /^__dir__$/i.test(name))
      return literalWord(file.slice(0, file.lastIndexOf('/')) || '/')
    if (this.language.home.has(name)) return literalWord(home)
    return this.language.here.has(name) && directory !== undefined
      ? literalWord(directory)
      : UNKNOWN_WORD
  }

  protected single(token: Token, depth: number): ShellWord {
    switch (token.kind) {
      case 'string':
        return this.wordOf(token)
      case 'words':
        return this.dialect === 'perl' && token.parts !== undefined
          ? globWord(token.text)
          : UNKNOWN_WORD
      case 'number':
        return literalWord(token.text)
      case 'symbol':
        return literalWord(token.text)
      case 'name':
      case 'variable': {
        const range = this.facts.constants.get(token.text)
        if (range !== undefined) return this.valueOf(range, depth + 1)
        const known = this.facts.known(token.text)
        if (known !== undefined) return known
        return token.kind === 'name' ? this.place(token.text) : UNKNOWN_WORD
      }
      default:
        return UNKNOWN_WORD
    }
  }

  protected wordOf(token: Token): ShellWord {
    let text = ''
    for (const part of token.parts ?? [token.text])
      text +=
        typeof part === 'string' ? part.replaceAll(UNKNOWN, ' ') : this.interpolated(part.code)
    return { ...literalWord(text), is: text.includes(UNKNOWN) ? 'dynamic' : 'literal' }
  }

  /** What code in a string stands for: a variable's known value, the home directory. */
  protected interpolated(code: string): string {
    if (
      code === '$ENV{HOME}' ||
      /^\$_(?:SERVER|ENV)\[['"]?HOME['"]?\]$/.test(code) ||
      /^ENV\[['"]HOME['"]\]$/.test(code) ||
      code === 'Dir.home'
    )
      return this.reading.target.home
    const name = code.replace(/^\$\{(\w+)\}$/, '$$$1')
    if (!/^[$@]?\w+$/.test(name)) return UNKNOWN
    return this.known(name)?.text ?? UNKNOWN
  }
}

const UNKNOWN_WORD: ShellWord = { text: UNKNOWN, is: 'dynamic', start: 0, end: 0 }

const SAME = new Set(
  'to_s to_str strip chomp freeze dup to_path path expand_path realpath cleanpath'.split(' '),
)
const DECODES =
  /^(?:Base64\.(?:strict_|urlsafe_)?decode64|base64_decode|(?:MIME::Base64::)?decode_base64)$/
const JOINS = new Set(['File.join', 'catfile', 'catdir', 'File::Spec.catfile', 'File::Spec.catdir'])

const globWord = (word: ShellWord | string): ShellWord => {
  if (typeof word === 'string') return { ...literalWord(word), is: 'glob' }
  return word.is === 'literal' ? { ...word, is: 'glob' } : word
}

export const shown = (token: Token): string =>
  (token.parts ?? [token.text])
    .map((part) => (typeof part === 'string' ? part : part.code))
    .join('')
