// Reads Ruby, Perl and PHP text by its calls: every name that is called is looked up in the
// language's table, and a name that neither the table nor the text itself explains makes the text
// opaque. It follows no control flow: whatever stands in the text may run.
import type { CodeCall, CodeReader } from '../codeCall.ts'
import { type CallRow, type CallSite, ScriptCall } from './call.ts'
import { type Facts, factsOf } from './facts.ts'
import type { ScriptLanguage } from './grammar.ts'
import { type Token, tokensOf } from './tokens.ts'
import { type Range, type Reading, ScriptValues, shown } from './values.ts'
import { isSecretName } from '../secretNames.ts'

/** Makes a reader of a language; rows are looked up by name. */
export const scriptReader = (language: ScriptLanguage): CodeReader => {
  const rows = new Map(
    language.rows.flatMap((row) => row.names.split(' ').map((name) => [name, row] as const)),
  )
  return (text, call) => new Script(language, rows, call).read(text, 0)
}

const DEPTH_LIMIT = 6
/** Tokens that are walked through to find where arguments end, and values worked out, in one text. */
const WORK_LIMIT = 150_000

const DEFINERS = new Set(
  'def sub function fn class module package interface trait use namespace no goto alias undef'.split(
    ' ',
  ),
)
/** What makes a literal that may be none worth a question. */
const RISKY = /[`(]|\b(?:system|exec|spawn|eval|unlink|open|send|rm)\b/

class Script implements Reading {
  private readonly language: ScriptLanguage
  private readonly rows: ReadonlyMap<string, CallRow>
  private readonly call: CodeCall
  private work = 0
  private exhausted = false

  constructor(language: ScriptLanguage, rows: ReadonlyMap<string, CallRow>, call: CodeCall) {
    this.language = language
    this.rows = rows
    this.call = call
  }

  read(text: string, depth: number, outer?: Facts, known?: Facts['known']): void {
    if (depth > DEPTH_LIMIT) {
      this.tooLarge()
      return
    }
    const { tokens, broken, cut } = tokensOf(text, this.language.dialect)
    if (broken) this.call.opaque('parse-error')
    if (cut) this.tooLarge()
    const facts = factsOf(tokens, this.language.dialect, outer, known)
    new Passage(this, tokens, facts, depth).scan()
  }

  /** False once the text has cost more than is spent on one. */
  spend(amount: number): boolean {
    this.work += amount
    if (this.work > WORK_LIMIT) this.tooLarge()
    return this.work <= WORK_LIMIT
  }

  private tooLarge(): void {
    if (!this.exhausted) this.call.opaque('too-large')
    this.exhausted = true
  }

  get target(): CodeCall {
    return this.call
  }

  get of(): ScriptLanguage {
    return this.language
  }

  row(name: string): CallRow | undefined {
    return this.rows.get(name)
  }
}

/** One text, or one stretch of code inside a string of it. */
class Passage extends ScriptValues {
  private readonly script: Script
  private readonly depth: number

  constructor(script: Script, tokens: ReadonlyArray<Token>, facts: Facts, depth: number) {
    super(script, tokens, facts)
    this.script = script
    this.depth = depth
  }

  scan(): void {
    for (const [at, token] of this.tokens.entries()) {
      if (token.unsure === true && RISKY.test(shown(token)))
        this.script.target.opaque('inline-code')
      for (const part of token.parts ?? [])
        if (typeof part !== 'string' && !/^[$@]?\w*$|^\$\{\w+\}$/.test(part.code))
          this.inner(part.code)
      if (token.code !== undefined) this.inner(token.code)
      if (token.kind === 'command') this.script.target.shellText(this.wordOf(token))
      else if (token.kind === 'name') this.name(at, token)
      else if (token.kind === 'variable') this.variable(at, token)
      else if (token.kind === 'operator') this.computed(at, token)
    }
  }

  /** Code inside a string of this text, which knows its variables. */
  private inner(code: string): void {
    this.script.read(code, this.depth + 1, this.facts, (name) => this.known(name))
  }

  private name(at: number, token: Token): void {
    const { dialect, facts, language } = this
    const before = this.tokens[at - 1]
    if (this.isLabel(at)) return
    const text = dialect === 'php' ? token.text.toLowerCase() : token.text
    if (before?.kind === 'name' && DEFINERS.has(before.text) && text !== 'function') {
      if (dialect === 'perl' && (before.text === 'use' || before.text === 'no'))
        this.uses(at, token.text)
      return
    }
    if (this.receives(at - 1)) {
      this.method(at, text)
      return
    }
    if (language.keywords.has(text)) return
    const called = this.isOperator(at + 1, '(')
    if (dialect === 'ruby' && facts.variables.has(text) && !called) return
    // A class's name: what is asked of it is told at the name behind the dot.
    if (this.receives(at + 1) && !called && (dialect !== 'ruby' || /^[A-Z]/.test(text))) {
      this.environment(at, text)
      return
    }
    if (this.environment(at, text)) return
    this.called(at, text, called)
  }

  private called(at: number, name: string, parenthesised: boolean): void {
    const row = this.script.row(name)
    if (row !== undefined) {
      this.apply(row, name, at)
      return
    }
    const { language, facts } = this
    if (language.pure.has(name) || language.pureNames?.test(name) === true) return
    if (facts.defined.has(name) || facts.defined.has(name.split('::').at(-1)!)) return
    // A constant, a file handle, a class that is only named.
    if (!parenthesised && /^[A-Z_\\]/.test(this.tokens[at]!.text)) return
    this.script.target.opaque('inline-code')
  }

  private method(at: number, name: string): void {
    const { language, facts, dialect } = this
    const receiver = this.tokens[at - 2]
    const called = this.isOperator(at + 1, '(')
    if (receiver?.kind === 'name' && /^[A-Z\\]|^(?:self|parent|static)$/.test(receiver.text)) {
      const owner = dialect === 'php' ? receiver.text.toLowerCase() : receiver.text
      const row = this.script.row(`${owner}.${name}`)
      if (row !== undefined) {
        this.apply(row, name, at)
        return
      }
      if (
        /^(?:self|Kernel|Object|Process)$/.test(receiver.text) &&
        this.script.row(name) !== undefined
      ) {
        this.apply(this.script.row(name)!, name, at)
        return
      }
      if (language.pure.has(`${owner}.*`) || language.pure.has(`${owner}.${name}`)) return
      if (facts.defined.has(receiver.text) || facts.defined.has(name)) return
    }
    const row = this.script.row(`.${name}`)
    if (row !== undefined) this.apply(row, name, at)
    else if (language.pure.has(`.${name}`) || facts.defined.has(name)) return
    else if (dialect === 'php' && !called) return
    else if (dialect === 'ruby' && /^[A-Z]/.test(name) && !called) return
    else this.script.target.opaque('inline-code')
  }

  /** Reads of the environment: a variable named like a secret, or all of them at once. */
  private environment(at: number, name: string): boolean {
    const { dialect } = this
    if (dialect === 'ruby' && name === 'ENV') {
      const key = this.isOperator(at + 1, '[')
        ? this.tokens[at + 2]
        : this.tokens[at + 2]?.text === 'fetch' || this.tokens[at + 2]?.text === 'key?'
          ? this.tokens[this.isOperator(at + 3, '(') ? at + 4 : at + 3]
          : undefined
      this.secret(key)
      return true
    }
    return false
  }

  private secret(key: Token | undefined): void {
    const name =
      key === undefined || (key.kind !== 'string' && key.kind !== 'name') ? undefined : shown(key)
    if (name === undefined || isSecretName(name))
      this.script.target.effect('secret.read', { name: name ?? 'environment' })
  }

  private variable(at: number, { text }: Token): void {
    const { dialect } = this
    if (dialect === 'perl') {
      if (text === '%ENV' && !this.isOperator(at - 1, '=')) this.secret(undefined)
      if (text === '$ENV' && this.isOperator(at + 1, '{')) this.secret(this.tokens[at + 2])
      const calls =
        (this.isOperator(at - 1, '&') && this.isOperator(at + 1, '(')) ||
        (this.isOperator(at + 1, '->') && this.isOperator(at + 2, '('))
      if (calls && !this.facts.closures.has(text)) this.script.target.opaque('dynamic-command')
      if (this.isOperator(at + 1, '->') && this.tokens[at + 2]?.kind === 'variable')
        this.script.target.opaque('dynamic-command')
      return
    }
    if (dialect !== 'php') return
    if ((text === '$_ENV' || text === '$_SERVER') && !this.isOperator(at - 1, '&'))
      if (text === '$_ENV' || this.isOperator(at + 1, '['))
        this.secret(this.isOperator(at + 1, '[') ? this.tokens[at + 2] : undefined)
    if (text.startsWith('$$')) this.script.target.opaque('dynamic-command')
    if (this.isOperator(at + 1, '(') && !this.facts.closures.has(text)) {
      const known = this.valueOf({ from: at, to: at + 1 }, 0)
      if (known.is === 'literal') this.called(at, known.text.toLowerCase(), true)
      else this.script.target.opaque('dynamic-command')
    }
  }

  /** A call of what an expression yields: `&{…}(…)`, `$h{x}->(…)`, `("a" . "b")(…)`. */
  private computed(at: number, { text }: Token): void {
    const before = this.tokens[at - 1]
    if (this.dialect === 'perl') {
      const called =
        text === '&'
          ? this.isOperator(at + 1, '{') &&
            (before?.kind === 'end' || before?.kind === 'operator' || before === undefined)
          : text === '->' && this.isOperator(at + 1, '(') && before?.kind !== 'variable'
      if (called) this.script.target.opaque('dynamic-command')
    } else if (this.dialect === 'php' && /^\??->$/.test(text) && this.isOperator(at + 1, '{')) {
      this.script.target.opaque('dynamic-command')
    } else if (this.dialect === 'php' && text === '(' && before !== undefined) {
      if (before.kind === 'string') this.called(at - 1, shown(before).toLowerCase(), true)
      else if (this.isOperator(at - 1, ')', ']') && !this.controls(at - 1))
        this.script.target.opaque('dynamic-command')
    }
  }

  /** Whether the bracket that closes here is that of `if (…)` or its like. */
  private controls(close: number): boolean {
    const word = this.tokens[(this.facts.open[close] ?? 0) - 1]
    return (
      word?.kind === 'name' && /^(?:if|while|for|foreach|elseif|switch|catch)$/i.test(word.text)
    )
  }

  /** `use Module`: the project's own or an installed package's code, unless it only computes. */
  private uses(at: number, module: string): void {
    if (module === 'lib') {
      for (const { from, to } of this.argumentsOf(at)) {
        const word = this.valueOf({ from, to }, 0)
        if (word.is !== 'literal') this.script.target.opaque('dynamic-command')
      }
      return
    }
    if (/^[a-z]/.test(module) || this.language.pure.has(`use ${module}`)) return
    const { directory } = this.script.target
    const path = module.replaceAll('::', '/')
    // A module of the project's own has the right of way over an installed one.
    if (directory === undefined || path.length > 120) this.script.target.opaque('package-code')
    else
      this.script.target.imports([`${directory}/lib/${path}.pm`, `${directory}/${path}.pm`], 'perl')
  }

  private apply(row: CallRow, name: string, at: number): void {
    if (!this.script.spend(4)) return
    new ScriptCall(
      this.site(name, at, this.argumentsOf(at)),
      this.script.target,
      this.dialect,
    ).apply(row)
  }

  private site(name: string, at: number, ranges: ReadonlyArray<Range>): CallSite {
    return {
      name,
      count: ranges.length,
      valueOf: (index) => this.valueOf(ranges[index]!, 0),
      wordsOf: (index) => this.wordsOf(ranges[index]!, 0),
      named: (key) => {
        const range = ranges.find((one) => one.key === key)
        return range === undefined ? undefined : this.valueOf(range, 0)
      },
      receiver: () => this.receiver(at),
      written: (index) =>
        this.tokens
          .slice(ranges[index]!.from, Math.min(ranges[index]!.to, ranges[index]!.from + 8))
          .map((token) => token.text)
          .join(''),
      isRemote: (index) => index < ranges.length && this.isRemote(ranges[index]!),
      carries: (index) => index < ranges.length && this.carries(ranges[index]!),
      isPure: (other) => this.isPure(other),
      evaluate: (word) => {
        if (word.is === 'literal') this.script.read(word.text, this.depth + 1)
        else if (ranges.some((range) => this.isRemote(range)))
          this.script.target.opaque('remote-code')
        else this.script.target.opaque('dynamic-command')
      },
      call: (other, skip) => {
        const row = this.script.row(other)
        if (row !== undefined && this.script.spend(4))
          new ScriptCall(
            this.site(other, at, ranges.slice(skip)),
            this.script.target,
            this.dialect,
          ).apply(row)
        else if (!this.isPure(other)) this.script.target.opaque('inline-code')
      },
    }
  }

  private isPure(name: string): boolean {
    const { pure, pureNames } = this.language
    return (
      pure.has(name) ||
      pure.has(`.${name}`) ||
      pureNames?.test(name) === true ||
      this.facts.defined.has(name)
    )
  }
}
