// The shell's own state while a script is read: variables, functions, working directory. A value is
// held only as far as it is certain; whatever may have changed it leaves several values or an
// unknown behind.
import type { Function as FunctionNode } from 'unbash'
import { isWithin } from '../action/paths.ts'
import { type Binding, isChoice, isList, joinedBinding, withoutSource } from './bindings.ts'
import type { Stdin } from './reading.ts'
import { literalWord, type ShellWord } from './word.ts'

const VALUE_LIMIT = 8192
const ELSEWHERE_LIMIT = 3
/** Variables followed at once; what more are set to is unknown. */
const VARIABLES_LIMIT = 256
/** Functions and aliases known at once: each new one copies what a fork may share. */
const NAMES_LIMIT = 256
/** No system has a path longer than this (PATH_MAX): `cd a` again and again ends here. */
const LONGEST_PATH = 4096

/** Folders that every system has: changing into them does not fail. */
const STANDING = ['/', '/tmp', '/var/tmp', '/etc', '/usr', '/var', '/home', '/opt', '/root']

export class ShellState {
  private readonly home: string
  /** Shared with forks until one of them changes it. */
  private variables: ReadonlyMap<string, Binding> = new Map()
  private ownsVariables = false
  private functions: ReadonlyMap<string, FunctionNode> = new Map()
  private ownsFunctions = false
  private aliases: ReadonlyMap<string, string> = NO_ALIASES
  private exported: ReadonlySet<string> = NO_NAMES
  /** Files and connections that `exec 3<>file` has opened. */
  private opened: ReadonlyMap<number, ShellWord> = NO_FILES
  cwd: string | undefined
  previous: string | undefined
  /** Words of `"$@"`; undefined when not known. */
  positional: ReadonlyArray<ShellWord> | undefined
  /** `$0`, where the script is known by a name. */
  self: string | undefined
  /** Directories that popd returns to, the last first. */
  stack: ReadonlyArray<string | undefined> = []
  /** Other directories that it may be in, where a change of directory failed or did not happen. */
  elsewhere: ReadonlyArray<string> = NOWHERE
  /** Directories that it is still in, if the command just read failed. */
  stayed: ReadonlyArray<string> = NOWHERE
  /** What `exec < file` has put on the standard input of all that follows. */
  input: Stdin | undefined
  /** The script ends where a command fails. */
  stops = false
  /** How the script, function or branch has ended, where it has. */
  ended: 'exit' | 'return' | undefined
  /** What unquoted values are split at; undefined when not known. */
  separators: string | undefined = ' \t\n'
  /** Some variable may hold one of several values. */
  chooses = false

  constructor(home: string, cwd: string | undefined) {
    this.home = home
    this.cwd = cwd
  }

  private changing(): Map<string, Binding> {
    const own = this.ownsVariables
      ? (this.variables as Map<string, Binding>)
      : new Map(this.variables)
    this.variables = own
    this.ownsVariables = true
    return own
  }

  fork(): ShellState {
    const copy = new ShellState(this.home, this.cwd)
    copy.variables = this.variables
    copy.functions = this.functions
    this.ownsVariables = false
    this.ownsFunctions = false
    copy.aliases = this.aliases
    copy.exported = this.exported
    copy.opened = this.opened
    copy.previous = this.previous
    copy.stack = this.stack
    copy.elsewhere = this.elsewhere
    copy.stops = this.stops
    copy.input = this.input
    copy.positional = this.positional
    copy.self = this.self
    copy.separators = this.separators
    copy.chooses = this.chooses
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
    if (this.variables.size >= VARIABLES_LIMIT) return 'unknown'
    if (name === 'HOME') return literalWord(this.home)
    if (name === 'PWD') return this.cwd === undefined ? 'unknown' : literalWord(this.cwd)
    if (name === 'OLDPWD' && this.previous !== undefined) return literalWord(this.previous)
    if (name === '0' || name === 'BASH_SOURCE')
      return this.self === undefined ? undefined : literalWord(this.self)
    if (!/^[1-9]\d?$/.test(name) || this.positional === undefined) return undefined
    return this.positional[Number(name) - 1] ?? literalWord('')
  }

