// How much one text may have told of it. A short text can tell the same thing ten thousand times, and
// each telling takes time: past the bound nothing more is told but that the text is `too-large`.
import type { ShellWord } from '../shell/word.ts'
import type { CodeCall, CodeReader } from './codeCall.ts'
import type { Language } from './language.ts'

/** In effects; a command or file takes as long as several. */
const MOST_TOLD = 3000
const COMMAND = 10
/** Letters of a command line that take as long as an effect. */
const LETTERS = 8

export const bounded =
  (reader: CodeReader): CodeReader =>
  (text, call, args) => {
    reader(text, new BoundedCall(call), args)
  }

class BoundedCall implements CodeCall {
  private readonly call: CodeCall
  private left = MOST_TOLD

  constructor(call: CodeCall) {
    this.call = call
  }

  get directory(): string | undefined {
    return this.call.directory
  }

  get home(): string {
    return this.call.home
  }

  get file(): string | undefined {
    return this.call.file
  }

  /** Whether so much more may be told. */
  private takes(cost: number): boolean {
    if (this.left < 0) return false
    this.left -= cost
    if (this.left < 0) this.call.opaque('too-large')
    return this.left >= 0
  }

  at(...given: Parameters<CodeCall['at']>): void {
    this.call.at(...given)
  }

  possibly(read: () => void): void {
    this.call.possibly(read)
  }

  effect(...given: Parameters<CodeCall['effect']>): void {
    if (this.takes(1)) this.call.effect(...given)
  }

  opaque(...given: Parameters<CodeCall['opaque']>): void {
    if (this.takes(1)) this.call.opaque(...given)
  }

  path(...given: Parameters<CodeCall['path']>): void {
    if (this.takes(2)) this.call.path(...given)
  }

  fetch(word: ShellWord): void {
    if (this.takes(2)) this.call.fetch(word)
  }

  send(word: ShellWord): void {
    if (this.takes(2)) this.call.send(word)
  }

  shellText(word: ShellWord): void {
    if (this.takes(COMMAND + word.text.length / LETTERS)) this.call.shellText(word)
  }

  runs(words: ReadonlyArray<ShellWord>): void {
    const letters = words.reduce((sum, { text }) => sum + text.length, 0)
    if (this.takes(COMMAND + letters / LETTERS)) this.call.runs(words)
  }

  runFile(word: ShellWord, language?: Language): void {
    if (this.takes(COMMAND)) this.call.runFile(word, language)
  }

  imports(...given: Parameters<CodeCall['imports']>): void {
    if (this.takes(COMMAND)) this.call.imports(...given)
  }

  code(language: Language, word: ShellWord): void {
    if (this.takes(COMMAND + word.text.length / LETTERS)) this.call.code(language, word)
  }

  chdir(word: ShellWord): void {
    this.call.chdir(word)
  }
}
