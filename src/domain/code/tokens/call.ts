// One call in Ruby, Perl or PHP text while its effects are told: the values of its arguments as far
// as they are known, and what a row of the language's table makes of them.
import type { EffectKind } from '../../action/effect.ts'
import type { OpaqueCode } from '../../action/opaque.ts'
import { hasGlob, type ShellWord, textOf } from '../../shell/word.ts'
import type { CodeCall } from '../codeCall.ts'
import type { Dialect } from './strings.ts'

/** What an argument is; `shell` a command line, or with more arguments a program and its own. */
export type ArgumentRole =
  | 'data'
  | 'list'
  | 'read'
  | 'scan'
  | 'write'
  | 'delete'
  | 'deleteAll'
  | 'fetch'
  | 'send'
  | 'eval'
  | 'file'
  | 'chdir'

/** Text of the language, then the short forms of its effects. */
export type CodeExample = `${string} =>${string}`

export interface CallRow {
  /** `File.write` a class's, `.write` of any value, `system` alone. */
  readonly names: string
  readonly args?: ReadonlyArray<ArgumentRole>
  /** Every argument, and every element of one that is a list. */
  readonly each?: ArgumentRole
  /** All arguments together are a command. */
  readonly command?: true
  readonly does?: ReadonlyArray<Exclude<EffectKind, 'opaque'> | OpaqueCode>
  readonly run?: (call: ScriptCall) => void
  readonly examples?: ReadonlyArray<CodeExample>
}

/** The arguments as the reader sees them; values are worked out only where a row asks. */
export interface CallSite {
  readonly name: string
  readonly count: number
  readonly valueOf: (index: number) => ShellWord
  readonly wordsOf: (index: number) => ReadonlyArray<ShellWord>
  /** The value of a named argument: Ruby's `mode: 'w'`. */
  readonly named: (key: string) => ShellWord | undefined
  /** The value of what stands before the dot. */
  readonly receiver: () => ShellWord
  /** The source text of the argument as tokens, joined. */
  readonly written: (index: number) => string
  /** Reads more text of the same language. */
  readonly evaluate: (word: ShellWord) => void
  /** Whether the argument's value comes over the network. */
  readonly isRemote: (index: number) => boolean
  /** Whether what is read from files or the environment goes into the argument. */
  readonly carries: (index: number) => boolean
  /** Whether a function of this name computes and touches nothing. */
  readonly isPure: (name: string) => boolean
  /** Handles the same arguments from `skip` on as a call of another name. */
  readonly call: (name: string, skip: number) => void
}

export class ScriptCall {
  readonly site: CallSite
  readonly code: CodeCall
  readonly dialect: Dialect

  constructor(site: CallSite, code: CodeCall, dialect: Dialect) {
    this.site = site
    this.code = code
    this.dialect = dialect
  }

  get count(): number {
    return this.site.count
  }

  word(index: number): ShellWord | undefined {
    return index < this.site.count ? this.site.valueOf(index) : undefined
  }

  text(index: number): string | undefined {
    const word = this.word(index)
    return word === undefined ? undefined : textOf(word)
  }

  /** All arguments from `from` on, lists spread out. */
  words(from = 0): ReadonlyArray<ShellWord> {
    const out: Array<ShellWord> = []
    for (let at = from; at < this.site.count && out.length < 64; at++)
      out.push(...this.site.wordsOf(at))
    return out
  }

  opaque(why: OpaqueCode = 'inline-code'): void {
    this.code.opaque(why)
  }

  take(role: ArgumentRole, word: ShellWord): void {
    switch (role) {
      case 'data':
        return
      case 'list':
        this.code.path('fs.read', asPattern(word), 'self', { shallow: true })
        return
      case 'read':
        if (/^(?:https?|ftps?):\/\//i.test(word.text)) this.take('fetch', word)
        else if (!/^(?:php|data|compress\.\w+):\/\//.test(word.text))
          this.code.path('fs.read', word)
        return
      case 'scan':
        this.code.path('fs.read', word, 'all')
        return
      case 'write':
        if (!/^php:\/\/(?:std|output|memory|temp)/.test(word.text)) this.code.path('fs.write', word)
        return
      case 'delete':
        this.code.path('fs.delete', word)
        return
      case 'deleteAll':
        this.code.path('fs.delete', word, 'all')
        return
      case 'fetch':
        // An address that is made of what was read brings it to whoever answers there.
        if (word.is === 'dynamic' && this.site.carries(0)) this.code.send(word)
        else this.code.fetch(word)
        return
      case 'send':
        this.code.send(word)
        return
      case 'eval':
        this.site.evaluate(word)
        return
      case 'file':
        this.code.runFile(word, this.dialect)
        return
      case 'chdir':
        this.code.chdir(word)
    }
  }

  /** A command line for a shell, or a program with its arguments. */
  command(words: ReadonlyArray<ShellWord>): void {
    const [only] = words
    if (only === undefined) this.opaque('dynamic-command')
    else if (only.is === 'dynamic' && this.site.isRemote(0)) this.opaque('remote-code')
    else if (words.length === 1) this.code.shellText(only)
    else this.code.runs(words)
  }

  /** A command line that this text writes into: a shell among its programs runs what comes. */
  feed(word: ShellWord): void {
    this.code.shellText({ ...word, text: `echo "$_unknown" | ${word.text}` })
  }

  /** Opens a file in a mode as C names them: `r`, `w+`, `a`; undefined for reading. */
  open(path: ShellWord, mode: string | undefined): void {
    if (mode === undefined || /^r(?!.*\+)/.test(mode)) this.take('read', path)
    else this.take('write', path)
  }

  apply(row: CallRow): void {
    const { args, each } = row
    if (row.does !== undefined)
      for (const fact of row.does) {
        if (fact.includes('.') || fact === 'privilege' || fact === 'spawn')
          this.code.effect(fact as EffectKind)
        else this.code.opaque(fact as OpaqueCode)
      }
    if (row.command === true) this.command(this.words())
    if (args !== undefined)
      for (const [at, role] of args.entries()) {
        const word = role === 'data' ? undefined : this.word(at)
        if (word !== undefined) this.take(role, word)
      }
    if (each !== undefined) for (const word of this.words()) this.take(each, word)
    row.run?.(this)
  }
}

const asPattern = (word: ShellWord): ShellWord =>
  word.is === 'literal' && hasGlob(word.text) ? { ...word, is: 'glob' } : word