  set(name: string, value: Binding): void {
    if (name === 'IFS')
      this.separators =
        typeof value === 'object' && 'is' in value && value.is === 'literal'
          ? value.text
          : undefined
    // Values that grow by doubling must not grow here.
    const long =
      typeof value === 'object' &&
      ('is' in value
        ? value.text.length > VALUE_LIMIT
        : isList(value) &&
          value.elements.reduce((sum, { text }) => sum + text.length, 0) > VALUE_LIMIT)
    if (this.variables.size >= VARIABLES_LIMIT && !this.variables.has(name)) return
    if (isChoice(value)) this.chooses = true
    this.changing().set(name, long ? 'unknown' : value)
  }

  /** As if nothing had ever set it. */
  unset(name: string): void {
    if (name === 'IFS') this.separators = ' \t\n'
    this.changing().set(name, literalWord(''))
  }

  /** As the environment has it: set by nothing here after all. */
  release(name: string): void {
    if (this.variables.has(name)) this.changing().delete(name)
  }

  forget(names: Iterable<string>): void {
    for (const name of names) this.set(name, 'unknown')
  }

  /** Programs that are started get the variable. */
  export(name: string): void {
    if (!this.exported.has(name) && this.exported.size < VARIABLES_LIMIT)
      this.exported = new Set([...this.exported, name])
  }

  /** What programs that are started get to see of the script's own variables. */
  environment(): ReadonlyMap<string, Binding> | undefined {
    if (this.exported.size === 0) return undefined
    const out = new Map<string, Binding>()
    for (const name of this.exported) {
      const bound = this.variables.get(name)
      if (bound !== undefined) out.set(name, bound)
    }
    return out
  }

  functionNamed(name: string): FunctionNode | undefined {
    return this.functions.get(name)
  }

  /** False where there are too many of them to follow. */
  define(node: FunctionNode): boolean {
    if (this.functions.get(node.name.value) === node) return true
    if (this.functions.size >= NAMES_LIMIT && !this.functions.has(node.name.value)) return false
    if (!this.ownsFunctions) this.functions = new Map(this.functions)
    this.ownsFunctions = true
    ;(this.functions as Map<string, FunctionNode>).set(node.name.value, node)
    return true
  }

  undefine(name: string): void {
    const functions = new Map(this.functions)
    functions.delete(name)
    this.functions = functions
    this.ownsFunctions = true
  }

  aliasNamed(name: string): string | undefined {
    return this.aliases.get(name)
  }

  alias(name: string, text: string): void {
    if (this.aliases.size >= NAMES_LIMIT && !this.aliases.has(name)) return
    this.aliases = new Map([...this.aliases, [name, text]])
  }

  open(descriptor: number, file: ShellWord): void {
    if (this.opened.size < NAMES_LIMIT) this.opened = new Map([...this.opened, [descriptor, file]])
  }

  openedAs(descriptor: number): ShellWord | undefined {
    return this.opened.get(descriptor)
  }

  moveTo(cwd: string | undefined): void {
    this.previous = this.cwd
    this.cwd = cwd === undefined || cwd.length > LONGEST_PATH ? undefined : cwd
    this.elsewhere = NOWHERE
  }

  /** Like moveTo(), for a directory that may not be there. */
  tryTo(cwd: string | undefined): void {
    const { cwd: before, elsewhere } = this
    this.moveTo(cwd)
    if (cwd === undefined || before === undefined || before === cwd) return
    if (STANDING.includes(cwd) || isWithin(this.home, cwd) || isWithin(before, cwd)) return
    this.stayed = [before, ...elsewhere].slice(0, ELSEWHERE_LIMIT)
  }

