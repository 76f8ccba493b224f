// The effects that one run of a program tells: its arguments, where it runs, and what it does to
// files and to the network. Paths come out absolute; a path that is not known gives an effect without
// a target, never none.
import type { Capability } from '../action/action.ts'
import type { EffectDraft, Reach } from '../action/draft.ts'
import { EFFECT_KINDS, type EffectKind, type Span } from '../action/effect.ts'
import { addressOf, isMetadataHost, remoteHostOf } from '../action/hosts.ts'
import type { OpaqueCode } from '../action/opaque.ts'
import { baseName, isWithin, normalise } from '../action/paths.ts'
import { patternZoneOf, specialZoneOf } from '../action/zones.ts'
import type { Surroundings } from './callSurroundings.ts'
import { FETCHERS } from './fetchers.ts'
import { type Arguments, hasFlag } from './options.ts'
import { absolutePath, type FileEffect, pathEffects } from './pathEffects.ts'
import { productionIn } from './production.ts'
import type { Fact } from './program.ts'
import type { SimpleCommand } from './reading.ts'
import { type CommandRange, headOf, type ShellWord, textOf, UNKNOWN } from './word.ts'

const REMOTE: ReadonlySet<EffectKind> = new Set<EffectKind>([
  'net.fetch',
  'net.send',
  'destroy.data',
  'destroy.infra',
])

/** Done to something elsewhere of which nothing is said; `database` is any. */
const isUnnamed = (kind: EffectKind, { host, path, name }: Partial<EffectDraft>): boolean =>
  REMOTE.has(kind) &&
  host === undefined &&
  path === undefined &&
  (name === undefined || name === 'database')

const NO_ARGUMENTS: Arguments = { flags: new Set(), values: [], operands: [], open: false }

export class CallEffects {
  readonly name: string
  /** All words after the name, as they stand. */
  readonly args: ReadonlyArray<ShellWord>
  readonly around: Surroundings
  private split: Arguments = NO_ARGUMENTS
  protected cwd: string | undefined
  protected reading: string | undefined
  protected maybe = false
  /** Where in the file that is being read. */
  protected spot: Span | undefined
  private readonly own: Capability | undefined
  private named: { readonly production: string | undefined } | undefined

  /** Options given before the subcommand, where they are a language of their own (git). */
  globals: Arguments = NO_ARGUMENTS
  /** The word that named the subcommand. */
  verb: ShellWord | undefined

  constructor(
    name: string,
    args: ReadonlyArray<ShellWord>,
    own: Capability | undefined,
    around: Surroundings,
  ) {
    this.name = name
    this.args = args
    this.own = own
    this.around = around
    this.cwd = around.command.cwd
  }

  use(split: Arguments): void {
    this.split = split
  }

  get operands(): ReadonlyArray<ShellWord> {
    return this.split.operands
  }

  get values(): Arguments['values'] {
    return this.split.values
  }

  /** Options may hide in an unknown, unquoted argument. */
  get open(): boolean {
    return this.split.open
  }

  get directory(): string | undefined {
    return this.cwd
  }

  get home(): string {
    return this.around.home
  }

  get file(): string | undefined {
    return this.reading
  }

  at(span: Span): void {
    if (this.reading !== undefined) this.spot = span
  }

  possibly(read: () => void): void {
    const before = this.maybe
    this.maybe = true
    read()
    this.maybe = before
  }

  has(...flags: ReadonlyArray<string>): boolean {
    return hasFlag(this.split.flags, ...flags)
  }

  /** Exactly one of these, no abbreviation. */
  hasExactly(...flags: ReadonlyArray<string>): boolean {
    return flags.some((flag) => this.split.flags.has(flag))
  }

  /** Names of its options, as written. */
  get flagNames(): ReadonlySet<string> {
    return this.split.flags
  }

  value(...options: ReadonlyArray<string>): ShellWord | undefined {
    return this.split.values.findLast((one) => options.includes(one.option))?.value
  }

  valuesOf(...options: ReadonlyArray<string>): ReadonlyArray<ShellWord> {
    return this.split.values.filter((one) => options.includes(one.option)).map((one) => one.value)
  }

  globalsOf(...options: ReadonlyArray<string>): ReadonlyArray<ShellWord> {
    return this.globals.values.filter((one) => options.includes(one.option)).map((one) => one.value)
  }

  effect(kind: EffectKind, more: Partial<EffectDraft> = {}): void {
    const production = isUnnamed(kind, more) ? this.production : undefined
    this.around.emit({
      kind,
      certainty: this.maybe ? 'possible' : this.around.command.certainty,
      by: this.name,
      span: this.spot ?? this.around.command.span,
      ...(this.own === undefined ? {} : { capability: this.own }),
      ...more,
      ...(production === undefined ? {} : { name: production }),
    })
  }

