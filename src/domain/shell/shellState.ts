// The shell's own state while a script is read: variables, functions, working directory. A value is
// held only while it is certain; whatever may have changed it leaves an unknown behind.
import type { Function as FunctionNode } from 'unbash'
import { literalWord, type ShellWord } from './word.ts'

/** `unknown`: bound by the script to something that is not known. */
export type Binding = ShellWord | 'unknown'

const VALUE_LIMIT = 8192

export class ShellState {
  private readonly home: string
  private variables: Map<string, Binding>
  private functions: Map<string, FunctionNode>
  cwd: string | undefined
  previous: string | undefined
  /** Words of `"$@"` inside a function; undefined when not known. */
  positional: ReadonlyArray<ShellWord> | undefined
  /** Directories that popd returns to, the last first. */
  stack: ReadonlyArray<string | undefined> = []
  /** How the script, function or branch has ended, where it has. */
  ended: 'exit' | 'return' | undefined
  /** IFS was set: unquoted values split at what is not known. */
  splitsUnknown = false

  constructor(home: string, cwd: string | undefined) {
    this.home = home
    this.cwd = cwd
    this.variables = new Map()
    this.functions = new Map()
  }

  fork(): ShellState {
    const copy = new ShellState(this.home, this.cwd)
    copy.variables = new Map(this.variables)
    copy.functions = new Map(this.functions)
    copy.previous = this.previous
    copy.stack = this.stack
    copy.positional = this.positional
    copy.splitsUnknown = this.splitsUnknown
    return copy
  }

  /** A fork that remembers how this state has ended. */
  branch(): ShellState {
    const copy = this.fork()
    copy.ended = this.ended
    return copy
  }

  /** Undefined: set by nothing in the script, so the environment decides. */
  get(name: string): Binding | undefined {
    const bound = this.variables.get(name)
    if (bound !== undefined) return bound
    if (name === 'HOME') return literalWord(this.home)
    if (name === 'PWD') return this.cwd === undefined ? 'unknown' : literalWord(this.cwd)
    if (name === 'OLDPWD' && this.previous !== undefined) return literalWord(this.previous)
    const place = /^[1-9]$/.test(name) ? this.positional?.[Number(name) - 1] : undefined
    return place
  }

  set(name: string, value: Binding): void {
    if (name === 'IFS') this.splitsUnknown = true
    // Values that grow by doubling must not grow here.
    const long = value !== 'unknown' && value.text.length > VALUE_LIMIT
    this.variables.set(name, long ? 'unknown' : value)
  }

  forget(names: Iterable<string>): void {
    for (const name of names) this.set(name, 'unknown')
  }

  functionNamed(name: string): FunctionNode | undefined {
    return this.functions.get(name)
  }

  define(node: FunctionNode): void {
    this.functions.set(node.name.value, node)
  }

  moveTo(cwd: string | undefined): void {
    this.previous = this.cwd
    this.cwd = cwd
  }

  /** Continues as `other` does: the state of a subroutine that ran in this very shell. */
  adopt(other: ShellState): void {
    this.variables = other.variables
    this.functions = other.functions
    this.cwd = other.cwd
    this.previous = other.previous
    this.stack = other.stack
    this.splitsUnknown = other.splitsUnknown
  }

  /** Continues as either of several branches did: what they disagree on becomes unknown. */
  merge(branches: ReadonlyArray<ShellState>): void {
    const live = branches.filter((branch) => branch.ended === undefined)
    if (live.length === 0) {
      this.ended = branches.every((branch) => branch.ended === 'exit') ? 'exit' : 'return'
      return
    }
    this.ended = undefined
    const [first, ...others] = live
    const names = new Set(live.flatMap((branch) => [...branch.variables.keys()]))
    const merged = new Map<string, Binding>()
    for (const name of names) {
      const value = first!.variables.get(name)
      const same = others.every((other) => sameBinding(other.variables.get(name), value))
      merged.set(name, same && value !== undefined ? value : 'unknown')
    }
    const functions = new Map<string, FunctionNode>()
    for (const branch of live)
      for (const [name, node] of branch.functions) functions.set(name, node)
    const agree = others.every((other) => other.cwd === first!.cwd)
    this.adopt(first!)
    this.variables = merged
    this.functions = functions
    this.cwd = agree ? first!.cwd : undefined
    if (others.some((other) => other.stack !== first!.stack)) this.stack = []
    this.splitsUnknown = live.some((branch) => branch.splitsUnknown)
  }
}

const sameBinding = (a: Binding | undefined, b: Binding | undefined): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && a.is === b.is && a.text === b.text)