  /** The command just read may have failed, and the script goes on all the same. */
  settle(): void {
    if (this.stayed === NOWHERE) return
    if (!this.stops) this.elsewhere = merged(this.elsewhere, this.stayed)
    this.stayed = NOWHERE
  }

  /** Continues as `other` does: the state of a subroutine that ran in this very shell. */
  adopt(other: ShellState): void {
    this.variables = other.variables
    this.ownsVariables = false
    other.ownsVariables = false
    this.functions = other.functions
    this.ownsFunctions = false
    other.ownsFunctions = false
    this.aliases = other.aliases
    this.exported = other.exported
    this.opened = other.opened
    this.cwd = other.cwd
    this.previous = other.previous
    this.stack = other.stack
    this.elsewhere = other.elsewhere
    this.stayed = other.stayed
    this.stops = other.stops
    this.input = other.input
    this.separators = other.separators
    this.chooses = other.chooses
  }

  /** Values no longer say which commands they come from: those are another reading's. */
  detach(): void {
    this.variables = new Map(
      [...this.variables].map(([name, bound]) => [name, withoutSource(bound)] as const),
    )
    this.ownsVariables = true
  }

  /** Continues as either of several branches did: what they disagree on is one of their values. */
  merge(branches: ReadonlyArray<ShellState>): void {
    const live = branches.filter((branch) => branch.ended === undefined)
    if (live.length === 0) {
      this.ended = branches.every((branch) => branch.ended === 'exit') ? 'exit' : 'return'
      return
    }
    this.ended = undefined
    const [first, ...others] = live
    if (others.length === 0) {
      this.adopt(first!)
      return
    }
    const variables = this.joined(live)
    const same = others.every((other) => other.functions === first!.functions)
    const functions = same
      ? first!.functions
      : new Map(live.flatMap((branch) => [...branch.functions]))
    const agree = others.every((other) => other.cwd === first!.cwd)
    const places = live.flatMap((branch) => [
      ...(agree || branch.cwd === undefined ? [] : [branch.cwd]),
      ...branch.elsewhere,
      ...branch.stayed,
    ])
    this.adopt(first!)
    this.variables = variables
    this.ownsVariables = false
    this.functions = functions
    this.ownsFunctions = false
    this.cwd = agree ? first!.cwd : undefined
    this.elsewhere = merged(NOWHERE, places)
    this.stayed = NOWHERE
    this.stops = live.every((branch) => branch.stops)
    if (others.some((other) => other.stack !== first!.stack)) this.stack = []
    if (others.some((other) => other.separators !== first!.separators)) this.separators = undefined
    this.chooses = live.some((branch) => branch.chooses) || [...variables.values()].some(isChoice)
  }

  /** The right side of `&&` may not have run: variables may hold what they held `before` it. */
  maybe(before: ShellState): void {
    if (this.variables === before.variables) return
    this.variables = this.joined([this, before])
    this.ownsVariables = false
    this.chooses ||= [...this.variables.values()].some(isChoice)
    if (this.separators !== before.separators) this.separators = undefined
  }

  private joined(states: ReadonlyArray<ShellState>): ReadonlyMap<string, Binding> {
    const [first] = states
    if (states.every((state) => state.variables === first!.variables)) return first!.variables
    const names = new Set(states.flatMap((state) => [...state.variables.keys()]))
    const out = new Map<string, Binding>()
    for (const name of names)
      out.set(name, joinedBinding(states.map((state) => state.variables.get(name))))
    return out
  }
}

const NOWHERE: ReadonlyArray<string> = []
const NO_ALIASES: ReadonlyMap<string, string> = new Map()
const NO_FILES: ReadonlyMap<number, ShellWord> = new Map()
const NO_NAMES: ReadonlySet<string> = new Set()

const merged = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): ReadonlyArray<string> =>
  a.length + b.length === 0 ? NOWHERE : [...new Set([...a, ...b])].slice(0, ELSEWHERE_LIMIT)