  /** What the arguments say of production; looked for once. */
  private get production(): string | undefined {
    this.named ??= { production: productionIn(this.args) }
    return this.named.production
  }

  opaque(why: OpaqueCode, more: Partial<EffectDraft> = {}): void {
    this.effect('opaque', { why: LYING.has(why) ? this.placed(why) : why, ...more })
  }

  /** Code is the project's only where it lies in the project, and did before this call. */
  private placed(why: OpaqueCode): OpaqueCode {
    const { project, cwd, worktrees = [] } = this.around.place
    const here = this.cwd
    const fetched = (path: string | undefined): boolean =>
      path !== undefined &&
      path !== project &&
      path !== cwd &&
      this.around.writtenBy(path) === 'remote-code'
    // Options name the folder too: `make -C x`, `npm --prefix x test`.
    if (
      fetched(here) ||
      this.args.slice(0, NAMING_LIMIT).some((word) => fetched(this.pathOf(word)))
    )
      return 'remote-code'
    if (here === undefined || (why !== 'project-code' && why !== 'package-code')) return why
    return [project, ...worktrees].some((root) => isWithin(here, root)) ? why : 'outside-code'
  }

  /** Runs code that the table does not know by its effects. */
  exec(why: OpaqueCode, program: string = this.name): void {
    this.effect('exec', { program })
    this.opaque(why)
  }

  facts(facts: ReadonlyArray<Fact>): void {
    for (const fact of facts) {
      if (fact.startsWith('reads ') || fact.startsWith('writes ')) {
        const path = fact.slice(fact.indexOf(' ') + 1)
        const absolute = this.cwd === undefined ? undefined : normalise(path, this.cwd, this.home)
        this.effect(fact.startsWith('reads ') ? 'fs.read' : 'fs.write', at(absolute))
      } else if (fact === 'repository') this.effect('fs.write', at(this.repository()))
      else if (fact === 'exec') this.effect('exec', { program: this.name })
      else if (KINDS.has(fact)) this.effect(fact as EffectKind)
      else this.opaque(fact as OpaqueCode)
    }
  }

  /** Absolute path of a literal word; undefined when unknown. */
  pathOf(word: ShellWord): string | undefined {
    const text = textOf(word)
    return text === undefined ? undefined : absolutePath(text, this.cwd)
  }

  /** The folder that a repository keeps its history in, as far as the project is one repository. */
  private repository(): string | undefined {
    if (this.cwd === undefined) return undefined
    const { project } = this.around.place
    return `${isWithin(this.cwd, project) ? project : this.cwd}/.git`
  }

  chdir(word: ShellWord): void {
    this.cwd = this.pathOf(word)
  }

  /** One effect on the path that a word names, whatever is known of it. */
  path(
    kind: FileEffect,
    word: ShellWord,
    reach: Reach = 'self',
    more: Partial<EffectDraft> = {},
  ): void {
    const at = { cwd: this.cwd, home: this.home, shallow: more.shallow === true }
    for (const { kind: found, ...draft } of pathEffects(kind, word, reach, at))
      this.effect(found, { ...draft, ...(found === kind ? more : {}) })
    if (kind === 'fs.read' && word.source !== undefined && !at.shallow && this.namesSecret(word))
      this.effect('secret.read', { certainty: 'possible' })
    this.elsewhere(kind, word, reach)
  }

  /** The output of commands as a file's name, of which one was told where credentials lie. */
  private namesSecret({ source }: ShellWord): boolean {
    return this.commandsIn(source).some(({ words, cwd }) =>
      words.slice(1, NAMING_LIMIT).some((word) => {
        if (word.is === 'dynamic' || word.text.startsWith('-')) return false
        const path = absolutePath(word.text, cwd)
        if (path === undefined) return false
        const zone = word.is === 'glob' ? patternZoneOf : specialZoneOf
        return zone(path, this.home) === 'secret'
      }),
    )
  }

  /**
   * The same in other directories that it may run in. Where the directory is likely, only what takes
   * many files along is told.
   */
  private elsewhere(kind: FileEffect, word: ShellWord, reach: Reach): void {
    const { elsewhere, cwd } = this.around.command
    if (elsewhere === undefined || kind === 'fs.read' || cwd !== this.cwd) return
    if (word.text.startsWith('/') || word.text.startsWith(UNKNOWN)) return
    if (cwd !== undefined && (kind !== 'fs.delete' || (reach === 'self' && word.is !== 'glob')))
      return
    for (const other of elsewhere)
      for (const { kind: found, ...draft } of pathEffects(kind, word, reach, {
        cwd: other,
        home: this.home,
        shallow: false,
      }))
        this.effect(found, { ...draft, certainty: 'possible' })
  }

