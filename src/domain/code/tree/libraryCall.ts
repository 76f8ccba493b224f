// One call of a library function while its row is applied: its arguments by place or name, and what
// each of them means.
import { FILE_ROLES, type FileRoleEffect } from '../../action/fileRoles.ts'
import type { ArgumentRole } from './library.ts'
import type { Machine } from './machine.ts'
import { readSql } from '../sql/read.ts'
import {
  ANYTHING,
  CHOSEN,
  CONTENT,
  known,
  NETWORK,
  optionsOf,
  pathText,
  SECRET,
  taintOf,
  type Value,
  wordsOf,
} from './value.ts'
import { literalWord, type ShellWord, UNKNOWN } from '../../shell/word.ts'

const UNKNOWN_WORD: ShellWord = { text: UNKNOWN, is: 'dynamic', start: 0, end: 0 }
const ANY_WORDS: ShellWord = { text: UNKNOWN, is: 'dynamic', open: true, start: 0, end: 0 }

const MOST_WORDS = 64
const MOST_DEPTH = 3
/** Letters of statements that take as long as a step. */
const LETTERS = 8

type PathRole = Exclude<
  ArgumentRole,
  'shown' | 'body' | 'shell' | 'program' | 'eval' | 'fetch' | 'send' | 'sql' | '_'
>

/** A program that runs what stands on its input. */
export const isShell = (program: Value | undefined): boolean =>
  /^(?:\/\S*\/)?(?:ba|da|z|k)?sh$/.test(known(program) ?? '')

export class LibraryCall {
  readonly machine: Machine
  /** Full name of the function. */
  readonly name: string
  readonly args: ReadonlyArray<Value>
  readonly named: ReadonlyMap<string, Value>
  /** What the method was taken from. */
  readonly self: Value | undefined
  private depth = 0

  constructor(
    machine: Machine,
    name: string,
    args: ReadonlyArray<Value>,
    named: ReadonlyMap<string, Value>,
    self: Value | undefined,
  ) {
    this.machine = machine
    this.name = name
    this.args = args
    this.named = named
    this.self = self
  }

  get taint(): number {
    let taint = this.self === undefined ? 0 : taintOf(this.self)
    for (const value of [...this.args, ...this.named.values()]) taint |= taintOf(value)
    return taint & ~CHOSEN
  }

  arg(at: number, ...names: ReadonlyArray<string>): Value | undefined {
    for (const name of names) {
      const value = this.named.get(name)
      if (value !== undefined) return value
    }
    return this.args[at]
  }

  /** The text of an argument that is wholly known. */
  text(at: number, ...names: ReadonlyArray<string>): string | undefined {
    return known(this.arg(at, ...names))
  }

  take(role: ArgumentRole, value: Value | undefined): void {
    if (value === undefined || role === '_') return
    const options = optionsOf(value)
    if (options.length === 1) this.one(role, options[0]!)
    else
      this.machine.call.possibly(() => {
        for (const option of options) this.one(role, option)
      })
  }

  private one(role: Exclude<ArgumentRole, '_'>, value: Value): void {
    // A list may hold itself.
    if (this.depth >= MOST_DEPTH) return
    this.depth++
    this.mean(role, value)
    this.depth--
  }

  private mean(role: Exclude<ArgumentRole, '_'>, value: Value): void {
    const { call } = this.machine
    switch (role) {
      case 'shown':
      case 'body':
        this.reveals(value)
        return
      case 'shell':
        this.shell(value)
        return
      case 'program':
        this.program(value)
        return
      case 'eval':
        this.machine.evaluateText(value)
        return
      case 'fetch':
      case 'send': {
        const leaks = (taintOf(value) & (SECRET | CONTENT)) !== 0
        if (leaks) this.reveals(value)
        for (const word of wordsOf(pathText(value)))
          if (role === 'send' || leaks) call.send(word)
          else call.fetch(word)
        return
      }
      case 'sql': {
        if (value.is === 'text') this.statements(value.text)
        return
      }
      default:
        this.path(role, value)
    }
  }

  private statements(text: string): void {
    if (this.machine.step(Math.ceil(text.length / LETTERS))) return
    const { deed } = readSql(text.replaceAll(UNKNOWN, 'x'))
    if (deed === 'destroys') this.machine.call.effect('destroy.data')
    else if (deed === 'changes' && this.machine.remoteDatabase)
      this.machine.call.effect('net.send', { name: 'database' })
  }

  private path(role: PathRole, value: Value): void {
    const { call, dialect } = this.machine
    // A descriptor or nothing at all is no path.
    if (value.is === 'plain' || value.is === 'closure' || value.is === 'map') return
    if (value.is === 'list') {
      for (const item of value.items.slice(0, MOST_WORDS)) this.take(role, item)
      return
    }
    for (const word of wordsOf(pathText(value)))
      if (role === 'chdir') this.machine.chdir(word)
      else if (role === 'file') call.runFile(word, dialect.language)
      else {
        const { kind, reach, more }: FileRoleEffect = FILE_ROLES[role]
        call.path(kind, word, reach, more)
      }
  }

  /** In the folder that is given, and back. */
  inFolder(folder: Value | undefined, run: () => void): void {
    const { call } = this.machine
    const before = call.directory
    const [word] = folder === undefined || folder.is === 'plain' ? [] : wordsOf(folder)
    if (word === undefined) {
      run()
      return
    }
    call.chdir(word)
    run()
    call.chdir(before === undefined ? UNKNOWN_WORD : literalWord(before))
  }

  /** Puts a value where others read it: a secret variable in it is read. */
  reveals(value: Value): void {
    if ((taintOf(value) & SECRET) !== 0)
      this.machine.call.effect('secret.read', { name: 'environment' })
  }

  shell(value: Value): void {
    const { call } = this.machine
    if ((taintOf(value) & NETWORK) !== 0) call.opaque('remote-code')
    if (value.is === 'list') {
      // Only the first item is the line; the rest are the shell's own arguments.
      this.take('shell', value.items[0] ?? ANYTHING)
      return
    }
    for (const word of wordsOf(value)) call.shellText(word)
  }

  /** A program and its arguments: a list, or a line that is split at blanks. */
  program(value: Value, more: ReadonlyArray<Value> = []): void {
    const { call } = this.machine
    if (value.is !== 'list') {
      const text = known(value)
      if (more.length > 0 && value.is !== 'unknown') this.words([value, ...more], false)
      else if (text !== undefined && !/\s/.test(text)) this.words([value], false)
      else this.shell(value)
      return
    }
    this.words([...value.items, ...more], value.open !== false)
    if (value.items.length === 0 && value.open) call.opaque('dynamic-command')
  }

  private words(values: ReadonlyArray<Value>, open: boolean): void {
    const { call } = this.machine
    if (values.length === 0) return
    if ((taintOf(values[0]!) & NETWORK) !== 0) call.opaque('remote-code')
    // One argument may be several things: each is tried beside what the others are first.
    const all = values.slice(0, MOST_WORDS).map(wordsOf)
    const most = Math.min(8, Math.max(...all.map((words) => words.length)))
    for (let at = 0; at < most; at++) {
      const words = all.map((options) => options[at] ?? options[0]!)
      call.runs(open ? [...words, ANY_WORDS] : words)
    }
  }
}