  fetch(word: ShellWord): void {
    this.network('net.fetch', word)
  }

  send(word: ShellWord): void {
    this.network('net.send', word)
  }

  private network(kind: 'net.fetch' | 'net.send', word: ShellWord): void {
    const head = headOf(word)
    // The output of another command: a file to the program, whatever stands before it.
    if (head.startsWith('/dev/fd/')) return
    // A name or an address that holds a secret tells it to whoever answers for the name.
    const tells =
      kind === 'net.fetch' &&
      word.is === 'dynamic' &&
      (word.secret !== undefined || this.around.holdsSecret?.(word.source) === true)
    if (tells) {
      this.network('net.send', word)
      return
    }
    const open = word.is === 'dynamic' && !/^[a-z]+:\/\/[^/]+\//i.test(head)
    const address = open ? undefined : addressOf(head)
    if (address?.file !== undefined) {
      this.effect('fs.read', { path: normalise(address.file, '/', '/') })
      return
    }
    if (address === undefined) {
      this.effect(kind)
      return
    }
    this.effect(kind, { host: address.host })
    if (isMetadataHost(address.host)) this.effect('secret.read', { host: address.host })
  }

  /** `user@host:path`, as scp and rsync write it: the host, or undefined for a local path. */
  remote(word: ShellWord): string | undefined {
    return word.is === 'dynamic' && word.text.startsWith(UNKNOWN)
      ? undefined
      : remoteHostOf(headOf(word))
  }

  /** What stands on its standard input, with UNKNOWN for unknown pieces; undefined when not known. */
  input(): string | undefined {
    return this.around.outputs?.ofInput(this.around.command)
  }

  /** Commands of the same script that read what this one prints, the nearest first. */
  downstream(): ReadonlyArray<SimpleCommand> {
    const { index, commands, command } = this.around
    if (index === undefined) return []
    return commands
      .slice(index + 1, index + 1 + DOWNSTREAM_LIMIT)
      .filter(
        ({ stdin, group }) =>
          stdin.from === 'pipe' &&
          group === command.group &&
          stdin.start <= index &&
          index < stdin.end,
      )
  }

  /** True when a program among these commands takes its output from the network. */
  fedByNetwork(range: CommandRange | undefined, depth = 0): boolean {
    if (range === undefined || depth > 4) return false
    return this.commandsIn(range).some(
      (command) =>
        command.words.slice(0, 4).some((word) => FETCHERS.has(baseName(word.text))) ||
        command.words.slice(1, 9).some((word) => this.isFetched(word, command)) ||
        (command.stdin.from === 'file' && this.isFetched(command.stdin.file, command)) ||
        (command.stdin.from === 'text' && this.isEarlier(command.stdin.source, range, depth)) ||
        command.words.some(({ source }) => this.isEarlier(source, range, depth)),
    )
  }

  /** What a variable holds was written by commands before these. */
  private isEarlier(source: CommandRange | undefined, range: CommandRange, depth: number): boolean {
    return source !== undefined && source.end <= range.start && this.fedByNetwork(source, depth + 1)
  }

  /** A file that this script has just brought from the network. */
  private isFetched(word: ShellWord, { cwd }: SimpleCommand): boolean {
    const text = textOf(word)
    const path = text === undefined ? undefined : absolutePath(text, cwd)
    return path !== undefined && this.around.writtenBy(path) === 'remote-code'
  }

  /** Commands of the same script. */
  commandsIn(range: CommandRange | undefined): ReadonlyArray<SimpleCommand> {
    return range === undefined ? [] : this.around.commands.slice(range.start, range.end)
  }

  /** The commands that write into this one's standard input. */
  upstream(): ReadonlyArray<SimpleCommand> {
    const { stdin } = this.around.command
    return this.commandsIn(stdin.from === 'pipe' ? stdin : undefined)
  }
}

/** Told of code that lies somewhere. */
const LYING: ReadonlySet<OpaqueCode> = new Set<OpaqueCode>([
  'project-code',
  'package-code',
  'new-package',
  'unread-script',
  'outside-code',
])

/** Arguments that may name the folder whose code it is. */
const NAMING_LIMIT = 32

const at = (path: string | undefined): { readonly path?: string } =>
  path === undefined ? {} : { path }

const KINDS: ReadonlySet<string> = new Set(EFFECT_KINDS)

const DOWNSTREAM_LIMIT = 32
